//! The pages under `docs/` about directive files say what is true. `docs/diagnostics.md` is made from the table of codes:
//! `UPDATE_EXPECT=1 cargo test -p khien-directive --test documentation` rewrites it.

use std::fmt::Write as _;

use khien_directive::{Code, Lang, Level, Loaded, load, render, run_examples};

const INTRODUCTION: &str = "\
# Diagnostics of directive files

Every mistake in a directive file has a code. Codes do not change: search for one here. Each is shown with the file, the
line, the column, the line itself with a mark under the place, and mostly a hint. `khien directive check FILE…` shows all of
them at once; `--lang en` shows them in English.

Mỗi lỗi trong tệp văn bản chỉ đạo có một mã cố định. `khien directive check TỆP…` hiện tất cả các lỗi cùng lúc.

Errors keep a directive from being used; warnings do not. In the messages `{…}` stands for what was found in the file. The
codes from KH1401 to KH1412 carry the message of the check language, which says what exactly is wrong.
";

/// The groups of codes, by their first digits.
const GROUPS: &[(&str, &str)] = &[
    ("KH10", "The file as a whole / Tệp"),
    ("KH11", "Fields and their values / Các trường và giá trị"),
    ("KH12", "Documents and parameters / Tài liệu và tham số"),
    ("KH13", "Clauses and controls / Khoản và biện pháp"),
    ("KH14", "Expressions / Biểu thức"),
    ("KH15", "Examples / Ví dụ"),
];

#[test]
fn the_table_of_codes_in_the_documentation_is_the_one_in_the_program() {
    let mut page = INTRODUCTION.to_owned();
    let mut described = 0;
    for (prefix, title) in GROUPS {
        write!(page, "\n## {title}\n").expect("writing to a String");
        for code in Code::ALL.iter().filter(|code| code.as_str().starts_with(prefix)) {
            described += 1;
            let level = match code.level() {
                Level::Error => "error / lỗi",
                Level::Warning => "warning / cảnh báo",
            };
            write!(page, "\n### {code} ({level})\n\n").expect("writing to a String");
            if code.english() != "{problem}" {
                write!(page, "> {}\n>\n> {}\n\n", code.vietnamese(), code.english()).expect("writing to a String");
            }
            let lines: Vec<&str> = code.doc().lines().map(str::trim).collect();
            writeln!(page, "{}", lines.join("\n")).expect("writing to a String");
        }
    }
    assert_eq!(described, Code::ALL.len(), "a code belongs to no group");
    expect_test::expect_file!["../../../docs/diagnostics.md"].assert_eq(&page);
}

/// The blocks of YAML in the description of the file format.
fn yaml_blocks() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/directive-format.md");
    let page = std::fs::read_to_string(path).expect("the description of the format");
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block.to_owned()).collect()
}

fn load_text(text: &str) -> Result<Loaded, String> {
    let source = |_: &str| Ok(text.as_bytes().to_vec());
    load("documented.yaml", &source)
        .map_err(|diagnostics| diagnostics.iter().map(|diagnostic| render(diagnostic, Lang::En, false)).collect())
}

#[test]
fn the_directive_in_the_documentation_has_no_mistakes_and_its_examples_hold() {
    let blocks = yaml_blocks();
    let whole = blocks.iter().find(|block| block.starts_with("khien: 1")).expect("a whole directive");
    let loaded = load_text(whole).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert_eq!(loaded.warnings, []);
    for outcome in run_examples(&loaded.directive) {
        assert!(outcome.is_as_expected(), "{}: {:?}", outcome.example.name, outcome.because);
    }
}

#[test]
fn the_facts_in_the_documentation_are_facts() {
    let blocks = yaml_blocks();
    let whole = blocks.iter().find(|block| block.starts_with("khien: 1")).expect("a whole directive");
    let facts = blocks.iter().find(|block| block.starts_with("facts:")).expect("the forms of facts");
    let indented: Vec<String> = facts.lines().map(|line| format!("            {line}\n")).collect();
    assert!(whole.contains("            facts: {}\n"), "the example that the facts are put into");
    let text = whole.replace("            facts: {}\n", &indented.concat());
    load_text(&text).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
}

#[test]
fn the_values_in_the_documentation_are_values() {
    let blocks = yaml_blocks();
    let whole = blocks.iter().find(|block| block.starts_with("khien: 1")).expect("a whole directive");
    let values = blocks.iter().find(|block| block.trim_start().starts_with("values:")).expect("values of a parameter");
    let old = "    values:\n      - {value: 7d, source: cv-535, valid_from: 2024-02-05}\n";
    assert!(whole.contains(old), "the values that are replaced");
    let text = whole.replace(old, values).replace("nd-331-2026", "cv-535");
    load_text(&text).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
}

#[test]
fn the_steps_in_the_documentation_are_steps() {
    let blocks = yaml_blocks();
    let whole = blocks.iter().find(|block| block.starts_with("khien: 1")).expect("a whole directive");
    let steps = blocks.iter().find(|block| block.starts_with("fix:")).expect("the forms of steps");
    let indented: Vec<String> = steps.lines().map(|line| format!("        {line}\n")).collect();
    let (before, rest) = whole.split_once("        fix:\n").expect("the steps that are replaced");
    let (_, after) = rest.split_once("        examples:\n").expect("what follows the steps");
    let text = format!("{before}{}        examples:\n{after}", indented.concat());
    let loaded = load_text(&text).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert_eq!(loaded.warnings, []);
}
