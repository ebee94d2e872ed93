//! Who is logged in now: logind's files, or utmp where there is no logind.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{OpenSession, SessionKind};
use khien_model::{Gap, GapCode, Listing, Observed};

use crate::keyfile;
use crate::linux::context::Context;
use crate::root::EntryKind;
use crate::text;

const LOGIND: &str = "run/systemd/sessions";
const MAX_SESSION_BYTES: u64 = 64 << 10;

const UTMP: [&str; 2] = ["run/utmp", "var/run/utmp"];
const MAX_UTMP_BYTES: u64 = 4 << 20;

/// The bytes of a record of utmp on every 64-bit Linux (utmp(5)).
const RECORD_BYTES: usize = 384;

/// The type of a record of somebody who is logged in.
const USER_PROCESS: i16 = 7;

/// A terminal that was typed on so short a time ago is in use.
const IN_USE: SignedDuration = SignedDuration::from_secs(60);

/// Everybody who is logged in.
pub(super) fn sessions(context: &Context) -> Result<Listing<OpenSession>, Gap> {
    context.running.clone()?;
    if let Some(folder) = context.root.list(LOGIND)? {
        let mut sessions = Listing { items: Vec::new(), incomplete: folder.incomplete };
        for entry in folder.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            match context.root.read_text(Path::new(LOGIND).join(&entry.file_name), MAX_SESSION_BYTES) {
                Ok(Some(text)) => sessions.items.extend(logind_session(&text).map(|found| found.observe(context))),
                // It ended while we looked.
                Ok(None) => {}
                Err(gap) => sessions.note_gap(gap),
            }
        }
        return Ok(sessions);
    }
    for path in UTMP {
        if let Some(bytes) = context.root.read(path, MAX_UTMP_BYTES)? {
            let processes = context.processes()?;
            // A record may stay behind when its process is killed.
            let lives = |pid| processes.items.iter().any(|process| i32::try_from(process.pid) == Ok(pid));
            let found = utmp_sessions(&bytes).filter(|(pid, _)| lives(*pid));
            return Ok(Listing {
                items: found.map(|(_, session)| session.observe(context)).collect(),
                incomplete: processes.incomplete.clone(),
            });
        }
    }
    Err(Gap::with_detail(GapCode::Unsupported, "neither logind nor utmp records who is logged in"))
}

/// A session before its terminal is looked at.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    user: String,
    kind: Option<SessionKind>,
    /// Its terminal beneath `/dev`; empty when it has none.
    terminal: String,
}

impl Found {
    fn observe(self, context: &Context) -> OpenSession {
        let locked = match self.kind {
            // A terminal does not lock.
            Some(SessionKind::Console | SessionKind::Remote) => Observed::Known(false),
            Some(SessionKind::Graphical) | None => {
                Observed::unknown(GapCode::Unsupported, "only the session's own bus knows whether its screen is locked")
            }
        };
        let kind = self.kind.map_or_else(Observed::default, Observed::Known);
        let typed_at = idle_since(context, &self.terminal);
        OpenSession { user: self.user.into(), kind, locked, idle_since: typed_at }
    }
}

/// When somebody last typed: the kernel notes it as the access time of the terminal.
fn idle_since(context: &Context, terminal: &str) -> Observed<Timestamp> {
    if terminal.is_empty() || terminal.starts_with('/') || terminal.contains("..") {
        return Observed::default();
    }
    match context.root.metadata(Path::new("dev").join(terminal)) {
        Ok(Some(metadata)) => match metadata.accessed_at {
            Some(typed_at) if context.now.duration_since(typed_at) >= IN_USE => Observed::Known(typed_at),
            _ => Observed::default(),
        },
        Ok(None) => Observed::default(),
        Err(gap) => Observed::Unknown(gap),
    }
}

/// A file of logind. Greeters, services and what is being closed are nobody's session.
fn logind_session(text: &str) -> Option<Found> {
    let value = |key| keyfile::value(text, "", key).unwrap_or_default();
    if !matches!(value("CLASS"), "" | "user" | "user-early" | "user-incomplete") || value("STATE") == "closing" {
        return None;
    }
    let user = match value("USER") {
        "" => return None,
        name => text::nfc(name).into_owned(),
    };
    let kind = match (value("TYPE"), value("REMOTE")) {
        (_, "1") => Some(SessionKind::Remote),
        ("x11" | "wayland" | "mir", _) => Some(SessionKind::Graphical),
        ("tty", _) => Some(SessionKind::Console),
        _ => None,
    };
    Some(Found { user, kind, terminal: value("TTY").to_owned() })
}

/// The sessions in utmp, each with its process. Terminal windows of a graphical session (host `:0`) are part of it.
fn utmp_sessions(bytes: &[u8]) -> impl Iterator<Item = (i32, Found)> {
    bytes.chunks_exact(RECORD_BYTES).filter_map(|record| {
        let kind = i16::from_ne_bytes(record.get(0..2)?.try_into().ok()?);
        let pid = i32::from_ne_bytes(record.get(4..8)?.try_into().ok()?);
        let line = field(record, 8, 32)?;
        let user = field(record, 44, 32)?;
        let host = field(record, 76, 256)?;
        let window = line.starts_with("pts/") && (host.is_empty() || host.starts_with(':'));
        if kind != USER_PROCESS || user.is_empty() || window {
            return None;
        }
        let kind = if line.starts_with(':') {
            SessionKind::Graphical
        } else if line.starts_with("pts/") {
            SessionKind::Remote
        } else {
            SessionKind::Console
        };
        let terminal = if kind == SessionKind::Graphical { String::new() } else { line };
        Some((pid, Found { user, kind: Some(kind), terminal }))
    })
}

/// A text that ends at its first zero byte or at the end of its field.
fn field(record: &[u8], at: usize, length: usize) -> Option<String> {
    let bytes = record.get(at..at.checked_add(length)?)?;
    Some(text::name(bytes.split(|byte| *byte == 0).next()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    fn record(kind: i16, pid: i32, line: &str, user: &str, host: &str) -> Vec<u8> {
        let mut record = vec![0; RECORD_BYTES];
        let mut put = |at: usize, bytes: &[u8]| {
            record.splice(at..at + bytes.len(), bytes.iter().copied());
        };
        put(0, &kind.to_ne_bytes());
        put(4, &pid.to_ne_bytes());
        put(8, line.as_bytes());
        put(44, user.as_bytes());
        put(76, host.as_bytes());
        record
    }

    fn open(machine: &Machine) -> Vec<(String, Option<SessionKind>, Option<bool>, bool)> {
        let sessions = sessions(&machine.context()).unwrap();
        assert_eq!(sessions.incomplete, None);
        let answer = |session: &OpenSession| {
            let user = session.user.known().unwrap().clone();
            (user, session.kind.known().copied(), session.locked.known().copied(), session.idle_since.known().is_some())
        };
        sessions.items.iter().map(answer).collect()
    }

    #[test]
    fn a_disk_that_does_not_run_has_no_sessions_to_see() {
        assert_eq!(sessions(&Machine::new().context()).unwrap_err().code, GapCode::Unsupported);
        assert_eq!(sessions(&Machine::new().running().context()).unwrap_err().code, GapCode::Unsupported);
    }

    #[test]
    fn logind_knows_who_is_there() {
        let machine = Machine::new().running();
        for (name, text) in [
            ("1", "USER=an\nCLASS=user\nTYPE=wayland\nREMOTE=0\nSTATE=active\nTTY=tty2\n"),
            ("2", "USER=Hiê\u{300}n\nCLASS=user\nTYPE=tty\nREMOTE=1\nREMOTE_HOST=10.0.0.2\nSTATE=online\nTTY=pts/0\n"),
            ("3", "USER=cu\nCLASS=user\nTYPE=tty\nREMOTE=0\nSTATE=active\nTTY=tty3\n"),
            ("4", "USER=gdm\nCLASS=greeter\nTYPE=wayland\n"),
            ("5", "USER=an\nCLASS=user\nTYPE=tty\nREMOTE=1\nSTATE=closing\n"),
            ("6", "USER=an\nCLASS=manager\nTYPE=unspecified\n"),
            ("7", "USER=an\nCLASS=user\nTYPE=unspecified\nREMOTE=0\nTTY=../../etc/passwd\n"),
        ] {
            machine.file(&format!("run/systemd/sessions/{name}"), text);
        }
        machine.file("dev/pts/0", "");
        let file = std::fs::File::open(machine.path("dev/pts/0")).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        file.set_times(std::fs::FileTimes::new().set_accessed(long_ago)).unwrap();
        assert_eq!(
            open(&machine),
            [
                ("an".to_owned(), Some(SessionKind::Graphical), None, false),
                ("Hiền".to_owned(), Some(SessionKind::Remote), Some(false), true),
                ("cu".to_owned(), Some(SessionKind::Console), Some(false), false),
                ("an".to_owned(), None, None, false),
            ]
        );
    }

    #[test]
    fn utmp_is_read_where_there_is_no_logind() {
        let machine = Machine::new().running();
        let records = [
            record(USER_PROCESS, 1, "tty1", "an", ""),
            record(USER_PROCESS, 1, "pts/0", "bình", "10.0.0.2"),
            record(USER_PROCESS, 1, ":0", "an", ":0"),
            record(USER_PROCESS, 1, "pts/1", "an", ":0"),
            record(USER_PROCESS, 999, "pts/2", "gone", "10.0.0.2"),
            record(8, 1, "pts/3", "ended", "10.0.0.2"),
        ];
        machine.file("run/utmp", records.concat());
        assert_eq!(
            open(&machine),
            [
                ("an".to_owned(), Some(SessionKind::Console), Some(false), false),
                ("bình".to_owned(), Some(SessionKind::Remote), Some(false), false),
                ("an".to_owned(), Some(SessionKind::Graphical), None, false),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1000)) {
            utmp_sessions(&bytes).for_each(drop);
            logind_session(&String::from_utf8_lossy(&bytes));
        }
    }
}
