//! The tree, checked on a miniature of the reform of 1 July 2025 and on random registers.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::{Subject, SubjectKind};

/// A day of 2024 (`a`), of 2025 after the reform (`b`), and the day of the reform.
const BEFORE: Date = date(2024, 3, 1);
const REFORM: Date = date(2025, 7, 1);
const AFTER: Date = date(2026, 1, 1);

/// One line per unit: `id from..to name@from | name@from < parent@from..to | parent@from..to`; one per succession:
/// `new <= old percent day`. Names last until the next one.
pub(super) fn register(text: &str) -> UnitRegister {
    let mut register = UnitRegister::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((new, rest)) = line.split_once(" <= ") {
            let words: Vec<&str> = rest.split(' ').collect();
            let [old, percent, from] = words.as_slice() else { panic!("a succession: {line}") };
            register.successions.push(Succession {
                new: new.to_owned(),
                old: (*old).to_owned(),
                from: day(from),
                share_percent: percent.parse().expect("a percentage"),
            });
            continue;
        }
        let (unit, parents) = line.split_once(" < ").unwrap_or((line, ""));
        let mut words = unit.splitn(3, ' ');
        let id = words.next().expect("an id").to_owned();
        let (valid_from, valid_to) = period(words.next().expect("a period"));
        let mut names: Vec<UnitName> = words
            .next()
            .unwrap_or_default()
            .split('|')
            .filter(|name| !name.is_empty())
            .map(|name| {
                let (name, from) = name.trim().rsplit_once('@').expect("name@day");
                UnitName { name: name.to_owned(), abbreviation: None, valid_from: day(from), valid_to }
            })
            .collect();
        for at in 1..names.len() {
            names[at - 1].valid_to = Some(names[at].valid_from);
        }
        let parents = parents
            .split('|')
            .filter(|parent| !parent.is_empty())
            .map(|parent| {
                let (unit, dates) = parent.trim().split_once('@').expect("parent@period");
                let (valid_from, valid_to) = period(dates);
                UnitParent { unit: unit.to_owned(), valid_from, valid_to }
            })
            .collect();
        register.units.push(Unit { id, kind: None, names, parents, valid_from, valid_to });
    }
    register
}

fn day(text: &str) -> Date {
    match text {
        "reform" => REFORM,
        year => date(year.parse().expect("a year"), 1, 1),
    }
}

fn period(text: &str) -> (Date, Option<Date>) {
    let (from, to) = text.split_once("..").expect("from..to");
    (day(from), (!to.is_empty()).then(|| day(to)))
}

/// Two provinces become one in one night; one division is split, one renamed.
const PROVINCES: &str = "
    bo 2000.. Bộ@2000
    hg 2004..reform Hậu Giang@2004 < bo@2004..reform
    ct 2004.. Cục Cần Thơ@2004|Cần Thơ@reform < bo@2004..
    hg-vp 2004..reform Văn phòng Hậu Giang@2004 < hg@2004..reform
    nb 2004..reform Ngã Bảy@2004 < hg@2004..reform
    nb-doi 2010..reform Đội@2010 < nb@2010..reform
    ct-vp 2004.. Văn phòng@2004 < ct@2004..
    kv1 reform.. Khu vực 1@reform < ct@reform..
    kv2 reform.. Khu vực 2@reform < ct@reform..
    ct <= hg 100 reform
    ct-vp <= hg-vp 100 reform
    kv1 <= nb 60 reform
    kv2 <= nb 40 reform
";

pub(super) fn ids(tree: &UnitTree, units: &[UnitIndex]) -> String {
    units.iter().map(|unit| tree.unit(*unit).id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_day_has_its_own_tree() {
    let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
    let unit = |id| tree.find(id).expect("a unit");

    let before = tree.on(BEFORE);
    assert_eq!(ids(&tree, before.units()), "bo hg hg-vp nb nb-doi ct ct-vp");
    assert_eq!(ids(&tree, before.subtree(unit("hg"))), "hg hg-vp nb nb-doi");
    assert_eq!(ids(&tree, &before.path(unit("nb-doi"))), "bo hg nb nb-doi");
    assert_eq!(ids(&tree, &before.children(unit("hg")).collect::<Vec<_>>()), "hg-vp nb");
    assert_eq!(ids(&tree, &before.roots().collect::<Vec<_>>()), "bo");
    assert!(before.is_within(unit("nb-doi"), unit("hg")));
    assert!(!before.is_within(unit("hg"), unit("nb-doi")));
    assert!(!before.is_within(unit("nb-doi"), unit("ct")));

    let after = tree.on(AFTER);
    assert_eq!(ids(&tree, after.units()), "bo ct ct-vp kv1 kv2");
    assert!(!after.contains(unit("hg")));
    assert_eq!(after.subtree(unit("hg")), []);
    assert_eq!(after.path(unit("hg")), []);
    assert_eq!(after.parent(unit("hg")), None);
    assert!(!after.is_within(unit("hg"), unit("hg")));
    assert_eq!(tree.on(date(1999, 1, 1)).units(), []);
}

#[test]
fn a_name_is_the_name_of_its_day() {
    let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
    let (ct, hg) = (tree.find("ct").expect("ct"), tree.find("hg").expect("hg"));
    let name = |unit, day| tree.name(unit, day).map(|name| name.name.as_str());
    assert_eq!(name(ct, BEFORE), Some("Cục Cần Thơ"));
    assert_eq!(tree.on(AFTER).name(ct).map(|name| name.name.as_str()), Some("Cần Thơ"));
    assert_eq!(name(hg, BEFORE), Some("Hậu Giang"));
    assert_eq!(name(hg, AFTER), None);
}

#[test]
fn successors_follow_mergers_and_splits() {
    let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
    let successors = |id, day| ids(&tree, &tree.successors(tree.find(id).expect("a unit"), day));
    assert_eq!(successors("hg", BEFORE), "hg");
    assert_eq!(successors("hg", REFORM), "ct");
    assert_eq!(successors("nb", AFTER), "kv1 kv2");
    assert_eq!(successors("ct", AFTER), "ct");
    assert_eq!(successors("nb-doi", AFTER), "", "nobody took over");
    let shares: Vec<u8> =
        tree.successions_of(tree.find("nb").expect("nb")).map(|succession| succession.share_percent).collect();
    assert_eq!(shares, [60, 40]);
}

#[test]
fn successors_of_one_night_may_stand_in_any_order() {
    let text = "
        a 2000..2010 A@2000
        b 2000..2010 B@2000
        c 2000.. C@2000
        c <= b 100 2010
        b <= a 100 2005
    ";
    let mut register = register(text);
    let find = |register: &UnitRegister| {
        let tree = UnitTree::new(register.clone()).expect("a tree");
        ids(&tree, &tree.successors(tree.find("a").expect("a"), AFTER))
    };
    assert_eq!(find(&register), "c");
    register.successions[1].from = date(2009, 12, 31);
    assert_eq!(find(&register), "c");
    register.successions.reverse();
    assert_eq!(find(&register), "c");
}

#[test]
fn change_days_bound_how_long_a_tree_holds() {
    let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
    assert_eq!(tree.next_change(BEFORE), Some(REFORM));
    assert_eq!(tree.next_change(REFORM), None);
    assert_eq!(tree.next_change(date(1990, 1, 1)), Some(date(2000, 1, 1)));
}

#[test]
fn every_mistake_is_reported() {
    let cases = [
        ("a 2000.. A@2000\na 2000.. A@2000", r#"two units have the id "a""#),
        ("a 2000..1990 A@2000", r#""a": the period of the unit has no day: 2000-01-01 until before 1990-01-01"#),
        ("a 2000.. A@2005", r#""a" has no name on 2000-01-01"#),
        ("a 2000.. ", r#""a" has no name on 2000-01-01"#),
        ("a 2000..  @2000", r#""a" has an empty name"#),
        ("a 2000.. A@1990", r#""a" has a name while it does not exist: 1990-01-01 onwards"#),
        ("a 2000.. A@2000 < z@2000..", r#""a" belongs to "z", which is not in the register"#),
        (
            "a 2000.. A@2000 < b@2000..\nb 2000..2010 B@2000",
            r#""a" belongs to "b" (2000-01-01 onwards), which does not exist on all of those days"#,
        ),
        (
            "a 2000.. A@2000 < b@2000.. | c@2005..2006\nb 2000.. B@2000\nc 2000.. C@2000",
            r#""a" has two parents on 2005-01-01"#,
        ),
        (
            "a 2000.. A@2000 < b@2000..2010\nb 2000.. B@2000 < c@2000..\nc 2000.. C@2000 < a@2005..",
            "on 2005-01-01 these units belong to each other in a circle: a, b, c",
        ),
        ("a 2000.. A@2000 < a@2000..", "on 2000-01-01 these units belong to each other in a circle: a"),
        ("a 2000.. A@2000\nz <= a 100 2005", r#"a succession names "z", which is not in the register"#),
        ("a 2000.. A@2000\na <= a 100 2005", r#""a" succeeds itself"#),
        (
            "a 2000..2005 A@2000\nb 2006.. B@2006\nb <= a 100 2005",
            r#""b" cannot succeed "a" on 2005-01-01: the new unit does not exist on that day"#,
        ),
        (
            "a 2000..2005 A@2000\nb 2000.. B@2000\nb <= a 100 2006",
            r#""b" cannot succeed "a" on 2006-01-01: the old unit ended earlier"#,
        ),
        (
            "a 2000..2005 A@2000\nb 1990.. B@1990\nb <= a 100 2000",
            r#""b" cannot succeed "a" on 2000-01-01: the old unit did not exist before that day"#,
        ),
        ("a 2000.. A@2000\nb 2000.. B@2000\nb <= a 50 2005\nb <= a 50 2005", r#""b" succeeds "a" twice on 2005-01-01"#),
        (
            "a 2000.. A@2000\nb 2000.. B@2000\nc 2000.. C@2000\nc <= b 100 2005\nb <= a 100 2005\na <= b 0 2005",
            r#"on 2005-01-01 the shares of "b" come to 0 %; each must be 1 to 100, together at most 100
on 2005-01-01 "a" takes over from itself through others"#,
        ),
        (
            "a 2000..2005 A@2000\nb 2000.. B@2000\nc 2000.. C@2000\nb <= a 60 2005\nc <= a 41 2005",
            r#"on 2005-01-01 the shares of "a" come to 101 %; each must be 1 to 100, together at most 100"#,
        ),
    ];
    for (text, expected) in cases {
        let problems = UnitTree::new(register(text)).expect_err(text);
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(messages.join("\n"), expected, "{text}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let text = "
        a 2000..1990 A@2000
        b 2000.. B@2005 < z@2000..
        b 2000.. B@2000
        q <= b 100 2005
    ";
    let problems = UnitTree::new(register(text)).expect_err("mistakes");
    let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            r#"two units have the id "b""#,
            r#""a": the period of the unit has no day: 2000-01-01 until before 1990-01-01"#,
            r#""b" has no name on 2000-01-01"#,
            r#""b" belongs to "z", which is not in the register"#,
            r#"a succession names "q", which is not in the register"#,
        ]
    );
}

fn chain(depth: usize) -> UnitRegister {
    let line = |at: usize| {
        let parent = if at == 0 { String::new() } else { format!(" < u{}@2000..", at - 1) };
        format!("u{at} 2000.. U@2000{parent}\n")
    };
    // The deepest first, so that no unit is met after its parent.
    register(&(0..depth).rev().map(line).collect::<String>())
}

#[test]
fn the_depth_is_bounded() {
    let tree = UnitTree::new(chain(MAX_TREE_DEPTH)).expect("the deepest tree allowed");
    let deepest = tree.find(&format!("u{}", MAX_TREE_DEPTH - 1)).expect("the leaf");
    assert_eq!(tree.on(AFTER).path(deepest).len(), MAX_TREE_DEPTH);
    let problems = UnitTree::new(chain(MAX_TREE_DEPTH + 5)).expect_err("too deep");
    let too_deep = TreeProblem::TooDeep { unit: format!("u{MAX_TREE_DEPTH}"), day: date(2000, 1, 1) };
    assert_eq!(problems, [too_deep]);
}

fn flat(units: usize, first_day: impl Fn(usize) -> Date) -> UnitRegister {
    let unit = |at: usize| {
        let valid_from = first_day(at);
        let name = UnitName { name: "U".into(), abbreviation: None, valid_from, valid_to: None };
        Unit { id: at.to_string(), kind: None, names: vec![name], parents: vec![], valid_from, valid_to: None }
    };
    UnitRegister { units: (0..units).map(unit).collect(), successions: vec![] }
}

#[test]
fn the_size_is_bounded() {
    assert!(UnitTree::new(flat(MAX_UNITS, |_| BEFORE)).is_ok());
    let problems = UnitTree::new(flat(MAX_UNITS + 1, |_| BEFORE)).expect_err("too many");
    assert_eq!(problems, [TreeProblem::TooManyUnits(MAX_UNITS + 1)]);

    let daily = |at: usize| BEFORE.saturating_add(jiff::Span::new().days(i64::try_from(at).expect("small")));
    assert!(UnitTree::new(flat(MAX_CHANGE_DAYS, daily)).is_ok());
    let problems = UnitTree::new(flat(MAX_CHANGE_DAYS + 1, daily)).expect_err("too many days");
    assert_eq!(problems, [TreeProblem::TooManyChangeDays(MAX_CHANGE_DAYS + 1)]);
}

pub(super) fn device(id: &str) -> Subject {
    Subject { kind: SubjectKind::Device, id: id.to_owned() }
}

pub(super) fn assign(subject: &str, unit: &str, dates: &str) -> Assignment {
    let (valid_from, valid_to) = period(dates);
    Assignment { subject: device(subject), unit: unit.to_owned(), valid_from, valid_to }
}

#[test]
fn subjects_move_between_units() {
    let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
    let moves = [assign("pc", "kv1", "reform.."), assign("pc", "nb", "2020..reform")];
    let organisation = Organisation::new(tree, moves).expect("an organisation");
    let unit_of = |subject: &Subject, day| {
        let unit = organisation.unit_of(subject, day)?;
        Some(organisation.tree().unit(unit).id.as_str())
    };
    assert_eq!(unit_of(&device("pc"), BEFORE), Some("nb"));
    assert_eq!(unit_of(&device("pc"), REFORM), Some("kv1"));
    assert_eq!(unit_of(&device("pc"), date(2019, 1, 1)), None);
    assert_eq!(unit_of(&device("other"), BEFORE), None);
    let unit = Subject { kind: SubjectKind::Unit, id: "hg".into() };
    assert_eq!(unit_of(&unit, BEFORE), Some("hg"));
    assert_eq!(unit_of(&unit, AFTER), None);
    assert_eq!(organisation.next_change(&device("pc"), date(2019, 1, 1)), Some(date(2020, 1, 1)));
    assert_eq!(organisation.next_change(&device("pc"), AFTER), None);
}

#[test]
fn wrong_assignments_are_reported() {
    let mut unit = assign("x", "ct", "2010..");
    unit.subject.kind = SubjectKind::Unit;
    let cases = [
        (
            vec![assign("pc", "zz", "2010..")],
            r#"device "pc" in "zz", 2010-01-01 onwards: the unit is not in the register"#,
        ),
        (
            vec![assign("pc", "nb", "2010..")],
            r#"device "pc" in "nb", 2010-01-01 onwards: the unit does not exist on all of those days"#,
        ),
        (
            vec![assign("pc", "ct", "2010..2010")],
            r#"device "pc" in "ct", 2010-01-01 until before 2010-01-01: the period has no day"#,
        ),
        (
            vec![assign("pc", "ct", "2011.."), assign("pc", "bo", "2010..")],
            r#"device "pc" in "ct", 2011-01-01 onwards: the subject belongs to another unit on the first day"#,
        ),
        (vec![unit], r#"unit "x" in "ct", 2010-01-01 onwards: a unit belongs to its parent and is never assigned"#),
    ];
    for (assignments, expected) in cases {
        let tree = UnitTree::new(register(PROVINCES)).expect("a tree");
        let problems = Organisation::new(tree, assignments).expect_err(expected);
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(messages, [expected]);
    }
}

/// First year, length of life, and parents with their years.
type Life = (i16, i16, Vec<(usize, i16, i16)>);

/// Up to 40 units that live from one year to another, each with up to three parents over time, some of them wrong.
pub(super) fn any_register() -> impl Strategy<Value = UnitRegister> {
    let unit = (0..6_i16, 0..20_i16, prop::collection::vec((0..40_usize, 0..12_i16, 0..12_i16), 0..3));
    prop::collection::vec(unit, 1..40).prop_map(|units| {
        let year = |year: i16| date(2000 + year, 1, 1);
        let unit = |(place, (from, length, parents)): (usize, Life)| {
            let (valid_from, valid_to) = (year(from), (length > 4).then(|| year(from + length)));
            let parents = parents
                .into_iter()
                .map(|(parent, after, years)| UnitParent {
                    unit: format!("u{}", parent % (place + 2)),
                    valid_from: year(from + after),
                    valid_to: (years > 0).then(|| year(from + after + years)),
                })
                .collect();
            let name = UnitName { name: "U".into(), abbreviation: None, valid_from, valid_to };
            Unit { id: format!("u{place}"), kind: None, names: vec![name], parents, valid_from, valid_to }
        };
        UnitRegister { units: units.into_iter().enumerate().map(unit).collect(), successions: vec![] }
    })
}

/// What is left of `register` when every parent that a problem speaks of is taken away.
pub(super) fn mended(mut register: UnitRegister) -> UnitTree {
    loop {
        match UnitTree::new(register.clone()) {
            Ok(tree) => return tree,
            Err(problems) => {
                let reported_on = register.clone();
                for problem in problems {
                    let (TreeProblem::OutsideLife { unit, .. }
                    | TreeProblem::Overlap { unit, .. }
                    | TreeProblem::NoSuchParent { unit, .. }
                    | TreeProblem::TooDeep { unit, .. }
                    | TreeProblem::ParentNotValid { unit, .. }) = &problem
                    else {
                        let TreeProblem::Cycle { units, day } = &problem else { panic!("{problem}") };
                        assert_is_circle(&reported_on, units, *day);
                        drop_parents(&mut register, &units[0]);
                        continue;
                    };
                    drop_parents(&mut register, unit);
                }
            }
        }
    }
}

fn assert_is_circle(register: &UnitRegister, units: &[String], day: Date) {
    for (at, id) in units.iter().enumerate() {
        let unit = register.units.iter().find(|unit| unit.id == *id).expect("a unit of the register");
        let parent = unit.parents.iter().find(|parent| parent.validity().contains(day)).expect("a parent");
        assert_eq!(parent.unit, units[(at + 1) % units.len()]);
    }
}

fn drop_parents(register: &mut UnitRegister, id: &str) {
    register.units.iter_mut().filter(|unit| unit.id == id).for_each(|unit| {
        unit.parents.pop();
    });
}

proptest! {
    #[test]
    fn what_is_accepted_is_a_tree_on_every_day(register in any_register(), year in 1999..2040_i16) {
        let tree = mended(register);
        let day = date(year, 6, 15);
        let today = tree.on(day);
        let alive: Vec<UnitIndex> =
            tree.units().filter(|unit| tree.unit(*unit).validity().contains(day)).collect();
        let mut listed = today.units().to_vec();
        listed.sort_unstable();
        prop_assert_eq!(&listed, &alive, "every living unit stands in the tree once");

        let below: usize = today.roots().map(|root| today.subtree(root).len()).sum();
        prop_assert_eq!(below, alive.len());
        for &unit in &alive {
            let path = today.path(unit);
            prop_assert!(!path.is_empty() && path.len() <= MAX_TREE_DEPTH);
            let declared = tree.unit(unit).parents.iter().find(|parent| parent.validity().contains(day));
            prop_assert_eq!(
                today.parent(unit).map(|parent| tree.unit(parent).id.as_str()),
                declared.map(|parent| parent.unit.as_str())
            );
            for &other in &alive {
                prop_assert_eq!(today.is_within(unit, other), path.contains(&other));
                prop_assert_eq!(today.subtree(other).contains(&unit), path.contains(&other));
            }
            let children: Vec<UnitIndex> = today.children(unit).collect();
            let expected: Vec<UnitIndex> =
                alive.iter().copied().filter(|other| today.parent(*other) == Some(unit)).collect();
            prop_assert_eq!(children, expected);
        }
    }

    #[test]
    fn a_tree_holds_until_its_next_change(register in any_register(), year in 1999..2040_i16) {
        let tree = mended(register);
        let day = date(year, 6, 15);
        let last_same = tree.next_change(day).map_or(date(9000, 1, 1), |change| change.yesterday().expect("a day"));
        let (first, last) = (tree.on(day), tree.on(last_same));
        prop_assert_eq!(first.units(), last.units());
    }
}
