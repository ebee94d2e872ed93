//! Files too large for memory: on the disk of this server until they are read, for nobody else to see, gone afterwards.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::secrets;
use crate::trouble::Trouble;

/// The folder below the data of the server.
const FOLDER: &str = "spool";
/// How the name of a file begins that is still coming in.
const INCOMING: &str = "incoming-";
/// How old a file becomes that nobody asks for any more.
pub(crate) const KEPT_FOR: Duration = Duration::from_hours(24);

/// A file that came in. It goes with the value unless it is kept.
#[derive(Debug)]
pub struct Spooled {
    path: PathBuf,
    is_kept: AtomicBool,
}

impl Spooled {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps it under the name `id`, to be found again by [`path_of`].
    pub(crate) async fn keep_as(&self, id: &str) -> Result<PathBuf, Trouble> {
        let kept = self.path.with_file_name(id);
        fs::rename(&self.path, &kept).await.map_err(|error| away(&error))?;
        self.is_kept.store(true, Ordering::Relaxed);
        Ok(kept)
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed) {
            // What is gone already need not go.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A file that is coming in.
pub(crate) struct Incoming {
    file: fs::File,
    spooled: Spooled,
    left: u64,
}

impl Incoming {
    /// Begins a file of at most so many bytes.
    pub(crate) async fn begin(data: &Path, most: u64) -> Result<Self, Trouble> {
        let folder = data.join(FOLDER);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        builder.mode(0o700);
        builder.create(&folder).await.map_err(|error| away(&error))?;
        let path = folder.join(format!("{INCOMING}{}", secrets::fresh()?));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await.map_err(|error| away(&error))?;
        Ok(Self { file, spooled: Spooled { path, is_kept: AtomicBool::new(false) }, left: most })
    }

    /// Takes the next part. `false` when it would be too large.
    pub(crate) async fn take(&mut self, part: &[u8]) -> Result<bool, Trouble> {
        let Some(left) = self.left.checked_sub(part.len() as u64) else { return Ok(false) };
        self.left = left;
        self.file.write_all(part).await.map_err(|error| away(&error))?;
        Ok(true)
    }

    /// The whole file.
    pub(crate) async fn end(mut self) -> Result<Spooled, Trouble> {
        self.file.flush().await.map_err(|error| away(&error))?;
        Ok(self.spooled)
    }
}

/// Where a file is that was kept as `id`.
pub(crate) fn path_of(data: &Path, id: &str) -> PathBuf {
    data.join(FOLDER).join(id)
}

/// Removes a file that was kept.
pub(crate) async fn forget(data: &Path, id: &str) {
    // What is gone already need not go.
    let _ = fs::remove_file(path_of(data, id)).await;
}

/// Removes what nobody has asked for since [`KEPT_FOR`]: a server that died leaves files behind.
pub(crate) async fn sweep(data: &Path) -> io::Result<usize> {
    let mut gone = 0;
    let mut entries = match fs::read_dir(data.join(FOLDER)).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    while let Some(entry) = entries.next_entry().await? {
        let written = entry.metadata().await.and_then(|metadata| metadata.modified());
        let is_old = written.is_ok_and(|written| written.elapsed().is_ok_and(|age| age > KEPT_FOR));
        if is_old && fs::remove_file(entry.path()).await.is_ok() {
            gone += 1;
        }
    }
    Ok(gone)
}

/// The disk is full, read-only, or not ours.
fn away(error: &io::Error) -> Trouble {
    Trouble::StoreAway { detail: format!("the spool: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_in_is_bounded_and_goes_unless_it_is_kept() {
        let data = tempfile::tempdir().expect("a folder");
        let mut incoming = Incoming::begin(data.path(), 4).await.expect("a file");
        assert_eq!(incoming.take(b"abcd").await, Ok(true));
        assert_eq!(incoming.take(b"e").await, Ok(false));
        let spooled = incoming.end().await.expect("a file");
        let first = spooled.path().to_owned();
        assert_eq!(std::fs::read(&first).expect("a file"), b"abcd");
        drop(spooled);
        assert!(!first.exists());

        let mut incoming = Incoming::begin(data.path(), 4).await.expect("a file");
        incoming.take(b"x").await.expect("it is taken");
        let spooled = incoming.end().await.expect("a file");
        let kept = spooled.keep_as("id").await.expect("it is kept");
        drop(spooled);
        assert_eq!(kept, path_of(data.path(), "id"));
        assert!(kept.exists());
        assert_eq!(sweep(data.path()).await.expect("a sweep"), 0, "it is not old");
        forget(data.path(), "id").await;
        assert!(!kept.exists());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().expect("a folder");
        let spooled = Incoming::begin(data.path(), 4).await.expect("a file").end().await.expect("a file");
        let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(spooled.path()), 0o600);
        assert_eq!(mode(&data.path().join(FOLDER)), 0o700);
    }
}
