//! Compressed streams: one after another, with padding between them, and what stands behind the last one.

mod brotli;
mod bzip2;
mod compress;
mod gzip;
mod lz4;
mod lzma;
#[cfg(test)]
mod tests;
mod xz;
mod zstd;

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::ops::Range;
use std::rc::Rc;

use crate::kinds::streams as kinds;
use crate::walk::{Counted, Inside, Part};
use crate::{Limit, Location, Reason};

/// The most memory that one stream may ask for as its dictionary, or window, by what its header says. The highest setting of
/// `xz` asks for 64 MiB, the highest of `zstd` for 128 MiB.
const MAX_DICTIONARY_BYTES: u64 = 128 * 1024 * 1024;

/// The most streams in a row: setting up a reader for each costs time, and a stream can be as short as 20 bytes.
const MAX_STREAMS: usize = 20_000;

/// The most parts between streams that are looked into.
const MAX_SKIPPED: usize = 64;

/// One compressed stream.
trait Stream<'p>: Read + Sized {
    /// Whether there is only one in a file.
    const ALONE: bool = false;

    /// Whether one begins with these bytes.
    fn begins(packed: &[u8]) -> bool;

    /// How many bytes stand between two streams here, and where in them something may be hidden.
    fn between(_packed: &[u8]) -> Option<(usize, Range<usize>)> {
        None
    }

    /// Begins to read one.
    fn begin(packed: Counted<'p>) -> Result<Self, Reason>;

    /// How many bytes stand behind it, once it was read to its end.
    fn end(self) -> Result<usize, Reason>;
}

/// What came of reading streams, besides what they hold.
#[derive(Default)]
struct Outcome {
    /// Where the last one ended.
    end: Cell<usize>,
    /// Why it was not read to its end.
    stopped: RefCell<Option<Reason>>,
    /// Where the parts between the streams are that may hide something.
    skipped: RefCell<Vec<Range<usize>>>,
}

/// Streams in a row, read as one.
struct Streams<'p, S> {
    packed: Counted<'p>,
    size: usize,
    count: usize,
    current: Option<S>,
    outcome: Rc<Outcome>,
}

impl<'p, S: Stream<'p>> Streams<'p, S> {
    fn new(packed: Counted<'p>, outcome: Rc<Outcome>) -> Self {
        Self { size: packed.rest().len(), packed, count: 0, current: None, outcome }
    }

    /// Begins the next stream; says whether there is one.
    fn advance(&mut self) -> Result<bool, Reason> {
        while let Some((length, within)) = S::between(self.packed.rest()).filter(|(length, _)| *length > 0) {
            let at = self.size - self.packed.rest().len();
            if !within.is_empty() {
                self.outcome.skipped.borrow_mut().push(at + within.start..at + within.end);
            }
            self.packed.go_on_with(self.packed.rest().len().saturating_sub(length));
            self.ended();
            self.counted()?;
        }
        if S::ALONE && self.count > 0 || !S::begins(self.packed.rest()) {
            return Ok(false);
        }
        self.counted()?;
        self.current = Some(S::begin(self.packed.clone())?);
        Ok(true)
    }

    fn counted(&mut self) -> Result<(), Reason> {
        self.count += 1;
        if self.count > MAX_STREAMS {
            return Err(Reason::limit(Limit::Reader, MAX_STREAMS as u64));
        }
        Ok(())
    }

    fn ended(&self) {
        self.outcome.end.set(self.size - self.packed.rest().len());
    }

    /// Reads on; an error is why it cannot.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Reason> {
        loop {
            if self.current.is_none() && !self.advance()? {
                return Ok(0);
            }
            let Some(stream) = &mut self.current else { return Ok(0) };
            match stream.read(buffer) {
                Ok(0) => {}
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(reason_of(&error)),
            }
            if let Some(stream) = self.current.take() {
                let left = stream.end()?;
                self.packed.go_on_with(left);
                self.ended();
            }
        }
    }
}

impl<'p, S: Stream<'p>> Read for Streams<'p, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.outcome.stopped.borrow().is_some() {
            return Ok(0);
        }
        Ok(self.fill(buffer).unwrap_or_else(|reason| {
            self.outcome.stopped.replace(Some(reason));
            0
        }))
    }
}

/// Why a reader stopped.
fn reason_of(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::OutOfMemory => Reason::limit(Limit::Reader, MAX_DICTIONARY_BYTES),
        io::ErrorKind::UnexpectedEof => Reason::incomplete("the stream ends in its middle"),
        _ => Reason::damaged(error.to_string()),
    }
}

/// The reason for a dictionary of `size` bytes, if that is more than may be.
fn too_large_dictionary(size: u64) -> Result<(), Reason> {
    if size > MAX_DICTIONARY_BYTES { Err(Reason::limit(Limit::Reader, MAX_DICTIONARY_BYTES)) } else { Ok(()) }
}

/// Opens a file of streams: what they hold together is one child, called `name`.
fn open<'p, S: Stream<'p>>(
    part: &Part<'p>,
    inside: &mut Inside<'_, '_>,
    how: &'static str,
    name: &str,
) -> Result<(), Reason> {
    let outcome = Rc::new(Outcome::default());
    let shared = Rc::clone(&outcome);
    let mut unpacked = inside.unpack(part.bytes, |packed| Streams::<S>::new(packed, shared));
    let stopped = outcome.stopped.take();
    if unpacked.bytes().is_empty()
        && let Some(reason) = stopped
    {
        return Err(reason);
    }
    let whole = stopped.is_none() && unpacked.cut().is_none();
    if let Some(reason) = stopped {
        unpacked = unpacked.cut_short(reason);
    }
    inside.child(name, how, &unpacked);
    between(part, &outcome.skipped.take(), inside);
    if whole {
        behind(part, outcome.end.get(), inside);
    }
    Ok(())
}

/// Looks into what stands between streams.
fn between(part: &Part<'_>, skipped: &[Range<usize>], inside: &mut Inside<'_, '_>) {
    for range in skipped.iter().take(MAX_SKIPPED) {
        let slice = inside.slice(part.bytes.get(range.clone()).unwrap_or_default());
        inside.piece("skipped frame", "skipped frame", &slice);
    }
    if skipped.len() > MAX_SKIPPED {
        inside.reason(Reason::limit(Limit::Reader, MAX_SKIPPED as u64));
    }
}

/// Looks into what stands behind the last stream. Zeros are padding, as tapes and disks have it.
fn behind(part: &Part<'_>, end: usize, inside: &mut Inside<'_, '_>) {
    let rest = part.bytes.get(end..).unwrap_or_default();
    if rest.iter().all(|byte| *byte == 0) {
        return;
    }
    inside.found(&kinds::BEHIND_STREAM, Location::Offset(end as u64), format!("{} byte", rest.len()));
    let slice = inside.slice(rest);
    inside.piece("data behind the stream", "behind the stream", &slice);
}

/// The name of what was packed: the ending of the packing is left out, and short endings are written out.
fn unpacked_name(name: &str, endings: &[(&str, &str)]) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let lower = last.to_ascii_lowercase();
    for (ending, instead) in endings {
        let stem = lower.strip_suffix(ending).and_then(|stem| last.get(..stem.len()));
        if let Some(stem) = stem.filter(|stem| !stem.is_empty()) {
            return format!("{stem}{instead}");
        }
    }
    "content".to_owned()
}

/// gzip (RFC 1952).
pub(super) fn gzip(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    const ENDINGS: &[(&str, &str)] = &[
        (".tgz", ".tar"),
        (".taz", ".tar"),
        (".svgz", ".svg"),
        (".emz", ".emf"),
        (".wmz", ".wmf"),
        (".gzip", ""),
        (".gz", ""),
    ];
    let mut name = unpacked_name(part.name, ENDINGS);
    if name == "content" {
        name = gzip::stored_name(part.bytes).unwrap_or(name);
    }
    open::<gzip::Member<'_>>(part, inside, "gzip", &name)
}

/// bzip2.
pub(super) fn bzip2(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let name = unpacked_name(
        part.name,
        &[(".tbz2", ".tar"), (".tbz", ".tar"), (".tb2", ".tar"), (".bzip2", ""), (".bz2", ""), (".bz", "")],
    );
    open::<bzip2::Member<'_>>(part, inside, "bzip2", &name)
}

/// xz.
pub(super) fn xz(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<xz::Member<'_>>(part, inside, "xz", &unpacked_name(part.name, &[(".txz", ".tar"), (".xz", "")]))
}

/// LZMA alone.
pub(super) fn lzma(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<lzma::Alone<'_>>(part, inside, "lzma", &unpacked_name(part.name, &[(".tlz", ".tar"), (".lzma", "")]))
}

/// lzip.
pub(super) fn lzip(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<lzma::Lzip<'_>>(part, inside, "lzip", &unpacked_name(part.name, &[(".tlz", ".tar"), (".lz", "")]))
}

/// Zstandard (RFC 8878).
pub(super) fn zstd(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<zstd::Frame<'_>>(
        part,
        inside,
        "zstd",
        &unpacked_name(part.name, &[(".tzst", ".tar"), (".zstd", ""), (".zst", "")]),
    )
}

/// LZ4 frames.
pub(super) fn lz4(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<lz4::Frame<'_>>(part, inside, "lz4", &unpacked_name(part.name, &[(".tlz4", ".tar"), (".lz4", "")]))
}

/// Brotli (RFC 7932).
pub(super) fn brotli(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<brotli::Whole<'_>>(part, inside, "brotli", &unpacked_name(part.name, &[(".tbr", ".tar"), (".br", "")]))
}

/// compress(1).
pub(super) fn compress(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    open::<compress::Whole<'_>>(
        part,
        inside,
        "compress",
        &unpacked_name(part.name, &[(".taz", ".tar"), (".tz", ".tar"), (".z", "")]),
    )
}
