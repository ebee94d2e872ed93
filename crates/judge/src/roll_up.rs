//! Counts of findings per unit, clause and state, on one day.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use khien_model::{Finding, Organisation, State, TreeOnDay, UnitIndex};
use serde::Serialize;

/// How many findings there are of each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Met.
    pub pass: u64,
    /// Not met.
    pub fail: u64,
    /// Nobody can say.
    pub unknown: u64,
    /// Somebody answers for it.
    pub exempt: u64,
}

impl Counts {
    /// All findings.
    pub fn total(&self) -> u64 {
        self.pass + self.fail + self.unknown + self.exempt
    }

    /// How many have the state `state`.
    pub fn of(&self, state: State) -> u64 {
        match state {
            State::Pass => self.pass,
            State::Fail => self.fail,
            State::Unknown => self.unknown,
            State::Exempt => self.exempt,
        }
    }

    /// Counts one more finding.
    pub fn record(&mut self, state: State) {
        *match state {
            State::Pass => &mut self.pass,
            State::Fail => &mut self.fail,
            State::Unknown => &mut self.unknown,
            State::Exempt => &mut self.exempt,
        } += 1;
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.exempt += other.exempt;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut sum, next| {
            sum += next;
            sum
        })
    }
}

/// Counts per unit, clause and state, on one day. A unit's counts include all units below it.
#[derive(Debug, Clone)]
pub struct RollUp<'o> {
    tree: TreeOnDay<'o>,
    clauses: Vec<String>,
    /// One row of clauses per unit of the register; the last row is for subjects that belong to no unit.
    cells: Vec<Counts>,
}

impl<'o> RollUp<'o> {
    /// Nothing counted yet.
    pub fn new(organisation: &'o Organisation, day: Date, clauses: impl IntoIterator<Item = String>) -> Self {
        let tree = organisation.tree().on(day);
        let clauses: Vec<String> = clauses.into_iter().collect();
        let rows = organisation.tree().units().len() + 1;
        Self { tree, cells: vec![Counts::default(); rows * clauses.len()], clauses }
    }

    /// Counts a finding under the clause at `clause` of [`clauses`](Self::clauses) for a subject of the unit `home`. A unit
    /// that does not exist on this day is counted as none.
    ///
    /// # Panics
    /// When there is no such clause.
    pub fn record(&mut self, home: Option<UnitIndex>, clause: usize, state: State) {
        let row = self.row(home);
        self.cells[row..][..self.clauses.len()][clause].record(state);
    }

    /// Adds the counts of a roll-up over the same units, day and clauses.
    ///
    /// # Panics
    /// When the other roll-up is over other units or clauses.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.clauses, other.clauses, "roll-ups of other clauses");
        assert_eq!(self.cells.len(), other.cells.len(), "roll-ups of other units");
        for (cell, other) in self.cells.iter_mut().zip(&other.cells) {
            *cell += *other;
        }
    }

    /// The tree of the day.
    pub fn tree(&self) -> &TreeOnDay<'o> {
        &self.tree
    }

    /// The clauses, by their ids.
    pub fn clauses(&self) -> &[String] {
        &self.clauses
    }

    /// The counts of `unit` and everything below it, per clause.
    pub fn unit(&self, unit: UnitIndex) -> Vec<Counts> {
        self.sum(self.tree.subtree(unit).iter().map(|unit| self.row(Some(*unit))))
    }

    /// The counts of `unit` without the units below it, per clause.
    pub fn unit_alone(&self, unit: UnitIndex) -> Vec<Counts> {
        self.sum(self.tree.contains(unit).then(|| self.row(Some(unit))))
    }

    /// The counts of subjects that belong to no unit, per clause.
    pub fn without_unit(&self) -> Vec<Counts> {
        self.sum([self.row(None)])
    }

    /// The counts of everybody, per clause.
    pub fn everybody(&self) -> Vec<Counts> {
        self.sum((0..=self.tree.tree().units().len()).map(|row| row * self.clauses.len()))
    }

    fn row(&self, home: Option<UnitIndex>) -> usize {
        let living = home.filter(|unit| self.tree.contains(*unit));
        living.map_or(self.tree.tree().units().len(), UnitIndex::place) * self.clauses.len()
    }

    fn sum(&self, rows: impl IntoIterator<Item = usize>) -> Vec<Counts> {
        let mut sums = vec![Counts::default(); self.clauses.len()];
        for row in rows {
            for (sum, cell) in sums.iter_mut().zip(&self.cells[row..]) {
                *sum += *cell;
            }
        }
        sums
    }
}

/// Counts `findings` by the units of `day`. The clauses are those of the findings, in their natural order.
pub fn roll_up<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    organisation: &Organisation,
    day: Date,
) -> RollUp<'_> {
    let mut counted: HashMap<Option<UnitIndex>, BTreeMap<ClauseOrder<'f>, Counts>> = HashMap::new();
    let mut clauses = BTreeMap::new();
    for finding in findings {
        let clause = ClauseOrder::of(&finding.clause);
        let home = organisation.unit_of(&finding.subject, day);
        clauses.entry(clause.clone()).or_insert(0);
        counted.entry(home).or_default().entry(clause).or_default().record(finding.state);
    }
    for (index, place) in clauses.values_mut().enumerate() {
        *place = index;
    }
    let mut roll_up = RollUp::new(organisation, day, clauses.keys().map(|clause| clause.id.to_owned()));
    for home in organisation.tree().units().map(Some).chain([None]) {
        for (clause, counts) in counted.remove(&home).unwrap_or_default() {
            let row = roll_up.row(home);
            roll_up.cells[row + clauses[&clause]] += counts;
        }
    }
    roll_up
}

/// A clause id in the order of a reader: `4.9` before `4.10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct ClauseOrder<'f> {
    parts: Vec<(u64, &'f str)>,
    id: &'f str,
}

impl<'f> ClauseOrder<'f> {
    fn of(id: &'f str) -> Self {
        // What is not a number comes after numbers, in the order of its letters.
        let part = |part: &'f str| part.parse().map_or((u64::MAX, part), |number| (number, ""));
        Self { parts: id.split('.').map(part).collect(), id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_sort_as_a_reader_counts() {
        let mut ids = ["4.10", "4.9", "4", "5.1", "4.a", "10.1", ""];
        ids.sort_by_key(|id| ClauseOrder::of(id));
        assert_eq!(ids, ["4", "4.9", "4.10", "4.a", "5.1", "10.1", ""]);
    }
}
