//! Forgetting what is older than the settings say: a little at a time, so that nobody waits for it.
//!
//! The audit log is never cut. Of the history of facts the last change before the limit stays, so that what was true at the
//! limit can still be told.

use jiff::{SignedDuration, Timestamp};

use crate::columns::micros;
use crate::times::OPEN_END;
use crate::{Actor, Store, StoreError, advisories, files, settings};

/// How many rows go in one transaction.
pub const BATCH_ROWS: i64 = 2_000;

/// How many transactions one run makes at most for each kind of thing.
pub const MAX_BATCHES: usize = 500;

/// What a run forgot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// How many rows of each table, those of which any went.
    pub rows: Vec<(&'static str, u64)>,
    /// Whether it stopped at [`MAX_BATCHES`]: there is more.
    pub is_cut_short: bool,
}

/// One kind of thing that is forgotten: its table, and how. `$1` is the limit, `$2` how many rows go at once.
struct Rule {
    table: &'static str,
    sql: &'static str,
}

const FACT_CHANGES: Rule = Rule {
    table: "fact_changes",
    sql: "DELETE FROM fact_changes WHERE (subject, area, changed_at) IN (
              SELECT c.subject, c.area, c.changed_at FROM fact_changes c WHERE c.changed_at < $1 AND EXISTS (
                  SELECT 1 FROM fact_changes l WHERE l.subject = c.subject AND l.area = c.area
                      AND l.changed_at > c.changed_at AND l.changed_at <= $1) LIMIT $2)",
};
const FINDINGS: Rule = Rule {
    table: "findings",
    sql: "DELETE FROM findings WHERE (subject, control, valid_from) IN (
              SELECT subject, control, valid_from FROM findings WHERE valid_to < $1 LIMIT $2)",
};
const REQUESTS: Rule = Rule {
    table: "requests",
    sql: "DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE closed_at < $1 LIMIT $2)",
};
const IMPORTS: Rule = Rule {
    table: "imports",
    sql: "DELETE FROM imports WHERE id IN (SELECT id FROM imports WHERE created_at < $1 LIMIT $2)",
};
/// Tasks that are over, with what hangs on them: what refers to a task goes before it.
const TASK_FILES: Rule = Rule {
    table: "attachments",
    sql: "DELETE FROM attachments WHERE id IN (
              SELECT a.id FROM attachments a JOIN tasks t ON a.owner_kind = 'task' AND a.owner = t.id
              WHERE COALESCE(t.withdrawn_at, t.done_at) < $1 LIMIT $2)",
};
const TASK_EXTENSIONS: Rule = Rule {
    table: "task_extensions",
    sql: "DELETE FROM task_extensions WHERE id IN (
              SELECT e.id FROM task_extensions e JOIN tasks t ON t.id = e.task
              WHERE COALESCE(t.withdrawn_at, t.done_at) < $1 LIMIT $2)",
};
const TASKS: Rule = Rule {
    table: "tasks",
    sql: "DELETE FROM tasks WHERE id IN (
              SELECT t.id FROM tasks t WHERE COALESCE(t.withdrawn_at, t.done_at) < $1
                  AND NOT EXISTS (SELECT 1 FROM task_extensions e WHERE e.task = t.id) LIMIT $2)",
};
/// Tickets that are over, with what hangs on them. What is shared stays, without who asked.
const KEEP_ANSWERS: &str = "INSERT INTO kept_answers (id, control, title, text, answer, answered_at)
     SELECT t.id, t.control, t.title, t.text, t.answer, t.answered_at FROM tickets t
     WHERE t.shared = 1 AND t.answer IS NOT NULL AND t.answered_at IS NOT NULL AND t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 AND NOT EXISTS (SELECT 1 FROM kept_answers k WHERE k.id = t.id) LIMIT $2";
const TICKET_FILES: Rule = Rule {
    table: "attachments",
    sql: "DELETE FROM attachments WHERE id IN (
             SELECT a.id FROM attachments a JOIN tickets t ON a.owner_kind = 'ticket' AND a.owner = t.id WHERE t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 LIMIT $2)",
};
const TICKET_POSTS: Rule = Rule {
    table: "ticket_posts",
    sql: "DELETE FROM ticket_posts WHERE (ticket, number) IN (
             SELECT p.ticket, p.number FROM ticket_posts p JOIN tickets t ON t.id = p.ticket WHERE t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 LIMIT $2)",
};
const INCIDENT_ACTS: Rule = Rule {
    table: "incident_acts",
    sql: "DELETE FROM incident_acts WHERE (ticket, number) IN (
             SELECT a.ticket, a.number FROM incident_acts a JOIN tickets t ON t.id = a.ticket WHERE t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 LIMIT $2)",
};
const INCIDENTS: Rule = Rule {
    table: "incidents",
    sql: "DELETE FROM incidents WHERE ticket IN (
             SELECT i.ticket FROM incidents i JOIN tickets t ON t.id = i.ticket WHERE t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 AND NOT EXISTS (SELECT 1 FROM incident_acts a WHERE a.ticket = t.id) LIMIT $2)",
};
const TICKETS: Rule = Rule {
    table: "tickets",
    sql: "DELETE FROM tickets WHERE id IN (SELECT t.id FROM tickets t WHERE t.state IN ('answered', 'closed')
             AND COALESCE(t.closed_at, t.answered_at) < $1 AND NOT EXISTS (SELECT 1 FROM ticket_posts p WHERE p.ticket = t.id)
             AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.ticket = t.id)
             AND (t.shared = 0 OR t.answer IS NULL OR EXISTS (SELECT 1 FROM kept_answers k WHERE k.id = t.id)) LIMIT $2)",
};
/// Who has studied what nobody has to study any more; what is still to be studied stays studied.
const STUDY_MARKS: Rule = Rule {
    table: "study_marks",
    sql: "DELETE FROM study_marks WHERE (kind, subject, document) IN (
              SELECT m.kind, m.subject, m.document FROM study_marks m WHERE m.recorded_at < $1 AND NOT EXISTS (
                  SELECT 1 FROM study_tasks s WHERE s.document = m.document AND s.ended_at IS NULL) LIMIT $2)",
};
const STUDY_TASKS: Rule = Rule {
    table: "study_tasks",
    sql: "DELETE FROM study_tasks WHERE id IN (SELECT id FROM study_tasks WHERE ended_at < $1 LIMIT $2)",
};
const CONNECTOR_RUNS: Rule = Rule {
    table: "connector_runs",
    sql: "DELETE FROM connector_runs WHERE id IN (SELECT id FROM connector_runs WHERE ended_at < $1 LIMIT $2)",
};
/// Lists of cases that came to nothing. Those with results go after them.
const CASE_UPLOADS: Rule = Rule {
    table: "case_uploads",
    sql: "DELETE FROM case_uploads WHERE id IN (
              SELECT id FROM case_uploads u WHERE u.created_at < $1 AND NOT EXISTS (
                  SELECT 1 FROM case_results r WHERE r.upload = u.id) LIMIT $2)",
};
/// Of old lists the counts stay, the rows to correct and the officers go.
const CASE_ROWS: Rule = Rule {
    table: "case_rows",
    sql: "UPDATE case_results SET remarks = '[]', officers = '{}' WHERE (upload, unit) IN (
              SELECT upload, unit FROM case_results WHERE checked_at < $1 AND (remarks <> '[]' OR officers <> '{}') LIMIT $2)",
};
const CASE_RESULTS: Rule = Rule {
    table: "case_results",
    sql: "DELETE FROM case_results WHERE (upload, unit) IN (
              SELECT upload, unit FROM case_results WHERE checked_at < $1 LIMIT $2)",
};
const CASE_CAUSES: Rule = Rule {
    table: "case_causes",
    sql: "DELETE FROM case_causes WHERE (unit, case_number, case_year, limit_id) IN (
              SELECT unit, case_number, case_year, limit_id FROM case_causes WHERE recorded_at < $1 LIMIT $2)",
};
/// Old advisories, with who has read them. One that its feed does not date stays: it would be taken for new again.
const ADVISORY_READS: Rule = Rule {
    table: "advisory_reads",
    sql: "DELETE FROM advisory_reads WHERE (advisory, person) IN (
              SELECT r.advisory, r.person FROM advisory_reads r JOIN advisories a ON a.id = r.advisory
              WHERE a.published_at < $1 AND (a.feed IS NULL OR a.dated_at IS NOT NULL) LIMIT $2)",
};
const ADVISORIES: Rule = Rule {
    table: "advisories",
    sql: "DELETE FROM advisories WHERE id IN (
              SELECT a.id FROM advisories a
              WHERE a.published_at < $1 AND (a.feed IS NULL OR a.dated_at IS NOT NULL)
                  AND NOT EXISTS (SELECT 1 FROM advisory_reads r WHERE r.advisory = a.id) LIMIT $2)",
};
/// What was looked into, with what was said of it, and what people said of their uploads.
const SCAN_FILES: Rule = Rule {
    table: "scan_files",
    sql:
        "DELETE FROM scan_files WHERE (scan, number) IN (
              SELECT f.scan, f.number FROM scan_files f JOIN scans s ON s.id = f.scan WHERE s.scanned_at < $1 LIMIT $2)",
};
const SCANS: Rule = Rule {
    table: "scans",
    sql: "DELETE FROM scans WHERE id IN (
              SELECT s.id FROM scans s WHERE s.scanned_at < $1
                  AND NOT EXISTS (SELECT 1 FROM scan_files f WHERE f.scan = s.id) LIMIT $2)",
};
const OWN_UPLOADS: Rule = Rule {
    table: "own_uploads",
    sql: "DELETE FROM own_uploads WHERE id IN (SELECT id FROM own_uploads WHERE recorded_at < $1 LIMIT $2)",
};
/// The logs of gates. What they count stays with the findings.
const GATE_EVENTS: Rule = Rule {
    table: "gate_events",
    sql: "DELETE FROM gate_events WHERE (gate, number) IN (SELECT gate, number FROM gate_events WHERE at < $1 LIMIT $2)",
};
const SESSIONS: Rule = Rule {
    table: "sessions",
    sql: "DELETE FROM sessions WHERE secret_hash IN (SELECT secret_hash FROM sessions WHERE expires_at < $1 LIMIT $2)",
};
const INVITATIONS: Rule = Rule {
    table: "invitations",
    sql: "DELETE FROM invitations WHERE secret_hash IN (SELECT secret_hash FROM invitations WHERE expires_at < $1 LIMIT $2)",
};
const OPENID_FLOWS: Rule = Rule {
    table: "openid_flows",
    sql: "DELETE FROM openid_flows WHERE state_hash IN (SELECT state_hash FROM openid_flows WHERE created_at < $1 LIMIT $2)",
};

const TALLY_DAYS: &str = "DELETE FROM tally_days WHERE day < $1";
const GATE_DAYS: &str = "DELETE FROM gate_days WHERE day < $1";

/// Forgets what the settings say at `now`.
pub async fn forget(store: &Store, now: Timestamp) -> Result<Forgotten, StoreError> {
    let days_ago = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let requests = days_ago(settings::KEEP_REQUESTS_DAYS.get(store).await?);
    let findings = days_ago(settings::KEEP_FINDINGS_DAYS.get(store).await?);
    let fact_changes = days_ago(settings::KEEP_FACT_CHANGES_DAYS.get(store).await?);
    let imports = days_ago(settings::KEEP_IMPORTS_DAYS.get(store).await?);
    let tickets = days_ago(settings::KEEP_TICKETS_DAYS.get(store).await?);
    let studies = days_ago(settings::KEEP_STUDIES_DAYS.get(store).await?);
    let scans = days_ago(settings::KEEP_SCANS_DAYS.get(store).await?);
    let advisories = now.saturating_sub(advisories::ASKED_FOR).unwrap_or(Timestamp::MIN);
    let rules = [
        (FACT_CHANGES, fact_changes),
        // What a reading came to is told no longer than what became of its facts.
        (CONNECTOR_RUNS, fact_changes),
        (FINDINGS, findings),
        (TASK_FILES, findings),
        (TASK_EXTENSIONS, findings),
        (TASKS, findings),
        (REQUESTS, requests),
        (IMPORTS, imports),
        (CASE_ROWS, days_ago(settings::KEEP_CASE_ROWS_DAYS.get(store).await?)),
        (CASE_RESULTS, findings),
        (CASE_CAUSES, findings),
        (CASE_UPLOADS, imports),
        (TICKET_FILES, tickets),
        (TICKET_POSTS, tickets),
        (INCIDENT_ACTS, tickets),
        (INCIDENTS, tickets),
        (TICKETS, tickets),
        (STUDY_MARKS, studies),
        (STUDY_TASKS, studies),
        // What still asks to be read is not forgotten, however short the settings are.
        (ADVISORY_READS, findings.min(advisories)),
        (ADVISORIES, findings.min(advisories)),
        (SCAN_FILES, scans),
        (SCANS, scans),
        (OWN_UPLOADS, scans),
        (GATE_EVENTS, days_ago(settings::KEEP_GATE_EVENTS_DAYS.get(store).await?)),
        (SESSIONS, now),
        (INVITATIONS, now),
        (OPENID_FLOWS, days_ago(1)),
    ];
    let mut forgotten = Forgotten::default();
    apply(store, KEEP_ANSWERS, micros(tickets), now).await?;
    for (rule, limit) in rules {
        let (rows, is_cut_short) = apply(store, rule.sql, micros(limit).min(OPEN_END - 1), now).await?;
        forgotten.is_cut_short |= is_cut_short;
        if rows > 0 {
            forgotten.rows.push((rule.table, rows));
        }
    }
    let tally = days_ago(settings::KEEP_TALLY_DAYS.get(store).await?);
    for (table, sql, limit) in [("tally_days", TALLY_DAYS, tally), ("gate_days", GATE_DAYS, findings)] {
        let days = forget_days(store, sql, limit, now).await?;
        if days > 0 {
            forgotten.rows.push((table, days));
        }
    }
    let (files, is_cut_short) = forget_files(store, now).await?;
    forgotten.is_cut_short |= is_cut_short;
    if files > 0 {
        forgotten.rows.push(("files", files));
    }
    note(store, &forgotten, now).await?;
    Ok(forgotten)
}

async fn apply(store: &Store, sql: &'static str, limit: i64, now: Timestamp) -> Result<(u64, bool), StoreError> {
    let mut rows = 0;
    for _ in 0..MAX_BATCHES {
        let mut change = store.begin(Actor::System, now).await?;
        let gone = sqlx::query(sql).bind(limit).bind(BATCH_ROWS).execute(change.connection()).await?.rows_affected();
        change.commit().await?;
        rows += gone;
        if i64::try_from(gone).is_ok_and(|gone| gone < BATCH_ROWS) {
            return Ok((rows, false));
        }
    }
    Ok((rows, true))
}

/// The files that nobody refers to any more.
async fn forget_files(store: &Store, now: Timestamp) -> Result<(u64, bool), StoreError> {
    let mut files = 0;
    for _ in 0..MAX_BATCHES {
        match files::forget(store, now).await? {
            0 => return Ok((files, false)),
            gone => files += gone,
        }
    }
    Ok((files, true))
}

/// The counts of days before the limit: a day of all units and clauses, or of all gates, goes at once.
async fn forget_days(store: &Store, sql: &'static str, limit: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
    let mut change = store.begin(Actor::System, now).await?;
    let gone = sqlx::query(sql)
        .bind(khien_model::day_of(limit).to_string())
        .execute(change.connection())
        .await?
        .rows_affected();
    change.commit().await?;
    Ok(gone)
}

/// Sessions and the like go every day; only what was evidence is worth an entry.
async fn note(store: &Store, forgotten: &Forgotten, now: Timestamp) -> Result<(), StoreError> {
    let evidence: Vec<_> = forgotten
        .rows
        .iter()
        .filter(|(table, _)| {
            matches!(
                *table,
                "advisories"
                    | "case_causes"
                    | "case_results"
                    | "fact_changes"
                    | "files"
                    | "findings"
                    | "gate_days"
                    | "gate_events"
                    | "incidents"
                    | "own_uploads"
                    | "requests"
                    | "scans"
                    | "study_marks"
                    | "tally_days"
                    | "tasks"
                    | "tickets"
            )
        })
        .collect();
    if evidence.is_empty() {
        return Ok(());
    }
    let rows: serde_json::Map<String, serde_json::Value> =
        evidence.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect();
    let mut change = store.begin(Actor::System, now).await?;
    change.audit("retention.forget", "installation", "", serde_json::Value::Object(rows)).await?;
    change.commit().await
}
