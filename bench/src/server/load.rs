//! A fleet of agents in a few threads: signed reports over kept-alive TLS connections, as fast as they are answered.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_protocol::{CONTENT_TYPE, REPORTS_PATH, Report, SigningKey, sign};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// How long a server may be silent before the benchmark gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer is a few hundred bytes; one that is longer than this is not what was asked for.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// One agent: its key, and the highest counter it has used.
pub(crate) struct Agent {
    /// What it signs with.
    pub(crate) key: SigningKey,
    /// The counter of its last request.
    pub(crate) counter: u64,
}

/// Where the server listens and how to trust it.
pub(crate) struct Target {
    /// Its address.
    pub(crate) address: SocketAddr,
    /// Trusts the server's own CA.
    pub(crate) tls: Arc<ClientConfig>,
}

/// What a run of the fleet came to.
pub(crate) struct Pace {
    /// Answered reports per second.
    pub(crate) per_second: f64,
    /// The time under which 99 of 100 were answered.
    pub(crate) p99: Duration,
}

/// Lets `agents` report for `time` over `connections`, each report made by `report(agent's number, round, now)`.
pub(crate) fn drive(
    target: &Target,
    agents: &mut [Agent],
    connections: usize,
    time: Duration,
    report: &(dyn Fn(usize, usize, Timestamp) -> Report + Sync),
) -> Result<Pace, String> {
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let share = agents.len().div_ceil(connections);
    let begin = Instant::now();
    let waits: Result<Vec<Vec<Duration>>, String> = thread::scope(|scope| {
        let (stop, answered) = (&stop, &answered);
        let threads: Vec<_> = agents
            .chunks_mut(share)
            .enumerate()
            .map(|(place, agents)| {
                scope.spawn(move || {
                    let outcome = one_connection(target, agents, place * share, stop, answered, report);
                    if outcome.is_err() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    outcome
                })
            })
            .collect();
        while begin.elapsed() < time && !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().map(|one| one.join().map_err(|_| "a thread of the fleet panicked".to_owned())?).collect()
    });
    let elapsed = begin.elapsed();
    let mut waits: Vec<Duration> = waits?.into_iter().flatten().collect();
    waits.sort_unstable();
    let p99 = waits.get(waits.len() * 99 / 100).copied().ok_or("nothing was answered")?;
    #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
    let count = answered.load(Ordering::Relaxed) as f64;
    Ok(Pace { per_second: count / elapsed.as_secs_f64(), p99 })
}

/// Reports for one agent after the other until told to stop; returns how long each waited.
fn one_connection(
    target: &Target,
    agents: &mut [Agent],
    first: usize,
    stop: &AtomicBool,
    answered: &AtomicUsize,
    report: &(dyn Fn(usize, usize, Timestamp) -> Report + Sync),
) -> Result<Vec<Duration>, String> {
    let mut stream = connect(target)?;
    let (mut waits, mut round) = (Vec::new(), 0);
    loop {
        for (place, agent) in agents.iter_mut().enumerate() {
            if stop.load(Ordering::Relaxed) {
                return Ok(waits);
            }
            let now = Timestamp::now();
            let body = serde_json::to_vec(&report(first + place, round, now)).map_err(|error| error.to_string())?;
            agent.counter += 1;
            let request = request(&agent.key, &body, agent.counter, now);
            let begin = Instant::now();
            stream.write_all(&request).map_err(|error| format!("sending: {error}"))?;
            let answer = read_answer(&mut stream)?;
            waits.push(begin.elapsed());
            if !answer.starts_with("HTTP/1.1 200 ") {
                return Err(format!("the server answered: {answer}"));
            }
            answered.fetch_add(1, Ordering::Relaxed);
        }
        round += 1;
    }
}

fn connect(target: &Target) -> Result<StreamOwned<ClientConnection, TcpStream>, String> {
    let name = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
    let session = ClientConnection::new(Arc::clone(&target.tls), name).map_err(|error| error.to_string())?;
    let socket = TcpStream::connect(target.address).map_err(|error| format!("connecting: {error}"))?;
    socket.set_nodelay(true).map_err(|error| error.to_string())?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
    Ok(StreamOwned::new(session, socket))
}

/// The whole request as it goes over the line.
fn request(key: &SigningKey, body: &[u8], counter: u64, now: Timestamp) -> Vec<u8> {
    let mut head = format!("POST {REPORTS_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in sign(key, "POST", REPORTS_PATH, body, counter, now) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    debug_assert!(head.contains(CONTENT_TYPE), "the signature brings the content type");
    head.push_str("\r\n");
    let mut whole = head.into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// Reads one answer whose length is declared, head and body.
fn read_answer(stream: &mut impl std::io::Read) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(1024);
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).map_err(|error| format!("receiving: {error}"))?;
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = declared_length(head).ok_or_else(|| format!("an answer without a length: {head}"))?;
            if body.len() >= length {
                return Ok(text.into_owned());
            }
        }
        if count == 0 || bytes.len() > ANSWER_BYTES_MAX {
            return Err(format!("the answer broke off after {} bytes", bytes.len()));
        }
    }
}

fn declared_length(head: &str) -> Option<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next()?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_declared_end() {
        let mut whole: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert!(read_answer(&mut whole).expect("an answer").ends_with("\r\n\r\n{}"));
        let mut cut: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}";
        assert_eq!(read_answer(&mut cut).expect_err("it breaks off"), "the answer broke off after 40 bytes");
        let mut unsized_answer: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n{}";
        assert!(read_answer(&mut unsized_answer).is_err());
    }
}
