//! tar in all its forms: of Unix V7, ustar, of GNU with long names, of POSIX with records.

use super::pax::Records;
use super::{Links, behind, content, device, name_of};
use crate::Reason;
use crate::bytes::{array, head, stands};
use crate::file_type;
use crate::walk::{Inside, Part};

/// Everything in tar stands at multiples of this.
const BLOCK: usize = 512;

/// The longest header of names or records that is read.
const MAX_EXTRA_BYTES: usize = 1024 * 1024;

/// A header.
struct Header<'t> {
    raw: &'t [u8],
    kind: u8,
    size: u64,
}

impl<'t> Header<'t> {
    /// The header at `at`, if its checksum is right.
    fn at(bytes: &'t [u8], at: usize) -> Option<Self> {
        let raw = bytes.get(at..at.checked_add(BLOCK)?)?;
        if !file_type::is_tar_header(raw) {
            return None;
        }
        let size = number(raw.get(124..136)?)?;
        Some(Self { raw, kind: *raw.get(156)?, size })
    }

    fn field(&self, from: usize, to: usize) -> &'t [u8] {
        self.raw.get(from..to).unwrap_or_default()
    }

    /// The name in the header itself; ustar cuts long ones in two.
    fn name(&self) -> String {
        let name = name_of(self.field(0, 100));
        let prefix = if stands(self.raw, 257, b"ustar\0") { name_of(self.field(345, 500)) } else { String::new() };
        if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
    }
}

/// A number of octal digits, or of bytes if the first bit says so.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        // A negative one, or one that does not fit, is no size.
        let bytes: [u8; 8] = array(field, field.len().checked_sub(8)?)?;
        let high = field.get(1..field.len() - 8)?.iter().all(|byte| *byte == 0);
        return (field.first() == Some(&0x80) && high)
            .then(|| u64::from_be_bytes(bytes))
            .filter(|size| *size < 1 << 62);
    }
    if field.iter().all(|byte| matches!(byte, 0 | b' ')) {
        return Some(0);
    }
    file_type::octal(field)
}

/// What headers said of the next file.
#[derive(Default)]
struct Next {
    records: Records,
    name: Option<String>,
    target: Option<String>,
}

/// Opens a tar archive.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut links = Links::default();
    walk(part, &mut links, inside);
    links.tell(inside);
    Ok(())
}

/// Goes through the archive from header to header.
fn walk(part: &Part<'_>, links: &mut Links, inside: &mut Inside<'_, '_>) {
    let bytes = part.bytes;
    let mut all = Records::default();
    let mut next = Next { records: all.clone(), ..Next::default() };
    let mut at = 0usize;
    while at < bytes.len() {
        let Some(header) = Header::at(bytes, at) else {
            let block = head(bytes.get(at..).unwrap_or_default(), BLOCK);
            if block.iter().all(|byte| *byte == 0) {
                ended(part, at, inside);
                return;
            }
            // As other readers do, go on with the next header that is right.
            inside.reason(Reason::damaged(format!("the tar header at {at}")));
            let Some(found) = next_header(bytes, at + BLOCK.min(block.len())) else { return };
            at = found;
            continue;
        };
        let begin = at + BLOCK + sparse_blocks(bytes, at, header.kind) * BLOCK;
        let size = next
            .records
            .size
            .filter(|_| !matches!(header.kind, b'x' | b'g' | b'L' | b'K' | b'X'))
            .unwrap_or(header.size);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let held = bytes.get(begin..).map_or(0, |rest| rest.len().min(size));
        match header.kind {
            b'x' | b'X' | b'g' | b'L' | b'K' | b'N' => {
                let extra = bytes.get(begin..begin + held.min(MAX_EXTRA_BYTES)).unwrap_or_default();
                read_extra(&header, extra, &mut all, &mut next);
                if held > MAX_EXTRA_BYTES || held < size {
                    inside.reason(Reason::damaged(format!("the extended tar header at {at}")));
                }
                if next.records.damaged {
                    inside.reason(Reason::damaged(format!("the records of the tar header at {at}")));
                }
            }
            _ => {
                let stored = entry(part, at, &header, &next, size, links, inside);
                next = Next { records: all.clone(), ..Next::default() };
                if !stored {
                    at = begin;
                    continue;
                }
            }
        }
        // What is cut off was said with its file.
        at = begin.saturating_add(size).div_ceil(BLOCK).saturating_mul(BLOCK);
    }
}

fn read_extra(header: &Header<'_>, extra: &[u8], all: &mut Records, next: &mut Next) {
    match header.kind {
        b'g' => {
            all.add(extra);
            next.records.add(extra);
        }
        b'L' | b'N' => next.name = Some(name_of(extra)),
        b'K' => next.target = Some(name_of(extra)),
        _ => next.records.add(extra),
    }
}

/// Handles one file; says whether data of it stands behind the header.
fn entry(
    part: &Part<'_>,
    at: usize,
    header: &Header<'_>,
    next: &Next,
    size: usize,
    links: &mut Links,
    inside: &mut Inside<'_, '_>,
) -> bool {
    let own = next.records.path.clone().or_else(|| next.name.clone());
    let name = own.unwrap_or_else(|| header.name());
    let target = || {
        let said = next.records.target.clone().or_else(|| next.target.clone());
        said.unwrap_or_else(|| name_of(header.field(157, 257)))
    };
    let begin = at + BLOCK;
    match header.kind {
        b'1' | b'2' => {
            // Hard links lead from the root of the archive, others from their own folder.
            let from = if header.kind == b'1' { "" } else { name.as_str() };
            links.add(at, &name, from, &target(), inside);
            // Links have no data; where they seem to have some, readers differ.
            if size == 0 || Header::at(part.bytes, begin).is_some() {
                return false;
            }
            let unpacked = content(part, begin, size, inside);
            inside.child(&name, "tar", &unpacked);
        }
        b'3' | b'4' | b'6' => {
            device(at, &name, inside);
            return false;
        }
        b'5' | b'D' => {
            if size > 0 && header.kind == b'5' {
                let unpacked = content(part, begin, size, inside);
                inside.piece(&name, "tar folder", &unpacked);
            }
        }
        b'V' => {}
        b'M' => inside.unopened(&name, "tar", None, Reason::incomplete("the volume before this one")),
        b'S' => inside.unopened(&name, "tar", Some(size as u64), Reason::unsupported("tar sparse file")),
        _ if next.records.sparse => {
            inside.unopened(&name, "tar", Some(size as u64), Reason::unsupported("tar sparse file"));
        }
        0 if name.ends_with('/') && size == 0 => {}
        _ => {
            let unpacked = content(part, begin, size, inside);
            inside.child(&name, "tar", &unpacked);
        }
    }
    true
}

/// How many blocks with places of a sparse file of GNU stand behind its header: each says whether another one follows.
fn sparse_blocks(bytes: &[u8], at: usize, kind: u8) -> usize {
    /// Where headers, and the blocks behind them, say so.
    const IN_HEADER: usize = 482;
    const IN_BLOCK: usize = 504;
    if kind != b'S' || bytes.get(at + IN_HEADER) != Some(&1) {
        return 0;
    }
    let mut blocks = 1;
    while bytes.get(at + blocks * BLOCK + IN_BLOCK) == Some(&1) {
        blocks += 1;
    }
    blocks
}

/// The next header that is right.
fn next_header(bytes: &[u8], from: usize) -> Option<usize> {
    (from.div_ceil(BLOCK) * BLOCK..bytes.len()).step_by(BLOCK).find(|at| Header::at(bytes, *at).is_some())
}

/// What stands behind the blocks of zeros that end an archive: another archive, or something hidden.
fn ended(part: &Part<'_>, at: usize, inside: &mut Inside<'_, '_>) {
    let rest = part.bytes.get(at..).unwrap_or_default();
    let zeros = rest.iter().take_while(|byte| **byte == 0).count();
    behind(part, at + zeros / BLOCK * BLOCK, inside);
}
