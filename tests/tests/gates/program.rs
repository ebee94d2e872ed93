//! `khien icap` and `khien clamd` as they are started, with the workers of the scanner and the rules that ship.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use khien_tests::program::{free_port, khien};
use serde_json::Value;

/// A running gate; it is asked to end, and must end well.
struct Gate {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Gate {
    fn start(arguments: &[&str]) -> Self {
        let mut child = khien().args(["--lang", "en"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut gate = Self { child, lines };
        // It says where it listens as soon as it does.
        gate.line();
        gate
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.lines.read_line(&mut line).unwrap() > 0, "it has ended");
        line
    }

    /// What became of the next file: its name, the verdict, whether it passed.
    fn event(&mut self) -> (String, String, bool) {
        let event: Value = serde_json::from_str(&self.line()).unwrap();
        let text = |key: &str| event[key].as_str().unwrap().to_owned();
        assert_eq!(event["gate"], "test");
        (text("name"), text("verdict"), event["passed"].as_bool().unwrap())
    }

    fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // It has ended if all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program without anything to run: the headers that make it one.
pub(crate) fn program() -> Vec<u8> {
    let mut program = vec![0; 1024];
    program[..2].copy_from_slice(b"MZ");
    program[60..64].copy_from_slice(&64_u32.to_le_bytes());
    program[64..68].copy_from_slice(b"PE\0\0");
    program[68..70].copy_from_slice(&0x14c_u16.to_le_bytes());
    program
}

/// Names, what they hold, the verdict.
pub(crate) fn cases() -> [(&'static str, Vec<u8>, &'static str); 3] {
    let unknown = (0..2000_u32).map(|number| u8::try_from(number * 193 % 251).unwrap() | 0x80).collect();
    [
        ("bao-cao.txt", "Báo cáo tuần.\n".as_bytes().to_vec(), "clean"),
        ("hoa-don.pdf.exe", program(), "blocked"),
        ("la.xyz", unknown, "not_inspected"),
    ]
}

#[test]
fn khien_icap_looks_into_files() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let mut gate = Gate::start(&["icap", "--listen", &address, "--name", "test"]);
    for (name, content, verdict) in cases() {
        let http = format!("PUT /{name} HTTP/1.1\r\nHost: h\r\n\r\n");
        let head = format!(
            "REQMOD icap://{address}/khien ICAP/1.0\r\nHost: {address}\r\nAllow: 204\r\nConnection: close\r\n\
             Encapsulated: req-hdr=0, req-body={}\r\n\r\n{http}{:x}\r\n",
            http.len(),
            content.len()
        );
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(&[head.as_bytes(), &content, b"\r\n0\r\n\r\n"].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let passes = verdict == "clean";
        assert_eq!(answer.starts_with("ICAP/1.0 204 "), passes, "{answer}");
        assert_eq!(answer.contains("HTTP/1.1 403 Forbidden"), !passes, "{answer}");
        assert!(answer.contains(&format!("X-Khien-Verdict: {verdict}\r\n")), "{answer}");
        assert_eq!(gate.event(), (name.to_owned(), verdict.to_owned(), passes));
    }
    gate.stop();
}

#[test]
fn khien_clamd_looks_into_files() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("clamd.socket");
    let settings = folder.path().join("gate.toml");
    fs::write(&settings, "[clamd]\nstream_bytes = 100000\n").unwrap();
    let place = |path: &Path| path.to_str().unwrap().to_owned();
    let (path, settings) = (place(&socket), place(&settings));
    let mut gate = Gate::start(&["clamd", "--socket", &path, "--name", "test", "--settings", &settings]);
    for (_, content, verdict) in cases() {
        let mut stream = UnixStream::connect(&socket).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_be_bytes();
        stream.write_all(&[b"zINSTREAM\0", size.as_slice(), &content, &[0; 4]].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer == "stream: OK\0", verdict == "clean", "{answer}");
        assert_eq!(answer.starts_with("stream: Khien.NotInspected."), verdict == "not_inspected", "{answer}");
        assert_eq!(gate.event(), ("stream".to_owned(), verdict.to_owned(), verdict == "clean"));
    }
    gate.stop();
    assert!(!socket.exists());
}
