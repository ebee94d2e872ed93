//! Receipts of scans: written with the key of who scans, and verified.

use std::fs;
use std::path::{Path, PathBuf};

use khien_scan::Scanner;
use khien_scan::receipt::{MAX_RECEIPT_BYTES, Receipt, ReceiptFile, ReceiptProblem, RuleSource, new_key};

use super::Scanned;
use crate::Session;
use crate::i18n::text;
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

/// Writes the receipt of these files.
pub(super) fn write(
    path: &Path,
    key: Option<&Path>,
    scanned: &[Scanned<'_>],
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
        scanned.iter().map(|one| ReceiptFile::of(&one.inspection)).collect(),
    )
    .with_rule_sources(sources.to_vec());
    let signed = receipt.signed(&key).map_err(|problem| cannot_read(&place, &problem))?;
    output::write_file(path, &signed)
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
pub(crate) fn verify(path: &Path, session: &Session) -> Outcome {
    let bytes = input::read_bytes(path, MAX_RECEIPT_BYTES as u64)?;
    let texts = &session.texts;
    let (receipt, key) = match Receipt::verified(&bytes) {
        Ok(verified) => verified,
        Err(ReceiptProblem::Changed) => {
            return Ok(Answer { text: format!("{}\n", texts.text("receipt-changed")), exit: Exit::Fails });
        }
        Err(problem) => return Err(cannot_read(path, &problem)),
    };
    let mut page = text!(
        texts,
        "receipt-head",
        at = receipt.scanned_at.as_str(),
        by = receipt.by.as_str(),
        machine = receipt.machine.as_str(),
        program = receipt.program.as_str(),
        rules = receipt.rules.as_str(),
        key = key
    );
    page.push('\n');
    for source in &receipt.rule_sources {
        let age = source.age_days.map_or_else(|| UNKNOWN.to_owned(), |days| days.to_string());
        page.push_str(&text!(texts, "receipt-rules", name = source.name.as_str(), id = source.id.as_str(), age = age));
        page.push('\n');
    }
    for file in &receipt.files {
        let verdict = match texts.language() {
            crate::i18n::Language::Vi => file.verdict.vi(),
            crate::i18n::Language::En => file.verdict.en(),
        };
        page.push_str(&text!(
            texts,
            "receipt-file",
            name = file.name.as_str(),
            sha256 = file.sha256.as_str(),
            verdict = verdict
        ));
        page.push('\n');
    }
    let exit = match receipt.files.iter().map(|file| file.verdict).max() {
        Some(Verdict::Blocked) => Exit::Fails,
        Some(Verdict::Suspicious | Verdict::NotInspected) => Exit::Undecided,
        Some(Verdict::Clean) | None => Exit::Good,
    };
    Ok(Answer { text: page, exit })
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
