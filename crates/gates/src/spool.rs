//! Where a file waits until it is looked into: in memory while it is small, in a file without a name beyond.

use std::borrow::Cow;
use std::fs::{File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use khien_inspect::{Limit, Reason};
use ring::digest;
use tokio::io::AsyncWriteExt as _;

/// Mebi.
const MIB: u64 = 1024 * 1024;

/// A file up to this size, in bytes, waits in memory.
pub const MEMORY_BYTES: u64 = 16 * MIB;

/// How much waits in memory at all gates that share one [`SpoolRoom`], in bytes; what comes then waits on the disk.
pub const TOTAL_MEMORY_BYTES: u64 = 128 * MIB;

/// Who may open a file that waits on the disk: its owner.
const PRIVATE: u32 = 0o600;

/// Where files wait, and how much of them in memory.
#[derive(Debug)]
pub struct SpoolRoom {
    folder: PathBuf,
    memory_bytes: u64,
    total: u64,
    used: AtomicU64,
}

impl SpoolRoom {
    /// Room with the usual bounds. Large files lie in `folder`, without a name: they are gone when nobody has them open.
    pub fn new(folder: PathBuf) -> Self {
        Self::with_bounds(folder, MEMORY_BYTES, TOTAL_MEMORY_BYTES)
    }

    /// Room for files of up to `memory_bytes` in memory, `total` all together.
    pub fn with_bounds(folder: PathBuf, memory_bytes: u64, total: u64) -> Self {
        Self { folder, memory_bytes, total, used: AtomicU64::new(0) }
    }

    /// Begins to keep a file of at most `limit` bytes.
    pub fn writer(self: &Arc<Self>, limit: u64) -> SpoolWriter {
        SpoolWriter {
            kept: Writing::Memory(Vec::new(), Taken { room: Arc::clone(self), bytes: 0 }),
            room: Arc::clone(self),
            size: 0,
            limit,
            digest: digest::Context::new(&digest::SHA256),
        }
    }
}

/// Memory that was taken out of a room, given back when it is dropped.
#[derive(Debug)]
struct Taken {
    room: Arc<SpoolRoom>,
    bytes: u64,
}

impl Taken {
    /// Takes more; whether there was enough.
    fn take(&mut self, more: u64) -> bool {
        let total = self.room.total;
        let took = self.room.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(more).filter(|sum| *sum <= total)
        });
        if took.is_ok() {
            self.bytes = self.bytes.saturating_add(more);
        }
        took.is_ok()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A file that is being received. It never fails half-way: what cannot be kept is counted on, and said at the end.
pub struct SpoolWriter {
    kept: Writing,
    room: Arc<SpoolRoom>,
    size: u64,
    limit: u64,
    digest: digest::Context,
}

enum Writing {
    Memory(Vec<u8>, Taken),
    File(tokio::fs::File),
    Lost(Reason),
}

/// What was received.
#[derive(Debug)]
pub struct Received {
    /// How many bytes came.
    pub size: u64,
    /// SHA-256 of what came, in lower-case hexadecimal digits.
    pub sha256: String,
    /// What came, or why it could not be kept.
    pub body: Result<Spool, Reason>,
}

impl SpoolWriter {
    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.limit {
            self.kept = Writing::Lost(Reason::limit(Limit::InputBytes, self.limit));
        } else if let Err(error) = self.keep(bytes).await {
            tracing::error!(%error, folder = %self.room.folder.display(), "a file could not be kept");
            self.kept = Writing::Lost(Reason::Unavailable { what: "spool".to_owned() });
        }
    }

    async fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.kept {
            Writing::Memory(kept, taken) => {
                if self.size <= self.room.memory_bytes && taken.take(bytes.len() as u64) {
                    kept.extend_from_slice(bytes);
                    return Ok(());
                }
                // The file never has a name (O_TMPFILE), or has lost it before anything is written.
                let file = tempfile::tempfile_in(&self.room.folder)?;
                file.set_permissions(Permissions::from_mode(PRIVATE))?;
                let mut file = tokio::fs::File::from_std(file);
                file.write_all(kept).await?;
                file.write_all(bytes).await?;
                self.kept = Writing::File(file);
                Ok(())
            }
            Writing::File(file) => file.write_all(bytes).await,
            Writing::Lost(_) => Ok(()),
        }
    }

    /// How many bytes came so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether it is lost already, so that reading on serves only the client.
    pub fn is_lost(&self) -> bool {
        matches!(self.kept, Writing::Lost(_))
    }

    /// Nothing more comes.
    pub async fn finish(self) -> Received {
        let sha256 = hex(self.digest.finish().as_ref());
        let (size, digest) = (self.size, sha256.clone());
        let kept = |content| Spool(Arc::new(Kept { content, size, sha256: digest }));
        let body = match self.kept {
            Writing::Memory(bytes, taken) => Ok(kept(Content::Memory(bytes, taken))),
            Writing::File(mut file) => match file.flush().await {
                Ok(()) => Ok(kept(Content::File(file.into_std().await))),
                Err(error) => {
                    tracing::error!(%error, "a file could not be kept");
                    Err(Reason::Unavailable { what: "spool".to_owned() })
                }
            },
            Writing::Lost(reason) => Err(reason),
        };
        Received { size, sha256, body }
    }
}

/// A file that was received whole. Clones share it; it is gone with the last of them.
#[derive(Debug, Clone)]
pub struct Spool(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    content: Content,
    size: u64,
    sha256: String,
}

#[derive(Debug)]
enum Content {
    Memory(Vec<u8>, #[expect(dead_code, reason = "gives the memory back when it is dropped")] Taken),
    File(File),
}

impl Spool {
    /// In bytes.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// SHA-256, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The file without a name, if it lies on the disk: it can be handed to a process that has no file system.
    pub fn file(&self) -> Option<&File> {
        match &self.0.content {
            Content::Memory(..) => None,
            Content::File(file) => Some(file),
        }
    }

    /// All of it. Blocks while it is read from the disk.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.0.content {
            Content::Memory(bytes, _) => Ok(Cow::Borrowed(bytes)),
            Content::File(_) => {
                let mut bytes = Vec::new();
                self.reader().read_to_end(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// Reads it from its beginning; several may read at once. Blocks while it is read from the disk.
    pub fn reader(&self) -> SpoolReader {
        SpoolReader { spool: self.clone(), position: 0 }
    }
}

/// Reads a [`Spool`].
#[derive(Debug)]
pub struct SpoolReader {
    spool: Spool,
    position: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &self.spool.0.content {
            Content::Memory(bytes, _) => {
                let begin = usize::try_from(self.position).unwrap_or(usize::MAX);
                bytes.get(begin..).unwrap_or_default().read(into)?
            }
            Content::File(file) => file.read_at(into, self.position)?,
        };
        self.position = self.position.saturating_add(read as u64);
        Ok(read)
    }
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of ten bytes in two pieces.
    async fn kept(memory_bytes: u64, total: u64, limit: u64) -> (Arc<SpoolRoom>, Received) {
        let room = Arc::new(SpoolRoom::with_bounds(std::env::temp_dir(), memory_bytes, total));
        let mut writer = room.writer(limit);
        writer.write(b"01234").await;
        writer.write(b"56789").await;
        (room, writer.finish().await)
    }

    #[tokio::test]
    async fn small_files_wait_in_memory_and_large_ones_on_the_disk() {
        for (memory_bytes, total, on_disk) in [(10, 10, false), (9, 10, true), (10, 9, true), (0, 0, true)] {
            let (room, received) = kept(memory_bytes, total, 10).await;
            let spool = received.body.unwrap();
            assert_eq!(spool.file().is_some(), on_disk, "{memory_bytes} {total}");
            assert_eq!(room.used.load(Ordering::Relaxed), if on_disk { 0 } else { 10 });
            assert_eq!(spool.bytes().unwrap().as_ref(), b"0123456789");
            assert_eq!((spool.size(), spool.sha256()), (10, received.sha256.as_str()));
            if let Some(file) = spool.file() {
                use std::os::unix::fs::MetadataExt as _;
                let metadata = file.metadata().unwrap();
                assert_eq!((metadata.nlink(), metadata.permissions().mode() & 0o077), (0, 0));
            }
            drop(spool);
            assert_eq!(room.used.load(Ordering::Relaxed), 0, "the memory is given back");
        }
    }

    #[tokio::test]
    async fn one_byte_too_many_is_said_with_the_limit() {
        assert!(kept(100, 100, 10).await.1.body.is_ok());
        let (room, received) = kept(100, 100, 9).await;
        assert_eq!(received.body.unwrap_err(), Reason::limit(Limit::InputBytes, 9));
        assert_eq!(received.size, 10);
        assert_eq!(received.sha256, hex(digest::digest(&digest::SHA256, b"0123456789").as_ref()));
        assert_eq!(room.used.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_said() {
        let room = Arc::new(SpoolRoom::with_bounds("/proc/nowhere".into(), 0, 0));
        let mut writer = room.writer(100);
        writer.write(b"x").await;
        assert!(writer.is_lost());
        assert!(matches!(writer.finish().await.body, Err(Reason::Unavailable { .. })));
    }
}
