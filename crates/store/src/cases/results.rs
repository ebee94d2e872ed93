//! What the cases of a unit come to, list by list.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use khien_cases::report::{LimitTally, Tally, UnitTally};
use khien_cases::{Remark, RemarkKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::query;

use super::causes::Cause;
use super::facts::say_again;
use super::uploads::{UploadState, end};
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// The most units of one list.
pub const MAX_RESULTS: usize = khien_cases::report::MAX_UNITS;

/// The counts of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// All cases.
    pub all: Tally,
    /// Each limit, in the order of [`khien_cases::limits::LIMITS`].
    pub limits: Vec<LimitTally>,
    /// How many rows are to correct, by what is wrong.
    pub remark_counts: BTreeMap<RemarkKind, u32>,
    /// In how many cases. Nothing for lists that were checked before cases were counted.
    pub remark_cases: BTreeMap<RemarkKind, u32>,
    /// The canonical columns that the list does not have.
    pub lacking: Vec<String>,
}

/// What the cases of a unit in a list come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The list.
    pub upload: String,
    /// The unit.
    pub unit: String,
    /// When the list was exported.
    pub exported_at: Timestamp,
    /// When it was checked.
    pub checked_at: Timestamp,
    /// The counts.
    pub figures: Figures,
    /// The same by enforcement officer, by the id of the person; nobody's id for those whom nobody knows.
    pub officers: BTreeMap<String, Tally>,
    /// The rows to correct, as many as are listed.
    pub remarks: Vec<Remark>,
}

impl CaseResult {
    /// The result of what was counted for a unit.
    pub fn new(
        upload: &str,
        unit: &str,
        tally: UnitTally,
        lacking: &[&'static str],
        exported_at: Timestamp,
        checked_at: Timestamp,
    ) -> Self {
        let figures = Figures {
            all: tally.all,
            limits: tally.limits,
            remark_counts: tally.remark_counts,
            remark_cases: tally.remark_cases,
            lacking: lacking.iter().map(|column| (*column).to_owned()).collect(),
        };
        Self {
            upload: upload.to_owned(),
            unit: unit.to_owned(),
            exported_at,
            checked_at,
            figures,
            officers: tally.officers,
            remarks: tally.remarks,
        }
    }

    /// How many of the late cases missed no limit but those of which the unit has recorded that the software is the cause.
    pub fn late_by_system(&self, causes: &[Cause]) -> u32 {
        let by_system: BTreeSet<(&str, i16, &str)> = causes.iter().map(Cause::key).collect();
        let mut late: BTreeMap<u32, bool> = BTreeMap::new();
        for remark in self.remarks.iter().filter(|remark| remark.kind == RemarkKind::Late) {
            let is_by_system = cause_key(remark).is_some_and(|key| by_system.contains(&key));
            let all = late.entry(remark.row).or_insert(true);
            *all &= is_by_system;
        }
        u32::try_from(late.values().filter(|is_by_system| **is_by_system).count()).unwrap_or(u32::MAX)
    }
}

/// By what a cause finds its row in the next list: the number of the case, the year and the limit.
pub(super) fn cause_key(remark: &Remark) -> Option<(&str, i16, &str)> {
    let limit = remark.other.as_deref().filter(|_| !remark.case.is_empty())?;
    Some((remark.case.as_str(), remark.year.unwrap_or_default(), limit))
}

pub(super) fn result(row: &AnyRow) -> Result<CaseResult, StoreError> {
    Ok(CaseResult {
        upload: row.text("upload")?,
        unit: row.text("unit")?,
        exported_at: row.moment("exported_at")?,
        checked_at: row.moment("checked_at")?,
        figures: row.json("figures")?,
        officers: row.json("officers")?,
        remarks: row.json("remarks")?,
    })
}

/// Keeps what a list comes to, unit by unit, and says what is known of each: all of it in this one change.
pub async fn keep(
    change: &mut Change,
    upload: &str,
    rows: u64,
    results: &[CaseResult],
    outcome: &Value,
) -> Result<(), StoreError> {
    if results.len() > MAX_RESULTS {
        return Err(StoreError::TooMany { limit: MAX_RESULTS });
    }
    end(change, upload, UploadState::Done, rows, outcome).await?;
    for result in results {
        query(
            "INSERT INTO case_results (upload, unit, exported_at, checked_at, figures, officers, remarks)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&result.upload)
        .bind(&result.unit)
        .bind(micros(result.exported_at))
        .bind(micros(result.checked_at))
        .bind(json_text(&result.figures)?)
        .bind(json_text(&result.officers)?)
        .bind(json_text(&result.remarks)?)
        .execute(change.connection())
        .await?;
        say_again(change, &result.unit).await?;
    }
    let units: Vec<&str> = results.iter().map(|result| result.unit.as_str()).collect();
    change.audit("cases.check", "case_upload", upload, json!({ "rows": rows, "units": units })).await
}

/// The last `limit` results of a unit, the newest export first.
pub async fn of_unit(store: &Store, unit: &str, limit: u32) -> Result<Vec<CaseResult>, StoreError> {
    let rows =
        query("SELECT * FROM case_results WHERE unit = $1 ORDER BY exported_at DESC, checked_at DESC, upload LIMIT $2")
            .bind(unit)
            .bind(i64::from(limit))
            .fetch_all(store.readers())
            .await?;
    rows.iter().map(result).collect()
}

/// The results of a list.
pub async fn of_upload(store: &Store, upload: &str) -> Result<Vec<CaseResult>, StoreError> {
    let rows = query("SELECT * FROM case_results WHERE upload = $1 ORDER BY unit")
        .bind(upload)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(result).collect()
}

/// The counts of the newest export of every unit that has one. Neither officers nor rows are read.
pub async fn latest_of_all(store: &Store) -> Result<BTreeMap<String, (Timestamp, Figures)>, StoreError> {
    let rows = query(
        "SELECT r.unit AS unit, r.exported_at AS exported_at, r.checked_at AS checked_at, r.figures AS figures
         FROM case_results r JOIN (SELECT unit, MAX(exported_at) AS exported_at FROM case_results GROUP BY unit) l
         ON l.unit = r.unit AND l.exported_at = r.exported_at ORDER BY r.unit, r.checked_at",
    )
    .fetch_all(store.readers())
    .await?;
    // Of two lists that were exported at the same moment the one that was checked later counts.
    rows.iter().map(|row| Ok((row.text("unit")?, (row.moment("exported_at")?, row.json("figures")?)))).collect()
}
