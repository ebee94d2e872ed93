//! The counter of requests, on the disk before it is used.

use std::path::PathBuf;

use khien_protocol::limits::MAX_COUNTER;

use super::files;
use crate::Problem;

/// The longest text of a counter, in bytes.
const MAX_BYTES: usize = 32;

/// The counter of the last request. It goes up and never back, whatever happens between two requests.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    path: PathBuf,
}

impl Counter {
    pub(super) const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The last counter that was taken; 0 when none was.
    pub(crate) fn last(&self) -> Result<u64, Problem> {
        let Some(bytes) = files::read(&self.path, MAX_BYTES)? else { return Ok(0) };
        let text = String::from_utf8_lossy(&bytes);
        text.trim().parse().ok().filter(|last| *last < MAX_COUNTER).ok_or_else(|| Problem::StateBroken {
            path: self.path.clone(),
            detail: format!("{text:?} is not a counter"),
        })
    }

    /// Takes the next counter. It is on the disk when this returns, so that no other request ever gets it.
    pub(crate) fn next(&self) -> Result<u64, Problem> {
        let next = self.last()? + 1;
        files::write(&self.path, format!("{next}\n").as_bytes())?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_goes_up_over_restarts_and_never_starts_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counter");
        let counter = || Counter::at(path.clone());
        assert_eq!(counter().next().expect("the first"), 1);
        assert_eq!(counter().next().expect("the second"), 2);
        // The power went while the third was written: the file beside it is not finished.
        std::fs::write(folder.path().join("counter.unfinished"), b"").expect("written");
        assert_eq!(counter().next().expect("the third"), 3);

        for broken in ["", "x", "-1", "999999999999999", "18446744073709551616"] {
            std::fs::write(&path, broken).expect("written");
            assert!(matches!(counter().next(), Err(Problem::StateBroken { .. })), "{broken:?}");
        }
        std::fs::write(&path, (MAX_COUNTER - 1).to_string()).expect("written");
        assert_eq!(counter().next().expect("the last of all"), MAX_COUNTER);
        assert!(counter().next().is_err());
    }
}
