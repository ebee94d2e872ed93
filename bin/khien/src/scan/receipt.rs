//! Receipts of scans: written with the key of who scans, and verified.

use std::fs;
use std::path::{Path, PathBuf};

use khien_scan::Scanner;
use khien_scan::receipt::{MAX_RECEIPT_BYTES, Receipt, ReceiptFile, ReceiptProblem, new_key};

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
/// The variables that name the user, the one that counts first.
const USER: [&str; 3] = ["SUDO_USER", "LOGNAME", "USER"];
/// What stands for a name that the machine does not tell.
const UNKNOWN: &str = "?";

/// Writes the receipt of these files.
pub(super) fn write(
    path: &Path,
    key: Option<&Path>,
    scanned: &[Scanned<'_>],
    scanner: &Scanner,
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
    let by = USER.iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    let machine = fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned());
    let receipt = Receipt::new(
        session.now.to_string(),
        by.unwrap_or_else(|| UNKNOWN.to_owned()),
        machine.unwrap_or_else(|_| UNKNOWN.to_owned()),
        format!("khien {}", env!("CARGO_PKG_VERSION")),
        scanner.rules_id().to_owned(),
        scanned.iter().map(|one| ReceiptFile::of(&one.inspection)).collect(),
    );
    let signed = receipt.signed(&key).map_err(|problem| cannot_read(&place, &problem))?;
    output::write_file(path, &signed)
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
        return input::read_bytes(place, MAX_KEY_BYTES);
    }
    let key = new_key().map_err(|problem| cannot_read(place, &problem))?;
    let cannot = |error: std::io::Error| Problem::CannotWrite { path: place.to_owned(), detail: error.to_string() };
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(place).map_err(cannot)?;
    std::io::Write::write_all(&mut file, &key).and_then(|()| file.sync_all()).map_err(cannot)?;
    Ok(key)
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
