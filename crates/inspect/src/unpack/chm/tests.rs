//! Help files built by hand: their pages in blocks of LZX that hold them as they are. Packed ones were compared with those
//! of the compiler of Free Pascal, unpacked by 7-Zip.

use super::{FRAME_BYTES, RESET_TABLE, STORAGE};
use crate::unpack::testing_mail::{PAYLOAD, holders, inspected, survives_damage, told};
use crate::{Inspection, Reason};

fn packed_number(number: usize) -> Vec<u8> {
    let low = u8::try_from(number & 0x7f).unwrap();
    if number < 0x80 {
        return vec![low];
    }
    let mut bytes: Vec<u8> = packed_number(number >> 7).iter().map(|byte| byte | 0x80).collect();
    bytes.push(low);
    bytes
}

/// One frame of LZX: the bit that says nothing is translated, a block of kind 3, its size, and the bytes as they are.
fn frame(bytes: &[u8]) -> Vec<u8> {
    let head = (3_u32 << 24 | u32::try_from(bytes.len()).unwrap()) << 4;
    let words = [(head >> 16) as u16, (head & 0xffff) as u16];
    let mut packed: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    packed.extend([1, 0, 0, 0].repeat(3));
    packed.extend_from_slice(bytes);
    packed.resize(packed.len().next_multiple_of(2), 0);
    packed
}

/// A help file with these pages.
fn chm(pages: &[(&str, &[u8])]) -> Vec<u8> {
    let plain = pages.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>().concat();
    let frames: Vec<Vec<u8>> = plain.chunks(FRAME_BYTES).map(frame).collect();
    let mut table = [2, u32::try_from(frames.len()).unwrap(), 8, 0x28].map(u32::to_le_bytes).concat();
    let content = frames.concat();
    for number in [plain.len(), content.len(), FRAME_BYTES] {
        table.extend((number as u64).to_le_bytes());
    }
    let mut start = 0_u64;
    for frame in &frames {
        table.extend(start.to_le_bytes());
        start += frame.len() as u64;
    }
    let control = [&6_u32.to_le_bytes()[..], b"LZXC", &[2, 1, 2, 1, 0].map(u32::to_le_bytes).concat()].concat();
    let mut stored = Vec::new();
    let mut entries = Vec::new();
    let mut list = |name: &str, section: usize, offset: usize, length: usize| {
        entries.extend(packed_number(name.len()));
        entries.extend_from_slice(name.as_bytes());
        entries.extend([section, offset, length].map(packed_number).concat());
    };
    for (name, bytes) in [("Content", &content), ("ControlData", &control), (RESET_TABLE, &table)] {
        list(&format!("{STORAGE}{name}"), 0, stored.len(), bytes.len());
        stored.extend_from_slice(bytes);
    }
    let mut offset = 0;
    for (name, bytes) in pages {
        list(&format!("/{name}"), 1, offset, bytes.len());
        offset += bytes.len();
    }
    let chunk_bytes = (0x14 + entries.len()).max(0x100);
    let mut chunk =
        [b"PMGL".as_slice(), &u32::try_from(chunk_bytes - 0x14 - entries.len()).unwrap().to_le_bytes(), &[0; 12]]
            .concat();
    chunk.extend(entries);
    chunk.resize(chunk_bytes, 0);
    let mut directory = [
        b"ITSP".as_slice(),
        &[1, 0x54, 10].map(u32::to_le_bytes).concat(),
        &u32::try_from(chunk_bytes).unwrap().to_le_bytes(),
    ]
    .concat();
    directory.resize(0x54, 0);
    directory.extend(chunk);
    let begin = 0x60_u64;
    let mut file = [b"ITSF".as_slice(), &[3, 0x60, 1].map(u32::to_le_bytes).concat()].concat();
    file.resize(0x48, 0);
    file.extend([begin, directory.len() as u64, begin + directory.len() as u64].map(u64::to_le_bytes).concat());
    [file, directory, stored].concat()
}

#[test]
fn pages_come_out_byte_for_byte() {
    let large = vec![b'x'; 3 * FRAME_BYTES + 5];
    let file = chm(&[("lớn.txt", &large), ("t.bin", PAYLOAD)]);
    let inspection = inspected("a.chm", &file);
    assert_eq!(holders(&inspection, PAYLOAD), ["t.bin"], "{}", told(&inspection));
    assert_eq!(holders(&inspection, &large), ["lớn.txt"]);
}

#[test]
fn pages_that_run_programs_are_blocked() {
    let page =
        b"<OBJECT classid=\"clsid:ADB880A6-D8FF-11CF-9377-00AA003B7A11\"><PARAM name=\"Command\" value=\"ShortCut\">\
        <PARAM name=\"Item1\" value=',cmd.exe,/c KHIEN-HARMLESS-TEST'></OBJECT>";
    let inspection = inspected("a.chm", &chm(&[("a.htm", page)]));
    let runs = |inspection: &Inspection| inspection.findings.iter().any(|finding| finding.id == "chm-runs-program");
    assert!(runs(&inspection), "{}", told(&inspection));
    let harmless = inspected("a.chm", &chm(&[("a.htm", b"<html>help</html>")]));
    assert!(!runs(&harmless), "{}", told(&harmless));
}

#[test]
fn broken_frames_are_said_and_the_next_ones_read() {
    let file = chm(&[("a.txt", &vec![b'x'; FRAME_BYTES]), ("t.bin", PAYLOAD)]);
    let mut broken = file.clone();
    let place = file.windows(4).position(|four| four == b"xxxx").unwrap();
    for byte in broken.iter_mut().skip(place - 16).take(16) {
        *byte = 0;
    }
    let inspection = inspected("a.chm", &broken);
    assert_eq!(holders(&inspection, PAYLOAD), ["t.bin"]);
    assert!(
        inspection
            .not_inspected()
            .any(|(node, reason)| node.name == "a.txt" && matches!(reason, Reason::Damaged { .. }))
    );
}

#[test]
fn damage_does_no_harm() {
    survives_damage("a.chm", &chm(&[("a", b"abc")]));
}

#[test]
fn fuzz() {
    let whole = chm(&[("a.htm", b"<html>"), ("b", PAYLOAD)]);
    bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(place, bytes)| {
        let mut file = whole.clone();
        let begin = usize::from(*place) % whole.len();
        file.splice(begin..(begin + bytes.len()).min(whole.len()), bytes.iter().copied());
        inspected("a.chm", &file);
    });
}
