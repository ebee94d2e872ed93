//! Receipts of scans: written with the key of who scans, and verified.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use khien_scan::Scanner;
use khien_scan::receipt::{
    MAX_RECEIPT_BYTES, Receipt, ReceiptFile, ReceiptProblem, RuleSource, new_key, public_key, public_key_in,
};
use khien_texts::labels::printable;

use super::{Done, show};
use crate::Session;
use crate::i18n::{Texts, text};
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;
use crate::{exit::Exit, input};
use khien_inspect::Verdict;

/// The largest key, in bytes.
const MAX_KEY_BYTES: u64 = 4096;
/// Where a key lies beneath the folder of a user's own state, if none is named.
const KEY: &str = "khien/receipt.key";
/// Where a machine lists its own users, and the largest list that is read, in bytes.
const USERS: &str = "/etc/passwd";
/// See `USERS`.
const MAX_USERS_BYTES: u64 = 4 * 1024 * 1024;
/// Who a user was before they became root, as sudo says it.
const BEFORE_ROOT: &str = "SUDO_USER";
/// The variables that name a user whom the machine does not list, as those of a directory; the one that counts first.
const NAMES: [&str; 2] = ["LOGNAME", "USER"];
/// What stands for a name that the machine does not tell.
const UNKNOWN: &str = "?";

/// Looks that a receipt at `path` takes nothing from the user: what is there already is a receipt or can hold none, and none of
/// the files that are looked into.
pub(super) fn require_free(path: &Path, files: &[PathBuf], texts: &Texts) -> Result<(), Problem> {
    let Ok(there) = fs::metadata(path) else { return Ok(()) };
    let refused = |key: &str| Problem::Worded {
        what: text!(texts, key, path = output::shown(path)),
        hints: vec![texts.text("receipt-elsewhere")],
    };
    let same = |metadata: fs::Metadata| (metadata.dev(), metadata.ino()) == (there.dev(), there.ino());
    if files.iter().any(|file| fs::metadata(file).is_ok_and(same)) {
        return Err(refused("receipt-over-scanned"));
    }
    // What stands in a device or a pipe is not lost, and a folder is refused where it is written.
    if there.is_file()
        && !input::read_bytes(path, MAX_RECEIPT_BYTES as u64).is_ok_and(|bytes| Receipt::has_form(&bytes))
    {
        return Err(refused("receipt-over-other"));
    }
    Ok(())
}

/// Writes the receipt of everything that was asked for.
pub(super) fn write(
    path: &Path,
    key: Option<&Path>,
    done: &Done<'_>,
    (scanner, sources): (&Scanner, &[RuleSource]),
    session: &Session,
) -> Result<(), Problem> {
    let place = match key {
        Some(place) => place.to_owned(),
        None => usual_place().ok_or_else(|| Problem::Worded {
            what: session.texts.text("receipt-no-home"),
            hints: vec![session.texts.text("receipt-no-home-todo")],
        })?,
    };
    let key = read_or_make(&place)?;
    let machine = fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned());
    let receipt = Receipt::new(
        session.now.to_string(),
        user(),
        machine.unwrap_or_else(|_| UNKNOWN.to_owned()),
        format!("khien {}", env!("CARGO_PKG_VERSION")),
        scanner.rules_id(),
        files(done, &session.texts),
    )
    .with_rule_sources(sources.to_vec());
    let signed = receipt.signed(&key).map_err(|problem| cannot_read(&place, &problem))?;
    // Something may have come there while the files were looked into, as the key itself.
    require_free(path, &[], &session.texts)?;
    output::write_file(path, &signed)
}

/// Every file that was asked for. One that was not looked into is named all the same, with why.
fn files(done: &Done<'_>, texts: &Texts) -> Vec<ReceiptFile> {
    let name =
        |path: &str| Path::new(path).file_name().map_or(path.to_owned(), |name| name.to_string_lossy().into_owned());
    let unread = done.not_looked_into(texts);
    let unread = unread.into_iter().map(|(path, why)| ReceiptFile::unread(name(&path), why));
    done.scanned.iter().map(|one| ReceiptFile::of(&one.inspection)).chain(unread).collect()
}

/// Who runs the program, by the number that the system gives them: what the surroundings say, anybody can set.
fn user() -> String {
    let id = rustix::process::getuid();
    let said = |name: &str| std::env::var(name).ok().filter(|name| !name.is_empty());
    if id.is_root()
        && let Some(name) = said(BEFORE_ROOT)
    {
        return name;
    }
    let id = id.as_raw().to_string();
    let list = input::read_bytes(Path::new(USERS), MAX_USERS_BYTES).unwrap_or_default();
    if let Some(name) = listed(&String::from_utf8_lossy(&list), &id) {
        return name;
    }
    match NAMES.iter().find_map(|name| said(name)) {
        Some(name) => format!("{name} (uid {id})"),
        None => format!("uid {id}"),
    }
}

/// The name of the user with this number in a list of users (`passwd(5)`).
fn listed(list: &str, id: &str) -> Option<String> {
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, own) = (fields.next()?, fields.next()?, fields.next()?);
        (own == id && !name.is_empty()).then(|| name.to_owned())
    })
}

/// The folder of a user's own state (XDG Base Directory Specification).
fn usual_place() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
    state.or(home).map(|folder| folder.join(KEY))
}

/// The key at `place`; a new one, for its owner alone, where there is none.
fn read_or_make(place: &Path) -> Result<Vec<u8>, Problem> {
    if place.exists() {
        return read(place);
    }
    let key = new_key().map_err(|problem| cannot_read(place, &problem))?;
    write_key(place, &key)?;
    Ok(key)
}

/// The key at `place`.
pub(crate) fn read(place: &Path) -> Result<Vec<u8>, Problem> {
    input::read_bytes(place, MAX_KEY_BYTES)
}

/// Writes a key for its owner alone. One that is there already is never replaced.
pub(crate) fn write_key(place: &Path, key: &[u8]) -> Result<(), Problem> {
    let cannot = |error: std::io::Error| Problem::CannotWrite { path: place.to_owned(), detail: error.to_string() };
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(place).map_err(cannot)?;
    std::io::Write::write_all(&mut file, key).and_then(|()| file.sync_all()).map_err(cannot)
}

fn cannot_read(path: &Path, problem: &ReceiptProblem) -> Problem {
    Problem::CannotRead { path: path.to_owned(), detail: problem.to_string() }
}

/// `khien receipt verify FILE`.
pub(crate) fn verify(path: &Path, expected: Option<&OsStr>, session: &Session) -> Outcome {
    let texts = &session.texts;
    let expected = expected.map(|key| public(key, texts)).transpose()?;
    let bytes = input::read_bytes(path, MAX_RECEIPT_BYTES as u64)?;
    let (receipt, key) = Receipt::verified(&bytes).map_err(|problem| match problem {
        ReceiptProblem::Changed => Problem::Worded {
            what: text!(texts, "receipt-changed", path = output::shown(path)),
            hints: vec![texts.text("receipt-changed-todo")],
        },
        problem => cannot_read(path, &problem),
    })?;
    if let Some(expected) = expected.as_ref().filter(|expected| **expected != key) {
        return Err(Problem::Worded {
            what: text!(texts, "receipt-other-key", key = key, expected = expected.as_str()),
            hints: vec![texts.text("receipt-other-key-todo")],
        });
    }
    let whose = if expected.is_some() { "receipt-key-expected" } else { "receipt-key-unknown" };
    let page = format!("{}{}\n", page(&receipt, &key, texts), texts.text(whose));
    let exit = match receipt.verdict() {
        Verdict::Blocked => Exit::Fails,
        Verdict::Suspicious | Verdict::NotInspected => Exit::Undecided,
        Verdict::Clean => Exit::Good,
    };
    Ok(Answer { text: page, exit })
}

/// The public key that was typed in Base64, or that belongs to the key in the file that was typed.
fn public(typed: &OsStr, texts: &Texts) -> Result<String, Problem> {
    let place = Path::new(typed);
    if place.exists() {
        let bytes = read(place)?;
        if let Ok(key) = public_key(&bytes) {
            return Ok(key);
        }
        if let Some(key) = str::from_utf8(&bytes).ok().and_then(public_key_in) {
            return Ok(key);
        }
    } else if let Some(key) = typed.to_str().and_then(public_key_in) {
        return Ok(key);
    }
    Err(Problem::Worded {
        what: text!(texts, "receipt-no-key", key = output::shown(place)),
        hints: vec![texts.text("receipt-no-key-todo")],
    })
}

/// What a receipt says. All of it was written by others, the signature says only by whom.
fn page(receipt: &Receipt, key: &str, texts: &Texts) -> String {
    let mut page = text!(
        texts,
        "receipt-head",
        at = printable(&receipt.scanned_at),
        by = printable(&receipt.by),
        machine = printable(&receipt.machine),
        program = printable(&receipt.program),
        rules = printable(&receipt.rules),
        key = key
    );
    page.push('\n');
    for source in &receipt.rule_sources {
        let age = source.age_days.map_or_else(|| UNKNOWN.to_owned(), |days| days.to_string());
        let (name, id) = (printable(&source.name), printable(&source.id));
        page.push_str(&text!(texts, "receipt-rules", name = name, id = id, age = age));
        page.push('\n');
    }
    for file in &receipt.files {
        let (name, verdict) = (printable(&file.name), show::verdict(file.verdict, texts));
        page.push_str(&match &file.unread {
            Some(why) => text!(texts, "receipt-unread", name = name, verdict = verdict, why = printable(why)),
            None => {
                text!(texts, "receipt-file", name = name, sha256 = printable(&file.sha256), verdict = verdict)
            }
        });
        page.push('\n');
    }
    if receipt.files.is_empty() {
        page.push_str(&texts.text("scan-no-files"));
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_known_by_their_numbers() {
        let list = "root:x:0:0:root:/root:/bin/bash\nan.nv:x:1001:1001:Nguyễn Văn An:/home/an:/bin/sh\nbroken\n:x:7:\n";
        for (id, name) in [("0", Some("root")), ("1001", Some("an.nv")), ("100", None), ("7", None)] {
            assert_eq!(listed(list, id).as_deref(), name, "{id}");
        }
    }
}
