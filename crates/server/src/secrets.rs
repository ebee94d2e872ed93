//! Secrets: made from the system's random source, kept as digests, compared without telling how far they agree.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::trouble::Trouble;

/// How many random bytes make a secret.
const SECRET_BYTES: usize = 32;

/// A new secret, in letters that need no quoting in a cookie or an address.
pub fn fresh() -> Result<String, Trouble> {
    let mut bytes = [0; SECRET_BYTES];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Trouble::Internal { detail: "the system gives no random bytes".to_owned() })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The token that a request of a program carries.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.trim();
    (!given.is_empty()).then_some(given)
}

/// What is kept of a secret: whoever reads it cannot use it.
pub fn kept(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, secret.as_bytes()))
}

/// Whether two secrets are the same, in a time that does not depend on where they differ.
pub fn same(one: &str, other: &str) -> bool {
    // Digests have one length and tell nothing about what they were made from.
    digest(&SHA256, one.as_bytes())
        .as_ref()
        .iter()
        .zip(digest(&SHA256, other.as_bytes()).as_ref())
        .fold(0, |difference, (one, other)| difference | (one ^ other))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_agree_with_themselves() {
        let (one, other) = (fresh().expect("random bytes"), fresh().expect("random bytes"));
        assert!(same(&one, &one));
        assert!(!same(&one, &other));
        assert!(!same(&one, ""));
        assert_ne!(kept(&one), one);
        assert_eq!(kept(&one), kept(&one));
    }
}
