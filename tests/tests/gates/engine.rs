//! Gates with the engine behind them, and one rule: a marker that stands for everything bad.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use khien_gates::clamd::{ClamdGate, ClamdListener, ClamdSettings, serve_clamd};
use khien_gates::icap::{IcapGate, IcapSettings, serve_icap};
use khien_gates::{Answer, Event, Gate, GateName, GatePolicy, Journal, Scanner, SpoolRoom, Upload};
use khien_inspect::{Context, Effect, FileType, Limits, Policy, Reason, RuleHit, Rules, inspect};
use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::Runtime;

/// Harmless, and blocked wherever it stands.
pub(crate) const MARKER: &[u8] = b"KHIEN-HARMLESS-TEST";

/// The rule that finds the marker.
struct Marker;

impl Rules for Marker {
    fn id(&self) -> &'static str {
        "marker-1"
    }

    fn scan(&self, bytes: &[u8], _: &[FileType], _: &str) -> Result<Vec<RuleHit>, Reason> {
        let Some(at) = bytes.windows(MARKER.len()).position(|window| window == MARKER) else { return Ok(Vec::new()) };
        let text = |text: &str| text.to_owned();
        Ok(vec![RuleHit {
            rule: text("Harmless_Marker"),
            offset: at as u64,
            evidence: text("KHIEN-HARMLESS-TEST"),
            effect: Effect::Blocked,
            attack: None,
            title_vi: text("Tệp có dấu thử nghiệm."),
            title_en: text("The file holds the mark of the test."),
            fix_vi: text("Bỏ dấu thử nghiệm."),
            fix_en: text("Take the mark out."),
        }])
    }
}

/// The engine, in this process.
struct Engine;

impl Scanner for Engine {
    async fn scan(&self, upload: Upload) -> Answer {
        let look = move || {
            let (limits, policy) = (Limits::default(), Policy::default());
            let context = Context { rules: &Marker, limits: &limits, policy: &policy, passwords: &[] };
            Arc::new(inspect(&upload.name, &upload.body.bytes().unwrap(), &context))
        };
        match tokio::task::spawn_blocking(look).await {
            Ok(inspection) => Answer::Inspected(inspection),
            Err(_) => Answer::NotScanned(Reason::ReaderCrashed),
        }
    }

    fn rules_id(&self) -> String {
        Marker.id().to_owned()
    }
}

/// What became of each file.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Vec<Event>>);

impl Journal for Kept {
    fn record(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Kept {
    /// Verdicts and names, in the order of decisions.
    pub(crate) fn told(&self) -> Vec<(String, &'static str)> {
        self.0.lock().unwrap().iter().map(|event| (event.name.clone(), event.verdict.as_str())).collect()
    }
}

/// A gate that runs in its own threads until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) journal: Arc<Kept>,
    _runtime: Runtime,
}

fn gate(journal: &Arc<Kept>) -> Gate<Engine> {
    let room = Arc::new(SpoolRoom::new(std::env::temp_dir()));
    let (name, policy) = (GateName::new("test"), GatePolicy::default());
    Gate::new(name, Arc::new(Engine), policy, room, Arc::clone(journal) as Arc<dyn Journal>, Timestamp::now)
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn icap() -> Running {
    let (runtime, journal) = (runtime(), Arc::new(Kept::default()));
    let gate = Arc::new(IcapGate::new(gate(&journal), IcapSettings::default()).unwrap());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve_icap(listener, None, gate, std::future::pending()));
    Running { address, journal, _runtime: runtime }
}

/// One gate at an address and at a socket in the file system.
pub(crate) fn clamd(socket: &Path) -> Running {
    let (runtime, journal) = (runtime(), Arc::new(Kept::default()));
    let gate = Arc::new(ClamdGate::new(gate(&journal), ClamdSettings::default()));
    let guard = runtime.enter();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve_clamd(ClamdListener::Tcp(listener), Arc::clone(&gate), std::future::pending()));
    let listener = UnixListener::bind(socket).unwrap();
    runtime.spawn(serve_clamd(ClamdListener::Unix(listener), gate, std::future::pending()));
    drop(guard);
    Running { address, journal, _runtime: runtime }
}

/// Files by their names: clean, blocked at the surface, blocked within, of a kind that nobody knows.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let marked = [b"Mot van ban ".as_slice(), MARKER, b" va phan con lai.\n"].concat();
    vec![
        ("sach.txt", "Một văn bản bình thường.\n".repeat(40).into_bytes(), "clean"),
        ("sach-lon.txt", "Một văn bản dài.\n".repeat(260_000).into_bytes(), "clean"),
        ("dau.txt", marked.clone(), "blocked"),
        ("dau.txt.gz", gzip(&marked), "blocked"),
        ("dau-lon.txt", ["Văn bản dài.\n".repeat(400_000).into_bytes(), marked].concat(), "blocked"),
        (
            "la.bin",
            (0..2000_u32).map(|number| u8::try_from(number * 193 % 251).unwrap() | 0x80).collect(),
            "not_inspected",
        ),
    ]
}

/// `bytes` in gzip (RFC 1952), stored: no compressor is needed to make one.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01".to_vec();
    let length = u16::try_from(bytes.len()).unwrap();
    packed.extend_from_slice(&length.to_le_bytes());
    packed.extend_from_slice(&(!length).to_le_bytes());
    packed.extend_from_slice(bytes);
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    packed.extend_from_slice(&(!crc).to_le_bytes());
    packed.extend_from_slice(&u32::from(length).to_le_bytes());
    packed
}
