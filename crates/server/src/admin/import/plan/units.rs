//! Units: the name tells which one is meant; of several, the parent. A parent may be a row of the same list.

use std::collections::BTreeMap;

use super::{
    Difference, MAX_NAME_LETTERS, MAX_SHORT_LETTERS, ParentUnit, Planner, Problem, Record, Row, Step, UnitRow, differ,
};
use crate::admin::import::known::{Found, KnownUnit, nearest};
use khien_tables::titles::plain;

/// A row whose own cells are in order.
struct Read<'r> {
    row: &'r Row,
    name: String,
    abbreviation: Option<String>,
    parent: Option<String>,
    kind: Option<String>,
}

impl Planner<'_> {
    pub(super) fn units(&mut self, rows: &[Row]) {
        let read: Vec<Read<'_>> = rows.iter().filter_map(|row| self.unit_cells(row).ok()).collect();
        let mut seen = BTreeMap::new();
        let mut steps: Vec<(Step, Option<u32>)> = Vec::new();
        for unit in &read {
            let key = format!("{}|{}", plain(&unit.name), unit.parent.as_deref().map(plain).unwrap_or_default());
            if !self.is_first(&mut seen, key, unit.row, "name") {
                continue;
            }
            let Ok(parent) = self.parent_of(unit, &read) else { continue };
            let behind = match &parent {
                Some(ParentUnit::Row(row)) => Some(*row),
                _ => None,
            };
            if let Some(step) = self.unit_step(unit, parent, &read) {
                steps.push((step, behind));
            }
        }
        self.in_order(steps, &read);
    }

    fn unit_cells<'r>(&mut self, row: &'r Row) -> Result<Read<'r>, ()> {
        let name = self.required(row, "name", MAX_NAME_LETTERS);
        let abbreviation = self.text(row, "abbreviation", MAX_SHORT_LETTERS);
        let parent = self.text(row, "parent", MAX_NAME_LETTERS);
        let kind = self.text(row, "kind", MAX_SHORT_LETTERS);
        Ok(Read { row, name: name?, abbreviation: abbreviation?, parent: parent?, kind: kind? })
    }

    /// What a unit belongs to: a unit that is there, or the row of a new one.
    fn parent_of(&mut self, unit: &Read<'_>, read: &[Read<'_>]) -> Result<Option<ParentUnit>, ()> {
        let Some(written) = &unit.parent else { return Ok(None) };
        let called = plain(written);
        let problem = match self.units.find(written) {
            Found::One(known) => return Ok(Some(ParentUnit::Known(known.id.clone()))),
            Found::Several(count) => Problem::SeveralUnits(count),
            Found::None(suggestion) => {
                let is_called = |other: &&Read<'_>| {
                    std::iter::once(&other.name).chain(&other.abbreviation).any(|it| plain(it) == called)
                };
                let rows: Vec<&Read<'_>> = read.iter().filter(is_called).collect();
                match rows.as_slice() {
                    [one] => return Ok(Some(ParentUnit::Row(one.row.number))),
                    [] => {
                        let names: Vec<(String, &Read<'_>)> =
                            read.iter().map(|other| (plain(&other.name), other)).collect();
                        let near = nearest(&called, names.iter().map(|(name, other)| (name.as_str(), *other)));
                        Problem::NoSuchUnit { suggestion: suggestion.or(near.map(|other| other.name.clone())) }
                    }
                    several => Problem::SeveralUnits(several.len()),
                }
            }
        };
        self.report(unit.row, "parent", problem);
        Err(())
    }

    fn unit_step(&mut self, unit: &Read<'_>, parent: Option<ParentUnit>, read: &[Read<'_>]) -> Option<Step> {
        let called = plain(&unit.name);
        let named: Vec<&KnownUnit> = self.known.units.iter().filter(|known| plain(&known.name) == called).collect();
        let parent_id = match &parent {
            Some(ParentUnit::Known(id)) => Some(id),
            _ => None,
        };
        // A unit of the same name elsewhere is another one, unless it is the only one and the list names no parent.
        let known = match (named.as_slice(), &parent) {
            ([known], None) => Some(*known),
            ([], _) | (_, Some(ParentUnit::Row(_))) => None,
            (several, None) => {
                let count = several.len();
                self.report(unit.row, "name", Problem::SeveralUnits(count));
                return None;
            }
            (several, Some(_)) => several.iter().copied().find(|known| known.parent.as_ref() == parent_id),
        };
        let mut differences = Vec::new();
        let before = |of: fn(&KnownUnit) -> Option<String>| known.and_then(of).unwrap_or_default();
        differ(&mut differences, "name", before(|unit| Some(unit.name.clone())), Some(unit.name.clone()));
        differ(&mut differences, "abbreviation", before(|unit| unit.abbreviation.clone()), unit.abbreviation.clone());
        differ(&mut differences, "kind", before(|unit| unit.kind.clone()), unit.kind.clone());
        if known.is_none()
            && let Some(parent) = &parent
        {
            let after = match parent {
                ParentUnit::Known(id) => self.unit_name(Some(id)),
                ParentUnit::Row(row) => read
                    .iter()
                    .find(|other| other.row.number == *row)
                    .map_or_else(String::new, |other| other.name.clone()),
            };
            differences.push(Difference { field: "parent", before: String::new(), after });
        }
        if differences.is_empty() {
            self.plan.unchanged += 1;
            return None;
        }
        let (abbreviation, kind) = (unit.abbreviation.clone(), unit.kind.clone());
        Some(Step {
            row: unit.row.number,
            id: known.map(|known| known.id.clone()),
            name: unit.name.clone(),
            differences,
            record: Record::Unit(UnitRow { name: unit.name.clone(), abbreviation, parent, kind }),
        })
    }

    /// Parents before what belongs to them. Rows that wait for each other are a circle.
    fn in_order(&mut self, mut waiting: Vec<(Step, Option<u32>)>, read: &[Read<'_>]) {
        loop {
            let rows: Vec<u32> = waiting.iter().map(|(step, _)| step.row).collect();
            let is_ready = |behind: &Option<u32>| behind.is_none_or(|row| !rows.contains(&row));
            let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, behind)| is_ready(behind));
            let is_stuck = ready.is_empty();
            self.plan.steps.extend(ready.into_iter().map(|(step, _)| step));
            waiting = rest;
            if waiting.is_empty() || is_stuck {
                break;
            }
        }
        for (step, _) in waiting {
            if let Some(unit) = read.iter().find(|unit| unit.row.number == step.row) {
                self.report(unit.row, "parent", Problem::Circle);
            }
        }
    }
}
