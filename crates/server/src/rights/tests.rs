//! The golden table, and what `may` adds to it.

use expect_test::expect_file;
use jiff::civil::{Date, date};
use khien_model::{Succession, Unit, UnitName, UnitParent, UnitRegister, UnitTree, Validity};

use super::{
    Action, Appointment, Denied, Place, Reach, Resource, Right, Rights, Role, Scope, TABLE, golden, may, table,
};

const FOUNDED: Date = date(2020, 1, 1);
const MERGER: Date = date(2025, 7, 1);
const TODAY: Date = date(2026, 11, 22);
const BEFORE_MERGER: Date = date(2025, 6, 30);

fn unit(id: &str, parent: Option<&str>, from: Date, to: Option<Date>) -> Unit {
    Unit {
        id: id.to_owned(),
        kind: None,
        names: vec![UnitName { name: format!("Đơn vị {id}"), abbreviation: None, valid_from: from, valid_to: to }],
        parents: parent
            .map(|parent| UnitParent { unit: parent.to_owned(), valid_from: from, valid_to: to })
            .into_iter()
            .collect(),
        valid_from: from,
        valid_to: to,
    }
}

/// A province with an office and a region; the region took over from two branches in 2025.
fn units() -> UnitTree {
    let took_over =
        |old: &str| Succession { new: "region".to_owned(), old: old.to_owned(), from: MERGER, share_percent: 100 };
    UnitTree::new(UnitRegister {
        units: vec![
            unit("province", None, FOUNDED, None),
            unit("office", Some("province"), FOUNDED, None),
            unit("region", Some("province"), MERGER, None),
            unit("team", Some("region"), MERGER, None),
            unit("branch-1", Some("province"), FOUNDED, Some(MERGER)),
            unit("branch-2", Some("province"), FOUNDED, Some(MERGER)),
        ],
        successions: vec![took_over("branch-1"), took_over("branch-2")],
    })
    .unwrap()
}

fn rights(roles: &[(Role, Option<&str>)]) -> Rights {
    let always = Validity { from: FOUNDED, to: None };
    Rights::new(
        "lan",
        TODAY,
        roles.iter().map(|(role, unit)| Appointment { role: *role, unit: unit.map(str::to_owned), validity: always }),
    )
}

/// Asks about something in `unit` that belongs to `people`, on `day`: `ok` or the code of the refusal.
fn ask(
    rights: &Rights,
    action: Action,
    resource: Resource,
    unit: Option<&str>,
    people: &[&str],
    day: Date,
) -> &'static str {
    let units = units();
    let place = Place::people(unit.map(|unit| units.find(unit).unwrap()), people);
    match may(rights, action, resource, &place, &units.on(day)) {
        Ok(()) => "ok",
        Err(denied) => denied.code(),
    }
}

#[test]
fn the_table_is_the_one_in_git() {
    expect_file!["golden/rights.txt"].assert_eq(&golden());
}

#[test]
fn no_line_stands_twice_and_every_resource_has_one() {
    for (place, line) in TABLE.iter().enumerate() {
        let same = TABLE.iter().position(|other| (other.resource, other.action) == (line.resource, line.action));
        assert_eq!(same, Some(place), "{} {}", line.resource, line.action);
    }
    for resource in Resource::ALL {
        assert!(TABLE.iter().any(|line| line.resource == *resource), "{resource} is in no line");
    }
}

#[test]
fn an_assessor_views_and_nothing_else() {
    for line in TABLE {
        if line.action != Action::View {
            assert_eq!(table::scope(Role::Assessor, line.resource, line.action), Scope::None, "{line:?}");
        }
    }
    let assessor = rights(&[(Role::Assessor, None)]);
    assert!(!assessor.could(Action::Ask, Resource::Request), "an assessor has no list of their own either");
    for (action, code) in [(Action::View, "ok"), (Action::Change, "denied-past-is-fixed")] {
        assert_eq!(ask(&assessor, action, Resource::Subject, Some("branch-1"), &[], FOUNDED), code);
    }
}

#[test]
fn an_official_reaches_only_their_own_things() {
    let official = rights(&[]);
    for line in TABLE {
        let scope = table::scope(Role::Official, line.resource, line.action);
        // An advisory is shown to those whom it concerns; its handler asks.
        let is_public = matches!(line.resource, Resource::Control | Resource::Document | Resource::Advisory);
        assert!(is_public || matches!(scope, Scope::None | Scope::OwnPerson), "{line:?}");
    }
    let cases: &[(Action, Resource, &[&str], Date, &str)] = &[
        (Action::View, Resource::Subject, &["lan"], TODAY, "ok"),
        (Action::View, Resource::Subject, &["minh", "lan"], TODAY, "ok"),
        (Action::View, Resource::Subject, &["minh"], TODAY, "denied-out-of-reach"),
        (Action::View, Resource::Subject, &[], TODAY, "denied-out-of-reach"),
        (Action::View, Resource::Subject, &["lan"], MERGER, "denied-only-today"),
        (Action::View, Resource::Person, &["minh"], TODAY, "denied-out-of-reach"),
        (Action::View, Resource::Person, &["minh"], MERGER, "denied-out-of-reach"),
        (Action::View, Resource::Unit, &["lan"], TODAY, "denied-no-role"),
        (Action::Ask, Resource::Request, &["lan"], TODAY, "ok"),
        (Action::Ask, Resource::Request, &["minh"], TODAY, "denied-out-of-reach"),
        (Action::View, Resource::Control, &[], TODAY, "ok"),
    ];
    for (action, resource, people, day, expected) in cases {
        assert_eq!(
            ask(&official, *action, *resource, Some("region"), people, *day),
            *expected,
            "{action} {resource} of {people:?} on {day}"
        );
    }
}

#[test]
fn a_head_reaches_the_subtree_of_the_day_and_what_was_merged_into_it() {
    let head = rights(&[(Role::UnitHead, Some("region"))]);
    let cases: &[(Option<&str>, Date, &str)] = &[
        (Some("region"), TODAY, "ok"),
        (Some("team"), TODAY, "ok"),
        (Some("province"), TODAY, "denied-out-of-reach"),
        (Some("office"), TODAY, "denied-out-of-reach"),
        (None, TODAY, "denied-out-of-reach"),
        (Some("branch-1"), BEFORE_MERGER, "ok"),
        (Some("office"), BEFORE_MERGER, "denied-out-of-reach"),
        (Some("province"), BEFORE_MERGER, "denied-out-of-reach"),
        (Some("branch-1"), TODAY, "denied-out-of-reach"),
    ];
    for (unit, day, expected) in cases {
        assert_eq!(ask(&head, Action::View, Resource::Unit, *unit, &[], *day), *expected, "{unit:?} on {day}");
    }
}

#[test]
fn a_head_signs_off_the_own_unit_only() {
    let head = rights(&[(Role::UnitHead, Some("region"))]);
    assert_eq!(ask(&head, Action::Sign, Resource::SignOff, Some("region"), &[], TODAY), "ok");
    assert_eq!(ask(&head, Action::Sign, Resource::SignOff, Some("team"), &[], TODAY), "denied-out-of-reach");
    let above = rights(&[(Role::UnitHead, Some("province"))]);
    assert_eq!(ask(&above, Action::Sign, Resource::SignOff, Some("region"), &[], TODAY), "denied-out-of-reach");
}

#[test]
fn an_administrator_of_a_unit_changes_nothing_of_the_whole() {
    let bound = rights(&[(Role::Administrator, Some("region"))]);
    let whole = rights(&[(Role::Administrator, None)]);
    for resource in [Resource::Directive, Resource::Setting, Resource::Organisation, Resource::Import] {
        assert_eq!(ask(&whole, Action::Change, resource, None, &[], TODAY), "ok", "{resource}");
        assert_eq!(ask(&bound, Action::Change, resource, Some("region"), &[], TODAY), "denied-no-role", "{resource}");
    }
    // Nor do they hand out a role that reaches further than their own.
    assert_eq!(ask(&bound, Action::Change, Resource::Role, None, &[], TODAY), "denied-out-of-reach");
    assert_eq!(ask(&bound, Action::Change, Resource::Role, Some("province"), &[], TODAY), "denied-out-of-reach");
    assert_eq!(ask(&bound, Action::Change, Resource::Role, Some("team"), &[], TODAY), "ok");
}

#[test]
fn nobody_decides_about_their_own_case() {
    let units = units();
    let administrator = rights(&[(Role::Administrator, None)]);
    let decide = |asked_by: &str, people: &[&str]| {
        let place = Place { unit: units.find("region"), people, asked_by: Some(asked_by) };
        may(&administrator, Action::Decide, Resource::Exemption, &place, &units.on(TODAY))
    };
    let own = Err(Denied::OwnCase { action: Action::Decide, resource: Resource::Exemption });
    assert_eq!(decide("minh", &["minh"]), Ok(()));
    assert_eq!(decide("lan", &["minh"]), own, "asked for it");
    assert_eq!(decide("minh", &["lan"]), own, "it is about their own machine");
}

#[test]
fn the_past_is_changed_by_nobody() {
    for role in Role::ALL {
        let rights = rights(&[(*role, None)]);
        for line in TABLE.iter().filter(|line| line.action != Action::View) {
            assert_eq!(
                ask(&rights, line.action, line.resource, Some("province"), &["lan"], MERGER),
                "denied-past-is-fixed",
                "{role} {line:?}"
            );
        }
    }
}

#[test]
fn a_role_holds_from_its_first_day_to_the_day_before_its_end() {
    let appointed = Appointment {
        role: Role::UnitHead,
        unit: Some("region".to_owned()),
        validity: Validity { from: MERGER, to: Some(TODAY) },
    };
    let on = |day: Date| Rights::new("lan", day, [appointed.clone()]).has(Role::UnitHead);
    assert!(!on(BEFORE_MERGER));
    assert!(on(MERGER));
    assert!(on(TODAY.yesterday().unwrap()));
    assert!(!on(TODAY));
}

#[test]
fn reach_and_may_agree_everywhere() {
    let units = units();
    let place_of_role = [None, Some("province"), Some("region"), Some("team"), Some("branch-1"), Some("nowhere")];
    for (role, bound) in Role::ALL.iter().flat_map(|role| place_of_role.map(|bound| (*role, bound))) {
        let rights = rights(&[(role, bound)]);
        for (line, day) in TABLE.iter().flat_map(|line| [TODAY, BEFORE_MERGER].map(|day| (line, day))) {
            let tree = units.on(day);
            let reach = rights.reach(line.action, line.resource, &tree);
            for unit in tree.units() {
                let allowed = may(&rights, line.action, line.resource, &Place::unit(*unit), &tree).is_ok();
                assert_eq!(reach.contains(Some(*unit)), allowed, "{role} of {bound:?}: {line:?} on {day}");
            }
        }
    }
}

#[test]
fn one_starts_to_look_at_the_topmost_reached_units() {
    let units = units();
    let tree = units.on(TODAY);
    let tops = |roles: &[(Role, Option<&str>)]| -> Vec<String> {
        let reach = rights(roles).reach(Action::View, Resource::Overview, &tree);
        reach.tops(&tree).into_iter().map(|unit| units.unit(unit).id.clone()).collect()
    };
    assert_eq!(tops(&[(Role::Administrator, None)]), ["province"]);
    assert_eq!(tops(&[(Role::UnitHead, Some("region"))]), ["region"]);
    assert_eq!(tops(&[(Role::UnitHead, Some("team")), (Role::ItFocalOfficer, Some("office"))]), ["office", "team"]);
    assert_eq!(rights(&[]).reach(Action::View, Resource::Overview, &tree), Reach::OwnThings);
}

#[test]
fn whoever_is_not_signed_in_may_do_nothing() {
    let control = Right::May(Action::View, Resource::Control);
    let allowed =
        |rights: &Rights| [Right::Anyone, Right::SigningIn, Right::SignedIn, control].map(|right| rights.allow(right));
    assert_eq!(allowed(&Rights::default()), [true, false, false, false]);
    assert_eq!(allowed(&Rights::unfinished("lan", TODAY)), [true, true, false, false]);
    assert_eq!(allowed(&rights(&[])), [true, true, true, true]);
    let units = units();
    for nobody in [Rights::default(), Rights::unfinished("lan", TODAY)] {
        for line in TABLE {
            let place = Place::people(units.find("province"), &["lan", ""]);
            assert!(may(&nobody, line.action, line.resource, &place, &units.on(TODAY)).is_err(), "{line:?}");
        }
    }
}
