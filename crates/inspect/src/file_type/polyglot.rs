//! A second type in the same bytes: what another program than the expected one would take the file for.

use super::{Category, FileType, program, zip};
use crate::bytes::{find, head, holds_ignoring_case, stands, tail};

/// How far from the beginning readers of PDF look for its mark.
const PDF_REACH: usize = 1024;

/// How far from the beginning a form may begin behind other bytes.
const FORM_REACH: usize = 4096;

/// How much of the end is looked at for the end of a PDF.
const PDF_TAIL: usize = 2048;

/// How much of the beginning and of the end of a picture is looked at for markup and scripts.
const MARKUP_REACH: usize = 8 * 1024;

/// How far behind the end of a program an archive that opens itself may begin.
const APPENDED_REACH: usize = 64 * 1024;

/// Adds every further type.
pub(super) fn add(bytes: &[u8], types: &mut Vec<FileType>) {
    if !types.contains(&FileType::Pdf) && pdf_behind_others(bytes, types) {
        // Nothing but letters in front of it is no second type.
        types.retain(|own| *own != FileType::Text);
        types.push(FileType::Pdf);
    }
    if !stands(bytes, 0, b"PK") && zip_at_end(bytes, types) {
        zip::narrow("", bytes, types);
    }
    if types.iter().any(|own| may_precede_form(*own)) && form(bytes) {
        types.push(FileType::MultipartForm);
    }
    if types.contains(&FileType::Pe) {
        types.extend(appended_archive(bytes));
    }
    if types.iter().any(|own| hides_markup(*own)) {
        types.extend(markup(bytes));
    }
}

/// Whether other files lie in it as they are: each of them is looked at by itself, and makes it nothing else.
fn shows_what_it_holds(own: FileType) -> bool {
    matches!(own.category(), Category::DiskImage | Category::Mail)
        || matches!(
            own,
            FileType::Zip
                | FileType::Tar
                | FileType::Cpio
                | FileType::Ar
                | FileType::Rpm
                | FileType::Cab
                | FileType::Arj
                | FileType::Lha
        )
}

/// The mark of PDF stands behind other bytes, and the rest is a PDF too.
fn pdf_behind_others(bytes: &[u8], types: &[FileType]) -> bool {
    let Some(at) = find(head(bytes, PDF_REACH + 5), b"%PDF-") else { return false };
    let version = bytes.get(at + 5).is_some_and(u8::is_ascii_digit) && bytes.get(at + 6) == Some(&b'.');
    version && !types.iter().any(|own| shows_what_it_holds(*own)) && find(tail(bytes, PDF_TAIL), b"%%EOF").is_some()
}

/// A ZIP archive ends where the file ends; in pictures and sound it may have something behind it.
fn zip_at_end(bytes: &[u8], types: &[FileType]) -> bool {
    if types.iter().any(|own| shows_what_it_holds(*own)) {
        return false;
    }
    let Some(end) = zip::end_of_central_directory(bytes) else { return false };
    let loose = types.iter().all(|own| matches!(own.category(), Category::Picture | Category::Media));
    loose || end.behind == bytes.len()
}

/// What nobody writes forms in: a text may speak of one, and archives, disks and mails show what they hold.
fn may_precede_form(own: FileType) -> bool {
    matches!(own.category(), Category::Document | Category::Program | Category::Picture | Category::Media)
        && !shows_what_it_holds(own)
}

/// A form with files begins behind other bytes, which servers leave out: a line with its boundary, and right behind it a
/// header that only forms have.
fn form(bytes: &[u8]) -> bool {
    const HEADER: &[u8] = b"content-disposition: form-data";
    let begin = head(bytes, FORM_REACH);
    let mut lines = begin.split(|byte| *byte == b'\n');
    let mut is_boundary = false;
    lines.any(|line| {
        let is_header = line.get(..HEADER.len()).is_some_and(|own| own.eq_ignore_ascii_case(HEADER));
        let is_form = is_boundary && is_header;
        is_boundary = line.len() > 3 && line.starts_with(b"--");
        is_form
    })
}

/// An archive behind a program that unpacks it.
fn appended_archive(bytes: &[u8]) -> Option<FileType> {
    let behind = head(bytes.get(program::end(bytes)?..)?, APPENDED_REACH);
    let marks: [(&[u8], FileType); 3] = [
        (b"Rar!\x1a\x07", FileType::Rar),
        (b"7z\xbc\xaf\x27\x1c", FileType::SevenZip),
        (b"MSCF\0\0\0\0", FileType::Cab),
    ];
    marks.into_iter().find(|(mark, _)| find(behind, mark).is_some()).map(|(_, own)| own)
}

/// What is not markup itself, but can be given to a browser or a server as if it were.
fn hides_markup(own: FileType) -> bool {
    matches!(own.category(), Category::Picture | Category::Media) && !matches!(own, FileType::Svg | FileType::Xpm)
        || own == FileType::Lnk
}

/// Web pages and pages of servers in the outskirts of other bytes.
fn markup(bytes: &[u8]) -> Option<FileType> {
    const MARKS: &[(&[u8], FileType)] = &[
        (b"<?php", FileType::Php),
        (b"<%@ page", FileType::Jsp),
        (b"<%@page", FileType::Jsp),
        (b"<%@ language", FileType::Asp),
        (b"<hta:application", FileType::Hta),
        (b"<script", FileType::Html),
        (b"<!doctype html", FileType::Html),
        (b"<html", FileType::Html),
        (b"<iframe", FileType::Html),
    ];
    let (begin, end) = (head(bytes, MARKUP_REACH), tail(bytes, MARKUP_REACH));
    // One pass for the bracket that all of them begin with: most pictures have few of them.
    let near = |part: &[u8], mark: &[u8]| {
        part.iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'<')
            .any(|(at, _)| part.get(at..at + mark.len()).is_some_and(|here| here.eq_ignore_ascii_case(mark)))
    };
    let (_, own) = MARKS.iter().find(|(mark, _)| near(begin, mark) || near(end, mark))?;
    // Letters by chance do not come with a closing tag.
    let certain = *own != FileType::Html
        || [&b"</script"[..], b"</html", b"</iframe", b"<body", b"alert(", b"eval("]
            .iter()
            .any(|mark| holds_ignoring_case(begin, mark) || holds_ignoring_case(end, mark));
    certain.then_some(*own)
}
