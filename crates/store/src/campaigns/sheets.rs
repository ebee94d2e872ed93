//! Sheets of paper: who uses no computer signs, and the unit records it.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::day_of;
use sqlx::any::AnyRow;
use sqlx::query;

use super::progress::{read_clause, row_of};
use super::{Campaign, facts};
use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, day_text, micros};
use crate::{Change, Store, StoreError};

/// The longest number of a sheet, in letters.
pub const MAX_REFERENCE: usize = 120;
/// The most people who sign one sheet.
pub const MAX_SIGNERS: usize = 200;

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSheet {
    /// The id.
    pub id: String,
    /// The campaign.
    pub campaign: String,
    /// Its number, or where it is kept.
    pub reference: String,
    /// The day on which it was signed.
    pub signed_on: Date,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

fn sheet(row: &AnyRow) -> Result<SignedSheet, StoreError> {
    Ok(SignedSheet {
        id: row.text("id")?,
        campaign: row.text("campaign")?,
        reference: row.text("reference")?,
        signed_on: row.parsed("signed_on")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

/// Records a sheet: everybody in `signers` has been told the duties, has understood and signed. Nobody signs for
/// themselves here: who can open this page reads and answers on it.
pub async fn record_sheet(
    change: &mut Change,
    campaign: &Campaign,
    sheet: &SignedSheet,
    signers: &[String],
) -> Result<(), StoreError> {
    bounded("reference", &sheet.reference, MAX_REFERENCE)?;
    if signers.is_empty() || signers.len() > MAX_SIGNERS {
        return Err(refused("signers", &format!("there are none, or more than {MAX_SIGNERS}")));
    }
    if signers.contains(&sheet.recorded_by) {
        return Err(refused("signers", "whoever records a sheet is not on it"));
    }
    if sheet.signed_on > day_of(change.now()) || sheet.signed_on < day_of(campaign.created_at) {
        return Err(refused("signed_on", "it lies before the campaign or in the future"));
    }
    query(
        "INSERT INTO signed_sheets (id, campaign, reference, signed_on, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&sheet.id)
    .bind(&sheet.campaign)
    .bind(&sheet.reference)
    .bind(day_text(sheet.signed_on))
    .bind(&sheet.recorded_by)
    .bind(micros(sheet.recorded_at))
    .execute(change.connection())
    .await?;
    let now = micros(change.now());
    for person in signers {
        let Some(own) = row_of(change.connection(), &campaign.id, person).await? else {
            return Err(StoreError::NotFound);
        };
        if own.is_done() {
            continue;
        }
        for mark in &campaign.clauses {
            read_clause(change, person, mark).await?;
        }
        query(
            "UPDATE campaign_people SET sheet = $3, acknowledged_at = COALESCE(acknowledged_at, $4),
                 quiz_passed_at = COALESCE(quiz_passed_at, $4) WHERE campaign = $1 AND person = $2",
        )
        .bind(&campaign.id)
        .bind(person)
        .bind(&sheet.id)
        .bind(now)
        .execute(change.connection())
        .await?;
        facts::say_again(change, person).await?;
    }
    let detail = serde_json::json!({
        "sheet": sheet.id, "reference": sheet.reference, "signed_on": sheet.signed_on, "people": signers,
    });
    change.audit("campaign.sheet", "campaign", &campaign.id, detail).await
}

/// The sheets of a campaign, newest first.
pub async fn sheets_of(store: &Store, campaign: &str) -> Result<Vec<SignedSheet>, StoreError> {
    let rows = query("SELECT * FROM signed_sheets WHERE campaign = $1 ORDER BY recorded_at DESC, id")
        .bind(campaign)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(sheet).collect()
}
