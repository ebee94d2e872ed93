//! Taking over what a source says: subjects, owners, units and facts, many at a time, judged in the same change.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use khien_model::facts::{Credential, Lifecycle};
use khien_model::text::fold;
use khien_model::{Subject, SubjectKind};
use sqlx::query;

use super::known::{self, Known};
use super::{Account, Joined, Office, Step, subject};
use crate::columns::{json_text, micros};
use crate::connectors::{Connector, find as find_connector};
use crate::values::{change_rows, write_rows};
use crate::{Change, Generation, StoreError, assignments, facts, holders, ids, subjects};

/// An account as far as facts and its place are concerned.
pub(super) struct Placed<'p> {
    id: &'p str,
    credential: &'p Credential,
    lifecycle: &'p Lifecycle,
    read_at: Timestamp,
    person: Option<&'p str>,
}

impl<'p> From<&'p Account> for Placed<'p> {
    fn from(account: &'p Account) -> Self {
        Self {
            id: &account.id,
            credential: &account.credential,
            lifecycle: &account.lifecycle,
            read_at: account.read_at,
            person: account.person.as_deref(),
        }
    }
}

impl Placed<'_> {
    /// The unit that the account belongs to: its owner's, or that of the connector.
    pub(super) fn unit<'u>(&self, connector: &'u Connector, office: &'u Office) -> &'u str {
        self.person.and_then(|person| office.people.get(person)).unwrap_or(&connector.unit)
    }

    /// What becomes known of it.
    pub(super) fn facts(&self, connector: &Connector, office: &Office) -> Vec<facts::NewFact> {
        let Self { id, credential, lifecycle, read_at, person } = *self;
        known::facts(connector, &Known { id, credential, lifecycle, read_at, person }, office)
    }
}

/// Takes accounts in, some of a plan or all of them: as the source said at `read_at`.
pub async fn take_in(
    change: &mut Change,
    connector: &Connector,
    steps: &[Step],
    read_at: Timestamp,
    office: &Office,
) -> Result<(), StoreError> {
    enter(change, steps).await?;
    write(change, connector, steps, read_at).await?;
    let placed: Vec<Placed<'_>> = steps
        .iter()
        .map(|step| Placed {
            id: &step.id,
            credential: &step.seen.credential,
            lifecycle: &step.seen.lifecycle,
            read_at,
            person: step.person.as_deref(),
        })
        .collect();
    settle(change, connector, &placed, office).await?;
    say(change, connector, &placed, office).await
}

/// Enters the subjects; one that was out of use is in use again.
async fn enter(change: &mut Change, steps: &[Step]) -> Result<(), StoreError> {
    let now = micros(change.now());
    let rows: Vec<(i64, &str, String)> = steps
        .iter()
        .map(|step| Ok((ids::fresh_number(change.now())?, step.id.as_str(), fold(&step.id))))
        .collect::<Result<_, StoreError>>()?;
    let sql = |rows: &str| {
        format!(
            "INSERT INTO subjects (number, kind, id, name, name_folded, created_at, counted_unit, next_judge_at, judge_on_report) \
             VALUES {rows} ON CONFLICT (kind, id) DO UPDATE SET retired_at = NULL"
        )
    };
    write_rows(change.connection(), &rows, 9, sql, |query, (number, id, folded)| {
        query
            .bind(*number)
            .bind("account")
            .bind(*id)
            .bind(*id)
            .bind(folded.as_str())
            .bind(now)
            .bind("")
            .bind(now)
            .bind(0_i64)
    })
    .await
}

/// Writes what the source says.
async fn write(
    change: &mut Change,
    connector: &Connector,
    steps: &[Step],
    read_at: Timestamp,
) -> Result<(), StoreError> {
    let read_at = micros(read_at);
    let rows: Vec<(&Step, String, String)> = steps
        .iter()
        .map(|step| Ok((step, json_text(&step.seen.credential)?, json_text(&step.seen.lifecycle)?)))
        .collect::<Result<_, StoreError>>()?;
    let sql = |rows: &str| {
        format!(
            "INSERT INTO accounts (id, connector, login, owner_name, mail, credential, lifecycle, read_at, first_read_at, \
             person, joined) VALUES {rows} ON CONFLICT (id) DO UPDATE SET owner_name = excluded.owner_name, \
             mail = excluded.mail, credential = excluded.credential, lifecycle = excluded.lifecycle, \
             read_at = excluded.read_at, gone_at = NULL, person = excluded.person, joined = excluded.joined"
        )
    };
    write_rows(change.connection(), &rows, 11, sql, |query, (step, credential, lifecycle)| {
        query
            .bind(step.id.as_str())
            .bind(connector.id.as_str())
            .bind(step.seen.login.as_str())
            .bind(step.seen.owner_name.as_deref())
            .bind(step.seen.mail.as_deref())
            .bind(credential.as_str())
            .bind(lifecycle.as_str())
            .bind(read_at)
            .bind(read_at)
            .bind(step.person.as_deref())
            .bind(step.joined.as_str())
    })
    .await
}

/// Gives each account to its owner, and to the owner's unit, where it is not so already.
pub(super) async fn settle(
    change: &mut Change,
    connector: &Connector,
    placed: &[Placed<'_>],
    office: &Office,
) -> Result<(), StoreError> {
    let mut moved: BTreeMap<&str, Vec<Subject>> = BTreeMap::new();
    let mut given: Vec<(Subject, Option<&str>)> = Vec::new();
    for account in placed {
        let unit = account.unit(connector, office);
        if office.homes.get(account.id).map(String::as_str) != Some(unit) {
            moved.entry(unit).or_default().push(subject(account.id));
        }
        if office.held.get(account.id).map(String::as_str) != account.person {
            given.push((subject(account.id), account.person));
        }
    }
    for (unit, accounts) in &moved {
        assignments::assign_all(change, accounts, unit, office.today).await?;
    }
    if !moved.is_empty() {
        change.bump(Generation::Organisation).await?;
    }
    holders::replace_all(change, SubjectKind::Account, &given, office.today).await
}

/// Says what is known of accounts, and judges them.
pub(super) async fn say(
    change: &mut Change,
    connector: &Connector,
    placed: &[Placed<'_>],
    office: &Office,
) -> Result<(), StoreError> {
    let said = placed.iter().map(|account| (subject(account.id), account.facts(connector, office))).collect();
    facts::put_all(change, said).await
}

/// Accounts that the source has no longer, or that somebody says are closed: no longer judged, their history stays.
pub async fn vanish(change: &mut Change, accounts: &[String]) -> Result<(), StoreError> {
    let now = micros(change.now());
    change_rows(
        change.connection(),
        accounts,
        |members| format!("UPDATE accounts SET gone_at = {now} WHERE gone_at IS NULL AND id IN {members}"),
        |query, id| query.bind(id.as_str()),
    )
    .await?;
    change_rows(
        change.connection(),
        accounts,
        |members| {
            format!("UPDATE subjects SET retired_at = {now} WHERE retired_at IS NULL AND kind = 'account' AND id IN {members}")
        },
        |query, id| query.bind(id.as_str()),
    )
    .await?;
    let today = khien_model::day_of(change.now());
    let nobody: Vec<(Subject, Option<&str>)> = accounts.iter().map(|id| (subject(id), None)).collect();
    holders::replace_all(change, SubjectKind::Account, &nobody, today).await?;
    let subjects: Vec<Subject> = accounts.iter().map(|id| subject(id)).collect();
    let numbers: HashMap<Subject, i64> = subjects::numbers(change.connection(), &subjects).await?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    subjects::judge_now(change, &numbers).await?;
    for id in accounts {
        change.audit("account.gone", "account", id, serde_json::json!({})).await?;
    }
    Ok(())
}

/// Notes that an account of a system that nobody can ask is closed, or was never there.
pub async fn close(change: &mut Change, account: &Account) -> Result<(), StoreError> {
    if account.gone_at.is_some() {
        return Err(StoreError::Conflict { what: "the account is closed already".into() });
    }
    vanish(change, std::slice::from_ref(&account.id)).await
}

/// Says by hand whose an account is. It stands until somebody takes it back, whatever the source says.
pub async fn join(change: &mut Change, account: &Account, person: &str) -> Result<(), StoreError> {
    let joined = Account { person: Some(person.to_owned()), joined: Joined::Hand, ..account.clone() };
    rejoin(change, &joined).await?;
    change.audit("account.join", "account", &account.id, serde_json::json!({ "person": person })).await
}

/// Takes back what was said by hand: the next reading looks for the owner again.
pub async fn unjoin(change: &mut Change, account: &Account) -> Result<(), StoreError> {
    rejoin(change, &Account { person: None, joined: Joined::Nobody, ..account.clone() }).await?;
    change.audit("account.unjoin", "account", &account.id, serde_json::json!({ "person": account.person })).await
}

async fn rejoin(change: &mut Change, account: &Account) -> Result<(), StoreError> {
    if account.gone_at.is_some() {
        return Err(StoreError::Conflict { what: "the account is gone".into() });
    }
    let connector = find_connector(change.store(), &account.connector).await?.ok_or(StoreError::NotFound)?;
    let office = Office::at(change.store(), change.now()).await?;
    let written = query("UPDATE accounts SET person = $2, joined = $3 WHERE id = $1 AND gone_at IS NULL")
        .bind(&account.id)
        .bind(account.person.as_deref())
        .bind(account.joined.as_str())
        .execute(change.connection())
        .await?;
    if written.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    settle(change, &connector, &[account.into()], &office).await?;
    say(change, &connector, &[account.into()], &office).await
}

/// Says by hand whether several people use an account; `None`: nobody says anything about it any more.
pub async fn mark_shared(change: &mut Change, account: &Account, shared: Option<bool>) -> Result<(), StoreError> {
    let connector = find_connector(change.store(), &account.connector).await?.ok_or(StoreError::NotFound)?;
    let mut office = Office::at(change.store(), change.now()).await?;
    query("UPDATE accounts SET shared = $2 WHERE id = $1")
        .bind(&account.id)
        .bind(shared.map(i64::from))
        .execute(change.connection())
        .await?;
    match shared {
        Some(shared) => drop(office.shared.insert(account.id.clone(), shared)),
        None => drop(office.shared.remove(&account.id)),
    }
    if account.gone_at.is_none() {
        say(change, &connector, &[account.into()], &office).await?;
    }
    change.audit("account.shared", "account", &account.id, serde_json::json!({ "shared": shared })).await
}
