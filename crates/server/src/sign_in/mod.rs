//! Who somebody is: sessions, passwords, second factors.

pub mod lockout;
pub mod password;
pub mod rate;
pub mod recovery;
pub mod totp;

use axum::http::HeaderMap;
use khien_texts::Language;

use crate::rights::Rights;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The language that the person chose.
    pub language: Option<Language>,
    /// What every form of this session carries.
    pub csrf: String,
    /// What the person may do.
    pub rights: Rights,
}

/// Where signing in begins.
pub const PATH: &str = "/sign-in";

/// Who sends a request with these headers. Nobody, as long as no sessions are kept.
pub(crate) async fn signed_in(
    _state: &AppState,
    _headers: &HeaderMap,
    _visit: &Visit,
) -> Result<Option<SignedIn>, Trouble> {
    Ok(None)
}
