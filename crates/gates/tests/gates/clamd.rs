//! The protocol of clamd: commands, sessions, open files.

use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use khien_gates::clamd::{
    ClamdGate, ClamdListener, ClamdSettings, MAX_DESCRIPTORS, UnixConnection, converse, serve_clamd,
};
use khien_gates::{GatePolicy, NotInspected};
use proptest::prelude::*;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{oneshot, watch};

use crate::support::{BLOCKED, CLEAN, CRASH, ENDLESS, LOCKED, Running, Setup, WAITS};

/// A file as `INSTREAM` takes it, in chunks of seven bytes.
fn stream(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in content.chunks(7) {
        bytes.extend_from_slice(&u32::try_from(chunk.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(chunk);
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

fn instream(command: &str, content: &str) -> Vec<u8> {
    [command.as_bytes(), &stream(content.as_bytes())].concat()
}

#[tokio::test]
async fn commands_and_their_answers() {
    let running = Running::clamd(&Setup::default()).await;
    let version = format!("Khien {}/rules-1", env!("CARGO_PKG_VERSION"));
    let commands = "PING VERSION VERSIONCOMMANDS STATS INSTREAM FILDES IDSESSION END";
    let cases: Vec<(Vec<u8>, String)> = vec![
        (b"zPING\0".to_vec(), "PONG\0".to_owned()),
        (b"nPING\n".to_vec(), "PONG\n".to_owned()),
        (b"PING\n".to_vec(), "PONG\n".to_owned()),
        (b"PING\r\n".to_vec(), "PONG\n".to_owned()),
        (b"PING".to_vec(), "PONG\n".to_owned()),
        (b"zPING\0zPING\0".to_vec(), "PONG\0".to_owned()),
        (b"zVERSION\0".to_vec(), format!("{version}\0")),
        (b"nVERSIONCOMMANDS\n".to_vec(), format!("{version}| COMMANDS: {commands}\n")),
        (instream("zINSTREAM\0", CLEAN), "stream: OK\0".to_owned()),
        (instream("nINSTREAM\n", BLOCKED), "stream: Khien.test-word FOUND\n".to_owned()),
        (instream("INSTREAM\n", BLOCKED), "stream: Khien.test-word FOUND\n".to_owned()),
        (instream("INSTREAM", LOCKED), "stream: Khien.NotInspected.Encrypted FOUND\n".to_owned()),
        (instream("zINSTREAM\0", CRASH), "stream: Khien.NotInspected.ReaderCrashed FOUND\0".to_owned()),
        (instream("zINSTREAM\0", ""), "stream: OK\0".to_owned()),
        (
            b"zSCAN /etc/passwd\0".to_vec(),
            "/etc/passwd: paths are not read here, send the file (clamdscan --stream or --fdpass). ERROR\0".to_owned(),
        ),
        (b"zRELOAD\0".to_vec(), "RELOAD is not allowed here. ERROR\0".to_owned()),
        (b"nSHUTDOWN\n".to_vec(), "SHUTDOWN is not allowed here. ERROR\n".to_owned()),
        (b"zEICAR\0".to_vec(), "UNKNOWN COMMAND. ERROR\0".to_owned()),
        (b"zEND\0".to_vec(), "UNKNOWN COMMAND. ERROR\0".to_owned()),
        (b"zFILDES\0\0".to_vec(), "No file descriptor received. ERROR\0".to_owned()),
        (vec![b'z'; 9000], "the command is longer than 8192 bytes. ERROR\n".to_owned()),
        // What is not whole is not answered.
        (b"zPING".to_vec(), String::new()),
        (b"zINSTREAM\0\0\0\0\x05abc".to_vec(), String::new()),
    ];
    for (sent, expected) in cases {
        let answer = running.ask(&sent).await;
        assert_eq!(String::from_utf8_lossy(&answer), expected, "{}", String::from_utf8_lossy(&sent));
    }
    let stats = running.ask_text("nSTATS\n").await;
    assert!(stats.starts_with("POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live 1  idle 99 max 100"), "{stats}");
    assert!(stats.ends_with("\nEND\n"), "{stats}");
}

#[tokio::test]
async fn a_policy_that_lets_the_unread_go_on_still_does_not_say_ok() {
    for not_inspected in [NotInspected::Pass, NotInspected::Tell] {
        let policy = GatePolicy { not_inspected, ..GatePolicy::default() };
        let running = Running::clamd(&Setup { policy, ..Setup::default() }).await;
        let answer = running.ask(&instream("zINSTREAM\0", LOCKED)).await;
        let text = String::from_utf8(answer).unwrap();
        assert_eq!(text, "stream: could not be inspected, Khien.NotInspected.Encrypted. ERROR\0");
        assert!(!running.events()[0].1, "it is not said to have passed");
    }
}

#[tokio::test]
async fn one_byte_more_than_the_largest_file() {
    let clamd = ClamdSettings { stream_bytes: 26, ..ClamdSettings::default() };
    let running = Running::clamd(&Setup { clamd, ..Setup::default() }).await;
    assert_eq!(running.ask(&instream("zINSTREAM\0", CLEAN)).await, b"stream: OK\0");
    let longer = format!("{CLEAN}!");
    let answer = running.ask(&instream("zINSTREAM\0", &longer)).await;
    assert_eq!(answer, b"INSTREAM size limit exceeded. ERROR\0");
    let huge = [b"zINSTREAM\0".as_slice(), &[0xff; 4], &vec![b'x'; 100_000]].concat();
    assert_eq!(running.ask(&huge).await, b"INSTREAM size limit exceeded. ERROR\0");
    let reasons: Vec<Option<String>> = running.events().into_iter().map(|(.., reason)| reason).collect();
    let limit = Some("not-inspected:limit:input_bytes".to_owned());
    assert_eq!(reasons, [None, limit.clone(), limit]);
}

#[tokio::test]
async fn a_session_answers_by_number() {
    for (begin, end) in [('z', '\0'), ('n', '\n')] {
        let running = Running::clamd(&Setup::default()).await;
        let command = |word: &str| format!("{begin}{word}{end}");
        let mut sent = command("IDSESSION").into_bytes();
        for content in [CLEAN, WAITS.0, BLOCKED, CLEAN] {
            sent.extend(instream(&command("INSTREAM"), content));
        }
        sent.extend(command("VERSION").bytes());
        sent.extend(command("SCAN /x").bytes());
        sent.extend(command("END").bytes());
        let answer = String::from_utf8(running.ask(&sent).await).unwrap();
        let mut answers: Vec<&str> = answer.split_terminator(end).collect();
        answers.sort_unstable();
        let version = format!("5: Khien {}/rules-1", env!("CARGO_PKG_VERSION"));
        let path = "6: /x: paths are not read here, send the file (clamdscan --stream or --fdpass). ERROR";
        let expected =
            ["1: stream: OK", "2: stream: OK", "3: stream: Khien.test-word FOUND", "4: stream: OK", &version, path];
        assert_eq!(answers, expected);
        assert!(running.scanner.most_busy.load(Ordering::SeqCst) > 1, "side by side");
    }
}

#[tokio::test]
async fn who_waits_for_an_answer_need_not_talk() {
    let clamd = ClamdSettings { read_seconds: 1, ..ClamdSettings::default() };
    let running = Running::clamd(&Setup { clamd, scan_time: Duration::from_secs(2), ..Setup::default() }).await;
    let mut socket = running.connect().await;
    let sent = [b"zIDSESSION\0".to_vec(), instream("zINSTREAM\0", ENDLESS)].concat();
    socket.write_all(&sent).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "1: stream: Khien.NotInspected.Limit.Seconds FOUND\0COMMAND READ TIMED OUT. ERROR\0");
}

#[tokio::test]
async fn a_session_takes_no_more_files_than_it_may() {
    for most in [1, 2] {
        let clamd = ClamdSettings { scans_of_session: most, ..ClamdSettings::default() };
        let running = Running::clamd(&Setup { clamd, ..Setup::default() }).await;
        let sent = [b"zIDSESSION\0".to_vec(), instream("zINSTREAM\0", CLEAN).repeat(6), b"zEND\0".to_vec()].concat();
        let answer = String::from_utf8(running.ask(&sent).await).unwrap();
        assert_eq!(answer.matches(": stream: OK\0").count(), 6, "{answer}");
        assert!(running.scanner.most_busy.load(Ordering::SeqCst) <= most);
    }
}

/// Everything that is answered to `sent`, cut at `cuts`.
async fn answered(sent: &[u8], cuts: &[usize]) -> Vec<u8> {
    let (gate, ..) = Setup::default().gate();
    let gate = Arc::new(ClamdGate::new(gate, ClamdSettings::default()));
    let (mut client, server) = tokio::io::duplex(64 * 1024);
    let (_running, stop) = watch::channel(false);
    let serving = tokio::spawn(converse(server, None, gate, stop));
    let mut begin = 0;
    for end in (1..=sent.len()).filter(|end| *end == sent.len() || cuts.contains(end)) {
        client.write_all(&sent[begin..end]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        begin = end;
    }
    client.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    serving.await.unwrap();
    answer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_it_is_cut_the_answer_is_the_same(cuts in proptest::collection::vec(1_usize..400, 0..40)) {
        let mut session = b"zIDSESSION\0zPING\0".to_vec();
        for content in [CLEAN, BLOCKED, LOCKED] {
            session.extend(instream("zINSTREAM\0", content));
        }
        session.extend(b"zVERSION\0zEND\0");
        for sent in [session, instream("INSTREAM", BLOCKED), instream("nINSTREAM\n", CLEAN), b"nPING\n".to_vec()] {
            let in_paused_time = |cuts: &[usize]| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
                runtime.unwrap().block_on(answered(&sent, cuts))
            };
            // Within a session answers come as they are ready; by their numbers they are the same.
            let sorted = |answer: Vec<u8>| {
                let mut lines: Vec<Vec<u8>> = answer.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
                lines.sort();
                lines
            };
            prop_assert_eq!(sorted(in_paused_time(&[])), sorted(in_paused_time(&cuts)));
        }
    }
}

/// Hands an open file over, as `clamdscan --fdpass` does: with one byte.
async fn hand_over(socket: &UnixStream, file: BorrowedFd<'_>) {
    socket.writable().await.unwrap();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let files = [file];
    assert!(ancillary.push(SendAncillaryMessage::ScmRights(&files)));
    let sent = sendmsg(socket, &[IoSlice::new(b"\0")], &mut ancillary, SendFlags::empty()).unwrap();
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn open_files_are_read_from_their_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clamd.socket");
    let (gate, scanner, journal) = Setup::default().gate();
    let gate = Arc::new(ClamdGate::new(gate, ClamdSettings { stream_bytes: 100, ..ClamdSettings::default() }));
    let (end, ended) = oneshot::channel::<()>();
    let listener = ClamdListener::Unix(UnixListener::bind(&path).unwrap());
    let task = tokio::spawn(serve_clamd(listener, gate, async { drop(ended.await) }));

    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut file = std::fs::File::open(&path).unwrap();
        // Who hands it over may have read it.
        std::io::Read::read(&mut file, &mut [0; 5]).unwrap();
        file
    };
    let files = [file("báo cáo.doc", BLOCKED.as_bytes()), file("b.doc", CLEAN.as_bytes()), file("c", &[b'x'; 101])];
    let folder_itself = std::fs::File::open(folder.path()).unwrap();
    let mut socket = UnixStream::connect(&path).await.unwrap();
    socket.write_all(b"zIDSESSION\0").await.unwrap();
    for file in files.iter().chain([&folder_itself]) {
        socket.write_all(b"zFILDES\0").await.unwrap();
        hand_over(&socket, file.as_fd()).await;
    }
    socket.write_all(b"zEND\0").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let mut said: Vec<(&str, &str)> = answer
        .split_terminator('\0')
        .map(|line| (line.split_once(':').unwrap().0, line.split_once("]: ").unwrap().1))
        .collect();
    said.sort_unstable();
    let expected = [
        ("1", "Khien.test-word FOUND"),
        ("2", "OK"),
        ("3", "Khien.NotInspected.Limit.InputBytes FOUND"),
        ("4", "Not a regular file. ERROR"),
    ];
    assert_eq!(said, expected, "{answer}");
    let names: Vec<String> = scanner.uploads.lock().unwrap().iter().map(|upload| upload.name.clone()).collect();
    assert!(names.contains(&"báo cáo.doc".to_owned()), "{names:?}");
    assert!(journal.0.lock().unwrap().iter().all(|event| event.client.as_deref().unwrap().starts_with("uid ")));
    drop((end, socket));
    task.await.unwrap();
}

/// How often `path` is open in this process: by the test itself, and by the gate.
fn times_open(path: &std::path::Path) -> usize {
    let open =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    open.filter(|link| link == path).count()
}

#[tokio::test]
async fn open_files_that_nobody_asked_for_are_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (gate, ..) = Setup::default().gate();
    let gate = Arc::new(ClamdGate::new(gate, ClamdSettings::default()));
    let (mut client, server) = UnixStream::pair().unwrap();
    let (_running, stop) = watch::channel(false);
    let serving = tokio::spawn(converse(UnixConnection::new(server), None, gate, stop));
    let path = folder.path().join("a.doc");
    std::fs::write(&path, CLEAN).unwrap();
    let file = std::fs::File::open(&path).unwrap();
    client.write_all(b"zIDSESSION\0").await.unwrap();
    for number in 1..=MAX_DESCRIPTORS + 10 {
        // Each comes with the last byte of a command that wants none.
        client.write_all(b"zPING").await.unwrap();
        hand_over(&client, file.as_fd()).await;
        crate::support::read_until(&mut client, &format!("{number}: PONG\0")).await;
    }
    assert_eq!(times_open(&path), 1 + MAX_DESCRIPTORS);
    client.write_all(b"zEND\0").await.unwrap();
    client.shutdown().await.unwrap();
    serving.await.unwrap();
    assert_eq!(times_open(&path), 1);
}
