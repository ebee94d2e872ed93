//! Help files of Windows (CHM): a directory, and pages packed with LZX.

#[cfg(test)]
mod tests;

use super::lzx::{FRAME_BYTES, Lzx};
use crate::bytes::{place_le, u32_le, u64_le};
use crate::kinds::chm as kinds;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason, text};

/// How many files are read.
const MAX_FILES: usize = 20_000;

/// The largest chunk of the directory, in bytes.
const MAX_CHUNK_BYTES: usize = 1024 * 1024;

const STORAGE: &str = "::DataSpace/Storage/MSCompressed/";
const RESET_TABLE: &str = "Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable";

/// The control of Windows that runs programs from a page of help.
const SHORTCUT_CLASSES: &[&str] = &["adb880a6-d8ff-11cf-9377-00aa003b7a11", "52a2aaae-085d-4187-97ea-8c30db990436"];

/// A file in the directory.
struct Entry {
    name: String,
    section: u64,
    offset: u64,
    length: u64,
}

/// The pages, unpacked as far as they go.
#[derive(Default)]
struct Pages {
    bytes: Vec<u8>,
    /// Frames that could not be unpacked, and why; their bytes are zeros.
    broken: Vec<(usize, Reason)>,
    /// Why there is nothing behind the end.
    cut: Option<Reason>,
}

/// Opens a help file.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let chm = Chm::read(part.bytes)?;
    let packed = chm.entries.iter().any(|entry| entry.section == 1 && entry.length > 0);
    let pages = if packed { chm.pages(inside) } else { Ok(Pages::default()) };
    if let Err(reason) = &pages {
        inside.reason(reason.clone());
    }
    let pages = pages.unwrap_or_default();
    for entry in &chm.entries {
        let own = entry.name.trim_start_matches('/');
        if entry.length == 0 || own.starts_with("::") {
            continue;
        }
        let (bytes, cut) = match entry.section {
            0 => (chm.stored(entry), None),
            1 => pages.file(entry),
            _ => (None, Some(Reason::unsupported(format!("CHM section {}", entry.section)))),
        };
        let Some(bytes) = bytes else {
            let reason = cut.unwrap_or_else(|| Reason::damaged("CHM file beyond the end"));
            inside.unopened(own, "chm", Some(entry.length), reason);
            continue;
        };
        let unpacked = inside.slice(bytes);
        let unpacked = if let Some(reason) = cut { unpacked.cut_short(reason) } else { unpacked };
        // Names that begin so are tables of the viewer itself.
        if own.starts_with(['#', '$', '_']) {
            inside.piece(own, "chm", &unpacked);
        } else {
            look(own, unpacked.bytes(), inside);
            inside.child(own, "chm", &unpacked);
        }
    }
    if chm.cut { Err(Reason::limit(Limit::Reader, MAX_FILES as u64)) } else { Ok(()) }
}

/// Tells of a page that runs programs through the control of help files.
fn look(name: &str, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let page = text::decoded(bytes).to_lowercase();
    if page.contains("shortcut") && SHORTCUT_CLASSES.iter().any(|class| page.contains(class)) {
        let command = page.split_once("item1").map_or("", |(_, rest)| rest);
        inside.found(&kinds::RUNS_PROGRAM, Location::Field(name.to_owned()), command);
    }
}

struct Chm<'b> {
    bytes: &'b [u8],
    content: u64,
    entries: Vec<Entry>,
    cut: bool,
}

impl<'b> Chm<'b> {
    fn read(bytes: &'b [u8]) -> Result<Self, Reason> {
        let broken = || Reason::damaged("CHM header");
        let version = u32_le(bytes, 4).ok_or_else(broken)?;
        let directory = u64_le(bytes, 0x48).ok_or_else(broken)?;
        let length = u64_le(bytes, 0x50).ok_or_else(broken)?;
        let content = if version >= 3 { u64_le(bytes, 0x58) } else { directory.checked_add(length) };
        let mut chm = Self { bytes, content: content.ok_or_else(broken)?, entries: Vec::new(), cut: false };
        let header = slice(bytes, directory, length).or_else(|| rest(bytes, directory)).ok_or_else(broken)?;
        let chunk = place_le(header, 0x10).ok_or_else(broken)?;
        let begin = place_le(header, 8).ok_or_else(broken)?;
        if !header.starts_with(b"ITSP") || !(0x20..=MAX_CHUNK_BYTES).contains(&chunk) {
            return Err(broken());
        }
        for chunk in header.get(begin..).unwrap_or_default().chunks(chunk) {
            chm.list(chunk)?;
        }
        Ok(chm)
    }

    /// Reads the entries of one chunk of the directory.
    fn list(&mut self, chunk: &[u8]) -> Result<(), Reason> {
        if !chunk.starts_with(b"PMGL") {
            return Ok(());
        }
        let free = place_le(chunk, 4).unwrap_or(0);
        let mut entries = chunk.get(0x14..chunk.len().saturating_sub(free)).unwrap_or_default();
        while !entries.is_empty() {
            if self.entries.len() >= MAX_FILES {
                self.cut = true;
                return Ok(());
            }
            let entry = entry(&mut entries).ok_or_else(|| Reason::damaged("CHM directory"))?;
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The bytes of a file that is not packed.
    fn stored(&self, entry: &Entry) -> Option<&'b [u8]> {
        slice(self.bytes, self.content.checked_add(entry.offset)?, entry.length)
    }

    /// The file of the packing called `name`.
    fn storage(&self, name: &str) -> Result<&'b [u8], Reason> {
        let entry = self.entries.iter().find(|entry| entry.name.strip_prefix(STORAGE) == Some(name));
        entry.and_then(|entry| self.stored(entry)).ok_or_else(|| Reason::damaged(format!("CHM without {name}")))
    }

    /// Unpacks all pages.
    fn pages(&self, inside: &Inside<'_, '_>) -> Result<Pages, Reason> {
        let broken = || Reason::damaged("CHM packing");
        let (content, control, table) =
            (self.storage("Content")?, self.storage("ControlData")?, self.storage(RESET_TABLE)?);
        if control.get(4..8) != Some(b"LZXC") {
            return Err(Reason::unsupported("CHM packing without LZX"));
        }
        let unit = if u32_le(control, 8) == Some(1) { 1 } else { FRAME_BYTES };
        let size = |at| place_le(control, at).and_then(|size| size.checked_mul(unit));
        let interval =
            size(12).map(|interval| interval / FRAME_BYTES).filter(|frames| *frames > 0).ok_or_else(broken)?;
        let window = size(16).filter(|window| window.is_power_of_two()).ok_or_else(broken)?;
        let window = u8::try_from(window.trailing_zeros()).map_err(|_| broken())?;
        let length = u64_le(table, 0x10).ok_or_else(broken)?;
        let starts = place_le(table, 12).and_then(|at| table.get(at..)).ok_or_else(broken)?;
        let count = usize::try_from(length.div_ceil(FRAME_BYTES as u64)).map_err(|_| broken())?;
        let mut starts: Vec<usize> =
            starts.chunks_exact(8).take(count).filter_map(|eight| usize::try_from(u64_le(eight, 0)?).ok()).collect();
        let frames = starts.len();
        starts.push(content.len());
        let mut pages = Pages::default();
        if let Some(reason) = inside.too_large(length) {
            pages.cut = Some(reason);
        } else if frames < count {
            pages.cut = Some(broken());
        }
        let room = usize::try_from(inside.room().min(length)).unwrap_or(usize::MAX);
        let mut lzx = None;
        for (place, bounds) in starts.windows(2).enumerate() {
            let left = room.saturating_sub(pages.bytes.len()).min(FRAME_BYTES);
            if left == 0 {
                break;
            }
            if place % interval == 0 {
                lzx = Some(Lzx::new(window).ok_or_else(broken)?);
            }
            let packed = bounds.first().zip(bounds.last()).and_then(|(begin, end)| content.get(*begin..*end));
            // Only the last frame of all is shorter; one that the limit cuts is unpacked as a whole.
            let whole =
                usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(place * FRAME_BYTES).min(FRAME_BYTES);
            let frame = lzx.as_mut().ok_or_else(broken).and_then(|lzx| {
                lzx.frame(packed.unwrap_or_default(), whole).map_err(|mistake| Reason::damaged(mistake.to_string()))
            });
            match frame {
                Ok(bytes) => pages.bytes.extend_from_slice(bytes.get(..left).unwrap_or(&bytes)),
                Err(reason) => {
                    pages.broken.push((place, reason));
                    pages.bytes.resize(pages.bytes.len() + left, 0);
                    // What follows needs this frame, up to the next beginning.
                    lzx = None;
                }
            }
        }
        Ok(pages)
    }
}

impl Pages {
    /// The bytes of a packed file as far as they are there, and why they are not all, or not right.
    fn file(&self, entry: &Entry) -> (Option<&[u8]>, Option<Reason>) {
        let missing = || self.cut.clone().unwrap_or_else(|| Reason::damaged("CHM file beyond the end"));
        let begin = usize::try_from(entry.offset).unwrap_or(usize::MAX);
        let end = begin.saturating_add(usize::try_from(entry.length).unwrap_or(usize::MAX));
        let frames = begin / FRAME_BYTES..=end.saturating_sub(1) / FRAME_BYTES;
        let next = self.broken.get(self.broken.partition_point(|(frame, _)| frame < frames.start()));
        let cut = next.filter(|(frame, _)| frames.contains(frame)).map(|(_, reason)| reason.clone());
        if let Some(bytes) = self.bytes.get(begin..end) {
            return (Some(bytes), cut);
        }
        (self.bytes.get(begin..).filter(|bytes| !bytes.is_empty()), Some(cut.unwrap_or_else(missing)))
    }
}

/// The next entry of a chunk.
fn entry(rest: &mut &[u8]) -> Option<Entry> {
    let length = usize::try_from(packed_number(rest)?).ok()?;
    let (name, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    let name = khien_model::text::nfc(&String::from_utf8_lossy(name)).into_owned();
    Some(Entry { name, section: packed_number(rest)?, offset: packed_number(rest)?, length: packed_number(rest)? })
}

/// A number in groups of seven bits, the highest first.
fn packed_number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    loop {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value = value.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

fn rest(bytes: &[u8], at: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(at).ok()?..)
}

fn slice(bytes: &[u8], at: u64, length: u64) -> Option<&[u8]> {
    rest(bytes, at)?.get(..usize::try_from(length).ok()?)
}
