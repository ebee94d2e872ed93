//! Types that have a mark at a fixed place, and enough of it to be sure.

#[allow(clippy::enum_glob_use, reason = "a table of types")]
use super::FileType::{self, *};
use super::program;
use crate::bytes::{array, head, place_le, stands, tail, u16_be, u16_le, u32_be, u32_le};

/// A mark: the type, where it stands, what it is, and what else must be true.
type Mark = (FileType, usize, &'static [u8], fn(&[u8]) -> bool);

/// Nothing else must be true.
const SURE: fn(&[u8]) -> bool = |_| true;

/// The types whose marks `bytes` have, in the order of the table.
pub(super) fn marked(bytes: &[u8]) -> impl Iterator<Item = FileType> {
    let fixed =
        MARKS.iter().filter(|(_, at, mark, more)| stands(bytes, *at, mark) && more(bytes)).map(|(own, ..)| *own);
    let tar = is_tar(bytes).then_some(Tar);
    let end = [(Vhd, &b"conectix"[..]), (Dmg, b"koly")]
        .into_iter()
        .filter(|(_, mark)| bytes.len() > FOOTER && tail(bytes, FOOTER).starts_with(mark))
        .map(|(own, _)| own);
    fixed.chain(tar).chain(end)
}

/// The length of what stands at the end of virtual disks.
const FOOTER: usize = 512;

/// The first byte of an ISO 9660 volume, and of UDF.
const VOLUME: usize = 0x8000;

const MARKS: &[Mark] = &[
    // Compressed streams.
    (Gzip, 0, b"\x1f\x8b\x08", SURE),
    (Bzip2, 0, b"BZh", |b| {
        b.get(3).is_some_and(|level| (b'1'..=b'9').contains(level))
            && (stands(b, 4, b"1AY&SY") || stands(b, 4, b"\x17rE8P\x90"))
    }),
    (Xz, 0, b"\xfd7zXZ\0", SURE),
    (Zstd, 0, b"\x28\xb5\x2f\xfd", SURE),
    (Zstd, 1, b"\x2a\x4d\x18", |b| behind_skippable(b) == Some(0xfd2f_b528)),
    (Lz4, 1, b"\x2a\x4d\x18", |b| matches!(behind_skippable(b), Some(0x184d_2204 | 0x184c_2102))),
    (Lz4, 0, b"\x04\x22\x4d\x18", SURE),
    (Lz4, 0, b"\x02\x21\x4c\x18", SURE),
    (Lzip, 0, b"LZIP", |b| b.get(4).is_some_and(|version| *version <= 1)),
    (Compress, 0, b"\x1f\x9d", |b| b.get(2).is_some_and(|flags| (9..=16).contains(&(flags & 0x1f)))),
    // Archives.
    (Zip, 0, b"PK\x03\x04", SURE),
    (Zip, 0, b"PK\x05\x06", SURE),
    (Zip, 0, b"PK\x07\x08PK\x03\x04", SURE),
    (Zip, 0, b"PK00PK\x03\x04", SURE),
    (SevenZip, 0, b"7z\xbc\xaf\x27\x1c", SURE),
    (Rar, 0, b"Rar!\x1a\x07", SURE),
    (Rar, 0, b"RE~^", SURE),
    (Cab, 0, b"MSCF\0\0\0\0", SURE),
    (Cab, 0, b"ISc(", SURE),
    (Cpio, 0, b"070701", SURE),
    (Cpio, 0, b"070702", SURE),
    (Cpio, 0, b"070707", SURE),
    (Ar, 0, b"!<arch>\n", SURE),
    (Ar, 0, b"!<thin>\n", SURE),
    (Rpm, 0, b"\xed\xab\xee\xdb", SURE),
    (Arj, 0, b"\x60\xea", |b| u16_le(b, 2).is_some_and(|size| (30..=2600).contains(&size))),
    (Lha, 2, b"-l", |b| {
        b.get(6) == Some(&b'-')
            && b.get(4..6).is_some_and(|way| matches!(way, [b'h' | b'z', b'0'..=b'9' | b'd' | b's' | b'x']))
    }),
    (Ace, 7, b"**ACE**", SURE),
    (Chm, 0, b"ITSF", |b| u32_le(b, 4).is_some_and(|version| version < 16)),
    // Disk images.
    (Iso, VOLUME + 1, b"CD001", SURE),
    (Iso, VOLUME + 0x801, b"CD001", SURE),
    (Udf, VOLUME + 1, b"BEA01", SURE),
    (Udf, VOLUME + 0x801, b"BEA01", |b| !stands(b, VOLUME + 1, b"CD001")),
    (Vhd, 0, b"conectix", SURE),
    (Vhdx, 0, b"vhdxfile", SURE),
    (Vmdk, 0, b"KDMV", SURE),
    (Vmdk, 0, b"COWD", SURE),
    (Vmdk, 0, b"# Disk DescriptorFile", SURE),
    (Wim, 0, b"MSWIM\0\0\0", SURE),
    (Wim, 0, b"WLPWM\0\0\0", SURE),
    (Qcow2, 0, b"QFI\xfb", SURE),
    (Vdi, 0x40, b"\x7f\x10\xda\xbe", SURE),
    (Squashfs, 0, b"hsqs", |b| u16_le(b, 28) == Some(4)),
    (Ntfs, 3, b"NTFS    ", SURE),
    (Ext, 0x438, b"\x53\xef", |b| {
        u32_le(b, 0x418).is_some_and(|log| log <= 6) && u32_le(b, 0x400).is_some_and(|inodes| inodes > 0)
    }),
    (Fat, 510, b"\x55\xaa", is_fat),
    (DiskPartitions, 510, b"\x55\xaa", is_partitioned),
    // Documents.
    (Ole2, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SURE),
    (Pdf, 0, b"%PDF-", SURE),
    (PostScript, 0, b"%!PS", SURE),
    (PostScript, 0, b"\xc5\xd0\xd3\xc6", SURE),
    (Rtf, 0, b"{\\rt", SURE),
    (OneNote, 0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", SURE),
    (OneNote, 0, b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", SURE),
    (DjVu, 0, b"AT&TFORM", SURE),
    (Dwg, 0, b"AC10", |b| b.get(4..6).is_some_and(|version| version.iter().all(u8::is_ascii_digit))),
    (Cdr, 0, b"RIFF", |b| b.get(8..11).is_some_and(|kind| kind.eq_ignore_ascii_case(b"CDR"))),
    (WinHelp, 0, b"?_\x03\0", SURE),
    (Sylk, 0, b"ID;P", SURE),
    // Mail.
    (Tnef, 0, b"\x78\x9f\x3e\x22", SURE),
    (Pst, 0, b"!BDN", SURE),
    // Programs.
    (Pe, 0, b"MZ", program::is_pe),
    (Pe, 0, b"ZM", program::is_pe),
    (Dos, 0, b"MZ", program::is_dos),
    (Dos, 0, b"ZM", program::is_dos),
    (Elf, 0, b"\x7fELF", SURE),
    (MachO, 0, b"\xfe\xed\xfa\xce", SURE),
    (MachO, 0, b"\xfe\xed\xfa\xcf", SURE),
    (MachO, 0, b"\xce\xfa\xed\xfe", SURE),
    (MachO, 0, b"\xcf\xfa\xed\xfe", SURE),
    // Fat binaries and classes of Java begin alike: no class has a version below 45, no binary so many parts.
    (MachO, 0, b"\xca\xfe\xba\xbe", |b| u32_be(b, 4).is_some_and(|parts| parts < 43)),
    (JavaClass, 0, b"\xca\xfe\xba\xbe", |b| u16_be(b, 6).is_some_and(|version| version >= 45)),
    (Dex, 0, b"dex\n", |b| b.get(7) == Some(&0)),
    (Wasm, 0, b"\0asm", |b| u32_le(b, 4).is_some_and(|version| version < 0x10_0000)),
    (PythonCompiled, 2, b"\r\n", is_python_compiled),
    (AutoIt, 0, b"\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d", SURE),
    (EncodedScript, 0, b"#@~^", SURE),
    (Lua, 0, b"\x1bLua", SURE),
    // Shortcuts.
    (Lnk, 0, b"L\0\0\0\x01\x14\x02\0", SURE),
    // Pictures.
    (Png, 0, b"\x89PNG\r\n\x1a\n", SURE),
    (Png, 0, b"\x8aMNG\r\n\x1a\n", SURE),
    (Jpeg, 0, b"\xff\xd8\xff", SURE),
    (Gif, 0, b"GIF87a", SURE),
    (Gif, 0, b"GIF89a", SURE),
    (Bmp, 0, b"BM", |b| {
        matches!(u32_le(b, 14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
            && place_le(b, 10).is_some_and(|pixels| pixels >= 26)
    }),
    (Tiff, 0, b"II*\0", SURE),
    (Tiff, 0, b"MM\0*", SURE),
    (Tiff, 0, b"II+\0\x08\0", SURE),
    (Tiff, 0, b"MM\0+\0\x08", SURE),
    (WebP, 0, b"RIFF", |b| stands(b, 8, b"WEBP")),
    (Heif, 4, b"ftyp", is_still),
    (Ico, 0, b"\0\0\x01\0", is_icon),
    (Ico, 0, b"\0\0\x02\0", is_icon),
    (Wmf, 0, b"\xd7\xcd\xc6\x9a", SURE),
    (Wmf, 0, b"\x01\0\x09\0\0", |b| matches!(b.get(5), Some(1 | 3))),
    (Emf, 0, b"\x01\0\0\0", |b| stands(b, 40, b" EMF")),
    (Psd, 0, b"8BPS\0", SURE),
    (Jpeg2000, 0, b"\0\0\0\x0cjP  \r\n", SURE),
    (Jpeg2000, 0, b"\xff\x4f\xff\x51", SURE),
    (JpegXr, 0, b"II\xbc", SURE),
    (Svm, 0, b"VCLMTF", SURE),
    (JpegXl, 0, b"\0\0\0\x0cJXL \r\n", SURE),
    (JpegXl, 0, b"\xff\x0a", |b| b.len() > 16 && !is_sound(b)),
    (Xcf, 0, b"gimp xcf", SURE),
    (Xpm, 0, b"/* XPM */", SURE),
    (Icns, 0, b"icns", |b| u32_be(b, 4).is_some_and(|size| size as usize <= b.len())),
    // Media.
    (Mp4, 4, b"ftyp", |b| !is_still(b)),
    (Mp4, 4, b"moov", |b| array::<4>(b, 12).is_some_and(|kind| kind.iter().all(u8::is_ascii_alphanumeric))),
    (Mp4, 4, b"mdat", |b| array::<2>(b, 0).is_some_and(|high| high[0] == 0)),
    (Mp3, 0, b"ID3", |b| b.get(3).is_some_and(|version| *version <= 4)),
    (Wav, 0, b"RIFF", |b| stands(b, 8, b"WAVE")),
    (Avi, 0, b"RIFF", |b| stands(b, 8, b"AVI ")),
    (Ico, 0, b"RIFF", |b| stands(b, 8, b"ACON")),
    (Matroska, 0, b"\x1a\x45\xdf\xa3", SURE),
    (Ogg, 0, b"OggS", SURE),
    (Flac, 0, b"fLaC", SURE),
    (Asf, 0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", SURE),
    (Flash, 0, b"FWS", is_flash),
    (Flash, 0, b"CWS", is_flash),
    (Flash, 0, b"ZWS", is_flash),
    (Flv, 0, b"FLV\x01", SURE),
    (Mpeg, 0, b"\0\0\x01\xba", SURE),
    (Mpeg, 0, b"\0\0\x01\xb3", SURE),
    (Mpeg, 0, b"G", |b| [188, 376, 564].iter().all(|at| b.get(*at) == Some(&b'G')) && b.len() >= 752),
    (Amr, 0, b"#!AMR", SURE),
    (Aiff, 0, b"FORM", |b| stands(b, 8, b"AIFF") || stands(b, 8, b"AIFC") || stands(b, 8, b"8SVX")),
    (Au, 0, b".snd\0\0", SURE),
    (Midi, 0, b"MThd\0\0\0\x06", SURE),
    // Data.
    (Font, 0, b"OTTO\0", SURE),
    (Font, 0, b"ttcf\0", SURE),
    (Font, 0, b"wOFF", SURE),
    (Font, 0, b"wOF2", SURE),
    (Font, 0, b"true\0", SURE),
    (Font, 0, b"\0\x01\0\0", is_true_type),
    (Font, 0, b"\x80\x01", |b| stands(b, 6, b"%!PS-AdobeFont") || stands(b, 6, b"%!FontType")),
    (Font, 34, b"LP", |b| {
        matches!(u32_le(b, 8), Some(0x0001_0000 | 0x0002_0001 | 0x0002_0002)) && place_le(b, 0) == Some(b.len())
    }),
    (Font, 0, b"\x01fcp", SURE),
    (Sqlite, 0, b"SQLite format 3\0", SURE),
    (Access, 0, b"\0\x01\0\0Standard ", |b| stands(b, 13, b"Jet DB") || stands(b, 13, b"ACE DB")),
    (Evtx, 0, b"ElfFile\0", SURE),
    (RegistryHive, 0, b"regf", |b| u32_le(b, 20) == Some(1)),
    (Pcap, 0, b"\xd4\xc3\xb2\xa1", SURE),
    (Pcap, 0, b"\xa1\xb2\xc3\xd4", SURE),
    (Pcap, 0, b"\x4d\x3c\xb2\xa1", SURE),
    (Pcap, 0, b"\x0a\x0d\x0d\x0a", |b| stands(b, 8, b"\x4d\x3c\x2b\x1a") || stands(b, 8, b"\x1a\x2b\x3c\x4d")),
    (KeePass, 0, b"\x03\xd9\xa2\x9a", SURE),
    (KeyStore, 0, b"\xfe\xed\xfe\xed\0\0\0", SURE),
    (Gettext, 0, b"\xde\x12\x04\x95", SURE),
    (Gettext, 0, b"\x95\x04\x12\xde", SURE),
    (Icc, 36, b"acsp", SURE),
    (Shape, 0, b"\0\0\x27\x0a", |b| u32_le(b, 28) == Some(1000)),
    (BinaryPlist, 0, b"bplist0", SURE),
    (AppleMetadata, 0, b"\0\0\0\x01Bud1", SURE),
    (AppleMetadata, 0, b"\0\x05\x16\x07\0\x02\0\0", SURE),
    (TimeZone, 0, b"TZif", SURE),
    (TermInfo, 0, b"\x1a\x01", is_term_info),
    (TermInfo, 0, b"\x1e\x02", is_term_info),
    (Parquet, 0, b"PAR1", |b| b.ends_with(b"PAR1")),
    (Hdf5, 0, b"\x89HDF\r\n\x1a\n", SURE),
    (Npy, 0, b"\x93NUMPY", SURE),
    (Torrent, 0, b"d8:announce", SURE),
    (Pickle, 0, b"\x80", |b| {
        b.get(1).is_some_and(|version| (2..=5).contains(version))
            && b.ends_with(b".")
            && (matches!(b.get(1), Some(2 | 3)) || b.get(2) == Some(&0x95))
    }),
];

/// The mark of the frame behind frames that are skipped.
fn behind_skippable(bytes: &[u8]) -> Option<u32> {
    let mut at = 0usize;
    for _ in 0..MAX_SKIPPABLE {
        let mark = u32_le(bytes, at)?;
        if !(0x184d_2a50..=0x184d_2a5f).contains(&mark) {
            return Some(mark);
        }
        at = at.checked_add(8)?.checked_add(place_le(bytes, at + 4)?)?;
    }
    None
}

/// How many frames that are skipped are looked behind.
const MAX_SKIPPABLE: usize = 16;

/// tar has a checksum over each header, with its own field taken as spaces.
pub(crate) fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else { return false };
    let Some(written) = octal(header.get(148..156).unwrap_or_default()) else { return false };
    let sum = |as_number: fn(u8) -> i64| {
        header
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { as_number(*byte) })
            .sum::<i64>()
    };
    let written = i64::try_from(written).unwrap_or(-1);
    header.first() != Some(&0) && (sum(i64::from) == written || sum(|byte| i64::from(byte.cast_signed())) == written)
}

/// A number of octal digits between spaces and zeros.
pub(crate) fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    let digits = text.split([' ', '\0']).next().unwrap_or_default();
    u64::from_str_radix(digits, 8).ok()
}

/// A boot sector of FAT: a jump, a size of sectors, and the name of the file system or sizes that only FAT has.
fn is_fat(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(0xeb | 0xe9))
        && matches!(u16_le(bytes, 11), Some(512 | 1024 | 2048 | 4096))
        && bytes.get(13).is_some_and(|sectors| sectors.is_power_of_two())
        && matches!(bytes.get(16), Some(1 | 2))
        && matches!(bytes.get(21), Some(0xf0 | 0xf8..))
}

/// A table of partitions: each begins with 0x80 or 0, and one at least has a kind and a length.
fn is_partitioned(bytes: &[u8]) -> bool {
    if is_fat(bytes) || stands(bytes, 3, b"NTFS    ") || bytes.len() < 1024 {
        return false;
    }
    let Some(table) = bytes.get(446..510) else { return false };
    let (entries, _) = table.as_chunks::<16>();
    entries.iter().all(|entry| matches!(entry[0], 0 | 0x80))
        && entries.iter().any(|entry| entry[4] != 0 && u32_le(entry, 12).is_some_and(|sectors| sectors > 0))
}

/// Brands of still pictures among those of MPEG-4.
fn is_still(bytes: &[u8]) -> bool {
    let brands = head(bytes, place_le_be(bytes).clamp(16, 256));
    let (brands, _) = brands.get(8..).unwrap_or_default().as_chunks::<4>();
    brands.iter().any(|brand| {
        matches!(brand, b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif" | b"avis")
    })
}

/// The length of the first box, the highest byte first.
fn place_le_be(bytes: &[u8]) -> usize {
    u32_be(bytes, 0).map_or(0, |length| length as usize)
}

/// An icon: pictures that lie within the file.
fn is_icon(bytes: &[u8]) -> bool {
    let count = u16_le(bytes, 4).unwrap_or(0);
    let (Some(size), Some(at)) = (place_le(bytes, 14), place_le(bytes, 18)) else { return false };
    (1..=256).contains(&count) && bytes.get(9) == Some(&0) && at >= 6 + 16 && size > 0 && at < bytes.len()
}

/// Flash: a version and a length.
fn is_flash(bytes: &[u8]) -> bool {
    bytes.get(3).is_some_and(|version| (1..=60).contains(version)) && u32_le(bytes, 4).is_some_and(|length| length > 8)
}

/// A frame of MPEG audio begins.
fn is_sound(bytes: &[u8]) -> bool {
    bytes.get(1).is_some_and(|second| second & 0xe0 == 0xe0)
}

/// A table of tables: their number, and a first one with a name of letters.
fn is_true_type(bytes: &[u8]) -> bool {
    u16_be(bytes, 4).is_some_and(|tables| (1..=64).contains(&tables))
        && array::<4>(bytes, 12).is_some_and(|tag| tag.iter().all(|byte| (b' '..=b'~').contains(byte)))
}

/// Compiled Python: a version of few bytes, then a time or flags, a length since 3.3, a hash since 3.7, and a piece of code.
fn is_python_compiled(bytes: &[u8]) -> bool {
    bytes.get(1).is_some_and(|high| *high <= 0x0f || *high == 0xf3)
        && [8, 12, 16].iter().any(|at| matches!(bytes.get(*at), Some(0x63 | 0xe3)))
}

/// Lengths of a compiled entry of terminfo.
fn is_term_info(bytes: &[u8]) -> bool {
    u16_le(bytes, 2).is_some_and(|names| (2..=512).contains(&names)) && u16_le(bytes, 4).is_some_and(|flags| flags < 64)
}
