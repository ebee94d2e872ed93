//! The log of a gate: what became of the files that came to it, bounded, and the counts of each day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use khien_model::day_of;
use khien_model::text::{fold, nfc};
use khien_protocol::{GateEntry, GateFile, GateReport, GateVerdict, MAX_GATE_ENTRIES, MAX_GATE_TEXT, STREAM_LETTERS};
use sqlx::any::AnyRow;
use sqlx::query;

use super::before::{self, Before, before_columns};
use super::{GateSaid, facts, hear};
use crate::checks::refused;
use crate::columns::{Columns as _, day_text, micros};
use crate::values::{self, write_rows};
use crate::{Change, Store, StoreError};

/// How many entries the log of one gate has at most; the first ones are given up then, which is counted and said.
pub const MAX_EVENTS: i64 = 200_000;
/// How many entries are read at once.
pub const PAGE: usize = 50;
/// How many streams of one gate are remembered: those that were heard last.
const MAX_STREAMS: i64 = 50;
/// The letters of a digest.
const DIGEST_LETTERS: usize = 64;
/// The longest stay of a file that is believed, in milliseconds.
const MAX_MILLISECONDS: u64 = 24 * 3_600_000;

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub number: i64,
    /// What became of the file.
    pub file: GateFile,
    /// What a person had found out about it before; `None` when nobody had it looked into.
    pub before: Option<Before>,
}

/// What is looked for in the log of a gate, latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// With this verdict.
    pub verdict: Option<GateVerdict>,
    /// With these words in the name, or in where it came from, what decided, or the digest.
    pub words: String,
    /// Before this entry: its moment and its number.
    pub before: Option<(Timestamp, i64)>,
}

/// What the files of some days come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Files that came.
    pub files: u64,
    /// Of these, those that went on.
    pub passed: u64,
    /// Of those that went on: looked into, by the gate or by a person before, whose scan has the same content.
    pub with_receipt: u64,
    /// Of those that went on: malware, by the word of whoever could look.
    pub infected: u64,
    /// Of those that went on: not looked into by anybody.
    pub not_inspected: u64,
    /// Of all: those that must not pass.
    pub blocked: u64,
    /// Of all: those that could not be looked into.
    pub unread: u64,
    /// Entries that never came.
    pub lost: u64,
    /// When a file was last looked into.
    pub last_receipt_at: Option<Timestamp>,
}

impl Sums {
    /// With one more file, and what a person had found out about it before.
    fn count(&mut self, file: &GateFile, before: Option<Before>) {
        self.files += 1;
        self.blocked += u64::from(file.verdict == GateVerdict::Blocked);
        self.unread += u64::from(file.verdict == GateVerdict::NotInspected);
        // The gate looks last and with its own policy: a person's word counts for what it could not look into.
        let by_gate = Before { at: file.at, verdict: file.verdict };
        let is_receipt = |looked: &Before| looked.verdict != GateVerdict::NotInspected;
        let receipt = Some(by_gate).filter(is_receipt).or(before.filter(is_receipt));
        self.last_receipt_at = self.last_receipt_at.max(receipt.map(|receipt| receipt.at));
        if file.passed {
            self.passed += 1;
            self.infected += u64::from(receipt.is_some_and(|receipt| receipt.verdict == GateVerdict::Blocked));
            self.not_inspected += u64::from(receipt.is_none());
            self.with_receipt += u64::from(receipt.is_some());
        }
    }
}

/// What a report says, as it will be kept.
#[derive(Default)]
struct Taken {
    files: Vec<GateFile>,
    days: BTreeMap<Date, Sums>,
}

impl Taken {
    async fn file(&mut self, mut file: GateFile, change: &mut Change) -> Result<(), StoreError> {
        tame(&mut file, change.now())?;
        // Only where the gate could not look does it matter what a person found out.
        let before = if file.passed && file.verdict == GateVerdict::NotInspected {
            before::of_file(change.connection(), &file).await?
        } else {
            None
        };
        self.days.entry(day_of(file.at)).or_default().count(&file, before);
        self.files.push(file);
        Ok(())
    }

    fn lost(&mut self, at: Timestamp, count: u64) {
        let day = self.days.entry(day_of(at)).or_default();
        day.lost = day.lost.saturating_add(count);
    }
}

/// Cuts what is too long and refuses what cannot be. A clock that is ahead is set to now.
fn tame(file: &mut GateFile, now: Timestamp) -> Result<(), StoreError> {
    let cut = |text: &str| -> String {
        let one_line = text.chars().filter(|letter| !letter.is_control() && *letter != '\u{feff}');
        nfc(&one_line.take(MAX_GATE_TEXT).collect::<String>()).into_owned()
    };
    let is_digest = file.sha256.len() == DIGEST_LETTERS
        && file.sha256.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    if !is_digest {
        return Err(refused("sha256", "it is not 64 hexadecimal digits in lower case"));
    }
    i64::try_from(file.size).map_err(|_| refused("size", "it is no size of a file"))?;
    file.at = file.at.min(now);
    file.name = cut(&file.name);
    file.rules = cut(&file.rules);
    file.client = file.client.as_deref().map(cut).filter(|client| !client.is_empty());
    file.reason = file.reason.as_deref().map(cut).filter(|reason| !reason.is_empty());
    file.milliseconds = file.milliseconds.min(MAX_MILLISECONDS);
    Ok(())
}

/// Takes a report: what came before is left out, what never came is counted as lost. Gives the number up to which the
/// stream is kept now.
pub async fn take(change: &mut Change, gate: &str, system: &str, report: GateReport) -> Result<u64, StoreError> {
    let GateReport { program, protocol: _, stream, policy, rules, first, entries } = report;
    check(&stream, first, entries.len())?;
    let now = change.now();
    let next = hear(change, gate, &GateSaid { at: now, program, policy, rules }).await?;
    let before = last_of(change, gate, &stream).await?.unwrap_or(first - 1);
    let mut taken = Taken::default();
    if first > before + 1 {
        taken.lost(now, first - 1 - before);
    }
    let mut last = before.max(first - 1);
    for (number, entry) in (first..).zip(entries) {
        if number <= before {
            continue;
        }
        last = number;
        match entry {
            GateEntry::File(file) => taken.file(file, change).await?,
            GateEntry::Lost { at, count } => taken.lost(at.min(now), count),
        }
    }
    remember(change, gate, &stream, last).await?;
    keep(change, gate, next, &taken).await?;
    facts::say(change, system).await?;
    Ok(last)
}

/// Writes what an application asked about, and that it was heard.
pub async fn write(
    change: &mut Change,
    gate: &str,
    system: &str,
    said: &GateSaid,
    files: Vec<GateFile>,
) -> Result<(), StoreError> {
    let next = hear(change, gate, said).await?;
    let mut taken = Taken::default();
    for file in files {
        taken.file(file, change).await?;
    }
    keep(change, gate, next, &taken).await?;
    facts::say(change, system).await
}

fn check(stream: &str, first: u64, entries: usize) -> Result<(), StoreError> {
    if stream.len() != STREAM_LETTERS || !stream.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(refused("stream", &format!("it is not {STREAM_LETTERS} hexadecimal digits")));
    }
    // Half of what fits: whatever is added to it fits too.
    if first == 0 || first > u64::from(u32::MAX) << 30 {
        return Err(refused("first", "it is no number of an entry"));
    }
    if entries > MAX_GATE_ENTRIES {
        return Err(StoreError::TooMany { limit: MAX_GATE_ENTRIES });
    }
    Ok(())
}

async fn last_of(change: &mut Change, gate: &str, stream: &str) -> Result<Option<u64>, StoreError> {
    let row = query("SELECT last_number FROM gate_streams WHERE gate = $1 AND stream = $2")
        .bind(gate)
        .bind(stream)
        .fetch_optional(change.connection())
        .await?;
    row.map(|row| row.count("last_number")).transpose()
}

async fn remember(change: &mut Change, gate: &str, stream: &str, last: u64) -> Result<(), StoreError> {
    let (now, last) = (micros(change.now()), i64::try_from(last).unwrap_or(i64::MAX));
    query(
        "INSERT INTO gate_streams (gate, stream, last_number, heard_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (gate, stream) DO UPDATE SET last_number = excluded.last_number, heard_at = excluded.heard_at",
    )
    .bind(gate)
    .bind(stream)
    .bind(last)
    .bind(now)
    .execute(change.connection())
    .await?;
    query(
        "DELETE FROM gate_streams WHERE gate = $1 AND stream NOT IN (
             SELECT stream FROM gate_streams WHERE gate = $1 ORDER BY heard_at DESC, stream LIMIT $2)",
    )
    .bind(gate)
    .bind(MAX_STREAMS)
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Writes entries and counts, and gives up the first entries when there are too many.
async fn keep(change: &mut Change, gate: &str, next: i64, taken: &Taken) -> Result<(), StoreError> {
    let rows: Vec<(i64, &GateFile)> = (next..).zip(&taken.files).collect();
    let sql = |rows: &str| {
        format!(
            "INSERT INTO gate_events (gate, number, at, client, name, name_folded, size, sha256, rules, verdict, passed, \
             reason, milliseconds) VALUES {rows}"
        )
    };
    write_rows(change.connection(), &rows, 13, sql, |query, (number, file)| {
        query
            .bind(gate)
            .bind(*number)
            .bind(micros(file.at))
            .bind(file.client.as_deref())
            .bind(file.name.as_str())
            .bind(fold(&file.name))
            .bind(whole(file.size))
            .bind(file.sha256.as_str())
            .bind(file.rules.as_str())
            .bind(file.verdict.as_str())
            .bind(i64::from(file.passed))
            .bind(file.reason.as_deref())
            .bind(whole(file.milliseconds))
    })
    .await?;
    for (day, sums) in &taken.days {
        add(change, gate, *day, sums).await?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let next = next.saturating_add(whole(rows.len() as u64));
    let gone = query("DELETE FROM gate_events WHERE gate = $1 AND number < $2")
        .bind(gate)
        .bind(next.saturating_sub(MAX_EVENTS))
        .execute(change.connection())
        .await?
        .rows_affected();
    query("UPDATE gates SET next_number = $2, given_up = given_up + $3 WHERE id = $1")
        .bind(gate)
        .bind(next)
        .bind(whole(gone))
        .execute(change.connection())
        .await?;
    Ok(())
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn add(change: &mut Change, gate: &str, day: Date, sums: &Sums) -> Result<(), StoreError> {
    query(
        "INSERT INTO gate_days (gate, day, files, passed, with_receipt, infected, not_inspected, blocked, unread, lost,
             last_receipt_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (gate, day) DO UPDATE SET files = gate_days.files + excluded.files,
             passed = gate_days.passed + excluded.passed, with_receipt = gate_days.with_receipt + excluded.with_receipt,
             infected = gate_days.infected + excluded.infected,
             not_inspected = gate_days.not_inspected + excluded.not_inspected,
             blocked = gate_days.blocked + excluded.blocked, unread = gate_days.unread + excluded.unread,
             lost = CASE WHEN gate_days.lost > 4611686018427387903 THEN gate_days.lost ELSE gate_days.lost + excluded.lost END,
             last_receipt_at = CASE WHEN gate_days.last_receipt_at IS NULL
                     OR gate_days.last_receipt_at < excluded.last_receipt_at
                 THEN excluded.last_receipt_at ELSE gate_days.last_receipt_at END",
    )
    .bind(gate)
    .bind(day_text(day))
    .bind(whole(sums.files))
    .bind(whole(sums.passed))
    .bind(whole(sums.with_receipt))
    .bind(whole(sums.infected))
    .bind(whole(sums.not_inspected))
    .bind(whole(sums.blocked))
    .bind(whole(sums.unread))
    .bind(whole(sums.lost).min(i64::MAX / 2))
    .bind(sums.last_receipt_at.map(micros))
    .execute(change.connection())
    .await?;
    Ok(())
}

/// What the files of each gate come to in the days until `today`, that day included, by the id of the gate.
pub async fn sums(store: &Store, today: Date) -> Result<BTreeMap<String, Sums>, StoreError> {
    let from = today.saturating_sub((super::COUNTED_DAYS - 1).days());
    let rows = query(
        "SELECT gate, CAST(SUM(files) AS BIGINT) AS files, CAST(SUM(passed) AS BIGINT) AS passed,
             CAST(SUM(with_receipt) AS BIGINT) AS with_receipt, CAST(SUM(infected) AS BIGINT) AS infected,
             CAST(SUM(not_inspected) AS BIGINT) AS not_inspected, CAST(SUM(blocked) AS BIGINT) AS blocked,
             CAST(SUM(unread) AS BIGINT) AS unread, CAST(MAX(lost) AS BIGINT) AS most_lost,
             CAST(SUM(CASE WHEN lost > 1000000000 THEN 1000000000 ELSE lost END) AS BIGINT) AS lost,
             MAX(last_receipt_at) AS last_receipt_at
         FROM gate_days WHERE day >= $1 AND day <= $2 GROUP BY gate",
    )
    .bind(day_text(from))
    .bind(day_text(today))
    .fetch_all(store.readers())
    .await?;
    rows.iter().map(|row| Ok((row.text("gate")?, of_row(row)?))).collect()
}

/// The sums in a row.
pub(super) fn of_row(row: &AnyRow) -> Result<Sums, StoreError> {
    Ok(Sums {
        files: row.count("files")?,
        passed: row.count("passed")?,
        with_receipt: row.count("with_receipt")?,
        infected: row.count("infected")?,
        not_inspected: row.count("not_inspected")?,
        blocked: row.count("blocked")?,
        unread: row.count("unread")?,
        lost: row.count("lost")?,
        last_receipt_at: row.moment_or_none("last_receipt_at")?,
    })
}

fn logged(row: &AnyRow) -> Result<Logged, StoreError> {
    Ok(Logged {
        number: row.number("number")?,
        file: GateFile {
            at: row.moment("at")?,
            client: row.text_or_none("client")?,
            name: row.text("name")?,
            size: row.count("size")?,
            sha256: row.text("sha256")?,
            rules: row.text("rules")?,
            verdict: row.parsed("verdict")?,
            passed: row.flag("passed")?,
            reason: row.text_or_none("reason")?,
            milliseconds: row.count("milliseconds")?,
        },
        before: before::of_row(row)?,
    })
}

/// The entries of a gate, latest first: at most [`PAGE`], and whether there are more.
pub async fn list(store: &Store, gate: &str, search: &Search) -> Result<(Vec<Logged>, bool), StoreError> {
    // What is looked for is text, not a pattern: words in their order, whatever stands between them.
    let escaped = |word: &str| -> String {
        word.chars().flat_map(|letter| ("%_\\".contains(letter).then_some('\\')).into_iter().chain([letter])).collect()
    };
    let words = fold(search.words.trim());
    let words: Vec<String> = words.split_whitespace().map(escaped).collect();
    let pattern = if words.is_empty() { String::new() } else { format!("%{}%", words.join("%")) };
    let (at, number) = search.before.map_or((i64::MAX, i64::MAX), |(at, number)| (micros(at), number));
    let sql = concat!(
        "SELECT e.*, ",
        before_columns!("e.sha256", "e.at"),
        " FROM gate_events e WHERE e.gate = $1 AND ($2 = '' OR e.verdict = $2)
             AND ($3 = '' OR name_folded LIKE $3 ESCAPE '\\' OR lower(client) LIKE $3 ESCAPE '\\'
                 OR lower(reason) LIKE $3 ESCAPE '\\' OR e.sha256 LIKE $3 ESCAPE '\\')
             AND (e.at < $4 OR e.at = $4 AND e.number < $5)
         ORDER BY e.at DESC, e.number DESC LIMIT $6"
    );
    let rows = values::query(sql.to_owned())
        .bind(gate)
        .bind(search.verdict.map_or("", GateVerdict::as_str))
        .bind(pattern)
        .bind(at)
        .bind(number)
        .bind(whole(PAGE as u64 + 1))
        .fetch_all(store.readers())
        .await?;
    let mut found: Vec<Logged> = rows.iter().map(logged).collect::<Result<_, _>>()?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    Ok((found, more))
}

/// The latest file at a gate that must not pass.
pub async fn last_hit(store: &Store, gate: &str) -> Result<Option<Logged>, StoreError> {
    let search = Search { verdict: Some(GateVerdict::Blocked), ..Search::default() };
    Ok(list(store, gate, &search).await?.0.into_iter().next())
}
