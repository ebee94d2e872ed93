//! Whom an advisory concerns, and from when on.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use khien_model::{UnitIndex, UnitTree, Validity, day_of, start_of_day};
use sqlx::{AnyConnection, query};

use super::Audience;
use crate::columns::{Columns as _, day_text};
use crate::context::context;
use crate::roles::{self, Role};
use crate::{Store, StoreError};

/// How many days before somebody came an advisory may have appeared and still concern them.
pub const NEWCOMER_DAYS: i32 = 14;

/// Who belongs where since when, has which roles, and was away: everything that decides whom an advisory concerns.
pub(super) struct Office {
    today: Date,
    /// Each unit there ever was, with itself and all above it today; one that has ended, with those of what took it over.
    above: HashMap<String, Vec<String>>,
    homes: HashMap<String, Vec<(String, Validity)>>,
    roles: HashMap<String, Vec<Role>>,
    leaves: HashMap<String, Vec<Validity>>,
}

impl Office {
    /// As it is at `now`; of one person alone when one is named.
    pub(super) async fn read(
        store: &Store,
        connection: &mut AnyConnection,
        person: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let (today, person) = (day_of(now), person.unwrap_or_default());
        let context = context(store.core(), connection).await?;
        let mut office = Self {
            today,
            above: above(context.organisation().tree(), today),
            homes: HashMap::new(),
            roles: HashMap::new(),
            leaves: HashMap::new(),
        };
        let sql = "SELECT * FROM assignments WHERE kind = 'person' AND ($1 = '' OR id = $1) AND valid_from <= $2
                   ORDER BY id, valid_from DESC";
        for row in &query(sql).bind(person).bind(day_text(today)).fetch_all(&mut *connection).await? {
            office.homes.entry(row.text("id")?).or_default().push((row.text("unit")?, row.validity()?));
        }
        let sql = "SELECT * FROM roles WHERE ($1 = '' OR person = $1) AND valid_from <= $2 ORDER BY valid_from DESC";
        for row in &query(sql).bind(person).bind(day_text(today)).fetch_all(&mut *connection).await? {
            let role = roles::role(row)?;
            office.roles.entry(role.person.clone()).or_default().push(role);
        }
        let sql = "SELECT * FROM leaves WHERE ($1 = '' OR person = $1) AND valid_from <= $2 ORDER BY valid_from";
        for row in &query(sql).bind(person).bind(day_text(today)).fetch_all(&mut *connection).await? {
            office.leaves.entry(row.text("person")?).or_default().push(row.validity()?);
        }
        Ok(office)
    }

    /// Whether `person` belongs to a unit today.
    pub(super) fn is_here(&self, person: &str) -> bool {
        self.homes.get(person).is_some_and(|homes| homes.iter().any(|(_, validity)| validity.contains(self.today)))
    }

    /// Everybody who belonged to a unit by today.
    pub(super) fn people(&self) -> impl Iterator<Item = &str> {
        self.homes.keys().map(String::as_str)
    }

    /// Whether a unit is `top` or below it today; one that has ended, whether what took it over is.
    fn is_within(&self, unit: &str, top: &str) -> bool {
        self.above.get(unit).is_some_and(|above| above.iter().any(|unit| unit == top))
    }

    /// The day since which `person` has been in the audience without a break; `None` when they are not in it today.
    pub(super) fn member_since(&self, person: &str, audience: &Audience) -> Option<Date> {
        let homes = self.homes.get(person)?;
        let within =
            homes.iter().filter(|(unit, _)| self.is_within(unit, &audience.unit)).map(|(_, validity)| *validity);
        let home = unbroken(within, self.today)?;
        let Some(wanted) = audience.role else { return Some(home) };
        let held = self.roles.get(person)?.iter().filter(|role| role.kind == wanted).map(Role::validity);
        Some(unbroken(held, self.today)?.max(home))
    }

    /// From when on `person` is to read what was published for `audience` at `published_at`: for somebody who came later, the
    /// day they came; for somebody who was away, the day of return. `None`: it does not concern them.
    pub(super) fn asked_from(&self, person: &str, audience: &Audience, published_at: Timestamp) -> Option<Timestamp> {
        let came = self.member_since(person, audience)?;
        if day_of(published_at) < came.saturating_sub(NEWCOMER_DAYS.days()) {
            return None;
        }
        let mut from = published_at.max(start_of_day(came));
        for leave in self.leaves.get(person).into_iter().flatten() {
            if leave.contains(day_of(from)) {
                // Who is still away is asked from today on, every day anew.
                let back = leave.to.map_or(self.today, |back| back.min(self.today));
                from = from.max(start_of_day(back));
            }
        }
        Some(from)
    }
}

/// Each unit there ever was, with itself and all above it on `today`.
fn above(tree: &UnitTree, today: Date) -> HashMap<String, Vec<String>> {
    let on = tree.on(today);
    let id = |unit: UnitIndex| tree.unit(unit).id.clone();
    let of = |unit: UnitIndex| {
        let lives_on = if on.contains(unit) { vec![unit] } else { tree.successors(unit, today) };
        lives_on.into_iter().filter(|unit| on.contains(*unit)).flat_map(|unit| on.path(unit)).map(id).collect()
    };
    tree.units().map(|unit| (id(unit), of(unit))).collect()
}

/// The first day of the periods that reach up to `today` without a break. The latest comes first.
fn unbroken(periods: impl Iterator<Item = Validity>, today: Date) -> Option<Date> {
    let mut first: Option<Date> = None;
    for period in periods {
        first = match first {
            None if period.contains(today) => Some(period.from),
            Some(first) if period.to.is_none_or(|end| first <= end) => Some(first.min(period.from)),
            unchanged => unchanged,
        };
    }
    first
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_break_begins_anew() {
        let period =
            |from: i8, to: Option<i8>| Validity { from: date(2026, 11, from), to: to.map(|to| date(2026, 11, to)) };
        let today = date(2026, 11, 20);
        let first = |periods: &[Validity]| unbroken(periods.iter().copied(), today).map(Date::day);
        assert_eq!(first(&[]), None);
        assert_eq!(first(&[period(20, None)]), Some(20));
        assert_eq!(first(&[period(3, Some(20))]), None, "the end is the first day after");
        assert_eq!(first(&[period(10, None), period(3, Some(10))]), Some(3));
        assert_eq!(first(&[period(10, None), period(3, Some(9))]), Some(10));
        assert_eq!(first(&[period(21, None), period(10, Some(21)), period(1, None)]), Some(1));
    }
}
