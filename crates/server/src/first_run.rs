//! What an empty installation needs before anybody can work with it: a directive in force, a unit, a way in.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use khien_model::{Founded, Reform, day_of};
use khien_protocol::{Digest, Token};
use khien_store::tokens::EnrolmentToken;
use khien_store::{Actor, Store, StoreError, directives, ids, tokens, units};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::api::agent::hex;
use crate::sign_in::invitation;
use crate::trouble::Trouble;

/// How long the link for the first administrator is good.
pub const INVITATION_HOURS: i64 = 72;
/// How long the token is good by which the server's own machine enrols.
const OWN_TOKEN_TIME: SignedDuration = SignedDuration::from_mins(10);

/// Puts the shipped directive in force when there is none. Its id, when it was put in force now.
pub async fn directive(store: &Store, now: Timestamp) -> Result<Option<String>, Trouble> {
    if directives::active(store).await?.is_some() {
        return Ok(None);
    }
    let broken = |id: &str| Trouble::Internal { detail: format!("the shipped directive {id} does not load") };
    let in_force = khien_content::in_force(now).map_err(|_| broken("in force"))?;
    let Some(id) = in_force.map(|directive| directive.id) else { return Ok(None) };
    let main = format!("{id}.yaml");
    // What is kept is what was read, and nothing that merely lies beside it.
    let read: RefCell<BTreeMap<String, String>> = RefCell::default();
    let source = |name: &str| {
        let bytes = khien_directive::Source::read(&khien_content::ShippedFiles, name)?;
        let text = String::from_utf8(bytes.clone()).map_err(|error| error.to_string())?;
        read.borrow_mut().insert(name.to_owned(), text);
        Ok(bytes)
    };
    khien_directive::load(&main, &source).map_err(|_| broken(&id))?;
    let files = read.into_inner();
    let mut change = store.begin(Actor::System, now).await?;
    let digest = directives::load(&mut change, &id, &main, &files).await?;
    directives::activate(&mut change, &digest).await?;
    change.commit().await?;
    Ok(Some(id))
}

/// Founds a unit called `name` when there is none. The id of the unit that this machine belongs to.
pub async fn unit(store: &Store, name: &str, now: Timestamp) -> Result<String, Trouble> {
    let today = day_of(now);
    let tree = units::tree(store).await?;
    if let Some(root) = tree.on(today).roots().next() {
        return Ok(tree.unit(root).id.clone());
    }
    let id = ids::fresh(now)?;
    let founded = Founded { id: id.clone(), kind: None, name: name.to_owned(), abbreviation: None, parent: None };
    let mut change = store.begin(Actor::System, now).await?;
    match units::carry_out(&mut change, &Reform::Found(founded), today).await? {
        Ok(_) => change.commit().await?,
        Err(problem) => return Err(Trouble::Internal { detail: format!("the first unit: {problem:?}") }),
    }
    Ok(id)
}

/// The path of the link by which the first administrator comes in; `None` when somebody can sign in already.
pub async fn invitation(store: &Store, now: Timestamp) -> Result<Option<String>, Trouble> {
    invitation::invite_first(store, INVITATION_HOURS, now).await
}

/// A token by which one machine enrols in `unit`, soon.
pub async fn own_token(store: &Store, unit: &str, authority: Digest, now: Timestamp) -> Result<Token, Trouble> {
    let mut secret = [0; Token::SECRET_BYTES];
    let filled = SystemRandom::new().fill(&mut secret);
    filled.map_err(|_| Trouble::Internal { detail: "the system gives no random bytes".to_owned() })?;
    let token = Token::new(secret, authority);
    let kept = EnrolmentToken {
        id: ids::fresh(now)?,
        secret_hash: hex(&token.secret_hash()),
        unit: unit.to_owned(),
        note: None,
        created_by: Actor::System.to_string(),
        created_at: now,
        expires_at: now.checked_add(OWN_TOKEN_TIME).map_err(|error| StoreError::Invalid { what: error.to_string() })?,
        uses_allowed: 1,
        uses: 0,
        revoked_at: None,
    };
    let mut change = store.begin(Actor::System, now).await?;
    tokens::insert(&mut change, &kept).await?;
    change.commit().await?;
    Ok(token)
}
