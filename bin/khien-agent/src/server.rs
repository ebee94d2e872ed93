//! The address of a server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use ureq::http::Uri;

/// The port of HTTPS.
const HTTPS_PORT: u16 = 443;

/// Where a server is: `https://`, a name or an address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
}

/// Why a text is no address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadServer {
    /// It is not an address at all.
    NoUrl,
    /// It is not `https://…`: facts are not sent where others can read them.
    NotHttps,
    /// Something stands after the port.
    HasPath,
    /// A name or password stands before the host.
    HasUser,
}

impl Server {
    /// The host: a name, or an address without brackets.
    pub(crate) fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The URL of `path`, which begins with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl FromStr for Server {
    type Err = BadServer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.trim().parse().map_err(|_| BadServer::NoUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(BadServer::NoUrl) };
        if scheme != "https" {
            return Err(BadServer::NotHttps);
        }
        if authority.as_str().contains('@') {
            return Err(BadServer::HasUser);
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(BadServer::HasPath);
        }
        if authority.host().is_empty() {
            return Err(BadServer::NoUrl);
        }
        Ok(Self { host: authority.host().to_owned(), port: authority.port_u16().unwrap_or(HTTPS_PORT) })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            HTTPS_PORT => write!(formatter, "https://{}", self.host),
            port => write!(formatter, "https://{}:{port}", self.host),
        }
    }
}

impl Serialize for Server {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Server {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|bad: BadServer| de::Error::custom(format!("{bad:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, written, host, port) in [
            ("https://khien.example.vn", "https://khien.example.vn", "khien.example.vn", 443),
            (" https://khien.example.vn:443/ ", "https://khien.example.vn", "khien.example.vn", 443),
            ("https://10.0.0.5:8443", "https://10.0.0.5:8443", "10.0.0.5", 8443),
            ("https://[::1]:8443/", "https://[::1]:8443", "::1", 8443),
        ] {
            let server: Server = text.parse().unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
            assert_eq!((server.to_string().as_str(), server.host(), server.port()), (written, host, port));
        }
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for (text, bad) in [
            ("", BadServer::NoUrl),
            ("khien.example.vn", BadServer::NoUrl),
            ("https://", BadServer::NoUrl),
            ("http://khien.example.vn", BadServer::NotHttps),
            ("https://khien.example.vn/api", BadServer::HasPath),
            ("https://khien.example.vn?x", BadServer::HasPath),
            ("https://lan:secret@khien.example.vn", BadServer::HasUser),
        ] {
            assert_eq!(text.parse::<Server>(), Err(bad), "{text}");
        }
    }
}
