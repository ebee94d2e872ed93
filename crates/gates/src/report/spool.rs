//! What a gate has still to tell its server, on the disk: numbered entries, bounded, that outlive a crash and hours without
//! the server.
//!
//! One file of lines: the head says which stream it is and which number the first entry has. What the server keeps is noted in
//! a file of its own, and the lines go when they are many.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use khien_protocol::{GateEntry, STREAM_LETTERS};
use serde::{Deserialize, Serialize};

/// The largest file of entries, in bytes: more than a hundred thousand files, hours at the busiest gate. What comes then is
/// counted as lost.
pub const MAX_SPOOL_BYTES: u64 = 64 * 1024 * 1024;
/// From how many bytes of entries on that are kept elsewhere the file is written anew.
const WRITTEN_ANEW_BYTES: u64 = 4 * 1024 * 1024;
/// The longest line that is read back, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;
/// The entries.
const ENTRIES: &str = "entries.jsonl";
/// Up to which number the server keeps them.
const TAKEN: &str = "taken";

/// The first line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    stream: String,
    first: u64,
}

/// Entries that wait to be sent.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    file: File,
    stream: String,
    /// How many bytes the file has.
    size: u64,
    /// The number of the first entry that was not taken, and where it begins.
    first: u64,
    begins: u64,
    /// The number that the next entry gets.
    next: u64,
    /// How large the file may become.
    most: u64,
    /// Entries that could not be kept since the last one that could.
    lost: u64,
}

impl Spool {
    /// Opens the spool in `folder`, or begins one whose stream is named `fresh`.
    pub(super) fn open(folder: &Path, fresh: &str, most: u64) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700);
        builder.create(folder)?;
        let path = folder.join(ENTRIES);
        let (head, places, whole) = match File::open(&path) {
            Ok(file) => read_back(&file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        }
        .unwrap_or_else(|| (Head { stream: fresh.to_owned(), first: 1 }, Vec::new(), 0));
        let taken = fs::read_to_string(folder.join(TAKEN)).ok();
        let taken = taken.as_deref().and_then(|text| {
            let (stream, number) = text.trim().split_once(' ')?;
            (stream == head.stream).then(|| number.parse::<u64>().ok())?
        });
        if whole == 0 {
            write_anew(&path, &head, &[])?;
        }
        let mut file = options().open(&path)?;
        // Half a line is what a crash left of an entry that was never told.
        let size = if whole == 0 { file.metadata()?.len() } else { whole };
        file.set_len(size)?;
        file.seek(SeekFrom::End(0))?;
        let next = head.first + places.len() as u64;
        let first = taken.map_or(head.first, |taken| taken.saturating_add(1).max(head.first));
        let begins = first.checked_sub(head.first).and_then(|nth| places.get(usize::try_from(nth).ok()?).copied());
        let begins = begins.unwrap_or(size);
        let mut spool =
            Self { folder: folder.to_owned(), file, stream: head.stream, size, first, begins, next, most, lost: 0 };
        if first > next {
            // The disk kept what was taken, and not what was written before: go on after it.
            spool.next = first;
            spool.rewrite()?;
        }
        Ok(spool)
    }

    /// The stream.
    pub(super) fn stream(&self) -> &str {
        &self.stream
    }

    /// The number of the first entry that waits, or of the next one.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> u64 {
        self.next - self.first
    }

    /// Keeps entries, and says how many were lost before them once there is room again. What cannot be kept is counted.
    pub(super) fn keep(&mut self, entries: &[GateEntry], at: jiff::Timestamp) -> io::Result<()> {
        let mut lines = Vec::new();
        let mut kept = 0;
        let mut room = self.most.saturating_sub(self.size);
        if self.lost > 0 && !entries.is_empty() {
            let told = line(&GateEntry::Lost { at, count: self.lost })?;
            if told.len() as u64 <= room {
                room -= told.len() as u64;
                lines.extend(told);
                kept += 1;
                self.lost = 0;
            }
        }
        for entry in entries {
            let told = line(entry)?;
            if self.lost > 0 || told.len() as u64 > room {
                self.lost += 1;
                continue;
            }
            room -= told.len() as u64;
            lines.extend(told);
            kept += 1;
        }
        if lines.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Nothing of it counts: the file ends where it ended before.
            self.lost += kept;
            self.file.set_len(self.size)?;
            self.file.seek(SeekFrom::Start(self.size))?;
            return Err(error);
        }
        self.size += lines.len() as u64;
        self.next += kept;
        Ok(())
    }

    /// Counts entries that never came here.
    pub(super) fn lose(&mut self, count: u64) {
        self.lost += count;
    }

    /// Up to `most` entries that wait, the first first.
    pub(super) fn waiting_entries(&self, most: usize) -> io::Result<Vec<GateEntry>> {
        let mut file = File::open(self.folder.join(ENTRIES))?;
        file.seek(SeekFrom::Start(self.begins))?;
        let mut lines = BufReader::new(file.take(self.size.saturating_sub(self.begins)));
        let mut entries = Vec::new();
        let mut text = String::new();
        while entries.len() < most {
            text.clear();
            if (&mut lines).take(MAX_LINE_BYTES).read_line(&mut text)? == 0 {
                break;
            }
            entries.push(serde_json::from_str(&text)?);
        }
        Ok(entries)
    }

    /// The server keeps everything up to this number.
    pub(super) fn taken(&mut self, number: u64) -> io::Result<()> {
        let number = number.min(self.next.saturating_sub(1));
        if number < self.first {
            return Ok(());
        }
        let mut lines = BufReader::new(File::open(self.folder.join(ENTRIES))?);
        lines.seek(SeekFrom::Start(self.begins))?;
        let mut text = Vec::new();
        for _ in self.first..=number {
            text.clear();
            self.begins += (&mut lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut text)? as u64;
        }
        self.first = number + 1;
        let path = self.folder.join(TAKEN);
        let fresh = path.with_extension("new");
        fs::write(&fresh, format!("{} {number}\n", self.stream))?;
        fs::rename(fresh, path)?;
        if self.begins >= WRITTEN_ANEW_BYTES || self.first == self.next {
            self.rewrite()?;
        }
        Ok(())
    }

    /// Writes the file anew, with what waits.
    fn rewrite(&mut self) -> io::Result<()> {
        let path = self.folder.join(ENTRIES);
        let mut rest = Vec::new();
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(self.begins))?;
        file.take(self.size.saturating_sub(self.begins)).read_to_end(&mut rest)?;
        let head = Head { stream: self.stream.clone(), first: self.first };
        self.begins = write_anew(&path, &head, &rest)?;
        self.size = self.begins + rest.len() as u64;
        self.file = options().open(&path)?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn line<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// Puts a file in place of the one at `path`. Gives where its entries begin.
fn write_anew(path: &Path, head: &Head, rest: &[u8]) -> io::Result<u64> {
    let fresh = path.with_extension("new");
    let head = line(head)?;
    let mut file = options().create(true).truncate(true).open(&fresh)?;
    file.write_all(&head)?;
    file.write_all(rest)?;
    file.sync_all()?;
    fs::rename(fresh, path)?;
    Ok(head.len() as u64)
}

/// What stands in a file: its head, where each whole entry begins, where the last one ends. Nothing when it is no spool.
fn read_back(file: &File) -> io::Result<Option<(Head, Vec<u64>, u64)>> {
    let mut lines = BufReader::new(file);
    let mut text = Vec::new();
    (&mut lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut text)?;
    let head: Option<Head> = serde_json::from_slice(&text).ok();
    let head = head.filter(|head| head.stream.len() == STREAM_LETTERS && head.first > 0 && text.ends_with(b"\n"));
    let Some(head) = head else { return Ok(None) };
    let mut at = text.len() as u64;
    let mut places = Vec::new();
    loop {
        text.clear();
        (&mut lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut text)?;
        if !text.ends_with(b"\n") || serde_json::from_slice::<GateEntry>(&text).is_err() {
            return Ok(Some((head, places, at)));
        }
        places.push(at);
        at += text.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "00112233445566778899aabbccddeeff";
    const OTHER: &str = "ffeeddccbbaa99887766554433221100";

    fn at(second: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(second).unwrap()
    }

    fn entry(count: u64) -> GateEntry {
        GateEntry::Lost { at: at(0), count }
    }

    fn counts(spool: &Spool) -> Vec<u64> {
        let entries = spool.waiting_entries(1_000).unwrap();
        entries.iter().map(|entry| if let GateEntry::Lost { count, .. } = entry { *count } else { 0 }).collect()
    }

    #[test]
    fn what_waits_outlives_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Spool::open(folder.path(), STREAM, MAX_SPOOL_BYTES).unwrap();
        let mut spool = open();
        spool.keep(&[entry(1), entry(2), entry(3)], at(0)).unwrap();
        drop(spool);
        let mut spool = Spool::open(folder.path(), OTHER, MAX_SPOOL_BYTES).unwrap();
        assert_eq!((spool.stream(), spool.first(), counts(&spool)), (STREAM, 1, vec![1, 2, 3]));
        spool.taken(2).unwrap();
        spool.taken(1).unwrap();
        assert_eq!((spool.first(), spool.waiting(), counts(&spool)), (3, 1, vec![3]));
        drop(spool);
        let mut spool = open();
        assert_eq!((spool.first(), counts(&spool)), (3, vec![3]));
        spool.keep(&[entry(4)], at(0)).unwrap();
        spool.taken(99).unwrap();
        assert_eq!((spool.first(), spool.waiting()), (5, 0));
        drop(spool);
        let mut spool = open();
        assert_eq!((spool.first(), spool.waiting()), (5, 0));
        spool.keep(&[entry(5)], at(0)).unwrap();
        assert_eq!((spool.first(), counts(&spool)), (5, vec![5]));
    }

    #[test]
    fn a_crash_leaves_whole_entries() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ENTRIES);
        let mut spool = Spool::open(folder.path(), STREAM, MAX_SPOOL_BYTES).unwrap();
        spool.keep(&[entry(1), entry(2)], at(0)).unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            fs::write(&path, whole.get(..cut).unwrap()).unwrap();
            let mut spool = Spool::open(folder.path(), OTHER, MAX_SPOOL_BYTES).unwrap();
            let before = counts(&spool);
            assert!(before.len() < 2, "{cut}");
            spool.keep(&[entry(9)], at(0)).unwrap();
            assert_eq!(counts(&spool), [before, vec![9]].concat(), "{cut}");
        }
        // The number that was taken lies on the disk, what was written before it does not.
        fs::write(&path, &whole).unwrap();
        fs::write(folder.path().join(TAKEN), format!("{STREAM} 7\n")).unwrap();
        let mut spool = Spool::open(folder.path(), OTHER, MAX_SPOOL_BYTES).unwrap();
        spool.keep(&[entry(8)], at(0)).unwrap();
        assert_eq!((spool.first(), counts(&spool)), (8, vec![8]));
    }

    #[test]
    fn what_finds_no_room_is_counted_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let most = 400;
        let mut spool = Spool::open(folder.path(), STREAM, most).unwrap();
        let many: Vec<GateEntry> = (1..=20).map(entry).collect();
        spool.keep(&many, at(0)).unwrap();
        let kept = spool.waiting();
        assert!((1..20).contains(&kept) && fs::metadata(folder.path().join(ENTRIES)).unwrap().len() <= most);
        spool.lose(5);
        spool.taken(kept).unwrap();
        spool.keep(&[entry(100)], at(1)).unwrap();
        assert_eq!(counts(&spool), [20 - kept + 5, 100]);
        assert_eq!(spool.first(), kept + 1);
    }
}
