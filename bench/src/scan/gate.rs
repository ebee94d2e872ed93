//! What `khien scan` and `khien icap` do, with more rules than ours: the same scanner and the same gate, started by this
//! program in processes of their own, so that they can be measured from outside.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use khien_gates::icap::{IcapGate, IcapSettings, serve_icap};
use khien_gates::{Answer, Event, Gate, GateName, GatePolicy, Journal, Scanner as GateScanner, SpoolRoom, Upload};
use khien_inspect::Reason;
use khien_scan::{Scanner, Settings, worker};
use tokio::net::TcpListener;

use super::rules;

/// Looks into every file of a folder, or into one file.
pub(super) const FOLDER: &str = "scan-folder";
/// Is a gate at an address.
pub(super) const GATE: &str = "scan-gate";

/// Does one of the works that this program gives to itself; none if `arguments` name none.
pub(crate) fn work(arguments: &[String]) -> Option<Result<(), String>> {
    match arguments {
        [_, word] if word == worker::ARGUMENT => {
            Some(worker::run(khien_rules::load).map_err(|error| error.to_string()))
        }
        [_, word, path] if word == FOLDER => Some(look_into(Path::new(path))),
        [_, word, address] if word == GATE => Some(stand_at(address)),
        _ => None,
    }
}

fn scanner() -> Result<Scanner, String> {
    Scanner::new(Settings::default(), rules::more()).map_err(|problem| problem.to_string())
}

fn look_into(path: &Path) -> Result<(), String> {
    let scanner = scanner()?;
    let files = if path.is_dir() {
        fs::read_dir(path).map_err(|error| error.to_string())?.flatten().map(|entry| entry.path()).collect()
    } else {
        vec![path.to_owned()]
    };
    for path in files {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut file = fs::File::open(&path).map_err(|error| error.to_string())?;
        let mut upload = khien_scan::Upload::of_file(&name, &mut file).map_err(|error| error.to_string())?;
        scanner.scan(&mut upload).map_err(|problem| problem.to_string())?;
    }
    Ok(())
}

fn stand_at(address: &str) -> Result<(), String> {
    let room = Arc::new(SpoolRoom::new(std::env::temp_dir()));
    let threads = Arc::new(Threads(Arc::new(scanner()?)));
    let gate =
        Gate::new(GateName::new("bench"), threads, GatePolicy::default(), room, Arc::new(Nowhere), Timestamp::now);
    let gate = IcapGate::new(gate, IcapSettings::default()).map_err(|problem| problem.to_string())?;
    crate::store::two_workers()?.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| error.to_string())?;
        serve_icap(listener, None, Arc::new(gate), std::future::pending()).await;
        Ok(())
    })
}

/// The scanner, asked on threads of its own as `khien icap` asks it.
struct Threads(Arc<Scanner>);

impl GateScanner for Threads {
    async fn scan(&self, upload: Upload) -> Answer {
        let scanner = Arc::clone(&self.0);
        let scanned = tokio::task::spawn_blocking(move || {
            let bytes = upload.body.bytes().map_err(|error| error.to_string())?;
            let mut upload = khien_scan::Upload::of_bytes(&upload.name, &bytes);
            scanner.scan(&mut upload).map_err(|problem| problem.to_string())
        });
        match scanned.await {
            Ok(Ok(inspection)) => Answer::Inspected(inspection),
            Ok(Err(what)) => Answer::NotScanned(Reason::Unavailable { what }),
            Err(_) => Answer::NotScanned(Reason::ReaderCrashed),
        }
    }

    fn rules_id(&self) -> String {
        self.0.rules_id()
    }
}

/// Writes nothing down.
struct Nowhere;

impl Journal for Nowhere {
    fn record(&self, _: &Event) {}
}
