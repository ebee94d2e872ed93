//! Builds small harmless files for tests.

use std::io::{Cursor, Write};

use crate::{Context, Inspection, Limits, NoRules, Policy, inspect};

/// What an inspection with the usual limits comes to.
pub(crate) fn inspected(name: &str, bytes: &[u8]) -> Inspection {
    inspected_within(name, bytes, &Limits::default())
}

/// The same within limits that keep a fuzzer fast.
pub(crate) fn inspected_shortly(name: &str, bytes: &[u8]) -> Inspection {
    inspected_within(name, bytes, &Limits { node_bytes: 1 << 20, unpacked_bytes: 1 << 20, ..Limits::default() })
}

fn inspected_within(name: &str, bytes: &[u8], limits: &Limits) -> Inspection {
    inspect(name, bytes, &Context { rules: &NoRules, limits, policy: &Policy::default(), passwords: &[] })
}

/// `length` zeros with `marks` at their places.
pub(crate) fn at(marks: &[(usize, &[u8])], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for (place, mark) in marks {
        bytes[*place..place + mark.len()].copy_from_slice(mark);
    }
    bytes
}

/// `text` in UTF-16, the low bytes first or last.
pub(crate) fn wide(text: &str, low_first: bool) -> Vec<u8> {
    let bytes = if low_first { u16::to_le_bytes } else { u16::to_be_bytes };
    text.encode_utf16().flat_map(bytes).collect()
}

/// A ZIP archive whose files are stored as they are.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A program of Windows that cannot run, with `appended` behind its end.
pub(crate) fn pe(appended: &[u8]) -> Vec<u8> {
    let mut bytes = at(&[(0, b"MZ"), (0x3c, b"\x40"), (0x40, b"PE\0\0\x4c\x01\0\0")], 88);
    bytes.extend_from_slice(appended);
    bytes
}

/// An OLE2 file with empty streams in its root.
pub(crate) fn ole(names: &[&str]) -> Vec<u8> {
    ole_of([0; 16], names)
}

/// The same with a class of the root.
pub(crate) fn ole_of(class: [u8; 16], names: &[&str]) -> Vec<u8> {
    let entry = |name: &str, kind: u8, right: u32, child: u32, class: [u8; 16]| {
        let mut raw = wide(name, true);
        let length = u16::try_from(raw.len() + 2).unwrap();
        raw.resize(64, 0);
        raw.extend_from_slice(&length.to_le_bytes());
        raw.extend_from_slice(&[kind, 1]);
        for place in [u32::MAX, right, child] {
            raw.extend_from_slice(&place.to_le_bytes());
        }
        raw.extend_from_slice(&class);
        raw.resize(128, 0);
        raw
    };
    let mut directory = entry("Root Entry", 5, u32::MAX, 1, class);
    for (number, name) in names.iter().enumerate() {
        let next = u32::try_from(number + 2).unwrap();
        let right = if number + 1 == names.len() { u32::MAX } else { next };
        directory.extend(entry(name, 2, right, u32::MAX, [0; 16]));
    }
    directory.resize(directory.len().next_multiple_of(512), 0);
    let sectors = directory.len() / 512;
    let mut bytes = at(
        &[
            (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            (24, b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0"),
            (44, b"\x01"),
            (48, b"\x01"),
        ],
        512,
    );
    bytes[76..].fill(0xff);
    bytes[76..80].fill(0);
    let mut table = Vec::new();
    table.extend_from_slice(&0xffff_fffd_u32.to_le_bytes());
    for number in 0..sectors {
        let next = if number + 1 == sectors { 0xffff_fffe } else { u32::try_from(number + 2).unwrap() };
        table.extend_from_slice(&next.to_le_bytes());
    }
    table.resize(512, 0xff);
    [bytes, table, directory].concat()
}

/// The header of a file in tar.
pub(crate) fn tar_header(name: &str, kind: u8, size: usize, ustar: bool) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = kind;
    if ustar {
        header[257..265].copy_from_slice(b"ustar\x0000");
    }
    seal(&mut header);
    header
}

/// Writes the checksum of a header of tar.
pub(crate) fn seal(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
}

/// A tar archive.
pub(crate) fn tar(files: &[(&str, &[u8])], ustar: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in files {
        bytes.extend(tar_header(name, if ustar { b'0' } else { 0 }, content.len(), ustar));
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A record of POSIX tar: its length counts its own digits too.
pub(crate) fn pax_record(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len() + 1;
    while length.to_string().len() + rest.len() != length {
        length += 1;
    }
    format!("{length}{rest}").into_bytes()
}
