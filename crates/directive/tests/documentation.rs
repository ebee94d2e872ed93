//! `docs/diagnostics.md` is made from the table of codes: `UPDATE_EXPECT=1 cargo test -p khien-directive documentation`.

use std::fmt::Write as _;

use khien_directive::{Code, Level};

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
