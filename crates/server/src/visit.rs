//! Who asks, with which rights, in which language, when.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use jiff::Timestamp;
use khien_store::Actor;
use khien_texts::Language;

use crate::cookies;
use crate::limits::MAX_ACCEPTED_LANGUAGES;
use crate::rights::Rights;
use crate::secrets;
use crate::sign_in::SignedIn;
use crate::state::AppState;
use crate::trouble::Trouble;

/// The parameter of an address that chooses the language.
pub const LANGUAGE_PARAMETER: &str = "lang";

/// Marks the requests that reached us over TLS, ours or that of a proxy in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverTls(pub bool);

/// One request, as seen by whoever answers it. The gate makes it before any handler runs.
#[derive(Debug, Clone)]
pub struct Visit {
    /// When the request came.
    pub now: Timestamp,
    /// The name of this request in logs and in messages of trouble.
    pub request_id: String,
    /// The language of the answer.
    pub language: Language,
    /// Who asks, if that is known.
    pub signed_in: Option<SignedIn>,
    /// What they may do.
    pub rights: Rights,
    /// What every form of the answer must carry in its field `csrf`.
    pub csrf: String,
    /// The key of the sentence that the page before left for this one: what was just done.
    pub flash: Option<String>,
    /// The address that was asked for, without the host.
    pub uri: Uri,
    /// The other end of the connection, if it has an address.
    pub address: Option<IpAddr>,
    /// Whether nobody on the way can read along; cookies are then marked so.
    pub secure: bool,
    /// Whether all data is made up, which every page says.
    pub is_fictional: bool,
    /// The secret of a visitor who is not signed in, to be set as a cookie when it is new.
    pub(crate) new_visitor: Option<String>,
}

impl Visit {
    /// What is known from the request alone, before anything is looked up.
    pub(crate) fn begun(state: &AppState, request: &Request) -> Result<Self, Trouble> {
        let headers = request.headers();
        let (address, secure) = origin(request, state.settings.behind_proxy);
        let (csrf, new_visitor) = match cookies::read(headers, cookies::VISITOR, secure) {
            Some(visitor) => (csrf_of_visitor(visitor), None),
            None => {
                let visitor = secrets::fresh()?;
                (csrf_of_visitor(&visitor), Some(visitor))
            }
        };
        Ok(Self {
            now: (state.clock)(),
            request_id: request_id()?,
            language: chosen_language(request.uri(), headers, secure)
                .or_else(|| accepted_language(headers))
                .unwrap_or_default(),
            signed_in: None,
            rights: Rights::default(),
            csrf,
            flash: cookies::read(headers, cookies::FLASH, secure).map(str::to_owned),
            uri: request.uri().clone(),
            address,
            secure,
            is_fictional: state.is_fictional(),
            new_visitor,
        })
    }

    /// The same visit, once it is known who asks.
    pub(crate) fn of(mut self, signed_in: SignedIn, headers: &HeaderMap) -> Self {
        let chosen = chosen_language(&self.uri, headers, self.secure);
        self.language = chosen.or(signed_in.language).unwrap_or(self.language);
        self.csrf.clone_from(&signed_in.csrf);
        self.rights = signed_in.rights.clone();
        self.signed_in = Some(signed_in);
        self.new_visitor = None;
        self
    }

    /// Who the audit log names: the person, or the system when nobody is signed in.
    pub fn actor(&self) -> Actor {
        self.signed_in.as_ref().map_or(Actor::System, |person| Actor::Person(person.person.clone()))
    }

    /// The person who is signed in, or the trouble of not being so.
    pub fn person(&self) -> Result<&SignedIn, Trouble> {
        self.signed_in.as_ref().ok_or(Trouble::SignInNeeded)
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| Trouble::Internal { detail: "a handler outside the table of routes".to_owned() })
    }
}

/// The other end of the connection, and whether nobody on the way can read along. Behind a proxy, the proxy says both: the
/// last address that it added is the one it saw itself.
fn origin(request: &Request, behind_proxy: bool) -> (Option<IpAddr>, bool) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let over_tls = request.extensions().get::<OverTls>().is_some_and(|over_tls| over_tls.0);
    if over_tls || !behind_proxy {
        return (peer, over_tls);
    }
    let header = |name: &str| request.headers().get_all(name).iter().next_back().and_then(|value| value.to_str().ok());
    let told = header("x-forwarded-for").and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    (told.or(peer), header("x-forwarded-proto").is_some_and(|scheme| scheme == "https"))
}

/// The name of a request: enough letters that no two of a year are the same.
fn request_id() -> Result<String, Trouble> {
    const LETTERS: usize = 16;
    Ok(secrets::fresh()?.chars().take(LETTERS).collect())
}

/// A visitor's forms carry a digest of the visitor's cookie: another site can neither read nor guess it.
fn csrf_of_visitor(visitor: &str) -> String {
    secrets::kept(&format!("csrf {visitor}"))
}

/// The language that this request asks for by its address or that was chosen earlier.
fn chosen_language(uri: &Uri, headers: &HeaderMap, secure: bool) -> Option<Language> {
    asked_language(uri).or_else(|| Language::from_tag(cookies::read(headers, cookies::LANGUAGE, secure)?))
}

/// The language that the address itself asks for.
pub(crate) fn asked_language(uri: &Uri) -> Option<Language> {
    let mut pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == LANGUAGE_PARAMETER).and_then(|(_, tag)| Language::from_tag(tag))
}

/// The first language of the browser that we speak. Browsers list them in the order in which they are liked.
fn accepted_language(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').take(MAX_ACCEPTED_LANGUAGES).find_map(|range| {
        let tag = range.split([';', '-']).next().unwrap_or_default().trim();
        Language::from_tag(&tag.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_one_that_we_speak() {
        let accepted = |value: &str| {
            let header = value.parse().expect("a header");
            accepted_language(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, header)]))
        };
        assert_eq!(accepted("vi-VN,vi;q=0.9,en;q=0.8"), Some(Language::Vi));
        assert_eq!(accepted("EN-us, vi"), Some(Language::En));
        assert_eq!(accepted("fr, de;q=0.5, en;q=0.3"), Some(Language::En));
        assert_eq!(accepted("fr"), None);
        assert_eq!(accepted(&format!("{}en", "x,".repeat(MAX_ACCEPTED_LANGUAGES))), None);
    }

    #[test]
    fn the_address_comes_before_the_cookie() {
        let headers =
            |cookie: &str| HeaderMap::from_iter([(axum::http::header::COOKIE, cookie.parse().expect("a header"))]);
        let chosen =
            |uri: &str, cookie: &str| chosen_language(&uri.parse().expect("an address"), &headers(cookie), false);
        assert_eq!(chosen("/?lang=en", "khien_language=vi"), Some(Language::En));
        assert_eq!(chosen("/?a=1", "khien_language=en"), Some(Language::En));
        assert_eq!(chosen("/?a=1&lang=xx", "khien_language=en"), Some(Language::En));
        assert_eq!(chosen("/", "a=b"), None);
    }
}
