//! Reforms of a small province, each drawn as the tree before and after, and any reform of any register.

use expect_test::{Expect, expect};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::unit::tests::{any_register, assign, device, mended, register};
use crate::{MAX_TREE_DEPTH, TreeOnDay, UnitIndex};

const DAY: Date = date(2027, 3, 1);

const PROVINCE: &str = "
    ct 2004.. THADS Cần Thơ@2004
    vp 2004.. Văn phòng@2004 < ct@2004..
    kv1 2025.. Khu vực 1@2025 < ct@2025..
    kv2 2025.. Khu vực 2@2025 < ct@2025..
    to1 2025.. Tổ 1@2025 < kv1@2025..
    to2 2025.. Tổ 2@2025 < kv1@2025..
";

fn people() -> Vec<Assignment> {
    vec![
        assign("pc-1", "kv1", "2025.."),
        assign("pc-2", "kv1", "2025.."),
        assign("pc-3", "kv2", "2025.."),
        assign("gone", "kv1", "2025..2026"),
    ]
}

fn founded(id: &str, parent: Option<&str>) -> Founded {
    Founded {
        id: id.to_owned(),
        kind: None,
        name: format!("Đơn vị {id}"),
        abbreviation: None,
        parent: parent.map(str::to_owned),
    }
}

fn existing(id: &str) -> Successor {
    Successor::Existing(id.to_owned())
}

fn part(successor: Successor, share_percent: u8) -> Part {
    Part { successor, share_percent }
}

fn drawn(tree: &TreeOnDay<'_>, unit: UnitIndex, depth: usize, page: &mut String) {
    let name = tree.name(unit).map_or("?", |name| name.name.as_str());
    page.push_str(&format!("{}{} {name}\n", "  ".repeat(depth), tree.tree().unit(unit).id));
    for child in tree.children(unit) {
        drawn(tree, child, depth + 1, page);
    }
}

/// The tree of the day, who moves, what ends and who took over.
fn outcome(change: &Reform) -> String {
    let reformed = match reform(&register(PROVINCE), &people(), change, DAY) {
        Ok(reformed) => reformed,
        Err(problem) => return format!("{problem}\n"),
    };
    let tree = UnitTree::new(reformed.register.clone()).expect("a reform yields a tree");
    let day = tree.on(DAY);
    let mut page = String::new();
    for root in day.roots() {
        drawn(&day, root, 0, &mut page);
    }
    for moved in &reformed.moved {
        page.push_str(&format!("{}: {} -> {}\n", moved.subject.id, moved.from, moved.to));
    }
    for succession in &reformed.register.successions {
        page.push_str(&format!("{} <= {} {}%\n", succession.new, succession.old, succession.share_percent));
    }
    page.push_str(&format!("ended: {}; reparented: {}\n", reformed.ended.join(" "), reformed.reparented.join(" ")));
    page
}

#[track_caller]
fn assert_reform(change: &Reform, expected: &Expect) {
    expected.assert_eq(&outcome(change));
}

#[test]
fn units_are_founded_renamed_and_moved() {
    assert_reform(
        &Reform::Found(founded("kv3", Some("ct"))),
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv1 Khu vực 1
            to1 Tổ 1
            to2 Tổ 2
          kv2 Khu vực 2
          kv3 Đơn vị kv3
        ended: ; reparented: 
    "#]],
    );
    let name = "Phòng THADS khu vực 1".to_owned();
    assert_reform(
        &Reform::Rename { unit: "kv1".into(), name, abbreviation: None },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv1 Phòng THADS khu vực 1
            to1 Tổ 1
            to2 Tổ 2
          kv2 Khu vực 2
        ended: ; reparented: 
    "#]],
    );
    assert_reform(
        &Reform::Move { unit: "to2".into(), parent: Some("kv2".into()) },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv1 Khu vực 1
            to1 Tổ 1
          kv2 Khu vực 2
            to2 Tổ 2
        ended: ; reparented: to2
    "#]],
    );
    assert_reform(
        &Reform::Move { unit: "kv2".into(), parent: None },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv1 Khu vực 1
            to1 Tổ 1
            to2 Tổ 2
        kv2 Khu vực 2
        ended: ; reparented: kv2
    "#]],
    );
}

#[test]
fn several_units_become_one() {
    let old = vec!["kv1".to_owned(), "kv2".to_owned()];
    let into = Successor::Founded(founded("kv", Some("ct")));
    assert_reform(
        &Reform::Merge { old: old.clone(), into },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv Đơn vị kv
            to1 Tổ 1
            to2 Tổ 2
        pc-1: kv1 -> kv
        pc-2: kv1 -> kv
        pc-3: kv2 -> kv
        kv <= kv1 100%
        kv <= kv2 100%
        ended: kv1 kv2; reparented: to1 to2
    "#]],
    );
    assert_reform(
        &Reform::Merge { old, into: existing("kv2") },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv2 Khu vực 2
            to1 Tổ 1
            to2 Tổ 2
        pc-1: kv1 -> kv2
        pc-2: kv1 -> kv2
        kv2 <= kv1 100%
        ended: kv1; reparented: to1 to2
    "#]],
    );
    // A unit that takes over the one it belongs to stands in its place.
    assert_reform(
        &Reform::Merge { old: vec!["kv1".into()], into: existing("to1") },
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv2 Khu vực 2
          to1 Tổ 1
            to2 Tổ 2
        pc-1: kv1 -> to1
        pc-2: kv1 -> to1
        to1 <= kv1 100%
        ended: kv1; reparented: to1 to2
    "#]],
    );
}

#[test]
fn one_unit_becomes_several() {
    let split = |parts| Reform::Split {
        old: "kv1".into(),
        parts,
        subjects: BTreeMap::from([(device("pc-2"), 1)]),
        children: BTreeMap::from([("to2".to_owned(), 1)]),
    };
    let new = |id| Successor::Founded(founded(id, Some("ct")));
    assert_reform(
        &split(vec![part(new("a"), 60), part(new("b"), 40)]),
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv2 Khu vực 2
          a Đơn vị a
            to1 Tổ 1
          b Đơn vị b
            to2 Tổ 2
        pc-1: kv1 -> a
        pc-2: kv1 -> b
        a <= kv1 60%
        b <= kv1 40%
        ended: kv1; reparented: to1 to2
    "#]],
    );
    assert_reform(
        &split(vec![part(existing("kv1"), 60), part(new("b"), 40)]),
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv1 Khu vực 1
            to1 Tổ 1
          kv2 Khu vực 2
          b Đơn vị b
            to2 Tổ 2
        pc-2: kv1 -> b
        b <= kv1 40%
        ended: ; reparented: to2
    "#]],
    );
    assert_reform(
        &split(vec![part(existing("kv2"), 50), part(existing("to1"), 50)]),
        &expect![[r#"
        ct THADS Cần Thơ
          vp Văn phòng
          kv2 Khu vực 2
          to1 Tổ 1
            to2 Tổ 2
        pc-1: kv1 -> kv2
        pc-2: kv1 -> to1
        kv2 <= kv1 50%
        to1 <= kv1 50%
        ended: kv1; reparented: to1 to2
    "#]],
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let new = |id| Successor::Founded(founded(id, Some("ct")));
    let split = |parts, subjects| Reform::Split { old: "kv1".into(), parts, subjects, children: BTreeMap::new() };
    let cases = [
        Reform::Close { unit: "kv1".into() },
        Reform::Close { unit: "nobody".into() },
        Reform::Move { unit: "kv1".into(), parent: Some("to1".into()) },
        Reform::Move { unit: "kv1".into(), parent: Some("nobody".into()) },
        Reform::Rename { unit: "kv1".into(), name: " ".into(), abbreviation: None },
        Reform::Found(founded("kv1", None)),
        Reform::Merge { old: vec!["kv1".into()], into: new("x") },
        Reform::Merge { old: vec!["kv1".into(), "kv1".into()], into: new("x") },
        Reform::Merge { old: vec!["kv1".into()], into: existing("kv1") },
        split(vec![part(new("a"), 100)], BTreeMap::new()),
        split(vec![part(new("a"), 60), part(new("a"), 40)], BTreeMap::new()),
        split(vec![part(new("a"), 60), part(new("b"), 60)], BTreeMap::new()),
        split(vec![part(new("a"), 60), part(new("b"), 40)], BTreeMap::from([(device("pc-1"), 2)])),
    ];
    let said: String = cases.iter().map(outcome).collect();
    expect![[r#"
        the unit "kv1" still has 2 subjects and 2 units in it
        the unit "nobody" is not in the register
        on 2027-03-01 these units belong to each other in a circle: kv1, to1
        "kv1" belongs to "nobody", which is not in the register
        "kv1" has an empty name
        two units have the id "kv1"; "to1" belongs to "kv1" (2025-01-01 onwards), which does not exist on all of those days; "to2" belongs to "kv1" (2025-01-01 onwards), which does not exist on all of those days
        it takes at least two units
        the unit "kv1" is named twice
        it takes at least two units
        it takes at least two units
        the unit "a" is named twice
        on 2027-03-01 the shares of "kv1" come to 120 %; each must be 1 to 100, together at most 100
        there is no part 2
    "#]].assert_eq(&said);
}

#[test]
fn a_unit_that_changes_later_is_left_alone() {
    let mut planned = register(PROVINCE);
    let later = date(2028, 1, 1);
    planned =
        reform(&planned, &[], &Reform::Rename { unit: "kv1".into(), name: "Sau".into(), abbreviation: None }, later)
            .expect("a plan")
            .register;
    let now = Reform::Rename { unit: "kv1".into(), name: "Nay".into(), abbreviation: None };
    let problem = reform(&planned, &[], &now, DAY).expect_err("a later plan");
    assert_eq!(problem, ReformProblem::ChangesLater { unit: "kv1".into(), day: later });
    let same_day = reform(&planned, &[], &now, later).expect("the name of the day is corrected");
    assert_eq!(same_day.register.units[2].names.len(), 2);
}

fn any_reform() -> impl Strategy<Value = Reform> {
    let id = || (0..12_usize).prop_map(|place| format!("u{place}"));
    let successor = || {
        prop_oneof![
            id().prop_map(Successor::Existing),
            (0..3_usize, prop::option::of(id()))
                .prop_map(|(place, parent)| { Successor::Founded(founded(&format!("n{place}"), parent.as_deref())) }),
        ]
    };
    prop_oneof![
        prop::option::of(id()).prop_map(|parent| Reform::Found(founded("n", parent.as_deref()))),
        id().prop_map(|unit| Reform::Rename { unit, name: "Mới".into(), abbreviation: None }),
        (id(), prop::option::of(id())).prop_map(|(unit, parent)| Reform::Move { unit, parent }),
        (prop::collection::vec(id(), 1..4), successor()).prop_map(|(old, into)| Reform::Merge { old, into }),
        (id(), prop::collection::vec(successor(), 1..4), 0..4_usize).prop_map(|(old, parts, place)| Reform::Split {
            old,
            parts: parts.into_iter().map(|successor| part(successor, 25)).collect(),
            subjects: BTreeMap::from([(device("pc-1"), place)]),
            children: BTreeMap::new(),
        }),
        id().prop_map(|unit| Reform::Close { unit }),
    ]
}

proptest! {
    #[test]
    fn the_past_never_changes(register in any_register(), change in any_reform(), year in 2000..2030_i16) {
        let before = mended(register);
        let day = date(year, 6, 15);
        let homes: Vec<Assignment> = before.units().map(|unit| {
            let unit = before.unit(unit);
            Assignment {
                subject: device(&unit.id),
                unit: unit.id.clone(),
                valid_from: unit.valid_from,
                valid_to: unit.valid_to,
            }
        }).collect();
        let Ok(reformed) = reform(before.register(), &homes, &change, day) else { return Ok(()) };
        let after = UnitTree::new(reformed.register.clone()).expect("a tree");
        let past = day.yesterday().expect("a day");
        let shown = |tree: &UnitTree| -> Vec<(String, String, usize)> {
            let on = tree.on(past);
            on.units().iter().map(|unit| {
                let name = on.name(*unit).map_or(String::new(), |name| name.name.clone());
                (tree.unit(*unit).id.clone(), name, on.path(*unit).len())
            }).collect()
        };
        prop_assert_eq!(shown(&before), shown(&after));

        let then = |tree: &UnitTree, homes: &[Assignment], day: Date| -> Vec<Option<String>> {
            let organisation = Organisation::new(tree.clone(), homes.to_vec()).expect("in order");
            before.units().map(|unit| {
                let subject = device(&before.unit(unit).id);
                organisation.unit_of(&subject, day).map(|home| tree.unit(home).id.clone())
            }).collect()
        };
        prop_assert_eq!(then(&before, &homes, past), then(&after, &reformed.assignments, past));
        // Whoever had a home on the day has one after the reform.
        let had = then(&before, &homes, day).iter().filter(|home| home.is_some()).count();
        let has = then(&after, &reformed.assignments, day).iter().filter(|home| home.is_some()).count();
        prop_assert_eq!(had, has);
        prop_assert!(after.on(day).units().iter().all(|unit| after.on(day).path(*unit).len() <= MAX_TREE_DEPTH));
    }
}
