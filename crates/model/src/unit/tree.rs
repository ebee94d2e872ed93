//! The dated tree and the tree of one day.

use std::collections::HashMap;

use jiff::civil::Date;

use super::validate::validate;
use super::{Succession, TreeProblem, Unit, UnitName, UnitRegister};
use crate::Validity;

/// Which unit of one [`UnitTree`]: its place in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIndex(u32);

impl UnitIndex {
    /// The place in the register, to index arrays of one entry per unit.
    pub fn place(self) -> usize {
        self.0 as usize
    }

    /// The unit at `place` of the register.
    ///
    /// # Panics
    /// When `place` is not below [`MAX_UNITS`](super::MAX_UNITS): registers are checked to be shorter.
    pub(super) fn at(place: usize) -> Self {
        Self(u32::try_from(place).expect("registers are shorter than u32::MAX"))
    }
}

/// A register of units that is a tree on every day.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    register: UnitRegister,
    places: HashMap<String, UnitIndex>,
    parents: Vec<Vec<(UnitIndex, Validity)>>,
    /// Sorted by day.
    successions: Vec<(UnitIndex, UnitIndex, Date)>,
    /// Sorted days on which the tree of the day changes.
    change_days: Vec<Date>,
}

impl UnitTree {
    /// The tree described by `register`, or everything that is wrong with it.
    pub fn new(register: UnitRegister) -> Result<Self, Vec<TreeProblem>> {
        let problems = validate(&register);
        if !problems.is_empty() {
            return Err(problems);
        }
        let places: HashMap<String, UnitIndex> =
            register.units.iter().enumerate().map(|(place, unit)| (unit.id.clone(), UnitIndex::at(place))).collect();
        let parents = register
            .units
            .iter()
            .map(|unit| unit.parents.iter().map(|parent| (places[&parent.unit], parent.validity())).collect())
            .collect();
        let mut successions: Vec<_> = register
            .successions
            .iter()
            .map(|Succession { new, old, from, .. }| (places[old], places[new], *from))
            .collect();
        successions.sort_by_key(|(_, _, from)| *from);
        let change_days = change_days(&register);
        Ok(Self { register, places, parents, successions, change_days })
    }

    /// Every unit that ever was, in the register's order.
    pub fn units(&self) -> impl ExactSizeIterator<Item = UnitIndex> + use<> {
        (0..self.register.units.len()).map(UnitIndex::at)
    }

    /// What the register says about `unit`.
    pub fn unit(&self, unit: UnitIndex) -> &Unit {
        &self.register.units[unit.place()]
    }

    /// The unit with the id `id`.
    pub fn find(&self, id: &str) -> Option<UnitIndex> {
        self.places.get(id).copied()
    }

    /// The register it was made from.
    pub fn register(&self) -> &UnitRegister {
        &self.register
    }

    /// What `unit` is called on `day`; `None` when it does not exist then.
    pub fn name(&self, unit: UnitIndex, day: Date) -> Option<&UnitName> {
        self.unit(unit).names.iter().find(|name| name.validity().contains(day))
    }

    /// The first day after `day` on which the tree is not as it was on `day`.
    pub fn next_change(&self, day: Date) -> Option<Date> {
        let later = self.change_days.partition_point(|change| *change <= day);
        self.change_days.get(later).copied()
    }

    /// The successions in which `unit` was taken over, by day.
    pub fn successions_of(&self, unit: UnitIndex) -> impl Iterator<Item = &Succession> {
        let id = &self.unit(unit).id;
        self.register.successions.iter().filter(move |succession| succession.old == *id)
    }

    /// The units that on `day` answer for what was once `unit`'s: itself while it exists, and whoever took over, directly
    /// or through others, in the register's order.
    pub fn successors(&self, unit: UnitIndex, day: Date) -> Vec<UnitIndex> {
        let mut reached = vec![false; self.register.units.len()];
        reached[unit.place()] = true;
        // Several steps on one day may stand in any order, so that day is walked until nothing more is reached.
        for same_day in self.successions.chunk_by(|(_, _, one), (_, _, other)| one == other) {
            if same_day[0].2 > day {
                break;
            }
            let mut found = true;
            while found {
                found = false;
                for (old, new, _) in same_day {
                    if reached[old.place()] && !reached[new.place()] {
                        reached[new.place()] = true;
                        found = true;
                    }
                }
            }
        }
        self.units()
            .filter(|candidate| reached[candidate.place()] && self.unit(*candidate).validity().contains(day))
            .collect()
    }

    /// The tree as it is on `day`.
    pub fn on(&self, day: Date) -> TreeOnDay<'_> {
        TreeOnDay::new(self, day)
    }
}

/// The sorted days on which a unit appears, disappears or moves.
pub(super) fn change_days(register: &UnitRegister) -> Vec<Date> {
    let mut days: Vec<Date> = register
        .units
        .iter()
        .flat_map(|unit| std::iter::once(unit.validity()).chain(unit.parents.iter().map(super::UnitParent::validity)))
        .flat_map(|period| std::iter::once(period.from).chain(period.to))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Where a unit stands in [`TreeOnDay::order`].
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    parent: Option<UnitIndex>,
}

/// The tree of one day. A subtree is a slice: units are kept parents first, each directly followed by all below it.
#[derive(Debug, Clone)]
pub struct TreeOnDay<'t> {
    tree: &'t UnitTree,
    day: Date,
    order: Vec<UnitIndex>,
    /// One per unit of the register; `None` for units that do not exist on the day.
    spans: Vec<Option<Span>>,
}

impl<'t> TreeOnDay<'t> {
    fn new(tree: &'t UnitTree, day: Date) -> Self {
        let count = tree.register.units.len();
        let mut children: Vec<Vec<UnitIndex>> = vec![Vec::new(); count];
        let mut parent_of = vec![None; count];
        let mut roots = Vec::new();
        for unit in tree.units().filter(|unit| tree.unit(*unit).validity().contains(day)) {
            let parent = tree.parents[unit.place()]
                .iter()
                .find(|(_, validity)| validity.contains(day))
                .map(|(parent, _)| *parent);
            parent_of[unit.place()] = parent;
            match parent {
                Some(parent) => children[parent.place()].push(unit),
                None => roots.push(unit),
            }
        }

        let mut order = Vec::new();
        let mut spans: Vec<Option<Span>> = vec![None; count];
        // Each entry is a unit to enter, or one whose subtree is complete.
        let mut pending: Vec<(UnitIndex, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
        while let Some((unit, complete)) = pending.pop() {
            let place = UnitIndex::at(order.len()).0;
            if complete {
                if let Some(span) = &mut spans[unit.place()] {
                    span.end = place;
                }
                continue;
            }
            spans[unit.place()] = Some(Span { start: place, end: place, parent: parent_of[unit.place()] });
            order.push(unit);
            pending.push((unit, true));
            pending.extend(children[unit.place()].iter().rev().map(|child| (*child, false)));
        }
        Self { tree, day, order, spans }
    }

    /// The day.
    pub fn day(&self) -> Date {
        self.day
    }

    /// The tree of all days.
    pub fn tree(&self) -> &'t UnitTree {
        self.tree
    }

    /// Whether `unit` exists on this day.
    pub fn contains(&self, unit: UnitIndex) -> bool {
        self.span(unit).is_some()
    }

    /// What `unit` belongs to; `None` for a root and for a unit that does not exist on this day.
    pub fn parent(&self, unit: UnitIndex) -> Option<UnitIndex> {
        self.span(unit)?.parent
    }

    /// The units that belong to nothing, in the register's order.
    pub fn roots(&self) -> impl Iterator<Item = UnitIndex> {
        self.brothers(&self.order)
    }

    /// The units directly below `unit`, in the register's order.
    pub fn children(&self, unit: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        self.brothers(self.subtree(unit).get(1..).unwrap_or_default())
    }

    /// `unit` and everything below it, parents first; empty when it does not exist on this day.
    pub fn subtree(&self, unit: UnitIndex) -> &[UnitIndex] {
        match self.span(unit) {
            Some(span) => &self.order[span.start as usize..span.end as usize],
            None => &[],
        }
    }

    /// The units from a root down to `unit`; empty when it does not exist on this day.
    pub fn path(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        let mut path: Vec<UnitIndex> =
            std::iter::successors(self.contains(unit).then_some(unit), |unit| self.parent(*unit)).collect();
        path.reverse();
        path
    }

    /// Whether `unit` is `top` or below it.
    pub fn is_within(&self, unit: UnitIndex, top: UnitIndex) -> bool {
        match (self.span(unit), self.span(top)) {
            (Some(unit), Some(top)) => top.start <= unit.start && unit.start < top.end,
            _ => false,
        }
    }

    /// Every unit of this day, parents first.
    pub fn units(&self) -> &[UnitIndex] {
        &self.order
    }

    /// What `unit` is called on this day.
    pub fn name(&self, unit: UnitIndex) -> Option<&'t UnitName> {
        self.tree.name(unit, self.day)
    }

    fn span(&self, unit: UnitIndex) -> Option<Span> {
        self.spans.get(unit.place()).copied().flatten()
    }

    /// The first unit of `order` and every one that follows a whole subtree.
    fn brothers<'a>(&'a self, order: &'a [UnitIndex]) -> impl Iterator<Item = UnitIndex> + 'a {
        let mut rest = order;
        std::iter::from_fn(move || {
            let first = *rest.first()?;
            rest = &rest[self.subtree(first).len()..];
            Some(first)
        })
    }
}
