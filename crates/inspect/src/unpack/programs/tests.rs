use crate::FileType;
use crate::walk::testing::{ids, inspected_as, told};

/// Where the section of the built program lies, and how long it is.
const FROM: usize = 0x400;
const LENGTH: usize = 0x2000;

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

/// A header of a program with one section, which does not run: no code is in it.
fn program(name: &[u8], fill: impl Fn(usize) -> u8) -> Vec<u8> {
    let mut bytes = vec![0; FROM];
    bytes[..2].copy_from_slice(b"MZ");
    put(&mut bytes, 0x3c, 0x80);
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&0x8664u16.to_le_bytes());
    bytes[0x86] = 1;
    bytes[0x94..0x96].copy_from_slice(&240u16.to_le_bytes());
    bytes[0x98..0x9a].copy_from_slice(&0x20bu16.to_le_bytes());
    bytes[0x98 + 68] = 3;
    let section = 0x98 + 240;
    bytes[section..section + name.len()].copy_from_slice(name);
    for (place, number) in [(8, LENGTH), (12, 0x1000), (16, LENGTH), (20, FROM)] {
        put(&mut bytes, section + place, u32::try_from(number).unwrap());
    }
    put(&mut bytes, section + 36, 0x6000_0020);
    bytes.extend((0..LENGTH).map(fill));
    bytes
}

/// Sets a directory of the program: its address (for the signature its place) and size.
fn directory(bytes: &mut [u8], number: usize, at: usize, size: usize) {
    put(bytes, 0x98 + 112 + number * 8, u32::try_from(at).unwrap());
    put(bytes, 0x98 + 112 + number * 8 + 4, u32::try_from(size).unwrap());
}

fn noise(at: usize) -> u8 {
    let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9).to_le_bytes()[5]
}

fn inspected(bytes: &[u8]) -> crate::Inspection {
    inspected_as("a.exe", bytes, &[FileType::Pe], &[])
}

#[test]
fn programs_are_told_by_their_headers() {
    let cases = [
        (program(b".text", |_| 0), "program-facts"),
        (program(b".text", noise), "program-facts packed-program"),
        (program(b"UPX0", |_| 0), "program-facts packed-program"),
    ];
    for (bytes, expected) in cases {
        let inspection = inspected(&bytes);
        assert_eq!(ids(&inspection).join(" "), expected, "{}", told(&inspection));
    }
    let told = told(&inspected(&program(b".text", |_| 0)));
    assert!(told.contains("EXE, x86-64, console, 1 sections, 0 functions of 0 libraries"), "{told}");
}

#[test]
fn imports_are_read_and_judged() {
    let mut bytes = program(b".text", |_| 0);
    directory(&mut bytes, 1, 0x1000, 40);
    let at = |address: usize| FROM + address - 0x1000;
    put(&mut bytes, at(0x1000), 0x1100);
    put(&mut bytes, at(0x100c), 0x1080);
    bytes[at(0x1080)..at(0x1080) + 12].copy_from_slice(b"KERNEL32.dll");
    for (number, name) in ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"].iter().enumerate() {
        let place = 0x1200 + number * 0x40;
        put(&mut bytes, at(0x1100 + number * 8), u32::try_from(place).unwrap());
        bytes[at(place) + 2..at(place) + 2 + name.len()].copy_from_slice(name.as_bytes());
    }
    let inspection = inspected(&bytes);
    assert_eq!(ids(&inspection), ["program-facts", "injecting-program"]);
    assert!(told(&inspection).contains("3 functions of 1 libraries: kernel32.dll"), "{}", told(&inspection));
}

#[test]
fn signatures_resources_and_what_is_behind_come_out() {
    let mut bytes = program(b".rsrc", |_| 0);
    let table = super::signature::tests::table("KHIEN TEST");
    let from = bytes.len();
    directory(&mut bytes, 4, from, table.len());
    directory(&mut bytes, 2, 0x1000, 0x100);
    // One entry, which leads to the content at once.
    let at = |address: usize| FROM + address - 0x1000;
    bytes[at(0x100e)] = 1;
    put(&mut bytes, at(0x1014), 0x40);
    put(&mut bytes, at(0x1040), 0x1100);
    put(&mut bytes, at(0x1044), 64);
    bytes[at(0x1100)..at(0x1100) + 2].copy_from_slice(b"MZ");
    bytes.extend(&table);
    bytes.extend(b"stub PK\x03\x04KHIEN");
    let told = told(&inspected(&bytes));
    for expected in [
        "signed-program @0 Offset(9216): KHIEN TEST",
        "a.exe › resource 1 [dos",
        "program-in-program",
        "a.exe › behind the program [zip",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}

#[test]
fn installers_are_said_not_to_be_opened() {
    let bytes = [program(b".text", |_| 0), b"\0\0\0\0\xef\xbe\xad\xdeNullsoftInst".to_vec()].concat();
    let told = told(&inspected(&bytes));
    assert!(told.contains("NSIS installer"), "{told}");
    assert_eq!(inspected(&bytes).verdict, crate::Verdict::NotInspected);
}

#[test]
fn programs_of_other_systems_are_told() {
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(64, 0);
    elf[16] = 2;
    elf[18] = 62;
    assert!(told(&inspected_as("a", &elf, &[FileType::Elf], &[])).contains("ELF program, x86-64, 64 bits"));
    let mach = b"\xcf\xfa\xed\xfe".to_vec();
    assert!(told(&inspected_as("a", &mach, &[FileType::MachO], &[])).contains("Mach-O, 64 bits"));
}

#[test]
fn any_bytes_are_a_program_or_damaged() {
    bolero::check!().with_type::<(u16, u32, Vec<u8>)>().for_each(|(at, number, rest)| {
        let mut bytes = program(b".text", |_| 0);
        directory(&mut bytes, 1, 0x1000, 40);
        directory(&mut bytes, 2, 0x1000, 40);
        directory(&mut bytes, 4, 0x1000, 40);
        bytes.truncate(FROM + 0x100);
        let at = usize::from(*at) % (bytes.len() - 4);
        put(&mut bytes, at, *number);
        bytes.extend(rest);
        let _ = inspected(&bytes);
        let _ = inspected(rest);
    });
}
