//! The proxy of the system, as Windows writes it: which one leads to a host, and the way through it.

use std::io::{self, Read, Write};

/// The longest head of a proxy's answer, in bytes.
const MAX_HEAD_BYTES: usize = 8 << 10;

/// The port of a proxy that names none.
const DEFAULT_PORT: u16 = 8080;

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// Its name or address.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
}

impl Proxy {
    /// The proxy that leads to `host` over HTTPS. `list` and `past` are as WinHTTP gives them: proxies
    /// (`10.0.0.1:3128`, or `http=a:1;https=b:2`), and hosts that are reached without one (`*.tinh.example;<local>`).
    pub(crate) fn to(host: &str, list: &str, past: &str) -> Option<Self> {
        if parts(past).any(|pattern| goes_past(pattern, host)) {
            return None;
        }
        let for_https = |entry: &str| entry.split_once('=').is_none_or(|(kind, _)| kind.eq_ignore_ascii_case("https"));
        let entry = parts(list).find(|entry| for_https(entry))?;
        let address = entry.rsplit_once('=').map_or(entry, |(_, address)| address);
        let address = address.split_once("://").map_or(address, |(_, address)| address).trim_end_matches('/');
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() => Some(Self { host: host.to_owned(), port: port.parse().ok()? }),
            _ if address.is_empty() => None,
            _ => Some(Self { host: address.to_owned(), port: DEFAULT_PORT }),
        }
    }

    /// Asks the proxy behind `stream` for a way to `host`.
    pub(crate) fn tunnel(stream: &mut (impl Read + Write), host: &str, port: u16) -> io::Result<()> {
        write!(stream, "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")?;
        stream.flush()?;
        let mut head = Vec::new();
        let mut byte = [0];
        // Byte by byte: what follows the head belongs to the server.
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() == MAX_HEAD_BYTES {
                return Err(io::Error::other("the proxy's answer does not end"));
            }
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        match line.split(' ').nth(1) {
            Some("200") => Ok(()),
            _ => Err(io::Error::other(format!("the proxy refuses: {}", line.escape_debug()))),
        }
    }
}

/// How long the proxy is looked for. A network that names a script and does not hand it out is gone past.
#[cfg(windows)]
const SEARCH_TIME: std::time::Duration = std::time::Duration::from_secs(10);

/// The proxy of this machine that leads to `server`.
#[cfg(windows)]
pub(crate) fn of_system(server: &crate::server::Server) -> Option<Proxy> {
    let (list, past) = khien_windows_calls::system_proxy(&server.url("/"), SEARCH_TIME)?;
    Proxy::to(server.host(), &list, &past)
}

/// Entries are parted by semicolons or blanks.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split([';', ' ', '\t', '\r', '\n']).filter(|part| !part.is_empty())
}

/// Whether `host` is one of those that `pattern` stands for.
fn goes_past(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case("<local>") {
        return !host.contains(['.', ':']);
    }
    let (pattern, host) = (pattern.to_lowercase(), host.to_lowercase());
    match pattern.split_once('*') {
        None => pattern == host,
        Some((start, end)) => host.len() >= start.len() + end.len() && host.starts_with(start) && host.ends_with(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_for_a_host_is_found() {
        let proxy = |host: &str, port| Some(Proxy { host: host.to_owned(), port });
        for (list, past, expected) in [
            ("10.0.0.1:3128", "", proxy("10.0.0.1", 3128)),
            ("http=a:1;https=b:2", "", proxy("b", 2)),
            ("http://cache.example:80/", "", proxy("cache.example", 80)),
            ("cache.example", "", proxy("cache.example", 8080)),
            ("http=a:1", "", None),
            ("", "", None),
            ("a:99999", "", None),
            ("a:1", "other;*.Tinh.example", None),
            ("a:1", "<local>", proxy("a", 1)),
            ("a:1", "khien.tinh.example", None),
            ("a:1", "khien*example", None),
            ("a:1", "example", proxy("a", 1)),
        ] {
            assert_eq!(Proxy::to("khien.tinh.example", list, past), expected, "{list} {past}");
        }
        assert_eq!(Proxy::to("khien", "a:1", "<local>"), None);
    }

    /// Answers what it was told to, and keeps what was said to it.
    struct Peer(io::Cursor<Vec<u8>>, Vec<u8>);

    impl Read for Peer {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Peer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_way_through_is_asked_for() {
        for (answer, is_open) in [
            ("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nrest".to_owned(), true),
            ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".to_owned(), false),
            ("HTTP/1.1 200".to_owned(), false),
            (format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(MAX_HEAD_BYTES)), false),
        ] {
            let mut peer = Peer(io::Cursor::new(answer.into_bytes()), Vec::new());
            assert_eq!(Proxy::tunnel(&mut peer, "khien.example", 8443).is_ok(), is_open);
            assert_eq!(peer.1, b"CONNECT khien.example:8443 HTTP/1.1\r\nHost: khien.example:8443\r\n\r\n");
            if is_open {
                let mut rest = String::new();
                peer.0.read_to_string(&mut rest).expect("text");
                assert_eq!(rest, "rest");
            }
        }
    }
}
