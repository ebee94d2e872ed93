//! RAR 1.3 to 7, by `rars` within bounds: headers, dictionaries, memory, and the work of making keys.

mod sink;
mod streams;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use rars::{
    Archive as Contents, ArchiveMember, ArchiveMemberDetail, ArchiveReadOptions, ArchiveReader, Error, ErrorKind,
    ExtractionDecision, ExtractionErrorAction,
};

use self::sink::Sink;
use super::archive::Archive;
use super::code_page;
use crate::bytes::{find_in, u8_at};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// How many headers are read.
const MAX_HEADERS: u64 = 60_000;
/// How long all headers may be together, in bytes.
const MAX_HEADER_BYTES: u64 = 16 * 1024 * 1024;
/// The largest dictionary, in bytes.
const MAX_DICTIONARY_BYTES: u64 = 256 * 1024 * 1024;
/// How much memory unpacking may take, in bytes.
const MAX_MEMORY_BYTES: u64 = 384 * 1024 * 1024;
/// How much of one entry is unpacked in memory before it is handed on, in bytes.
const BUFFERED_BYTES: u64 = 16 * 1024 * 1024;
/// How many rounds are done for keys in one archive.
const MAX_ROUNDS: u64 = 1 << 24;
/// How many rounds make one key in RAR 3 and 4.
const OLD_ROUNDS: u64 = 1 << 18;

/// What RAR 5 begins with.
const SIGNATURE_5: &[u8] = b"Rar!\x1a\x07\x01\0";
/// The type of the header that says how other headers are encrypted.
const ENCRYPTION_HEADER: u64 = 4;

/// Opens a RAR, also one behind a program that unpacks it.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut opening = Opening { archive: Archive::default(), rounds: 0 };
    let (contents, known) = opening.headers(part.bytes, inside)?;
    let members: Vec<ArchiveMember> = contents.members().collect();
    let password = match known {
        Some(password) => Some(password),
        None => opening.password(&contents, &members, inside),
    };
    opening.extract(&contents, &members, password.as_deref(), inside);
    streams::open(&contents, part.bytes, password.as_deref(), &mut opening.archive, inside);
    if members.iter().any(|member| member.meta.is_split_after || member.meta.is_split_before) {
        inside.reason(Reason::incomplete("the other volumes of the RAR"));
    }
    match streams::end(&contents) {
        Some(end) => {
            opening.archive.hidden(inside, part.bytes, end.min(part.bytes.len())..part.bytes.len());
            Ok(())
        }
        None if streams::may_end_anywhere(&contents, part.bytes.len()) => Ok(()),
        None => Err(Reason::incomplete("the end of the RAR")),
    }
}

/// The bounds of reading and unpacking.
fn options<'p>(password: Option<&'p str>, inside: &Inside<'_, '_>) -> ArchiveReadOptions<'p> {
    ArchiveReadOptions::with_optional_password(password.map(str::as_bytes))
        .with_max_header_count(MAX_HEADERS)
        .with_max_header_bytes(MAX_HEADER_BYTES)
        .with_rar50_dictionary_size_limit(MAX_DICTIONARY_BYTES)
        .with_max_reader_workspace_bytes(MAX_MEMORY_BYTES)
        .with_rar50_buffered_decode_limit(BUFFERED_BYTES)
        .with_max_total_output_bytes(inside.room().saturating_add(1))
}

/// The name of an entry.
fn name_of(member: &ArchiveMember) -> String {
    if member.name_is_unicode()
        && let Ok(name) = member.decoded_name(None)
    {
        return String::from_utf8_lossy(&name).into_owned();
    }
    code_page::name(&member.meta.name)
}

/// The state of opening one RAR.
struct Opening {
    archive: Archive,
    /// How many rounds were done for keys.
    rounds: u64,
}

impl Opening {
    /// Reads the headers; if they are encrypted, with the password that opens them.
    fn headers(&mut self, bytes: &[u8], inside: &mut Inside<'_, '_>) -> Result<(Contents, Option<String>), Reason> {
        match ArchiveReader::read_with_options(bytes, options(None, inside)) {
            Ok(contents) => return Ok((contents, None)),
            Err(error) if error.kind() == ErrorKind::PasswordRequired => {}
            Err(error) => return Err(reason(&error)),
        }
        for password in self.archive.passwords(inside) {
            if !self.may_derive(header_rounds(bytes)) {
                inside.reason(Reason::limit(Limit::Reader, MAX_ROUNDS));
                break;
            }
            if let Ok(contents) = ArchiveReader::read_with_options(bytes, options(Some(&password), inside)) {
                self.archive.opened_with(&password);
                return Ok((contents, Some(password)));
            }
        }
        self.archive.tell_encrypted(inside, "rar");
        Err(Reason::Encrypted)
    }

    /// Counts the rounds of a key; false if they are too many.
    fn may_derive(&mut self, rounds: u64) -> bool {
        self.rounds = self.rounds.saturating_add(rounds);
        self.rounds <= MAX_ROUNDS
    }

    /// The password that opens the first encrypted entry, if there is one.
    fn password(
        &mut self,
        contents: &Contents,
        members: &[ArchiveMember],
        inside: &mut Inside<'_, '_>,
    ) -> Option<String> {
        let first = members.iter().position(|member| member.meta.is_encrypted && !member.meta.is_directory)?;
        for password in self.archive.passwords(inside) {
            if !self.may_derive(rounds_of(contents, first)) {
                inside.reason(Reason::limit(Limit::Reader, MAX_ROUNDS));
                return None;
            }
            let mut at = 0;
            let tried = contents.extract_with_control(options(Some(&password), inside), |member| {
                at += 1;
                Ok(match at - 1 {
                    before if before < first && !member.is_solid() => ExtractionDecision::Skip,
                    now if now > first => ExtractionDecision::Stop,
                    _ => ExtractionDecision::Extract(Box::new(std::io::sink())),
                })
            });
            if tried.is_ok() {
                self.archive.opened_with(&password);
                return Some(password);
            }
        }
        None
    }

    /// Unpacks all entries one after the other, and looks into each when the next one begins.
    fn extract(
        &mut self,
        contents: &Contents,
        members: &[ArchiveMember],
        password: Option<&str>,
        inside: &mut Inside<'_, '_>,
    ) {
        let mut current: Option<(String, Sink)> = None;
        let failed: Rc<RefCell<Option<Reason>>> = Rc::default();
        let mut begun = 0;
        let outcome = contents.extract_with_control_and_errors(
            options(password, inside),
            |member| {
                self.finish(current.take(), failed.take(), inside);
                if inside.is_full() {
                    return Ok(ExtractionDecision::Stop);
                }
                begun += 1;
                let name = name_of(member);
                self.archive.check_name(inside, &name.replace('\\', "/"));
                if member.meta.is_directory {
                    return Ok(ExtractionDecision::Skip);
                }
                if let Some(reason) = self.unreadable(contents, member, begun - 1, password, inside) {
                    if reason == Reason::Encrypted {
                        self.archive.tell_encrypted(inside, &name);
                    }
                    inside.unopened(&name, "rar", Some(member.meta.unpacked_size), reason);
                    return Ok(ExtractionDecision::Skip);
                }
                if member.meta.is_redirection {
                    self.link(&name, member, inside);
                    return Ok(ExtractionDecision::Skip);
                }
                let sink = Sink::of(inside.room());
                let writer = sink.clone();
                current = Some((name, sink));
                Ok(ExtractionDecision::Extract(Box::new(writer)))
            },
            |_, error| {
                failed.replace(Some(reason(error)));
                Ok(ExtractionErrorAction::Continue)
            },
        );
        let error = outcome.as_ref().err().map(reason);
        self.finish(current.take(), failed.take().or_else(|| error.clone()), inside);
        let Some(error) = error else { return };
        for member in members.get(begun..).unwrap_or_default().iter().filter(|member| !member.meta.is_directory) {
            if inside.is_full() {
                break;
            }
            inside.unopened(&name_of(member), "rar", Some(member.meta.unpacked_size), error.clone());
        }
        if begun == 0 && members.is_empty() {
            inside.reason(error);
        }
    }

    /// Looks into an entry that was unpacked as far as it could be.
    fn finish(&mut self, entry: Option<(String, Sink)>, failed: Option<Reason>, inside: &mut Inside<'_, '_>) {
        let Some((name, sink)) = entry else { return };
        let mut unpacked = inside.take(sink.taken());
        if let Some(reason) = failed {
            if reason == Reason::Encrypted {
                self.archive.tell_encrypted(inside, &name);
            }
            unpacked = unpacked.cut_short(reason);
        }
        let mark = crate::bytes::crc32(unpacked.bytes());
        self.archive.check_same_name(inside, &name, mark.into());
        inside.child(&name, "rar", &unpacked);
    }

    /// Why an entry cannot be unpacked, if that is known before.
    fn unreadable(
        &mut self,
        contents: &Contents,
        member: &ArchiveMember,
        place: usize,
        password: Option<&str>,
        inside: &mut Inside<'_, '_>,
    ) -> Option<Reason> {
        if member.meta.is_split_before || member.meta.is_split_after {
            return Some(Reason::incomplete("the other volumes of the RAR"));
        }
        if !member.meta.is_encrypted {
            return None;
        }
        if password.is_none() {
            return Some(Reason::Encrypted);
        }
        if self.may_derive(rounds_of(contents, place)) {
            return None;
        }
        let reason = Reason::limit(Limit::Reader, MAX_ROUNDS);
        inside.reason(reason.clone());
        Some(reason)
    }

    /// Looks at an entry that leads to another one.
    fn link(&mut self, name: &str, member: &ArchiveMember, inside: &mut Inside<'_, '_>) {
        if let ArchiveMemberDetail::Rar50Plus { redirection: Some(redirection), .. } = &member.detail {
            let target = String::from_utf8_lossy(&redirection.target_name);
            self.archive.check_link(inside, name, &target);
        }
    }
}

/// How many rounds make the key of the entry at `place`.
fn rounds_of(contents: &Contents, place: usize) -> u64 {
    match contents.as_rar50().and_then(|archive| archive.files().nth(place)).and_then(|file| file.encryption.as_ref()) {
        Some(encryption) => 1_u64.checked_shl(encryption.kdf_count.into()).unwrap_or(u64::MAX),
        None => OLD_ROUNDS,
    }
}

/// How many rounds make the key of encrypted headers.
fn header_rounds(bytes: &[u8]) -> u64 {
    let after = find_in(bytes, SIGNATURE_5, 0..bytes.len()).map(|at| at + SIGNATURE_5.len() + 4);
    let rounds = after.and_then(|at| {
        // Behind the checksum: the length of the header, its type, its flags, a version, more flags, the power of two.
        let mut at = at;
        let mut numbers = std::iter::from_fn(|| number(bytes, &mut at));
        let _length = numbers.next()?;
        numbers.next().filter(|kind| *kind == ENCRYPTION_HEADER)?;
        numbers.nth(2)?;
        1_u64.checked_shl(u8_at(bytes, at)?.into())
    });
    rounds.unwrap_or(OLD_ROUNDS)
}

/// A number of RAR 5: seven bits in each byte, the lowest first; the top bit says that more follow.
fn number(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let byte = u8_at(bytes, *at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Why `rars` could not go on.
fn reason(error: &Error) -> Reason {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => Reason::Encrypted,
        ErrorKind::UnsupportedFeature | ErrorKind::UnsupportedFormat => Reason::unsupported(format!("rar: {error}")),
        ErrorKind::ResourceLimit => Reason::limit(Limit::Reader, limit_of(error)),
        _ => Reason::damaged(error.to_string()),
    }
}

/// The number of a bound that was reached.
fn limit_of(error: &Error) -> u64 {
    match error {
        Error::AtArchiveOffset { source, .. } | Error::AtEntry { source, .. } | Error::InVolume { source, .. } => {
            limit_of(source)
        }
        Error::MemberOutputLimitExceeded { limit, .. }
        | Error::HeaderCountLimitExceeded { limit, .. }
        | Error::HeaderBytesLimitExceeded { limit, .. }
        | Error::TotalOutputLimitExceeded { limit, .. } => *limit,
        _ => MAX_MEMORY_BYTES,
    }
}
