//! Forms that never end, or are none, at `POST /api/v1/scan`: a clear answer, nothing kept, and the next one is served.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use khien_store::gates::GateProtocol;

use crate::server::{Office, curl};

/// How many bytes a file may have here.
const MOST: usize = 100_000;
/// What a form may have around its files.
const AROUND: usize = 16 * 1024 * 1024;
/// The head of a part.
const HEAD: &str = "--xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\n";

/// The status and the answer to a body in pieces, or to as much of it as the server reads.
fn asked(office: &Office, token: &Path, pieces: &[&[u8]]) -> (u16, String) {
    let token = fs::read_to_string(token).unwrap();
    let mut stream = TcpStream::connect(office.server.address).unwrap();
    let head = format!(
        "POST /api/v1/scan HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: multipart/form-data; boundary=xYx\r\nConnection: close\r\n\r\n",
        office.server.address,
        token.trim()
    );
    stream.write_all(head.as_bytes()).unwrap();
    for piece in pieces {
        let framed = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        // A server that has answered reads no further.
        if stream.write_all(&framed).is_err() {
            break;
        }
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

#[test]
fn a_form_without_end_is_answered_and_leaves_nothing() {
    let office = Office::set(&format!("[scan.limits]\ninput_bytes = {MOST}\n"));
    let token = office.gate("http", GateProtocol::Http);
    let end = b"\r\n--xYx--\r\n".as_slice();
    let (words, more) = (vec![b'a'; MOST], vec![b'a'; MOST + 1]);
    let megabyte = vec![b'a'; 1024 * 1024];
    let endless: Vec<&[u8]> =
        std::iter::once(HEAD.as_bytes()).chain(std::iter::repeat_n(megabyte.as_slice(), 64)).collect();
    let no_form: Vec<&[u8]> = std::iter::repeat_n(megabyte.as_slice(), 64).collect();
    let cases: &[(&str, &[&[u8]], u16, &str)] = &[
        ("as large as it may be", &[HEAD.as_bytes(), &words, end], 200, "\"files\""),
        ("one byte more", &[HEAD.as_bytes(), &more, end], 413, "too-large"),
        ("the boundary at the end never comes", &[HEAD.as_bytes(), &words], 400, "bad-request"),
        ("only half of it comes", &[HEAD.as_bytes(), &words, b"\r\n--xY"], 400, "bad-request"),
        ("it goes on beyond every bound", &endless, 413, "too-large"),
        ("no boundary at all", &no_form, 400, "bad-request"),
        (
            "a head of a part that goes on",
            &[b"--xYx\r\nContent-Disposition: form-data; a", &megabyte, &megabyte],
            400,
            "",
        ),
    ];
    assert!(no_form.len() * megabyte.len() > MOST + AROUND, "more than would be kept without the bound");
    for (what, pieces, status, says) in cases {
        let (found, answer) = asked(&office, &token, pieces);
        assert_eq!(found, *status, "{what}: {answer}");
        assert!(answer.contains(says), "{what}: {answer}");
    }
    assert_eq!(office.sums("http").files, 1, "what was not looked into stands in no log");
    let left = fs::read_dir(office.folder().join("spool")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
    let (status, _, terms) = curl(&format!("http://{}/api/v1/scan", office.server.address), &token, &[]);
    assert_eq!((status, terms["max_bytes"].as_u64()), (200, u64::try_from(MOST).ok()));
}
