//! Presentations of PowerPoint 97 to 2003: embedded objects and macros lie packed in the stream of the presentation.

use std::collections::BTreeMap;

use flate2::bufread::ZlibDecoder;

use super::Taken;
use super::compound::{Compound, EntryKind};
use super::encrypted::legacy::Legacy;
use super::encrypted::tried;
use crate::bytes::{at_most, place_le, u8_at, u16_le, u32_le};
use crate::kinds::office::{OFFICE_PASSWORD, PPT_RUN_PROGRAM};
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
/// Where the stream of who edits it says where the last change stands.
const LAST_CHANGE: usize = 16;
/// How far back changes are followed, and how many parts of a presentation are known.
const MAX_CHANGES: usize = 1024;
const MAX_PARTS: usize = 65_536;
/// How many times as large as the stream its parts may be all together.
const MAX_CLAIMS: usize = 4;
/// How many records are read, and how many objects are handed on.
const MAX_RECORDS: usize = 4_000_000;
const MAX_OBJECTS: usize = 4096;

/// Looks at the presentations of a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, _: &mut Taken) {
    let user = file.stream(CURRENT_USER, 1024).map(|user| user.bytes.into_owned()).unwrap_or_default();
    let encrypted = u32_le(&user, 12) == Some(ENCRYPTED_MARK);
    let streams = file.entries.iter().filter(|entry| entry.kind == EntryKind::Stream && entry.name == PRESENTATION);
    for entry in streams {
        let content = file.content(entry, inside.room()).bytes;
        if !encrypted {
            look(&content, &entry.path, inside);
            continue;
        }
        let name = format!("{} decrypted", entry.path);
        match decrypted(&content, place_le(&user, LAST_CHANGE).unwrap_or(usize::MAX), inside) {
            Ok((said, parts)) => {
                inside.found(&OFFICE_PASSWORD, Location::Field(entry.path.clone()), said);
                for (number, plain) in &parts {
                    look(plain, &format!("{} part-{number}", entry.path), inside);
                }
                let all: Vec<u8> = parts.into_iter().flat_map(|(_, plain)| plain).collect();
                let plain = inside.take(all);
                inside.piece(&name, "ppt password", &plain);
                // Pictures have keys of their own.
                if let Some(pictures) = file.entry("Pictures").filter(|pictures| pictures.size() > 0) {
                    inside.unopened("Pictures decrypted", "ppt password", Some(pictures.size()), Reason::Encrypted);
                }
            }
            Err(reason) => inside.unopened(&name, "ppt password", None, reason),
        }
    }
}

/// What may be said of the password, and the plain parts by their numbers.
type Plain = (&'static str, Vec<(u32, Vec<u8>)>);

/// The plain parts of an encrypted presentation: each has a key of its own, by its number. Parts that claim the same bytes
/// are read each by itself, as the program does.
fn decrypted(stream: &[u8], last: usize, inside: &mut Inside<'_, '_>) -> Result<Plain, Reason> {
    let (places, session) = parts(stream, last)?;
    let damaged = || Reason::damaged("what says how the presentation is encrypted is missing");
    let place = places.get(&session).copied().ok_or_else(damaged)?;
    let legacy = Legacy::read(stream.get(place.saturating_add(8)..).unwrap_or_default())?;
    let opened = tried(inside, |password| legacy.opens(password).then_some(()))?;
    let Some((said, password, ())) = opened else { return Err(Reason::Encrypted) };
    let most = stream.len().saturating_mul(MAX_CLAIMS);
    let (mut parts, mut turned) = (Vec::new(), 0_usize);
    for (number, place) in places.into_iter().filter(|(number, _)| *number != session) {
        let mut head = at_most(stream, place, 8).to_vec();
        legacy.turn_one(&password, number, &mut head);
        let length = place_le(&head, 4).unwrap_or(0).saturating_add(8);
        let mut part = at_most(stream, place, length).to_vec();
        turned = turned.saturating_add(part.len());
        if turned > most {
            return Err(Reason::limit(Limit::Reader, MAX_CLAIMS as u64));
        }
        legacy.turn_one(&password, number, &mut part);
        parts.push((number, part));
    }
    Ok((said, parts))
}

/// The places of the parts by their numbers, and the number of the one that says how all are encrypted. The last change
/// counts, then the one before.
fn parts(stream: &[u8], last: usize) -> Result<(BTreeMap<u32, usize>, u32), Reason> {
    let damaged = || Reason::damaged("the list of the parts of the presentation is cut");
    let mut parts = BTreeMap::new();
    let mut session = None;
    let mut change = last;
    let mut slots = 0;
    for _ in 0..MAX_CHANGES {
        let body = change.checked_add(8).and_then(|place| stream.get(place..)).ok_or_else(damaged)?;
        session = session.or(u32_le(body, 28));
        let list = place_le(body, 12).ok_or_else(damaged)?;
        let length = list.checked_add(4).and_then(|place| place_le(stream, place)).ok_or_else(damaged)?;
        let list = at_most(stream, list.saturating_add(8), length);
        let mut slot = 0;
        while let Some(head) = u32_le(list, slot) {
            slot += 4;
            for number in (head & 0x000F_FFFF..).take(usize::try_from(head >> 20).unwrap_or(0)) {
                let Some(place) = place_le(list, slot) else { break };
                slot += 4;
                slots += 1;
                parts.entry(number).or_insert(place);
            }
            // Those that stand in several changes count again: changes may lead to one another in a circle.
            if slots > MAX_PARTS {
                return Err(Reason::limit(Limit::Reader, MAX_PARTS as u64));
            }
        }
        change = place_le(body, 8).ok_or_else(damaged)?;
        if change == 0 {
            return Ok((parts, session.ok_or_else(damaged)?));
        }
    }
    Err(Reason::limit(Limit::Reader, MAX_CHANGES as u64))
}

/// Goes through the records: those that hold others are stepped into.
fn look(stream: &[u8], path: &str, inside: &mut Inside<'_, '_>) {
    let (mut place, mut objects) = (0_usize, 0);
    for _ in 0..MAX_RECORDS {
        let (Some(version), Some(kind), Some(length)) =
            (u16_le(stream, place), u16_le(stream, place + 2), place_le(stream, place + 4))
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
