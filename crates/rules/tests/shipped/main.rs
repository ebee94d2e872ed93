//! Our own rules: each finds what it is for, and leaves alone what only looks like it.
//!
//! The cases are fragments that no program runs. In the source a mark stands inside every telling word and is taken out here,
//! so that the files of this repository are not mistaken for what they test.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]

mod documents;
mod meta;
mod readable;
mod scripts;
mod servers;
mod test_file;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use khien_inspect::{Context, FileType, Limits, Policy, Rules as _, inspect};
use khien_rules::{Mode, RuleSet, shipped};

/// Stands inside telling words of the cases.
const MARK: char = '¦';

/// One rule, something that it finds, and something that it does not.
struct Case {
    rule: &'static str,
    of: FileType,
    name: &'static str,
    found: String,
    left_alone: String,
}

fn case(rule: &'static str, of: FileType, found: impl Into<String>, left_alone: impl Into<String>) -> Case {
    Case { rule, of, name: "tep", found: found.into(), left_alone: left_alone.into() }
}

/// Text with bytes beyond ASCII, as it stands in binary files: a letter for each byte.
fn bytes_of(text: &str) -> Vec<u8> {
    let text: String = text.chars().filter(|letter| *letter != MARK).collect();
    // What needs bytes that are no text is written with letters of Latin-1 behind a form feed.
    match text.strip_prefix('\u{c}') {
        Some(latin) => latin.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect(),
        None => text.into_bytes(),
    }
}

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let (rules, problems) = RuleSet::compile(&shipped(), Mode::Whole);
    assert_eq!(problems, []);
    rules.unwrap()
});

fn hits(of: FileType, name: &str, text: &str) -> Vec<String> {
    RULES.scan(&bytes_of(text), &[of], name).unwrap().into_iter().map(|hit| hit.rule).collect()
}

fn cases() -> Vec<Case> {
    [documents::cases(), readable::cases(), scripts::cases(), servers::cases(), test_file::cases()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn each_rule_finds_what_it_is_for_and_leaves_alone_what_looks_like_it() {
    let mut wrong = Vec::new();
    for case in cases() {
        if !hits(case.of, case.name, &case.found).iter().any(|hit| hit == case.rule) {
            wrong.push(format!("{} does not find its case", case.rule));
        }
        let left_alone_name = if case.name == "tep" { "tep" } else { "tep.pdf" };
        if hits(case.of, left_alone_name, &case.left_alone).iter().any(|hit| hit == case.rule) {
            wrong.push(format!("{} finds what it should leave alone", case.rule));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn each_rule_has_a_case() {
    let have: BTreeSet<&str> = cases().iter().map(|case| case.rule).collect();
    let all: BTreeSet<&str> = RULES.metas().map(|(_, meta)| meta.rule.as_str()).collect();
    assert_eq!(have, all);
}

#[test]
fn a_rule_looks_only_at_its_types() {
    for case in cases() {
        let meta = RULES.metas().find(|(_, meta)| meta.rule == case.rule).unwrap().1;
        let Some(types) = &meta.types else { continue };
        let other = *FileType::ALL.iter().find(|other| !types.contains(other)).unwrap();
        assert!(!hits(other, case.name, &case.found).iter().any(|hit| hit == case.rule), "{}", case.rule);
        // A file of unknown type could be anything.
        let unknown = RULES.scan(&bytes_of(&case.found), &[], case.name).unwrap();
        assert!(unknown.iter().any(|hit| hit.rule == case.rule), "{}", case.rule);
    }
}

/// What the types of a file are is said by the engine, and a rule is asked only for its types: both must agree.
#[test]
fn the_engine_asks_each_rule_about_its_case() {
    let mut not_asked = Vec::new();
    for case in cases() {
        let Some(extension) = case.of.extensions().first() else { continue };
        // Their heads are longer than a fragment is.
        if matches!(case.of, FileType::Iso | FileType::Pe) {
            continue;
        }
        let name = if case.name == "tep" { format!("tep.{extension}") } else { case.name.to_owned() };
        let (limits, policy) = (Limits::default(), Policy::default());
        let context = Context { rules: &*RULES, limits: &limits, policy: &policy, passwords: &[] };
        let inspection = inspect(&name, &bytes_of(&case.found), &context);
        let id = format!("rule:{}", case.rule);
        if !inspection.findings.iter().any(|finding| finding.id == id) {
            let types: Vec<_> = inspection.nodes.iter().map(|node| (&node.name, &node.types)).collect();
            not_asked.push(format!("{name}: {} {types:?}", case.rule));
        }
    }
    assert_eq!(not_asked, Vec::<String>::new());
}
