//! A record of a directory of ISO 9660, with the fields of Rock Ridge.

use super::SECTOR_BYTES;
use crate::bytes::{piece, size, u8_at, u16_le, u32_le};
use crate::unpack::code_page;

/// The length of a record without its name.
const RECORD_BYTES: usize = 33;
/// How many areas of system use of one record are followed.
const MAX_AREAS: usize = 8;

/// How names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// In one byte a letter, perhaps with a longer one of Rock Ridge.
    Plain,
    /// In UTF-16, the higher byte first.
    Joliet,
}

/// A record of a directory.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// How long the record is.
    pub(super) bytes: usize,
    /// The first block of the content.
    pub(super) extent: u64,
    pub(super) size: u64,
    pub(super) name: String,
    /// Where it leads, if it is a link.
    pub(super) link: Option<String>,
    flags: u8,
    pub(super) is_self_or_parent: bool,
    pub(super) is_interleaved: bool,
}

/// Flags of records.
const HIDDEN: u8 = 0x01;
const DIRECTORY: u8 = 0x02;
const GOES_ON: u8 = 0x80;

impl Record {
    pub(super) fn is_hidden(&self) -> bool {
        self.flags & HIDDEN != 0
    }

    pub(super) fn is_directory(&self) -> bool {
        self.flags & DIRECTORY != 0
    }

    /// The next record is a part of the same file.
    pub(super) fn goes_on(&self) -> bool {
        self.flags & GOES_ON != 0
    }

    /// The record at `at`.
    pub(super) fn at(bytes: &[u8], at: usize, names: Names) -> Option<Self> {
        let length = usize::from(u8_at(bytes, at)?);
        let record = piece(bytes, at, length)?;
        let flags = u8_at(record, 25)?;
        let name_bytes = usize::from(u8_at(record, 32)?);
        let raw = piece(record, RECORD_BYTES, name_bytes)?;
        let is_self_or_parent = matches!(raw, [0 | 1]);
        let mut name = match names {
            Names::Plain => without_version(&code_page::name(raw)).to_owned(),
            Names::Joliet => {
                let (text, _) = encoding_rs::UTF_16BE.decode_without_bom_handling(raw);
                without_version(&text).to_owned()
            }
        };
        let mut link = None;
        if names == Names::Plain && !is_self_or_parent {
            // The name is padded to an even place.
            let system_use = record.get(RECORD_BYTES + name_bytes + (name_bytes + 1) % 2..).unwrap_or_default();
            let rock_ridge = RockRidge::of(bytes, system_use);
            if !rock_ridge.name.is_empty() {
                name = code_page::name(&rock_ridge.name);
            }
            link = rock_ridge.link;
        }
        Some(Self {
            bytes: length,
            extent: u32_le(record, 2)?.into(),
            size: u32_le(record, 10)?.into(),
            name,
            link,
            flags,
            is_self_or_parent,
            is_interleaved: u16_le(record, 26)? != 0,
        })
    }
}

/// A name without the number of its version.
fn without_version(name: &str) -> &str {
    let name = name.rsplit_once(';').map_or(name, |(name, _)| name);
    name.strip_suffix('.').unwrap_or(name)
}

/// What Rock Ridge says of a file.
#[derive(Default)]
struct RockRidge {
    name: Vec<u8>,
    link: Option<String>,
}

impl RockRidge {
    /// Reads an area of system use and those in which it goes on.
    fn of(bytes: &[u8], system_use: &[u8]) -> Self {
        let mut said = Self::default();
        let mut next = Some(system_use);
        for _ in 0..MAX_AREAS {
            let Some(area) = next.take() else { break };
            let mut at = 0;
            while let Some(length) = u8_at(area, at + 2).map(usize::from).filter(|length| *length >= 4) {
                let Some(field) = piece(area, at, length) else { break };
                let data = field.get(5..).unwrap_or_default();
                match field.get(..2) {
                    Some(b"NM") => said.name.extend_from_slice(data),
                    Some(b"SL") => said.link_to(data),
                    Some(b"CE") => next = continuation(bytes, field),
                    Some(b"ST") => break,
                    _ => {}
                }
                at += length;
            }
        }
        said
    }

    /// Adds the parts of where a link leads.
    fn link_to(&mut self, parts: &[u8]) {
        let target = self.link.get_or_insert_default();
        let mut at = 0;
        while let (Some(flags), Some(length)) = (u8_at(parts, at), u8_at(parts, at + 1)) {
            let text = piece(parts, at + 2, length.into()).unwrap_or_default();
            if !target.is_empty() && !target.ends_with('/') {
                target.push('/');
            }
            match flags & 0x0e {
                2 => target.push('.'),
                4 => target.push_str(".."),
                8 => target.push('/'),
                _ => target.push_str(&code_page::name(text)),
            }
            at += 2 + usize::from(length);
        }
    }
}

/// The area that a field leads to.
fn continuation<'i>(bytes: &'i [u8], field: &[u8]) -> Option<&'i [u8]> {
    let block = size(u32_le(field, 4)?.into()).checked_mul(SECTOR_BYTES)?;
    let at = block.checked_add(size(u32_le(field, 12)?.into()))?;
    piece(bytes, at, size(u32_le(field, 20)?.into()))
}
