//! Units: the register of the dated tree, and who belongs where.
//!
//! Nothing is written here that is not a tree on every day: each way in goes through [`UnitTree::new`] and
//! [`Organisation::new`] first.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use khien_model::text::fold;
use khien_model::{
    Assignment, Organisation, Reform, ReformProblem, Reformed, Subject, SubjectKind, Succession, Unit, UnitName,
    UnitParent, UnitRegister, UnitTree, Validity, reform,
};
use sqlx::AnyConnection;
use sqlx::query;

use crate::assignments;
use crate::checks::refused;
use crate::columns::{Columns as _, day_text, day_text_or_none};
use crate::{Change, Generation, Store, StoreError, subjects};

/// The register as it is kept.
pub async fn register(store: &Store) -> Result<UnitRegister, StoreError> {
    let mut snapshot = store.snapshot().await?;
    read(snapshot.connection()).await
}

/// The tree of units.
pub async fn tree(store: &Store) -> Result<UnitTree, StoreError> {
    checked_tree(register(store).await?)
}

/// The tree of units with everybody in it, as of one moment.
pub async fn organisation(store: &Store) -> Result<Organisation, StoreError> {
    let mut snapshot = store.snapshot().await?;
    read_organisation(snapshot.connection()).await
}

/// The tree of units with everybody in it, through one connection.
pub(crate) async fn read_organisation(connection: &mut AnyConnection) -> Result<Organisation, StoreError> {
    let tree = checked_tree(read(&mut *connection).await?)?;
    let assignments = assignments::read(connection).await?;
    Organisation::new(tree, assignments).map_err(|problems| corrupt(&problems))
}

fn checked_tree(register: UnitRegister) -> Result<UnitTree, StoreError> {
    UnitTree::new(register).map_err(|problems| corrupt(&problems))
}

fn corrupt(problems: &[impl std::fmt::Display]) -> StoreError {
    StoreError::Corrupt { what: joined(problems) }
}

fn invalid(problems: &[impl std::fmt::Display]) -> StoreError {
    refused("units", &joined(problems))
}

fn joined(problems: &[impl std::fmt::Display]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The register, through one connection.
pub(crate) async fn read(connection: &mut AnyConnection) -> Result<UnitRegister, StoreError> {
    let mut names: HashMap<String, Vec<UnitName>> = HashMap::new();
    for row in &query("SELECT * FROM unit_names ORDER BY unit, valid_from").fetch_all(&mut *connection).await? {
        let Validity { from, to } = row.validity()?;
        let (name, abbreviation) = (row.text("name")?, row.text_or_none("abbreviation")?);
        let name = UnitName { name, abbreviation, valid_from: from, valid_to: to };
        names.entry(row.text("unit")?).or_default().push(name);
    }
    let mut parents: HashMap<String, Vec<UnitParent>> = HashMap::new();
    for row in &query("SELECT * FROM unit_parents ORDER BY unit, valid_from").fetch_all(&mut *connection).await? {
        let Validity { from, to } = row.validity()?;
        let parent = UnitParent { unit: row.text("parent")?, valid_from: from, valid_to: to };
        parents.entry(row.text("unit")?).or_default().push(parent);
    }
    let rows = query("SELECT * FROM units ORDER BY position, id").fetch_all(&mut *connection).await?;
    let units = rows.iter().map(|row| {
        let (id, Validity { from, to }) = (row.text("id")?, row.validity()?);
        let (names, parents) = (names.remove(&id).unwrap_or_default(), parents.remove(&id).unwrap_or_default());
        Ok(Unit { id, kind: row.text_or_none("kind")?, names, parents, valid_from: from, valid_to: to })
    });
    let units = units.collect::<Result<Vec<_>, StoreError>>()?;
    let rows = query("SELECT * FROM unit_successions ORDER BY from_day, old_unit, new_unit")
        .fetch_all(&mut *connection)
        .await?;
    let successions = rows.iter().map(|row| {
        let share = row.number("share_percent")?;
        Ok(Succession {
            new: row.text("new_unit")?,
            old: row.text("old_unit")?,
            from: row.parsed("from_day")?,
            share_percent: u8::try_from(share)
                .map_err(|_| StoreError::corrupt(format!("a share of {share} per cent")))?,
        })
    });
    let successions = successions.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(UnitRegister { units, successions })
}

/// What came of an attempt to reform.
pub type ReformOutcome = Result<Box<Reformed>, ReformProblem>;

/// Carries out a reform on what the register is now, or says why it cannot be. Two at once come one after the other.
pub async fn carry_out(change: &mut Change, what: &Reform, day: Date) -> Result<ReformOutcome, StoreError> {
    // The row of the generation is what a second reform waits for.
    change.bump(Generation::Organisation).await?;
    let register = read(change.connection()).await?;
    let assignments = assignments::read(change.connection()).await?;
    let reformed = match reform(&register, &assignments, what, day) {
        Ok(reformed) => reformed,
        Err(problem) => return Ok(Err(problem)),
    };
    write_register(change, &register, &reformed.register).await?;
    write_assignments(change, &assignments, &reformed.assignments).await?;
    let detail = serde_json::json!({
        "day": day, "reform": format!("{what:?}"), "moved": reformed.moved.len(), "ended": reformed.ended,
        "reparented": reformed.reparented,
    });
    change.audit("units.reform", "organisation", "", detail).await?;
    Ok(Ok(Box::new(reformed)))
}

/// Puts a whole register in the place of the present one, after checking that everybody still belongs to a unit that
/// exists. Units end; none may be missing.
pub async fn replace(change: &mut Change, register: &UnitRegister) -> Result<(), StoreError> {
    change.bump(Generation::Organisation).await?;
    let tree = UnitTree::new(register.clone()).map_err(|problems| invalid(&problems))?;
    let assignments = assignments::read(change.connection()).await?;
    Organisation::new(tree, assignments).map_err(|problems| invalid(&problems))?;
    let before = read(change.connection()).await?;
    write_register(change, &before, register).await?;
    let detail = serde_json::json!({ "units": register.units.len(), "successions": register.successions.len() });
    change.audit("units.replace", "organisation", "", detail).await
}

/// Writes what differs between two registers; `after` has been checked.
async fn write_register(change: &mut Change, before: &UnitRegister, after: &UnitRegister) -> Result<(), StoreError> {
    let mut known: BTreeMap<&str, (usize, &Unit)> =
        before.units.iter().enumerate().map(|(position, unit)| (unit.id.as_str(), (position, unit))).collect();
    let mut changed = Vec::new();
    for (position, unit) in after.units.iter().enumerate() {
        if known.remove(unit.id.as_str()) != Some((position, unit)) {
            write_unit(change, position, unit).await?;
            changed.push(unit);
        }
    }
    if let Some(missing) = known.keys().next() {
        let why = format!("{missing:?} is missing: a unit ends, it is never taken away");
        return Err(refused("units", &why));
    }
    // Names and parents last: a parent may stand behind its child in the register.
    for unit in changed {
        write_names_and_parents(change, unit).await?;
    }
    if before.successions != after.successions {
        query("DELETE FROM unit_successions").execute(change.connection()).await?;
        for Succession { new, old, from, share_percent } in &after.successions {
            query("INSERT INTO unit_successions (new_unit, old_unit, from_day, share_percent) VALUES ($1, $2, $3, $4)")
                .bind(new)
                .bind(old)
                .bind(day_text(*from))
                .bind(i64::from(*share_percent))
                .execute(change.connection())
                .await?;
        }
    }
    Ok(())
}

async fn write_unit(change: &mut Change, position: usize, unit: &Unit) -> Result<(), StoreError> {
    query(
        "INSERT INTO units (id, kind, position, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, position = excluded.position,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to",
    )
    .bind(&unit.id)
    .bind(unit.kind.as_deref())
    .bind(i64::try_from(position).unwrap_or(i64::MAX))
    .bind(day_text(unit.valid_from))
    .bind(day_text_or_none(unit.valid_to))
    .execute(change.connection())
    .await?;
    Ok(())
}

async fn write_names_and_parents(change: &mut Change, unit: &Unit) -> Result<(), StoreError> {
    query("DELETE FROM unit_names WHERE unit = $1").bind(&unit.id).execute(change.connection()).await?;
    for name in &unit.names {
        query(
            "INSERT INTO unit_names (unit, name, name_folded, abbreviation, valid_from, valid_to)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&unit.id)
        .bind(&name.name)
        .bind(fold(&name.name))
        .bind(name.abbreviation.as_deref())
        .bind(day_text(name.valid_from))
        .bind(day_text_or_none(name.valid_to))
        .execute(change.connection())
        .await?;
    }
    // A unit is a subject too: what the directive asks of units is unknown until somebody knows it.
    if let Some(latest) = unit.names.iter().max_by_key(|name| name.valid_from) {
        let subject = Subject { kind: SubjectKind::Unit, id: unit.id.clone() };
        subjects::enter(change, &subject, &latest.name).await?;
    }
    query("DELETE FROM unit_parents WHERE unit = $1").bind(&unit.id).execute(change.connection()).await?;
    for parent in &unit.parents {
        query("INSERT INTO unit_parents (unit, parent, valid_from, valid_to) VALUES ($1, $2, $3, $4)")
            .bind(&unit.id)
            .bind(&parent.unit)
            .bind(day_text(parent.valid_from))
            .bind(day_text_or_none(parent.valid_to))
            .execute(change.connection())
            .await?;
    }
    Ok(())
}

/// Writes the assignments of every subject whose assignments differ.
async fn write_assignments(change: &mut Change, before: &[Assignment], after: &[Assignment]) -> Result<(), StoreError> {
    let (before, after) = (by_subject(before), by_subject(after));
    for (subject, periods) in &after {
        if before.get(subject) == Some(periods) {
            continue;
        }
        query("DELETE FROM assignments WHERE kind = $1 AND id = $2")
            .bind(subject.0)
            .bind(subject.1)
            .execute(change.connection())
            .await?;
        for assignment in periods {
            assignments::write(change, assignment).await?;
        }
    }
    Ok(())
}

fn by_subject(assignments: &[Assignment]) -> BTreeMap<(&'static str, &str), Vec<&Assignment>> {
    let mut sorted: BTreeMap<(&'static str, &str), Vec<&Assignment>> = BTreeMap::new();
    for assignment in assignments {
        let subject = (assignment.subject.kind.as_str(), assignment.subject.id.as_str());
        sorted.entry(subject).or_default().push(assignment);
    }
    for periods in sorted.values_mut() {
        periods.sort_by_key(|assignment| assignment.valid_from);
    }
    sorted
}
