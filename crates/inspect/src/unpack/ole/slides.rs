//! Presentations of PowerPoint 97 to 2003: embedded objects and macros lie packed in the stream of the presentation.

use flate2::bufread::ZlibDecoder;

use super::Taken;
use super::bytes::{at_most, size_at, u8_at, u16_at, u32_at};
use super::compound::{Compound, EntryKind};
use crate::kinds::office::PPT_RUN_PROGRAM;
use crate::walk::Inside;
use crate::{Limit, Location, Reason};

/// The streams of a presentation and of who edits it.
const PRESENTATION: &str = "PowerPoint Document";
const CURRENT_USER: &str = "Current User";
/// What the latter says of an encrypted presentation.
const ENCRYPTED_MARK: u32 = 0xF3D1_C4DF;
/// The records of an embedded object, and of what a click does.
const OBJECT: u16 = 0x1011;
const INTERACTION: u16 = 0x0FF3;
/// What a click does: runs a program.
const RUN_PROGRAM: u8 = 2;
/// How many records are read, and how many objects are handed on.
const MAX_RECORDS: usize = 4_000_000;
const MAX_OBJECTS: usize = 4096;

/// Looks at the presentations of a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, _: &mut Taken) {
    let user = file.stream(CURRENT_USER, 1024);
    let encrypted = user.is_some_and(|user| u32_at(&user.bytes, 12) == Some(ENCRYPTED_MARK));
    let streams = file.entries.iter().filter(|entry| entry.kind == EntryKind::Stream && entry.name == PRESENTATION);
    for entry in streams {
        if encrypted {
            inside.unopened(&format!("{} decrypted", entry.path), "ppt password", None, Reason::Encrypted);
            continue;
        }
        let content = file.content(entry, inside.room()).bytes;
        look(&content, &entry.path, inside);
    }
}

/// Goes through the records: those that hold others are stepped into.
fn look(stream: &[u8], path: &str, inside: &mut Inside<'_, '_>) {
    let (mut place, mut objects) = (0_usize, 0);
    for _ in 0..MAX_RECORDS {
        let (Some(version), Some(kind), Some(length)) =
            (u16_at(stream, place), u16_at(stream, place + 2), size_at(stream, place + 4))
        else {
            return;
        };
        let body = at_most(stream, place + 8, length);
        match kind {
            OBJECT if objects >= MAX_OBJECTS => {
                inside.reason(Reason::limit(Limit::Reader, MAX_OBJECTS as u64));
                return;
            }
            OBJECT => {
                objects += 1;
                let name = format!("{path} object-{objects}");
                let unpacked = if version >> 4 == 1 {
                    inside.unpack(at_most(body, 4, usize::MAX), ZlibDecoder::new)
                } else {
                    inside.take(body.to_vec())
                };
                inside.piece(&name, "ppt object", &unpacked);
            }
            INTERACTION if u8_at(body, 8) == Some(RUN_PROGRAM) => {
                inside.found(&PPT_RUN_PROGRAM, Location::Offset(place as u64), "InteractiveInfoAtom");
            }
            _ => {}
        }
        let holds_others = version & 0x0F == 0x0F;
        let step = if holds_others { 8 } else { length.saturating_add(8) };
        place = place.saturating_add(step);
    }
    inside.reason(Reason::limit(Limit::Reader, MAX_RECORDS as u64));
}
