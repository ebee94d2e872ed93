//! The rules that never bend, on random facts, organisations, exemptions and moments.

use std::sync::LazyLock;

use crate::support::base;
use crate::support::directive::{shipped_directives, small_directive};
use crate::support::facts::{any_document, observed_at, without_one_fact};
use crate::support::organisation::{LEVELS, any_exemptions, any_organisation, exemptions};
use jiff::{SignedDuration, Timestamp};
use khien_directive::Directive;
use khien_judge::{Counts, Judge, Judgement, roll_up};
use khien_model::facts::FactDocument;
use khien_model::{
    Evidence, Exemption, Exemptions, Finding, GapCode, Organisation, Requirement, State, Subject, SubjectKind, day_of,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// The small directive and every one that is shipped.
static DIRECTIVES: LazyLock<Vec<Directive>> =
    LazyLock::new(|| std::iter::once(small_directive()).chain(shipped_directives()).collect());

/// What one judgement needs.
struct Case {
    directive: &'static Directive,
    documents: Vec<FactDocument>,
    organisation: Organisation,
    exemptions: Vec<Exemption>,
    now: Timestamp,
}

/// A directive is too long to print; facts are short in their JSON form.
impl std::fmt::Debug for Case {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let facts = |document: &FactDocument| serde_json::to_string(document).expect("facts have a JSON form");
        formatter
            .debug_struct("Case")
            .field("directive", &self.directive.id)
            .field("now", &self.now)
            .field("documents", &self.documents.iter().map(facts).collect::<Vec<_>>())
            .field("exemptions", &self.exemptions)
            .field("units", &self.organisation.tree().register().units)
            .finish_non_exhaustive()
    }
}

impl Case {
    /// Calls `look` with a judge for this case at `moment`.
    fn at<T>(&self, moment: Timestamp, look: impl FnOnce(&Judge<'_>) -> T) -> T {
        let exemptions = exemptions(&self.exemptions, &self.organisation);
        look(&Judge::new(self.directive, &exemptions, &self.organisation, moment))
    }
}

fn any_now() -> impl Strategy<Value = Timestamp> {
    prop_oneof![3 => 0..4 * 24_i64, 1 => -10 * 24..20 * 24_i64]
        .prop_map(|hours| base() + SignedDuration::from_hours(hours))
}

fn requirements(directive: &Directive) -> Vec<Requirement> {
    let controls = directive.controls().map(|(_, control)| Requirement::Control(control.id.clone()));
    let clauses = directive.clauses.iter().map(|clause| Requirement::Clause(clause.id.clone()));
    controls.chain(clauses).collect()
}

fn any_case(subjects: std::ops::Range<usize>) -> impl Strategy<Value = Case> {
    let directive = prop::sample::select(DIRECTIVES.iter().collect::<Vec<_>>());
    let kind = prop_oneof![3 => Just(SubjectKind::Device), 2 => prop::sample::select(SubjectKind::ALL)];
    (directive, prop::collection::vec(kind, subjects)).prop_flat_map(|(directive, kinds)| {
        let ids = kinds.into_iter().enumerate().map(|(place, kind)| match kind {
            // Units are subjects as well; these exist in every random organisation.
            SubjectKind::Unit => Subject { kind, id: format!("u{}", place % LEVELS) },
            _ => Subject { kind, id: format!("s{place}") },
        });
        let subjects: Vec<Subject> = ids.collect();
        let documents: Vec<_> = subjects.iter().map(|subject| any_document(subject.kind, subject.id.clone())).collect();
        let exemptions = any_exemptions(subjects.clone(), requirements(directive));
        (documents, any_organisation(subjects), exemptions, any_now()).prop_map(
            move |(documents, organisation, exemptions, now)| Case {
                directive,
                documents,
                organisation,
                exemptions,
                now,
            },
        )
    })
}

/// Whether a control looks at facts at all; one that does not can be decided without any.
fn reads_facts(judgement: &Judgement<'_>) -> bool {
    !judgement.control.pass.program.areas_read().is_empty()
}

fn states(judge: &Judge<'_>, document: &FactDocument) -> Vec<State> {
    judge.judgements(document).map(|judgement| judgement.state).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn removing_a_fact_never_flips_a_decision(case in any_case(1..2), choice in any::<usize>()) {
        let less = without_one_fact(&case.documents[0], choice);
        case.at(case.now, |judge| {
            for (with, without) in judge.judgements(&case.documents[0]).zip(judge.judgements(&less)) {
                let flipped = matches!(
                    (with.unexempted, without.unexempted),
                    (State::Pass, State::Fail) | (State::Fail, State::Pass) | (State::Unknown, State::Pass | State::Fail)
                );
                prop_assert!(!flipped, "{}: {} became {}", with.control.id, with.unexempted, without.unexempted);
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_level_adds_up(case in any_case(0..12)) {
        let day = day_of(case.now);
        let tree = case.organisation.tree().on(day);
        case.at(case.now, |judge| {
            let rolled = judge.roll_up(&case.documents);
            let mut deepest = 0;
            for &unit in tree.units() {
                deepest = deepest.max(tree.path(unit).len());
                let within = |document: &&FactDocument| {
                    let home = case.organisation.unit_of(&document.subject(), day);
                    home.is_some_and(|home| tree.path(home).contains(&unit))
                };
                // Counted by hand: every control about every subject whose path leads through the unit.
                let expected: usize = case
                    .documents
                    .iter()
                    .filter(within)
                    .map(|document| judge.controls_about(document.subject().kind))
                    .sum();
                let counts: Counts = rolled.unit(unit).into_iter().sum();
                prop_assert_eq!(counts.pass + counts.fail + counts.unknown + counts.exempt, expected as u64);

                // Clause by clause, a unit is itself and its children.
                let mut parts = rolled.unit_alone(unit);
                for child in tree.children(unit) {
                    for (sum, part) in parts.iter_mut().zip(rolled.unit(child)) {
                        *sum += part;
                    }
                }
                prop_assert_eq!(parts, rolled.unit(unit));
            }
            prop_assert!(deepest >= LEVELS);

            // Everybody is all roots and those without a unit, and nobody is lost.
            let mut parts = rolled.without_unit();
            for root in tree.roots() {
                for (sum, part) in parts.iter_mut().zip(rolled.unit(root)) {
                    *sum += part;
                }
            }
            prop_assert_eq!(&parts, &rolled.everybody());
            let everybody: Counts = parts.into_iter().sum();
            let expected: usize =
                case.documents.iter().map(|document| judge.controls_about(document.subject().kind)).sum();
            prop_assert_eq!(everybody.total(), expected as u64);
            Ok(())
        })?;
    }

    #[test]
    fn stale_facts_decide_nothing(case in any_case(1..2), days in 0..30_i64) {
        let longest = case.directive.controls().map(|(_, control)| control.fresh_within).max().expect("controls");
        let moment = case.now - longest - SignedDuration::from_hours(24 * days) - SignedDuration::from_nanos(1);
        let stale = observed_at(&case.documents[0], moment);
        case.at(case.now, |judge| {
            for judgement in judge.judgements(&stale).filter(reads_facts) {
                prop_assert_eq!(judgement.unexempted, State::Unknown, "{}", judgement.control.id);
                let finding = judge.finding(&judgement, &stale);
                let explained = finding.because.iter().any(|because| matches!(&because.evidence, Evidence::Reason(_)));
                prop_assert!(explained, "{:?}", finding.because);
            }
            Ok(())
        })?;
    }

    #[test]
    fn nothing_known_is_never_a_pass(now in any_now()) {
        let organisation = Organisation::default();
        let none = Exemptions::default();
        for directive in DIRECTIVES.iter() {
            let judge = Judge::new(directive, &none, &organisation, now);
            for kind in SubjectKind::ALL {
                let nobody = FactDocument::empty(Subject { kind: *kind, id: "x".into() });
                for judgement in judge.judgements(&nobody).filter(reads_facts) {
                    prop_assert_eq!(judgement.state, State::Unknown, "{}", judgement.control.id);
                }
            }
        }
    }

    #[test]
    fn an_exemption_is_shown_and_hides_no_pass(case in any_case(1..6)) {
        let day = day_of(case.now);
        let tree = case.organisation.tree().on(day);
        let lawful = exemptions(&case.exemptions, &case.organisation);
        case.at(case.now, |judge| {
            for document in &case.documents {
                let subject = document.subject();
                let home = case.organisation.unit_of(&subject, day);
                for finding in judge.findings(document) {
                    let covered = case.exemptions.iter().enumerate().any(|(place, exemption)| {
                        exemption.validity().contains(day)
                            && exemption.lifts.is_about(&finding.clause, &finding.control)
                            && lawful.covers(place, &subject, home, &tree)
                    });
                    prop_assert_eq!(finding.exemption.is_some(), covered);
                    match &finding.exemption {
                        Some(shown) => {
                            prop_assert!(shown.without != State::Exempt);
                            let expected =
                                if shown.without == State::Pass { State::Pass } else { State::Exempt };
                            prop_assert_eq!(finding.state, expected);
                            prop_assert!(case.exemptions.iter().any(|exemption| exemption.id == shown.id));
                        }
                        None => prop_assert!(finding.state != State::Exempt),
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_state_holds_as_long_as_it_says(case in any_case(1..2), part in 0..1000_i64) {
        let document = &case.documents[0];
        let first: Vec<(State, Option<Timestamp>)> = case.at(case.now, |judge| {
            judge.judgements(document).map(|judgement| (judgement.state, judgement.holds_until)).collect()
        });
        for (place, (state, holds_until)) in first.iter().enumerate() {
            // Without an end, a year ahead is looked at.
            let end = holds_until.unwrap_or(case.now + SignedDuration::from_hours(365 * 24));
            prop_assert!(end > case.now, "{end} has passed at {}", case.now);
            let length = case.now.duration_until(end);
            let last = end - SignedDuration::from_nanos(1);
            let between = case.now + SignedDuration::from_secs(length.as_secs() / 1000 * part);
            for moment in [between, last] {
                let later = case.at(moment, |judge| states(judge, document)[place]);
                prop_assert_eq!(*state, later, "control {} at {} judged at {}", place, moment, case.now);
            }
        }
    }

    #[test]
    fn the_order_of_subjects_and_processors_is_irrelevant(case in any_case(0..12), turn in any::<prop::sample::Index>()) {
        case.at(case.now, |judge| {
            let mut turned: Vec<&FactDocument> = case.documents.iter().collect();
            if !turned.is_empty() {
                let by = turn.index(turned.len());
                turned.rotate_left(by);
                turned.reverse();
            }
            let findings: Vec<Finding> = turned.iter().flat_map(|document| judge.findings(document)).collect();
            let by_hand = roll_up(&findings, judge.organisation(), day_of(case.now));
            let parallel = judge.roll_up(&case.documents);
            for &unit in parallel.tree().units() {
                for (place, clause) in by_hand.clauses().iter().enumerate() {
                    let same = parallel.clauses().iter().position(|other| other == clause).expect("the clause");
                    prop_assert_eq!(by_hand.unit(unit)[place], parallel.unit(unit)[same]);
                }
            }
            let (by_hand, parallel) = (by_hand.everybody(), parallel.everybody());
            prop_assert_eq!(by_hand.into_iter().sum::<Counts>(), parallel.into_iter().sum::<Counts>());

            let mut streamed = Vec::new();
            judge.stream(&case.documents, Judge::findings, |findings| streamed.push(findings));
            let one_by_one: Vec<Vec<Finding>> =
                case.documents.iter().map(|document| judge.findings(document)).collect();
            prop_assert_eq!(streamed, one_by_one);
            Ok(())
        })?;
    }

    #[test]
    fn a_finding_is_its_judgement_with_reasons(case in any_case(1..3)) {
        case.at(case.now, |judge| {
            for document in &case.documents {
                let judgements: Vec<Judgement<'_>> = judge.judgements(document).collect();
                let findings = judge.findings(document);
                prop_assert_eq!(judgements.len(), findings.len());
                for (judgement, finding) in judgements.iter().zip(findings) {
                    prop_assert_eq!(judgement.state, finding.state);
                    prop_assert_eq!(&judgement.control.id, &finding.control);
                    prop_assert!(!finding.because.is_empty(), "{} is {} without a reason", finding.control, finding.state);
                    let reasons = |code: Option<GapCode>| finding.because.iter().any(|because| match &because.evidence {
                        Evidence::Reason(gap) => code.is_none_or(|code| gap.code == code),
                        Evidence::Value(_) => false,
                    });
                    if judgement.unexempted == State::Unknown {
                        prop_assert!(reasons(None), "{:?}", finding.because);
                    }
                    if judgement.unexempted != State::Fail {
                        prop_assert!(finding.offenders.is_empty());
                    }
                }
            }
            Ok(())
        })?;
    }
}

/// Laws over inputs that decide nothing would hold for no good reason.
#[test]
fn the_laws_look_at_every_state() {
    let mut runner = TestRunner::deterministic();
    let cases = any_case(1..3);
    let mut seen = Counts::default();
    let mut limited = 0;
    for _ in 0..300 {
        let case = cases.new_tree(&mut runner).expect("a case").current();
        case.at(case.now, |judge| {
            for judgement in case.documents.iter().flat_map(|document| judge.judgements(document)) {
                seen.record(judgement.state);
                limited += u64::from(judgement.holds_until.is_some());
            }
        });
    }
    for state in State::ALL {
        let share = seen.of(*state) * 100 / seen.total();
        assert!(share >= 3, "only {share} % are {state}: {seen:?}");
    }
    assert!(limited * 2 > seen.total(), "time alone changes only {limited} of {}", seen.total());
}
