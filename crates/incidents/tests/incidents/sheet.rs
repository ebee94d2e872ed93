//! What is typed, field by field.

use khien_incidents::acts::{FIELDS, NewAct};
use khien_incidents::sheet::{MAX_LINE, MAX_TEXT, Shape, form_moment};
use khien_incidents::{Act, FactSheet, Part, Severity, Step, Wrong};

use crate::{DISCOVERED, act, at, sheet};

const NOW: &str = "2026-11-21T10:00:30+07:00";

/// Reads the sheet with one field filled in otherwise.
fn read_with(part: Part, typed: &str, acts: &[Act]) -> Result<FactSheet, Vec<(Part, Wrong)>> {
    let whole = sheet();
    let written: Vec<(Part, String)> = Part::ALL
        .iter()
        .map(|one| (*one, if *one == part { typed.to_owned() } else { whole.written(*one).unwrap_or_default() }))
        .collect();
    let value =
        |name: &str| written.iter().find(|(one, _)| one.as_str() == name).map_or("", |(_, typed)| typed.as_str());
    FactSheet::read(value, acts, at(NOW))
        .map_err(|mistakes| mistakes.into_iter().map(|mistake| (mistake.part, mistake.wrong)).collect())
}

#[test]
fn every_field_says_what_is_wrong_with_it() {
    for part in Part::ALL {
        let refused = |typed: &str, wrong| {
            assert_eq!(read_with(*part, typed, &[]), Err(vec![(*part, wrong)]), "{part}: {typed:.40}");
        };
        if part.is_required() {
            refused("  ", Wrong::Missing);
        } else {
            assert!(read_with(*part, "  ", &[]).is_ok(), "{part} may be left open");
        }
        match part.shape() {
            Shape::Line => refused(&"ạ".repeat(MAX_LINE + 1), Wrong::TooLong(MAX_LINE)),
            Shape::Lines => refused(&"ạ".repeat(MAX_TEXT + 1), Wrong::TooLong(MAX_TEXT)),
            Shape::Choice(_) => refused("sốt cao", Wrong::NoSuchWord),
            Shape::Moment => {
                refused("sáng nay", Wrong::NoMoment);
                refused("2026-11-21T10:01", Wrong::Future);
            }
        }
    }
}

#[test]
fn every_field_takes_as_much_as_it_may_and_gives_it_back() {
    for part in Part::ALL {
        let typed = match part.shape() {
            Shape::Line => "ạ".repeat(MAX_LINE),
            Shape::Lines => "ạ".repeat(MAX_TEXT),
            Shape::Choice(words) => words.last().copied().unwrap_or_default().to_owned(),
            // Discovered now at the latest; begun and ended in the very minute.
            Shape::Moment if *part == Part::DiscoveredAt => "2026-11-21T10:00".to_owned(),
            Shape::Moment => form_moment(at(DISCOVERED)),
        };
        let read = read_with(*part, &typed, &[]).unwrap_or_else(|wrong| panic!("{part}: {wrong:?}"));
        assert_eq!(read.written(*part), Some(typed));
        assert_eq!(read.mistakes(&[], at(NOW)), []);
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<FactSheet>(&json).unwrap(), read);
    }
}

#[test]
fn one_thing_comes_after_the_other() {
    let started = read_with(Part::StartedAt, "2026-11-21T09:01", &[]);
    assert_eq!(started, Err(vec![(Part::StartedAt, Wrong::AfterDiscovery)]));
    let ended = read_with(Part::EndedAt, "2026-11-21T08:59", &[]);
    assert_eq!(ended, Err(vec![(Part::EndedAt, Wrong::BeforeDiscovery)]));
    let reported = [act(0, Step::FocalOfficer, "2026-11-21T09:05:00+07:00")];
    let later = read_with(Part::DiscoveredAt, "2026-11-21T09:06", &reported);
    assert_eq!(later, Err(vec![(Part::DiscoveredAt, Wrong::AfterReport)]));
    assert!(read_with(Part::DiscoveredAt, "21/11/2026 09:05", &reported).is_ok());
    let withdrawn = [Act { withdrawn_at: Some(at(NOW)), ..reported[0].clone() }];
    assert!(read_with(Part::DiscoveredAt, "2026-11-21T09:06", &withdrawn).is_ok());
}

#[test]
fn a_discovery_of_long_ago_is_asked_about_again() {
    let long_ago = (Part::DiscoveredAt, Wrong::LongAgo);
    for (typed, is_refused) in [
        ("1999-01-01T10:00", true),
        ("0026-11-21T09:00", true),
        // Three years of 366 days before now, to the minute.
        ("2023-11-19T10:00", true),
        ("2023-11-19T10:01", false),
        ("2025-11-21T09:00", false),
    ] {
        let wrong = read_with(Part::DiscoveredAt, typed, &[]).err().unwrap_or_default();
        assert_eq!(wrong.contains(&long_ago), is_refused, "{typed}: {wrong:?}");
    }
}

#[test]
fn texts_are_composed_and_changes_are_told() {
    let decomposed = "Ma\u{0301}y treo";
    let read = read_with(Part::Seen, decomposed, &[]).unwrap();
    assert_eq!(read.seen, "Máy treo");
    let graded = FactSheet { severity: Some(Severity::Serious), ..read.clone() };
    assert_eq!(read.changes(&graded), [(Part::Severity, None, Some("serious".to_owned()))]);
    assert_eq!(read.changes(&read), []);
}

#[test]
fn a_report_says_what_when_by_whom_and_how() {
    let right = ["office", "2026-11-21T09:30", "Lê Văn Cường", "Điện thoại"];
    let read = |place: usize, typed: &str| {
        let value = |name: &str| {
            let field = FIELDS.iter().position(|field| *field == name).unwrap_or(usize::MAX);
            if field == place { typed } else { right.get(field).copied().unwrap_or_default() }
        };
        NewAct::read(value, &sheet(), at(NOW))
    };
    let whole = read(usize::MAX, "").unwrap();
    assert_eq!((whole.step, whole.done_at), (Step::Office, at("2026-11-21T09:30:00+07:00")));
    assert_eq!(whole.mistake(&sheet(), at(NOW)), None);
    let long = "a".repeat(MAX_LINE + 1);
    for (place, typed, wrong) in [
        (0, "", Wrong::NoSuchWord),
        (0, "somewhere", Wrong::NoSuchWord),
        (1, "", Wrong::Missing),
        (1, "lúc nãy", Wrong::NoMoment),
        (1, "2026-11-21T10:01", Wrong::Future),
        (1, "2026-11-21T08:59", Wrong::BeforeDiscovery),
        (2, " ", Wrong::Missing),
        (2, &long, Wrong::TooLong(MAX_LINE)),
        (3, "", Wrong::Missing),
        (3, &long, Wrong::TooLong(MAX_LINE)),
    ] {
        assert_eq!(read(place, typed), Err(vec![(FIELDS[place], wrong)]), "{typed:.20}");
    }
    let long = NewAct { how: long.clone(), ..whole.clone() };
    assert_eq!(long.mistake(&sheet(), at(NOW)), Some(("how", Wrong::TooLong(MAX_LINE))));
    assert_eq!(whole.mistake(&sheet(), at("2026-11-21T09:29:59+07:00")), Some(("done_at", Wrong::Future)));
}
