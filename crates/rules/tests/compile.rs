//! What is wrong with rules is told with its place, and what is compiled behaves as it says.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use khien_inspect::{Effect, FileType, Limit, Reason, Rules as _};
use khien_rules::{Code, MAX_FILE_BYTES, MAX_FILES, MAX_HITS, MAX_MATCHES_PER_STRING, Mode, RuleFile, RuleSet};

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.into(), text: text.into() }
}

fn set(text: &str) -> RuleSet {
    let (set, problems) = RuleSet::compile(&[file("a.yar", text)], Mode::Whole);
    assert_eq!(problems, []);
    set.unwrap()
}

fn check_problems(text: &str, expected: &Expect) {
    let (set, problems) = RuleSet::compile(&[file("a.yar", text)], Mode::Whole);
    assert!(set.is_none());
    let mut told = String::new();
    for problem in problems {
        writeln!(told, "{}\n{}", problem.vi(), problem.en()).unwrap();
    }
    expected.assert_eq(&told);
}

#[test]
fn a_file_that_is_no_text_of_rules_is_told() {
    check_problems(
        "rule a {\n  condition\n}",
        &expect![[r#"
            a.yar:3:1: [R001]: tệp quy tắc sai cú pháp: syntax error. Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.
            a.yar:3:1: [R001]: the file is no text of rules: syntax error. Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.
        "#]],
    );
}

#[test]
fn a_pattern_that_is_none_is_told() {
    check_problems(
        "rule a { strings: $a = /b{3,1}/ condition: $a }",
        &expect![[r#"
            a.yar:1:26: [R001]: tệp quy tắc sai cú pháp: invalid regex range, start must be <= to end. Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.
            a.yar:1:26: [R001]: the file is no text of rules: invalid regex range, start must be <= to end. Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.
        "#]],
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    check_problems(
        r#"import "magic"
include "other.yar"
// Một quy tắc đúng.
rule good { condition: filesize > 0 }
global rule all { condition: true }
rule unknown_name { condition: $a }
rule wrong_types {
    meta:
        khien_types = "pdf, macros"
    condition: true
}
rule wrong_effect { meta: khien_effect = "kill" condition: true }
rule number_as_types { meta: khien_types = 1 condition: true }
/* Chú thích có dấu: */ rule wrong_attack { meta: attack = "TA0001" condition: true }
rule same { condition: true }
rule same { condition: true }
"#,
        &expect![[r#"
            a.yar:1:1: [R002]: quy tắc có lỗi: unknown import magic. Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.
            a.yar:1:1: [R002]: the rule has a mistake: unknown import magic. Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.
            a.yar:2:1: [R003]: không được dùng lệnh include: other.yar. Chép nội dung của tệp kia vào đây, hoặc đưa cả hai tệp vào gói.
            a.yar:2:1: [R003]: include is not allowed: other.yar. Copy the other file's rules to here, or put both files into the pack.
            a.yar:5:13: [R004]: không được dùng quy tắc global: all. Bỏ từ global, và gọi quy tắc này trong điều kiện của các quy tắc cần nó.
            a.yar:5:13: [R004]: global rules are not allowed: all. Drop the word global, and name this rule in the conditions of the rules that need it.
            a.yar:6:32: [R002]: quy tắc có lỗi: unknown variable $a. Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.
            a.yar:6:32: [R002]: the rule has a mistake: unknown variable $a. Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.
            a.yar:9:9: [R010]: khien_types có loại tệp không tồn tại: macros. Dùng một nhóm (office, readable, script, document, archive, …) hoặc mã loại tệp (pdf, rtf, lnk, …).
            a.yar:9:9: [R010]: khien_types names a type that does not exist: macros. Use a group (office, readable, script, document, archive, …) or the id of a type (pdf, rtf, lnk, …).
            a.yar:12:27: [R011]: khien_effect có giá trị không hợp lệ: kill. Dùng blocked, suspicious hoặc note.
            a.yar:12:27: [R011]: khien_effect has a value that does not exist: kill. Use blocked, suspicious or note.
            a.yar:13:30: [R013]: giá trị phải là chuỗi ký tự: khien_types. Đặt giá trị trong dấu ngoặc kép.
            a.yar:13:30: [R013]: the value must be a text: khien_types. Put the value in quotation marks.
            a.yar:14:36: [R012]: attack không phải mã kỹ thuật ATT&CK: TA0001. Ghi mã như T1566 hoặc T1566.001.
            a.yar:14:36: [R012]: attack is no technique of ATT&CK: TA0001. Write it like T1566 or T1566.001.
            a.yar:16:6: [R002]: quy tắc có lỗi: rule `same` is already declared in this namespace. Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.
            a.yar:16:6: [R002]: the rule has a mistake: rule `same` is already declared in this namespace. Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.
        "#]],
    );
}

#[test]
fn every_mistake_in_one_rule_is_told() {
    let text = r#"rule a { meta: khien_types = "macros" khien_effect = "kill" attack = "X1" condition: true }"#;
    let (set, problems) = RuleSet::compile(&[file("a.yar", text)], Mode::Usable);
    let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::Type, Code::Effect, Code::Attack]);
    assert!(set.unwrap().is_empty(), "it is left out all the same");
}

#[test]
fn what_is_wrong_is_left_out_of_a_usable_set() {
    let text = "rule a { condition: b }\nimport \"magic\"\nrule b { condition: magic.type() == \"\" }\n\
                rule c { strings: $a = \"x\" condition: $a }";
    let (set, problems) = RuleSet::compile(&[file("a.yar", text), file("b.yar", "no rules")], Mode::Usable);
    let set = set.unwrap();
    let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::Rule, Code::Rule, Code::Rule, Code::Syntax]);
    assert_eq!(set.metas().map(|(_, meta)| meta.rule.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(set.scan(b"x", &[], "").unwrap().len(), 1);
}

#[test]
fn the_name_of_a_set_is_that_of_its_content() {
    let one = file("a.yar", "rule a { condition: true }");
    let other = file("b.yar", "rule b { condition: true }");
    let id = |files: &[RuleFile]| RuleSet::compile(files, Mode::Whole).0.unwrap().id().to_owned();
    assert_eq!(id(&[one.clone(), other.clone()]), id(&[other.clone(), one.clone()]), "order does not matter");
    assert_ne!(id(std::slice::from_ref(&one)), id(&[one.clone(), other]));
    assert_ne!(id(std::slice::from_ref(&one)), id(&[file("a.yar", "rule a { condition: true } ")]));
    assert_eq!(id(&[one]).len(), 64);
}

/// The version in the name of a set is the one that is linked.
#[test]
fn the_version_of_the_engine_is_the_linked_one() {
    let lock = include_str!("../../../Cargo.lock");
    let version = lock.split("name = \"boreal\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(khien_rules::ENGINE, format!("boreal {version}"));
}

#[test]
fn hits_come_in_the_order_of_names_with_what_was_matched() {
    let set = set(r#"
        rule z { strings: $a = "hai" condition: $a }
        rule a { meta: description = "thử" author = "An" reference = "x" license = "MIT" attack = "T1027"
                 khien_effect = "note" strings: $a = "một" wide ascii $b = "hai" condition: any of them }
    "#);
    let hits = set.scan("xx hai hai một".as_bytes(), &[FileType::Text], "").unwrap();
    let told: Vec<_> = hits.iter().map(|hit| (hit.rule.as_str(), hit.offset, hit.evidence.as_str())).collect();
    assert_eq!(told, [("a", 3, "hai"), ("z", 3, "hai")]);
    let first = hits.first().unwrap();
    assert_eq!((first.effect, first.attack.as_deref()), (Effect::Note, Some("T1027")));
    expect!["Tệp khớp với quy tắc nhận dạng a: thử (tác giả An)"].assert_eq(&first.title_vi);
    expect!["The file matches the rule a: thử (by An)"].assert_eq(&first.title_en);
    let meta = set.metas().next().unwrap().1;
    assert_eq!((meta.reference.as_deref(), meta.license.as_deref()), (Some("x"), Some("MIT")));
    assert_eq!(hits.last().unwrap().effect, Effect::Suspicious);
}

#[test]
fn text_in_utf_16_is_shown_as_its_letters() {
    let set = set("rule a { strings: $a = \"lenh\" wide condition: $a }");
    assert_eq!(set.scan(b"..l\0e\0n\0h\0", &[], "").unwrap().first().unwrap().evidence, "lenh");
}

#[test]
fn rules_of_one_file_may_use_each_other_over_types() {
    let set = set(r#"
        private rule has_x { strings: $a = "x" condition: $a }
        rule in_pdf { meta: khien_types = "pdf" condition: has_x }
        rule in_office { meta: khien_types = "office" condition: has_x }
    "#);
    let names = |types: &[FileType]| -> Vec<String> {
        set.scan(b"x", types, "").unwrap().into_iter().map(|hit| hit.rule).collect()
    };
    assert_eq!(names(&[FileType::Pdf]), ["in_pdf"]);
    assert_eq!(names(&[FileType::Docx, FileType::Pdf]), ["in_office", "in_pdf"]);
    assert_eq!(names(&[FileType::Text]), Vec::<String>::new());
    assert_eq!(names(&[]), ["in_office", "in_pdf"]);
}

/// More groups of types than passes: the rest looks at everything, and is told apart afterwards.
#[test]
fn many_groups_of_types_change_nothing() {
    let files: Vec<RuleFile> = FileType::ALL
        .iter()
        .map(|of| {
            let id = of.id();
            file(&format!("{id}.yar"), &format!("rule of_{id} {{ meta: khien_types = \"{id}\" condition: true }}"))
        })
        .collect();
    let (set, problems) = RuleSet::compile(&files, Mode::Whole);
    assert_eq!(problems, []);
    let set = set.unwrap();
    for of in FileType::ALL {
        let hits = set.scan(b"", &[*of], "").unwrap();
        let names: Vec<&str> = hits.iter().map(|hit| hit.rule.as_str()).collect();
        // The id `text` is also a category.
        assert!(names.contains(&format!("of_{}", of.id()).as_str()), "{names:?}");
        assert!(names.iter().all(|name| *name == format!("of_{}", of.id()) || *name == "of_text"), "{names:?}");
    }
}

#[test]
fn a_rule_may_ask_for_the_name() {
    let asks = set("rule a { condition: filename matches /\\.pdf\\.exe$/i and extension == \".exe\" }");
    assert!(asks.asks_name());
    assert_eq!(asks.scan(b"", &[], "Hóa đơn.PDF.exe").unwrap().len(), 1);
    assert_eq!(asks.scan(b"", &[], "Hóa đơn.pdf").unwrap(), []);
    assert!(!set("rule a { condition: true }").asks_name());
}

#[test]
fn hits_and_matches_are_bounded() {
    let rules: String = (0..=MAX_HITS)
        .map(|number| {
            let effect = if number == MAX_HITS { "blocked" } else { "note" };
            format!("rule r{number:04} {{ meta: khien_effect = \"{effect}\" condition: true }}\n")
        })
        .collect();
    let hits = set(&rules).scan(b"", &[], "").unwrap();
    assert_eq!(hits.len(), MAX_HITS);
    assert!(hits.iter().any(|hit| hit.effect == Effect::Blocked), "the gravest is kept");

    let most = MAX_MATCHES_PER_STRING;
    let count = set(&format!(
        "rule most {{ strings: $a = \"ab\" condition: #a == {most} }}\n\
         rule more {{ strings: $a = \"ab\" condition: #a > {most} }}"
    ));
    let hits = count.scan("ab".repeat(most as usize + 5).as_bytes(), &[], "").unwrap();
    assert_eq!(hits.iter().map(|hit| hit.rule.as_str()).collect::<Vec<_>>(), ["most"]);
}

#[test]
fn a_scan_can_be_bounded_by_time() {
    let slow = set("rule slow { condition: for all i in (0..900000000) : (i >= 0) }").with_seconds(0);
    assert_eq!(slow.scan(b"", &[], ""), Err(Reason::limit(Limit::Seconds, 0)));
}

#[test]
fn files_are_bounded() {
    let code = |files: &[RuleFile]| {
        let (set, problems) = RuleSet::compile(files, Mode::Usable);
        assert!(set.is_none());
        problems.first().unwrap().code
    };
    let numbered = |count: usize| (0..count).map(|number| file(&number.to_string(), "")).collect::<Vec<_>>();
    assert_eq!(code(&numbered(MAX_FILES + 1)), Code::TooMany);
    assert!(RuleSet::compile(&numbered(MAX_FILES), Mode::Usable).0.is_some());
    assert_eq!(code(&[file("a", &" ".repeat(MAX_FILE_BYTES + 1))]), Code::TooLarge);
    assert_eq!(code(&[file("a", ""), file("a", "")]), Code::SamePath);
}

/// What packs of others ask of programs is there.
#[test]
fn hashes_can_be_compared() {
    let set = set(r#"import "hash" import "pe" rule a { condition:
        hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72"
        and hash.sha256(0, 3) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        and not defined pe.imphash() }"#);
    assert_eq!(set.scan(b"abc", &[], "").unwrap().len(), 1);
}

/// The clock, other files and the console are out of reach of rules.
#[test]
fn rules_reach_nothing_but_the_bytes() {
    for module in ["time", "console", "cuckoo", "magic"] {
        let text = format!("import \"{module}\"\nrule a {{ condition: true }}");
        assert!(RuleSet::compile(&[file("a.yar", &text)], Mode::Whole).0.is_none(), "{module}");
    }
}

/// A fuzz target: as a plain test it runs some seconds' worth of inputs; `cargo bolero test` runs it with a fuzzer.
#[test]
fn no_text_makes_the_compiler_fall() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let meta = format!("rule a {{ meta: khien_types = \"{text}\" attack = \"{text}\" {text} condition: true }}");
        for text in [&*text, &meta] {
            if let (Some(set), _) = RuleSet::compile(&[file("a.yar", text)], Mode::Usable) {
                let _ = set.scan(bytes, &[], text);
            }
        }
    });
}

/// Another: a good file in which bytes are changed comes further than bytes out of nothing.
#[test]
fn no_changed_rule_makes_the_compiler_fall() {
    const GOOD: &str = r#"import "pe" /* a */ private rule a : tag { meta: khien_types = "pdf,office" attack = "T1027.001"
        strings: $a = "một" wide ascii nocase xor(1-9) $b = { 4D ?? [2-4] ( 5A | 5B ) ~00 } $c = /a(b|c){1,9}\\d[^x-z]\\b/i
        condition: for any i in (1..#a) : (@a[i] < 9 and !a[i] > 1) and uint16be(0) == 0x4D5A or pe.number_of_sections > 1 }
        // b
        rule b { condition: a and filename matches /x/ and 2 of them or filesize < 1MB }"#;
    bolero::check!().with_type::<(Vec<(u16, u8)>, Vec<u8>)>().for_each(|(changes, bytes)| {
        let mut text = GOOD.as_bytes().to_vec();
        for (place, byte) in changes {
            let place = usize::from(*place) % text.len();
            if let Some(old) = text.get_mut(place) {
                *old = *byte;
            }
        }
        let text = String::from_utf8_lossy(&text);
        if let (Some(set), _) = RuleSet::compile(&[file("a.yar", &text)], Mode::Usable) {
            let _ = set.scan(bytes, &[], "x");
        }
    });
}
