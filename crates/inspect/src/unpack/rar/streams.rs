//! What a RAR holds besides files: comments, and streams of files of Windows, whose names may lead astray.

use rars::{Archive as Contents, rar15_40, rar50};

use super::sink::Sink;
use super::{MAX_DICTIONARY_BYTES, options, reason};
use crate::Reason;
use crate::bytes::size;
use crate::unpack::archive::Archive;
use crate::walk::Inside;

/// The name of services that hold a stream of the file before them.
const STREAM: &[u8] = b"STM";

/// The flag of RAR 3 and 4 that headers are encrypted.
const ENCRYPTED_HEADERS: u16 = 0x80;

/// Looks at the comment and at streams.
pub(super) fn open(
    contents: &Contents,
    bytes: &[u8],
    password: Option<&str>,
    archive: &mut Archive,
    inside: &mut Inside<'_, '_>,
) {
    match contents.comment_with_options(options(password, inside)) {
        Ok(Some(comment)) => {
            let comment = inside.take(comment);
            inside.piece("comment", "rar comment", &comment);
        }
        Ok(None) => {}
        Err(error) => inside.unopened("comment", "rar comment", None, reason(&error)),
    }
    if let Some(contents) = contents.as_rar50() {
        for service in contents.services().filter(|service| service.name == STREAM) {
            if inside.is_full() {
                return;
            }
            stream(contents, service, password, archive, inside);
        }
    }
    if let Some(contents) = contents.as_rar15_40() {
        old_streams(contents, bytes, inside);
    }
}

/// Looks at a stream of RAR 5. Its name stands behind a colon.
fn stream(
    contents: &rar50::Archive,
    service: &rar50::FileHeader,
    password: Option<&str>,
    archive: &mut Archive,
    inside: &mut Inside<'_, '_>,
) {
    let name = String::from_utf8_lossy(service.service_data.as_deref().unwrap_or_default()).into_owned();
    archive.check_path(inside, name.trim_start_matches(':'));
    let shown = format!("stream {name}");
    let large = service.decoded_compression_info().map_or(true, |info| info.dictionary_size > MAX_DICTIONARY_BYTES);
    if large && !service.is_stored() {
        let what = Reason::limit(crate::Limit::Reader, MAX_DICTIONARY_BYTES);
        inside.unopened(&shown, "rar stream", Some(service.unpacked_size), what);
        return;
    }
    if service.encrypted && password.is_none() {
        archive.tell_encrypted(inside, &shown);
        inside.unopened(&shown, "rar stream", Some(service.unpacked_size), Reason::Encrypted);
        return;
    }
    let sink = Sink::of(inside.room());
    let written = service.write_to(contents, password.map(str::as_bytes), &mut sink.clone());
    let mut unpacked = inside.take(sink.taken());
    if let Err(error) = written {
        unpacked = unpacked.cut_short(reason(&error));
    }
    inside.piece(&shown, "rar stream", &unpacked);
}

/// Looks at streams of RAR 3 and 4, if they are not packed.
fn old_streams(contents: &rar15_40::Archive, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    for block in &contents.blocks {
        let rar15_40::Block::NewSub(service) = block else { continue };
        if service.file.name != STREAM {
            continue;
        }
        let packed = bytes.get(service.file.packed_range.clone()).unwrap_or_default();
        let is_plain = packed.len() as u64 == service.file.unp_size && service.file.salt.is_none();
        if is_plain && crate::bytes::crc32(packed) == service.file.file_crc {
            let unpacked = inside.slice(packed);
            inside.piece("stream", "rar stream", &unpacked);
        } else {
            let reason = Reason::unsupported("a packed stream of RAR 3 or 4");
            inside.unopened("stream", "rar stream", Some(service.file.unp_size), reason);
        }
    }
}

/// Where the archive ends, if it says so.
pub(super) fn end(contents: &Contents) -> Option<usize> {
    if let Some(contents) = contents.as_rar50() {
        return contents.blocks.iter().rev().find_map(|block| match block {
            rar50::Block::End(end) => Some(end.block.data_range.end),
            _ => None,
        });
    }
    let contents = contents.as_rar15_40()?;
    if contents.main.flags & ENCRYPTED_HEADERS != 0 {
        // Places are counted in what was decrypted, which is shorter.
        return Some(usize::MAX);
    }
    contents.blocks.iter().rev().find_map(|block| match block {
        rar15_40::Block::End(end) => {
            Some(end.offset.saturating_add(end.head_size.into()).saturating_add(size(end.add_size.unwrap_or_default())))
        }
        _ => None,
    })
}

/// Whether an archive that does not say where it ends may be whole: not all writers of RAR 4 and before say it.
pub(super) fn may_end_anywhere(contents: &Contents, length: usize) -> bool {
    let Some(contents) = contents.as_rar15_40() else { return contents.as_rar13().is_some() };
    let ends = contents.blocks.iter().filter_map(|block| match block {
        rar15_40::Block::File(file) => Some(file.packed_range.end),
        rar15_40::Block::NewSub(service) => Some(service.file.packed_range.end),
        _ => None,
    });
    ends.max() == Some(length)
}
