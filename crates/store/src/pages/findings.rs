//! Lists of single findings: of a unit, of a control, of a subject.

use std::str::FromStr;

use jiff::Timestamp;
use khien_judge::Counts;
use khien_model::{Severity, State, SubjectKind, UnknownWord, day_of};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{MAX_ROWS, Scope, count, number};
use crate::findings::Detail;
use crate::times::{OPEN_END, micros, moment, moment_or_never, optional_moment};
use crate::values::{members, query};
use crate::{Store, StoreError};

/// One finding about one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    /// The kind of the subject.
    pub kind: SubjectKind,
    /// The id of the subject.
    pub id: String,
    /// What the subject is called.
    pub name: String,
    /// The unit it is counted under; empty for none.
    pub unit: String,
    /// Who answers for it.
    pub holder: Option<String>,
    /// The control.
    pub control: String,
    /// Its clause.
    pub clause: String,
    /// What was concluded.
    pub state: State,
    /// How much harm it can do.
    pub severity: Severity,
    /// Since when.
    pub since: Timestamp,
    /// Until when, for a finding of the past.
    pub until: Option<Timestamp>,
    /// When a fail must be mended.
    pub due: Option<Timestamp>,
    /// What decided it.
    pub detail: Detail,
}

/// Which findings are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Of which units.
    pub scope: Scope<'a>,
    /// Of which clause; `None` for all.
    pub clause: Option<&'a str>,
    /// Of which control; `None` for all.
    pub control: Option<&'a str>,
    /// In which states.
    pub states: &'a [State],
    /// At which moment; `None` for now.
    pub at: Option<Timestamp>,
    /// The moment of asking.
    pub now: Timestamp,
    /// How many are left out at the beginning.
    pub skip: usize,
    /// How many at most, up to [`MAX_ROWS`].
    pub limit: usize,
}

/// Who answers for the subject `s` on the day `$1`. Of several, the first by name.
const HOLDER: &str = "(SELECT MIN(p.name) FROM holders h JOIN people p ON p.id = h.person
    WHERE h.kind = s.kind AND h.id = s.id AND h.valid_from <= $1 AND (h.valid_to IS NULL OR h.valid_to > $1)) AS holder";

/// The unit of the subject `s` on the day `$1`: a unit is its own.
const UNIT_THEN: &str = "CASE WHEN s.kind = 'unit' THEN s.id ELSE COALESCE((SELECT MAX(a.unit) FROM assignments a
    WHERE a.kind = s.kind AND a.id = s.id AND a.valid_from <= $1 AND (a.valid_to IS NULL OR a.valid_to > $1)), '') END";

/// Worst first.
const ORDER: &str = "CASE f.state WHEN 'fail' THEN 0 WHEN 'unknown' THEN 1 WHEN 'exempt' THEN 2 ELSE 3 END,
    CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,
    f.valid_from, s.name_folded, s.number, f.control";

pub(super) fn word<T: FromStr<Err = UnknownWord>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|unknown: UnknownWord| StoreError::corrupt(unknown.to_string()))
}

fn finding(row: &AnyRow) -> Result<FindingRow, StoreError> {
    let detail: &str = row.try_get("detail")?;
    Ok(FindingRow {
        kind: word(row.try_get("kind")?)?,
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        unit: row.try_get("unit")?,
        holder: row.try_get("holder")?,
        control: row.try_get("control")?,
        clause: row.try_get("clause")?,
        state: word(row.try_get("state")?)?,
        severity: word(row.try_get("severity")?)?,
        since: moment(row.try_get("valid_from")?)?,
        until: moment_or_never(row.try_get("valid_to")?)?,
        due: optional_moment(row.try_get("due")?)?,
        detail: Detail::from_text(detail)?,
    })
}

/// The findings that are wanted, worst first.
pub async fn list(store: &Store, wanted: Wanted<'_>) -> Result<Vec<FindingRow>, StoreError> {
    let now = wanted.at.unwrap_or(wanted.now);
    let unit = if wanted.at.is_some() { UNIT_THEN } else { "s.counted_unit" };
    let held = if wanted.at.is_some() {
        "f.valid_from <= $2 AND f.valid_to > $2 AND (s.retired_at IS NULL OR s.retired_at > $2)"
    } else {
        "f.valid_to = $2 AND s.retired_at IS NULL"
    };
    let mut sql = format!(
        "SELECT s.kind, s.id, s.name, {unit} AS unit, {HOLDER}, f.control, f.clause, f.state, f.severity, f.valid_from,
                f.valid_to, f.due, f.detail
         FROM findings f JOIN subjects s ON s.number = f.subject WHERE {held}"
    );
    let mut next = 3;
    sql.push_str(&format!(" AND f.state IN {}", members(wanted.states.len(), next)));
    next += wanted.states.len();
    for (column, value) in [("f.clause", wanted.clause), ("f.control", wanted.control)] {
        if value.is_some() {
            sql.push_str(&format!(" AND {column} = ${next}"));
            next += 1;
        }
    }
    sql.push_str(&wanted.scope.condition(unit, next));
    let (skip, limit) = (number(wanted.skip), number(wanted.limit.min(MAX_ROWS)));
    sql.push_str(&format!(" ORDER BY {ORDER} LIMIT {limit} OFFSET {skip}"));
    let mut query = query(sql).bind(day_of(now).to_string()).bind(wanted.at.map_or(OPEN_END, micros));
    for state in wanted.states {
        query = query.bind(state.as_str());
    }
    for value in [wanted.clause, wanted.control].into_iter().flatten() {
        query = query.bind(value);
    }
    wanted.scope.bind(query).fetch_all(store.readers()).await?.iter().map(finding).collect()
}

/// How the subjects of `scope` stand under one control now.
pub async fn counts_of_control(store: &Store, control: &str, scope: Scope<'_>) -> Result<Counts, StoreError> {
    let sql = format!(
        "SELECT f.state, CAST(COUNT(*) AS BIGINT) AS findings FROM findings f JOIN subjects s ON s.number = f.subject
         WHERE f.control = $1 AND f.valid_to = $2 AND s.retired_at IS NULL{} GROUP BY f.state",
        scope.condition("s.counted_unit", 3)
    );
    let rows = scope.bind(query(sql).bind(control).bind(OPEN_END)).fetch_all(store.readers()).await?;
    let mut counts = Counts::default();
    for row in rows {
        let findings = count(row.try_get("findings")?)?;
        match word(row.try_get("state")?)? {
            State::Pass => counts.pass += findings,
            State::Fail => counts.fail += findings,
            State::Unknown => counts.unknown += findings,
            State::Exempt => counts.exempt += findings,
        }
    }
    Ok(counts)
}

/// Every finding about one subject at `at` (`None` for now), worst first.
pub async fn of_subject(
    store: &Store,
    subject: i64,
    at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Vec<FindingRow>, StoreError> {
    let held = if at.is_some() { "f.valid_from <= $3 AND f.valid_to > $3" } else { "f.valid_to = $3" };
    let sql = format!(
        "SELECT s.kind, s.id, s.name, s.counted_unit AS unit, {HOLDER}, f.control, f.clause, f.state, f.severity,
                f.valid_from, f.valid_to, f.due, f.detail
         FROM findings f JOIN subjects s ON s.number = f.subject
         WHERE s.number = $2 AND {held} ORDER BY {ORDER} LIMIT {MAX_ROWS}"
    );
    let day = day_of(at.unwrap_or(now)).to_string();
    let rows = query(sql).bind(day).bind(subject).bind(at.map_or(OPEN_END, micros)).fetch_all(store.readers()).await?;
    rows.iter().map(finding).collect()
}

/// One state of one control during some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The control.
    pub control: String,
    /// Its clause.
    pub clause: String,
    /// The state.
    pub state: State,
    /// From when.
    pub from: Timestamp,
    /// Until when; `None` while it lasts.
    pub to: Option<Timestamp>,
}

/// The states of one subject since `since`, by control, oldest first.
pub async fn course(store: &Store, subject: i64, since: Timestamp) -> Result<Vec<Interval>, StoreError> {
    let sql = format!(
        "SELECT control, clause, state, valid_from, valid_to FROM findings
         WHERE subject = $1 AND valid_to > $2 ORDER BY control, valid_from LIMIT {MAX_ROWS}"
    );
    let rows = query(sql).bind(subject).bind(micros(since)).fetch_all(store.readers()).await?;
    rows.iter()
        .map(|row| {
            Ok(Interval {
                control: row.try_get("control")?,
                clause: row.try_get("clause")?,
                state: word(row.try_get("state")?)?,
                from: moment(row.try_get("valid_from")?)?,
                to: moment_or_never(row.try_get("valid_to")?)?,
            })
        })
        .collect()
}
