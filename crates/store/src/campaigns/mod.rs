//! Campaigns: a version of the directive goes to everybody of a unit and the units below it.
//!
//! Who counts on a day follows from the dated assignments: a newcomer is asked from the first day on, whoever has left is
//! asked no more, whoever is on leave has time until the return. What a person does becomes facts about the person in the
//! same transaction.

mod facts;
mod progress;
mod sheets;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::{Clause, Directive};
use khien_model::{SubjectKind, words};
use khien_protocol::Digest;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::refused;
use crate::columns::{Columns as _, day_text, json_text, micros};
use crate::{Change, Store, StoreError, assignments, units};

pub use facts::{MAX_REFRESHED, refresh, say_again};
pub use progress::{
    Answered, Attempt, MAX_ATTEMPTS_KEPT, Progress, acknowledge, answer_quiz, attempts_of, enrol, of_campaign,
    of_person, quiz_seed, read_clause, read_of_person,
};
pub use sheets::{MAX_REFERENCE, MAX_SIGNERS, SignedSheet, record_sheet, sheets_of};

/// The most campaigns that may be open at once.
pub const MAX_OPEN: usize = 50;

words! {
    /// What a campaign asks.
    pub enum CampaignKind {
        /// To read what is new, and to answer a quiz (quán triệt).
        Reading = "reading",
        /// To read everything again, as training on files, links and senders (tập huấn).
        Training = "training",
    }
}

/// A clause whose text is to be read: its id and the digest of its text.
pub type ClauseMark = (String, String);

/// The mark of a clause: another wording has another mark. Only what is read in Vietnamese counts.
pub fn mark_of(clause: &Clause) -> ClauseMark {
    let text = format!("{}\n{}", clause.title.vi, clause.text.vi);
    (clause.id.clone(), Digest::of(text.as_bytes()).to_string())
}

/// The marks of all clauses of a directive, in its order.
pub fn marks_of(directive: &Directive) -> Vec<ClauseMark> {
    directive.clauses.iter().map(mark_of).collect()
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// The id.
    pub id: String,
    /// What it asks.
    pub kind: CampaignKind,
    /// The topmost unit.
    pub unit: String,
    /// The digest of the version of the directive.
    pub directive: String,
    /// What is to be read.
    pub clauses: Vec<ClauseMark>,
    /// The last day for whoever is there when it begins.
    pub due: Date,
    /// How many working days a newcomer has.
    pub newcomer_days: u32,
    /// Who began it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was closed: nobody is asked any more, what was done stays.
    pub closed_at: Option<Timestamp>,
}

fn campaign(row: &AnyRow) -> Result<Campaign, StoreError> {
    let days = row.count("newcomer_days")?;
    Ok(Campaign {
        id: row.text("id")?,
        kind: row.parsed("kind")?,
        unit: row.text("unit")?,
        directive: row.text("directive")?,
        clauses: row.json("clauses")?,
        due: row.parsed("due")?,
        newcomer_days: u32::try_from(days).map_err(|_| StoreError::corrupt(format!("newcomer_days: {days}")))?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        closed_at: row.moment_or_none("closed_at")?,
    })
}

/// Begins a campaign. Nobody is asked yet: [`enrol`] asks people, now and when they come later.
pub async fn begin(change: &mut Change, campaign: &Campaign) -> Result<(), StoreError> {
    if campaign.clauses.is_empty() {
        return Err(refused("directive", "it has no clause to read"));
    }
    let open = query("SELECT COUNT(*) AS open FROM campaigns WHERE closed_at IS NULL")
        .fetch_one(change.connection())
        .await?
        .count("open")?;
    if open >= MAX_OPEN as u64 {
        return Err(StoreError::TooMany { limit: MAX_OPEN });
    }
    query(
        "INSERT INTO campaigns (id, kind, unit, directive, clauses, due, newcomer_days, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&campaign.id)
    .bind(campaign.kind.as_str())
    .bind(&campaign.unit)
    .bind(&campaign.directive)
    .bind(json_text(&campaign.clauses)?)
    .bind(day_text(campaign.due))
    .bind(i64::from(campaign.newcomer_days))
    .bind(&campaign.created_by)
    .bind(micros(campaign.created_at))
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({
        "kind": campaign.kind, "unit": campaign.unit, "directive": campaign.directive, "due": campaign.due,
    });
    change.audit("campaign.begin", "campaign", &campaign.id, detail).await
}

/// Closes a campaign: nobody is asked any more. Closing it again is a [`StoreError::Conflict`].
pub async fn close(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let closed = query("UPDATE campaigns SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if closed.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the campaign is closed already".into() });
    }
    change.audit("campaign.close", "campaign", id, serde_json::json!({})).await
}

/// The campaign with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Campaign>, StoreError> {
    let row = query("SELECT * FROM campaigns WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(campaign).transpose()
}

/// Every campaign, newest first.
pub async fn all(store: &Store) -> Result<Vec<Campaign>, StoreError> {
    let rows = query("SELECT * FROM campaigns ORDER BY created_at DESC, id").fetch_all(store.readers()).await?;
    rows.iter().map(campaign).collect()
}

/// The people who belong to `unit` or a unit below it on `day`, each with their own unit, by id.
pub async fn members(store: &Store, unit: &str, day: Date) -> Result<Vec<(String, String)>, StoreError> {
    let tree = units::tree(store).await?;
    let on = tree.on(day);
    let Some(top) = tree.find(unit).filter(|top| on.contains(*top)) else { return Ok(Vec::new()) };
    let below: BTreeSet<&str> = on.subtree(top).iter().map(|unit| tree.unit(*unit).id.as_str()).collect();
    let homes = assignments::homes_on(store, SubjectKind::Person, day).await?;
    let mut members: Vec<(String, String)> =
        homes.into_iter().filter(|(_, home)| below.contains(home.as_str())).collect();
    members.sort();
    Ok(members)
}
