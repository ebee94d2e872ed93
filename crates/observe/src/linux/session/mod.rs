//! `session`: when screens lock, and who is logged in.

mod locks;
mod open;
mod xfconf;

use khien_model::Gap;
use khien_model::facts::Session;

use super::context::Context;

#[expect(clippy::unnecessary_wraps, reason = "every collector has this form")]
pub(crate) fn collect(context: &Context) -> Result<Session, Gap> {
    Ok(Session { lock_settings: locks::settings(context).into(), open: open::sessions(context).into() })
}
