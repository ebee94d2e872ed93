//! A page with its script in a real browser, driven by another script, which says in the end what it saw.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::browser::{alone, chromium};

/// How long the browser may take.
const LONGEST: Duration = Duration::from_secs(90);

/// What `run` says of the page `html`, which lies beside it as `page.html` with its `script`: it asks for `SAY` and JSON behind.
///
/// # Panics
/// When Chromium does not do its work.
pub(crate) fn drive(html: &str, style: &str, script: &str, run: &str) -> Result<Value, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut browser = chromium(&temporary.path().join("profile"))?;
    let link = html.lines().find(|line| line.starts_with("<script src=")).expect("a script");
    let page = alone(html, style).replace(link, "<script src=\"page.js\" defer></script>");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let say = format!("http://{}/?", listener.local_addr().map_err(|error| error.to_string())?);
    let runner = format!("<!DOCTYPE html><meta charset=\"utf-8\"><body><script>const SAY = {say:?};{run}</script>");
    for (name, content) in [("page.html", page.as_str()), ("page.js", script), ("runner.html", &runner)] {
        fs::write(temporary.path().join(name), content).map_err(|error| error.to_string())?;
    }
    let mut browser = browser
        // Without it the browser would end as soon as the page is there.
        .arg("--remote-debugging-port=0")
        .arg(format!("file://{}", temporary.path().join("runner.html").display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let said = listener.incoming().flatten().find_map(said);
        // Whoever waited may have given up.
        let _ = told.send(said);
    });
    let said = heard.recv_timeout(LONGEST);
    browser.kill().and_then(|()| browser.wait()).map_err(|error| error.to_string())?;
    let said = said.expect("the browser answers in time").expect("the browser answers");
    Ok(serde_json::from_str(&said).expect("JSON"))
}

/// What a request says behind its question mark.
fn said(mut stream: TcpStream) -> Option<String> {
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).ok()?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n").ok()?;
    let (_, query) = line.split_whitespace().nth(1)?.split_once('?')?;
    Some(decoded(query))
}

/// Text as it was before `encodeURIComponent`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'%').then(|| [rest.next(), rest.next()]);
        let digit = |byte: Option<u8>| char::from(byte.unwrap_or_default()).to_digit(16);
        let value = pair.and_then(|[high, low]| u8::try_from(digit(high)? * 16 + digit(low)?).ok());
        bytes.push(value.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
