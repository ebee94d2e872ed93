//! What the office itself knows, beside what sources say: where people are, whose accounts are, what owners state.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_expr::Value;
use khien_model::{SubjectKind, day_of};
use sqlx::query;

use super::known::ATTESTATION_PARAMETER;
use super::{Attestation, attest};
use crate::columns::Columns as _;
use crate::{Store, StoreError, assignments, holders};

/// What the office knows on one day.
#[derive(Debug)]
pub struct Office {
    pub(super) now: Timestamp,
    pub(super) today: Date,
    /// Where each person belongs.
    pub(super) people: HashMap<String, String>,
    /// Who belonged somewhere at any time up to now.
    pub(super) were_here: HashSet<String>,
    /// Where each account belongs.
    pub(super) homes: HashMap<String, String>,
    /// Whose each account is.
    pub(super) held: HashMap<String, String>,
    /// What the owner of an account stated last.
    pub(super) attested: HashMap<String, Attestation>,
    /// What somebody said about several people using an account.
    pub(super) shared: HashMap<String, bool>,
    /// How long a statement of an owner holds; nothing when the directive in force does not say.
    pub(super) attested_for: Option<SignedDuration>,
}

impl Office {
    /// As it is at `now`.
    pub async fn at(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        let today = day_of(now);
        let rows = query("SELECT DISTINCT id FROM assignments WHERE kind = 'person' AND valid_from <= $1")
            .bind(today.to_string())
            .fetch_all(store.readers())
            .await?;
        let were_here = rows.iter().map(|row| row.text("id")).collect::<Result<_, _>>()?;
        let rows = query("SELECT id, shared FROM accounts WHERE shared IS NOT NULL").fetch_all(store.readers()).await?;
        let shared =
            rows.iter().map(|row| Ok((row.text("id")?, row.flag("shared")?))).collect::<Result<_, StoreError>>()?;
        Ok(Self {
            now,
            today,
            people: assignments::homes_on(store, SubjectKind::Person, today).await?,
            were_here,
            homes: assignments::homes_on(store, SubjectKind::Account, today).await?,
            held: holders::all_on(store, SubjectKind::Account, today).await?,
            attested: attest::latest(store).await?,
            shared,
            attested_for: attested_for(store, now).await?,
        })
    }

    /// Whether somebody who was here is here no longer. Of whoever was never seen anywhere, nothing is known.
    pub(super) fn has_left(&self, person: &str) -> Option<bool> {
        if self.people.contains_key(person) {
            return Some(false);
        }
        self.were_here.contains(person).then_some(true)
    }
}

async fn attested_for(store: &Store, now: Timestamp) -> Result<Option<SignedDuration>, StoreError> {
    let context = store.judge_context().await?;
    let Some(directive) = context.directive() else { return Ok(None) };
    let parameter = directive.parameters.iter().find(|parameter| parameter.name == ATTESTATION_PARAMETER);
    Ok(match parameter.and_then(|parameter| parameter.at(now)).map(|value| &value.value) {
        Some(Value::Duration(time)) => Some(*time),
        _ => None,
    })
}
