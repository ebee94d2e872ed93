//! What the owner of an account states about it: the day of the last change of the password.

use std::collections::BTreeMap;

use axum::extract::{Form as Sent, State};
use khien_model::day_of;
use khien_store::Actor;
use khien_store::accounts::{self, EARLIEST_YEAR};
use serde::Deserialize;

use crate::admin::desk::day_of_form;
use crate::page::Onward;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is stated.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stated {
    account: String,
    changed_on: String,
}

/// Takes a statement.
pub(super) async fn attest(
    State(state): State<AppState>,
    visit: Visit,
    Sent(stated): Sent<Stated>,
) -> Result<Onward, Trouble> {
    let person = visit.person()?.person.clone();
    let account = accounts::find(&state.store, &stated.account).await?.ok_or(Trouble::NotFound)?;
    // One states about one's own account only.
    if account.person.as_deref() != Some(person.as_str()) || account.gone_at.is_some() {
        return Err(Trouble::NotAllowed);
    }
    let day = day_of_form(&stated.changed_on)
        .filter(|day| *day <= day_of(visit.now) && day.year() >= EARLIEST_YEAR)
        .ok_or(Trouble::BadRequest { detail: "changed_on".to_owned() })?;
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    accounts::attest(&mut change, &account, &person, day).await?;
    change.commit().await?;
    Ok(Onward::to("/my").saying("attestation-taken", &visit))
}

/// The accounts of a person of whose password no source says anything: those they can state something about, each with the
/// day stated last, if any.
pub(crate) async fn to_state(
    state: &AppState,
    person: &str,
) -> Result<BTreeMap<String, Option<jiff::civil::Date>>, Trouble> {
    let mut stated = BTreeMap::new();
    for account in accounts::of_person(&state.store, person).await? {
        if account.credential.password_changed_at.known().is_none() {
            let last = accounts::attestations_of(&state.store, &account.id).await?.into_iter().next();
            stated.insert(account.id, last.map(|last| last.changed_on));
        }
    }
    Ok(stated)
}
