//! Reports of different devices, in one transaction.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::{CheckInOutcome, CheckInRefusal, Waiting};
use crate::StoreError;
use crate::judging::{Deltas, Standing, StoredFact, judge, read_facts, standing, standing_columns, write_facts};
use crate::store::Core;
use crate::times::micros;
use crate::values::{read_rows, write_rows};

/// A device as the transaction holds it.
struct Held {
    counter: i64,
    is_revoked: bool,
    standing: Standing,
}

/// A report that is accepted.
struct Accepted<'w> {
    report: &'w Waiting,
    standing: Standing,
    /// What the subject's row says about reports from now on.
    confirmed_at: Option<i64>,
    report_digest: Option<String>,
}

/// What a report that says something new does.
struct Merged {
    /// All facts as they are now.
    facts: Vec<StoredFact>,
    /// Those whose row must be written.
    written: Vec<StoredFact>,
    /// Those that changed.
    changed: Vec<StoredFact>,
    /// Areas whose fact is lacking.
    need: Vec<String>,
    confirmed_at: Option<i64>,
    report_digest: Option<String>,
}

/// Writes reports of different devices; the outcomes are in their order. What the tally is to be moved by is added to `deltas`.
pub(super) async fn write(
    core: &Core,
    connection: &mut AnyConnection,
    reports: &[&Waiting],
    deltas: &mut Deltas,
) -> Result<Vec<CheckInOutcome>, StoreError> {
    let Some(now) = reports.iter().map(|report| report.received_at).max() else { return Ok(Vec::new()) };
    let mut held = hold(core, connection, reports).await?;
    let mut outcomes = Vec::with_capacity(reports.len());
    let (mut accepted, mut news) = (Vec::new(), Vec::new());
    for report in reports {
        let standing = match admit(report, held.remove(&report.device)) {
            Ok(standing) => standing,
            Err(refusal) => {
                outcomes.push(CheckInOutcome::Refused(refusal));
                continue;
            }
        };
        outcomes.push(CheckInOutcome::Accepted { need: Vec::new(), unknown_areas: report.unknown_areas.clone() });
        if is_nothing_new(report, &standing, now) {
            let confirmed_at = Some(latest(standing.confirmed_at, report.collected_at, micros(report.received_at)));
            let report_digest = standing.report_digest.clone();
            accepted.push(Accepted { report, standing, confirmed_at, report_digest });
        } else {
            news.push((outcomes.len() - 1, *report, standing));
        }
    }
    let (judged, needs) = write_news(core, connection, news, now, &mut accepted).await?;
    for (place, lacking) in needs {
        if let Some(CheckInOutcome::Accepted { need, .. }) = outcomes.get_mut(place) {
            *need = lacking;
        }
    }
    for (key, counts) in judged {
        for (sum, count) in deltas.entry(key).or_default().iter_mut().zip(counts) {
            *sum += count;
        }
    }
    note(connection, &accepted).await?;
    Ok(outcomes)
}

/// Locks the rows of the devices and their subjects, in the order of the subjects' numbers.
async fn hold(
    core: &Core,
    connection: &mut AnyConnection,
    reports: &[&Waiting],
) -> Result<HashMap<String, Held>, StoreError> {
    let lock = core.engine.lock_rows();
    let sql = |members: &str| {
        let columns = standing_columns!();
        format!(
            "SELECT d.counter, d.revoked_at, {columns} FROM devices d JOIN subjects s ON s.number = d.subject \
             WHERE d.id IN {members} ORDER BY s.number{lock}"
        )
    };
    let mut ids: Vec<&str> = reports.iter().map(|report| report.device.as_str()).collect();
    ids.sort_unstable();
    let rows = read_rows(connection, &[], &ids, sql, |query, id| query.bind(*id)).await?;
    let held = rows.iter().map(|row| {
        let standing = standing(row, 2)?;
        let is_revoked = row.try_get::<Option<i64>, _>(1)?.is_some();
        Ok((standing.id.clone(), Held { counter: row.try_get(0)?, is_revoked, standing }))
    });
    held.collect()
}

/// Whether a report may come in.
fn admit(report: &Waiting, held: Option<Held>) -> Result<Standing, CheckInRefusal> {
    let Held { counter, is_revoked, standing } = held.ok_or(CheckInRefusal::UnknownDevice)?;
    if is_revoked || standing.is_retired {
        Err(CheckInRefusal::Revoked)
    } else if report.counter <= counter {
        Err(CheckInRefusal::OldCounter { highest: u64::try_from(counter).unwrap_or_default() })
    } else {
        Ok(standing)
    }
}

/// Whether the report only confirms what is known, and nothing is to be judged anew for it.
fn is_nothing_new(report: &Waiting, standing: &Standing, now: Timestamp) -> bool {
    standing.report_digest.as_deref() == Some(report.digest.as_str())
        && standing.next_judge_at > micros(now)
        && !standing.judge_on_report
        // A report from before the last one: the clock was set back, and what holds may end earlier.
        && standing.silent_since.is_none_or(|since| since <= micros(report.received_at))
}

/// Keeps the facts of reports that say something new, and judges their subjects.
async fn write_news<'w>(
    core: &Core,
    connection: &mut AnyConnection,
    news: Vec<(usize, &'w Waiting, Standing)>,
    now: Timestamp,
    accepted: &mut Vec<Accepted<'w>>,
) -> Result<(Deltas, Vec<(usize, Vec<String>)>), StoreError> {
    if news.is_empty() {
        return Ok((Deltas::new(), Vec::new()));
    }
    let numbers: Vec<i64> = news.iter().map(|(_, _, standing)| standing.number).collect();
    let mut stored = read_facts(connection, &numbers).await?;
    let (mut written, mut changed, mut needs, mut subjects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, report, mut standing) in news {
        let at = standing.next_moment(now);
        let merged = merge(report, &standing, stored.remove(&standing.number).unwrap_or_default(), at);
        written.extend(merged.written.into_iter().map(|fact| (standing.number, fact)));
        changed.extend(merged.changed.into_iter().map(|fact| (standing.number, fact)));
        needs.push((place, merged.need));
        standing.confirmed_at = merged.confirmed_at;
        standing.silent_since = Some(micros(report.received_at));
        subjects.push((standing.clone(), merged.facts));
        let (confirmed_at, report_digest) = (merged.confirmed_at, merged.report_digest);
        accepted.push(Accepted { report, standing, confirmed_at, report_digest });
    }
    write_facts(connection, &written, &changed).await?;
    let judged = judge(core, connection, subjects, now).await?;
    Ok((judged.deltas, needs))
}

/// Puts a report over what is stored.
///
/// An area that the report does not name was not looked at: it stays as it is and grows old by itself. Then, or when a fact is
/// lacking, the subject as a whole is not confirmed: what was confirmed so far, and what this report confirms, is noted with
/// each fact.
fn merge(report: &Waiting, standing: &Standing, stored: Vec<StoredFact>, at: i64) -> Merged {
    let mut by_area: HashMap<String, StoredFact> = stored.into_iter().map(|fact| (fact.area.clone(), fact)).collect();
    let (mut facts, mut written, mut changed, mut need) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut confirmed: Vec<StoredFact> = Vec::new();
    for area in &report.areas {
        let known = by_area.remove(&area.area);
        match (known, &area.fact) {
            (Some(known), _) if known.hash == area.hash => confirmed.push(known),
            (_, Some((fact, observed_at))) => {
                let (area, hash, fact) = (area.area.clone(), area.hash.clone(), fact.clone());
                changed.push(StoredFact { area, fact, hash, observed_at: *observed_at, changed_at: at });
            }
            (known, None) => {
                need.push(area.area.clone());
                by_area.extend(known.map(|known| (area.area.clone(), known)));
            }
        }
    }
    let is_whole = need.is_empty() && by_area.is_empty();
    // What is known but was not confirmed: areas that were not looked at, and those whose fact is lacking.
    let mut others: Vec<StoredFact> = by_area.into_values().collect();
    let received_at = micros(report.received_at);
    let mut confirmed_at = Some(latest(standing.confirmed_at, report.collected_at, received_at));
    for fact in confirmed.iter_mut().filter(|fact| fact.observed_at > received_at) {
        fact.observed_at = report.collected_at;
        written.push(fact.clone());
    }
    if !is_whole {
        // Nothing is lost: what was confirmed so far was, unless the clock was wrong.
        let so_far = standing.confirmed_at.filter(|before| *before <= received_at).unwrap_or(i64::MIN);
        confirmed_at = None;
        written.clear();
        for fact in &mut others {
            fact.observed_at = fact.observed_at.max(so_far);
        }
        for fact in &mut confirmed {
            fact.observed_at = fact.observed_at.max(so_far).max(report.collected_at);
        }
        written.extend(others.iter().chain(&confirmed).cloned());
    }
    written.extend(changed.iter().cloned());
    facts.extend(others);
    facts.extend(confirmed);
    facts.extend(changed.iter().cloned());
    let report_digest = is_whole.then(|| report.digest.clone());
    Merged { facts, written, changed, need, confirmed_at, report_digest }
}

/// The later of two times at which something was seen. One that has not come yet is from when the clock was wrong: it would
/// make the fact one from the future, which nobody believes, and does not count.
fn latest(before: Option<i64>, seen: i64, now: i64) -> i64 {
    before.filter(|before| *before <= now).map_or(seen, |before| before.max(seen))
}

/// Notes that the reports came.
async fn note(connection: &mut AnyConnection, accepted: &[Accepted<'_>]) -> Result<(), StoreError> {
    let sql = |rows: &str| {
        format!(
            "WITH v(id, counter, seen_at) AS (VALUES {rows}) UPDATE devices SET counter = v.counter, \
             last_seen_at = v.seen_at FROM v WHERE devices.id = v.id"
        )
    };
    write_rows(connection, accepted, 3, sql, |query, accepted| {
        let Accepted { report, .. } = accepted;
        query.bind(report.device.as_str()).bind(report.counter).bind(micros(report.received_at))
    })
    .await?;
    let sql = |rows: &str| {
        format!(
            "WITH v(number, confirmed_at, report_digest, silent_since) AS (VALUES {rows}) UPDATE subjects \
             SET confirmed_at = v.confirmed_at, report_digest = v.report_digest, silent_since = v.silent_since FROM v \
             WHERE subjects.number = v.number"
        )
    };
    write_rows(connection, accepted, 4, sql, |query, accepted| {
        let Accepted { report, standing, confirmed_at, report_digest } = accepted;
        query.bind(standing.number).bind(*confirmed_at).bind(report_digest.as_deref()).bind(micros(report.received_at))
    })
    .await
}
