//! What a person had found out about a file before it came to a gate: joined by the content, whoever scanned it and however it
//! was called. Who that was stays theirs.

use jiff::Timestamp;
use khien_protocol::{GateFile, GateVerdict};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::StoreError;
use crate::columns::{Columns as _, micros};

/// What a person had found out about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// When.
    pub at: Timestamp,
    /// What was said of it.
    pub verdict: GateVerdict,
}

/// What is selected as columns of what was found out before, where `sha256` and `at` are those of the file: the last scan that
/// could look into it, or else the last that could not.
macro_rules! before_columns {
    ($sha256:literal, $at:literal) => {
        concat!(
            "(SELECT s.scanned_at ",
            before_columns!(@scans $sha256, $at),
            ") AS before_at, (SELECT f.verdict ",
            before_columns!(@scans $sha256, $at),
            ") AS before_verdict"
        )
    };
    (@scans $sha256:literal, $at:literal) => {
        concat!(
            "FROM scan_files f JOIN scans s ON s.id = f.scan WHERE f.sha256 = ",
            $sha256,
            " AND s.scanned_at <= ",
            $at,
            " ORDER BY CASE WHEN f.verdict = 'not_inspected' THEN 1 ELSE 0 END, s.scanned_at DESC, s.id DESC, f.number LIMIT 1"
        )
    };
}
pub(super) use before_columns;

/// What was found out before, out of a row with [`before_columns`].
pub(super) fn of_row(row: &AnyRow) -> Result<Option<Before>, StoreError> {
    let Some(at) = row.moment_or_none("before_at")? else { return Ok(None) };
    Ok(Some(Before { at, verdict: row.parsed("before_verdict")? }))
}

/// What was found out about a file before it came.
pub(super) async fn of_file(connection: &mut AnyConnection, file: &GateFile) -> Result<Option<Before>, StoreError> {
    let row = query(concat!("SELECT ", before_columns!("$1", "$2")))
        .bind(file.sha256.as_str())
        .bind(micros(file.at))
        .fetch_one(connection)
        .await?;
    of_row(&row)
}
