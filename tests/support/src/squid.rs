//! A real proxy (Squid) that asks a gate over ICAP about everything that goes through it, and is thrown away.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tempfile::TempDir;

use crate::directory::{Held, free_port, wait_for, write};

const ADDRESS: &str = "127.0.0.1";

const PROGRAM: &str = "/usr/sbin/squid";

/// From this release on a large answer that comes faster than the gate reads it goes through (Squid's bug 5352).
const WITH_LARGE_ANSWERS: (u32, u32) = (6, 10);

/// A running Squid.
#[derive(Debug)]
pub struct Squid {
    /// Its port for clients.
    pub port: u16,
    _held: Held,
    _folder: TempDir,
}

impl Squid {
    /// Starts a proxy that asks the gate at `gate` about uploads (the service `reqmod`) and downloads (`respmod`).
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start(gate: SocketAddr) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("khien-squid-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let path = folder.path();
        // Started by root, it goes on as another user, who writes its log here.
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).map_err(|error| error.to_string())?;
        let port = free_port()?;
        write(&path.join("squid.conf"), &settings(&path.display().to_string(), port, gate))?;
        let (settings, log) = (path.join("squid.conf").display().to_string(), path.join("log"));
        let held = Held::start(PROGRAM, &["-N", "-f", &settings], &log)?;
        wait_for(&format!("{ADDRESS}:{port}"), &log)
            .map_err(|reason| format!("{reason} (Debian's package squid is needed)"))?;
        Ok(Self { port, _held: held, _folder: folder })
    }

    /// Whether this release lets large answers through; before, it waits for ever when they come too fast.
    ///
    /// # Errors
    /// A sentence: that it does not, or that it is not here.
    pub fn takes_large_answers() -> Result<(), String> {
        let said =
            Command::new(PROGRAM).arg("-v").output().map_err(|error| format!("cannot start {PROGRAM}: {error}"))?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let version = said.lines().next().unwrap_or_default().rsplit(' ').next().unwrap_or_default();
        let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
        let release = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if release >= WITH_LARGE_ANSWERS {
            return Ok(());
        }
        Err(format!("Squid {version} stands still when a large answer comes fast (its bug 5352)"))
    }
}

/// Nothing is kept, and nothing goes on when the gate does not answer.
fn settings(folder: &str, port: u16, gate: SocketAddr) -> String {
    format!(
        "http_port {ADDRESS}:{port}\n\
         visible_hostname khien-test\n\
         pid_filename none\n\
         access_log none\n\
         cache_log {folder}/cache.log\n\
         netdb_filename none\n\
         pinger_enable off\n\
         cache deny all\n\
         cache_mem 8 MB\n\
         shutdown_lifetime 0 seconds\n\
         http_access allow all\n\
         icap_enable on\n\
         icap_preview_enable on\n\
         icap_service_failure_limit -1\n\
         adaptation_send_client_ip on\n\
         icap_service up reqmod_precache bypass=off icap://{gate}/reqmod\n\
         icap_service down respmod_precache bypass=off icap://{gate}/respmod\n\
         adaptation_access up allow all\n\
         adaptation_access down allow all\n"
    )
}
