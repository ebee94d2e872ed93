//! The differences go in. Rows of subjects are held by the transaction; rows of `tally` are taken last, in order.

use sqlx::AnyConnection;

use super::{Deltas, OpenFinding, StoredFact, Verdict};
use crate::StoreError;
use crate::times::OPEN_END;
use crate::values::write_rows;

/// Closes, edits and opens findings, and notes how the subjects stand now.
pub(super) async fn write_verdicts(connection: &mut AnyConnection, verdicts: &[Verdict]) -> Result<(), StoreError> {
    let mut closed: Vec<(&Verdict, &str, i64)> = Vec::new();
    let mut edited: Vec<(&Verdict, &OpenFinding)> = Vec::new();
    let mut opened: Vec<(&Verdict, &OpenFinding)> = Vec::new();
    for verdict in verdicts {
        closed.extend(verdict.closed.iter().map(|(control, from)| (verdict, control.as_str(), *from)));
        edited.extend(verdict.edited.iter().map(|finding| (verdict, finding)));
        opened.extend(verdict.opened.iter().map(|finding| (verdict, finding)));
    }
    close(connection, &closed).await?;
    edit(connection, &edited).await?;
    open(connection, &opened).await?;
    let sql = |rows: &str| {
        format!(
            "WITH v(number, counted_unit, judged_at, next_judge_at, judge_on_report) AS (VALUES {rows}) \
             UPDATE subjects SET counted_unit = v.counted_unit, judged_at = v.judged_at, \
             next_judge_at = v.next_judge_at, judge_on_report = v.judge_on_report FROM v \
             WHERE subjects.number = v.number"
        )
    };
    write_rows(connection, verdicts, 5, sql, |query, verdict| {
        query
            .bind(verdict.number)
            .bind(verdict.unit.as_str())
            .bind(verdict.at)
            .bind(verdict.next_judge_at)
            .bind(i64::from(verdict.judge_on_report))
    })
    .await
}

async fn close(connection: &mut AnyConnection, rows: &[(&Verdict, &str, i64)]) -> Result<(), StoreError> {
    let sql = |rows: &str| {
        format!(
            "WITH v(subject, control, valid_from, valid_to) AS (VALUES {rows}) \
             UPDATE findings SET valid_to = v.valid_to FROM v WHERE findings.subject = v.subject \
             AND findings.control = v.control AND findings.valid_from = v.valid_from"
        )
    };
    write_rows(connection, rows, 4, sql, |query, (verdict, control, from)| {
        query.bind(verdict.number).bind(*control).bind(*from).bind(verdict.at)
    })
    .await
}

async fn edit(connection: &mut AnyConnection, rows: &[(&Verdict, &OpenFinding)]) -> Result<(), StoreError> {
    let sql = |rows: &str| {
        format!(
            "WITH v(subject, control, valid_from, severity, due, detail) AS (VALUES {rows}) \
             UPDATE findings SET severity = v.severity, due = v.due, detail = v.detail FROM v \
             WHERE findings.subject = v.subject AND findings.control = v.control AND findings.valid_from = v.valid_from"
        )
    };
    write_rows(connection, rows, 6, sql, |query, (verdict, finding)| {
        query
            .bind(verdict.number)
            .bind(finding.control.as_str())
            .bind(finding.valid_from)
            .bind(finding.severity.as_str())
            .bind(finding.due)
            .bind(finding.detail.as_str())
    })
    .await
}

async fn open(connection: &mut AnyConnection, rows: &[(&Verdict, &OpenFinding)]) -> Result<(), StoreError> {
    let sql = |rows: &str| {
        format!(
            "INSERT INTO findings (subject, control, clause, valid_from, valid_to, state, severity, due, detail) \
             VALUES {rows}"
        )
    };
    write_rows(connection, rows, 9, sql, |query, (verdict, finding)| {
        query
            .bind(verdict.number)
            .bind(finding.control.as_str())
            .bind(finding.clause.as_str())
            .bind(finding.valid_from)
            .bind(OPEN_END)
            .bind(finding.state.as_str())
            .bind(finding.severity.as_str())
            .bind(finding.due)
            .bind(finding.detail.as_str())
    })
    .await
}

/// Moves the counts.
pub(crate) async fn write_tally(connection: &mut AnyConnection, deltas: &Deltas) -> Result<(), StoreError> {
    let rows: Vec<_> = deltas.iter().collect();
    let sql = |rows: &str| {
        format!(
            "INSERT INTO tally (unit, clause, pass, fail, unknown, exempt) VALUES {rows} \
             ON CONFLICT (unit, clause) DO UPDATE SET pass = tally.pass + excluded.pass, \
             fail = tally.fail + excluded.fail, unknown = tally.unknown + excluded.unknown, \
             exempt = tally.exempt + excluded.exempt"
        )
    };
    write_rows(connection, &rows, 6, sql, |query, ((unit, clause), counts)| {
        counts.iter().fold(query.bind(unit.as_str()).bind(clause.as_str()), |query, count| query.bind(*count))
    })
    .await
}

/// Keeps the latest of areas, and of those in `changes` also what they were from `changed_at` on.
pub(crate) async fn write_facts(
    connection: &mut AnyConnection,
    latest: &[(i64, StoredFact)],
    changes: &[(i64, StoredFact)],
) -> Result<(), StoreError> {
    let sql = |rows: &str| {
        format!(
            "INSERT INTO facts (subject, area, fact, hash, observed_at, changed_at) VALUES {rows} \
             ON CONFLICT (subject, area) DO UPDATE SET fact = excluded.fact, hash = excluded.hash, \
             observed_at = excluded.observed_at, changed_at = excluded.changed_at"
        )
    };
    write_rows(connection, latest, 6, sql, |query, (subject, fact)| {
        query
            .bind(*subject)
            .bind(fact.area.as_str())
            .bind(fact.fact.as_str())
            .bind(fact.hash.as_str())
            .bind(fact.observed_at)
            .bind(fact.changed_at)
    })
    .await?;
    let sql =
        |rows: &str| format!("INSERT INTO fact_changes (subject, area, changed_at, observed_at, fact) VALUES {rows}");
    write_rows(connection, changes, 5, sql, |query, (subject, fact)| {
        query
            .bind(*subject)
            .bind(fact.area.as_str())
            .bind(fact.changed_at)
            .bind(fact.observed_at)
            .bind(fact.fact.as_str())
    })
    .await
}
