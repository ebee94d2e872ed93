//! A PostgreSQL that is thrown away: a data folder under the temporary folder, a port that was free, no care for disks.
//!
//! PostgreSQL refuses to run as root; then it runs as the user that Debian's package made, or as nobody. A shell stands
//! between us and the server and waits for the end of a pipe that we hold: however this process ends, the server ends
//! and its folder goes.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The environment variable that hands the tests of a run their one PostgreSQL: the URL of its first database.
pub const POSTGRES_VARIABLE: &str = "KHIEN_TEST_POSTGRES";

/// Where Debian keeps the programs of each version, which are on nobody's path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The users as whom the server runs when we are root, the first that is there.
const USERS: &[&str] = &["postgres", "nobody"];

/// The superuser of the server.
const SUPERUSER: &str = "khien";

/// A machine under load needs a while; one that is idle is ready in half a second.
const START_DEADLINE: Duration = Duration::from_mins(1);
const STOP_DEADLINE: Duration = Duration::from_secs(20);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// A port that was free a moment ago may be taken when the server comes to it.
const PORTS_TRIED: usize = 5;

/// Data that nobody needs after the run is not forced to the disk.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 300
shared_buffers = '32MB'
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
log_min_messages = 'fatal'
";

/// What the shell does: `$0` is the folder, `"$@"` the server's command line, INT its quick, clean shutdown. The end of
/// the pipe means that our process has gone, and then nobody else removes the folder; a word in it means that we are
/// still there. An interrupt from the keyboard reaches the shell too, which outlives it to clean up.
const HOLD: &str = r#"
trap '' INT
"$@" & server=$!
word=$(cat)
kill -INT $server
wait $server
[ -n "$word" ] || rm -rf -- "$0"
"#;
const KEEP: &[u8] = b"keep";

/// A running server. It stops, and its data goes, when this is dropped or its process ends.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    user: Option<User>,
    folder: TempDir,
    port: u16,
    /// The shell that holds the server; nothing while it is stopped.
    running: Option<Child>,
}

/// Somebody who is not root.
#[derive(Debug, Clone, PartialEq, Eq)]
struct User {
    id: u32,
    group: u32,
}

impl Postgres {
    /// Makes an empty server and starts it.
    ///
    /// # Errors
    /// A sentence: there is no PostgreSQL on this machine, or what it complained about.
    pub fn start() -> Result<Self, String> {
        let programs = find_programs().ok_or("no PostgreSQL on this machine (Debian's package postgresql)")?;
        let user = if is_root() { Some(somebody_else()?) } else { None };
        let folder = tempfile::Builder::new()
            .prefix("khien-postgres-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        give_to(user.as_ref(), folder.path())?;
        let mut server = Self { programs, user, folder, port: 0, running: None };
        server.initialise()?;
        let mut complaint = String::new();
        for _ in 0..PORTS_TRIED {
            server.port = free_port()?;
            match server.start_again() {
                Ok(()) => return Ok(server),
                Err(reason) => complaint = reason,
            }
        }
        Err(complaint)
    }

    /// The URL of the server's first database; tests make their own beside it.
    pub fn url(&self) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server once more after [`Postgres::stop`], on the same port with the same data.
    ///
    /// # Errors
    /// What the server complained about.
    pub fn start_again(&mut self) -> Result<(), String> {
        if self.running.is_some() {
            return Ok(());
        }
        let server = self.programs.join("postgres");
        let port = self.port.to_string();
        let log = fs::File::create(self.log()).map_err(|error| format!("{}: {error}", self.log().display()))?;
        let child = self
            .command("sh")
            .args(["-c", HOLD])
            .arg(self.folder.path())
            .arg(server)
            .arg("-D")
            .arg(self.data())
            .args(["-p", &port, "-k"])
            .arg(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("cannot start PostgreSQL: {error}"))?;
        self.running = Some(child);
        if wait_until(START_DEADLINE, || self.is_ready() || self.has_given_up()) && self.is_ready() {
            return Ok(());
        }
        self.stop();
        let complaint = fs::read_to_string(self.log()).unwrap_or_default();
        Err(format!("PostgreSQL did not start: {}", complaint.trim()))
    }

    /// Stops the server and keeps its data: connections break, as they do when a server is restarted.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            if let Some(mut pipe) = child.stdin.take() {
                // A shell that has gone needs no word any more.
                let _ = pipe.write_all(KEEP);
            }
            if !wait_until(STOP_DEADLINE, || matches!(child.try_wait(), Ok(Some(_)))) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }

    /// Makes the data folder. Texts sort in Vietnamese order, as on a server in Viet Nam: a query that relies on the
    /// order of bytes shows here.
    fn initialise(&self) -> Result<(), String> {
        let output = self
            .command(self.programs.join("initdb"))
            .args(["--no-sync", "--no-instructions", "--auth=trust", "--encoding=UTF8", "--username", SUPERUSER])
            .args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi", "-D"])
            .arg(self.data())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cannot start initdb: {error}"))?;
        if !output.status.success() {
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let settings = self.data().join("postgresql.auto.conf");
        fs::write(&settings, SETTINGS).map_err(|error| format!("{}: {error}", settings.display()))
    }

    /// A command as the user of the server, in a folder that it may enter.
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = match &self.user {
            None => Command::new(program.as_ref()),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={}", user.id), format!("--regid={}", user.group)]);
                command.arg("--clear-groups").arg(program.as_ref());
                command
            }
        };
        command.current_dir(self.folder.path());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The server writes its state into the last line of a file when it takes connections.
    fn is_ready(&self) -> bool {
        let state = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        state.lines().nth(7).is_some_and(|line| line.trim() == "ready")
    }

    /// A server that ends by itself leaves a complaint and no file of its state.
    fn has_given_up(&self) -> bool {
        let said = fs::read_to_string(self.log()).unwrap_or_default();
        said.contains("FATAL") && !self.data().join("postmaster.pid").exists()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends statements to a server, each on its own, with PostgreSQL's own client.
pub(crate) fn sql(url: &str, statements: &[&str]) -> Result<(), String> {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url]).stdin(Stdio::null());
    // It says NOTICE when there was nothing to drop.
    command.env("PGOPTIONS", "--client-min-messages=warning");
    for statement in statements {
        command.args(["--command", statement]);
    }
    let output = command.output().map_err(|error| format!("cannot start psql: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// The folder of PostgreSQL's programs: Debian's newest version, or what is on the path.
fn find_programs() -> Option<PathBuf> {
    let has_both = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let debian = versions.into_iter().rev().map(|(_, folder)| folder).find(has_both);
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.or_else(|| std::env::split_paths(&path).find(has_both))
}

fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

/// Whether this process is root, as the kernel says.
fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        let ids = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap_or_default();
        ids.split_whitespace().nth(1) == Some("0")
    })
}

fn somebody_else() -> Result<User, String> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let found = USERS.iter().find_map(|name| user_in(&accounts, name));
    found.ok_or_else(|| "PostgreSQL refuses to run as root, and there is no other user to run it as".to_owned())
}

/// A user in the text of `/etc/passwd`.
fn user_in(accounts: &str, name: &str) -> Option<User> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let mut numbers = fields.skip(1).map(str::parse);
        Some(User { id: numbers.next()?.ok()?, group: numbers.next()?.ok()? })
    })
}

#[cfg(unix)]
fn give_to(user: Option<&User>, folder: &Path) -> Result<(), String> {
    let Some(user) = user else { return Ok(()) };
    std::os::unix::fs::chown(folder, Some(user.id), Some(user.group))
        .map_err(|error| format!("cannot give {} to another user: {error}", folder.display()))
}

#[cfg(not(unix))]
fn give_to(_user: Option<&User>, _folder: &Path) -> Result<(), String> {
    Ok(())
}

/// Waits for something to become true; says whether it did in time.
fn wait_until(deadline: Duration, mut is_true: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if is_true() {
            return true;
        }
        if started.elapsed() > deadline {
            return false;
        }
        sleep(LOOK_AGAIN_AFTER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_stops_keeps_its_data_and_starts_again_on_its_port() {
        let mut server = match Postgres::start() {
            Ok(server) => server,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        let (url, folder) = (server.url(), server.folder.path().to_path_buf());
        sql(&url, &["CREATE TABLE kept (n BIGINT)"]).unwrap();
        server.stop();
        assert!(sql(&url, &["SELECT 1"]).is_err());
        server.start_again().unwrap();
        sql(&url, &["SELECT * FROM kept"]).unwrap();
        drop(server);
        assert!(!folder.exists());
        assert!(sql(&url, &["SELECT 1"]).is_err());
    }

    #[test]
    fn text_sorts_as_in_viet_nam() {
        let server = match Postgres::start() {
            Ok(server) => server,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        // By bytes, "Z" would come first and "đ" last.
        sql(&server.url(), &["SELECT 1 / (CASE WHEN 'a' < 'Z' AND 'd' < 'đ' AND 'đ' < 'e' THEN 1 ELSE 0 END)"])
            .unwrap();
    }

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let accounts =
            "root:x:0:0:root:/root:/bin/bash\nnobody2:x:7:8::/:/bin/sh\nnobody:x:65534:65533:n:/:/bin/false\n";
        assert_eq!(user_in(accounts, "nobody"), Some(User { id: 65534, group: 65533 }));
        assert_eq!(user_in(accounts, "postgres"), None);
        assert_eq!(user_in("broken:x\n", "broken"), None);
    }
}
