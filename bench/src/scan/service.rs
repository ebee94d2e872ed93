//! Documents of one megabyte through a gate, one after the other over one connection, beside clamd; and what memory the
//! service holds afterwards.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::gate::GATE;
use super::mix::{Chance, large_document};
use super::{megabytes, rules};
use crate::figures::{Bounds, beside, heading, note};
use crate::server::free_address;

/// How long one document may take, 99 of 100 times.
const P99_MILLISECONDS_MAX: f64 = 40.0;
/// What the gate and its workers may hold together.
const MEMORY_MB_MAX: f64 = 300.0;
/// How many documents are sent, no two of them alike: verdicts are remembered.
const DOCUMENTS: usize = 300;
/// How many of them are sent before the clock runs: every worker is started then.
const BEFORE: usize = 10;
/// How long a service may take until it answers.
const START_TIME_MAX: Duration = Duration::from_mins(1);
/// ClamAV's service.
const CLAMD: &str = "/usr/sbin/clamd";

/// Takes the figures with our rules, with more, and of clamd.
pub(super) fn run(bounds: &Bounds, khien: &Path, folder: &Path) -> Result<(), String> {
    let mut chance = Chance(1);
    let documents: Vec<Vec<u8>> = (0..DOCUMENTS + BEFORE).map(|_| large_document(&mut chance)).collect();
    let bytes: usize = documents.iter().map(Vec::len).sum();
    let size = megabytes(bytes as u64 / documents.len() as u64);
    heading(&format!("scan: {DOCUMENTS} documents of {size:.2} MB through ICAP, one connection"));
    let theirs = clamd_times(folder, &documents)?;
    let own = format!("{} own rules", rules::own()?);
    let more = format!("{} rules", rules::with_more()?);
    let us = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    let address = free_address()?;
    let mut with_own = Command::new(khien);
    with_own.args(["icap", "--listen", &address.to_string()]);
    gate_figures(bounds, &own, with_own, address, &documents, theirs.as_ref())?;
    let address = free_address()?;
    let mut with_more = Command::new(us);
    with_more.args([GATE, &address.to_string()]);
    gate_figures(bounds, &more, with_more, address, &documents, theirs.as_ref())
}

/// A service at work; ends with the value.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Service {
    fn start(mut command: Command) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command.spawn().map(Self).map_err(|error| format!("{program}: {error}"))
    }
}

/// Asks again until there is an answer.
fn until_it_answers<T>(mut ask: impl FnMut() -> Option<T>) -> Result<T, String> {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if begin.elapsed() > START_TIME_MAX {
            return Err(format!("a service did not answer within {START_TIME_MAX:?}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The times of all documents, the shortest first, in milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn of(documents: &[Vec<u8>], mut send: impl FnMut(usize, &[u8]) -> Result<(), String>) -> Result<Self, String> {
        let mut times = Vec::with_capacity(documents.len());
        for (number, document) in documents.iter().enumerate() {
            let begin = Instant::now();
            send(number, document)?;
            if number >= BEFORE {
                times.push(begin.elapsed().as_secs_f64() * 1000.0);
            }
        }
        times.sort_by(f64::total_cmp);
        Ok(Self(times))
    }

    /// The time that so many of a hundred do not exceed.
    fn percentile(&self, percent: usize) -> f64 {
        let place = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }
}

fn gate_figures(
    bounds: &Bounds,
    rules: &str,
    command: Command,
    address: SocketAddr,
    documents: &[Vec<u8>],
    theirs: Option<&Times>,
) -> Result<(), String> {
    let service = Service::start(command)?;
    let stream = until_it_answers(|| TcpStream::connect(address).ok())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let mut gate = BufReader::new(stream);
    let times = Times::of(documents, |number, document| ask_icap(&mut gate, address, number, document))?;
    bounds.at_most(&format!("{rules}: p99"), times.percentile(99), P99_MILLISECONDS_MAX, "ms");
    match theirs {
        Some(theirs) => {
            beside(&format!("{rules}: p50"), times.percentile(50), "clamd", theirs.percentile(50), "ms");
            beside(&format!("{rules}: p99"), times.percentile(99), "clamd", theirs.percentile(99), "ms");
        }
        None => note(&format!("{rules}: p50 {:.1} ms; clamd is not installed", times.percentile(50))),
    }
    // The gate starts as many workers as there are cores only when files come at the same time.
    let second = TcpStream::connect(address).map_err(|error| error.to_string())?;
    at_the_same_time(gate, BufReader::new(second), address, documents)?;
    let memory = Memory::of(service.0.id())?;
    note(&format!(
        "{rules}: {} processes, {:.0} MB when what they share counts once",
        memory.processes, memory.shared_once
    ));
    bounds.at_most(&format!("{rules}: memory, resident"), memory.resident, MEMORY_MB_MAX, "MB");
    Ok(())
}

/// Sends some documents again, under other names, over two connections at once.
fn at_the_same_time(
    mut one: BufReader<TcpStream>,
    mut other: BufReader<TcpStream>,
    address: SocketAddr,
    documents: &[Vec<u8>],
) -> Result<(), String> {
    let send = |gate: &mut BufReader<TcpStream>, first: usize| {
        let mut some = documents.iter().take(BEFORE).enumerate();
        some.try_for_each(|(number, document)| ask_icap(gate, address, first + number, document))
    };
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| send(&mut one, 10_000));
        let own = send(&mut other, 20_000);
        beside.join().map_err(|_| "a connection failed".to_owned())?.and(own)
    })
}

/// Asks whether a document may be uploaded; everything but "unchanged" is an error.
fn ask_icap(
    gate: &mut BufReader<TcpStream>,
    address: SocketAddr,
    number: usize,
    document: &[u8],
) -> Result<(), String> {
    let request =
        format!("PUT http://bench/{number}.docx HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n", document.len());
    let head = format!(
        "REQMOD icap://{address}/khien ICAP/1.0\r\nHost: {address}\r\nAllow: 204\r\nEncapsulated: req-hdr=0, req-body={}\r\n\r\n{request}{:x}\r\n",
        request.len(),
        document.len()
    );
    let stream = gate.get_mut();
    for part in [head.as_bytes(), document, b"\r\n0\r\n\r\n"] {
        stream.write_all(part).map_err(|error| format!("ICAP: {error}"))?;
    }
    let mut status = String::new();
    gate.read_line(&mut status).map_err(|error| format!("ICAP: {error}"))?;
    let mut line = String::new();
    while gate.read_line(&mut line).map_err(|error| format!("ICAP: {error}"))? > 2 {
        line.clear();
    }
    if status.contains(" 204 ") { Ok(()) } else { Err(format!("ICAP said {}", status.trim())) }
}

/// The times of clamd with one signature, each document over a connection of its own as its clients do; none without clamd.
fn clamd_times(folder: &Path, documents: &[Vec<u8>]) -> Result<Option<Times>, String> {
    if !Path::new(CLAMD).exists() {
        return Ok(None);
    }
    let own = folder.join("clamd");
    fs::create_dir(&own).map_err(|error| error.to_string())?;
    super::signature_of(&own, b"khien")?;
    let (socket, config) = (own.join("socket"), own.join("clamd.conf"));
    let text = format!("LocalSocket {}\nDatabaseDirectory {}\nForeground yes\n", socket.display(), own.display());
    fs::write(&config, text).map_err(|error| error.to_string())?;
    let mut command = Command::new(CLAMD);
    command.arg("--config-file").arg(&config);
    let service = Service::start(command)?;
    until_it_answers(|| UnixStream::connect(&socket).ok())?;
    let times =
        Times::of(documents, |_, document| ask_clamd(&socket, document).map_err(|error| format!("clamd: {error}")))?;
    let memory = Memory::of(service.0.id())?;
    note(&format!("clamd with one signature: {:.0} MB resident", memory.resident));
    Ok(Some(times))
}

fn ask_clamd(socket: &Path, document: &[u8]) -> std::io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    let length = u32::try_from(document.len()).map_err(std::io::Error::other)?;
    for part in [&b"zINSTREAM\0"[..], &length.to_be_bytes(), document, &[0; 4]] {
        stream.write_all(part)?;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.contains(": OK") { Ok(()) } else { Err(std::io::Error::other(answer)) }
}

/// What a process and those that it started hold, in MB.
struct Memory {
    processes: usize,
    /// The sum of what each holds: pages that several share count several times.
    resident: f64,
    /// The same with each page counted once.
    shared_once: f64,
}

impl Memory {
    fn of(process: u32) -> Result<Self, String> {
        let mut all = vec![process];
        for entry in fs::read_dir("/proc").map_err(|error| error.to_string())?.flatten() {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // Behind the name in brackets stand the state and the parent.
            let parent = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
            if parent == Some(process) {
                all.extend(entry.file_name().to_string_lossy().parse::<u32>());
            }
        }
        let (mut resident, mut shared_once) = (0.0, 0.0);
        for own in &all {
            let path = format!("/proc/{own}/smaps_rollup");
            let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
            resident += kibibytes(&text, "Rss:").ok_or("no Rss")?;
            shared_once += kibibytes(&text, "Pss:").ok_or("no Pss")?;
        }
        let mb = |kib: f64| kib * 1024.0 / 1_000_000.0;
        Ok(Self { processes: all.len(), resident: mb(resident), shared_once: mb(shared_once) })
    }
}

/// The number behind a word at the beginning of a line.
fn kibibytes(text: &str, word: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(word))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_a_time_that_was_measured() {
        let times = Times((1..=200).map(f64::from).collect());
        assert!(
            (times.percentile(50) - 100.0).abs() < f64::EPSILON && (times.percentile(99) - 198.0).abs() < f64::EPSILON
        );
        assert!((Times(vec![3.0]).percentile(99) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn memory_is_read_from_the_sums_of_the_kernel() {
        let text =
            "55c0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:               3100 kB\nPss:                 900 kB\n";
        assert_eq!(
            (kibibytes(text, "Rss:"), kibibytes(text, "Pss:"), kibibytes(text, "Swap:")),
            (Some(3100.0), Some(900.0), None)
        );
    }
}
