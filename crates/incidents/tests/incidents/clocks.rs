//! Each clock at its limit, with and without a report, a value, an assessment.

use jiff::SignedDuration;
use jiff::civil::date;
use khien_directive::Directive;
use khien_expr::Value;
use khien_incidents::{Act, Clock, ClockState, Doubt, FactSheet, Severity, Step, YesNo, clocks};

use crate::{DISCOVERED, act, at, sheet};

fn directive(id: &str) -> Directive {
    khien_content::shipped(id).expect("it ships").directive
}

fn of<'c>(all: &'c [Clock<'_>], step: Step) -> &'c Clock<'c> {
    all.iter().find(|clock| clock.step == step).unwrap_or_else(|| panic!("{step} is not among {all:#?}"))
}

fn graded(severity: Severity) -> FactSheet {
    FactSheet { severity: Some(severity), personal_data: Some(YesNo::Yes), ..sheet() }
}

#[test]
fn every_clock_ends_with_its_very_moment() {
    let directive = directive("thads-2026");
    let sheet = graded(Severity::Grave);
    for (step, minutes) in [
        (Step::FocalOfficer, 15),
        (Step::Office, 60),
        (Step::Superior, 4 * 60),
        (Step::AtOnce, 60),
        (Step::FirstNotice, 24 * 60),
        (Step::Detailed, 72 * 60),
        (Step::PersonalData, 72 * 60),
    ] {
        let due = at(DISCOVERED) + SignedDuration::from_mins(minutes);
        let after = due + SignedDuration::from_secs(1);
        for (now, state) in
            [(at(DISCOVERED), ClockState::Running), (due, ClockState::Running), (after, ClockState::Late)]
        {
            let all = clocks(&sheet, &[], Some(&directive), now);
            let clock = of(&all, step);
            assert_eq!((clock.due, clock.state, clock.doubt), (Some(due), state, None), "{step} at {now}");
            assert_eq!(clock.is_overdue(), state == ClockState::Late);
        }
        // Reported at the last moment, and a second later; told long afterwards.
        for (done_at, state) in [(due, ClockState::Kept), (after, ClockState::Late)] {
            let acts = [Act { done_at, ..act(0, step, DISCOVERED) }];
            let all = clocks(&sheet, &acts, Some(&directive), due + SignedDuration::from_hours(900));
            let clock = of(&all, step);
            assert_eq!((clock.state, clock.done.map(|act| act.number)), (state, Some(0)), "{step} done at {done_at}");
            assert!(!clock.is_overdue(), "what was reported is late at most once");
        }
    }
}

#[test]
fn which_reports_are_owed_follows_from_the_sheet() {
    let directive = directive("thads-2026");
    let owed = |sheet: &FactSheet| -> Vec<(&'static str, Option<Doubt>)> {
        let all = clocks(sheet, &[], Some(&directive), at(DISCOVERED));
        all.iter().map(|clock| (clock.step.as_str(), clock.doubt)).collect()
    };
    let (no, open) = (None, Some(Doubt::NotAssessed));
    assert_eq!(owed(&graded(Severity::FalseAlarm)), [("focal_officer", no)]);
    let ordinary = FactSheet { personal_data: Some(YesNo::No), ..graded(Severity::Ordinary) };
    assert_eq!(owed(&ordinary), [("focal_officer", no), ("office", no), ("detailed", no)]);
    let serious = [("focal_officer", no), ("office", no), ("superior", no), ("first_notice", no), ("detailed", no)];
    assert_eq!(owed(&FactSheet { personal_data: Some(YesNo::No), ..graded(Severity::Serious) }), serious);
    // Nobody has said anything yet: nothing is left out, and nothing is called kept or late.
    let unsaid = [
        ("focal_officer", no),
        ("office", no),
        ("superior", open),
        ("at_once", open),
        ("first_notice", open),
        ("detailed", no),
        ("personal_data", Some(Doubt::PersonalDataNotKnown)),
    ];
    assert_eq!(owed(&sheet()), unsaid);
    let all = clocks(&sheet(), &[], Some(&directive), at("2027-01-01T00:00:00+07:00"));
    assert_eq!(of(&all, Step::FirstNotice).state, ClockState::Unknown);
    assert!(of(&all, Step::FirstNotice).due.is_some(), "the time is shown all the same");
    // What was reported in time is kept, whether it was owed or not; what was reported late stays open.
    let acts =
        [act(0, Step::FirstNotice, "2026-11-21T20:00:00+07:00"), act(1, Step::AtOnce, "2026-11-21T20:00:00+07:00")];
    let all = clocks(&sheet(), &acts, Some(&directive), at("2027-01-01T00:00:00+07:00"));
    assert_eq!(of(&all, Step::FirstNotice).state, ClockState::Kept);
    assert_eq!((of(&all, Step::AtOnce).state, of(&all, Step::AtOnce).doubt), (ClockState::Unknown, open));
}

#[test]
fn without_a_value_nothing_is_kept() {
    let acts = [act(0, Step::Detailed, DISCOVERED), act(1, Step::FocalOfficer, DISCOVERED)];
    let state = |directive: Option<&Directive>, sheet: &FactSheet, step| {
        let all = clocks(sheet, &acts, directive, at("2026-12-31T00:00:00+07:00"));
        let clock = of(&all, step);
        (clock.state, clock.doubt, clock.due.is_some())
    };
    let unknown = (ClockState::Unknown, Some(Doubt::NoLimit), false);
    let sheet = graded(Severity::Serious);
    assert_eq!(state(None, &sheet, Step::FocalOfficer), unknown);
    // The older profile has no limits in hours of the law, but the proposals.
    let old = directive("thads-2024");
    assert_eq!(state(Some(&old), &sheet, Step::Detailed), unknown);
    assert_eq!(state(Some(&old), &sheet, Step::FocalOfficer), (ClockState::Kept, None, true));
    // Discovered on the last moment before the decree, and on its first.
    let new = directive("thads-2026");
    let of_day = |discovered: &str| FactSheet { discovered_at: at(discovered), ..graded(Severity::Serious) };
    assert_eq!(state(Some(&new), &of_day("2026-08-18T23:59:59+07:00"), Step::Detailed), unknown);
    assert_eq!(state(Some(&new), &of_day("2026-08-19T00:00:00+07:00"), Step::Detailed).1, None);
}

#[test]
fn the_value_of_the_day_of_the_discovery_counts() {
    let mut directive = directive("thads-2026");
    let parameter = directive.parameters.iter_mut().find(|one| one.name == "incident_detailed_report").unwrap();
    let mut newer = parameter.values[0].clone();
    parameter.values[0].valid_to = Some(date(2026, 11, 22));
    (newer.value, newer.valid_from) = (Value::Duration(SignedDuration::from_hours(48)), date(2026, 11, 22));
    parameter.values.push(newer);
    for (discovered, hours) in [("2026-11-21T23:59:59+07:00", 72), ("2026-11-22T00:00:00+07:00", 48)] {
        let sheet = FactSheet { discovered_at: at(discovered), ..graded(Severity::Ordinary) };
        let all = clocks(&sheet, &[], Some(&directive), at("2026-11-23T00:00:00+07:00"));
        assert_eq!(of(&all, Step::Detailed).limit, Some(SignedDuration::from_hours(hours)), "{discovered}");
    }
}

#[test]
fn the_first_report_that_stands_counts() {
    let directive = directive("thads-2026");
    let mut acts = vec![
        act(0, Step::Office, "2026-11-21T12:00:00+07:00"),
        act(1, Step::Office, "2026-11-21T09:30:00+07:00"),
        act(2, Step::Office, "2026-11-21T09:20:00+07:00"),
    ];
    acts[2].withdrawn_at = Some(at("2026-11-21T13:00:00+07:00"));
    let sheet = graded(Severity::Ordinary);
    let all = clocks(&sheet, &acts, Some(&directive), at("2026-11-22T00:00:00+07:00"));
    let office = of(&all, Step::Office);
    assert_eq!((office.state, office.done.map(|act| act.number)), (ClockState::Kept, Some(1)));
    assert_eq!(office.source.map(|source| source.number.as_str()), Some("(đề xuất)"));
    assert_eq!(of(&all, Step::Detailed).source.map(|source| source.number.as_str()), Some("331/2026/NĐ-CP"));
}
