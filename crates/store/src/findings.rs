//! Findings: intervals of one state, for one control and one subject. Those that are open hold now.

use jiff::Timestamp;
use khien_model::{AppliedExemption, Because, Finding, Severity, State, Subject};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::times::{micros, moment, moment_or_never, optional_moment};
use crate::values::read_rows;
use crate::{Store, StoreError, subjects};

/// How many findings a list holds at most; that there are more is said.
pub const MAX_LISTED: usize = 5_000;

/// Why a finding is what it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// The values, and the reasons for missing ones, that decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
    /// What exactly offends.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offenders: Vec<String>,
    /// How many more offend than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub offenders_left_out: usize,
    /// The exemption in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exemption: Option<AppliedExemption>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Detail {
    /// The reasons of a finding.
    pub fn of(finding: Finding) -> Self {
        Self {
            because: finding.because,
            offenders: finding.offenders,
            offenders_left_out: finding.offenders_left_out,
            exemption: finding.exemption,
        }
    }

    /// As it is kept: nothing for a plain pass.
    pub(crate) fn to_text(&self) -> String {
        if *self == Self::default() { String::new() } else { serde_json::to_string(self).unwrap_or_default() }
    }

    pub(crate) fn from_text(text: &str) -> Result<Self, StoreError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map_err(|error| StoreError::corrupt(format!("the detail of a finding: {error}")))
    }
}

/// A finding as it is remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// The number of the subject.
    pub subject_number: i64,
    /// The subject.
    pub subject: Subject,
    /// What the subject is called.
    pub name: String,
    /// The unit under which the subject is counted now; empty for none.
    pub unit: String,
    /// The control.
    pub control: String,
    /// Its clause.
    pub clause: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None` while it holds.
    pub to: Option<Timestamp>,
    /// What was concluded.
    pub state: State,
    /// How much harm it can do.
    pub severity: Severity,
    /// When a fail must be mended.
    pub due: Option<Timestamp>,
    /// Why.
    pub detail: Detail,
}

macro_rules! select_findings {
    ($rest:literal) => {
        concat!(
            "SELECT f.subject, s.kind, s.id, s.name, s.counted_unit, f.control, f.clause, f.valid_from, f.valid_to, f.state, \
             f.severity, f.due, f.detail FROM findings f JOIN subjects s ON s.number = f.subject WHERE ",
            $rest
        )
    };
}

fn interval(row: &AnyRow) -> Result<Interval, StoreError> {
    let unreadable = |error: khien_model::UnknownWord| StoreError::corrupt(error.to_string());
    Ok(Interval {
        subject_number: row.try_get(0)?,
        subject: Subject { kind: subjects::kind(row.try_get(1)?)?, id: row.try_get(2)? },
        name: row.try_get(3)?,
        unit: row.try_get(4)?,
        control: row.try_get(5)?,
        clause: row.try_get(6)?,
        from: moment(row.try_get(7)?)?,
        to: moment_or_never(row.try_get(8)?)?,
        state: row.try_get::<&str, _>(9)?.parse().map_err(unreadable)?,
        severity: row.try_get::<&str, _>(10)?.parse().map_err(unreadable)?,
        due: optional_moment(row.try_get(11)?)?,
        detail: Detail::from_text(row.try_get(12)?)?,
    })
}

/// What holds now about a subject, by control.
pub async fn open(store: &Store, subject: i64) -> Result<Vec<Interval>, StoreError> {
    let sql = select_findings!("f.subject = $1 AND f.valid_to = 9223372036854775807 ORDER BY f.control");
    let rows = sqlx::query(sql).bind(subject).fetch_all(store.readers()).await?;
    rows.iter().map(interval).collect()
}

/// What held about a subject at a time, by control.
pub async fn as_of(store: &Store, subject: i64, at: Timestamp) -> Result<Vec<Interval>, StoreError> {
    let sql = select_findings!("f.subject = $1 AND f.valid_from <= $2 AND f.valid_to > $2 ORDER BY f.control");
    let rows = sqlx::query(sql).bind(subject).bind(micros(at)).fetch_all(store.readers()).await?;
    rows.iter().map(interval).collect()
}

/// Every state that a subject was ever in, latest first; of one control, or of all when `control` is `None`.
pub async fn timeline(store: &Store, subject: i64, control: Option<&str>) -> Result<Vec<Interval>, StoreError> {
    let sql = select_findings!(
        "f.subject = $1 AND ($2 = '' OR f.control = $2) ORDER BY f.valid_from DESC, f.control LIMIT 5000"
    );
    let rows = sqlx::query(sql).bind(subject).bind(control.unwrap_or_default()).fetch_all(store.readers()).await?;
    rows.iter().map(interval).collect()
}

/// The open findings of one state about one control in these units themselves (give the whole subtree to have it), at most
/// [`MAX_LISTED`]: those longest in this state first.
pub async fn of_control(
    store: &Store,
    control: &str,
    state: State,
    units: &[String],
) -> Result<Vec<Interval>, StoreError> {
    let mut connection = store.reader().await?;
    let select =
        select_findings!("f.valid_to = 9223372036854775807 AND f.control = $1 AND f.state = $2 AND s.counted_unit IN ");
    let first = [control, state.as_str()];
    let order = "f.valid_from, f.subject";
    let mut found = in_units(&mut connection, select, &first, units, order).await?;
    found.sort_by_key(|interval| (interval.from, interval.subject_number));
    found.truncate(MAX_LISTED);
    Ok(found)
}

/// What is red in these units themselves, at most [`MAX_LISTED`]: the worst first, and of those what is due first.
pub async fn red_list(store: &Store, units: &[String]) -> Result<Vec<Interval>, StoreError> {
    let mut connection = store.reader().await?;
    let select = select_findings!("f.valid_to = 9223372036854775807 AND f.state = $1 AND s.counted_unit IN ");
    let order = "CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, \
                 COALESCE(f.due, 9223372036854775807), f.valid_from, f.subject";
    let mut found = in_units(&mut connection, select, &[State::Fail.as_str()], units, order).await?;
    // Without a date it is not pressing.
    let key = |it: &Interval| (it.severity, it.due.unwrap_or(Timestamp::MAX), it.from, it.subject_number);
    found.sort_by_key(key);
    found.truncate(MAX_LISTED);
    Ok(found)
}

/// The first rows of `select`, which ends with `IN`, for subjects that are counted in one of `units`; of each piece of the
/// units the first in `order`, so that the first of all are among them.
async fn in_units(
    connection: &mut AnyConnection,
    select: &'static str,
    first: &[&str],
    units: &[String],
    order: &'static str,
) -> Result<Vec<Interval>, StoreError> {
    let sql = |members: &str| format!("{select}{members} ORDER BY {order} LIMIT {MAX_LISTED}");
    let rows = read_rows(connection, first, units, sql, |query, unit| query.bind(unit.as_str())).await?;
    rows.iter().map(interval).collect()
}
