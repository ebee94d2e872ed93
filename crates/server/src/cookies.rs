//! Cookies: reading ours out of a request, and writing them so that scripts and other sites never get them.

use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::limits::{MAX_COOKIE_LETTERS, MAX_COOKIES};

/// Holds the secret of a session.
pub const SESSION: &str = "khien_session";
/// Remembers the language that was chosen.
pub const LANGUAGE: &str = "khien_language";
/// Ties the forms of somebody who is not signed in to the browser that asked for them.
pub const VISITOR: &str = "khien_visitor";
/// Carries the key of one sentence to the next page.
pub const FLASH: &str = "khien_flash";

/// What a cookie may hold: letters, digits and `-_.`, which need no quoting anywhere.
fn is_plain(value: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !value.is_empty() && value.len() <= MAX_COOKIE_LETTERS && value.bytes().all(allowed)
}

/// Over TLS the name carries a prefix by which the browser promises that only this host, over TLS, has set the cookie.
fn full_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The cookie called `name`, if the request has it and it looks like one of ours.
pub fn read<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    let wanted = full_name(name, secure);
    let pairs = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let mut pairs = pairs.flat_map(|header| header.split(';')).take(MAX_COOKIES);
    let value = pairs.find_map(|pair| pair.trim().strip_prefix(wanted.as_str())?.strip_prefix('='))?;
    is_plain(value).then_some(value)
}

/// A `Set-Cookie` that lives for `time`. The value must be plain: letters, digits, `-`, `_` and `.`.
pub fn write(name: &str, value: &str, time: Duration, secure: bool) -> HeaderValue {
    debug_assert!(is_plain(value) || time.is_zero(), "a cookie that nobody could read back");
    let attribute = if secure { "; Secure" } else { "" };
    let name = full_name(name, secure);
    let seconds = time.as_secs();
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{attribute}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A `Set-Cookie` that takes the cookie away.
pub fn remove(name: &str, secure: bool) -> HeaderValue {
    write(name, "", Duration::ZERO, secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).expect("a header"))])
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let found = |cookie: &str, secure| read(&headers(cookie), LANGUAGE, secure).map(str::to_owned);
        assert_eq!(found("khien_language=en", false).as_deref(), Some("en"));
        assert_eq!(found("a=b; khien_language=vi; c=d", false).as_deref(), Some("vi"));
        assert_eq!(found("khien_language2=en", false), None);
        assert_eq!(found("khien_language=", false), None);
        // What was set without TLS does not count over TLS.
        assert_eq!(found("khien_language=en", true), None);
        assert_eq!(found("__Host-khien_language=en", true).as_deref(), Some("en"));
    }

    #[test]
    fn what_was_not_made_here_is_not_read() {
        let longest = "a".repeat(MAX_COOKIE_LETTERS);
        assert!(read(&headers(&format!("khien_flash={longest}")), FLASH, false).is_some());
        assert!(read(&headers(&format!("khien_flash={longest}a")), FLASH, false).is_none());
        assert!(read(&headers("khien_flash=<b>"), FLASH, false).is_none());
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_them() {
        let written = write(SESSION, "abc", Duration::from_mins(1), true);
        let expected = "__Host-khien_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(written.to_str().ok(), Some(expected));
        let removed = remove(SESSION, false);
        assert_eq!(removed.to_str().ok(), Some("khien_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
}
