//! What gates make known about the system behind them: the area `uploads`.
//!
//! It is said in the change that takes a report, and again as time goes by: a gate that is not heard any more protects
//! nothing, and what was uploaded since is not known.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use khien_model::facts::Uploads;
use khien_model::{GapCode, Observed, SubjectKind, day_of};
use serde_json::{Value, json};
use sqlx::{AnyConnection, query};

use super::{Gate, Sums, gate, log};
use crate::columns::{Columns as _, day_text, micros};
use crate::facts::{NewFact, put};
use crate::{Actor, Change, Store, StoreError, subjects, systems};

/// Who says so.
const SOURCE: &str = "gates";
/// The area of facts.
const AREA: &str = "uploads";
/// Over how many days files are counted, today included.
pub const COUNTED_DAYS: i64 = 30;
/// Counts change with every file, and each change is kept as history. So what no control turns on is said this often at most.
pub const COUNTS_SAID_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(6);
/// How many systems are said in one change: nobody else writes meanwhile.
const SAID_PER_CHANGE: usize = 20;

/// Says anew what is known of uploads to a system. Of one that is out of use nothing is said.
pub async fn say(change: &mut Change, system: &str) -> Result<(), StoreError> {
    let now = change.now();
    let row = query("SELECT number FROM subjects WHERE kind = 'system' AND id = $1 AND retired_at IS NULL")
        .bind(system)
        .fetch_optional(change.connection())
        .await?;
    let Some(row) = row else { return Ok(()) };
    let uploads = uploads(change.connection(), system, now).await?;
    if is_known(change.connection(), row.number("number")?, &uploads, now).await? {
        return Ok(());
    }
    let fact = json!({ "value": uploads, "source": SOURCE }).to_string();
    let fact = NewFact { area: AREA.to_owned(), fact: Some(fact), observed_at: now };
    put(change, &systems::subject(system), vec![fact]).await
}

/// Says anew of every system what time has changed. Of how many.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let mut wanting = Vec::new();
    let mut reader = store.reader().await?;
    for record in subjects::of_kind(store, SubjectKind::System).await? {
        let uploads = uploads(&mut reader, &record.subject.id, now).await?;
        if !is_known(&mut reader, record.number, &uploads, now).await? {
            wanting.push(record.subject.id);
        }
    }
    drop(reader);
    for some in wanting.chunks(SAID_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for system in some {
            say(&mut change, system).await?;
        }
        change.commit().await?;
    }
    Ok(wanting.len())
}

/// What gates know of uploads to a system at `now`.
async fn uploads(connection: &mut AnyConnection, system: &str, now: Timestamp) -> Result<Uploads, StoreError> {
    let rows = query("SELECT * FROM gates WHERE system = $1 AND ended_at IS NULL ORDER BY id")
        .bind(system)
        .fetch_all(&mut *connection)
        .await?;
    let gates: Vec<Gate> = rows.iter().map(gate).collect::<Result<_, _>>()?;
    let today = day_of(now);
    let row = query(
        "SELECT CAST(COALESCE(SUM(files), 0) AS BIGINT) AS files, CAST(COALESCE(SUM(d.passed), 0) AS BIGINT) AS passed,
             CAST(COALESCE(SUM(with_receipt), 0) AS BIGINT) AS with_receipt,
             CAST(COALESCE(SUM(infected), 0) AS BIGINT) AS infected,
             CAST(COALESCE(SUM(d.not_inspected), 0) AS BIGINT) AS not_inspected,
             CAST(COALESCE(SUM(blocked), 0) AS BIGINT) AS blocked, CAST(COALESCE(SUM(unread), 0) AS BIGINT) AS unread,
             CAST(COALESCE(SUM(CASE WHEN lost > 1000000000 THEN 1000000000 ELSE lost END), 0) AS BIGINT) AS lost,
             MAX(last_receipt_at) AS last_receipt_at
         FROM gate_days d JOIN gates g ON g.id = d.gate WHERE g.system = $1 AND d.day >= $2 AND d.day <= $3",
    )
    .bind(system)
    .bind(day_text(today.saturating_sub((COUNTED_DAYS - 1).days())))
    .bind(day_text(today))
    .fetch_one(connection)
    .await?;
    Ok(said(&gates, &log::of_row(&row)?, now))
}

/// What follows from what gates said and counted. What was not seen is not known: since a gate fell silent, and where entries
/// of its log were lost.
fn said(gates: &[Gate], sums: &Sums, now: Timestamp) -> Uploads {
    if gates.is_empty() && sums.files == 0 {
        return Uploads { gate_in_force: Observed::Known(false), ..Uploads::default() };
    }
    let unseen = if gates.is_empty() {
        Some((GapCode::NotObserved, "no gate stands before the system any more".to_owned()))
    } else if let Some(silent) = gates.iter().find(|gate| !gate.is_heard(now)) {
        let since =
            silent.said.as_ref().map_or_else(|| "never heard".to_owned(), |said| format!("last heard at {}", said.at));
        Some((GapCode::NotObserved, format!("gate {}: {since}", silent.name)))
    } else {
        (sums.lost > 0).then(|| (GapCode::Unreadable, format!("{} entries of the log were lost", sums.lost)))
    };
    let count = |count: u64| Observed::Known(u32::try_from(count).unwrap_or(u32::MAX));
    let all = |number: u64| match &unseen {
        Some((code, detail)) => Observed::unknown(*code, detail.clone()),
        None => count(number),
    };
    // What was seen was there, whatever was not seen.
    let at_least_none = |number: u64| if number > 0 { count(number) } else { all(number) };
    Uploads {
        gate_in_force: Observed::Known(!gates.is_empty() && gates.iter().all(|gate| gate.weakness(now).is_none())),
        uploaded: all(sums.passed),
        with_receipt: count(sums.with_receipt),
        infected_uploaded: at_least_none(sums.infected),
        not_inspected: at_least_none(sums.not_inspected),
        last_receipt_at: match sums.last_receipt_at {
            Some(moment) => Observed::Known(moment),
            None => Observed::default(),
        },
    }
}

/// Whether a control would see no difference.
fn is_alike(one: &Uploads, other: &Uploads) -> bool {
    let gist = |uploads: &Uploads| {
        let receipts = uploads.with_receipt.known().zip(uploads.uploaded.known());
        (
            uploads.gate_in_force.clone(),
            uploads.infected_uploaded.clone(),
            uploads.not_inspected.clone(),
            receipts.map(|(with, all)| with >= all),
        )
    };
    gist(one) == gist(other)
}

/// Whether this is what is known, as far as it matters, and was said lately.
async fn is_known(
    connection: &mut AnyConnection,
    number: i64,
    uploads: &Uploads,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = query("SELECT fact, observed_at FROM facts WHERE subject = $1 AND area = $2")
        .bind(number)
        .bind(AREA)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let kept: Value = row.json("fact")?;
    let kept = kept.get("value").cloned().and_then(|value| serde_json::from_value::<Uploads>(value).ok());
    let Some(kept) = kept else { return Ok(false) };
    let again = if kept == *uploads { SAID_AGAIN_AFTER } else { COUNTS_SAID_EVERY };
    let since = now.saturating_sub(again).unwrap_or(Timestamp::MIN);
    let is_fresh = (micros(since)..=micros(now)).contains(&row.number("observed_at")?);
    Ok(is_fresh && is_alike(&kept, uploads))
}
