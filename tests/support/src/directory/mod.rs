//! Real directories: OpenLDAP's slapd, and an Active Directory by Samba. Each speaks TLS with a certificate of its own.

mod active_directory;
mod slapd;

use std::fs;
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub use self::active_directory::ActiveDirectory;
pub use self::slapd::Slapd;

const START_DEADLINE: Duration = Duration::from_mins(1);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// A shell stands between us and the server and waits for the end of a pipe that we hold: however this process ends, the
/// server ends.
const HOLD: &str = r#"
trap '' INT
"$@" & server=$!
cat > /dev/null
kill $server
wait $server
"#;

/// A server that ends when this is dropped, or when this process ends.
#[derive(Debug)]
pub(crate) struct Held(Child);

impl Held {
    pub(crate) fn start(program: &str, arguments: &[&str], log: &Path) -> Result<Self, String> {
        let log = fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let copy = log.try_clone().map_err(|error| error.to_string())?;
        let mut command = Command::new("sh");
        command.args(["-c", HOLD, "hold", program]).args(arguments).stdin(Stdio::piped()).stdout(copy).stderr(log);
        command.spawn().map(Self).map_err(|error| format!("cannot start {program}: {error}"))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Waits until somebody answers at `address`.
pub(crate) fn wait_for(address: &str, log: &Path) -> Result<(), String> {
    let started = Instant::now();
    let target = address.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or("no address")?;
    while TcpStream::connect_timeout(&target, Duration::from_secs(1)).is_err() {
        if started.elapsed() > START_DEADLINE {
            let said = fs::read_to_string(log).unwrap_or_default();
            return Err(format!("nobody answers at {address}: {}", said.trim()));
        }
        sleep(LOOK_AGAIN_AFTER);
    }
    Ok(())
}

/// A certificate for `address` that vouches for itself, and its key: `certificate.pem` and `key.pem` in `folder`.
pub(crate) fn certificate(folder: &Path, address: &str) -> Result<String, String> {
    let name = format!("subjectAltName=IP:{address}");
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    command.args(["-subj", "/CN=khien-test", "-addext", &name, "-addext", "basicConstraints=critical,CA:FALSE"]);
    command.args(["-keyout", "key.pem", "-out", "certificate.pem"]).current_dir(folder);
    run(&mut command)?;
    fs::read_to_string(folder.join("certificate.pem")).map_err(|error| error.to_string())
}

/// Runs a program to its end; its complaint is the error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("cannot start {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}", said.trim().lines().last().unwrap_or_default()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}
