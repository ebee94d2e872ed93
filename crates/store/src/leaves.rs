//! Leave: who is away from which day to which. Meanwhile a person's own duties are lifted, as by an exemption with an end.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::Directive;
use khien_model::{Coverage, Exemption, Requirement, Subject, SubjectKind, Validity};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::checks::refused;
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Generation, Store, StoreError};

/// The longest leave, in days. A longer one is recorded again.
pub const MAX_DAYS: i32 = 400;

/// The reason that is shown where a duty is lifted.
const REASON: &str = "Nghỉ theo chế độ, đơn vị đã ghi nhận";

/// A leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// The id.
    pub id: String,
    /// Who.
    pub person: String,
    /// The first day away.
    pub valid_from: Date,
    /// The day of return.
    pub valid_to: Date,
    /// Who recorded it: never the person.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl Leave {
    /// When it holds.
    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: Some(self.valid_to) }
    }
}

fn leave(row: &AnyRow) -> Result<Leave, StoreError> {
    Ok(Leave {
        id: row.text("id")?,
        person: row.text("person")?,
        valid_from: row.parsed("valid_from")?,
        valid_to: row.parsed("valid_to")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// Records a leave. Nobody records their own.
pub async fn record(change: &mut Change, leave: &Leave) -> Result<(), StoreError> {
    if leave.recorded_by == leave.person {
        return Err(refused("person", "nobody records their own leave"));
    }
    let days = (leave.valid_to - leave.valid_from).get_days();
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(refused("valid_to", &format!("a leave lasts 1 to {MAX_DAYS} days")));
    }
    query(
        "INSERT INTO leaves (id, person, valid_from, valid_to, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&leave.id)
    .bind(&leave.person)
    .bind(day_text(leave.valid_from))
    .bind(day_text(leave.valid_to))
    .bind(&leave.recorded_by)
    .bind(micros(leave.recorded_at))
    .execute(change.connection())
    .await?;
    change.bump(Generation::Exemptions).await?;
    let detail = serde_json::json!({ "valid_from": leave.valid_from, "valid_to": leave.valid_to });
    change.audit("leave.record", "person", &leave.person, detail).await
}

/// Ends a leave early: `day` is the day of return. One that had not begun by then is taken back altogether.
pub async fn end(change: &mut Change, id: &str, day: Date) -> Result<(), StoreError> {
    let ended = query("UPDATE leaves SET valid_to = $2 WHERE id = $1 AND valid_from < $2 AND valid_to > $2")
        .bind(id)
        .bind(day_text(day))
        .execute(change.connection())
        .await?;
    if ended.rows_affected() == 0 {
        let removed = query("DELETE FROM leaves WHERE id = $1 AND valid_from >= $2")
            .bind(id)
            .bind(day_text(day))
            .execute(change.connection())
            .await?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::Conflict { what: "the leave is over already".into() });
        }
    }
    change.bump(Generation::Exemptions).await?;
    change.audit("leave.end", "leave", id, serde_json::json!({ "valid_to": day })).await
}

/// The leave with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Leave>, StoreError> {
    let row = query("SELECT * FROM leaves WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(leave).transpose()
}

/// Who is away on `day`, by person.
pub async fn on(store: &Store, day: Date) -> Result<Vec<Leave>, StoreError> {
    let rows = query("SELECT * FROM leaves WHERE valid_from <= $1 AND valid_to > $1 ORDER BY person, valid_to")
        .bind(day_text(day))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(leave).collect()
}

/// What leaves lift: of every clause that asks something of people themselves, what it asks of the person who is away.
pub(crate) async fn as_exemptions(
    connection: &mut AnyConnection,
    directive: Option<&Directive>,
) -> Result<Vec<Exemption>, StoreError> {
    let of_people = |clause: &&khien_directive::Clause| {
        clause.controls.iter().any(|control| control.subject == SubjectKind::Person)
    };
    let clauses: Vec<&str> = directive
        .into_iter()
        .flat_map(|directive| directive.clauses.iter().filter(of_people))
        .map(|clause| clause.id.as_str())
        .collect();
    let rows = query(
        "SELECT leaves.*, COALESCE(people.name, leaves.recorded_by) AS recorder
         FROM leaves LEFT JOIN people ON people.id = leaves.recorded_by ORDER BY leaves.recorded_at, leaves.id",
    )
    .fetch_all(connection)
    .await?;
    let mut exemptions = Vec::new();
    for row in &rows {
        // It is shown to readers, who know people by name.
        let (recorder, leave) = (row.text("recorder")?, leave(row)?);
        exemptions.extend(clauses.iter().map(|clause| Exemption {
            id: format!("leave-{}-{clause}", leave.id),
            requested_by: leave.person.clone(),
            approved_by: recorder.clone(),
            reason: REASON.to_owned(),
            covers: Coverage::Subject(Subject { kind: SubjectKind::Person, id: leave.person.clone() }),
            lifts: Requirement::Clause((*clause).to_owned()),
            valid_from: leave.valid_from,
            valid_to: leave.valid_to,
        }));
    }
    Ok(exemptions)
}
