//! Asking a server for a feed: no more than is needed, and only what is new.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION};
use ureq::http::{HeaderMap, HeaderName, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error};
use url::{Host, Url};

use super::FeedProblem;

/// How many bytes a feed may have.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// How many redirects are followed.
pub const MAX_REDIRECTS: usize = 3;
/// How long a feed may take, redirects included.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);
/// What is asked for.
const WANTED: &str =
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.8";
const NOT_MODIFIED: u16 = 304;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Where the feed is.
    pub url: String,
    /// Whether it may be read without TLS.
    pub plain: bool,
    /// What its server called the version that was read last.
    pub etag: Option<String>,
    /// When its server said that it was last changed.
    pub last_modified: Option<String>,
    /// Certificates in PEM that are trusted beside those of the machine.
    pub authorities: Option<String>,
    /// Whether it may lie on this machine. For a server that stands beside ours.
    pub this_machine: bool,
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing is new.
    Unchanged,
    /// A feed.
    Feed {
        /// The bytes.
        bytes: Vec<u8>,
        /// The encoding that the server names.
        charset: Option<String>,
        /// What it calls this version.
        etag: Option<String>,
        /// When it was last changed.
        last_modified: Option<String>,
    },
}

/// Asks for a feed, and follows a few redirects that stay with the scheme. Blocks for [`REQUEST_TIME`] at most.
pub fn fetch(asked: &Asked) -> Result<Answer, FeedProblem> {
    fetch_within(asked, REQUEST_TIME)
}

/// The same with another bound of time.
pub fn fetch_within(asked: &Asked, time: Duration) -> Result<Answer, FeedProblem> {
    fetch_bounded(asked, &Bounds { time, ..FEED })
}

/// How much of an answer is taken, and what is asked for.
pub(crate) struct Bounds {
    /// How many bytes.
    pub(crate) bytes: u64,
    /// How many redirects are followed.
    pub(crate) redirects: usize,
    /// How long all of it may take.
    pub(crate) time: Duration,
    /// Which kinds of content.
    pub(crate) wanted: &'static str,
}

/// The bounds of feeds.
const FEED: Bounds = Bounds { bytes: MAX_BYTES, redirects: MAX_REDIRECTS, time: REQUEST_TIME, wanted: WANTED };

/// The same for whatever lies at an address.
pub(crate) fn fetch_bounded(asked: &Asked, bounds: &Bounds) -> Result<Answer, FeedProblem> {
    let time = bounds.time;
    let begun = Instant::now();
    let mut url = address(&asked.url, asked.plain, asked.this_machine)?;
    let roots = roots(asked.authorities.as_deref())?;
    for _ in 0..=bounds.redirects {
        is_open(&url)?;
        let left = time.checked_sub(begun.elapsed()).filter(|left| !left.is_zero());
        let left = left.ok_or(FeedProblem::TimedOut { seconds: time.as_secs() })?;
        let agent = agent(asked, &roots, left);
        let response = request(&agent, asked, &url, bounds).map_err(|error| problem(&error, &url, bounds))?;
        let status = response.status();
        if status.as_u16() == NOT_MODIFIED {
            let was_conditional = asked.etag.is_some() || asked.last_modified.is_some();
            return if was_conditional { Ok(Answer::Unchanged) } else { Err(FeedProblem::NothingSent) };
        }
        if status.is_redirection() {
            url = next(&url, response.headers())?;
            continue;
        }
        if !status.is_success() {
            return Err(FeedProblem::Status { code: status.as_u16() });
        }
        return read(response, &url, bounds);
    }
    Err(FeedProblem::TooManyRedirects { limit: bounds.redirects })
}

/// The address of a feed, when one can be there: `plain` allows it without TLS, `this_machine` on this machine. Where a name
/// leads is found out only by reading.
pub fn address(written: &str, plain: bool, this_machine: bool) -> Result<Url, FeedProblem> {
    let url = Url::parse(written.trim()).map_err(|_| FeedProblem::Address)?;
    match url.scheme() {
        "https" => {}
        "http" if plain => {}
        "http" => return Err(FeedProblem::Plain),
        _ => return Err(FeedProblem::Address),
    }
    is_open(&url)?;
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(Host::Domain("localhost")) => Some(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        Some(Host::Domain(_)) | None => None,
    };
    if ip.is_some_and(|ip| !is_allowed(ip, this_machine)) {
        return Err(FeedProblem::Forbidden { host: url.host_str().unwrap_or_default().to_owned() });
    }
    Ok(url)
}

/// Whether an address names a host and nobody's password.
fn is_open(url: &Url) -> Result<(), FeedProblem> {
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if has_host && url.username().is_empty() && url.password().is_none() { Ok(()) } else { Err(FeedProblem::Address) }
}

fn request(agent: &Agent, asked: &Asked, url: &Url, bounds: &Bounds) -> Result<Response<Body>, Error> {
    let mut request = agent.get(url.as_str()).header(ACCEPT, bounds.wanted);
    if let Some(etag) = &asked.etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    if let Some(last_modified) = &asked.last_modified {
        request = request.header(IF_MODIFIED_SINCE, last_modified);
    }
    request.call()
}

/// Where a redirect leads. It stays with the scheme: nobody is led from TLS to none, or to what is not the web.
fn next(url: &Url, headers: &HeaderMap) -> Result<Url, FeedProblem> {
    let to = text(headers, &LOCATION).ok_or(FeedProblem::Address)?;
    let next = url.join(&to).map_err(|_| FeedProblem::Address)?;
    if next.scheme() == url.scheme() { Ok(next) } else { Err(FeedProblem::OtherScheme { to: next.into() }) }
}

fn read(response: Response<Body>, url: &Url, bounds: &Bounds) -> Result<Answer, FeedProblem> {
    let (parts, body) = response.into_parts();
    let charset = text(&parts.headers, &CONTENT_TYPE).and_then(|kind| charset(&kind));
    // One byte more than is taken, so that a feed of just the limit is told from a longer one.
    let bytes = body.into_with_config().limit(bounds.bytes + 1).read_to_vec();
    let bytes = bytes.map_err(|error| problem(&error, url, bounds))?;
    if bytes.len() as u64 > bounds.bytes {
        return Err(FeedProblem::TooLarge { limit: bounds.bytes });
    }
    let (etag, last_modified) = (text(&parts.headers, &ETAG), text(&parts.headers, &LAST_MODIFIED));
    Ok(Answer::Feed { bytes, charset, etag, last_modified })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The encoding in `text/xml; charset="utf-8"`.
fn charset(kind: &str) -> Option<String> {
    let parameters = kind.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn problem(error: &Error, url: &Url, bounds: &Bounds) -> FeedProblem {
    let detail = error.to_string();
    match error {
        Error::Timeout(_) => FeedProblem::TimedOut { seconds: bounds.time.as_secs() },
        Error::BodyExceedsLimit(_) => FeedProblem::TooLarge { limit: bounds.bytes },
        Error::Tls(_) | Error::Rustls(_) => FeedProblem::NotTrusted { detail },
        Error::BadUri(_) | Error::Http(_) => FeedProblem::Address,
        Error::Io(inner) if is_of::<rustls::Error>(inner) => FeedProblem::NotTrusted { detail },
        Error::Io(inner) if is_of::<NoPlace>(inner) => {
            FeedProblem::Forbidden { host: url.host_str().unwrap_or_default().to_owned() }
        }
        // What the system says of it is English, and says no more to whoever reads it than which server it was.
        _ => FeedProblem::Unreachable { detail: url.host_str().unwrap_or_default().to_owned() },
    }
}

/// Whether something of this kind stands behind an error.
fn is_of<E: std::error::Error + 'static>(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.downcast_ref::<E>().is_some())
}

/// The authorities of the machine, and those that were named.
fn roots(more: Option<&str>) -> Result<Vec<Certificate<'static>>, FeedProblem> {
    let of_machine = rustls_native_certs::load_native_certs().certs;
    let mut roots: Vec<Certificate<'static>> =
        of_machine.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    for item in parse_pem(more.unwrap_or_default().as_bytes()) {
        let item = item.map_err(|error| FeedProblem::NotTrusted { detail: error.to_string() })?;
        if let PemItem::Certificate(certificate) = item {
            roots.push(certificate);
        }
    }
    Ok(roots)
}

fn agent(asked: &Asked, roots: &[Certificate<'static>], time: Duration) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(roots))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(!asked.plain)
        .timeout_global(Some(time))
        .user_agent(concat!("Khien/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = Places { inner: DefaultResolver::default(), this_machine: asked.this_machine };
    Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// Finds addresses, and refuses those at which no feed lies. It looks at the very addresses that are then connected to, so a
/// name that means another address the next time leads nowhere else.
#[derive(Debug)]
struct Places {
    inner: DefaultResolver,
    this_machine: bool,
}

impl Resolver for Places {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if found.iter().all(|address| is_allowed(address.ip(), self.this_machine)) {
            Ok(found)
        } else {
            Err(Error::Io(std::io::Error::other(NoPlace)))
        }
    }
}

/// No feed lies there.
#[derive(Debug)]
struct NoPlace;

impl std::fmt::Display for NoPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("no feed lies at this address")
    }
}

impl std::error::Error for NoPlace {}

fn is_allowed(ip: IpAddr, this_machine: bool) -> bool {
    is_place(ip) || (this_machine && ip.to_canonical().is_loopback())
}

/// Whether a feed may lie there. Private addresses may: much of the ministry's network has them. This machine, what is only
/// reached on the same wire (where clouds keep the secrets of machines), and groups may not.
fn is_place(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let is_nowhere = ip.octets()[0] == 0 || ip.is_broadcast();
            !(is_nowhere || ip.is_loopback() || ip.is_link_local() || ip.is_multicast())
        }
        IpAddr::V6(ip) => {
            !(ip == Ipv6Addr::UNSPECIFIED || ip.is_loopback() || ip.is_unicast_link_local() || ip.is_multicast())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_feed_lies_on_this_machine_or_beside_it() {
        let refused = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
        ];
        for ip in refused {
            assert!(!is_place(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["10.1.2.3", "192.168.1.1", "172.16.0.1", "8.8.8.8", "fd00::1", "2606:4700::1111"] {
            assert!(is_place(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused_before_anybody_is_asked() {
        let asked = |url: &str| Asked { url: url.to_owned(), plain: true, ..Asked::default() };
        for url in
            ["", "moj.gov.vn/rss", "ftp://moj.gov.vn/rss", "file:///etc/passwd", "https://", "https://a:b@moj.gov.vn/"]
        {
            assert_eq!(fetch(&asked(url)), Err(FeedProblem::Address), "{url}");
        }
        let https_only = Asked { plain: false, ..asked("http://moj.gov.vn/rss") };
        assert_eq!(fetch(&https_only), Err(FeedProblem::Plain));
        for url in
            ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "http://2130706433/", "http://0x7f.1/"]
        {
            let refused = fetch(&asked(url));
            assert!(matches!(refused, Err(FeedProblem::Forbidden { .. })), "{url}: {refused:?}");
        }
    }

    #[test]
    fn the_encoding_is_found_beside_the_kind() {
        for (kind, expected) in [
            ("text/xml", None),
            ("text/xml; charset=utf-8", Some("utf-8")),
            ("application/rss+xml;version=2;Charset=\"windows-1258\"", Some("windows-1258")),
        ] {
            assert_eq!(charset(kind).as_deref(), expected, "{kind}");
        }
    }
}
