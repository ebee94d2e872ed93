//! Documents of Word 97 to 2003: fields that ask other programs, a template from outside, encryption.

use super::compound::{Compound, Entry, EntryKind};
use super::encrypted::legacy::Legacy;
use super::encrypted::tried;
use super::letters::utf16;
use super::{Taken, dde, unpacked};
use crate::bytes::{at_most, place_le, u16_le};
use crate::kinds::office::{OFFICE_PASSWORD, WORD_TEMPLATE};
use crate::walk::Inside;
use crate::{Location, Reason};

/// The stream of the text.
const TEXT: &str = "WordDocument";
/// What begins it.
const MARK: u16 = 0xA5EC;
/// Bits of the beginning: encrypted, which table goes with it, turned in the oldest way.
const ENCRYPTED: u16 = 0x0100;
const SECOND_TABLE: u16 = 0x0200;
const OLDEST: u16 = 0x8000;
/// How much of the beginning is never encrypted.
const PLAIN_BYTES: usize = 68;
/// How many bytes have one key.
const BLOCK_BYTES: usize = 512;
/// Where the beginning says where the names of templates and files stand in the table.
const ASSOCIATED: usize = 0x009A + 8 * 32;

/// Looks at the documents of Word in a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, _: &mut Taken) {
    let texts = file.entries.iter().filter(|entry| entry.kind == EntryKind::Stream && entry.name == TEXT);
    for entry in texts {
        let text = file.content(entry, inside.room()).bytes;
        if u16_le(&text, 0) != Some(MARK) {
            continue;
        }
        let flags = u16_le(&text, 10).unwrap_or(0);
        let name = if flags & SECOND_TABLE == 0 { "0Table" } else { "1Table" };
        let table = file.entries.iter().find(|other| other.name == name && other.storage() == entry.storage());
        if flags & ENCRYPTED == 0 {
            dde::fields(&text, &entry.path, inside);
            let table = table.map(|table| file.content(table, inside.room()).bytes).unwrap_or_default();
            template(&text, &table, &entry.path, inside);
        } else if let Err(reason) = encrypted(file, entry, &text, flags, table, inside) {
            inside.unopened(&format!("{} decrypted", entry.path), "doc password", None, reason);
        }
    }
}

/// Opens an encrypted document with the passwords there are.
fn encrypted(
    file: &Compound<'_>,
    entry: &Entry,
    text: &[u8],
    flags: u16,
    table: Option<&Entry>,
    inside: &mut Inside<'_, '_>,
) -> Result<(), Reason> {
    let table = table.ok_or_else(|| Reason::damaged("the table of the document is missing"))?;
    if flags & OLDEST != 0 {
        return Err(Reason::Encrypted);
    }
    let content = file.content(table, inside.room()).bytes;
    let legacy = Legacy::read(&content)?;
    let opened = tried(inside, |password| legacy.opens(password).then_some(()))?;
    let Some((said, password, ())) = opened else { return Err(Reason::Encrypted) };
    inside.found(&OFFICE_PASSWORD, Location::Field(entry.path.clone()), said);
    let mut plain = text.to_vec();
    legacy.turn(&password, BLOCK_BYTES, &mut plain);
    for (byte, kept) in plain.iter_mut().zip(text.iter().take(PLAIN_BYTES)) {
        *byte = *kept;
    }
    dde::fields(&plain, &entry.path, inside);
    let mut plain_table = content.into_owned();
    legacy.turn(&password, BLOCK_BYTES, &mut plain_table);
    template(&plain, &plain_table, &entry.path, inside);
    let plain = inside.take(plain);
    inside.piece(&format!("{} decrypted", entry.path), "doc password", &plain);
    let data = file.entries.iter().find(|other| other.name == "Data" && other.storage() == entry.storage());
    if let Some(data) = data {
        let content = unpacked(file, data, inside);
        let mut plain = content.bytes().to_vec();
        legacy.turn(&password, BLOCK_BYTES, &mut plain);
        let plain = inside.take(plain);
        inside.piece(&format!("{} decrypted", data.path), "doc password", &plain);
    }
    Ok(())
}

/// Says if the template lies outside: the second of the texts that go with a document.
fn template(text: &[u8], table: &[u8], path: &str, inside: &mut Inside<'_, '_>) {
    let (Some(place), Some(length)) = (place_le(text, ASSOCIATED), place_le(text, ASSOCIATED + 4)) else { return };
    let list = at_most(table, place, length);
    // A mark of texts of two bytes a letter, how many there are, what each brings besides.
    if u16_le(list, 0) != Some(0xFFFF) {
        return;
    }
    let first = u16_le(list, 6).map_or(0, usize::from);
    let second = 8 + first * 2;
    let letters = u16_le(list, second).map_or(0, usize::from);
    let name = utf16(at_most(list, second + 2, letters * 2));
    let lower = name.to_lowercase();
    if ["http://", "https://", "\\\\", "ftp://", "file://"].iter().any(|outside| lower.starts_with(outside)) {
        inside.found(&WORD_TEMPLATE, Location::Field(path.to_owned()), name);
    }
}
