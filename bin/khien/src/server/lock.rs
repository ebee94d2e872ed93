//! Who uses the data folder: servers share it; whoever replaces what lies in it needs it alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::OnceLock;

use crate::Session;
use crate::problem::Problem;

/// The file whose lock says so. It is empty, and stays.
const LOCK_FILE: &str = "khien.lock";

/// The lock of this server, until the process ends, however it ends.
static HELD: OnceLock<File> = OnceLock::new();

/// Says that a server uses the folder, until this process ends.
pub(super) fn share(folder: &Path, session: &Session) -> Result<(), Problem> {
    let Some(file) = open(folder) else { return Ok(()) };
    if let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
        return Err(worded("lock-replaced", "lock-hint-replaced", session));
    }
    // A second server in one process shares the first one's lock.
    let _ = HELD.set(file);
    Ok(())
}

/// Takes the folder for this process alone; refused while a server runs on it. The lock ends with what is returned.
pub(crate) fn alone(folder: &Path, session: &Session) -> Result<Option<File>, Problem> {
    let Some(file) = open(folder) else { return Ok(None) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(worded("lock-running", "lock-hint-running", session)),
        // A file system without locks cannot say who uses it.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// The file of the lock; `None` where nothing can be written: the database will say what is wrong, and better.
fn open(folder: &Path) -> Option<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE)).ok()
}

fn worded(what: &str, hint: &str, session: &Session) -> Problem {
    Problem::Worded { what: session.texts.text(what), hints: vec![session.texts.text(hint)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_share_what_only_one_may_replace() {
        let folder = tempfile::tempdir().unwrap();
        let server = open(folder.path()).unwrap();
        server.try_lock_shared().unwrap();
        let other = open(folder.path()).unwrap();
        other.try_lock_shared().expect("two servers over one database");
        assert!(matches!(open(folder.path()).unwrap().try_lock(), Err(TryLockError::WouldBlock)));
        drop((server, other));
        open(folder.path()).unwrap().try_lock().expect("nobody is left");
        assert!(open(Path::new("/nowhere/at/all")).is_none());
    }
}
