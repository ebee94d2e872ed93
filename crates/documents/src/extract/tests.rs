//! Texts out of files, and what is said of files without one.

use std::io::{Cursor, Write as _};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// Made by Chromium and LibreOffice out of the same page: tests/assets/README.md says how.
const PDF: &[u8] = include_bytes!("../../tests/assets/quyet-dinh.pdf");
const DOCX: &[u8] = include_bytes!("../../tests/assets/quyet-dinh.docx");

fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(content.as_bytes()).expect("it is written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A PDF with these pages, each of these operations; written by the library itself.
fn pdf(pages: &[Vec<Operation>]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman" });
    let mut kids: Vec<Object> = Vec::new();
    for operations in pages {
        let content = Content { operations: operations.clone() }.encode().expect("operations");
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).expect("few pages");
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("it is written");
    bytes
}

fn words(text: &str) -> Vec<Operation> {
    vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 13.into()]),
        Operation::new("Td", vec![72.into(), 700.into()]),
        Operation::new("Tj", vec![Object::string_literal(text)]),
        Operation::new("ET", vec![]),
    ]
}

#[test]
fn files_of_an_office_program_are_read_with_their_marks() {
    for (bytes, kind) in [(PDF, FileKind::Pdf), (DOCX, FileKind::Docx)] {
        let (read, text) = text_of(bytes).expect("it is read");
        assert_eq!(read, kind);
        for words in ["QUYẾT ĐỊNH", "Điều 1.", "bảo đảm an ninh mạng", "mật khẩu"] {
            assert!(text.contains(words), "{kind:?}: {words}: {text}");
        }
    }
}

#[test]
fn a_document_gives_what_is_written_and_not_what_was_struck_out() {
    let xml = "<w:document xmlns:w='w'><w:p><w:r><w:t>Điều 1.</w:t><w:tab/><w:t>A &amp; B&#x1EA1;</w:t></w:r>\
               <w:del><w:r><w:delText>cũ</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>\
               <w:tbl><w:tr><w:tc><w:p><w:r><w:t>ô</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>";
    let (kind, text) = text_of(&docx(&[("word/document.xml", xml)])).expect("it is read");
    assert_eq!((kind, text.as_str()), (FileKind::Docx, "Điều 1. A & Bạ\nô\n"));
}

#[test]
fn texts_are_read_in_three_ways_of_writing_letters() {
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let units = "Điều 1".encode_utf16().flat_map(bytes);
        mark.into_iter().chain(units).collect::<Vec<u8>>()
    };
    let little = utf16(u16::to_le_bytes, [0xff, 0xfe]);
    let big = utf16(u16::to_be_bytes, [0xfe, 0xff]);
    for bytes in ["Điều 1".as_bytes(), "\u{feff}Điều 1".as_bytes(), &little, &big, "\n\nĐiều\t 1\r\n \n".as_bytes()]
    {
        assert_eq!(text_of(bytes), Ok((FileKind::Text, "Điều 1\n".to_owned())), "{bytes:?}");
    }
    // In NFC, whatever form it came in.
    assert_eq!(text_of("Vie\u{323}\u{302}t".as_bytes()), Ok((FileKind::Text, "Việt\n".to_owned())));
}

#[test]
fn pages_of_a_pdf_come_one_after_the_other() {
    let (kind, text) = text_of(&pdf(&[words("First page of it"), words("Second page")])).expect("it is read");
    assert_eq!((kind, text.as_str()), (FileKind::Pdf, "First page of it\nSecond page\n"));
}

#[test]
fn a_scanned_pdf_says_so() {
    let picture =
        vec![Operation::new("q", vec![]), Operation::new("Do", vec!["Im1".into()]), Operation::new("Q", vec![])];
    assert_eq!(text_of(&pdf(&[picture.clone(), picture.clone()])), Err(TextProblem::Scanned));
    // The number of the page beside the picture is no text.
    let numbered = [picture, words("2")].concat();
    assert_eq!(text_of(&pdf(&[numbered])), Err(TextProblem::Scanned));
}

#[test]
fn a_page_that_unpacks_without_end_is_refused() {
    let mut document = Document::load_mem(&pdf(&[words("a text of one page")])).expect("it is read");
    let (_, page) = document.get_pages().into_iter().next().expect("a page");
    let mut bomb = Stream::new(Dictionary::new(), vec![b' '; MAX_UNPACKED_BYTES + 1]);
    bomb.compress().expect("it is packed");
    assert!(bomb.content.len() < MAX_UNPACKED_BYTES / 100);
    let content = document.add_object(bomb);
    document.get_dictionary_mut(page).expect("a page").set("Contents", content);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("it is written");
    assert_eq!(text_of(&bytes), Err(TextProblem::TooMuch));
}

#[test]
fn a_document_that_unpacks_without_end_is_refused() {
    let body = " ".repeat(MAX_UNPACKED_BYTES + 1);
    let bytes = docx(&[("word/document.xml", &body)]);
    assert!(bytes.len() < MAX_FILE_BYTES);
    assert_eq!(text_of(&bytes), Err(TextProblem::TooMuch));
}

#[test]
fn what_cannot_be_read_is_said() {
    let cases: &[(&[u8], TextProblem)] = &[
        (b"", TextProblem::Empty),
        (b" \n ", TextProblem::Empty),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", TextProblem::OldWord),
        (b"\x89PNG\r\n\x1a\n\0\0", TextProblem::UnknownKind),
        (b"Quy\xcat \xf0\xcbnh", TextProblem::UnknownLetters),
        (b"\xff\xfea", TextProblem::UnknownLetters),
        (b"%PDF-1.7 and nothing else", TextProblem::Damaged),
        (b"PK\x03\x04 and nothing else", TextProblem::Damaged),
    ];
    for (bytes, problem) in cases {
        assert_eq!(text_of(bytes), Err(*problem), "{bytes:?}");
    }
    assert_eq!(text_of(&docx(&[("xl/workbook.xml", "<a/>")])), Err(TextProblem::UnknownKind));
    assert_eq!(text_of(&docx(&[("word/document.xml", "<w:p><w:t>a</w:p>")])), Err(TextProblem::Damaged));
    let codes: std::collections::BTreeSet<&str> = TextProblem::ALL.iter().map(|problem| problem.code()).collect();
    assert_eq!(codes.len(), TextProblem::ALL.len());
}

#[test]
fn bounds_hold_at_the_limit() {
    assert!(text_of("a".repeat(MAX_LETTERS - 1).as_bytes()).is_ok());
    assert_eq!(text_of("a".repeat(MAX_LETTERS).as_bytes()), Err(TextProblem::TooMuch), "the last line has an end");
    assert_eq!(text_of(&vec![b'a'; MAX_FILE_BYTES + 1]), Err(TextProblem::TooLarge));
    assert_eq!(text_of(&vec![b' '; MAX_FILE_BYTES]), Err(TextProblem::Empty));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes from outside: an answer, never a panic that gets out.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _answered = text_of(&bytes);
        for head in [&b"%PDF-1.7\n"[..], b"PK\x03\x04"] {
            let _answered = text_of(&[head, &bytes].concat());
        }
    }

    /// Real files with damage anywhere.
    #[test]
    fn damaged_files_are_answered(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        for file in [PDF, DOCX] {
            let mut damaged = file.to_vec();
            let at = at.index(damaged.len());
            for (place, byte) in bytes.iter().enumerate() {
                if let Some(old) = damaged.get_mut(at + place) {
                    *old = *byte;
                }
            }
            if let Ok((_, text)) = text_of(&damaged) {
                prop_assert!(text.chars().count() <= MAX_LETTERS);
            }
            let _cut_short = text_of(damaged.get(..at).unwrap_or_default());
        }
    }
}
