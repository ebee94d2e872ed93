//! A directory of five thousand accounts: read, compared with what is known, taken over and judged, as the server does it every
//! few hours; beside a real slapd on the same machine.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use khien_connect::account::Account;
use khien_connect::ldap::{self, Authorities, Bind, Settings};
use khien_store::accounts::{self, Office, Owners, SeenAccount, plan};
use khien_store::connectors::{self, Connector, ConnectorKind, Counts};
use khien_store::{Actor, Store, StoreError, StoreOptions, people};
use khien_test_support::{Engine, Slapd, fresh_databases};

use crate::figures::{Bounds, heading, note};
use crate::store::{found_units, two_workers};

/// As many accounts as the national platform has users, nearly.
const ACCOUNTS: usize = 5_000;
const SYNC_SECONDS_MAX: f64 = 5.0;
/// How many accounts the server writes in one change.
const PER_CHANGE: usize = 500;

/// Takes the figures on each engine.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    let runtime = two_workers()?;
    let slapd = Slapd::start(&Slapd::crowd(ACCOUNTS))?;
    for database in fresh_databases() {
        let engine = match database.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        heading(&format!("accounts on {engine}: {ACCOUNTS} in a directory over LDAPS"));
        runtime.block_on(on_one(database.url(), &slapd, bounds)).map_err(|error| format!("{engine}: {error}"))?;
    }
    Ok(())
}

async fn on_one(url: &str, slapd: &Slapd, bounds: &Bounds) -> Result<(), String> {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().map_err(|error| format!("{error}"))?;
    let in_words = |error: StoreError| error.to_string();
    let store = Store::open(url, &StoreOptions::default()).await.map_err(in_words)?;
    found_units(&store, now).await?;
    let connector = connector(now);
    let mut change = store.begin(Actor::System, now).await.map_err(in_words)?;
    connectors::insert(&mut change, &connector).await.map_err(in_words)?;
    change.commit().await.map_err(in_words)?;
    let settings = Settings {
        url: format!("ldaps://127.0.0.1:{}", slapd.tls_port),
        system: connector.system.clone(),
        bind: Some(Bind { name: Slapd::READER.into(), password: Slapd::PASSWORD.into() }),
        authorities: Authorities::Pem(slapd.certificate.clone()),
        ..Settings::default()
    };
    for (what, hours, new) in [("the first time", 0, ACCOUNTS), ("when nothing changed", 4, 0)] {
        let now = now + SignedDuration::from_hours(hours);
        let begin = Instant::now();
        let reading = ldap::read(&settings, now).await.map_err(|problem| format!("{problem:?}"))?;
        let read = begin.elapsed();
        let seen: Vec<SeenAccount> = reading.mapped.accounts.into_iter().map(seen).collect();
        let counts = take_over(&store, &connector, seen, now).await.map_err(in_words)?;
        bounds.at_most(&format!("read, judged and kept {what}"), begin.elapsed().as_secs_f64(), SYNC_SECONDS_MAX, "s");
        note(&format!("{:.2} s of it to read {} accounts", read.as_secs_f64(), counts.read));
        if (counts.read, counts.new) != (ACCOUNTS, new) {
            return Err(format!("{counts:?}"));
        }
    }
    store.close().await;
    Ok(())
}

fn seen(account: Account) -> SeenAccount {
    let Account { login, name, mail, credential, lifecycle, employee: _ } = account;
    SeenAccount { login, owner_name: name, mail, credential, lifecycle, member: None }
}

async fn take_over(
    store: &Store,
    connector: &Connector,
    seen: Vec<SeenAccount>,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    let known = accounts::of_connector(store, &connector.id).await?;
    let owners = Owners::of(&people::all(store).await?);
    let plan = plan(connector, &known, seen, &owners);
    let office = Office::at(store, now).await?;
    for piece in plan.steps.chunks(PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        accounts::take_in(&mut change, connector, piece, now, &office).await?;
        change.commit().await?;
    }
    Ok(plan.counts)
}

fn connector(now: Timestamp) -> Connector {
    Connector {
        id: "directory".into(),
        kind: ConnectorKind::Ldap,
        name: "Danh bạ".into(),
        system: "thads.test".into(),
        unit: "unit-0".into(),
        settings: serde_json::json!({}),
        sealed_secret: None,
        every_hours: 4,
        created_by: "bench".into(),
        created_at: now,
        taken_over_at: None,
        next_run: None,
    }
}
