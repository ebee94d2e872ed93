//! Gates in front of systems: which there are, what they say of themselves, and the log of what came to them.

mod before;
mod facts;
mod log;

use jiff::{SignedDuration, Timestamp};
use khien_model::words;
use khien_protocol::{GatePolicySaid, GateRules, MAX_GATE_TEXT, NotInspectedSaid};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, micros, micros_or_none};
use crate::{Change, Store, StoreError};

pub use before::Before;
pub use facts::{COUNTED_DAYS, COUNTS_SAID_EVERY, refresh, say};
pub use log::{Logged, MAX_EVENTS, PAGE, Search, Sums, last_hit, list, sums, take, write};

/// The most gates in use.
pub const MAX_GATES: usize = 500;
/// The longest name, in letters.
pub const MAX_NAME: usize = 120;
/// Gates say each minute that they are there. One that was not heard for so long is not there: longer than a restart or a
/// short trouble of the network takes, shorter than anybody should upload files that nobody looks into.
pub const SILENT_AFTER: SignedDuration = SignedDuration::from_mins(15);

words! {
    /// What is spoken at a gate.
    pub enum GateProtocol {
        /// ICAP: `khien icap`.
        Icap = "icap",
        /// As clamd: `khien clamd`.
        Clamd = "clamd",
        /// An application asks the server itself.
        Http = "http",
    }
}

/// What a gate said of itself when it was last heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateSaid {
    /// When.
    pub at: Timestamp,
    /// The program and its version.
    pub program: String,
    /// What it does with each verdict.
    pub policy: GatePolicySaid,
    /// Its rules.
    pub rules: GateRules,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The id.
    pub id: String,
    /// The id of the system that it protects.
    pub system: String,
    /// What it is called.
    pub name: String,
    /// What is spoken there.
    pub protocol: GateProtocol,
    /// The SHA-256 of its token, as [`crate::sessions`] keep theirs.
    pub secret_hash: String,
    /// The person who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken out of use.
    pub ended_at: Option<Timestamp>,
    /// What it said last; nothing of one that was never heard.
    pub said: Option<GateSaid>,
    /// How many entries of its log were given up because there were too many.
    pub given_up: u64,
}

/// Why a gate does not protect its system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// It was never heard.
    NeverHeard,
    /// It was not heard since.
    Silent(Timestamp),
    /// It was heard, and lets files pass that nobody could look into.
    LetsPass,
}

impl Gate {
    /// Whether it was heard lately.
    pub fn is_heard(&self, now: Timestamp) -> bool {
        let since = now.saturating_sub(SILENT_AFTER).unwrap_or(Timestamp::MIN);
        self.said.as_ref().is_some_and(|said| said.at >= since)
    }

    /// Why it does not protect its system at `now`; nothing when it does.
    pub fn weakness(&self, now: Timestamp) -> Option<Weakness> {
        let Some(said) = &self.said else { return Some(Weakness::NeverHeard) };
        if !self.is_heard(now) {
            return Some(Weakness::Silent(said.at));
        }
        (said.policy.not_inspected != NotInspectedSaid::Block).then_some(Weakness::LetsPass)
    }
}

fn gate(row: &AnyRow) -> Result<Gate, StoreError> {
    let said = match row.moment_or_none("heard_at")? {
        None => None,
        Some(at) => Some(GateSaid {
            at,
            program: row.text("program")?,
            policy: GatePolicySaid {
                suspicious: row.parsed("suspicious")?,
                not_inspected: row.parsed("not_inspected")?,
            },
            rules: GateRules { id: row.text("rules")?, made_at: row.moment_or_none("rules_made_at")? },
        }),
    };
    Ok(Gate {
        id: row.text("id")?,
        system: row.text("system")?,
        name: row.text("name")?,
        protocol: row.parsed("protocol")?,
        secret_hash: row.text("secret_hash")?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        ended_at: row.moment_or_none("ended_at")?,
        said,
        given_up: row.count("given_up")?,
    })
}

/// Keeps a gate that was just made, before a system that is in use.
pub async fn insert(change: &mut Change, gate: &Gate) -> Result<(), StoreError> {
    bounded("name", &gate.name, MAX_NAME)?;
    let sql = "SELECT COUNT(*) AS there FROM gates WHERE ended_at IS NULL";
    if query(sql).fetch_one(change.connection()).await?.count("there")? >= MAX_GATES as u64 {
        return Err(StoreError::TooMany { limit: MAX_GATES });
    }
    let system = query("SELECT number FROM subjects WHERE kind = 'system' AND id = $1 AND retired_at IS NULL")
        .bind(&gate.system)
        .fetch_optional(change.connection())
        .await?;
    if system.is_none() {
        return Err(refused("system", "it is not in use"));
    }
    query(
        "INSERT INTO gates (id, system, name, protocol, secret_hash, created_by, created_at, next_number, given_up)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0)",
    )
    .bind(&gate.id)
    .bind(&gate.system)
    .bind(&gate.name)
    .bind(gate.protocol.as_str())
    .bind(&gate.secret_hash)
    .bind(&gate.created_by)
    .bind(micros(gate.created_at))
    .execute(change.connection())
    .await?;
    let detail = json!({ "name": gate.name, "system": gate.system, "kind": gate.protocol });
    change.audit("gate.make", "gate", &gate.id, detail).await?;
    say(change, &gate.system).await
}

/// Takes a gate out of use: its token is good no longer, its log stays.
pub async fn end(change: &mut Change, id: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let row = query("UPDATE gates SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING system")
        .bind(id)
        .bind(now)
        .fetch_optional(change.connection())
        .await?;
    let system = row.ok_or(StoreError::NotFound)?.text("system")?;
    change.audit("gate.end", "gate", id, json!({})).await?;
    say(change, &system).await
}

/// Takes every gate before a system out of use.
pub(crate) async fn end_all(change: &mut Change, system: &str) -> Result<(), StoreError> {
    let rows = query("SELECT id FROM gates WHERE system = $1 AND ended_at IS NULL ORDER BY id")
        .bind(system)
        .fetch_all(change.connection())
        .await?;
    for row in &rows {
        end(change, &row.text("id")?).await?;
    }
    Ok(())
}

/// The gate whose token has this hash, if it is in use.
pub async fn by_token(store: &Store, secret_hash: &str) -> Result<Option<Gate>, StoreError> {
    let row = query("SELECT * FROM gates WHERE secret_hash = $1 AND ended_at IS NULL")
        .bind(secret_hash)
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(gate).transpose()
}

/// The gate with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Gate>, StoreError> {
    let row = query("SELECT * FROM gates WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(gate).transpose()
}

/// Every gate, those in use first, by name.
pub async fn all(store: &Store) -> Result<Vec<Gate>, StoreError> {
    let sql = "SELECT * FROM gates ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, name, id";
    let rows = query(sql).fetch_all(store.readers()).await?;
    rows.iter().map(gate).collect()
}

/// Notes that a gate was heard and what it says of itself, and holds it until the change is over. Gives the number of the next
/// entry of its log. A gate that is out of use is not there.
async fn hear(change: &mut Change, id: &str, said: &GateSaid) -> Result<i64, StoreError> {
    let cut = |text: &str| text.chars().take(MAX_GATE_TEXT).collect::<String>();
    let row = query(
        "UPDATE gates SET heard_at = CASE WHEN heard_at > $2 THEN heard_at ELSE $2 END, program = $3, suspicious = $4,
             not_inspected = $5, rules = $6, rules_made_at = $7
         WHERE id = $1 AND ended_at IS NULL RETURNING next_number",
    )
    .bind(id)
    .bind(micros(said.at))
    .bind(cut(&said.program))
    .bind(said.policy.suspicious.as_str())
    .bind(said.policy.not_inspected.as_str())
    .bind(cut(&said.rules.id))
    .bind(micros_or_none(said.rules.made_at))
    .fetch_optional(change.connection())
    .await?;
    row.ok_or(StoreError::NotFound)?.number("next_number")
}
