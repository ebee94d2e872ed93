//! Random organisations of at least five levels, with moves and reforms on a few days around [`base`](super::base).

use jiff::civil::{Date, date};
use khien_model::{
    Assignment, Coverage, Exemption, Exemptions, Organisation, Requirement, Subject, SubjectKind, Unit, UnitName,
    UnitParent, UnitRegister, UnitTree,
};
use proptest::prelude::*;

/// How deep the tree is at least.
pub(crate) const LEVELS: usize = 5;

const FIRST_DAY: Date = date(2020, 1, 1);

/// The days on which things change.
fn any_day() -> impl Strategy<Value = Date> {
    prop::sample::select(vec![
        date(2026, 11, 12),
        date(2026, 11, 20),
        date(2026, 11, 23),
        date(2026, 11, 25),
        date(2026, 12, 1),
        date(2026, 12, 15),
    ])
}

fn unit_id(place: usize) -> String {
    format!("u{place}")
}

/// Units `u0`, `u1`, …: the first [`LEVELS`] below each other, the others anywhere below those, some moving once. Each of
/// `subjects` belongs to one of them or to none, some moving once.
pub(crate) fn any_organisation(subjects: Vec<Subject>) -> impl Strategy<Value = Organisation> {
    let moves = || prop::option::weighted(0.4, (any_day(), any::<prop::sample::Index>()));
    let units = prop::collection::vec((any::<prop::sample::Index>(), moves()), LEVELS..14);
    let home = prop::option::weighted(0.9, (any::<prop::sample::Index>(), moves()));
    let homes = prop::collection::vec(home, subjects.len());
    (units, homes).prop_map(move |(units, homes)| {
        let register = units.iter().enumerate().map(|(place, (parent, moves))| {
            let parents = if place == 0 {
                vec![]
            } else if place < LEVELS {
                vec![UnitParent { unit: unit_id(place - 1), valid_from: FIRST_DAY, valid_to: None }]
            } else {
                let to = |parent: &prop::sample::Index| unit_id(parent.index(place));
                dated(to(parent), moves.as_ref().map(|(day, parent)| (*day, to(parent))))
                    .map(|(unit, valid_from, valid_to)| UnitParent { unit, valid_from, valid_to })
                    .collect()
            };
            let name = UnitName { name: unit_id(place), abbreviation: None, valid_from: FIRST_DAY, valid_to: None };
            Unit { id: unit_id(place), kind: None, names: vec![name], parents, valid_from: FIRST_DAY, valid_to: None }
        });
        let register = UnitRegister { units: register.collect(), successions: vec![] };
        let tree = UnitTree::new(register).expect("parents stand before their children");
        let count = units.len();
        // A unit belongs to its parent; everybody else is assigned.
        let assigned = subjects.iter().zip(homes).filter(|(subject, _)| subject.kind != SubjectKind::Unit);
        let assignments = assigned.flat_map(|(subject, home)| {
            let to = |unit: &prop::sample::Index| unit_id(unit.index(count));
            let dated = home
                .map(|(unit, moves)| dated(to(&unit), moves.map(|(day, unit)| (day, to(&unit)))).collect::<Vec<_>>());
            dated.into_iter().flatten().map(|(unit, valid_from, valid_to)| Assignment {
                subject: subject.clone(),
                unit,
                valid_from,
                valid_to,
            })
        });
        Organisation::new(tree, assignments).expect("every unit lives for ever")
    })
}

/// One value from the first day on, replaced by another on some day.
fn dated(first: String, moved: Option<(Date, String)>) -> impl Iterator<Item = (String, Date, Option<Date>)> {
    let until = moved.as_ref().map(|(day, _)| *day);
    std::iter::once((first, FIRST_DAY, until)).chain(moved.map(|(day, second)| (second, day, None)))
}

/// Some exemptions for some of `subjects` from some of `requirements`.
pub(crate) fn any_exemptions(
    subjects: Vec<Subject>,
    requirements: Vec<Requirement>,
) -> impl Strategy<Value = Vec<Exemption>> {
    let nobody = Subject { kind: SubjectKind::Device, id: "nobody".into() };
    let subject = prop::sample::select(subjects.into_iter().chain([nobody]).collect::<Vec<_>>());
    let covers = prop_oneof![
        subject.prop_map(Coverage::Subject),
        (0..LEVELS, prop::option::of(Just(SubjectKind::Device)))
            .prop_map(|(place, kind)| Coverage::Subtree { unit: unit_id(place), kind }),
        prop::sample::select(SubjectKind::ALL).prop_map(Coverage::Kind),
    ];
    let one = (covers, prop::sample::select(requirements), any_day(), any_day());
    prop::collection::vec(one, 0..24).prop_map(|exemptions| {
        let exemptions = exemptions.into_iter().enumerate();
        exemptions
            .map(|(place, (covers, lifts, one, other))| Exemption {
                id: format!("e{place}"),
                requested_by: "Nguyễn Văn An".into(),
                approved_by: "Trần Thị Bình".into(),
                reason: "Máy chờ thanh lý".into(),
                covers,
                lifts,
                valid_from: one.min(other),
                valid_to: one.max(other).tomorrow().expect("a day"),
            })
            .collect()
    })
}

/// `list` as exemptions within `organisation`.
pub(crate) fn exemptions(list: &[Exemption], organisation: &Organisation) -> Exemptions {
    Exemptions::new(list.to_vec(), organisation).expect("exemptions in order")
}
