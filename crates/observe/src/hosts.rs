//! Hosts and addresses: which are protected, which are official, which are a government's.

use std::sync::LazyLock;

use serde::Deserialize;

/// Domains by what they mean, from `content/protected-hosts.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hosts {
    protected: Vec<Domain>,
    official_addresses: Vec<Domain>,
    government: Vec<Domain>,
    cookies_that_are_no_session: Vec<CookieName>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Domain {
    domain: String,
    /// For the reader of the file.
    #[serde(rename = "note")]
    _note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CookieName {
    prefix: String,
    /// For the reader of the file.
    #[serde(rename = "note")]
    _note: String,
}

/// The table that is shipped. A file that does not parse is found by a test; were it ever wrong, nothing would be protected,
/// so that case is an error of the areas that ask.
static SHIPPED: LazyLock<Result<Hosts, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../content/protected-hosts.json")).map_err(|error| error.to_string())
});

impl Hosts {
    /// The table that is shipped with the program.
    pub(crate) fn shipped() -> Result<&'static Self, khien_model::Gap> {
        SHIPPED.as_ref().map_err(|error| {
            khien_model::Gap::with_detail(khien_model::GapCode::Malformed, format!("protected-hosts.json: {error}"))
        })
    }

    /// Whether `host` is a protected host or below one.
    pub(crate) fn is_protected(&self, host: &str) -> bool {
        any_within(host, &self.protected)
    }

    /// Whether `host` belongs to the government: a protected host, or one below a government's domain.
    pub(crate) fn is_government(&self, host: &str) -> bool {
        self.is_protected(host) || any_within(host, &self.government)
    }

    /// Whether `user_name` is an official e-mail address.
    pub(crate) fn is_official_address(&self, user_name: &str) -> bool {
        let address = user_name.trim();
        match address.rsplit_once('@') {
            Some((local, domain)) => !local.is_empty() && any_within(domain, &self.official_addresses),
            None => false,
        }
    }

    /// Whether a cookie of this name may hold a session: those that count visitors never do.
    pub(crate) fn may_be_session(&self, cookie: &[u8]) -> bool {
        !self.cookies_that_are_no_session.iter().any(|name| cookie.starts_with(name.prefix.as_bytes()))
    }
}

fn any_within(host: &str, domains: &[Domain]) -> bool {
    domains.iter().any(|entry| within(host, &entry.domain))
}

/// Whether `host` is `domain` or below it. Case and the dot of the root do not matter, nor the dot before the host of a
/// cookie.
fn within(host: &str, domain: &str) -> bool {
    let host = host.strip_prefix('.').unwrap_or(host);
    let host = host.strip_suffix('.').unwrap_or(host).as_bytes();
    let domain = domain.as_bytes();
    match host.len().checked_sub(domain.len()) {
        Some(0) => host.eq_ignore_ascii_case(domain),
        Some(above) => host
            .split_at_checked(above)
            .is_some_and(|(below, end)| end.eq_ignore_ascii_case(domain) && below.ends_with(b".") && below.len() > 1),
        None => false,
    }
}

/// The host in a URL as a browser stores it. What stands before an `@` is no host, and a backslash ends one, as in every
/// browser: `https://moj.gov.vn@example.com` is at example.com.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return None;
    }
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host_and_port = authority.rsplit('@').next()?;
    let host = match host_and_port.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => host_and_port.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_host_of_a_url_is_where_a_browser_would_go() {
        for (url, host) in [
            ("https://moj.gov.vn/", Some("moj.gov.vn")),
            ("https://MOJ.gov.vn:8443/dang-nhap?x=@y", Some("MOJ.gov.vn")),
            ("https://moj.gov.vn@example.com/", Some("example.com")),
            ("https://a:b@moj.gov.vn/", Some("moj.gov.vn")),
            ("https://example.com\\@moj.gov.vn/", Some("example.com")),
            ("https://example.com#@moj.gov.vn", Some("example.com")),
            ("https://example.com?moj.gov.vn", Some("example.com")),
            ("http://[2001:db8::1]:80/", Some("2001:db8::1")),
            ("ftp://moj.gov.vn", Some("moj.gov.vn")),
            ("android://abc==@vn.gov.app/", Some("vn.gov.app")),
            ("file:///home/a", None),
            ("moj.gov.vn", None),
            ("://moj.gov.vn", None),
            ("java script://moj.gov.vn", None),
            ("", None),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }

    #[test]
    fn a_look_alike_is_not_protected() {
        let hosts = Hosts::shipped().unwrap();
        for host in ["moj.gov.vn", "MOJ.GOV.VN", "moj.gov.vn.", ".moj.gov.vn", "thads.moj.gov.vn", "a.b.moj.gov.vn"] {
            assert!(hosts.is_protected(host), "{host}");
            assert!(hosts.is_government(host), "{host}");
        }
        for host in ["moj.gov.vn.example.com", "xmoj.gov.vn", "moj-gov.vn", "gov.vn", "oj.gov.vn", "", ".", "..moj.gov"]
        {
            assert!(!hosts.is_protected(host), "{host}");
        }
        assert!(hosts.is_government("dichvucong.gov.vn"));
        assert!(!hosts.is_government("gov.vn.example.com"));
        assert!(!hosts.is_government("example.com"));
    }

    #[test]
    fn an_official_address_is_one_at_an_official_domain() {
        let hosts = Hosts::shipped().unwrap();
        for name in ["an.nv@moj.gov.vn", " AN.NV@MOJ.GOV.VN ", "a@thads.moj.gov.vn", "a@b@moj.gov.vn"] {
            assert!(hosts.is_official_address(name), "{name}");
        }
        for name in ["an.nv", "@moj.gov.vn", "an@moj.gov.vn.example.com", "moj.gov.vn", "an@gmail.com", ""] {
            assert!(!hosts.is_official_address(name), "{name}");
        }
    }

    #[test]
    fn cookies_that_count_visitors_are_no_session() {
        let hosts = Hosts::shipped().unwrap();
        assert!(hosts.may_be_session(b"ASP.NET_SessionId"));
        assert!(hosts.may_be_session(b""));
        assert!(!hosts.may_be_session(b"_ga_ABC123"));
    }

    proptest! {
        #[test]
        fn no_url_is_too_odd(url in ".{0,60}") {
            if let Some(host) = host_of(&url) {
                prop_assert!(!host.is_empty());
                within(host, "moj.gov.vn");
            }
        }
    }
}
