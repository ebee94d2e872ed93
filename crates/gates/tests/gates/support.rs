//! A scanner that goes by words in a file, a journal that is kept, and ways to talk to a gate.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use khien_gates::clamd::{ClamdGate, ClamdListener, ClamdSettings, serve_clamd};
use khien_gates::icap::{IcapGate, IcapLimits, IcapSettings, serve_icap};
use khien_gates::{Answer, Event, Gate, GateName, GatePolicy, Journal, Scanner, SpoolRoom, Upload};
use khien_inspect::{Effect, Finding, Inspection, Location, Node, Reason, Verdict};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Three files of the same length, all harmless: the last word is what the scanner goes by.
pub(crate) const CLEAN: &str = "KHIEN-HARMLESS-TEST clean.";
pub(crate) const BLOCKED: &str = "KHIEN-HARMLESS-TEST block!";
pub(crate) const LOCKED: &str = "KHIEN-HARMLESS-TEST locked";

/// Makes the scanner panic.
pub(crate) const CRASH: &str = "KHIEN-HARMLESS-TEST crash!";

/// Is done only when the scanner has been given this many files: it must take them side by side.
pub(crate) const WAITS: (&str, usize) = ("KHIEN-HARMLESS-TEST waits!", 4);

/// How often a scan that waits looks again.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Keeps the scanner busy for longer than it may.
pub(crate) const ENDLESS: &str = "KHIEN-HARMLESS-TEST sleeps";

/// Looks for those words, and keeps what it was given.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) rules: Mutex<String>,
    pub(crate) uploads: Mutex<Vec<Upload>>,
    busy: AtomicUsize,
    /// The most files at once.
    pub(crate) most_busy: AtomicUsize,
}

impl Scanner for Words {
    async fn scan(&self, upload: Upload) -> Answer {
        let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_busy.fetch_max(busy, Ordering::SeqCst);
        let bytes = upload.body.bytes().unwrap().into_owned();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.uploads.lock().unwrap().push(upload.clone());
        assert!(!text.contains("crash!"), "this is what the test asks for");
        if text.contains("sleeps") {
            tokio::time::sleep(Duration::from_hours(1)).await;
        }
        while text.contains("waits!") && self.uploads.lock().unwrap().len() < WAITS.1 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let mut node = Node {
            path: upload.name.clone(),
            name: upload.name,
            parent: None,
            how: "".into(),
            types: Vec::new(),
            size: Some(bytes.len() as u64),
            sha256: None,
            not_inspected: Vec::new(),
        };
        let (mut verdict, mut findings) = (Verdict::Clean, Vec::new());
        if text.contains("locked") {
            verdict = Verdict::NotInspected;
            node.not_inspected.push(Reason::Encrypted);
        }
        if text.contains("block!") {
            verdict = Verdict::Blocked;
            findings.push(finding("test-word", Effect::Blocked));
        } else if text.contains("odd!") {
            verdict = Verdict::Suspicious;
            findings.push(finding("test-odd", Effect::Suspicious));
        }
        let sha256 = upload.body.sha256().to_owned();
        tokio::time::sleep(LOOK_EVERY).await;
        self.busy.fetch_sub(1, Ordering::SeqCst);
        Answer::Inspected(Arc::new(Inspection { verdict, sha256, rules: self.rules_id(), nodes: vec![node], findings }))
    }

    fn rules_id(&self) -> String {
        self.rules.lock().unwrap().clone()
    }
}

fn finding(id: &str, effect: Effect) -> Finding {
    Finding {
        id: id.to_owned(),
        effect,
        node: 0,
        location: Location::Offset(20),
        evidence: "block!".to_owned(),
        attack: None,
        title_vi: "Tệp có từ khóa thử nghiệm".to_owned(),
        title_en: "The file holds the word of the test".to_owned(),
        fix_vi: "Bỏ từ khóa thử nghiệm.".to_owned(),
        fix_en: "Take the word out.".to_owned(),
    }
}

/// Keeps what became of each file.
#[derive(Debug, Default)]
pub(crate) struct Kept(pub(crate) Mutex<Vec<Event>>);

impl Journal for Kept {
    fn record(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// The moment of every event.
pub(crate) fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// What a test can set.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) policy: GatePolicy,
    pub(crate) icap: IcapSettings,
    pub(crate) clamd: ClamdSettings,
    pub(crate) scan_time: Duration,
    /// How much of a file waits in memory, in bytes.
    pub(crate) memory_bytes: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: GatePolicy::default(),
            icap: IcapSettings::default(),
            clamd: ClamdSettings::default(),
            scan_time: Duration::from_mins(1),
            memory_bytes: khien_gates::MEMORY_BYTES,
        }
    }
}

impl Setup {
    pub(crate) fn with_limits(limits: IcapLimits) -> Self {
        Self { icap: IcapSettings { limits, ..IcapSettings::default() }, ..Self::default() }
    }

    /// The parts of a gate with this setup.
    pub(crate) fn gate(&self) -> (Gate<Words>, Arc<Words>, Arc<Kept>) {
        let (scanner, journal) = (Arc::new(Words::default()), Arc::new(Kept::default()));
        "rules-1".clone_into(&mut scanner.rules.lock().unwrap());
        let room = SpoolRoom::with_bounds(std::env::temp_dir(), self.memory_bytes, khien_gates::TOTAL_MEMORY_BYTES);
        let name = GateName::new("test");
        let gate = Gate::new(name, Arc::clone(&scanner), self.policy, Arc::new(room), journal.clone(), noon);
        (gate.with_scan_time(self.scan_time), scanner, journal)
    }
}

/// A gate that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) scanner: Arc<Words>,
    pub(crate) journal: Arc<Kept>,
    pub(crate) end: Option<oneshot::Sender<()>>,
    pub(crate) task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) async fn icap(setup: &Setup) -> Self {
        Self::icap_with_tls(setup, None).await
    }

    pub(crate) async fn icap_with_tls(setup: &Setup, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let (gate, scanner, journal) = setup.gate();
        let gate = Arc::new(IcapGate::new(gate, setup.icap.clone()).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(serve_icap(listener, tls, gate, async { drop(ended.await) }));
        Self { address, scanner, journal, end: Some(end), task }
    }

    pub(crate) async fn clamd(setup: &Setup) -> Self {
        let (gate, scanner, journal) = setup.gate();
        let gate = Arc::new(ClamdGate::new(gate, setup.clamd.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(serve_clamd(ClamdListener::Tcp(listener), gate, async { drop(ended.await) }));
        Self { address, scanner, journal, end: Some(end), task }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// What comes back for `bytes`, when nothing more is sent.
    pub(crate) async fn ask(&self, bytes: &[u8]) -> Vec<u8> {
        let stream = self.connect().await;
        let (mut reading, mut writing) = stream.into_split();
        let mut answer = Vec::new();
        let sending = async {
            // A gate that has said no need not read to the end.
            let _ = writing.write_all(bytes).await;
            let _ = writing.shutdown().await;
        };
        let ((), read) = tokio::join!(sending, reading.read_to_end(&mut answer));
        read.unwrap();
        answer
    }

    /// The same as text.
    pub(crate) async fn ask_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.ask(text.as_bytes()).await).into_owned()
    }

    /// What became of each file: verdict, whether it passed, why.
    pub(crate) fn events(&self) -> Vec<(Verdict, bool, Option<String>)> {
        let events = self.journal.0.lock().unwrap();
        events.iter().map(|event| (event.verdict, event.passed, event.reason.clone())).collect()
    }
}

/// Reads until `wanted` has come.
pub(crate) async fn read_until(stream: &mut (impl tokio::io::AsyncRead + Unpin), wanted: &str) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if text.contains(wanted) {
            return text;
        }
        let count = stream.read_buf(&mut read).await.unwrap();
        assert!(count > 0, "it ended without {wanted:?}: {text}");
    }
}

/// `bytes` as chunks of at most `size`.
pub(crate) fn chunks(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for chunk in bytes.chunks(size) {
        all.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        all.extend_from_slice(chunk);
        all.extend_from_slice(b"\r\n");
    }
    all.extend_from_slice(b"0\r\n\r\n");
    all
}

/// A whole `REQMOD` that sends `body` as `name` to `service`, with these headers (each with its `\r\n`).
pub(crate) fn reqmod(service: &str, headers: &str, name: &str, body: &[u8]) -> Vec<u8> {
    let http = format!("PUT /{name} HTTP/1.1\r\nHost: files.example\r\n\r\n");
    let length = http.len();
    let icap = format!(
        "REQMOD icap://gate/{service} ICAP/1.0\r\nHost: gate\r\n{headers}Encapsulated: req-hdr=0, req-body={length}\r\n\r\n"
    );
    [icap.as_bytes(), http.as_bytes(), &chunks(body, 60_000)].concat()
}

/// The bodies of chunked answers put together: everything behind the encapsulated heads of the last answer.
pub(crate) fn unchunked(bytes: &[u8]) -> Vec<u8> {
    let mut chunked = khien_gates::icap::Chunked::default();
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let (taken, step) = chunked.step(&bytes[at..]).unwrap();
        match step {
            khien_gates::icap::Step::Data(data) => body.extend_from_slice(data),
            khien_gates::icap::Step::Between => {}
            khien_gates::icap::Step::End { .. } => return body,
            khien_gates::icap::Step::More => panic!("the body has no end"),
        }
        at += taken;
    }
}

/// Where `wanted` ends in `bytes`.
pub(crate) fn end_of(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap() + wanted.len()
}
