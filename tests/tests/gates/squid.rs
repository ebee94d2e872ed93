//! Squid between a browser and a web server: uploads and downloads, clean ones whole, blocked ones not at all.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use khien_test_support::Squid;

use crate::engine::{MARKER, files, icap};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A web server that hands files out and takes them in.
#[derive(Default)]
struct Origin {
    files: BTreeMap<String, Vec<u8>>,
    /// What came in, by path.
    taken: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Origin {
    fn start(files: BTreeMap<String, Vec<u8>>) -> (Arc<Self>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let origin = Arc::new(Self { files, taken: Mutex::default() });
        let serving = Arc::clone(&origin);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = Arc::clone(&serving);
                thread::spawn(move || serving.answer(stream));
            }
        });
        (origin, address)
    }

    fn answer(&self, mut stream: TcpStream) {
        let Some((head, mut body)) = head_and_rest(&mut stream) else { return };
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap().to_owned());
        let answer = if method == "GET" {
            self.files.get(path.trim_start_matches('/')).cloned().unwrap_or_default()
        } else {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            let length: usize = length.unwrap_or(0);
            while body.len() < length {
                let mut piece = vec![0; 64 * 1024];
                match stream.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => body.extend_from_slice(&piece[..read]),
                }
            }
            self.taken.lock().unwrap().push((path, body));
            b"taken".to_vec()
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            answer.len()
        );
        // The proxy may not want all of it.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&answer);
    }
}

/// A head of HTTP and what was read behind it.
fn head_and_rest(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut all = Vec::new();
    loop {
        if let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = all.split_off(end + 4);
            return Some((String::from_utf8_lossy(&all).into_owned(), rest));
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).ok()? {
            0 => return None,
            read => all.extend_from_slice(&piece[..read]),
        }
    }
}

/// Asks through the proxy: the status and the body.
fn fetch(proxy: u16, method: &str, url: &str, headers: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", proxy)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = if method == "GET" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let host = url.split('/').nth(2).unwrap();
    let head = format!("{method} {url} HTTP/1.0\r\nHost: {host}\r\n{length}{headers}\r\n");
    let mut sending = stream.try_clone().unwrap();
    let request = [head.as_bytes(), body].concat();
    // The answer may come before all is sent.
    let sender = thread::spawn(move || drop(sending.write_all(&request)));
    let (head, mut answer) = head_and_rest(&mut stream).expect("an answer");
    stream.read_to_end(&mut answer).unwrap();
    sender.join().unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

fn holds_marker(bytes: &[u8]) -> bool {
    bytes.windows(MARKER.len()).any(|window| window == MARKER)
}

/// An answer up to this size, in bytes, goes through every release of Squid.
const SMALL: usize = 60_000;

#[test]
fn squid_asks_about_uploads() {
    go_through("PUT", |_| true);
}

#[test]
fn squid_asks_about_small_downloads() {
    go_through("GET", |content| content.len() <= SMALL);
}

#[test]
fn squid_asks_about_large_downloads() {
    if let Err(reason) = Squid::takes_large_answers() {
        println!("SKIPPED: {reason}");
        return;
    }
    go_through("GET", |content| content.len() > SMALL);
}

/// Sends the files that are `wanted` through the proxy: clean ones go through whole, of the others comes a page.
fn go_through(method: &str, wanted: impl Fn(&[u8]) -> bool) {
    let gate = icap();
    let squid = match Squid::start(gate.address) {
        Ok(squid) => squid,
        Err(reason) => {
            println!("SKIPPED: {reason}");
            return;
        }
    };
    let handed_out = files().into_iter().map(|(name, content, _)| (name.to_owned(), content)).collect();
    let (origin, address) = Origin::start(handed_out);
    let mut expected = Vec::new();
    for (name, content, verdict) in files().into_iter().filter(|(_, content, _)| wanted(content)) {
        let passes = verdict == "clean";
        let is_upload = method == "PUT";
        let body = if is_upload { content.as_slice() } else { b"" };
        let (status, answer) = fetch(squid.port, method, &format!("http://{address}/{name}"), "", body);
        assert_eq!(status, if passes { 200 } else { 403 }, "{name}");
        let whole = if is_upload { b"taken" } else { content.as_slice() };
        let shown: String = String::from_utf8_lossy(&answer).chars().take(2000).collect();
        assert_eq!(answer == whole, passes, "{name}: {shown}");
        assert!(passes || shown.contains("Cách xử lý"), "{name}: {shown}");
        assert!(!holds_marker(&answer), "{name}");
        expected.push((name.to_owned(), verdict));
        let taken = origin.taken.lock().unwrap().pop();
        assert_eq!(taken.is_some(), is_upload && passes, "{name}: nothing of a blocked file leaves");
        if let Some(taken) = taken {
            assert!(taken == (format!("/{name}"), content), "{name}");
            // The answer of the web server is asked about, too.
            expected.push((name.to_owned(), "clean"));
        }
    }
    assert_eq!(gate.journal.told(), expected);
}

#[test]
fn squid_asks_about_forms_with_several_files() {
    let gate = icap();
    let squid = match Squid::start(gate.address) {
        Ok(squid) => squid,
        Err(reason) => {
            println!("SKIPPED: {reason}");
            return;
        }
    };
    let (origin, address) = Origin::start(BTreeMap::new());
    let clean = "Một văn bản bình thường.\n".as_bytes();
    for third in [clean, MARKER] {
        let mut form = Vec::new();
        for (name, content) in [("một.txt", clean), ("hai.txt", clean), ("ba.txt", third)] {
            let part = format!(
                "--ranh\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n"
            );
            form.extend_from_slice(part.as_bytes());
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--ranh--\r\n");
        let headers = "Content-Type: multipart/form-data; boundary=ranh\r\n";
        let (status, answer) = fetch(squid.port, "POST", &format!("http://{address}/gui"), headers, &form);
        let is_bad = third == MARKER;
        if is_bad {
            assert_eq!(status, 403);
            assert!(!holds_marker(&answer));
            assert_eq!(origin.taken.lock().unwrap().len(), 0);
        } else {
            assert_eq!(
                (status, origin.taken.lock().unwrap().pop().unwrap().1),
                (200, form),
                "{:?}",
                gate.journal.told()
            );
        }
    }
}
