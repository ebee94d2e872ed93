//! What an uploaded list would change, and what is wrong with it, row by row.

mod accounts;
mod devices;
mod people;
#[cfg(test)]
mod tests;
mod units;

pub(crate) use people::is_address;

use std::collections::BTreeMap;

use khien_store::accounts::SeenAccount;

use super::Kind;
use super::known::{Found, Known, UnitNames};
use khien_tables::Row;
use khien_tables::titles::{List, Mapping};

/// How long a name of a person, a unit or an office may be.
pub const MAX_NAME_LETTERS: usize = 200;
/// How long an abbreviation, a kind or a host name may be.
pub const MAX_SHORT_LETTERS: usize = 64;
/// How long an address may be (RFC 5321, less the brackets).
pub const MAX_EMAIL_LETTERS: usize = 254;
/// How many mistakes are listed; the rest is counted.
pub const MAX_PROBLEMS: usize = 200;

/// What is wrong with a row, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The cell is empty and must not be.
    Missing,
    /// The spreadsheet itself shows a mistake in the cell, such as `#REF!`.
    Spreadsheet,
    /// Longer than so many letters.
    TooLong(usize),
    /// Not an address of a mailbox.
    NotAnAddress,
    /// Not the name of a machine.
    NotAHostName,
    /// No unit is called so on that day.
    NoSuchUnit {
        /// Perhaps this one.
        suggestion: Option<String>,
    },
    /// Several units are called so.
    SeveralUnits(usize),
    /// Nobody is called so.
    NoSuchPerson {
        /// Perhaps this one.
        suggestion: Option<String>,
    },
    /// Several people are called so.
    SeveralPeople(usize),
    /// The same stands in an earlier row.
    Duplicate {
        /// The earlier row.
        row: u32,
    },
    /// People of this name are there already, and nothing tells which one is meant.
    Namesakes(usize),
    /// Several things of this name are there already.
    SeveralDevices(usize),
    /// A unit would be above itself.
    Circle,
    /// Not a name by which somebody signs in.
    NotALogin,
    /// Not a day.
    NotADay,
    /// Neither yes nor no.
    NotYesOrNo,
}

/// What is wrong in which row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The row as the spreadsheet numbers it.
    pub row: u32,
    /// The field.
    pub field: &'static str,
    /// Its column, when the list has one for it.
    pub column: Option<usize>,
    /// What is written there.
    pub value: String,
    /// What is wrong.
    pub problem: Problem,
}

/// One field that gets another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// As it is; empty for something new.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// A person as a row says; `None` where the list is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The name.
    pub name: String,
    /// The office held.
    pub position: Option<String>,
    /// The mailbox.
    pub email: Option<String>,
    /// The id of the unit.
    pub unit: Option<String>,
}

/// A device as a row says; `None` where the list is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The host name.
    pub name: String,
    /// The id of the unit.
    pub unit: Option<String>,
    /// The id of the person who answers for it.
    pub holder: Option<String>,
}

/// The parent of a unit of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParentUnit {
    /// A unit that is there already, by its id.
    Known(String),
    /// The new unit of this row of the list.
    Row(u32),
}

/// A unit as a row says; `None` where the list is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The name.
    pub name: String,
    /// The abbreviation.
    pub abbreviation: Option<String>,
    /// What it belongs to.
    pub parent: Option<ParentUnit>,
    /// The kind.
    pub kind: Option<String>,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A person.
    Person(PersonRow),
    /// A device.
    Device(DeviceRow),
    /// A unit.
    Unit(UnitRow),
}

/// One row that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The row.
    pub row: u32,
    /// The id of what is changed; `None` for something new.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What changes, for a reader.
    pub differences: Vec<Difference>,
    /// What it becomes.
    pub record: Record,
}

/// What a list leads to. It can be carried out when there are no problems.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What changes, in the order in which it can be carried out.
    pub steps: Vec<Step>,
    /// How many rows say what is there already.
    pub unchanged: usize,
    /// What is wrong, by row: the first [`MAX_PROBLEMS`].
    pub problems: Vec<RowProblem>,
    /// How much is wrong.
    pub problem_count: usize,
    /// The accounts of a list of accounts, in the order of its rows: what they change is told by what is known of the system.
    pub accounts: Vec<SeenAccount>,
}

impl Plan {
    /// How many rows bring something new.
    pub fn new_count(&self) -> usize {
        self.steps.iter().filter(|step| step.id.is_none()).count()
    }

    /// How many rows change something that is there.
    pub fn changed_count(&self) -> usize {
        self.steps.len() - self.new_count()
    }
}

/// What `list` would change in what is `known`.
pub fn plan(kind: Kind, list: &List<'_>, mapping: &Mapping, known: &Known) -> Plan {
    let mut planner = Planner { mapping, known, units: UnitNames::new(&known.units), plan: Plan::default() };
    match kind {
        Kind::People => planner.people(list.rows),
        Kind::Devices => planner.devices(list.rows),
        Kind::Units => planner.units(list.rows),
        Kind::Accounts => planner.accounts(list.rows),
    }
    planner.plan
}

struct Planner<'p> {
    mapping: &'p Mapping,
    known: &'p Known,
    units: UnitNames<'p>,
    plan: Plan,
}

impl Planner<'_> {
    /// What a row says in the column of a field.
    fn value<'r>(&self, row: &'r Row, field: &str) -> &'r str {
        self.mapping.get(field).map_or("", |column| row.cell(*column))
    }

    fn report(&mut self, row: &Row, field: &'static str, problem: Problem) {
        self.plan.problem_count += 1;
        if self.plan.problems.len() < MAX_PROBLEMS {
            let (column, value) = (self.mapping.get(field).copied(), self.value(row, field).to_owned());
            self.plan.problems.push(RowProblem { row: row.number, field, column, value, problem });
        }
    }

    /// The text of a field; reported when it is too long, or a mistake of the spreadsheet.
    fn text(&mut self, row: &Row, field: &'static str, most: usize) -> Result<Option<String>, ()> {
        let value = self.value(row, field);
        if value.is_empty() {
            return Ok(None);
        }
        if is_spreadsheet_mistake(value) {
            self.report(row, field, Problem::Spreadsheet);
            return Err(());
        }
        if value.chars().count() > most {
            self.report(row, field, Problem::TooLong(most));
            return Err(());
        }
        Ok(Some(value.to_owned()))
    }

    fn required(&mut self, row: &Row, field: &'static str, most: usize) -> Result<String, ()> {
        match self.text(row, field, most)? {
            Some(text) => Ok(text),
            None => {
                self.report(row, field, Problem::Missing);
                Err(())
            }
        }
    }

    /// The id of the unit that a row names.
    fn unit(&mut self, row: &Row, field: &'static str) -> Result<Option<String>, ()> {
        let Some(written) = self.text(row, field, MAX_NAME_LETTERS)? else { return Ok(None) };
        let problem = match self.units.find(&written) {
            Found::One(unit) => return Ok(Some(unit.id.clone())),
            Found::Several(count) => Problem::SeveralUnits(count),
            Found::None(suggestion) => Problem::NoSuchUnit { suggestion },
        };
        self.report(row, field, problem);
        Err(())
    }

    /// Keeps the first row of each key; reports the others.
    fn is_first(&mut self, seen: &mut BTreeMap<String, u32>, key: String, row: &Row, field: &'static str) -> bool {
        if let Some(first) = seen.get(&key).copied() {
            self.report(row, field, Problem::Duplicate { row: first });
            return false;
        }
        seen.insert(key, row.number);
        true
    }

    /// Adds a step when it changes anything.
    fn step(&mut self, row: &Row, id: Option<&str>, name: &str, differences: Vec<Difference>, record: Record) {
        if differences.is_empty() {
            self.plan.unchanged += 1;
            return;
        }
        let (id, name) = (id.map(str::to_owned), name.to_owned());
        self.plan.steps.push(Step { row: row.number, id, name, differences, record });
    }

    fn unit_name(&self, id: Option<&String>) -> String {
        id.map_or_else(String::new, |id| self.units.name_of(id))
    }
}

/// Notes a field that gets another value. What the list does not say stays as it is.
fn differ(differences: &mut Vec<Difference>, field: &'static str, before: String, after: Option<String>) {
    if let Some(after) = after.filter(|after| *after != before) {
        differences.push(Difference { field, before, after });
    }
}

fn is_spreadsheet_mistake(value: &str) -> bool {
    matches!(value, "#REF!" | "#N/A" | "#NAME?" | "#VALUE!" | "#DIV/0!" | "#NULL!" | "#NUM!")
}
