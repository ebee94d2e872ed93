//! Files that people had looked into before an upload: what was said of each, and the receipt. The file itself is kept nowhere.
//!
//! What somebody scanned is for that person; for others there are counts. What people say they have uploaded stands in
//! [`uploads`], and becomes facts there.

mod keys;
pub mod uploads;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, bounded_option, refused};
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

pub use keys::{ReceiptKey, insert_key, receipt_keys};

/// The most files of one scan.
pub const MAX_FILES: usize = 20;
/// The longest name of a file that is kept, in letters.
pub const MAX_NAME: usize = 255;
/// The most things that are kept of what was found in one file; that there were more is kept too.
pub const MAX_TOLD: usize = 50;
/// The longest text of one thing that was found, in letters.
pub const MAX_TEXT: usize = 1_000;
/// The longest receipt, in letters: as many files as a scan may have, each with as many kinds of findings as there are.
pub const MAX_RECEIPT: usize = 512 * 1024;

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// One thing that was found, or that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// `note`, `suspicious` or `blocked`; `not_inspected` for what could not be looked into.
    pub weight: String,
    /// The id of what was found, or of why nobody could look.
    pub id: String,
    /// Where in the file, from the outside in.
    pub path: String,
    /// At what place there: a line, an offset, a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Both>,
    /// What stood there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// What it is.
    pub what: Both,
    /// What to do.
    pub fix: Both,
}

/// What is told of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What was found, the gravest first.
    pub things: Vec<Thing>,
    /// How many more there were.
    #[serde(default)]
    pub more: u64,
    /// How many parts the file has, itself among them.
    pub parts: u64,
    /// What kinds of file it is.
    pub types: Vec<String>,
}

/// One file of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFile {
    /// What it was called.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// `clean`, `suspicious`, `not_inspected` or `blocked`.
    pub verdict: String,
    /// How long it was looked into.
    pub milliseconds: u64,
    /// What was found.
    pub told: Told,
}

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The id.
    pub id: String,
    /// Whose.
    pub person: String,
    /// The unit the person belonged to.
    pub unit: Option<String>,
    /// When.
    pub scanned_at: Timestamp,
    /// By which rules.
    pub rules: String,
    /// The gravest of its files.
    pub verdict: String,
    /// The signed receipt.
    pub receipt: Option<String>,
}

fn scan(row: &AnyRow) -> Result<Scan, StoreError> {
    Ok(Scan {
        id: row.text("id")?,
        person: row.text("person")?,
        unit: row.text_or_none("unit")?,
        scanned_at: row.moment("scanned_at")?,
        rules: row.text("rules")?,
        verdict: row.text("verdict")?,
        receipt: row.text_or_none("receipt")?,
    })
}

fn file(row: &AnyRow) -> Result<ScanFile, StoreError> {
    Ok(ScanFile {
        name: row.text("name")?,
        size: row.count("size")?,
        sha256: row.text("sha256")?,
        verdict: row.text("verdict")?,
        milliseconds: row.count("milliseconds")?,
        told: row.json("told")?,
    })
}

impl ScanFile {
    fn check(&self) -> Result<(), StoreError> {
        bounded("name", &self.name, MAX_NAME)?;
        if self.told.things.len() > MAX_TOLD {
            return Err(StoreError::TooMany { limit: MAX_TOLD });
        }
        for thing in &self.told.things {
            let texts = [&thing.path, &thing.evidence, &thing.what.vi, &thing.what.en, &thing.fix.vi, &thing.fix.en];
            for text in texts {
                bounded_option("told", Some(text.as_str()), MAX_TEXT)?;
            }
        }
        Ok(())
    }
}

/// A number of bytes or milliseconds as a column holds it.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Keeps what came of a scan. Who did it and how it ended is in the audit log; the names of files are not.
pub async fn insert(change: &mut Change, scan: &Scan, files: &[ScanFile]) -> Result<(), StoreError> {
    if files.is_empty() {
        return Err(refused("files", "there are none"));
    }
    if files.len() > MAX_FILES {
        return Err(StoreError::TooMany { limit: MAX_FILES });
    }
    files.iter().try_for_each(ScanFile::check)?;
    bounded_option("receipt", scan.receipt.as_deref(), MAX_RECEIPT)?;
    query(
        "INSERT INTO scans (id, person, unit, scanned_at, rules, verdict, receipt) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&scan.id)
    .bind(&scan.person)
    .bind(scan.unit.as_deref())
    .bind(micros(scan.scanned_at))
    .bind(&scan.rules)
    .bind(&scan.verdict)
    .bind(scan.receipt.as_deref())
    .execute(change.connection())
    .await?;
    for (number, file) in (0_i64..).zip(files) {
        query(
            "INSERT INTO scan_files (scan, number, name, size, sha256, verdict, milliseconds, told)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&scan.id)
        .bind(number)
        .bind(&file.name)
        .bind(whole(file.size))
        .bind(&file.sha256)
        .bind(&file.verdict)
        .bind(whole(file.milliseconds))
        .bind(json_text(&file.told)?)
        .execute(change.connection())
        .await?;
    }
    let detail = json!({ "files": files.len(), "verdict": scan.verdict });
    change.audit("scan.done", "scan", &scan.id, detail).await
}

/// The scan with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Scan>, StoreError> {
    let row = query("SELECT * FROM scans WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(scan).transpose()
}

/// The files of a scan, in order.
pub async fn files_of(store: &Store, id: &str) -> Result<Vec<ScanFile>, StoreError> {
    let rows =
        query("SELECT * FROM scan_files WHERE scan = $1 ORDER BY number").bind(id).fetch_all(store.readers()).await?;
    rows.iter().map(file).collect()
}

/// A scan in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The scan, without its receipt.
    pub scan: Scan,
    /// The name of its first file.
    pub first: String,
    /// How many files it has.
    pub files: u64,
}

/// The scans of a person, the latest first: `count` of them after the first `skip`.
pub async fn of_person(store: &Store, person: &str, skip: u32, count: u32) -> Result<Vec<Listed>, StoreError> {
    let rows = query(
        "SELECT s.id AS id, s.person AS person, s.unit AS unit, s.scanned_at AS scanned_at, s.rules AS rules,
             s.verdict AS verdict, NULL AS receipt, f.name AS first,
             (SELECT COUNT(*) FROM scan_files c WHERE c.scan = s.id) AS files
         FROM scans s JOIN scan_files f ON f.scan = s.id AND f.number = 0
         WHERE s.person = $1 ORDER BY s.scanned_at DESC, s.id DESC LIMIT $2 OFFSET $3",
    )
    .bind(person)
    .bind(i64::from(count))
    .bind(i64::from(skip))
    .fetch_all(store.readers())
    .await?;
    let listed = |row: &AnyRow| {
        let scan = Scan {
            id: row.text("id")?,
            person: row.text("person")?,
            unit: row.text_or_none("unit")?,
            scanned_at: row.moment("scanned_at")?,
            rules: row.text("rules")?,
            verdict: row.text("verdict")?,
            receipt: None,
        };
        Ok(Listed { scan, first: row.text("first")?, files: row.count("files")? })
    };
    rows.iter().map(listed).collect()
}

/// How many files came to which verdict, unit by unit, since `since`; files of people without a unit stand under `None`.
pub async fn counts_by_unit(
    store: &Store,
    since: Timestamp,
) -> Result<BTreeMap<Option<String>, BTreeMap<String, u64>>, StoreError> {
    let rows = query(
        "SELECT s.unit AS unit, f.verdict AS verdict, COUNT(*) AS files FROM scans s JOIN scan_files f ON f.scan = s.id
         WHERE s.scanned_at >= $1 GROUP BY s.unit, f.verdict",
    )
    .bind(micros(since))
    .fetch_all(store.readers())
    .await?;
    let mut counts: BTreeMap<Option<String>, BTreeMap<String, u64>> = BTreeMap::new();
    for row in &rows {
        counts.entry(row.text_or_none("unit")?).or_default().insert(row.text("verdict")?, row.count("files")?);
    }
    Ok(counts)
}
