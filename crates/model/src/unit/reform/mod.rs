//! Changing the register on a day: found, rename, move, merge, split and close units.
//!
//! A reform cuts what holds at its day and begins what holds from it on; nothing of the days before changes, so that the
//! evidence of the past keeps standing under the units of its time. Who belonged to a unit that ends is assigned to its
//! successor from the day on, with a step of its own, so that a dry run can show it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Assignment, Organisation, Succession, TreeProblem, Unit, UnitName, UnitParent, UnitRegister, UnitTree};
use crate::{AssignmentProblem, Subject};

/// One change of the organisation, on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reform {
    /// A unit that was not there before.
    Found(Founded),
    /// Another name or abbreviation.
    Rename {
        /// The id of the unit.
        unit: String,
        /// The name from the day on.
        name: String,
        /// The abbreviation from the day on.
        abbreviation: Option<String>,
    },
    /// Another parent, or none.
    Move {
        /// The id of the unit.
        unit: String,
        /// The id of the parent from the day on.
        parent: Option<String>,
    },
    /// Several units become one, which is new or one of them or another that exists.
    Merge {
        /// The ids of the units that are taken over.
        old: Vec<String>,
        /// Who takes over.
        into: Successor,
    },
    /// One unit becomes several. It lives on when it is one of the parts.
    Split {
        /// The id of the unit.
        old: String,
        /// Who takes over how much; the first takes what nobody else was named for.
        parts: Vec<Part>,
        /// Where a subject of the unit goes: a place in `parts`.
        subjects: BTreeMap<Subject, usize>,
        /// Where a unit directly below goes: a place in `parts`.
        children: BTreeMap<String, usize>,
    },
    /// The end of a unit that nobody takes over: nobody may belong to it, nothing may be below it.
    Close {
        /// The id of the unit.
        unit: String,
    },
}

/// A unit to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founded {
    /// The id: never used before.
    pub id: String,
    /// The level or kind in the organisation's own words.
    pub kind: Option<String>,
    /// The name.
    pub name: String,
    /// The abbreviation used in document numbers.
    pub abbreviation: Option<String>,
    /// The id of the parent; `None` for a root.
    pub parent: Option<String>,
}

/// Who takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Successor {
    /// A unit that exists already.
    Existing(String),
    /// One that begins on the day.
    Founded(Founded),
}

impl Successor {
    /// The id of the unit that takes over.
    pub fn id(&self) -> &str {
        match self {
            Self::Existing(id) => id,
            Self::Founded(founded) => &founded.id,
        }
    }
}

/// A part of a unit that is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Who takes it over; the unit itself for what it keeps.
    pub successor: Successor,
    /// How much of the unit's work it is, in per cent.
    pub share_percent: u8,
}

/// A subject changes units on the day of a reform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Who.
    pub subject: Subject,
    /// The id of the unit left.
    pub from: String,
    /// The id of the unit entered.
    pub to: String,
}

/// What a reform leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reformed {
    /// All units and successions.
    pub register: UnitRegister,
    /// All assignments.
    pub assignments: Vec<Assignment>,
    /// Who changes units.
    pub moved: Vec<Moved>,
    /// The ids of the units that end on the day.
    pub ended: Vec<String>,
    /// The ids of the units whose parent changes on the day, founded ones left out.
    pub reparented: Vec<String>,
}

/// Why a reform cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReformProblem {
    /// The unit is not in the register.
    NoSuchUnit(String),
    /// The unit does not exist on the day.
    NotOnThatDay {
        /// The unit.
        unit: String,
        /// The day.
        day: Date,
    },
    /// The unit begins on the day: before it there is nothing to take over.
    BeginsThatDay {
        /// The unit.
        unit: String,
        /// The day.
        day: Date,
    },
    /// The unit was changed for a later day already: that change comes first.
    ChangesLater {
        /// The unit.
        unit: String,
        /// The first later day on which it changes.
        day: Date,
    },
    /// A merger of fewer than two units, or a split into fewer than two.
    TooFew,
    /// A unit named twice.
    Twice(String),
    /// A unit is named to go to a part that there is not.
    NoSuchPart(usize),
    /// The unit to be closed still has somebody or something in it on that day.
    NotEmpty {
        /// The unit.
        unit: String,
        /// How many subjects belong to it.
        subjects: usize,
        /// How many units are directly below it.
        children: usize,
    },
    /// It would not be a tree any more.
    Tree(Vec<TreeProblem>),
    /// Somebody would belong to a unit that does not exist.
    Assignments(Vec<AssignmentProblem>),
}

impl std::fmt::Display for ReformProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = |formatter: &mut std::fmt::Formatter<'_>, problems: Vec<String>| {
            write!(formatter, "{}", problems.join("; "))
        };
        match self {
            Self::NoSuchUnit(unit) => write!(formatter, "the unit {unit:?} is not in the register"),
            Self::NotOnThatDay { unit, day } => write!(formatter, "the unit {unit:?} does not exist on {day}"),
            Self::BeginsThatDay { unit, day } => write!(formatter, "the unit {unit:?} begins only on {day}"),
            Self::ChangesLater { unit, day } => write!(formatter, "the unit {unit:?} changes again on {day}"),
            Self::TooFew => write!(formatter, "it takes at least two units"),
            Self::Twice(unit) => write!(formatter, "the unit {unit:?} is named twice"),
            Self::NoSuchPart(part) => write!(formatter, "there is no part {part}"),
            Self::NotEmpty { unit, subjects, children } => {
                write!(formatter, "the unit {unit:?} still has {subjects} subjects and {children} units in it")
            }
            Self::Tree(problems) => all(formatter, problems.iter().map(ToString::to_string).collect()),
            Self::Assignments(problems) => all(formatter, problems.iter().map(ToString::to_string).collect()),
        }
    }
}

impl std::error::Error for ReformProblem {}

/// The register and the assignments after `reform` on `day`, or why there are none. Nothing before `day` changes.
pub fn reform(
    register: &UnitRegister,
    assignments: &[Assignment],
    reform: &Reform,
    day: Date,
) -> Result<Reformed, ReformProblem> {
    let mut bench = Bench { register: register.clone(), day, ended: vec![], reparented: vec![] };
    let mut moves: BTreeMap<String, Destination<'_>> = BTreeMap::new();
    match reform {
        Reform::Found(founded) => bench.found(founded),
        Reform::Rename { unit, name, abbreviation } => bench.rename(unit, name, abbreviation.as_deref())?,
        Reform::Move { unit, parent } => bench.set_parent(unit, parent.as_deref())?,
        Reform::Merge { old, into } => {
            bench.merge(old, into)?;
            moves =
                old.iter().filter(|id| *id != into.id()).map(|id| (id.clone(), Destination::One(into.id()))).collect();
        }
        Reform::Split { old, parts, subjects, children } => {
            bench.split(old, parts, children)?;
            if let Some(part) = subjects.values().find(|part| **part >= parts.len()) {
                return Err(ReformProblem::NoSuchPart(*part));
            }
            moves.insert(old.clone(), Destination::Parts { parts, subjects });
        }
        Reform::Close { unit } => bench.close(unit, assignments)?,
    }
    let (assignments, moved) = reassign(assignments, &moves, day);
    let tree = UnitTree::new(bench.register.clone()).map_err(ReformProblem::Tree)?;
    Organisation::new(tree, assignments.clone()).map_err(ReformProblem::Assignments)?;
    Ok(Reformed { register: bench.register, assignments, moved, ended: bench.ended, reparented: bench.reparented })
}

/// Where the subjects of a unit go.
enum Destination<'r> {
    One(&'r str),
    Parts { parts: &'r [Part], subjects: &'r BTreeMap<Subject, usize> },
}

impl Destination<'_> {
    fn of(&self, subject: &Subject) -> Option<&str> {
        match self {
            Self::One(unit) => Some(unit),
            Self::Parts { parts, subjects } => {
                parts.get(subjects.get(subject).copied().unwrap_or(0)).map(|part| part.successor.id())
            }
        }
    }
}

/// Cuts the assignments to units that are left on `day`, and begins those to the units entered.
fn reassign(
    assignments: &[Assignment],
    moves: &BTreeMap<String, Destination<'_>>,
    day: Date,
) -> (Vec<Assignment>, Vec<Moved>) {
    let (mut result, mut moved) = (Vec::with_capacity(assignments.len()), Vec::new());
    for assignment in assignments {
        let destination = moves.get(&assignment.unit).and_then(|destination| destination.of(&assignment.subject));
        let is_over = assignment.valid_to.is_some_and(|end| end <= day);
        let Some(unit) = destination.filter(|unit| *unit != assignment.unit && !is_over) else {
            result.push(assignment.clone());
            continue;
        };
        if assignment.valid_from < day {
            result.push(Assignment { valid_to: Some(day), ..assignment.clone() });
        }
        let valid_from = assignment.valid_from.max(day);
        result.push(Assignment { unit: unit.to_owned(), valid_from, ..assignment.clone() });
        moved.push(Moved { subject: assignment.subject.clone(), from: assignment.unit.clone(), to: unit.to_owned() });
    }
    (result, moved)
}

/// The register being changed.
struct Bench {
    register: UnitRegister,
    day: Date,
    ended: Vec<String>,
    reparented: Vec<String>,
}

impl Bench {
    fn unit(&mut self, id: &str) -> Result<&mut Unit, ReformProblem> {
        let day = self.day;
        let unit = self.register.units.iter_mut().find(|unit| unit.id == id);
        let unit = unit.ok_or_else(|| ReformProblem::NoSuchUnit(id.to_owned()))?;
        if unit.validity().contains(day) {
            Ok(unit)
        } else {
            Err(ReformProblem::NotOnThatDay { unit: id.to_owned(), day })
        }
    }

    /// The unit, when nothing is planned for it after the day.
    fn settled(&mut self, id: &str) -> Result<&mut Unit, ReformProblem> {
        let day = self.day;
        let unit = self.unit(id)?;
        let begins = unit.names.iter().map(|name| name.valid_from).chain(unit.parents.iter().map(|it| it.valid_from));
        let later = begins.filter(|begin| *begin > day).chain(unit.valid_to).min();
        match later {
            Some(day) => Err(ReformProblem::ChangesLater { unit: id.to_owned(), day }),
            None => Ok(unit),
        }
    }

    /// The unit, when it existed before the day and nothing is planned for it after it.
    fn taken_over(&mut self, id: &str) -> Result<&mut Unit, ReformProblem> {
        let day = self.day;
        let unit = self.settled(id)?;
        if unit.valid_from < day { Ok(unit) } else { Err(ReformProblem::BeginsThatDay { unit: id.to_owned(), day }) }
    }

    fn found(&mut self, founded: &Founded) {
        let day = self.day;
        let parent = founded.parent.clone().map(|unit| UnitParent { unit, valid_from: day, valid_to: None });
        self.register.units.push(Unit {
            id: founded.id.clone(),
            kind: founded.kind.clone(),
            names: vec![UnitName {
                name: founded.name.clone(),
                abbreviation: founded.abbreviation.clone(),
                valid_from: day,
                valid_to: None,
            }],
            parents: parent.into_iter().collect(),
            valid_from: day,
            valid_to: None,
        });
    }

    fn rename(&mut self, id: &str, name: &str, abbreviation: Option<&str>) -> Result<(), ReformProblem> {
        let day = self.day;
        let unit = self.settled(id)?;
        // A name given for the very day is corrected.
        unit.names.retain(|name| name.valid_from < day);
        cut(&mut unit.names, day, |name| &mut name.valid_to);
        let abbreviation = abbreviation.map(str::to_owned);
        unit.names.push(UnitName { name: name.to_owned(), abbreviation, valid_from: day, valid_to: None });
        Ok(())
    }

    fn set_parent(&mut self, id: &str, parent: Option<&str>) -> Result<(), ReformProblem> {
        let day = self.day;
        let unit = self.settled(id)?;
        unit.parents.retain(|parent| parent.valid_from < day);
        cut(&mut unit.parents, day, |parent| &mut parent.valid_to);
        if let Some(parent) = parent {
            unit.parents.push(UnitParent { unit: parent.to_owned(), valid_from: day, valid_to: None });
        }
        self.reparented.push(id.to_owned());
        Ok(())
    }

    fn end(&mut self, id: &str) -> Result<(), ReformProblem> {
        let day = self.day;
        let unit = self.taken_over(id)?;
        unit.valid_to = Some(day);
        cut(&mut unit.names, day, |name| &mut name.valid_to);
        cut(&mut unit.parents, day, |parent| &mut parent.valid_to);
        // What was begun on the day itself never comes to be.
        unit.names.retain(|name| name.valid_from < day);
        unit.parents.retain(|parent| parent.valid_from < day);
        self.ended.push(id.to_owned());
        Ok(())
    }

    fn successor(&mut self, successor: &Successor) -> Result<(), ReformProblem> {
        match successor {
            Successor::Existing(id) => self.settled(id).map(|_| ()),
            Successor::Founded(founded) => {
                self.found(founded);
                Ok(())
            }
        }
    }

    fn merge(&mut self, old: &[String], into: &Successor) -> Result<(), ReformProblem> {
        let given_up: Vec<&String> = old.iter().filter(|id| *id != into.id()).collect();
        if let Some(twice) = given_up.iter().enumerate().find(|(at, id)| given_up[..*at].contains(id)) {
            return Err(ReformProblem::Twice((*twice.1).clone()));
        }
        let takes_over_itself = matches!(into, Successor::Existing(_));
        if given_up.is_empty() || (!takes_over_itself && given_up.len() < 2) {
            return Err(ReformProblem::TooFew);
        }
        self.successor(into)?;
        for id in &given_up {
            for child in self.children(id) {
                // A unit below the one that ends moves to who takes over, but who takes over does not move below itself.
                let parent = if child == into.id() { self.parent(id) } else { Some(into.id().to_owned()) };
                let parent = parent.filter(|parent| !given_up.contains(&parent) || parent == into.id());
                self.set_parent(&child, parent.as_deref())?;
            }
        }
        for id in given_up {
            self.end(id)?;
            self.succeed(into.id(), id, 100);
        }
        Ok(())
    }

    fn split(&mut self, old: &str, parts: &[Part], children: &BTreeMap<String, usize>) -> Result<(), ReformProblem> {
        if parts.len() < 2 {
            return Err(ReformProblem::TooFew);
        }
        for (at, part) in parts.iter().enumerate() {
            if parts[..at].iter().any(|other| other.successor.id() == part.successor.id()) {
                return Err(ReformProblem::Twice(part.successor.id().to_owned()));
            }
        }
        self.taken_over(old)?;
        let keeps = parts.iter().any(|part| part.successor.id() == old);
        for part in parts.iter().filter(|part| part.successor.id() != old) {
            self.successor(&part.successor)?;
        }
        for child in self.children(old) {
            let place = children.get(&child).copied().unwrap_or(0);
            let part = parts.get(place).ok_or(ReformProblem::NoSuchPart(place))?;
            let is_part = parts.iter().any(|part| part.successor.id() == child);
            if is_part && keeps || part.successor.id() == old {
                continue;
            }
            let parent = if is_part { self.parent(old) } else { Some(part.successor.id().to_owned()) };
            self.set_parent(&child, parent.as_deref())?;
        }
        if !keeps {
            self.end(old)?;
        }
        for part in parts.iter().filter(|part| part.successor.id() != old) {
            self.succeed(part.successor.id(), old, part.share_percent);
        }
        Ok(())
    }

    fn close(&mut self, id: &str, assignments: &[Assignment]) -> Result<(), ReformProblem> {
        let day = self.day;
        let stays = |it: &&Assignment| it.unit == id && it.valid_to.is_none_or(|end| end > day);
        let (subjects, children) = (assignments.iter().filter(stays).count(), self.children(id).len());
        if subjects + children > 0 {
            return Err(ReformProblem::NotEmpty { unit: id.to_owned(), subjects, children });
        }
        self.end(id)
    }

    fn succeed(&mut self, new: &str, old: &str, share_percent: u8) {
        let (new, old, from) = (new.to_owned(), old.to_owned(), self.day);
        self.register.successions.push(Succession { new, old, from, share_percent });
    }

    /// The ids of the units directly below `id` on the day.
    fn children(&self, id: &str) -> Vec<String> {
        let is_below = |unit: &&Unit| {
            let alive = unit.validity().contains(self.day);
            alive && unit.parents.iter().any(|parent| parent.unit == id && parent.validity().contains(self.day))
        };
        self.register.units.iter().filter(is_below).map(|unit| unit.id.clone()).collect()
    }

    /// The id of what `id` belongs to on the day.
    fn parent(&self, id: &str) -> Option<String> {
        let unit = self.register.units.iter().find(|unit| unit.id == id)?;
        unit.parents.iter().find(|parent| parent.validity().contains(self.day)).map(|parent| parent.unit.clone())
    }
}

/// Ends what holds on `day`.
fn cut<T>(periods: &mut [T], day: Date, end: impl Fn(&mut T) -> &mut Option<Date>) {
    for period in periods {
        let end = end(period);
        if end.is_none_or(|end| end > day) {
            *end = Some(day);
        }
    }
}
