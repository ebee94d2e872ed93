//! Exemptions: asked for, then approved or refused by somebody else, or withdrawn. Only approved ones count.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::text::same_ignoring_case;
use khien_model::{Coverage, Exemption, Exemptions, Organisation, Requirement, words};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, day_text, json_text, micros};
use crate::{Change, Generation, Store, StoreError};

/// The longest reason or note, in letters.
pub const MAX_REASON: usize = 2_000;

/// The longest time that one exemption may last.
pub const MAX_DAYS: i32 = 366;

words! {
    /// How far a request got.
    pub enum ExemptionState {
        /// Waits for a decision (chờ duyệt).
        Asked = "asked",
        /// Counts while its days last (đã duyệt).
        Approved = "approved",
        /// Was refused (từ chối).
        Refused = "refused",
        /// Was taken back by who asked, or ended early (đã rút).
        Withdrawn = "withdrawn",
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionRequest {
    /// The id.
    pub id: String,
    /// Whom it covers.
    pub covers: Coverage,
    /// What it lifts.
    pub lifts: Requirement,
    /// The unit whose head answers for it.
    pub unit: String,
    /// Why.
    pub reason: String,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    pub valid_to: Date,
    /// The person who asks.
    pub asked_by: String,
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionRecord {
    /// What was asked for.
    pub request: ExemptionRequest,
    /// When.
    pub asked_at: Timestamp,
    /// How far it got.
    pub state: ExemptionState,
    /// The person who decided.
    pub decided_by: Option<String>,
    /// When that was.
    pub decided_at: Option<Timestamp>,
    /// What the decider wrote.
    pub decision_note: Option<String>,
}

impl ExemptionRecord {
    /// What it is to the judge: nothing unless it is approved.
    pub fn approved(&self) -> Option<Exemption> {
        let approved_by = self.decided_by.clone().filter(|_| self.state == ExemptionState::Approved)?;
        Some(as_exemption(&self.request, &approved_by))
    }
}

fn as_exemption(request: &ExemptionRequest, approved_by: &str) -> Exemption {
    Exemption {
        id: request.id.clone(),
        requested_by: request.asked_by.clone(),
        approved_by: approved_by.to_owned(),
        reason: request.reason.clone(),
        covers: request.covers.clone(),
        lifts: request.lifts.clone(),
        valid_from: request.valid_from,
        valid_to: request.valid_to,
    }
}

fn record(row: &AnyRow) -> Result<ExemptionRecord, StoreError> {
    Ok(ExemptionRecord {
        request: ExemptionRequest {
            id: row.text("id")?,
            covers: row.json("covers")?,
            lifts: row.json("lifts")?,
            unit: row.text("unit")?,
            reason: row.text("reason")?,
            valid_from: row.parsed("valid_from")?,
            valid_to: row.parsed("valid_to")?,
            asked_by: row.text("asked_by")?,
        },
        asked_at: row.moment("asked_at")?,
        state: row.parsed("state")?,
        decided_by: row.text_or_none("decided_by")?,
        decided_at: row.moment_or_none("decided_at")?,
        decision_note: row.text_or_none("decision_note")?,
    })
}

/// Asks for an exemption.
pub async fn ask(change: &mut Change, request: &ExemptionRequest) -> Result<(), StoreError> {
    bounded("reason", &request.reason, MAX_REASON)?;
    if request.valid_from >= request.valid_to {
        return Err(refused("valid_to", "the period has no day"));
    }
    let days = request.valid_from.until(request.valid_to).map_or(i32::MAX, |span| span.get_days());
    if days > MAX_DAYS {
        return Err(refused("valid_to", &format!("it lasts longer than {MAX_DAYS} days")));
    }
    let now = micros(change.now());
    query(
        "INSERT INTO exemptions (id, covers, lifts, unit, reason, valid_from, valid_to, state, asked_by, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&request.id)
    .bind(json_text(&request.covers)?)
    .bind(json_text(&request.lifts)?)
    .bind(&request.unit)
    .bind(&request.reason)
    .bind(day_text(request.valid_from))
    .bind(day_text(request.valid_to))
    .bind(ExemptionState::Asked.as_str())
    .bind(&request.asked_by)
    .bind(now)
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "covers": request.covers, "lifts": request.lifts, "unit": request.unit, "reason": request.reason,
        "valid_from": request.valid_from, "valid_to": request.valid_to, "asked_by": request.asked_by,
    });
    change.audit("exemption.ask", "exemption", &request.id, detail).await
}

/// Approves an exemption: never by the person who asked. It counts from this change on.
pub async fn approve(change: &mut Change, id: &str, by: &str, note: Option<&str>) -> Result<(), StoreError> {
    let asked = waiting(change, id).await?;
    // One pair of eyes is none: the judge would refuse it later, the person is told now.
    if same_ignoring_case(asked.request.asked_by.trim(), by.trim()) {
        return Err(refused("decided_by", "it is approved by the one who asked"));
    }
    let organisation = crate::units::read_organisation(change.connection()).await?;
    if let Err(problems) = Exemptions::new(vec![as_exemption(&asked.request, by)], &organisation) {
        let why = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return Err(refused("exemption", &why));
    }
    decide(change, id, ExemptionState::Approved, by, note).await?;
    change.bump(Generation::Exemptions).await?;
    change.audit("exemption.approve", "exemption", id, serde_json::json!({ "by": by, "note": note })).await
}

/// Refuses an exemption.
pub async fn refuse(change: &mut Change, id: &str, by: &str, note: Option<&str>) -> Result<(), StoreError> {
    waiting(change, id).await?;
    decide(change, id, ExemptionState::Refused, by, note).await?;
    change.audit("exemption.refuse", "exemption", id, serde_json::json!({ "by": by, "note": note })).await
}

/// Takes back a request, or ends an approved exemption before its time.
pub async fn withdraw(change: &mut Change, id: &str, by: &str, note: Option<&str>) -> Result<(), StoreError> {
    let record = read_one(change.connection(), id).await?.ok_or(StoreError::NotFound)?;
    match record.state {
        ExemptionState::Asked => decide(change, id, ExemptionState::Withdrawn, by, note).await?,
        ExemptionState::Approved => {
            // Who approved stays on record in the audit log; the row says who ended it.
            decide(change, id, ExemptionState::Withdrawn, by, note).await?;
            change.bump(Generation::Exemptions).await?;
        }
        ExemptionState::Refused | ExemptionState::Withdrawn => {
            return Err(StoreError::Conflict { what: "exemption".into() });
        }
    }
    change.audit("exemption.withdraw", "exemption", id, serde_json::json!({ "by": by, "note": note })).await
}

async fn waiting(change: &mut Change, id: &str) -> Result<ExemptionRecord, StoreError> {
    let record = read_one(change.connection(), id).await?.ok_or(StoreError::NotFound)?;
    if record.state == ExemptionState::Asked {
        Ok(record)
    } else {
        Err(StoreError::Conflict { what: "exemption".into() })
    }
}

async fn decide(
    change: &mut Change,
    id: &str,
    state: ExemptionState,
    by: &str,
    note: Option<&str>,
) -> Result<(), StoreError> {
    bounded_option("decision_note", note, MAX_REASON)?;
    let now = micros(change.now());
    query("UPDATE exemptions SET state = $2, decided_by = $3, decided_at = $4, decision_note = $5 WHERE id = $1")
        .bind(id)
        .bind(state.as_str())
        .bind(by)
        .bind(now)
        .bind(note)
        .execute(change.connection())
        .await?;
    Ok(())
}

async fn read_one(connection: &mut AnyConnection, id: &str) -> Result<Option<ExemptionRecord>, StoreError> {
    let row = query("SELECT * FROM exemptions WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.as_ref().map(record).transpose()
}

/// The request with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<ExemptionRecord>, StoreError> {
    let row = query("SELECT * FROM exemptions WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(record).transpose()
}

/// Every request, newest first.
pub async fn all(store: &Store) -> Result<Vec<ExemptionRecord>, StoreError> {
    let rows = query("SELECT * FROM exemptions ORDER BY asked_at DESC, id").fetch_all(store.readers()).await?;
    rows.iter().map(record).collect()
}

/// The requests of one unit itself, newest first.
pub async fn of_unit(store: &Store, unit: &str) -> Result<Vec<ExemptionRecord>, StoreError> {
    let rows = query("SELECT * FROM exemptions WHERE unit = $1 ORDER BY asked_at DESC, id")
        .bind(unit)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(record).collect()
}

/// The approved ones, checked, for the judge.
pub async fn approved(store: &Store, organisation: &Organisation) -> Result<Exemptions, StoreError> {
    let rows = query("SELECT * FROM exemptions WHERE state = $1 ORDER BY asked_at, id")
        .bind(ExemptionState::Approved.as_str())
        .fetch_all(store.readers())
        .await?;
    let records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let list = records.iter().filter_map(ExemptionRecord::approved).collect();
    Exemptions::new(list, organisation).map_err(|problems| {
        StoreError::corrupt(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}
