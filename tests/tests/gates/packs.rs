//! A pack of rules that is loaded while gates run: they take it up, and let it go, without a new start.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use khien_store::gates::GateProtocol;
use khien_tests::packs::{FOUND_BY_PACK, OperatorPack};
use khien_tests::program::{free_port, khien};

use crate::server::{Office, Running, curl, until, upload};

/// What the pack finds, in a file.
fn file() -> Vec<u8> {
    format!("Báo cáo có {FOUND_BY_PACK} trong đó.\n").into_bytes()
}

/// Waits until an answer holds `wanted`, through the time that it takes to look at the folder again.
fn until_said(wanted: &str, ask: impl Fn() -> String) -> String {
    until(wanted, || ask().contains(wanted));
    ask()
}

/// The value of a header in an answer.
fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[test]
fn icap_blocks_what_a_pack_finds_that_was_loaded_meanwhile_and_its_istag_changes() {
    let (pack, folder) = (OperatorPack::make(), tempfile::tempdir().unwrap());
    let (address, settings) = (format!("127.0.0.1:{}", free_port()), folder.path().join("gate.toml"));
    fs::write(&settings, pack.settings()).unwrap();
    let mut command = khien();
    command.args(["icap", "--listen", &address, "--settings"]).arg(&settings);
    let _gate = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let ask = || upload(&address, "a.txt", "text/plain", &file());
    let clean = ask();
    assert!(clean.starts_with("ICAP/1.0 204 "), "{clean}");
    pack.load();
    let blocked = until_said("HTTP/1.1 403 Forbidden", ask);
    assert!(blocked.contains("X-Khien-Verdict: blocked\r\n") && blocked.contains("finds_word"), "{blocked}");
    let tags = [&clean, &blocked].map(|answer| header(answer, "ISTag").to_owned());
    assert_ne!(tags[0], tags[1], "a proxy must not take the answers of before for those of now");
    assert!(tags.iter().all(|tag| tag.starts_with('"') && tag.ends_with('"') && tag.len() <= 34), "{tags:?}");
    // OPTIONS says the same as the answers about files.
    let options = {
        let mut stream = TcpStream::connect(&address).unwrap();
        let asked = format!("OPTIONS icap://{address}/khien ICAP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(header(&options, "ISTag"), tags[1]);
    pack.unload();
    let clean = until_said("ICAP/1.0 204 ", ask);
    assert_eq!(header(&clean, "ISTag"), tags[0], "the same rules have the same tag");
}

/// What is said at the socket of a gate of clamd.
fn said(socket: &Path, command: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(command).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn clamd_blocks_what_a_pack_finds_that_was_loaded_meanwhile_and_its_version_changes() {
    let (pack, folder) = (OperatorPack::make(), tempfile::tempdir().unwrap());
    let (socket, settings) = (folder.path().join("clamd.socket"), folder.path().join("gate.toml"));
    fs::write(&settings, pack.settings()).unwrap();
    let mut command = khien();
    command.args(["clamd", "--settings"]).arg(&settings).arg("--socket").arg(&socket);
    let _gate = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    until("it listens", || UnixStream::connect(&socket).is_ok());
    let stream = |content: &[u8]| {
        let size = u32::try_from(content.len()).unwrap().to_be_bytes();
        said(&socket, &[b"zINSTREAM\0", size.as_slice(), content, &[0; 4]].concat())
    };
    let ask = || stream(&file());
    assert_eq!(ask(), "stream: OK\0");
    let before = said(&socket, b"zVERSION\0");
    pack.load();
    let blocked = until_said("FOUND", ask);
    assert!(blocked.contains("finds_word"), "{blocked}");
    assert_ne!(said(&socket, b"zVERSION\0"), before);
    assert_eq!(stream(b"xin chao\n"), "stream: OK\0", "what it does not find goes on");
    pack.unload();
    until_said("stream: OK", ask);
    assert_eq!(said(&socket, b"zVERSION\0"), before);
}

#[test]
fn the_server_blocks_what_a_pack_finds_that_was_loaded_meanwhile_and_names_it() {
    let (pack, folder) = (OperatorPack::make(), tempfile::tempdir().unwrap());
    let office = Office::set(&pack.settings());
    let token = office.gate("http", GateProtocol::Http);
    let path: PathBuf = folder.path().join("a.txt");
    fs::write(&path, file()).unwrap();
    let url = format!("http://{}/api/v1/scan", office.server.address);
    let arguments = ["--form".to_owned(), format!("tep=@{}", path.display())];
    let names = |answer: &serde_json::Value| -> Vec<String> {
        let sources = answer["rule_sources"].as_array().unwrap();
        sources.iter().map(|source| format!("{} {}", source["name"], source["age_days"].is_u64())).collect()
    };
    let ask = || curl(&url, &token, &arguments);
    let (status, verdict, answer) = ask();
    assert_eq!((status, verdict.as_str(), names(&answer)), (200, "clean", vec!["\"khien\" true".to_owned()]));
    pack.load();
    until("the pack is taken up", || ask().1 == "blocked");
    let (_, _, answer) = ask();
    assert_eq!(names(&answer), ["\"khien\" true", "\"thu\" true"]);
    assert!(answer["files"][0]["reason"].as_str().unwrap().contains("finds_word"), "{answer:#}");
    // What the gate goes by names the same.
    let (_, _, terms) = curl(&url, &token, &[]);
    assert_eq!((names(&terms).len(), &terms["rules"]["id"]), (2, &answer["rules"]["id"]));
    // A pack that is damaged is not left out in silence.
    let place = pack.installed().join("thu.khien-rules");
    let mut bytes = fs::read(&place).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&place, bytes).unwrap();
    until("the damage is seen", || ask().1 == "not_inspected");
    pack.unload();
    until("the pack is let go", || ask().1 == "clean");
}

#[test]
fn the_server_asks_clamd_and_without_its_word_nothing_is_clean() {
    let office = Office::set("[clamd_detector]\nsocket = \"/nonexistent/clamd\"\n");
    let token = office.gate("http", GateProtocol::Http);
    let url = format!("http://{}/api/v1/scan?name=a.txt", office.server.address);
    let body = ["--data-binary", "xin chao", "--header", "Content-Type: text/plain"].map(str::to_owned);
    let (status, verdict, answer) = curl(&url, &token, &body);
    assert_eq!((status, verdict.as_str()), (200, "not_inspected"), "{answer:#}");
    let why = answer["files"][0]["not_inspected"][0]["en"].as_str().unwrap();
    assert!(why.contains("clamd"), "{why}");
}
