//! The way back in when nobody else can give it: the only administrator has lost the password, the phone and the recovery
//! codes. It is opened on the machine of the server, by whoever has its database anyway.

use jiff::Timestamp;
use khien_model::day_of;
use khien_store::roles::{self, RoleKind};
use khien_store::{Actor, Store, logins, people, sessions, settings};

use super::invitation::invite;
use crate::trouble::Trouble;

/// A link by which somebody chooses a new password.
#[derive(Debug)]
pub struct WayBack {
    /// The name of the person.
    pub person: String,
    /// The path of the link, known to nobody else.
    pub path: String,
    /// How many hours it is good.
    pub hours: i64,
    /// Whether a second factor is asked for after it.
    pub has_second_factor: bool,
}

/// Opens the way back for the login that is typed like `login`; `None` when there is none. A lock and a closing end, and on
/// demand the second factor is taken away, with every session.
pub async fn open(
    store: &Store,
    login: &str,
    reset_second_factor: bool,
    now: Timestamp,
) -> Result<Option<WayBack>, Trouble> {
    let Some(login) = logins::find_by_login(store, login).await? else { return Ok(None) };
    let Some(person) = people::find(store, &login.person).await? else { return Ok(None) };
    let hours = settings::INVITATION_HOURS.get(store).await?;
    let mut change = store.begin(Actor::System, now).await?;
    if login.disabled_at.is_some() {
        logins::set_disabled(&mut change, &person.id, false).await?;
    }
    if login.locked_until.is_some() {
        logins::unlock(&mut change, &person.id).await?;
    }
    if reset_second_factor {
        logins::remove_totp(&mut change, &person.id).await?;
        sessions::end_all(&mut change, &person.id, None).await?;
    }
    let path = invite(&mut change, &person.id, hours).await?;
    change.commit().await?;
    let has_second_factor = login.totp_confirmed_at.is_some() && !reset_second_factor;
    Ok(Some(WayBack { person: person.name, path, hours, has_second_factor }))
}

/// What the administrators of the whole installation type to sign in, in the order of the alphabet.
pub async fn administrators(store: &Store, now: Timestamp) -> Result<Vec<String>, Trouble> {
    let today = day_of(now);
    let mut known = Vec::new();
    for role in roles::all(store).await? {
        if role.kind == RoleKind::Administrator && role.unit.is_none() && role.validity().contains(today) {
            known.extend(logins::find(store, &role.person).await?.map(|login| login.login));
        }
    }
    known.sort();
    known.dedup();
    Ok(known)
}
