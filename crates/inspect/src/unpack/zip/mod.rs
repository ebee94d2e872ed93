//! ZIP, and every package that is one: by all directories and all local headers, with what lies between them.

mod decrypt;
mod layout;
mod methods;
mod names;
mod old;
mod package;
mod ranges;
mod records;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use self::decrypt::Unlocked;
use self::layout::{Entry, Layout};
use self::methods::Method;
use self::records::Header;
use super::archive::Archive;
use crate::bytes::crc32;
use crate::kinds::archives::HIDDEN_DATA;
use crate::walk::{Inside, Part, Unpacked};
use crate::{FileType, Limit, Location, Reason};

/// How many keys are made of passwords in one ZIP: each takes a thousand rounds.
const MAX_KEYS: usize = 4096;
/// The part of the mode of a file that says of what kind it is.
const MODE_OF_KIND: u32 = 0o170_000;
/// What the mode of a file says of a link.
const MODE_OF_LINK: u32 = 0o120_000;

/// Opens a ZIP.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let layout = Layout::of(part.bytes);
    let mut opening = Opening {
        bytes: part.bytes,
        types: part.types,
        archive: Archive::default(),
        keys: 0,
        encrypted_parts: BTreeSet::new(),
    };
    for reason in &layout.reasons {
        inside.reason(reason.clone());
    }
    for oddity in &layout.oddities {
        opening.archive.tell(inside, oddity.kind, Location::Offset(oddity.at as u64), &oddity.text);
    }
    opening.read_manifest(&layout, inside);
    for entry in layout.entries.values() {
        if inside.is_full() {
            break;
        }
        opening.entry(entry, inside);
    }
    for central in &layout.lost {
        let reason = Reason::damaged("its header is not where the directory says");
        inside.unopened(&names::of(&central.header), "zip", Some(central.header.unpacked), reason);
    }
    opening.gaps(&layout, inside);
    Ok(())
}

/// The state of opening one ZIP.
struct Opening<'z> {
    bytes: &'z [u8],
    types: &'z [FileType],
    archive: Archive,
    /// How many keys were made.
    keys: usize,
    /// What the manifest of an OpenDocument package calls encrypted.
    encrypted_parts: BTreeSet<String>,
}

/// What came of unpacking one content.
struct Opened<'z> {
    unpacked: Unpacked<'z>,
    /// How much of the packed bytes belongs to it, if the method tells.
    taken: Option<u64>,
}

impl<'z> Opening<'z> {
    /// Reads which parts of an OpenDocument package are encrypted.
    fn read_manifest(&mut self, layout: &Layout<'z>, inside: &mut Inside<'_, '_>) {
        let has_manifest = [FileType::Odt, FileType::Ods, FileType::Odp, FileType::Odf, FileType::Epub];
        if !self.types.iter().any(|own| has_manifest.contains(own)) {
            return;
        }
        let manifest = layout.entries.values().filter_map(|entry| Some((entry, *entry.views().first()?)));
        for (entry, header) in manifest.filter(|(_, header)| header.raw_name == package::MANIFEST.as_bytes()) {
            if let Ok((opened, _)) = self.unpack(entry, header, inside) {
                self.encrypted_parts.extend(package::encrypted_parts(opened.unpacked.bytes()));
            }
        }
    }

    /// Looks into one entry.
    fn entry(&mut self, entry: &Entry<'z>, inside: &mut Inside<'_, '_>) {
        let views = entry.views();
        let Some(first) = views.first().copied() else { return };
        let name = names::of(first);
        names::check(entry, &mut self.archive, inside);
        self.archive.check_name(inside, &name);
        if views.len() > 1 {
            let text = format!("{name}: method {} or {}", first.method, views.get(1).map_or(0, |view| view.method));
            self.archive.tell(
                inside,
                &crate::kinds::archives::ZIP_HEADERS_DIFFER,
                Location::Field(name.clone()),
                &text,
            );
        }
        if name.ends_with(['/', '\\']) && views.iter().all(|view| view.packed == 0) {
            return;
        }
        self.archive.check_same_name(inside, &name, u64::from(first.checksum));
        let link = entry.centrals.iter().any(|central| central.unix_mode & MODE_OF_KIND == MODE_OF_LINK);
        for header in views {
            self.view(entry, header, &name, link, inside);
        }
    }

    /// Looks into one entry as one of its headers says.
    fn view(&mut self, entry: &Entry<'z>, header: &Header<'z>, name: &str, link: bool, inside: &mut Inside<'_, '_>) {
        let size = (!header.is_bare).then_some(header.unpacked);
        if self.encrypted_parts.contains(name) {
            self.archive.tell_encrypted(inside, name);
            inside.unopened(name, "opendocument", size, Reason::Encrypted);
            return;
        }
        let (opened, how) = match self.unpack(entry, header, inside) {
            Ok(opened) => opened,
            Err(reason) => {
                if reason == Reason::Encrypted {
                    self.archive.tell_encrypted(inside, name);
                }
                inside.unopened(name, "zip", size, reason);
                return;
            }
        };
        if link && let Ok(target) = std::str::from_utf8(opened.unpacked.bytes()) {
            self.archive.check_link(inside, name, target);
        }
        if package::is_own_part(self.types, name) {
            inside.piece(name, how, &opened.unpacked);
        } else {
            inside.child(name, how, &opened.unpacked);
        }
        self.left_over(entry, header, name, &opened, inside);
    }

    /// What stands behind the end of a content, but still in its entry.
    fn left_over(
        &mut self,
        entry: &Entry<'z>,
        header: &Header<'_>,
        name: &str,
        opened: &Opened<'_>,
        inside: &mut Inside<'_, '_>,
    ) {
        let content = entry.content(header, self.bytes.len());
        let Some(taken) = opened.taken.filter(|_| opened.unpacked.cut().is_none()) else { return };
        let from = content.start.saturating_add(crate::bytes::size(taken));
        let rest = self.bytes.get(from..content.end).unwrap_or_default();
        if !rest.is_empty() {
            let text = format!("{} bytes behind the content of {name}", rest.len());
            self.archive.tell(inside, &HIDDEN_DATA, Location::Offset(from as u64), &text);
            let rest = inside.slice(rest);
            inside.piece(&format!("{name} (+)"), "zip, behind an entry", &rest);
        }
    }

    /// Unpacks the content of an entry, and checks it.
    fn unpack(
        &mut self,
        entry: &Entry<'z>,
        header: &Header<'z>,
        inside: &mut Inside<'_, '_>,
    ) -> Result<(Opened<'z>, &'static str), Reason> {
        if header.is_strongly_encrypted() {
            return Err(Reason::Encrypted);
        }
        let method = Method::of(header.method)?;
        let content = self.bytes.get(entry.content(header, self.bytes.len())).unwrap_or_default();
        let is_short = (content.len() as u64) < header.packed;
        let mut opened = if header.is_encrypted() {
            self.decrypted(header, method, content, inside)?
        } else if method == Method::Stored {
            Opened { unpacked: inside.slice(content), taken: None }
        } else {
            unpacked(content, method, header, inside)
        };
        if is_short {
            opened.unpacked = opened.unpacked.cut_short(Reason::incomplete("the end of its content"));
        } else if let Some(reason) = mistake(header, &opened.unpacked) {
            opened.unpacked = opened.unpacked.cut_short(reason);
        }
        Ok((opened, method.how()))
    }

    /// Unpacks an encrypted content with the first password that fits.
    fn decrypted(
        &mut self,
        header: &Header<'_>,
        method: Method,
        content: &'z [u8],
        inside: &mut Inside<'_, '_>,
    ) -> Result<Opened<'z>, Reason> {
        let mut damaged = None;
        for password in self.archive.passwords(inside) {
            self.keys += 1;
            if self.keys > MAX_KEYS {
                inside.reason(Reason::limit(Limit::Reader, MAX_KEYS as u64));
                break;
            }
            let Some(unlocked) = Unlocked::with(password.as_bytes(), header, content) else { continue };
            let is_certain = unlocked.is_certain;
            let packed = unlocked.body;
            let unpacked = if method.is_old() {
                old::unpacked(header, unlocked.decrypting(packed), packed.len(), inside)
            } else {
                inside.unpack(packed, |packed| {
                    method.decoder(BufReader::new(unlocked.decrypting(packed)), header.unpacked)
                })
            };
            if is_certain || (header.aes.is_none() && unpacked.cut().is_none() && mistake(header, &unpacked).is_none())
            {
                self.archive.opened_with(&password);
                return Ok(Opened { unpacked, taken: None });
            }
            if header.aes.is_some() {
                let reason = Reason::damaged("its authentication code does not fit");
                damaged.get_or_insert(Opened { unpacked: unpacked.cut_short(reason), taken: None });
            }
        }
        damaged.ok_or(Reason::Encrypted)
    }

    /// Looks at what belongs to no entry. What stands before the first one is another file, if it is of another type.
    fn gaps(&mut self, layout: &Layout<'_>, inside: &mut Inside<'_, '_>) {
        let is_other = self.types.len() > 1;
        for gap in layout.unaccounted() {
            if gap.start == 0 && is_other {
                continue;
            }
            if inside.is_full() {
                return;
            }
            if gap.len() == self.bytes.len() {
                inside.reason(Reason::damaged("nothing in it is a ZIP"));
                return;
            }
            self.archive.hidden(inside, self.bytes, gap);
        }
    }
}

/// Unpacks a content that is not encrypted.
fn unpacked(content: &[u8], method: Method, header: &Header<'_>, inside: &mut Inside<'_, '_>) -> Opened<'static> {
    if method.is_old() {
        return Opened { unpacked: old::unpacked(header, content, content.len(), inside), taken: None };
    }
    let taken = Rc::new(Cell::new(0));
    let unpacked =
        inside.unpack(content, |packed| method.decoder(Tally { packed, taken: Rc::clone(&taken) }, header.unpacked));
    Opened { unpacked, taken: method.takes_no_more().then(|| taken.get()) }
}

/// What does not fit between a content and its header.
fn mistake(header: &Header<'_>, unpacked: &Unpacked<'_>) -> Option<Reason> {
    let bytes = unpacked.bytes();
    if unpacked.cut().is_some() || header.is_bare {
        return None;
    }
    if bytes.len() as u64 != header.unpacked {
        return Some(Reason::damaged(format!("it has {} bytes, its header says {}", bytes.len(), header.unpacked)));
    }
    let has_checksum = header.aes.is_none_or(|aes| !aes.without_checksum);
    let checksum = crc32(bytes);
    (has_checksum && checksum != header.checksum)
        .then(|| Reason::damaged(format!("its CRC-32 is {checksum:08x}, its header says {:08x}", header.checksum)))
}

/// Counts what is taken from packed bytes.
struct Tally<R> {
    packed: R,
    taken: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Tally<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.packed.read(buffer)?;
        self.taken.set(self.taken.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Tally<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.packed.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.packed.consume(amount);
        self.taken.set(self.taken.get().saturating_add(amount as u64));
    }
}
