//! What is said to the provider and what it answers, over a client that follows no redirect and reads no more than it must.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::config::Settings;

/// How long one request to the provider may take.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// How many bytes an answer of the provider may have.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;

/// The provider that is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    authority: Option<PathBuf>,
    redirect: String,
}

/// A round trip that can begin.
pub(super) struct Started {
    pub(super) address: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// Whom the provider names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// What the provider calls the person, for ever.
    pub subject: String,
    /// An address that the provider has verified.
    pub verified_email: Option<String>,
}

/// Why somebody is not signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenidProblem {
    /// The provider, or the file with its authority, cannot be reached or read.
    Away {
        /// What happened.
        detail: String,
    },
    /// What the provider says is not in order: signature, issuer, audience, nonce, time.
    NotInOrder {
        /// What is not.
        detail: String,
    },
    /// The provider itself says no.
    Refused {
        /// Its word for it.
        error: String,
    },
    /// The round trip was begun in another browser, took too long, or comes back a second time.
    NotBegunHere,
    /// There is no account for whom the provider names.
    NoAccount,
}

impl OpenidProblem {
    /// Whether trying again later may help.
    pub const fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. })
    }

    fn away(error: impl std::fmt::Display) -> Self {
        Self::Away { detail: error.to_string() }
    }

    fn not_in_order(error: impl std::fmt::Display) -> Self {
        Self::NotInOrder { detail: error.to_string() }
    }
}

impl std::fmt::Display for OpenidProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away { detail } => write!(formatter, "the provider is away: {detail}"),
            Self::NotInOrder { detail } => write!(formatter, "the answer is not in order: {detail}"),
            Self::Refused { error } => write!(formatter, "the provider refused: {error:?}"),
            Self::NotBegunHere => formatter.write_str("the round trip was not begun in this browser, or is over"),
            Self::NoAccount => formatter.write_str("there is no account for this person"),
        }
    }
}

impl std::error::Error for OpenidProblem {}

impl Provider {
    /// The provider of the settings, reached from the server's own address `public_url`.
    pub fn of(settings: &Settings, public_url: &str) -> Option<Self> {
        let openid = &settings.openid;
        Some(Self {
            issuer: openid.issuer.clone()?,
            client_id: openid.client_id.clone()?,
            client_secret: openid.client_secret.clone(),
            authority: openid.authority.clone(),
            redirect: format!("{}{}", public_url.trim_end_matches('/'), super::CALLBACK_PATH),
        })
    }

    /// Its address, exactly as it names itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What people see of it: its host.
    pub fn name(&self) -> &str {
        let rest = self.issuer.split_once("://").map_or(self.issuer.as_str(), |(_, rest)| rest);
        rest.split(['/', ':']).next().unwrap_or(rest)
    }

    /// Prepares a round trip. Blocks.
    pub(super) fn start(&self, state: String, nonce: String) -> Result<Started, OpenidProblem> {
        let client = CoreClient::from_provider_metadata(
            self.metadata(&self.http()?)?,
            ClientId::new(self.client_id.clone()),
            self.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::new(self.redirect.clone()).map_err(OpenidProblem::away)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, _, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Started { address: address.to_string(), nonce: nonce.secret().clone(), verifier: verifier.secret().clone() })
    }

    /// Exchanges a code for the name of a person, and checks everything about it. Blocks.
    pub(super) fn exchange(&self, code: String, verifier: String, nonce: String) -> Result<Who, OpenidProblem> {
        let http = self.http()?;
        let ask = |request: HttpRequest| asked(&http, request);
        let client = CoreClient::from_provider_metadata(
            self.metadata(&http)?,
            ClientId::new(self.client_id.clone()),
            self.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::new(self.redirect.clone()).map_err(OpenidProblem::away)?);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(OpenidProblem::not_in_order)?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&ask)
            .map_err(|error| match error {
                openidconnect::RequestTokenError::Request(error) => OpenidProblem::away(error),
                openidconnect::RequestTokenError::ServerResponse(refusal) => {
                    OpenidProblem::Refused { error: refusal.to_string() }
                }
                other => OpenidProblem::not_in_order(other),
            })?;
        let id_token = tokens.id_token().ok_or_else(|| OpenidProblem::not_in_order("no ID token"))?;
        let checker = client.id_token_verifier();
        let claims = id_token.claims(&checker, &Nonce::new(nonce)).map_err(OpenidProblem::not_in_order)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(OpenidProblem::not_in_order)?;
            let key = id_token.signing_key(&checker).map_err(OpenidProblem::not_in_order)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(OpenidProblem::not_in_order)?;
            if actual != *expected {
                return Err(OpenidProblem::not_in_order("the access token belongs to another ID token"));
            }
        }
        let verified = |is_verified: Option<bool>, email: Option<String>| email.filter(|_| is_verified == Some(true));
        let mut email = verified(claims.email_verified(), claims.email().map(|email| email.as_str().to_owned()));
        if email.is_none() {
            // A provider may keep the address out of the ID token and tell it when asked.
            let subject = Some(claims.subject().clone());
            if let Ok(request) = client.user_info(tokens.access_token().clone(), subject) {
                let more: CoreUserInfoClaims = request.request(&ask).map_err(OpenidProblem::not_in_order)?;
                email = verified(more.email_verified(), more.email().map(|email| email.as_str().to_owned()));
            }
        }
        Ok(Who { subject: claims.subject().as_str().to_owned(), verified_email: email })
    }

    /// What the provider says about itself. It must name itself as the settings do.
    fn metadata(&self, http: &ureq::Agent) -> Result<CoreProviderMetadata, OpenidProblem> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(OpenidProblem::away)?;
        CoreProviderMetadata::discover(&issuer, &|request: HttpRequest| asked(http, request))
            .map_err(OpenidProblem::away)
    }

    /// A client that trusts the system's authorities and the configured one.
    fn http(&self) -> Result<ureq::Agent, OpenidProblem> {
        let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned())
            .collect();
        if let Some(path) = &self.authority {
            let pem =
                std::fs::read(path).map_err(|error| OpenidProblem::away(format!("{}: {error}", path.display())))?;
            for item in parse_pem(&pem) {
                if let PemItem::Certificate(certificate) = item.map_err(OpenidProblem::away)? {
                    roots.push(certificate);
                }
            }
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::new_with_certs(&roots))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            // Following a redirect would let the provider send us anywhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .https_only(self.issuer.starts_with("https://"))
            .timeout_global(Some(REQUEST_TIME))
            .build();
        Ok(config.new_agent())
    }
}

fn asked(http: &ureq::Agent, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let (parts, body) = http.run(request)?.into_parts();
    let bytes = body.into_with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_the_host() {
        let provider = |issuer: &str| {
            let mut settings = Settings::default();
            settings.openid.issuer = Some(issuer.to_owned());
            settings.openid.client_id = Some("khien".to_owned());
            Provider::of(&settings, "https://khien.example/").unwrap()
        };
        assert_eq!(provider("https://id.moj.gov.vn/realms/thads").name(), "id.moj.gov.vn");
        assert_eq!(provider("http://localhost:4000").name(), "localhost");
        assert_eq!(provider("https://id.example").redirect, "https://khien.example/sign-in/openid/callback");
        assert_eq!(Provider::of(&Settings::default(), "https://khien.example"), None);
    }
}
