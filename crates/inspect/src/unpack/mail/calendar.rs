//! Invitations (iCalendar) and visiting cards (vCard): files in base64 in their lines.

use super::header::{Value, line};
use super::transfer;
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// How many files of one calendar are looked into.
const MAX_FILES: usize = 2_000;

/// Opens a calendar or card.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let text = crate::text::decoded(part.bytes);
    let mut count = 0;
    for own in unfolded(text.as_bytes()) {
        let Some((head, body)) = parted(&own) else { continue };
        let value = Value::read(&String::from_utf8_lossy(head));
        let encoding = value.first("encoding").unwrap_or_default().to_ascii_lowercase();
        let link = String::from_utf8_lossy(body.get(..body.len().min(256)).unwrap_or_default()).to_ascii_lowercase();
        let body = match (encoding.as_str(), link.starts_with("data:"), link.contains(";base64,")) {
            ("base64" | "b", false, _) => body,
            (_, true, true) => body.splitn(2, |byte| *byte == b',').nth(1).unwrap_or_default(),
            _ => continue,
        };
        count += 1;
        if count > MAX_FILES {
            return Err(Reason::limit(Limit::Reader, MAX_FILES as u64));
        }
        let names = ["filename", "x-filename", "x-apple-filename", "x-label"];
        let name = names.iter().find_map(|name| value.first(name)).unwrap_or(&value.main).to_owned();
        let unpacked = inside.take(transfer::base64(body));
        inside.child(&name, "calendar base64", &unpacked);
    }
    Ok(())
}

/// The lines with their folds taken out. Cards of version 2.1 fold base64 too, and end it with an empty line.
fn unfolded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (own, behind) = line(rest);
        match (own, lines.last_mut()) {
            ([b' ' | b'\t', folded @ ..], Some(last)) => last.extend_from_slice(folded),
            _ => lines.push(own.to_vec()),
        }
        rest = behind;
    }
    lines
}

/// A line at its first colon that is not in quotes.
fn parted(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut quoted = false;
    let colon = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    })?;
    let (head, body) = line.split_at_checked(colon)?;
    Some((head, body.get(1..).unwrap_or_default()))
}
