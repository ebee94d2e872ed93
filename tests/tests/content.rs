//! The directives that ship with Khiên: they load without a warning, their examples hold, and nothing of the letter is missing.

use std::collections::BTreeSet;

use expect_test::expect_file;
use khien_directive::{Control, Directive, Expected, Lang, run_examples};
use khien_model::facts::{OsFamily, areas_of};
use khien_model::{Severity, SubjectKind};
use khien_tests::shipped_directive;

/// The clauses of the letter, each with the kinds of subject it speaks of. The design of the project lists them.
const CLAUSES: &[(&str, &[SubjectKind])] = {
    use SubjectKind::{Account, Device, Mailbox, Person, System, Unit};
    &[
        ("1.1", &[Person]),
        ("1.2", &[Unit]),
        ("1.3", &[Unit]),
        ("1.4", &[Unit]),
        ("1.5", &[Unit]),
        ("1.6", &[Unit]),
        ("2.1", &[Account, Device]),
        ("2.2", &[Account]),
        ("2.3", &[Account]),
        ("2.4", &[Person]),
        ("3.1", &[Unit, Person]),
        ("4.1", &[Device]),
        ("4.2", &[Person, Device, Mailbox]),
        ("4.3", &[Mailbox]),
        ("4.4", &[Mailbox, Device]),
        ("4.5", &[Device]),
        ("4.6", &[Device]),
        ("4.7", &[System, Person]),
        ("4.8", &[Device]),
        ("4.9", &[Device]),
        ("4.10", &[Device]),
        ("5.1", &[Unit]),
    ]
};

const DIRECTIVES: [&str; 2] = ["thads-2024.yaml", "thads-2026.yaml"];

#[test]
fn every_example_has_the_result_it_expects() {
    for name in DIRECTIVES {
        let directive = shipped_directive(name);
        let outcomes = run_examples(&directive);
        assert!(!outcomes.is_empty());
        let wrong: Vec<String> = outcomes
            .iter()
            .filter(|outcome| !outcome.is_as_expected())
            .map(|outcome| {
                let (control, example) = (&outcome.control.id, &outcome.example);
                format!("{control}: {:?} is {}, not {}", example.name, outcome.actual, example.expect)
            })
            .collect();
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn every_clause_of_the_letter_is_there_for_each_kind_of_subject() {
    for name in DIRECTIVES {
        let directive = shipped_directive(name);
        let ids: Vec<&str> = directive.clauses.iter().map(|clause| clause.id.as_str()).collect();
        let expected: Vec<&str> = CLAUSES.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, expected, "{name}");
        for (clause, (_, subjects)) in directive.clauses.iter().zip(CLAUSES) {
            assert!(!clause.basis.is_empty(), "{name}: {} rests on nothing", clause.id);
            for subject in *subjects {
                let found = clause.controls.iter().any(|control| control.subject == *subject);
                assert!(found, "{name}: clause {} has no control for a {subject}", clause.id);
            }
        }
    }
}

#[test]
fn every_control_can_be_understood_mended_and_tried() {
    for (_, control) in shipped_directive("thads-2026.yaml").controls() {
        for expected in [Expected::Pass, Expected::Fail, Expected::Unknown] {
            let shown = control.examples.iter().any(|example| example.expect == expected);
            assert!(shown, "{} has no example that is {expected}", control.id);
        }
        for family in OsFamily::ALL {
            let told = control.fix.told(Some(*family));
            for lang in [Lang::Vi, Lang::En] {
                let steps = told.get(lang).len();
                assert!((2..=6).contains(&steps), "{} has {steps} steps for {family}", control.id);
            }
        }
    }
}

/// A step for one family is tagged, so that it can be left out elsewhere, and says nothing twice.
#[test]
fn no_step_names_a_family_where_a_tag_belongs() {
    for (_, control) in shipped_directive("thads-2026.yaml").controls() {
        for step in [Lang::Vi, Lang::En].into_iter().flat_map(|lang| control.fix.get(lang)) {
            for name in ["windows", "linux", "debian", "ubuntu", "fedora"] {
                assert!(!step.text.to_lowercase().starts_with(name), "{}: {}", control.id, step.text);
            }
            let named = ["Windows:", "Linux:"].into_iter().find(|name| step.text.contains(name));
            assert_eq!(named, None, "{}: {}", control.id, step.text);
        }
    }
}

/// A threshold has a source, so it is a parameter and never stands in an expression.
#[test]
fn no_expression_holds_a_threshold() {
    for (_, control) in shipped_directive("thads-2026.yaml").controls() {
        let source = &control.pass.source;
        for literal in ["duration(", "timestamp("] {
            assert!(!source.contains(literal), "{}: {source}", control.id);
        }
        let numbers = source.split(|c: char| !c.is_alphanumeric() && c != '_').filter_map(|word| word.parse().ok());
        let numbers: Vec<i64> = numbers.filter(|number| *number != 0).collect();
        assert!(numbers.is_empty(), "{}: {numbers:?} in {source}", control.id);
    }
}

/// A clock that jumps makes no age small: "not longer ago than" says that it is not in the future either.
#[test]
fn no_time_in_the_future_counts_as_recent() {
    let mut ages = 0;
    for (_, control) in shipped_directive("thads-2026.yaml").controls() {
        let source = control.pass.source.split_whitespace().collect::<Vec<_>>().join(" ");
        for age in source.split("now - ").skip(1) {
            let Some((path, _)) = age.split_once(" <= ") else { continue };
            assert!(source.contains(&format!("{path} <= now && now - {path}")), "{}: {path} in {source}", control.id);
            ages += 1;
        }
    }
    assert!(ages >= 10, "{ages} ages are asked about");
}

/// Controls of clause 4 that a safe device need not meet, with the reason of each.
const NOT_ASKED_OF_A_SAFE_DEVICE: [(&str, &str); 2] = [
    ("guard-in-force", "the document guard cannot be installed yet"),
    ("restore-drill-current", "restoring is recorded by the document guard"),
];

/// A machine is safe when all of clause 4 holds on it. Controls of low severity are advice and left out.
#[test]
fn a_safe_device_meets_clause_four() {
    let directive = shipped_directive("thads-2026.yaml");
    let (_, safe) = directive.control("safe-device").unwrap();
    let named: BTreeSet<&str> =
        safe.pass.source.split("control[\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let asked: BTreeSet<&str> = directive
        .controls()
        .filter(|(clause, _)| clause.id.starts_with("4."))
        .map(|(_, control)| control)
        .filter(|control| control.subject == SubjectKind::Device && control.severity != Severity::Low)
        .map(|control| control.id.as_str())
        .chain(["no-empty-passwords", "firewall-active"])
        .collect();
    let excepted: BTreeSet<&str> = NOT_ASKED_OF_A_SAFE_DEVICE.iter().map(|(control, _)| *control).collect();
    assert!(excepted.is_subset(&asked), "{excepted:?} names a control that would not be asked anyway");
    assert_eq!(named, &asked - &excepted);
}

/// A subject nobody looked at passes nothing.
#[test]
fn without_facts_every_control_is_unknown() {
    use khien_expr::{Inputs, Verdict};
    use khien_model::Subject;
    use khien_model::facts::FactDocument;
    for name in DIRECTIVES {
        let directive = shipped_directive(name);
        let now = "2026-11-22T08:00:00+07:00".parse().unwrap();
        let parameters = directive.parameters_at(now);
        for (_, control) in directive.controls() {
            let nothing = FactDocument::empty(Subject { kind: control.subject, id: "x".into() });
            let inputs = Inputs {
                fresh_within: Some(control.fresh_within),
                params: parameters.values(),
                issued: Some(directive.issued_at()),
                ..Inputs::new(nothing.facts(), now)
            };
            let verdict = control.pass.program.explain(&inputs).verdict;
            assert_eq!(verdict, Verdict::Unknown, "{name}: {}", control.id);
        }
    }
}

/// `docs/coverage.md`, made from the directive: rewrite it with `UPDATE_EXPECT=1`.
#[test]
fn the_coverage_table_is_up_to_date() {
    let directive = shipped_directive("thads-2026.yaml");
    expect_file!["../../docs/coverage.md"].assert_eq(&coverage(&directive));
}

fn coverage(directive: &Directive) -> String {
    let controls = directive.controls().count();
    let examples: usize = directive.controls().map(|(_, control)| control.examples.len()).sum();
    let mut page = vec![format!(
        "# Coverage\n\n\
         What of the letter is checked, by which control, over which facts. Made from `content/directives/thads-2026.yaml`;\n\
         `thads-2024.yaml` has the same clauses and controls. `UPDATE_EXPECT=1 cargo xtask test coverage` rewrites this page.\n\n\
         {} clauses, {controls} controls, {} parameters, {examples} examples.\n",
        directive.clauses.len(),
        directive.parameters.len(),
    )];
    for clause in &directive.clauses {
        let title = &clause.title;
        page.push(format!("\n## {} {}\n\n{}\n\n", clause.id, title.get(Lang::Vi), title.get(Lang::En)));
        page.push(
            "| Control | Subject | Severity | Facts | Parameters | Examples |\n|---|---|---|---|---|---|\n".into(),
        );
        page.extend(clause.controls.iter().map(|control| row(directive, control)));
    }
    page.concat()
}

fn row(directive: &Directive, control: &Control) -> String {
    let areas = areas_of(control.subject).fields;
    let facts: Vec<String> = control
        .pass
        .program
        .areas_read()
        .iter()
        .filter_map(|index| areas.get(*index))
        .map(|area| format!("`{}`", area.name))
        .collect();
    let parameters: Vec<String> = control
        .pass
        .program
        .params_read()
        .iter()
        .filter_map(|index| directive.parameters.get(*index))
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    format!(
        "| `{}`: {} | {} | {} | {} | {} | {} |\n",
        control.id,
        control.title.get(Lang::En),
        control.subject,
        control.severity,
        facts.join(", "),
        parameters.join(", "),
        control.examples.len(),
    )
}
