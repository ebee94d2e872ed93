//! Programs: what they are, what is packed into them, what stands behind them, who they say signed them.

mod pe;
mod signature;

use self::pe::Pe;
use crate::bytes::{find, u16_be, u16_le, u32_be};
use crate::detect::carried::{Carried, carried};
use crate::detect::signs::Signs;
use crate::file_type::identify;
use crate::kinds::programs;
use crate::walk::{Inside, Part};
use crate::{FileType, Limit, Location, Reason};

/// From this much information on, in bits of a byte times 100, a section is packed or encrypted.
const PACKED: u32 = 720;

/// Sections smaller than this say nothing, in bytes.
const MIN_SECTION: usize = 4096;

/// Names of sections that packers give.
const PACKERS: &[&str] =
    &["upx", ".aspack", ".adata", ".mpress", ".petite", ".themida", ".vmp", ".enigma", ".nsp", "pec", ".packed", "mew"];

/// Functions with which code is put into other programs: one of each group.
const INJECTION: [&[&str]; 3] = [
    &["VirtualAllocEx", "NtAllocateVirtualMemory", "NtMapViewOfSection"],
    &["WriteProcessMemory", "NtWriteVirtualMemory", "NtMapViewOfSection"],
    &["CreateRemoteThread", "QueueUserAPC", "SetThreadContext", "NtCreateThreadEx", "RtlCreateUserThread"],
];

/// How much of what stands behind a program is searched for an archive, in bytes.
const MAX_SEARCHED: usize = 4 * 1024 * 1024;

/// What archives begin with that self-extracting programs carry.
const ARCHIVES: &[&[u8]] = &[b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"PK\x03\x04", b"MSCF\0\0\0\0"];

/// Installers and compiled scripts that are not taken apart here: where their mark is, and what they are.
const SEALED: &[(&[u8], &str)] = &[
    (b"\xef\xbe\xad\xdeNullsoftInst", "NSIS installer"),
    (b"Inno Setup Setup Data", "Inno Setup installer"),
    (b"zlb\x1a", "Inno Setup installer"),
    (b"idska32\x1a", "Inno Setup installer"),
    (b"AU3!EA06", "compiled AutoIt script"),
    (b"AU3!EA05", "compiled AutoIt script"),
    (b"MEI\x0c\x0b\x0a\x0b\x0e", "PyInstaller program"),
];

/// How many libraries a finding names.
const SHOWN_LIBRARIES: usize = 8;

/// Looks into a program of Windows.
pub(super) fn open_pe(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let Some(program) = pe::read(part.bytes) else {
        return Err(Reason::damaged("PE: no header behind MZ"));
    };
    let mut signs = Signs::default();
    signs.add(&programs::PROGRAM_FACTS, Location::Field("header".to_owned()), facts(&program));
    packed(&program, &mut signs);
    injection(&program, &mut signs);
    signed(&program, part.bytes, &mut signs);
    let mut sealed = None;
    let (resources, more) = program.resources();
    if more {
        inside.reason(Reason::limit(Limit::Reader, pe::MAX_RESOURCES as u64));
    }
    for (number, content) in resources.into_iter().enumerate() {
        let types = identify("", content);
        if carried(&types) != Carried::Program {
            continue;
        }
        if types.iter().any(|own| matches!(own, FileType::Pe | FileType::Dos)) {
            signs.add(
                &programs::PROGRAM_IN_PROGRAM,
                Location::Field(format!("resource {}", number + 1)),
                types_of(&types),
            );
        }
        let slice = inside.slice(content);
        inside.child(&format!("resource {}", number + 1), "resource", &slice);
    }
    if let Some((at, rest)) = program.behind() {
        sealed = behind(at, rest, &mut signs, inside);
    }
    signs.tell(inside);
    sealed.map_or(Ok(()), |what| Err(Reason::unsupported(what)))
}

fn types_of(types: &[FileType]) -> String {
    types.iter().map(|own| own.id()).collect::<Vec<_>>().join(" ")
}

/// What a program is, in a line.
fn facts(program: &Pe<'_>) -> String {
    let machine = match program.machine {
        0x14c => "x86".to_owned(),
        0x8664 => "x86-64".to_owned(),
        0xaa64 => "ARM64".to_owned(),
        0x1c0 | 0x1c4 => "ARM".to_owned(),
        other => format!("machine {other:#x}"),
    };
    let subsystem = match program.subsystem {
        1 => "driver".to_owned(),
        2 => "window".to_owned(),
        3 => "console".to_owned(),
        10..=13 => "EFI".to_owned(),
        other => format!("subsystem {other}"),
    };
    let form = if program.library { "DLL" } else { "EXE" };
    let dot_net = if program.dot_net { ", .NET" } else { "" };
    let shown: Vec<&str> = program.libraries.iter().take(SHOWN_LIBRARIES).map(String::as_str).collect();
    let sections = program.sections.len();
    let (libraries, functions) = (program.libraries.len(), program.functions.len());
    let names = if shown.is_empty() { String::new() } else { format!(": {}", shown.join(" ")) };
    format!(
        "{form}, {machine}, {subsystem}{dot_net}, {sections} sections, {functions} functions of {libraries} libraries{names}"
    )
}

fn packed(program: &Pe<'_>, signs: &mut Signs) {
    for section in &program.sections {
        let name = section.name.to_lowercase();
        let packer = PACKERS.iter().any(|packer| name.starts_with(packer));
        let dense = section.entropy >= PACKED && section.length >= MIN_SECTION && section.runs;
        if packer || dense {
            let shown = format!("{} {}.{:02}", section.name, section.entropy / 100, section.entropy % 100);
            signs.add(&programs::PACKED_PROGRAM, Location::Field(format!("section {}", section.name)), shown);
        }
    }
}

fn injection(program: &Pe<'_>, signs: &mut Signs) {
    let mut used = Vec::new();
    for group in INJECTION {
        let function = program.functions.iter().find(|own| group.contains(&own.as_str()));
        let Some(function) = function else { return };
        used.push(function.as_str());
    }
    signs.add(&programs::INJECTING_PROGRAM, Location::Field("imports".to_owned()), used.join(" "));
}

fn signed(program: &Pe<'_>, bytes: &[u8], signs: &mut Signs) {
    let Some((at, size)) = program.signature else { return };
    let signer = bytes.get(at..at.saturating_add(size)).and_then(signature::signer);
    let text = signer.unwrap_or_else(|| "?".to_owned());
    signs.add(&programs::SIGNED_PROGRAM, Location::Offset(at as u64), text);
}

/// Looks into what stands behind a program; says what it is if it is not taken apart here.
fn behind(at: usize, rest: &[u8], signs: &mut Signs, inside: &mut Inside<'_, '_>) -> Option<&'static str> {
    let searched = rest.get(..MAX_SEARCHED).unwrap_or(rest);
    let sealed = SEALED.iter().find(|(mark, _)| find(searched, mark).is_some()).map(|(_, what)| *what);
    let start = ARCHIVES.iter().filter_map(|mark| find(searched, mark)).min().unwrap_or(0);
    let content = rest.get(start..).unwrap_or(rest);
    let types = identify("", content);
    let place = Location::Offset((at + start) as u64);
    let what = sealed.map_or_else(|| types_of(&types), str::to_owned);
    signs.add(&programs::AFTER_PROGRAM, place, format!("{} bytes {what}", content.len()));
    let slice = inside.slice(content);
    if types.is_empty() {
        inside.piece("behind the program", "overlay", &slice);
    } else {
        inside.child("behind the program", "overlay", &slice);
    }
    sealed
}

/// Looks at a program of Linux.
pub(super) fn open_elf(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let bytes = part.bytes;
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let number = |at: usize| if byte(5) == 2 { u16_be(bytes, at) } else { u16_le(bytes, at) }.unwrap_or_default();
    if bytes.len() < 52 {
        return Err(Reason::damaged("ELF: the header is cut off"));
    }
    let width = if byte(4) == 2 { "64 bits" } else { "32 bits" };
    let form = match number(16) {
        1 => "object".to_owned(),
        2 => "program".to_owned(),
        3 => "program or library".to_owned(),
        4 => "dump".to_owned(),
        other => format!("type {other}"),
    };
    let machine = match number(18) {
        3 => "x86".to_owned(),
        8 => "MIPS".to_owned(),
        40 => "ARM".to_owned(),
        62 => "x86-64".to_owned(),
        183 => "ARM64".to_owned(),
        243 => "RISC-V".to_owned(),
        other => format!("machine {other}"),
    };
    inside.found(
        &programs::PROGRAM_FACTS,
        Location::Field("header".to_owned()),
        format!("ELF {form}, {machine}, {width}"),
    );
    let searched = bytes.get(..MAX_SEARCHED).unwrap_or(bytes);
    if let Some(at) = find(searched, b"UPX!")
        .filter(|at| *at < 4096 || find(searched, b"$Info: This file is packed with the UPX").is_some())
    {
        inside.found(&programs::PACKED_PROGRAM, Location::Offset(at as u64), "UPX");
    }
    Ok(())
}

/// Looks at a program of macOS.
pub(super) fn open_mach_o(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let form = match u32_be(part.bytes, 0).unwrap_or_default() {
        0xcafe_babe | 0xcafe_babf => "for several machines",
        0xfeed_face | 0xcefa_edfe => "32 bits",
        0xfeed_facf | 0xcffa_edfe => "64 bits",
        _ => return Err(Reason::damaged("Mach-O: the header is cut off")),
    };
    inside.found(&programs::PROGRAM_FACTS, Location::Field("header".to_owned()), format!("Mach-O, {form}"));
    Ok(())
}

#[cfg(test)]
mod tests;
