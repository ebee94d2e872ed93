//! Devices: the host name tells which one is meant.

use std::collections::BTreeMap;

use super::{DeviceRow, Difference, MAX_EMAIL_LETTERS, MAX_SHORT_LETTERS, Planner, Problem, Record, Row};
use crate::admin::import::known::{Found, KnownDevice};

impl Planner<'_> {
    pub(super) fn devices(&mut self, rows: &[Row]) {
        let mut seen = BTreeMap::new();
        for row in rows {
            // A row that fails was reported; the next one may be wrong in its own way.
            let _ = self.device(row, &mut seen);
        }
    }

    fn device(&mut self, row: &Row, seen: &mut BTreeMap<String, u32>) -> Result<(), ()> {
        let (name, unit, holder) = (self.host_name(row), self.unit(row, "unit"), self.holder(row));
        let (name, unit, holder) = (name?, unit?, holder?);
        if !self.is_first(seen, name.to_lowercase(), row, "name") {
            return Err(());
        }
        let named: Vec<&KnownDevice> =
            self.known.devices.iter().filter(|device| device.name.eq_ignore_ascii_case(&name)).collect();
        let here: Vec<&KnownDevice> =
            named.iter().copied().filter(|device| unit.is_some() && device.unit == unit).collect();
        let known = match (named.as_slice(), here.as_slice()) {
            ([], _) => None,
            ([device], _) | (_, [device]) => Some(*device),
            _ => {
                self.report(row, "name", Problem::SeveralDevices(named.len()));
                return Err(());
            }
        };
        let mut differences = Vec::new();
        if known.is_none() {
            differences.push(Difference { field: "name", before: String::new(), after: name.clone() });
        }
        let (unit_before, holder_before) =
            (known.and_then(|device| device.unit.as_ref()), known.and_then(|device| device.holder.as_ref()));
        if unit.is_some() && unit.as_ref() != unit_before {
            let (before, after) = (self.unit_name(unit_before), self.unit_name(unit.as_ref()));
            differences.push(Difference { field: "unit", before, after });
        }
        if holder.is_some() && holder.as_ref() != holder_before {
            let (before, after) = (self.person_name(holder_before), self.person_name(holder.as_ref()));
            differences.push(Difference { field: "holder", before, after });
        }
        let shown = known.map_or(name.as_str(), |device| device.name.as_str());
        let record = Record::Device(DeviceRow { name: shown.to_owned(), unit, holder });
        self.step(row, known.map(|device| device.id.as_str()), shown, differences, record);
        Ok(())
    }

    /// Letters, digits, hyphens, and what Windows allows beside them in old names.
    fn host_name(&mut self, row: &Row) -> Result<String, ()> {
        let name = self.required(row, "name", MAX_SHORT_LETTERS)?;
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if name.chars().all(is_allowed) {
            return Ok(name);
        }
        self.report(row, "name", Problem::NotAHostName);
        Err(())
    }

    fn holder(&mut self, row: &Row) -> Result<Option<String>, ()> {
        let Some(written) = self.text(row, "holder", MAX_EMAIL_LETTERS)? else { return Ok(None) };
        let problem = match self.known.find_person(&written) {
            Found::One(person) => return Ok(Some(person.id.clone())),
            Found::Several(count) => Problem::SeveralPeople(count),
            Found::None(suggestion) => Problem::NoSuchPerson { suggestion },
        };
        self.report(row, "holder", problem);
        Err(())
    }

    fn person_name(&self, id: Option<&String>) -> String {
        let person = id.and_then(|id| self.known.people.iter().find(|person| person.id == *id));
        person.map_or_else(String::new, |person| person.name.clone())
    }
}
