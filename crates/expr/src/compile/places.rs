//! Whether a program can read the same fact twice.
//!
//! When every fact is read in one place only, the reasons that the evaluator gathers are minimal as they are: each
//! operation keeps the smallest part of what was read below it, and no two parts share a fact. When a fact can be read
//! twice, a part that looked needed may follow from another, so the reasons are minimised by trial.

use std::collections::{HashMap, HashSet};

use crate::outcome::Step;

/// A place among the facts: an area, an item of a loop, or a field of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    id: u32,
    /// How many loops are around the place where its outermost name is bound.
    depth: u32,
    /// How many steps lead here.
    pub(super) length: usize,
}

#[derive(Debug, Default)]
pub(super) struct Places {
    known: HashMap<(Option<u32>, Step), u32>,
    read: HashSet<u32>,
    next: u32,
    /// How many loops are around the place being compiled.
    pub(super) depth: u32,
    /// Whether some fact can be read twice.
    pub(super) repeats: bool,
}

impl Places {
    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub(super) fn area(&mut self, index: usize) -> Place {
        self.below(None, index)
    }

    pub(super) fn field(&mut self, parent: Place, index: usize) -> Place {
        self.below(Some(parent), index)
    }

    fn below(&mut self, parent: Option<Place>, index: usize) -> Place {
        let key = (parent.map(|place| place.id), Step::Field(index));
        let id = match self.known.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.fresh();
                self.known.insert(key, id);
                id
            }
        };
        Place { id, depth: parent.map_or(0, |place| place.depth), length: parent.map_or(0, |place| place.length) + 1 }
    }

    /// The item of a loop over the list at `range`; called with the loop entered.
    pub(super) fn item(&mut self, range: Place) -> Place {
        Place { id: self.fresh(), depth: self.depth, length: range.length + 1 }
    }

    /// Notes that the value at a place is read here.
    pub(super) fn read(&mut self, place: Place) {
        // Inside a further loop it is read once for each item.
        if place.depth != self.depth || !self.read.insert(place.id) {
            self.repeats = true;
        }
    }
}
