//! What real clients send, byte by byte, and what they are answered: clean, blocked, not inspected.
//!
//! `tests/replays/CLIENT.icap`: each line ends with CRLF on the wire. `#` begins a comment, `>>> TEXT` waits until the gate
//! has said TEXT. `{content}` stands for one of three files of 26 bytes, `{head}` and `{tail}` for its first 10 and last 16.
//! `tests/replays/CLIENT.answers` is what comes back; pages for people are left out of it, being looked at here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use expect_test::expect_file;
use khien_gates::icap::{IcapGate, converse};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;

use crate::support::{BLOCKED, CLEAN, LOCKED, Setup, read_until};

/// How many bytes one process of the test hands the other at once.
const PIPE_BYTES: usize = 64 * 1024;

/// How many bytes of the content are `{head}`.
const HEAD_BYTES: usize = 10;

const CONTENTS: [(&str, &str); 3] = [("clean", CLEAN), ("blocked", BLOCKED), ("not inspected", LOCKED)];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replays")
}

/// What a client waits for, and what it sends then, again and again.
type Steps = Vec<(String, Vec<u8>)>;

/// What one client does: what it waits for (nothing at first), and what it sends then.
fn steps(text: &str, content: &str) -> Steps {
    let (head, tail) = content.split_at_checked(HEAD_BYTES).unwrap();
    let mut steps = vec![(String::new(), Vec::new())];
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(wanted) = line.strip_prefix(">>> ") {
            steps.push((wanted.to_owned(), Vec::new()));
        } else {
            let line = line.replace("{content}", content).replace("{head}", head).replace("{tail}", tail);
            steps.last_mut().unwrap().1.extend_from_slice(format!("{line}\r\n").as_bytes());
        }
    }
    steps
}

/// Everything that is answered, when what is sent comes in pieces that end at `cuts`.
async fn replayed(steps: &[(String, Vec<u8>)], cuts: &[usize]) -> String {
    let (gate, ..) = Setup::default().gate();
    let gate = Arc::new(IcapGate::new(gate, Setup::default().icap).unwrap());
    let (mut client, server) = tokio::io::duplex(PIPE_BYTES);
    let (_running, stop) = watch::channel(false);
    let serving = tokio::spawn(converse(server, Some("192.0.2.7".to_owned()), gate, stop));
    let mut answer = String::new();
    let mut sent = 0;
    for (wanted, bytes) in steps {
        if !wanted.is_empty() {
            answer.push_str(&read_until(&mut client, wanted).await);
        }
        let mut begin = 0;
        for end in (1..=bytes.len()).filter(|end| *end == bytes.len() || cuts.contains(&(sent + end))) {
            client.write_all(&bytes[begin..end]).await.unwrap();
            // Time stands still until everybody waits: then the gate has taken this piece.
            tokio::time::sleep(Duration::from_millis(1)).await;
            begin = end;
        }
        sent += bytes.len();
    }
    client.shutdown().await.unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    answer.push_str(&String::from_utf8(rest).unwrap());
    serving.await.unwrap();
    answer
}

fn in_paused_time<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(future)
}

fn clients() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "icap"));
    paths.sort();
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (stem(path), fs::read_to_string(path).unwrap())).collect()
}

/// `answer` with its pages left out and its line ends made visible where they are not CRLF.
fn shown(answer: &str) -> String {
    let mut shown = String::new();
    let mut rest = answer;
    while let Some((before, page)) = rest.split_once("<!doctype html>") {
        let (page, behind) = page.split_once("</html>").unwrap();
        assert!(page.contains("Tên tệp") && page.contains("Cách xử lý") && page.contains("What to do"), "{page}");
        assert!(page.contains("Khien."), "{page}");
        shown.push_str(before);
        shown.push_str("(page)");
        rest = behind;
    }
    shown.push_str(rest);
    shown.replace('\n', "␊\n").replace("\r␊\n", "\n")
}

#[test]
fn every_client_is_answered_as_it_understands() {
    let clients = clients();
    assert!(clients.len() >= 12, "{}", clients.len());
    for (client, text) in clients {
        let mut all = String::new();
        for (what, content) in CONTENTS {
            let answer = in_paused_time(replayed(&steps(&text, content), &[]));
            // Not a byte of a file that was stopped goes back.
            assert!(content == CLEAN || !answer.contains("HARMLESS"), "{client}: {answer}");
            let said_clean = answer.contains("ICAP/1.0 204") || answer.contains("Verdict: clean");
            assert_eq!(said_clean, content == CLEAN, "{client}, {what}: {answer}");
            all.push_str(&format!("=== {what}\n{}", shown(&answer)));
        }
        expect_file![folder().join(format!("{client}.answers"))].assert_eq(&all);
    }
}

/// A client, what it sends, and what it is answered when that comes in one piece.
type Replay = (String, Steps, String);

/// All of them.
fn whole() -> &'static [Replay] {
    static WHOLE: OnceLock<Vec<Replay>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let of_client = |(client, text): &(String, String)| {
            CONTENTS.map(|(_, content)| {
                let steps = steps(text, content);
                let answer = in_paused_time(replayed(&steps, &[]));
                (client.clone(), steps, answer)
            })
        };
        clients().iter().flat_map(of_client).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn however_it_is_cut_the_answer_is_the_same(
        one in any::<prop::sample::Index>(),
        cuts in proptest::collection::vec(1_usize..2000, 0..40),
    ) {
        let (client, steps, answer) = one.get(whole());
        let cut = in_paused_time(replayed(steps, &cuts));
        prop_assert_eq!(answer, &cut, "{}", client);
    }
}

#[test]
fn byte_by_byte_the_answer_is_the_same() {
    let each: Vec<usize> = (0..4000).collect();
    for (client, steps, answer) in whole() {
        assert_eq!(*answer, in_paused_time(replayed(steps, &each)), "{client}");
    }
}
