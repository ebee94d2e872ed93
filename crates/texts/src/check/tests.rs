use expect_test::expect_file;
use khien_directive::Directive;

use super::*;
use crate::Language;

fn directive() -> Directive {
    khien_content::shipped("thads-2026").expect("it loads").directive
}

/// The moment at which parameters are read: tests do not depend on the day on which they run.
fn at() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().expect("a moment")
}

fn every_check(language: Language) -> String {
    let (directive, texts) = (directive(), Texts::new(language, &[]));
    let mut all = String::new();
    for (_, control) in directive.controls() {
        let said = in_words(&directive, control, at(), &texts).expect("it is an expression");
        all.push_str(&format!("{}: {}\n{}\n", control.id, control.pass.source.trim(), said.lines()));
    }
    all
}

/// For people to read: every check of the shipped directive as it is written and in words.
#[test]
fn every_check_is_said_in_words() {
    expect_file!["golden/checks.vi.txt"].assert_eq(&every_check(Language::Vi));
    expect_file!["golden/checks.en.txt"].assert_eq(&every_check(Language::En));
}

fn said(source: &str) -> String {
    let (directive, texts) = (directive(), Texts::new(Language::En, &[]));
    let tree = khien_expr::parse(source).expect("it is an expression");
    let writer = Writer { directive: &directive, source, at: at(), texts: &texts };
    writer.statement(&tree.root, false, &Scope::new(areas_of(khien_model::SubjectKind::Device))).lines()
}

#[test]
fn what_is_denied_is_said_without_a_double_denial() {
    let cases = [
        ("!(patches.security_missing > 3)", "- Updates › missing security updates: at most 3\n"),
        ("!!patches.reboot_pending", "- Updates › waiting for a restart: yes\n"),
        (
            "!(patches.reboot_pending || patches.security_missing != 0)",
            "- All of these:\n  - Updates › waiting for a restart: no\n  - Updates › missing security updates: 0\n",
        ),
        (
            "!patches.missing.all(m, m.security)",
            "- At least one of Updates › missing updates is like this:\n  - mends a security flaw: no\n",
        ),
        ("now >= os.support_ends_at", "- Operating system › end of support: past\n"),
    ];
    for (source, expected) in cases {
        assert_eq!(said(source), expected, "{source}");
    }
}

#[test]
fn what_has_no_words_is_shown_as_it_is_written() {
    assert_eq!(said("os.name.matches('^W') ? true : os.version.size() * 2 > 3").matches("size() * 2").count(), 1);
    assert_eq!(said("os.nonsense == 1"), "- os.nonsense: 1\n");
    assert_eq!(said("[1, 2].all(x, x > 0)"), "- For each of 1, 2:\n  - the item: more than 0\n");
}

#[test]
fn a_chain_of_any_length_is_one_list() {
    let long = vec!["patches.reboot_pending"; 60].join(" && ");
    assert_eq!(said(&long).lines().count(), 61);
}
