//! Why nothing was backed up, restored or moved, in the user's words.

use std::io::ErrorKind;
use std::path::Path;

use khien_store::transfer::TransferProblem;

use crate::i18n::{Texts, text};
use crate::problem::Problem;
use crate::server;

/// What kept something from being carried.
pub(super) fn of_transfer(why: &TransferProblem, file: &Path, texts: &Texts) -> Problem {
    let path = file.display().to_string();
    let (what, hint) = match why {
        TransferProblem::Store(error) => return server::of_store(error, texts),
        TransferProblem::File { kind, detail } => return of_file(file, *kind, detail, texts),
        TransferProblem::NotABackup => (text!(texts, "restore-no-backup", path = path), "restore-hint-no-backup"),
        TransferProblem::Damaged { what } => {
            (text!(texts, "restore-damaged", path = path, detail = what.as_str()), "restore-hint-damaged")
        }
        TransferProblem::Newer { found, known } => {
            (text!(texts, "restore-newer", path = path, found = *found, known = *known), "restore-hint-newer")
        }
        TransferProblem::NotEmpty { table, rows } => {
            let hint = if path.is_empty() { "move-hint-not-empty" } else { "restore-hint-not-empty" };
            (text!(texts, "restore-not-empty", table = table.as_str(), rows = *rows), hint)
        }
        TransferProblem::Differs { table } => {
            (text!(texts, "move-differs", table = table.as_str()), "move-hint-differs")
        }
    };
    Problem::Worded { what, hints: vec![texts.text(hint)] }
}

/// A file that cannot be read or written.
pub(super) fn of_file(file: &Path, kind: ErrorKind, detail: &str, texts: &Texts) -> Problem {
    match kind {
        ErrorKind::NotFound => Problem::Missing { path: file.to_owned() },
        ErrorKind::PermissionDenied => Problem::NoRights { path: file.to_owned() },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::Worded {
            what: text!(texts, "backup-disk-full", path = file.display().to_string()),
            hints: vec![texts.text("backup-hint-disk-full")],
        },
        _ => Problem::CannotWrite { path: file.to_owned(), detail: detail.to_owned() },
    }
}
