//! The script of a page that notices its end was read, in a real browser and in real time: without a window, Chromium draws
//! nothing while it skips time, and what is not drawn is in nobody's view.

use crate::driven::drive;

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
    let said = drive(html, style, script, &format!("const ANSWER = {answer:?};{RUN}"))?;
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
