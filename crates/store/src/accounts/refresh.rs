//! What changes without a reading: people come, move and leave, statements of owners run out.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use khien_protocol::Digest;
use sqlx::query;

use super::take_in::{Placed, say, settle, take_in};
use super::{Account, Office, Owners, SeenAccount, all, of_connector, plan};
use crate::columns::{Columns as _, micros};
use crate::connectors::{self, Connector, ConnectorKind};
use crate::facts::NewFact;
use crate::{Actor, Store, StoreError, campaigns, people};

/// How many accounts are written in one change: nobody else writes meanwhile.
const PER_CHANGE: usize = 250;
/// How many accounts one run brings up to date at most; the next one goes on.
pub const MAX_REFRESHED: usize = 5_000;
/// How old what an owner stated may become before it is said again: well below what a directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is kept of a fact: its digest, and when it was observed.
type Kept = (String, i64);

/// Brings every account up to what the office knows now: members get their accounts in systems that nobody can ask, accounts
/// follow their owners, and what is known of them is said anew where it is different. How many accounts were written.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let mut written = 0;
    for connector in connectors::all(store).await? {
        if connector.kind == ConnectorKind::Attestation {
            written += enrol(store, &connector, now, MAX_REFRESHED.saturating_sub(written)).await?;
        }
    }
    let office = Office::at(store, now).await?;
    let kept = kept(store).await?;
    let connectors: BTreeMap<String, Connector> =
        connectors::all(store).await?.into_iter().map(|connector| (connector.id.clone(), connector)).collect();
    let again = micros(now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN));
    let mut behind: BTreeMap<&str, Vec<Account>> = BTreeMap::new();
    let mut left = MAX_REFRESHED.saturating_sub(written);
    for account in all(store).await? {
        let Some(connector) = connectors.get(&account.connector) else { continue };
        if left > 0 && is_behind(&account, connector, &office, &kept, again) {
            left -= 1;
            behind.entry(&connector.id).or_default().push(account);
        }
    }
    for (id, accounts) in &behind {
        let Some(connector) = connectors.get(*id) else { continue };
        for piece in accounts.chunks(PER_CHANGE) {
            let placed: Vec<Placed<'_>> = piece.iter().map(Placed::from).collect();
            let mut change = store.begin(Actor::System, now).await?;
            settle(&mut change, connector, &placed, &office).await?;
            say(&mut change, connector, &placed, &office).await?;
            change.commit().await?;
            written += piece.len();
        }
    }
    Ok(written)
}

/// Whether something about an account is not as the office knows it now.
fn is_behind(
    account: &Account,
    connector: &Connector,
    office: &Office,
    kept: &HashMap<(String, String), Kept>,
    again: i64,
) -> bool {
    let placed = Placed::from(account);
    let home = office.homes.get(&account.id).map(String::as_str);
    let holder = office.held.get(&account.id).map(String::as_str);
    if home != Some(placed.unit(connector, office)) || holder != account.person.as_deref() {
        return true;
    }
    placed.facts(connector, office).iter().any(|NewFact { area, fact, .. }| {
        let known = kept.get(&(account.id.clone(), area.clone()));
        match (fact, known) {
            (Some(fact), Some((hash, observed_at))) => {
                let is_old = connector.kind == ConnectorKind::Attestation && *observed_at < again;
                is_old || Digest::of(fact.as_bytes()).to_string() != *hash
            }
            (fact, known) => fact.is_some() != known.is_some(),
        }
    })
}

/// The facts of accounts, by account and area.
async fn kept(store: &Store) -> Result<HashMap<(String, String), Kept>, StoreError> {
    let rows = query(
        "SELECT subjects.id AS id, facts.area AS area, facts.hash AS hash, facts.observed_at AS observed_at FROM facts
         JOIN subjects ON subjects.number = facts.subject
         WHERE subjects.kind = 'account' AND subjects.retired_at IS NULL AND facts.area IN ('credential', 'lifecycle')",
    )
    .fetch_all(store.readers())
    .await?;
    let one = |row: &sqlx::any::AnyRow| {
        Ok(((row.text("id")?, row.text("area")?), (row.text("hash")?, row.number("observed_at")?)))
    };
    rows.iter().map(one).collect()
}

/// Gives every member of the unit of a system that nobody can ask an account there. One that was closed stays closed.
async fn enrol(store: &Store, connector: &Connector, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    let known = of_connector(store, &connector.id).await?;
    let mailboxes: HashMap<String, (String, Option<String>)> =
        people::all(store).await?.into_iter().map(|person| (person.id, (person.name, person.email))).collect();
    let members = campaigns::members(store, &connector.unit, khien_model::day_of(now)).await?;
    let new = members.into_iter().filter_map(|(person, _)| {
        let (name, mail) = mailboxes.get(&person)?.clone();
        let local = mail.as_deref().and_then(|mail| mail.split('@').next()).filter(|local| !local.is_empty());
        let login = local.unwrap_or(&person).to_lowercase();
        let is_known = known.iter().any(|account| account.login == login || account.person.as_ref() == Some(&person));
        (!is_known).then(|| SeenAccount {
            login,
            owner_name: Some(name),
            mail,
            credential: khien_model::facts::Credential::default(),
            lifecycle: khien_model::facts::Lifecycle::default(),
            member: Some(person),
        })
    });
    let plan = plan(connector, &[], new.take(most).collect(), &Owners::default());
    let office = Office::at(store, now).await?;
    for piece in plan.steps.chunks(PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        take_in(&mut change, connector, piece, now, &office).await?;
        change.commit().await?;
    }
    Ok(plan.steps.len())
}
