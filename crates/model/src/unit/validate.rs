//! Finds everything that is wrong with a register of units.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::tree::change_days;
use super::{MAX_CHANGE_DAYS, MAX_TREE_DEPTH, MAX_UNITS, Succession, TreeProblem, Unit, UnitParent, UnitRegister};
use crate::Validity;

/// Everything that is wrong with `register`, in its order.
pub(super) fn validate(register: &UnitRegister) -> Vec<TreeProblem> {
    let mut problems = Vec::new();
    if register.units.len() > MAX_UNITS {
        // A register this long would make every later message useless.
        return vec![TreeProblem::TooManyUnits(register.units.len())];
    }
    let mut places = HashMap::new();
    for (place, unit) in register.units.iter().enumerate() {
        if unit.id.is_empty() {
            problems.push(TreeProblem::EmptyId);
        } else if places.insert(unit.id.as_str(), place).is_some() {
            problems.push(TreeProblem::DuplicateId(unit.id.clone()));
        }
    }
    for unit in &register.units {
        let life = unit.validity();
        if life.is_ordered() {
            check_names(unit, &mut problems);
            check_parents(unit, register, &places, &mut problems);
        } else {
            problems.push(TreeProblem::Reversed { unit: unit.id.clone(), what: "unit", period: life });
        }
    }
    check_successions(register, &places, &mut problems);
    // Circles are looked for only where every parent is known and every period is in order.
    if problems.is_empty() {
        check_shape(register, &places, &mut problems);
    }
    problems
}

fn check_names(unit: &Unit, problems: &mut Vec<TreeProblem>) {
    for name in &unit.names {
        if name.name.trim().is_empty() {
            problems.push(TreeProblem::EmptyName(unit.id.clone()));
        }
    }
    let periods: Vec<Validity> = unit.names.iter().map(super::UnitName::validity).collect();
    if !check_periods(unit, "name", &periods, problems) {
        return;
    }
    let mut named_until = Some(unit.valid_from);
    for period in sorted(&periods) {
        match named_until {
            Some(day) if day == period.from => named_until = period.to,
            _ => break,
        }
    }
    let gap = named_until.filter(|day| unit.validity().contains(*day));
    problems.extend(gap.map(|day| TreeProblem::Nameless { unit: unit.id.clone(), day }));
}

fn check_parents(unit: &Unit, register: &UnitRegister, places: &HashMap<&str, usize>, problems: &mut Vec<TreeProblem>) {
    let periods: Vec<Validity> = unit.parents.iter().map(UnitParent::validity).collect();
    check_periods(unit, "parent", &periods, problems);
    for parent in &unit.parents {
        match places.get(parent.unit.as_str()) {
            None => problems.push(TreeProblem::NoSuchParent { unit: unit.id.clone(), parent: parent.unit.clone() }),
            Some(place) if !register.units[*place].validity().encloses(parent.validity()) => {
                problems.push(TreeProblem::ParentNotValid {
                    unit: unit.id.clone(),
                    parent: parent.unit.clone(),
                    period: parent.validity(),
                });
            }
            Some(_) => {}
        }
    }
}

/// Whether the periods of a unit's names or parents are in order, within its life, and do not overlap.
fn check_periods(unit: &Unit, what: &'static str, periods: &[Validity], problems: &mut Vec<TreeProblem>) -> bool {
    let before = problems.len();
    for &period in periods {
        if !period.is_ordered() {
            problems.push(TreeProblem::Reversed { unit: unit.id.clone(), what, period });
        } else if !unit.validity().encloses(period) {
            problems.push(TreeProblem::OutsideLife { unit: unit.id.clone(), what, period });
        }
    }
    let mut reach: Option<Validity> = None;
    for period in sorted(periods) {
        if reach.is_some_and(|earlier| earlier.overlaps(period)) {
            problems.push(TreeProblem::Overlap { unit: unit.id.clone(), what, day: period.from });
        }
        reach = Some(match reach {
            Some(earlier) if earlier.encloses(period) => earlier,
            _ => period,
        });
    }
    problems.len() == before
}

fn sorted(periods: &[Validity]) -> Vec<Validity> {
    let mut periods: Vec<Validity> = periods.iter().copied().filter(|period| period.is_ordered()).collect();
    periods.sort_unstable_by_key(|period| (period.from, period.to));
    periods
}

/// Reports circles and units that are too deep, looking at each day on which the tree changes.
fn check_shape(register: &UnitRegister, places: &HashMap<&str, usize>, problems: &mut Vec<TreeProblem>) {
    let days = change_days(register);
    if days.len() > MAX_CHANGE_DAYS {
        problems.push(TreeProblem::TooManyChangeDays(days.len()));
        return;
    }
    let parents: Vec<Vec<(usize, Validity)>> = register
        .units
        .iter()
        .map(|unit| unit.parents.iter().map(|parent| (places[parent.unit.as_str()], parent.validity())).collect())
        .collect();
    let mut known_circles = BTreeSet::new();
    let mut known_deep = BTreeSet::new();
    for day in days {
        let parent_of: Vec<Option<usize>> = parents
            .iter()
            .map(|dated| dated.iter().find(|(_, validity)| validity.contains(day)).map(|(parent, _)| *parent))
            .collect();
        for found in shape_problems(&parent_of) {
            match found {
                Misshape::Circle(members) if known_circles.insert(members.clone()) => {
                    let units = members.iter().map(|place| register.units[*place].id.clone()).collect();
                    problems.push(TreeProblem::Cycle { units, day });
                }
                Misshape::Deep(place) if known_deep.insert(place) => {
                    problems.push(TreeProblem::TooDeep { unit: register.units[place].id.clone(), day });
                }
                Misshape::Circle(_) | Misshape::Deep(_) => {}
            }
        }
    }
}

/// What keeps the parents of one day from being a tree.
enum Misshape {
    /// Places in a circle, from the lowest place on, each followed by its parent.
    Circle(Vec<usize>),
    /// The first place below [`MAX_TREE_DEPTH`] on its way down.
    Deep(usize),
}

/// Walks up from every unit once; what was walked before is not walked again.
fn shape_problems(parent_of: &[Option<usize>]) -> Vec<Misshape> {
    /// What a walk up from a unit found.
    #[derive(Clone, Copy, PartialEq)]
    enum Walk {
        NotYet,
        OnTheWay,
        /// Levels from the root, itself counted. Zero inside or below a circle.
        Depth(usize),
    }

    let mut walks = vec![Walk::NotYet; parent_of.len()];
    let mut found = Vec::new();
    for start in 0..parent_of.len() {
        let mut way = Vec::new();
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| walks[*place] == Walk::NotYet) {
            walks[place] = Walk::OnTheWay;
            way.push(place);
            next = parent_of[place];
        }
        let mut depth = match next.map(|place| (place, walks[place])) {
            None => Some(0),
            Some((_, Walk::Depth(0))) => None,
            Some((_, Walk::Depth(depth))) => Some(depth),
            Some((met, _)) => {
                found.push(Misshape::Circle(circle_from(&way, met)));
                None
            }
        };
        for place in way.into_iter().rev() {
            depth = depth.map(|depth| depth + 1);
            walks[place] = Walk::Depth(depth.unwrap_or(0));
            if depth == Some(MAX_TREE_DEPTH + 1) {
                found.push(Misshape::Deep(place));
            }
        }
    }
    found
}

/// The part of `way` that comes back to `met`, turned so that the lowest place stands first.
fn circle_from(way: &[usize], met: usize) -> Vec<usize> {
    let mut circle: Vec<usize> = way.iter().copied().skip_while(|place| *place != met).collect();
    let lowest = circle.iter().enumerate().min_by_key(|(_, place)| **place).map_or(0, |(at, _)| at);
    circle.rotate_left(lowest);
    circle
}

fn check_successions(register: &UnitRegister, places: &HashMap<&str, usize>, problems: &mut Vec<TreeProblem>) {
    let mut shares: BTreeMap<(Date, &str), u32> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut by_day: BTreeMap<Date, Vec<(usize, usize)>> = BTreeMap::new();
    for succession in &register.successions {
        let Succession { new, old, from, share_percent } = succession;
        let mut known = true;
        for id in [new, old] {
            if !places.contains_key(id.as_str()) {
                problems.push(TreeProblem::NoSuchSuccession(id.clone()));
                known = false;
            }
        }
        if !known {
            continue;
        }
        if new == old {
            problems.push(TreeProblem::SucceedsItself(new.clone()));
            continue;
        }
        if !seen.insert((from, new, old)) {
            let (new, old) = (new.clone(), old.clone());
            problems.push(TreeProblem::DuplicateSuccession { new, old, day: *from });
            continue;
        }
        let (new_place, old_place) = (places[new.as_str()], places[old.as_str()]);
        if let Some(why) = wrong_day(&register.units[new_place], &register.units[old_place], *from) {
            let (new, old) = (new.clone(), old.clone());
            problems.push(TreeProblem::SuccessionDate { new, old, day: *from, why });
        }
        if *share_percent == 0 {
            problems.push(TreeProblem::Share { old: old.clone(), day: *from, percent: 0 });
        }
        *shares.entry((*from, old)).or_default() += u32::from(*share_percent);
        by_day.entry(*from).or_default().push((old_place, new_place));
    }
    for ((day, old), percent) in shares {
        if percent > 100 {
            problems.push(TreeProblem::Share { old: old.to_owned(), day, percent });
        }
    }
    for (day, steps) in by_day {
        if let Some(place) = comes_back(&steps) {
            problems.push(TreeProblem::SuccessionCycle { unit: register.units[place].id.clone(), day });
        }
    }
}

/// Why `new` cannot take over from `old` on `day`.
fn wrong_day(new: &Unit, old: &Unit, day: Date) -> Option<&'static str> {
    if !new.validity().contains(day) {
        Some("the new unit does not exist on that day")
    } else if day <= old.valid_from {
        Some("the old unit did not exist before that day")
    } else if old.valid_to.is_some_and(|end| end < day) {
        Some("the old unit ended earlier")
    } else {
        None
    }
}

/// A place from which the steps of one day lead back to itself: what remains when units that nobody leads to are taken
/// away again and again.
fn comes_back(steps: &[(usize, usize)]) -> Option<usize> {
    let mut rest = steps.to_vec();
    loop {
        let led_to: BTreeSet<usize> = rest.iter().map(|(_, new)| *new).collect();
        let before = rest.len();
        rest.retain(|(old, _)| led_to.contains(old));
        if rest.is_empty() {
            return None;
        }
        if rest.len() == before {
            // Some of these only hang behind the circle; those lead nowhere and are taken away from the other side.
            let lead_on: BTreeSet<usize> = rest.iter().map(|(old, _)| *old).collect();
            let hanging = rest.len();
            rest.retain(|(_, new)| lead_on.contains(new));
            if rest.len() == hanging {
                return rest.iter().map(|(old, _)| *old).min();
            }
        }
    }
}
