//! As much of the protocol of clamd as is needed: which version, and what of these bytes.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// The longest answer that is read, in bytes: a name of a signature and a few words.
const MAX_ANSWER_BYTES: u64 = 4096;

/// How many bytes are handed over at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What clamd said of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// It found nothing.
    Nothing,
    /// It found a signature of this name.
    Found(String),
    /// They are more than it takes (`StreamMaxLength`).
    TooMuch,
    /// It did not look; its words.
    Failed(String),
}

/// A connection that ends at a moment, whatever the other side does.
struct Connection {
    stream: Stream,
    until: Instant,
}

enum Stream {
    Tcp(TcpStream),
    #[cfg(target_os = "linux")]
    Unix(std::os::unix::net::UnixStream),
}

impl Connection {
    fn open(place: &str, until: Instant) -> io::Result<Self> {
        let left = left(until)?;
        if place.starts_with('/') {
            return unix(place, left).map(|stream| Self { stream, until });
        }
        let mut last = io::Error::new(io::ErrorKind::NotFound, "no such host");
        for address in place.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => return Ok(Self { stream: Stream::Tcp(stream), until }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Bounds the next call by what is left of the time.
    fn bound(&self) -> io::Result<()> {
        let left = Some(left(self.until)?);
        match &self.stream {
            Stream::Tcp(stream) => stream.set_read_timeout(left).and_then(|()| stream.set_write_timeout(left)),
            #[cfg(target_os = "linux")]
            Stream::Unix(stream) => stream.set_read_timeout(left).and_then(|()| stream.set_write_timeout(left)),
        }
    }

    /// The answer, without what ends it.
    fn answer(&mut self) -> io::Result<String> {
        let mut answer = Vec::new();
        self.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
        if answer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&answer);
        Ok(text.trim_matches(['\0', '\n', '\r', ' ']).to_owned())
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bound()?;
        match &mut self.stream {
            Stream::Tcp(stream) => stream.read(buffer),
            #[cfg(target_os = "linux")]
            Stream::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bound()?;
        match &mut self.stream {
            Stream::Tcp(stream) => stream.write(bytes),
            #[cfg(target_os = "linux")]
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// A socket in the file system. Its time is bounded before it is connected: a clamd that takes no connections keeps nobody.
#[cfg(target_os = "linux")]
fn unix(path: &str, time: Duration) -> io::Result<Stream> {
    use rustix::net::sockopt::{Timeout, set_socket_timeout};
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    set_socket_timeout(&socket, Timeout::Send, Some(time))?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(Stream::Unix(socket.into()))
}

#[cfg(not(target_os = "linux"))]
fn unix(_: &str, _: Duration) -> io::Result<Stream> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Which clamd it is, and with which signatures: `ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026`.
pub(super) fn version(place: &str, until: Instant) -> io::Result<String> {
    let mut connection = Connection::open(place, until)?;
    connection.write_all(b"zVERSION\0")?;
    let version = connection.answer()?;
    let is_plain = version.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ');
    // A gate of Khiên answers too, and would ask itself for ever.
    if is_plain && version.starts_with("ClamAV ") {
        Ok(version)
    } else {
        Err(io::Error::other("what answers there is not ClamAV"))
    }
}

/// Where bytes go, piece by piece.
pub(super) type Take<'t> = &'t mut dyn FnMut(&[u8]) -> io::Result<()>;

/// Has clamd look at what `read` hands out, all of which is read in any case.
///
/// # Errors
///
/// The mistake of `read`. What goes wrong with clamd is an answer: [`Said::Failed`].
pub(super) fn look(place: &str, until: Instant, read: impl FnOnce(Take<'_>) -> io::Result<()>) -> io::Result<Said> {
    let begun = Connection::open(place, until).and_then(|mut connection| {
        connection.write_all(b"zINSTREAM\0")?;
        Ok(connection)
    });
    let mut connection = match begun {
        Ok(connection) => connection,
        Err(error) => return Ok(Said::Failed(error.to_string())),
    };
    let mut told = Ok(());
    read(&mut |bytes| {
        // A clamd that takes no more has something to say; the file itself is in order.
        if told.is_ok() {
            told = bytes.chunks(CHUNK_BYTES).try_for_each(|chunk| send(&mut connection, chunk));
        }
        Ok(())
    })?;
    let told = told.and_then(|()| connection.write_all(&0_u32.to_be_bytes()));
    Ok(match (connection.answer(), told) {
        (Ok(answer), _) => said(&answer),
        (Err(error), Ok(())) | (Err(_), Err(error)) => Said::Failed(error.to_string()),
    })
}

fn send(connection: &mut Connection, chunk: &[u8]) -> io::Result<()> {
    // Chunks are far shorter than what a length can say.
    let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
    connection.write_all(&length.to_be_bytes())?;
    connection.write_all(chunk)
}

/// What an answer to `INSTREAM` means. Only the one word for "nothing" is taken for it.
fn said(answer: &str) -> Said {
    let text = answer.strip_prefix("stream: ").unwrap_or(answer);
    if text == "OK" {
        Said::Nothing
    } else if let Some(name) = text.strip_suffix(" FOUND") {
        Said::Found(name.to_owned())
    } else if text.contains("size limit exceeded") {
        Said::TooMuch
    } else {
        Said::Failed(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_answer_means_nothing() {
        let failed = |text: &str| Said::Failed(text.to_owned());
        let cases = [
            ("stream: OK", Said::Nothing),
            ("stream: Eicar-Test-Signature FOUND", Said::Found("Eicar-Test-Signature".to_owned())),
            ("INSTREAM size limit exceeded. ERROR", Said::TooMuch),
            ("stream: NOT OK", failed("NOT OK")),
            ("stream: Can't allocate memory ERROR", failed("Can't allocate memory ERROR")),
            ("UNKNOWN COMMAND", failed("UNKNOWN COMMAND")),
            ("", failed("")),
        ];
        for (answer, expected) in cases {
            assert_eq!(said(answer), expected, "{answer}");
        }
    }

    #[test]
    fn a_clamd_that_says_nothing_is_not_waited_for_longer_than_allowed() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let began = Instant::now();
        let said = look(&place, began + Duration::from_millis(200), |take| take(b"x")).unwrap();
        assert!(matches!(said, Said::Failed(_)), "{said:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
        assert!(version(&place, Instant::now()).is_err());
        let unreadable = look(&place, began + Duration::from_mins(1), |_| Err(io::Error::other("gone")));
        assert!(unreadable.is_err());
    }
}
