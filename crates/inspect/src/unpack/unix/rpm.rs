//! Packages of Red Hat: a lead, two headers of tagged values, and the files, packed.

use crate::Reason;
use crate::bytes::{head, stands, u32_be};
use crate::file_type::{self, FileType};
use crate::walk::{Inside, Part};

/// The length of the lead, and of the beginning of a header.
const LEAD: usize = 96;
const HEADER: usize = 16;

/// The most tags of a header.
const MAX_TAGS: usize = 65_536;

/// Tags of scripts that run as the administrator, and their names.
const SCRIPTS: &[(u32, &str)] = &[
    (1023, "preinstall"),
    (1024, "postinstall"),
    (1025, "preuninstall"),
    (1026, "postuninstall"),
    (1151, "pretrans"),
    (1152, "posttrans"),
];

/// A header: where its tags and values stand, and where it ends.
struct Header {
    tags: usize,
    count: usize,
    values: usize,
    end: usize,
}

fn header(bytes: &[u8], at: usize) -> Option<Header> {
    let number = |place: usize| u32_be(bytes, at.checked_add(place)?).and_then(|number| usize::try_from(number).ok());
    if !stands(bytes, at, b"\x8e\xad\xe8\x01") {
        return None;
    }
    let (count, length) = (number(8)?, number(12)?);
    let tags = at.checked_add(HEADER)?;
    let values = tags.checked_add(count.checked_mul(16)?)?;
    let end = values.checked_add(length)?;
    (count <= MAX_TAGS && end <= bytes.len()).then_some(Header { tags, count, values, end })
}

/// Opens an RPM package.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let signature = header(bytes, LEAD).ok_or_else(|| Reason::damaged("the signature of the package"))?;
    let main = signature.end.next_multiple_of(8);
    let main = header(bytes, main).ok_or_else(|| Reason::damaged("the header of the package"))?;
    for number in 0..main.count {
        let tag = main.tags + number * 16;
        let Some((_, name)) = u32_be(bytes, tag).and_then(|own| SCRIPTS.iter().find(|(script, _)| *script == own))
        else {
            continue;
        };
        let at = u32_be(bytes, tag + 8).and_then(|at| main.values.checked_add(usize::try_from(at).ok()?));
        let Some(value) = at.and_then(|at| bytes.get(at..main.end)) else {
            inside.unopened(name, "rpm script", None, Reason::damaged("the place of the script"));
            continue;
        };
        let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
        let slice = inside.slice(text);
        inside.piece(name, "rpm script", &slice);
    }
    let payload = bytes.get(main.end..).unwrap_or_default();
    let slice = inside.slice(payload);
    inside.child(&payload_name(payload), "rpm", &slice);
    Ok(())
}

/// The name of the payload: what it is packed with is told by its mark.
fn payload_name(payload: &[u8]) -> String {
    let packed = file_type::identify("payload.lzma", head(payload, 512));
    let ending = packed.first().filter(|own| **own != FileType::Cpio).and_then(|own| own.extensions().first());
    ending.map_or_else(|| "payload.cpio".to_owned(), |ending| format!("payload.cpio.{ending}"))
}
