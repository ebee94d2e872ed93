//! A real SMTP server (`tests/peers/mail_server.py`), on a port that was free.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{Peer, scripts};

/// Debian's Python, which has Debian's `aiosmtpd`; the one on the path may be another.
const PYTHON: &str = "/usr/bin/python3";

/// A server that keeps what it is sent. It refuses recipients that begin with `unknown` for good (550) and those that begin
/// with `busy` for now (451), and takes one login.
#[derive(Debug)]
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    messages: TempDir,
    _running: Peer,
}

impl MailServer {
    /// The login that it takes.
    pub const NAME: &str = "khien";
    /// Its password.
    pub const PASSWORD: &str = "mật khẩu";

    /// Starts a server that speaks in the clear.
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start() -> Result<Self, String> {
        Self::start_with(&[])
    }

    /// Starts a server that demands STARTTLS with this certificate (PEM files).
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start_with_tls(certificate: &Path, key: &Path) -> Result<Self, String> {
        Self::start_with(&[certificate, key])
    }

    fn start_with(tls: &[&Path]) -> Result<Self, String> {
        let messages = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let mut command = Command::new(PYTHON);
        let mut running = Peer::start(command.arg(scripts().join("mail_server.py")).arg(messages.path()).args(tls))?;
        let port = running
            .line()
            .map_err(|reason| format!("the mail server: {reason} (Debian's package python3-aiosmtpd is needed)"))?;
        let port = port.parse().map_err(|_| format!("the mail server said {port:?} instead of its port"))?;
        Ok(Self { port, messages, _running: running })
    }

    /// What it took so far, in order: two lines of envelope (`X-Envelope-From`, `X-Envelope-To`), then the message as it was
    /// sent.
    ///
    /// # Panics
    /// When the folder of messages cannot be read.
    pub fn messages(&self) -> Vec<String> {
        let entries = fs::read_dir(self.messages.path()).expect("the folder of messages");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a message").path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files.iter().map(|file| String::from_utf8_lossy(&fs::read(file).expect("a message")).into_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpStream;

    use super::*;

    /// Sends one line and returns the code of the answer.
    fn say(connection: &mut BufReader<TcpStream>, line: &str) -> String {
        connection.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_line(&mut answer).unwrap();
        answer.chars().take(3).collect()
    }

    #[test]
    fn it_keeps_what_it_takes_and_refuses_who_is_unknown() {
        let server = match MailServer::start() {
            Ok(server) => server,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        let mut connection = BufReader::new(TcpStream::connect(("127.0.0.1", server.port)).unwrap());
        let mut greeting = String::new();
        connection.read_line(&mut greeting).unwrap();
        assert_eq!(say(&mut connection, "HELO test"), "250");
        assert_eq!(say(&mut connection, "MAIL FROM:<khien@example.gov.vn>"), "250");
        assert_eq!(say(&mut connection, "RCPT TO:<unknown@example.gov.vn>"), "550");
        assert_eq!(say(&mut connection, "RCPT TO:<busy@example.gov.vn>"), "451");
        assert_eq!(say(&mut connection, "RCPT TO:<an@example.gov.vn>"), "250");
        assert_eq!(say(&mut connection, "DATA"), "354");
        assert_eq!(say(&mut connection, "Subject: x\r\n\r\nXin ch\u{e0}o\r\n."), "250");
        let expected = "X-Envelope-From: khien@example.gov.vn\r\nX-Envelope-To: an@example.gov.vn\r\n\
            Subject: x\r\n\r\nXin chào\r\n";
        assert_eq!(server.messages(), [expected]);
    }
}
