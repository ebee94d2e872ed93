//! 7z, by `sevenz-rust2` within bounds: the size of the header, of dictionaries, and the work of making keys.

mod chain;
mod streams;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use sevenz_rust2::{Archive as Contents, ArchiveEntry, Block, BlockDecoder, EncoderMethod, Error, Password};

use self::chain::Chain;
use super::archive::Archive;
use crate::bytes::{crc32, find_in, piece, size, u32_le, u64_le};
use crate::walk::{Inside, Part, Unpacked};
use crate::{Limit, Reason};

/// What a 7z begins with.
const SIGNATURE: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// The length of what stands before the packed streams.
const START_BYTES: usize = 32;
/// The largest header, unpacked, in KiB: a byte of it may come to a hundred and more in memory.
const MAX_HEADER_KIB: usize = 3 * 1024;
/// The largest dictionary or model, in KiB.
const MAX_MODEL_KIB: usize = 256 * 1024;
/// How many rounds of SHA-256 are done for keys in one archive; 7-Zip does half a million for each key.
const MAX_ROUNDS: u64 = 1 << 25;
/// The flag that the upper half of the attributes is a mode of Unix, and the kind of a link in it.
const UNIX_EXTENSION: u32 = 0x8000;
const MODE_OF_KIND: u32 = 0o170_000;
const MODE_OF_LINK: u32 = 0o120_000;

/// Opens a 7z, also one behind a program that unpacks it.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let (bytes, end) = archive(part.bytes)?;
    let mut opening = Opening { bytes, archive: Archive::default(), rounds: 0 };
    let (contents, password) = opening.header(bytes, end, inside)?;
    for index in 0..contents.blocks.len() {
        if inside.is_full() {
            break;
        }
        opening.block(&contents, index, password.as_deref(), inside);
    }
    let empty = contents.files.iter().zip(&contents.stream_map.file_block_index).filter(|(_, block)| block.is_none());
    for (entry, _) in empty {
        if inside.is_full() {
            break;
        }
        let nothing = inside.slice(&[]);
        opening.entry(entry, &nothing, inside);
    }
    opening.archive.hidden(inside, bytes, end..bytes.len());
    Ok(())
}

/// The 7z in a file, from its signature on, and where it ends.
fn archive(bytes: &[u8]) -> Result<(&[u8], usize), Reason> {
    let mut from = 0;
    while let Some(at) = find_in(bytes, SIGNATURE, from..bytes.len()) {
        from = at + 1;
        let archive = bytes.get(at..).unwrap_or_default();
        let Some(start) = piece(archive, 12, START_BYTES - 12) else { continue };
        if u32_le(archive, 8) != Some(crc32(start)) {
            continue;
        }
        let header = u64_le(start, 0).unwrap_or_default().saturating_add(u64_le(start, 8).unwrap_or_default());
        let end = size(header.saturating_add(START_BYTES as u64));
        if end > archive.len() {
            return Err(Reason::incomplete(format!("the header of the 7z, at {end} of {} bytes", archive.len())));
        }
        return Ok((archive, end));
    }
    Err(Reason::damaged("the start of the 7z does not fit its checksum"))
}

/// The state of opening one 7z.
struct Opening<'z> {
    bytes: &'z [u8],
    archive: Archive,
    /// How many rounds were done for keys.
    rounds: u64,
}

/// How far a block was read.
struct Progress {
    /// How many of its entries were handed on.
    entries: usize,
    /// Whether the password was shown to be right by a checksum.
    is_proven: bool,
    /// The limit that ended it.
    limit: Option<Reason>,
    /// What went wrong in the end.
    error: Option<Reason>,
}

impl<'z> Opening<'z> {
    /// Reads the header; if it is encrypted, with the password that opens it.
    fn header(
        &mut self,
        bytes: &'z [u8],
        end: usize,
        inside: &mut Inside<'_, '_>,
    ) -> Result<(Contents, Option<String>), Reason> {
        let read =
            |password: &Password| Contents::read_with_memory_limit(&mut Cursor::new(bytes), password, MAX_HEADER_KIB);
        match read(&Password::empty()) {
            Ok(contents) => return Ok((contents, None)),
            Err(Error::PasswordRequired) => {}
            Err(error) => return Err(reason(&error)),
        }
        let start = u64_le(bytes, 12).map_or(usize::MAX, |offset| size(offset.saturating_add(START_BYTES as u64)));
        let header = bytes.get(start..end).unwrap_or_default();
        for password in self.archive.passwords(inside) {
            if !self.may_derive(rounds_in(header)) {
                inside.reason(Reason::limit(Limit::Reader, MAX_ROUNDS));
                break;
            }
            if let Ok(contents) = read(&Password::new(&password)) {
                self.archive.opened_with(&password);
                return Ok((contents, Some(password)));
            }
        }
        self.archive.tell_encrypted(inside, "7z");
        Err(Reason::Encrypted)
    }

    /// Counts the rounds of a key; false if they are too many.
    fn may_derive(&mut self, rounds: u64) -> bool {
        self.rounds = self.rounds.saturating_add(rounds);
        self.rounds <= MAX_ROUNDS
    }

    /// Looks into the entries of one block.
    fn block(&mut self, contents: &Contents, index: usize, known: Option<&str>, inside: &mut Inside<'_, '_>) {
        let Some(block) = contents.blocks.get(index) else { return };
        let entries: Vec<&ArchiveEntry> = contents
            .files
            .iter()
            .zip(&contents.stream_map.file_block_index)
            .filter(|(_, own)| **own == Some(index))
            .map(|(entry, _)| entry)
            .collect();
        let chain = Chain::of(self.bytes, contents, block, index);
        let progress = if let Some(rounds) = key_rounds(block) {
            let words = match known {
                Some(known) => vec![known.to_owned()],
                None => self.archive.passwords(inside),
            };
            self.read_encrypted(words, rounds, inside, &mut |opening, word, inside| match &chain {
                Some(chain) => opening.read_own(&entries, chain, word, false, inside),
                None => opening.read(contents, index, &Password::new(word), false, inside),
            })
        } else if let Some(chain) = &chain {
            self.read_own(&entries, chain, "", true, inside)
        } else {
            self.read(contents, index, &Password::empty(), true, inside)
        };
        let left = entries.get(progress.entries..).unwrap_or_default();
        let reason = progress.error.or(progress.limit);
        if left.is_empty() {
            if let Some(reason) = reason.filter(|reason| !matches!(reason, Reason::Limit { .. })) {
                inside.reason(reason);
            }
            return;
        }
        let reason = reason.unwrap_or_else(|| Reason::damaged("its block ends before it"));
        for entry in left {
            if inside.is_full() {
                break;
            }
            if reason == Reason::Encrypted {
                self.archive.tell_encrypted(inside, &entry.name);
            }
            inside.unopened(&entry.name, "7z", Some(entry.size), reason.clone());
        }
    }

    /// Reads an encrypted block with the first password that fits.
    fn read_encrypted(
        &mut self,
        words: Vec<String>,
        rounds: u64,
        inside: &mut Inside<'_, '_>,
        read: &mut dyn FnMut(&mut Self, &str, &mut Inside<'_, '_>) -> Progress,
    ) -> Progress {
        let mut error = Reason::Encrypted;
        for word in words {
            if !self.may_derive(rounds) {
                error = Reason::limit(Limit::Reader, MAX_ROUNDS);
                break;
            }
            let progress = read(self, &word, inside);
            if progress.is_proven {
                self.archive.opened_with(&word);
                return progress;
            }
            if let Some(unsupported @ Reason::Unsupported { .. }) = progress.error {
                error = unsupported;
                break;
            }
        }
        Progress { entries: 0, is_proven: false, limit: None, error: Some(error) }
    }

    /// Reads a block. A password that is not yet proven is given up at the first mistake.
    fn read(
        &mut self,
        contents: &Contents,
        index: usize,
        password: &Password,
        is_proven: bool,
        inside: &mut Inside<'_, '_>,
    ) -> Progress {
        let taken = Rc::new(Cell::new(0));
        let mut source = Source { bytes: Cursor::new(self.bytes), taken: Rc::clone(&taken) };
        let mut progress = Progress { entries: 0, is_proven, limit: None, error: None };
        let decoder = BlockDecoder::new_with_memory_limit(1, MAX_MODEL_KIB, index, contents, password, &mut source);
        let result = decoder.for_each_entries(&mut |entry, reader| {
            if inside.is_full() {
                return Ok(false);
            }
            let unpacked = inside.read(reader, || taken.get());
            let limit = unpacked.cut().filter(|cut| matches!(cut, Reason::Limit { .. })).cloned();
            if entry.has_stream && unpacked.cut().is_some() && limit.is_none() && !progress.is_proven {
                return Ok(false);
            }
            progress.is_proven |= entry.has_stream;
            progress.entries += 1;
            self.entry(entry, &unpacked, inside);
            progress.limit = limit;
            // Beyond a limit nothing is unpacked, not even to get to the next entry.
            Ok(progress.limit.is_none())
        });
        progress.error = result.err().map(|error| reason(&error));
        progress
    }

    /// Reads a block in which a method is unpacked here. A password that is not yet proven is given up at the first mistake.
    fn read_own(
        &mut self,
        entries: &[&ArchiveEntry],
        chain: &Chain<'z>,
        password: &str,
        is_proven: bool,
        inside: &mut Inside<'_, '_>,
    ) -> Progress {
        let mut progress = Progress { entries: 0, is_proven, limit: None, error: None };
        let plain = match chain.decrypted(password) {
            Ok(plain) => plain,
            Err(error) => return Progress { error: Some(reason_of_own(&error)), ..progress },
        };
        let mut reader = match chain.decoder(&plain) {
            Ok(reader) => reader,
            Err(error) => return Progress { error: Some(reason_of_own(&error)), ..progress },
        };
        for entry in entries {
            if inside.is_full() {
                break;
            }
            let length = if entry.has_stream { entry.size } else { 0 };
            let mut unpacked = inside.read((&mut reader).take(length), || chain.packed());
            progress.limit = unpacked.cut().filter(|cut| matches!(cut, Reason::Limit { .. })).cloned();
            let fits = unpacked.bytes().len() as u64 == length
                && (!entry.has_crc || u64::from(crc32(unpacked.bytes())) == entry.crc);
            if !fits && !progress.is_proven && progress.limit.is_none() {
                break;
            }
            progress.is_proven |= entry.has_stream;
            if !fits {
                unpacked = unpacked.cut_short(Reason::damaged("it does not fit its size and checksum"));
            }
            progress.entries += 1;
            self.entry(entry, &unpacked, inside);
            if progress.limit.is_some() {
                break;
            }
        }
        progress
    }

    /// Looks into one entry.
    fn entry(&mut self, entry: &ArchiveEntry, unpacked: &Unpacked<'_>, inside: &mut Inside<'_, '_>) {
        self.archive.check_name(inside, &entry.name);
        if entry.is_directory {
            return;
        }
        self.archive.check_same_name(inside, &entry.name, entry.crc);
        let mode = entry.windows_attributes >> 16;
        if entry.windows_attributes & UNIX_EXTENSION != 0
            && mode & MODE_OF_KIND == MODE_OF_LINK
            && let Ok(target) = std::str::from_utf8(unpacked.bytes())
        {
            self.archive.check_link(inside, &entry.name, target);
        }
        inside.child(&entry.name, "7z", unpacked);
    }
}

/// How many rounds make the key of a block; none if it is not encrypted.
fn key_rounds(block: &Block) -> Option<u64> {
    let coder = block.coders.iter().find(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)?;
    Some(rounds(coder.properties().first().copied().unwrap_or_default()))
}

/// How many rounds make the keys of which a header speaks.
fn rounds_in(header: &[u8]) -> u64 {
    let id = EncoderMethod::ID_AES256_SHA256;
    // Behind the id stand the length of its properties and these.
    let places = header.windows(id.len() + 2).filter(|window| window.starts_with(id));
    places.filter_map(|window| window.last()).map(|first| rounds(*first)).fold(0, u64::saturating_add)
}

/// The rounds that the first byte of the properties asks for.
fn rounds(first: u8) -> u64 {
    match first & 0x3f {
        // The password is the key.
        0x3f => 1,
        power => 1_u64.checked_shl(power.into()).unwrap_or(u64::MAX),
    }
}

/// Why `sevenz-rust2` could not go on.
fn reason(error: &Error) -> Reason {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Reason::Encrypted,
        Error::UnsupportedCompressionMethod(method) => Reason::unsupported(format!("7z method {method}")),
        Error::MaxMemLimited { max_kb, .. } => Reason::limit(Limit::Reader, (*max_kb as u64).saturating_mul(1024)),
        Error::UnsupportedVersion { .. } | Error::ExternalUnsupported | Error::Unsupported(_) => {
            Reason::unsupported(format!("7z: {error}"))
        }
        Error::Io(error, _) => Reason::damaged(error.to_string()),
        _ => Reason::damaged(error.to_string()),
    }
}

/// Why a chain of our own could not be begun.
fn reason_of_own(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::Unsupported => Reason::unsupported(error.to_string()),
        _ => Reason::damaged(error.to_string()),
    }
}

/// The bytes of the archive, counted as they are taken.
struct Source<'z> {
    bytes: Cursor<&'z [u8]>,
    taken: Rc<Cell<u64>>,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.taken.set(self.taken.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(place)
    }
}
