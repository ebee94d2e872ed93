//! The programs that are measured, each in a process of its own, as people run them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::load::Target;

/// How long a server may take until it answers.
const START_TIME_MAX: Duration = Duration::from_mins(1);

/// How often it is asked whether it answers already: shorter than what is measured by far.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// A server at work; ends with the value.
pub(crate) struct Server {
    child: Child,
    /// Where it speaks HTTP, for the browser.
    pub(crate) http: SocketAddr,
    https: SocketAddr,
    data: PathBuf,
    /// From the start of the process to its first answer.
    pub(crate) start: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts `khien` with `command` (`serve`, `up`) and waits for its first answer.
    pub(crate) fn start(command: &[&str], data: &Path, database: Option<&str>) -> Result<Self, String> {
        let (http, https) = (free_address()?, free_address()?);
        let begin = Instant::now();
        let mut program = Command::new(beside_us("khien")?);
        program.args(command).arg("--data").arg(data);
        if let Some(database) = database {
            program.args(["--database", database]);
        }
        program.args(["--listen", &https.to_string(), "--http", &http.to_string()]);
        program.env("KHIEN_LOG_LEVEL", "warn").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let child = program.spawn().map_err(|error| format!("khien: {error}"))?;
        let mut server = Self { child, http, https, data: data.to_owned(), start: Duration::ZERO };
        loop {
            if get(http, "/healthz", None).is_ok_and(|(status, _)| status == 200) {
                server.start = begin.elapsed();
                return Ok(server);
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("khien {} ended with {status}", command.join(" ")));
            }
            if begin.elapsed() > START_TIME_MAX {
                return Err(format!("khien {} did not answer within {START_TIME_MAX:?}", command.join(" ")));
            }
            thread::sleep(ASK_EVERY);
        }
    }

    /// Where agents report, trusting the CA that the server made.
    pub(crate) fn target(&self) -> Result<Target, String> {
        let path = self.data.join("tls").join("ca.pem");
        let mut roots = RootCertStore::empty();
        for certificate in
            CertificateDer::pem_file_iter(&path).map_err(|error| format!("{}: {error}", path.display()))?
        {
            roots.add(certificate.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Target { address: self.https, tls: Arc::new(config) })
    }

    /// The most memory that it has held so far, in MB.
    pub(crate) fn peak_memory_mb(&self) -> Result<f64, String> {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(|error| error.to_string())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(|_| format!("VmHWM is {line}"))?;
        Ok(kib * 1024.0 / 1_000_000.0)
    }
}

/// A program that was built together with this one.
pub(crate) fn beside_us(name: &str) -> Result<PathBuf, String> {
    Ok(std::env::current_exe().map_err(|error| format!("where am I? {error}"))?.with_file_name(name))
}

/// The agent as it is shipped: in the folder of its own profile.
pub(crate) fn agent() -> Result<PathBuf, String> {
    beside_us("../agent/khien-agent")
}

/// An address on which nobody listens now.
pub(crate) fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map_err(|error| error.to_string())
}

/// Asks for a page over a connection of its own: the status and the body.
pub(crate) fn get(address: SocketAddr, path: &str, cookie: Option<&str>) -> Result<(u16, String), String> {
    let mut stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
    let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{cookie}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(|error| error.to_string())?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
    Ok((status, answer))
}
