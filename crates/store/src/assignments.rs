//! Which unit a subject belongs to, when: people, devices, accounts, mailboxes, systems.

use std::collections::HashMap;

use jiff::civil::Date;
use khien_model::{Assignment, Subject, SubjectKind, Validity};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::refused;
use crate::columns::{Columns as _, day_text, day_text_or_none};
use crate::values::{change_rows, write_rows};
use crate::{Change, Generation, Store, StoreError, units};

fn assignment(row: &AnyRow) -> Result<Assignment, StoreError> {
    let Validity { from, to } = row.validity()?;
    Ok(Assignment {
        subject: Subject { kind: row.parsed("kind")?, id: row.text("id")? },
        unit: row.text("unit")?,
        valid_from: from,
        valid_to: to,
    })
}

/// Every assignment, past and future ones too.
pub async fn all(store: &Store) -> Result<Vec<Assignment>, StoreError> {
    let rows = query("SELECT * FROM assignments ORDER BY kind, id, valid_from").fetch_all(store.readers()).await?;
    rows.iter().map(assignment).collect()
}

/// The assignments of one subject, oldest first.
pub async fn of(store: &Store, subject: &Subject) -> Result<Vec<Assignment>, StoreError> {
    let rows = query("SELECT * FROM assignments WHERE kind = $1 AND id = $2 ORDER BY valid_from")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(assignment).collect()
}

/// The unit that each subject of `kind` belongs to on `day`.
pub async fn homes_on(store: &Store, kind: SubjectKind, day: Date) -> Result<HashMap<String, String>, StoreError> {
    let rows = query(
        "SELECT id, unit FROM assignments
         WHERE kind = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)",
    )
    .bind(kind.as_str())
    .bind(day_text(day))
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.text("unit")?))).collect()
}

/// Every assignment, through one connection.
pub(crate) async fn read(connection: &mut AnyConnection) -> Result<Vec<Assignment>, StoreError> {
    let rows = query("SELECT * FROM assignments ORDER BY kind, id, valid_from").fetch_all(connection).await?;
    rows.iter().map(assignment).collect()
}

/// Until when a unit that exists on `day` does: the outer `None` when it does not exist then.
async fn end_of_unit(change: &mut Change, unit: &str, day: Date) -> Result<Option<Option<Date>>, StoreError> {
    let row = query("SELECT valid_from, valid_to FROM units WHERE id = $1")
        .bind(unit)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let life = row.validity()?;
    Ok(life.contains(day).then_some(life.to))
}

/// Whether a unit exists on `day`.
pub(crate) async fn exists_on(change: &mut Change, unit: &str, day: Date) -> Result<bool, StoreError> {
    Ok(end_of_unit(change, unit, day).await?.is_some())
}

/// Says that `subject` belongs to `unit` from `from` on: the assignment of that day ends the day before, later ones are
/// taken back. When the unit's end is known already, the assignment ends with it.
pub async fn assign(change: &mut Change, subject: &Subject, unit: &str, from: Date) -> Result<(), StoreError> {
    refuse_units(subject)?;
    let Some(valid_to) = end_of_unit(change, unit, from).await? else {
        return Err(refused("unit", &format!("{unit:?} does not exist on {from}")));
    };
    close(change, subject, from).await?;
    write(change, &Assignment { subject: subject.clone(), unit: unit.to_owned(), valid_from: from, valid_to }).await?;
    change.bump(Generation::Organisation).await?;
    let detail = serde_json::json!({ "unit": unit, "valid_from": from });
    change.audit("assignment.begin", subject.kind.as_str(), &subject.id, detail).await
}

/// Says that all of `accounts` belong to `unit` from `from` on, as [`assign`] does for one. The caller writes the audit entry
/// and lets the organisation be loaded again.
pub(crate) async fn assign_all(
    change: &mut Change,
    accounts: &[Subject],
    unit: &str,
    from: Date,
) -> Result<(), StoreError> {
    let Some(valid_to) = end_of_unit(change, unit, from).await? else {
        return Err(refused("unit", &format!("{unit:?} does not exist on {from}")));
    };
    let (from, valid_to) = (day_text(from), day_text_or_none(valid_to));
    let past = |members: &str| {
        format!("DELETE FROM assignments WHERE kind = 'account' AND valid_from >= '{from}' AND id IN {members}")
    };
    change_rows(change.connection(), accounts, past, |query, subject| query.bind(subject.id.as_str())).await?;
    let end = |members: &str| {
        format!(
            "UPDATE assignments SET valid_to = '{from}' WHERE kind = 'account' \
             AND (valid_to IS NULL OR valid_to > '{from}') AND id IN {members}"
        )
    };
    change_rows(change.connection(), accounts, end, |query, subject| query.bind(subject.id.as_str())).await?;
    let sql = |rows: &str| format!("INSERT INTO assignments (kind, id, unit, valid_from, valid_to) VALUES {rows}");
    write_rows(change.connection(), accounts, 5, sql, |query, subject| {
        query
            .bind(subject.kind.as_str())
            .bind(subject.id.as_str())
            .bind(unit)
            .bind(from.as_str())
            .bind(valid_to.as_deref())
    })
    .await
}

/// Says that `subject` belongs to no unit from `from` on.
pub async fn end(change: &mut Change, subject: &Subject, from: Date) -> Result<(), StoreError> {
    close(change, subject, from).await?;
    change.bump(Generation::Organisation).await?;
    let detail = serde_json::json!({ "valid_to": from });
    change.audit("assignment.end", subject.kind.as_str(), &subject.id, detail).await
}

/// Writes assignments of the past and the future as they are, for what is set up in one go. Refused when somebody would be
/// in two places on one day or in a unit that does not exist.
pub async fn insert_all(change: &mut Change, assignments: &[Assignment]) -> Result<(), StoreError> {
    for assignment in assignments {
        refuse_units(&assignment.subject)?;
        write(change, assignment).await?;
    }
    let kept = units::read_organisation(change.connection()).await;
    kept.map_err(|error| match error {
        StoreError::Corrupt { what } => refused("assignments", &what),
        other => other,
    })?;
    change.bump(Generation::Organisation).await?;
    let detail = serde_json::json!({ "assignments": assignments.len() });
    change.audit("assignment.enter", "organisation", "", detail).await
}

fn refuse_units(subject: &Subject) -> Result<(), StoreError> {
    if subject.kind == SubjectKind::Unit {
        return Err(refused("subject", "a unit belongs to its parent and is never assigned"));
    }
    Ok(())
}

async fn close(change: &mut Change, subject: &Subject, from: Date) -> Result<(), StoreError> {
    query("DELETE FROM assignments WHERE kind = $1 AND id = $2 AND valid_from >= $3")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .bind(day_text(from))
        .execute(change.connection())
        .await?;
    query(
        "UPDATE assignments SET valid_to = $3
         WHERE kind = $1 AND id = $2 AND (valid_to IS NULL OR valid_to > $3)",
    )
    .bind(subject.kind.as_str())
    .bind(&subject.id)
    .bind(day_text(from))
    .execute(change.connection())
    .await?;
    Ok(())
}

pub(crate) async fn write(change: &mut Change, assignment: &Assignment) -> Result<(), StoreError> {
    query("INSERT INTO assignments (kind, id, unit, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)")
        .bind(assignment.subject.kind.as_str())
        .bind(&assignment.subject.id)
        .bind(&assignment.unit)
        .bind(day_text(assignment.valid_from))
        .bind(day_text_or_none(assignment.valid_to))
        .execute(change.connection())
        .await?;
    Ok(())
}
