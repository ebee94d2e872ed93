//! The server within its bounds: thousands of connections that say nothing, slow ones, bodies that are too long or too deep,
//! clocks that are wrong. Each is answered with what is wrong, and others do not notice.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use khien_protocol::REPORTS_PATH;
use khien_server::limits::REQUEST_TIME;
use khien_store::{Store, StoreOptions};
use khien_tests::program::{Device, Server, free_port, now, report};

/// Bodies of each kind that come slowly at once.
const SLOW_BODIES: usize = 20;

/// Connections that are opened and say nothing. Each is a file of this process and one of the server's.
const HALF_OPEN: usize = 10_000;

struct Place {
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    server: Server,
}

fn place() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let server = Server::start(folder.path(), None, free_port());
    Place { folder, runtime, server }
}

impl Place {
    fn device(&self) -> Device {
        let url = format!("sqlite://{}", self.folder.path().join("khien.db").display());
        let store = self.runtime.block_on(Store::open(&url, &StoreOptions::default())).expect("the store");
        let device = Device::enrol(&store, &self.runtime, self.server.address, 1);
        self.runtime.block_on(store.close());
        device
    }

    /// How many connections the server counts.
    fn connections(&self) -> usize {
        let (_, counted) = self.server.get("/metrics").expect("an answer");
        let open = counted.lines().find_map(|line| line.strip_prefix("khien_connections ")).expect("a count");
        open.parse().expect("a number")
    }
}

#[test]
fn ten_thousand_connections_that_say_nothing_keep_nobody_out() {
    let place = place();
    let mut silent = Vec::with_capacity(HALF_OPEN);
    for number in 0..HALF_OPEN {
        match TcpStream::connect(place.server.address) {
            Ok(stream) => silent.push(stream),
            // What this process may open is the system's to say; the server is tried with as many.
            Err(error) => {
                println!("the system allows {number} connections here: {error}");
                break;
            }
        }
    }
    assert!(silent.len() >= HALF_OPEN / 10, "only {} connections", silent.len());
    // Room for the question itself.
    silent.truncate(silent.len().saturating_sub(16));
    let began = Instant::now();
    let (status, text) = place.server.get("/healthz").expect("an answer");
    assert_eq!(status, 200, "{text}");
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    // A connection is counted by the task that serves it, which may begin after a later one has been answered.
    while place.connections() < silent.len() {
        assert!(began.elapsed() < Duration::from_secs(5), "{} of {} are open", place.connections(), silent.len());
    }
}

#[test]
fn a_request_that_comes_letter_by_letter_is_cut_off() {
    let place = place();
    let mut stream = TcpStream::connect(place.server.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a time limit");
    let began = Instant::now();
    let mut answer = Vec::new();
    for letter in b"GET / HTTP/1.1\r\nhost: khien\r\nx: ".iter().chain(std::iter::repeat_n(&b'a', 1_000)) {
        let mut buffer = [0; 1024];
        match (stream.write_all(&[*letter]), stream.read(&mut buffer)) {
            (Err(_), _) | (_, Ok(0)) => break,
            (_, Ok(read)) => answer.extend_from_slice(&buffer[..read]),
            (_, Err(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            (_, Err(_)) => break,
        }
        assert!(began.elapsed() < Duration::from_secs(40), "it is still open");
    }
    assert!(began.elapsed() > Duration::from_secs(5), "cut off after {:?}", began.elapsed());
    assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200"), "it was answered");
}

#[test]
fn bodies_that_come_letter_by_letter_are_cut_off_and_hold_nobody_up() {
    let place = place();
    let began = Instant::now();
    let mut slow: Vec<TcpStream> =
        [(REPORTS_PATH, "application/json"), ("/sign-in", "application/x-www-form-urlencoded")]
            .into_iter()
            .flat_map(|kind| std::iter::repeat_n(kind, SLOW_BODIES))
            .map(|(path, kind)| {
                let mut stream = TcpStream::connect(place.server.address).expect("a connection");
                stream.set_read_timeout(Some(Duration::from_millis(1))).expect("a time limit");
                let head = format!(
                    "POST {path} HTTP/1.1\r\nhost: khien\r\ncontent-type: {kind}\r\ncontent-length: 1000\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).expect("sent");
                stream
            })
            .collect();
    let mut answers = Vec::new();
    while !slow.is_empty() {
        // One byte each in a second: no connection ever stands still.
        std::thread::sleep(Duration::from_secs(1));
        slow.retain_mut(|stream| {
            let mut buffer = [0; 1024];
            match stream.read(&mut buffer) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    // When it was cut off just now, the next look finds the answer.
                    let _ = stream.write_all(b"a");
                    true
                }
                Ok(read) => {
                    answers.push(String::from_utf8_lossy(&buffer[..read]).into_owned());
                    false
                }
                Err(_) => false,
            }
        });
        let asked = Instant::now();
        assert_eq!(place.server.get("/healthz").map(|(status, _)| status), Some(200));
        assert!(asked.elapsed() < Duration::from_secs(5), "others wait {:?}", asked.elapsed());
        assert!(began.elapsed() < REQUEST_TIME + Duration::from_secs(15), "{} are still open", slow.len());
    }
    assert!(began.elapsed() + Duration::from_secs(1) >= REQUEST_TIME, "cut off after {:?}", began.elapsed());
    // An agent is to send the same again, so nothing may look wrong with its report.
    for (status, whose) in [("HTTP/1.1 503", "agents"), ("HTTP/1.1 408", "browsers")] {
        let told = answers.iter().filter(|answer| answer.starts_with(status)).count();
        assert_eq!(told, SLOW_BODIES, "{whose} that are too slow hear so: {answers:?}");
    }
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let place = place();
    let answered = |path: &str, kind: &str| {
        let mut stream = TcpStream::connect(place.server.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: khien\r\ncontent-type: {kind}\r\ncontent-length: 104857600\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    let agent = answered(REPORTS_PATH, "application/json");
    assert!(agent.starts_with("HTTP/1.1 413"), "{agent}");
    assert!(agent.contains("body_too_large"), "{agent}");
    let page = answered("/sign-in", "application/x-www-form-urlencoded");
    assert!(page.starts_with("HTTP/1.1 413"), "{page}");
    // Without a length the body is read up to the bound and no further.
    let mut stream = TcpStream::connect(place.server.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
    stream
        .write_all(
            format!("POST {REPORTS_PATH} HTTP/1.1\r\nhost: khien\r\ntransfer-encoding: chunked\r\n\r\n").as_bytes(),
        )
        .expect("sent");
    let chunk = [format!("{:x}\r\n", 64 * 1024).into_bytes(), vec![b'a'; 64 * 1024], b"\r\n".to_vec()].concat();
    let sent = (0..1_600).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!(sent < 1_600, "all of it was taken");
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..read]);
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    // When the connection is cut while more is sent, the system may throw the answer away.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(place.server.get("/healthz").map(|(status, _)| status), Some(200));
}

#[test]
fn what_is_deep_late_copied_or_changed_is_refused_with_its_reason() {
    let place = place();
    let mut device = place.device();
    let address = place.server.address;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let (status, refusal) = device.send(address, REPORTS_PATH, &deep).expect("an answer");
    assert_eq!((status, &refusal["code"]), (400, &"malformed".into()), "{refusal}");

    let body = report("Debian 12");
    let hour_ago = now() - jiff::SignedDuration::from_hours(1);
    let headers = device.signed_at(REPORTS_PATH, &body, hour_ago);
    let (status, refusal) = device.send_signed(address, REPORTS_PATH, &body, &headers).expect("an answer");
    assert_eq!((status, &refusal["code"]), (400, &"clock_skew".into()), "{refusal}");
    assert!(refusal["hint"]["vi"].as_str().is_some_and(|hint| hint.contains("giờ")), "{refusal}");

    let headers = device.signed_at(REPORTS_PATH, &body, now());
    let first = device.send_signed(address, REPORTS_PATH, &body, &headers).expect("an answer");
    assert_eq!(first.0, 200, "{}", first.1);
    let (status, refusal) = device.send_signed(address, REPORTS_PATH, &body, &headers).expect("an answer");
    assert_eq!((status, &refusal["code"]), (409, &"replay".into()), "{refusal}");

    let headers = device.signed_at(REPORTS_PATH, &body, now());
    let (status, refusal) =
        device.send_signed(address, REPORTS_PATH, &report("Debian 13"), &headers).expect("an answer");
    assert_eq!((status, &refusal["code"]), (400, &"digest_mismatch".into()), "{refusal}");
}

#[test]
fn a_server_that_is_told_to_stop_answers_what_it_has_begun() {
    let mut place = place();
    let mut device = place.device();
    let (status, answer) = device.send(place.server.address, REPORTS_PATH, &report("Debian 12")).expect("an answer");
    assert_eq!(status, 200, "{answer}");
    let began = Instant::now();
    assert!(place.server.stop(), "it ends well");
    assert!(began.elapsed() < Duration::from_secs(25), "it took {:?}", began.elapsed());
}
