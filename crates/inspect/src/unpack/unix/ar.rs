//! ar: libraries, and packages of Debian.

use super::{content, name_of};
use crate::Reason;
use crate::walk::{Inside, Part};

/// The length of the mark of an archive, and of a header.
const MARK: usize = 8;
const HEADER: usize = 60;

/// Opens an ar archive.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let thin = bytes.starts_with(b"!<thin>");
    let mut long_names: &[u8] = &[];
    let mut at = MARK;
    while at < bytes.len() {
        // Some writers fill up the end with a line feed.
        if bytes.get(at..).is_some_and(|rest| rest.iter().all(|byte| matches!(byte, b'\n' | 0))) {
            return Ok(());
        }
        let header = bytes.get(at..at + HEADER).ok_or_else(|| Reason::incomplete(format!("the ar header at {at}")))?;
        let size = size_of(header).filter(|_| header.ends_with(b"`\n"));
        let Some(size) = size else {
            let slice = inside
                .slice(bytes.get(at..).unwrap_or_default())
                .cut_short(Reason::damaged(format!("the ar header at {at}")));
            inside.piece("data behind the damage", "ar", &slice);
            return Ok(());
        };
        let mut begin = at + HEADER;
        let next = begin.saturating_add(size);
        let field = header.get(..16).unwrap_or_default();
        let mut length = size;
        let name = if let Some(counted) = bsd_name(bytes, begin, field) {
            begin = begin.saturating_add(counted.len());
            length = size.saturating_sub(counted.len());
            name_of(counted)
        } else {
            plain_name(field, long_names)
        };
        if name == "//" {
            long_names = bytes.get(begin..next.min(bytes.len())).unwrap_or_default();
        } else if thin && !matches!(name.as_str(), "/" | "/SYM64/") {
            inside.unopened(&name, "ar", Some(size as u64), Reason::incomplete("a thin archive only names its files"));
            at += HEADER;
            continue;
        } else {
            let unpacked = content(part, begin, length, inside);
            let table = matches!(name.as_str(), "/" | "/SYM64/" | "debian-binary") || name.starts_with("__.SYMDEF");
            if table {
                inside.piece(&name, "ar", &unpacked);
            } else {
                inside.child(&name, "ar", &unpacked);
            }
        }
        at = next.saturating_add(next % 2);
    }
    Ok(())
}

fn size_of(header: &[u8]) -> Option<usize> {
    std::str::from_utf8(header.get(48..58)?).ok()?.trim().parse().ok()
}

/// The name that BSD writes in front of the data: `#1/` and its length.
fn bsd_name<'b>(bytes: &'b [u8], begin: usize, field: &[u8]) -> Option<&'b [u8]> {
    let length: usize = std::str::from_utf8(field.strip_prefix(b"#1/")?).ok()?.trim().parse().ok()?;
    bytes.get(begin..begin.checked_add(length)?)
}

/// The name in the header, or the one of the table of long names that it leads to.
fn plain_name(field: &[u8], long_names: &[u8]) -> String {
    let text = name_of(field);
    let text = text.trim_end();
    let place = text.strip_prefix('/').and_then(|digits| digits.parse::<usize>().ok());
    if let Some(rest) = place.and_then(|place| long_names.get(place..)) {
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        return name_of(line.strip_suffix(b"/").unwrap_or(line));
    }
    if text.starts_with('/') {
        return text.to_owned();
    }
    text.strip_suffix('/').unwrap_or(text).to_owned()
}
