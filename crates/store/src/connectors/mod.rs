//! Where the accounts of a system are known from: a directory, uploaded lists, or what their owners state.

mod runs;

use jiff::{SignedDuration, Timestamp};
use khien_model::words;
use khien_protocol::Digest;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded, refused};
use crate::columns::{Columns as _, json_text, micros, micros_or_none};
use crate::{Change, Store, StoreError};

pub(crate) use runs::record;
pub use runs::{Counts, MAX_DIFFERENCES, Run, runs_of};

/// The most connectors.
pub const MAX_CONNECTORS: usize = 50;
/// The longest name, in letters.
pub const MAX_NAME: usize = 120;
/// The longest name of a system, in letters: it stands in the id of each of its accounts.
pub const MAX_SYSTEM: usize = 100;
/// The most bytes that settings have as JSON.
pub const MAX_SETTINGS_BYTES: usize = 256 * 1024;
/// The most hours between two readings: a week.
pub const MAX_EVERY_HOURS: u32 = 168;
/// How long after a reading that failed the next one is tried, unless the next one is due before.
pub const AGAIN_AFTER_FAILURE: SignedDuration = SignedDuration::from_hours(1);

words! {
    /// How the accounts of a system are known.
    pub enum ConnectorKind {
        /// A directory is read (LDAP, Active Directory).
        Ldap = "ldap",
        /// Lists are uploaded.
        List = "list",
        /// Nobody can ask the system: owners state when they changed the password.
        Attestation = "attestation",
    }
}

words! {
    /// What a reading is for.
    pub enum RunKind {
        /// To compare: nothing is taken over.
        Look = "look",
        /// To take over what is there.
        Take = "take",
        /// An uploaded list was carried out.
        List = "list",
    }
}

/// A reading that somebody asked for, or that the schedule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRun {
    /// When.
    pub at: Timestamp,
    /// What for.
    pub kind: RunKind,
    /// Who asked: `person:ID`, or `system` for the schedule.
    pub by: String,
}

/// Where the accounts of one system are known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// The id.
    pub id: String,
    /// How they are known.
    pub kind: ConnectorKind,
    /// What it is called.
    pub name: String,
    /// The system: it stands after the login in the ids of its accounts.
    pub system: String,
    /// Where accounts belong whose owner is not known; of an attestation, whose people have an account.
    pub unit: String,
    /// How it is reached, without any secret.
    pub settings: Value,
    /// The password to read with, sealed.
    pub sealed_secret: Option<String>,
    /// Hours between two readings; 0: by hand only.
    pub every_hours: u32,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When what it says was taken over for the first time.
    pub taken_over_at: Option<Timestamp>,
    /// The next reading.
    pub next_run: Option<NextRun>,
}

impl Connector {
    /// The id of the account with this login.
    pub fn account_id(&self, login: &str) -> String {
        format!("{login}@{}", self.system)
    }

    /// Who says what is known of its accounts, in the facts.
    pub fn source(&self) -> String {
        match self.kind {
            ConnectorKind::Attestation => ATTESTED.to_owned(),
            kind => format!("{kind}:{}", self.system),
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        bounded("name", &self.name, MAX_NAME)?;
        bounded("system", &self.system, MAX_SYSTEM)?;
        if self.system.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '@') {
            return Err(refused("system", "it holds a blank or an @"));
        }
        if self.every_hours > MAX_EVERY_HOURS {
            return Err(refused("every_hours", &format!("it is more than {MAX_EVERY_HOURS}")));
        }
        if json_text(&self.settings)?.len() > MAX_SETTINGS_BYTES {
            return Err(refused("settings", &format!("they are longer than {MAX_SETTINGS_BYTES} bytes")));
        }
        Ok(())
    }
}

/// Who says so when an owner states it.
pub const ATTESTED: &str = "web:attestation";

fn connector(row: &AnyRow) -> Result<Connector, StoreError> {
    let hours = row.count("every_hours")?;
    let next_run = match row.moment_or_none("next_run_at")? {
        Some(at) => Some(NextRun { at, kind: row.parsed("next_run_kind")?, by: row.text("next_run_by")? }),
        None => None,
    };
    Ok(Connector {
        id: row.text("id")?,
        kind: row.parsed("kind")?,
        name: row.text("name")?,
        system: row.text("system")?,
        unit: row.text("unit")?,
        settings: row.json("settings")?,
        sealed_secret: row.text_or_none("sealed_secret")?,
        every_hours: u32::try_from(hours).map_err(|_| StoreError::corrupt(format!("every_hours: {hours}")))?,
        created_by: row.text("created_by")?,
        created_at: row.moment("created_at")?,
        taken_over_at: row.moment_or_none("taken_over_at")?,
        next_run,
    })
}

/// Makes a connector. A system has one: a second one is a [`StoreError::Conflict`].
pub async fn insert(change: &mut Change, connector: &Connector) -> Result<(), StoreError> {
    connector.check()?;
    let all = query("SELECT COUNT(*) AS there FROM connectors").fetch_one(change.connection()).await?.count("there")?;
    if all >= MAX_CONNECTORS as u64 {
        return Err(StoreError::TooMany { limit: MAX_CONNECTORS });
    }
    let inserted = query(
        "INSERT INTO connectors (id, kind, name, system, unit, settings, sealed_secret, every_hours, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(&connector.id)
    .bind(connector.kind.as_str())
    .bind(&connector.name)
    .bind(&connector.system)
    .bind(&connector.unit)
    .bind(json_text(&connector.settings)?)
    .bind(connector.sealed_secret.as_deref())
    .bind(i64::from(connector.every_hours))
    .bind(&connector.created_by)
    .bind(micros(connector.created_at))
    .execute(change.connection())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "the system has a source already".into() });
    }
    change.audit("connector.make", "connector", &connector.id, described(connector)).await
}

/// Writes name, unit, settings, secret and schedule anew. Kind and system stay: the ids of the accounts hang on them.
pub async fn update(change: &mut Change, connector: &Connector) -> Result<(), StoreError> {
    connector.check()?;
    let next = if connector.taken_over_at.is_some() && connector.every_hours > 0 {
        connector.next_run.clone().or(Some(NextRun { at: change.now(), kind: RunKind::Take, by: "system".into() }))
    } else {
        connector.next_run.clone().filter(|next| next.by != "system")
    };
    let updated = query(
        "UPDATE connectors SET name = $2, unit = $3, settings = $4, sealed_secret = $5, every_hours = $6, next_run_at = $7,
             next_run_kind = $8, next_run_by = $9 WHERE id = $1",
    )
    .bind(&connector.id)
    .bind(&connector.name)
    .bind(&connector.unit)
    .bind(json_text(&connector.settings)?)
    .bind(connector.sealed_secret.as_deref())
    .bind(i64::from(connector.every_hours))
    .bind(micros_or_none(next.as_ref().map(|next| next.at)))
    .bind(next.as_ref().map(|next| next.kind.as_str()))
    .bind(next.as_ref().map(|next| next.by.as_str()))
    .execute(change.connection())
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("connector.change", "connector", &connector.id, described(connector)).await
}

/// What the audit log says of a connector: everything but the secret, of certificates the digest.
fn described(connector: &Connector) -> Value {
    let mut settings = connector.settings.clone();
    if let Some(certificates) = settings.pointer_mut("/authorities/pem") {
        *certificates = Digest::of(certificates.to_string().as_bytes()).to_string().into();
    }
    serde_json::json!({
        "kind": connector.kind, "name": connector.name, "system": connector.system, "unit": connector.unit,
        "settings": settings, "has_secret": connector.sealed_secret.is_some(),
        "every_hours": connector.every_hours,
    })
}

/// The connector with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Connector>, StoreError> {
    let row = query("SELECT * FROM connectors WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(connector).transpose()
}

/// Every connector, by name.
pub async fn all(store: &Store) -> Result<Vec<Connector>, StoreError> {
    let rows = query("SELECT * FROM connectors ORDER BY name, id").fetch_all(store.readers()).await?;
    rows.iter().map(connector).collect()
}

/// The connector whose reading has been due the longest at `now`.
pub async fn due(store: &Store, now: Timestamp) -> Result<Option<Connector>, StoreError> {
    let row = query("SELECT * FROM connectors WHERE next_run_at <= $1 ORDER BY next_run_at, id LIMIT 1")
        .bind(micros(now))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(connector).transpose()
}

/// Asks for a reading as soon as may be.
pub async fn ask(change: &mut Change, id: &str, kind: RunKind) -> Result<(), StoreError> {
    let (now, by) = (micros(change.now()), change.actor().to_string());
    let asked = query(
        "UPDATE connectors SET next_run_at = $2, next_run_kind = $3, next_run_by = $4 WHERE id = $1 AND kind = 'ldap'",
    )
    .bind(id)
    .bind(now)
    .bind(kind.as_str())
    .bind(by)
    .execute(change.connection())
    .await?;
    if asked.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("connector.ask", "connector", id, serde_json::json!({ "kind": kind })).await
}

/// Notes what a reading came to, and when the next one is due. What somebody asked for meanwhile stays asked for.
pub async fn finish(change: &mut Change, connector: &Connector, run: &Run) -> Result<(), StoreError> {
    let taken = run.problem.is_none() && run.kind != RunKind::Look;
    let is_scheduled = connector.kind == ConnectorKind::Ldap && connector.every_hours > 0;
    let next = (is_scheduled && (taken || connector.taken_over_at.is_some())).then(|| {
        let every = SignedDuration::from_hours(i64::from(connector.every_hours));
        let wait = if run.problem.is_some() { every.min(AGAIN_AFTER_FAILURE) } else { every };
        run.ended_at.saturating_add(wait).unwrap_or(Timestamp::MAX)
    });
    let asked_at = connector.next_run.as_ref().map_or(i64::MIN, |next| micros(next.at));
    query(
        "UPDATE connectors SET next_run_at = $2, next_run_kind = $3, next_run_by = $4
         WHERE id = $1 AND (next_run_at IS NULL OR next_run_at <= $5)",
    )
    .bind(&connector.id)
    .bind(micros_or_none(next))
    .bind(next.map(|_| RunKind::Take.as_str()))
    .bind(next.map(|_| "system"))
    .bind(asked_at)
    .execute(change.connection())
    .await?;
    if taken {
        query("UPDATE connectors SET taken_over_at = $2 WHERE id = $1 AND taken_over_at IS NULL")
            .bind(&connector.id)
            .bind(micros(run.ended_at))
            .execute(change.connection())
            .await?;
    }
    record(change, run).await?;
    let detail = serde_json::json!({ "run": run.id, "kind": run.kind, "counts": run.counts, "problem": run.problem });
    change.audit("connector.run", "connector", &connector.id, detail).await
}
