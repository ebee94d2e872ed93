//! The script of a page that notices its end was read, in a real browser and in real time: without a window, Chromium draws
//! nothing while it skips time, and what is not drawn is in nobody's view.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use crate::browser::{alone, chromium};

/// How long the browser may take.
const LONGEST: Duration = Duration::from_secs(90);

/// Reads the page in a frame that is much lower than it: stays at the beginning, flies past the end, stays at the end.
const RUN: &str = r#"
const sent = [];
const wait = time => new Promise(done => setTimeout(done, time));
(async () => {
    const frame = document.createElement("iframe");
    frame.width = 700; frame.height = 300;
    const loaded = new Promise(done => frame.onload = done);
    frame.src = "page.html";
    document.body.append(frame);
    await loaded;
    const view = frame.contentWindow;
    view.fetch = (to, how) => { sent.push([to, how.method, String(how.body)]); return Promise.resolve({ type: ANSWER }); };
    const end = () => view.scrollTo(0, view.document.documentElement.scrollHeight);
    const is_said = () => !view.document.getElementById("advisory-answer").hidden;
    await wait(3000);
    const at_the_beginning = sent.length;
    end(); await wait(300); view.scrollTo(0, 0); await wait(3000);
    const after_flying_past = sent.length;
    end();
    for (let times = 0; times < 200 && sent.length === 0; times += 1) await wait(100);
    await wait(500);
    const answer = { at_the_beginning, after_flying_past, sent, is_said: is_said() };
    fetch(SAY + encodeURIComponent(JSON.stringify(answer)));
})();
"#;

/// What the script did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How often it had sent something while the beginning was in view.
    pub at_the_beginning: u64,
    /// How often it had sent something after the end had been in view for less than a second.
    pub after_flying_past: u64,
    /// What it had sent in the end: the address, the method, the fields.
    pub sent: Vec<(String, String, String)>,
    /// Whether the page says that it was read.
    pub is_said: bool,
}

/// What `script` does on the page `html` for somebody who reads it, when the server answers in the way of `answer`: as
/// browsers call the type of an answer.
///
/// # Errors
/// A sentence: what is missing on this machine.
///
/// # Panics
/// When Chromium does not do its work.
pub fn read_to_the_end(html: &str, style: &str, script: &str, answer: &str) -> Result<Reading, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut browser = chromium(&temporary.path().join("profile"))?;
    let link = html.lines().find(|line| line.starts_with("<script src=")).expect("a script");
    let page = alone(html, style).replace(link, "<script src=\"page.js\" defer></script>");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let say = format!("http://{}/?", listener.local_addr().map_err(|error| error.to_string())?);
    let head = format!("const SAY = {say:?}; const ANSWER = {answer:?};");
    let runner = format!("<!DOCTYPE html><meta charset=\"utf-8\"><body><script>{head}{RUN}</script>");
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
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let number = |name: &str| said[name].as_u64().expect("a number");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let sent = said["sent"].as_array().expect("a list").iter();
    Ok(Reading {
        at_the_beginning: number("at_the_beginning"),
        after_flying_past: number("after_flying_past"),
        sent: sent.map(|one| (text(&one[0]), text(&one[1]), text(&one[2]))).collect(),
        is_said: said["is_said"].as_bool().expect("a flag"),
    })
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
