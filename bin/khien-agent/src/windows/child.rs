//! The one process that this program ever starts: itself, to ask Windows Update. The search there takes minutes, leaks
//! memory and may hang, which only the end of a process ends.
//!
//! It is this very program, by its own path, with one fixed word; nothing that anybody sends or sets has a part in it. The
//! child reads nothing but whether its parent is still there, and writes one document.

use std::io::{self, Read as _, Write};
use std::os::windows::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use khien_model::{Gap, GapCode};
use khien_observe::windows::{Answer, AvailableUpdate, InstalledUpdate, MAX_UPDATE_DOCUMENT_BYTES, MAX_UPDATES};
use khien_observe::windows::{MissingUpdates, UpdateDocument, newest_mending};
use khien_windows_calls::WindowsUpdate;

use crate::command::ASK_WINDOWS_UPDATE;

/// How long a search may take.
const DEADLINE: Duration = Duration::from_mins(10);

/// How long the child lives at most, should nobody end it.
const LIFETIME: Duration = Duration::from_mins(11);

/// `CREATE_NO_WINDOW`, and `BELOW_NORMAL_PRIORITY_CLASS`: everything else goes first.
const QUIETLY: u32 = 0x0800_0000 | 0x0000_4000;

/// How a child ends that nobody waits for any more.
const NOBODY_WAITS: u8 = 2;

/// Starts the child and waits for what it writes, until the deadline.
pub(crate) fn ask() -> Result<UpdateDocument, Gap> {
    let mut child = start().map_err(|error| failed(&error))?;
    let answer = written_by(&mut child);
    // Whether it hangs, goes on writing or is about to end by itself. What it would still say is not wanted.
    let _ = child.kill();
    let _ = child.wait();
    UpdateDocument::parse(&answer?)
}

#[expect(clippy::disallowed_methods, reason = "it is the one exception: this very program, by its own path")]
fn start() -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(ASK_WINDOWS_UPDATE)
        // The child ends when this end of it closes, also because this process was ended.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .creation_flags(QUIETLY)
        .spawn()
}

/// Everything that the child writes, within the bound and until the deadline.
fn written_by(child: &mut Child) -> Result<Vec<u8>, Gap> {
    let ended = || Gap::with_detail(GapCode::ObserverFailed, "the process that asks Windows Update writes nothing");
    let out = child.stdout.take().ok_or_else(ended)?;
    let (sender, receiver) = sync_channel(1);
    let read = move || {
        let mut bytes = Vec::new();
        let outcome = out.take(MAX_UPDATE_DOCUMENT_BYTES as u64 + 1).read_to_end(&mut bytes);
        // Nobody listens any more when the deadline has passed.
        let _ = sender.send(outcome.map(|_| bytes));
    };
    thread::Builder::new().name("reads-child".to_owned()).spawn(read).map_err(|error| failed(&error))?;
    match receiver.recv_timeout(DEADLINE) {
        Ok(bytes) => bytes.map_err(|error| failed(&error)),
        Err(RecvTimeoutError::Timeout) => Err(Gap::with_detail(
            GapCode::TimedOut,
            format!("Windows Update gave no answer within {} s", DEADLINE.as_secs()),
        )),
        Err(RecvTimeoutError::Disconnected) => Err(ended()),
    }
}

fn failed(error: &io::Error) -> Gap {
    let number = error.raw_os_error().unwrap_or_default();
    Gap::with_detail(GapCode::ObserverFailed, format!("the process that asks Windows Update: error {number}"))
}

/// What the child does: asks on its main thread and writes the document.
pub(crate) fn answer(out: &mut dyn Write) -> io::Result<()> {
    // Without the right to be slower it is as fast as others.
    let _ = khien_windows_calls::lower_priority();
    end_with_parent()?;
    let said = khien_windows_calls::windows_update(u32::try_from(MAX_UPDATES).unwrap_or(u32::MAX));
    serde_json::to_writer(&mut *out, &document(said))?;
    out.flush()
}

/// Sees to it that this process ends with the one that started it, and at the end of its own time at the latest.
fn end_with_parent() -> io::Result<()> {
    let (sender, receiver) = sync_channel::<()>(1);
    let listen = move || {
        // Nothing is ever written there: reading ends when the other side is closed.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(sender);
    };
    thread::Builder::new().name("listens-to-parent".to_owned()).spawn(listen)?;
    thread::Builder::new().name("ends".to_owned()).spawn(move || end(&receiver)).map(drop)
}

/// A call of Windows that hangs ends with its process only.
fn end(parent: &Receiver<()>) {
    let _ = parent.recv_timeout(LIFETIME);
    khien_windows_calls::end_process(NOBODY_WAITS)
}

fn document(said: WindowsUpdate) -> UpdateDocument {
    UpdateDocument {
        last_search_success: answer_in(said.last_search_success, |date| date),
        last_installed: answer_in(said.installed, |installed| {
            newest_mending(&installed.into_iter().map(installed_update).collect::<Vec<_>>())
        }),
        missing: answer_in(said.missing, |(updates, count)| MissingUpdates {
            more: (count as usize > updates.len()).then_some(count),
            updates: updates.into_iter().map(available).collect(),
        }),
    }
}

fn installed_update(update: khien_windows_calls::Installed) -> InstalledUpdate {
    InstalledUpdate { date: update.date, service: update.service, categories: update.categories }
}

fn available(update: khien_windows_calls::Update) -> AvailableUpdate {
    AvailableUpdate {
        id: update.id,
        articles: update.articles,
        severity: update.severity,
        cves: update.cves,
        categories: update.categories,
    }
}

fn answer_in<S, T>(said: io::Result<S>, value: impl FnOnce(S) -> T) -> Answer<T> {
    match said {
        Ok(said) => Answer::Value(value(said)),
        Err(error) => Answer::Error(error.raw_os_error().unwrap_or_default()),
    }
}
