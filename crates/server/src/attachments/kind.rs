//! What a file is: by what it holds, and its name must say the same.

use std::io::{Cursor, Read as _};

use axum::body::Bytes;
use zip::ZipArchive;

use super::FileProblem;

/// The endings of the kinds that are taken, as a form lists them.
pub(crate) const ACCEPTED: &str = ".pdf,.docx,.xlsx,.odt,.ods,.txt,.png,.jpg,.jpeg";

/// How far into a file the mark of PDF may stand: scanners put their own words first.
const PDF_MARK_WITHIN: usize = 1024;
/// How every file of the old Office begins, and every new one with a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// How every archive begins that holds something.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How PNG and JPEG begin.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
/// How a text in UTF-16 begins, as old editors write it, and which byte of a unit comes first.
const UTF_16: [(&[u8], FirstByte); 2] = [(&[0xff, 0xfe], u16::from_le_bytes), (&[0xfe, 0xff], u16::from_be_bytes)];
type FirstByte = fn([u8; 2]) -> u16;
/// The most parts an Office file may have.
const MAX_PARTS: usize = 10_000;
/// The longest name of a type inside an OpenDocument file.
const MAX_MEDIA_TYPE: u64 = 128;
/// Where Office keeps macros, whatever folder it is in.
const MACROS: &str = "vbaproject.bin";
/// Where OpenDocument keeps macros.
const MACRO_FOLDERS: [&str; 2] = ["basic/", "scripts/"];

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Docx,
    Xlsx,
    Odt,
    Ods,
    Txt,
    Png,
    Jpg,
}

impl Kind {
    /// Every kind.
    const ALL: [Self; 8] = [Self::Pdf, Self::Docx, Self::Xlsx, Self::Odt, Self::Ods, Self::Txt, Self::Png, Self::Jpg];

    /// How its name ends.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => ".pdf",
            Self::Docx => ".docx",
            Self::Xlsx => ".xlsx",
            Self::Odt => ".odt",
            Self::Ods => ".ods",
            Self::Txt => ".txt",
            Self::Png => ".png",
            Self::Jpg => ".jpg",
        }
    }

    /// What HTTP calls it.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Txt => "text/plain; charset=utf-8",
            Self::Png => "image/png",
            Self::Jpg => "image/jpeg",
        }
    }

    /// The kind whose ending `name` has.
    fn named(name: &str) -> Option<Self> {
        let (_, ending) = name.trim_end_matches(['.', ' ']).rsplit_once('.')?;
        let ending = format!(".{}", ending.to_ascii_lowercase());
        if ending == ".jpeg" {
            return Some(Self::Jpg);
        }
        Self::ALL.into_iter().find(|kind| kind.ending() == ending)
    }

    /// What a file is, if its name and what it holds agree.
    pub(super) fn of(name: &str, content: &Bytes) -> Result<Self, FileProblem> {
        let named = Self::named(name).ok_or(FileProblem::NotTaken)?;
        match named {
            Self::Pdf => {
                let head = content.get(..content.len().min(PDF_MARK_WITHIN)).unwrap_or_default();
                named.when(head.windows(5).any(|five| five == b"%PDF-"))
            }
            Self::Png => named.when(content.starts_with(PNG)),
            Self::Jpg => named.when(content.starts_with(JPEG)),
            Self::Txt => of_text(content),
            Self::Docx | Self::Xlsx | Self::Odt | Self::Ods => named.in_archive(content),
        }
    }

    fn when(self, is_so: bool) -> Result<Self, FileProblem> {
        if is_so { Ok(self) } else { Err(FileProblem::Misnamed(self)) }
    }

    /// Looks at the list of parts alone: nothing is unpacked but the few bytes that name the type.
    fn in_archive(self, content: &Bytes) -> Result<Self, FileProblem> {
        if content.starts_with(COMPOUND) {
            return Err(FileProblem::Closed);
        }
        if !content.starts_with(ARCHIVE) {
            return Err(FileProblem::Misnamed(self));
        }
        let damaged = FileProblem::Damaged(self);
        let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| damaged)?;
        if archive.len() > MAX_PARTS {
            return Err(damaged);
        }
        for name in archive.file_names() {
            let name = name.map_err(|_| damaged)?.to_ascii_lowercase();
            if name.ends_with(MACROS) || MACRO_FOLDERS.iter().any(|folder| name.starts_with(folder)) {
                return Err(FileProblem::Macros);
            }
        }
        let is_there = |part: &str| archive.index_for_name(part).is_some();
        match self {
            Self::Docx => self.when(is_there("[Content_Types].xml") && is_there("word/document.xml")),
            Self::Xlsx => self.when(is_there("[Content_Types].xml") && is_there("xl/workbook.xml")),
            _ => {
                let Ok(part) = archive.by_name("mimetype") else { return Err(FileProblem::Misnamed(self)) };
                let mut written = String::new();
                part.take(MAX_MEDIA_TYPE).read_to_string(&mut written).map_err(|_| damaged)?;
                self.when(written == self.media_type())
            }
        }
    }
}

/// A text has letters and ends of lines in it, and nothing that only a program understands.
fn of_text(content: &Bytes) -> Result<Kind, FileProblem> {
    let is_readable = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{c}');
    for (mark, unit) in UTF_16 {
        if let Some(rest) = content.strip_prefix(mark) {
            let (pairs, left_over) = rest.as_chunks::<2>();
            let mut letters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
            let is_text = letters.all(|letter| letter.is_ok_and(is_readable));
            return Kind::Txt.when(is_text && left_over.is_empty());
        }
    }
    match std::str::from_utf8(content) {
        Ok(text) => Kind::Txt.when(text.chars().all(is_readable)),
        // Old code pages have no zero bytes and few other signs of control: what has them is no text at all.
        Err(_) if content.contains(&0) => Err(FileProblem::Misnamed(Kind::Txt)),
        Err(_) => Err(FileProblem::NotUnicode),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Bytes {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
            writer.write_all(text.as_bytes()).expect("its text");
        }
        writer.finish().expect("an archive").into_inner().into()
    }

    fn office(part: &str) -> Bytes {
        archive(&[("[Content_Types].xml", "<Types/>"), (part, "<x/>")])
    }

    #[test]
    fn a_file_is_what_it_holds_and_is_called_so() {
        let odt = archive(&[("mimetype", Kind::Odt.media_type()), ("content.xml", "<x/>")]);
        let with_macros = archive(&[
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<x/>"),
            ("word/vbaProject.bin", "x"),
        ]);
        let basic = archive(&[("mimetype", Kind::Odt.media_type()), ("Basic/Standard/Module1.xml", "x")]);
        let docx = office("word/document.xml");
        let bytes = |bytes: &'static [u8]| Bytes::from_static(bytes);
        let cases: Vec<(&str, Bytes, Result<Kind, FileProblem>)> = vec![
            ("a.pdf", bytes(b"%PDF-1.7\n"), Ok(Kind::Pdf)),
            ("A.PDF", bytes(b"scanned by x\n%PDF-1.4"), Ok(Kind::Pdf)),
            ("a.pdf", bytes(b"MZ\x90\0"), Err(FileProblem::Misnamed(Kind::Pdf))),
            ("a.png", bytes(b"\x89PNG\r\n\x1a\nx"), Ok(Kind::Png)),
            ("a.jpeg", bytes(b"\xff\xd8\xff\xe0"), Ok(Kind::Jpg)),
            ("a.jpg", bytes(b"\x89PNG\r\n\x1a\nx"), Err(FileProblem::Misnamed(Kind::Jpg))),
            ("a.docx", docx.clone(), Ok(Kind::Docx)),
            ("a.xlsx", docx.clone(), Err(FileProblem::Misnamed(Kind::Xlsx))),
            ("a.xlsx", office("xl/workbook.xml"), Ok(Kind::Xlsx)),
            ("a.odt", odt.clone(), Ok(Kind::Odt)),
            ("a.ods", odt, Err(FileProblem::Misnamed(Kind::Ods))),
            ("a.odt", docx.clone(), Err(FileProblem::Misnamed(Kind::Odt))),
            ("a.docx", with_macros, Err(FileProblem::Macros)),
            ("a.odt", basic, Err(FileProblem::Macros)),
            ("a.docx", docx.slice(..docx.len() - 10), Err(FileProblem::Damaged(Kind::Docx))),
            ("a.docx", bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Err(FileProblem::Closed)),
            ("a.docx", bytes(b"plain"), Err(FileProblem::Misnamed(Kind::Docx))),
            ("a.txt", Bytes::from("Nội dung\r\n\tmột dòng"), Ok(Kind::Txt)),
            ("a.txt", bytes(b"\xff\xfeN\x00\xd9\x1ei\x00"), Ok(Kind::Txt)),
            ("a.txt", bytes(b"\xff\xfeN\x00\xd9"), Err(FileProblem::Misnamed(Kind::Txt))),
            ("a.txt", bytes(b"\xfe\xff\x00N"), Ok(Kind::Txt)),
            ("a.txt", bytes(b"N\xe9i dung"), Err(FileProblem::NotUnicode)),
            ("a.txt", bytes(b"\x7fELF\x02\x01\x01\0\xff"), Err(FileProblem::Misnamed(Kind::Txt))),
            ("a.txt", bytes(b"a\x1bb"), Err(FileProblem::Misnamed(Kind::Txt))),
            ("a.pdf.exe", bytes(b"%PDF-1.7"), Err(FileProblem::NotTaken)),
            ("a.docm", docx, Err(FileProblem::NotTaken)),
            ("pdf", bytes(b"%PDF-1.7"), Err(FileProblem::NotTaken)),
            ("", bytes(b"x"), Err(FileProblem::NotTaken)),
        ];
        for (name, content, expected) in cases {
            assert_eq!(Kind::of(name, &content), expected, "{name}: {content:?}");
        }
    }

    #[test]
    fn every_kind_stands_in_the_list_of_the_form() {
        for kind in Kind::ALL {
            assert!(ACCEPTED.split(',').any(|ending| ending == kind.ending()), "{kind:?}");
            assert_eq!(Kind::named(&format!("x{}", kind.ending())), Some(kind));
        }
        for ending in ACCEPTED.split(',') {
            assert!(Kind::named(&format!("x{ending}")).is_some(), "{ending}");
        }
    }
}
