//! Files that people attach to things: what is let in, how it is listed, how it is handed out.
//!
//! ```text
//! upload ─▶ check: size, kind by what it holds, name ─▶ khien_store::files ─▶ download: saved by the browser, never opened in it
//! ```
//!
//! A file belongs to what it is attached to: its page asks for the right to that thing, and then calls [`download`].

mod kind;
mod name;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use khien_store::Store;
use khien_store::files::{self, Attachment, MAX_FILE_BYTES, NewFile};
use khien_texts::{Texts, text};

pub(crate) use self::kind::{ACCEPTED, Kind};
use crate::admin::sheet::{Cell, Field};
use crate::forms::Upload;
use crate::page::in_address;
use crate::trouble::Trouble;

/// How many bytes a mebibyte has, for messages.
const MEBIBYTE: usize = 1024 * 1024;
/// How many files one form takes.
pub(crate) const MAX_AT_ONCE: usize = 5;

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedFile {
    /// What it is called: a name without a path and without signs that mislead.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// What it holds.
    pub(crate) content: Bytes,
}

impl CheckedFile {
    /// The same for the store: [`files::attach`] keeps it.
    pub(crate) fn new_file(&self) -> NewFile<'_> {
        NewFile { name: &self.name, media_type: self.kind.media_type(), content: &self.content }
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileProblem {
    /// There is nothing in it.
    Empty,
    /// It has more than [`MAX_FILE_BYTES`].
    TooLarge,
    /// Its name does not end like that of a kind that is taken.
    NotTaken,
    /// It holds something else than its name says.
    Misnamed(Kind),
    /// It is an old Office file, or one with a password: nobody can see what is in it.
    Closed,
    /// It carries macros.
    Macros,
    /// It cannot be opened.
    Damaged(Kind),
    /// It is a text, but not in Unicode.
    NotUnicode,
    /// More files at once than [`MAX_AT_ONCE`].
    TooMany,
}

impl FileProblem {
    /// What is wrong with the file called `name`, and what to do.
    pub(crate) fn say(self, name: &str, texts: &Texts) -> String {
        let of_kind = |key: &str, kind: Kind| text!(texts, key, name = name, kind = kind.ending());
        match self {
            Self::Empty => text!(texts, "file-empty", name = name),
            Self::TooLarge => text!(texts, "file-too-large", name = name, most = MAX_FILE_BYTES / MEBIBYTE),
            Self::NotTaken => text!(texts, "file-not-taken", name = name, kinds = ACCEPTED.replace(',', " ")),
            Self::Misnamed(kind) => of_kind("file-misnamed", kind),
            Self::Closed => text!(texts, "file-closed", name = name),
            Self::Macros => text!(texts, "file-macros", name = name),
            Self::Damaged(kind) => of_kind("file-damaged", kind),
            Self::NotUnicode => text!(texts, "file-not-unicode", name = name),
            Self::TooMany => text!(texts, "file-too-many", most = MAX_AT_ONCE),
        }
    }
}

/// Looks at one file: whether it may be kept, and under what name.
pub(crate) fn check(name: &str, content: &Bytes) -> Result<CheckedFile, FileProblem> {
    if content.is_empty() {
        return Err(FileProblem::Empty);
    }
    if content.len() > MAX_FILE_BYTES {
        return Err(FileProblem::TooLarge);
    }
    let kind = Kind::of(name, content)?;
    Ok(CheckedFile { name: name::cleaned(name, kind), kind, content: content.clone() })
}

/// The files in the field `field` of a form, none when it was left empty; or what is wrong, in the reader's language.
pub(crate) fn of_form(upload: &Upload, field: &str, texts: &Texts) -> Result<Vec<CheckedFile>, String> {
    let sent: Vec<_> = upload.files.iter().filter(|file| file.field == field).collect();
    if sent.len() > MAX_AT_ONCE {
        return Err(FileProblem::TooMany.say("", texts));
    }
    let checked = |name: &str, content| check(name, content).map_err(|problem| problem.say(&name::shown(name), texts));
    sent.into_iter().map(|file| checked(&file.name, &file.bytes)).collect()
}

/// The field of a form in which files are chosen. It may be left empty unless it is made `required`.
pub(crate) fn field(name: &'static str, label: String, texts: &Texts) -> Field {
    let hint = text!(
        texts,
        "file-hint",
        kinds = ACCEPTED.replace(',', " "),
        most = MAX_FILE_BYTES / MEBIBYTE,
        count = MAX_AT_ONCE
    );
    Field::file(name, label, ACCEPTED, true).optional().hint(hint)
}

/// A file as a link for a page, with its size. It is fetched at `address` followed by its id.
pub(crate) fn link(file: &Attachment, address: &str, texts: &Texts) -> Cell {
    let size = size_shown(file.size_bytes, texts);
    Cell::link(format!("{address}/{}", file.id), text!(texts, "file-with-size", name = file.name.as_str(), size = size))
}

/// A size for a reader.
pub(crate) fn size_shown(bytes: u64, texts: &Texts) -> String {
    const KIBIBYTE: u64 = 1024;
    let kibibytes = bytes.div_ceil(KIBIBYTE);
    if kibibytes < KIBIBYTE {
        return text!(texts, "file-kilobytes", count = kibibytes);
    }
    text!(texts, "file-megabytes", count = kibibytes.div_ceil(KIBIBYTE))
}

/// Hands a file out, to be saved: no browser opens it as a page of ours. Whoever calls this has asked for the right.
pub(crate) async fn download(store: &Store, attachment: &Attachment) -> Result<Response, Trouble> {
    let content = files::read(store, attachment).await?;
    let mut headers = HeaderMap::new();
    let header = |value: &str| {
        let lost = |_| Trouble::Internal { detail: format!("attachment {}: its name fits no header", attachment.id) };
        HeaderValue::from_str(value).map_err(lost)
    };
    headers.insert(CONTENT_TYPE, header(&attachment.media_type)?);
    headers.insert(CONTENT_DISPOSITION, header(&disposition(&attachment.name))?);
    // What was seen with a right is not left behind for whoever uses the browser next.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, content).into_response())
}

/// How the browser is told to save a file (RFC 6266): a plain name for old ones, the whole name for all others.
fn disposition(name: &str) -> String {
    let plain: String = khien_model::text::fold(name)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_') { letter } else { '_' })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", in_address(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_its_own_name() {
        assert_eq!(
            disposition("Biên bản số 1.pdf"),
            "attachment; filename=\"bien_ban_so_1.pdf\"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20s%E1%BB%91%201.pdf"
        );
        assert!(!disposition("a\"; b=\"c\r\n.txt").contains(['\r', '\n']));
        assert_eq!(disposition("a\"b").matches('"').count(), 2);
    }

    #[test]
    fn size_is_bounded_at_the_limit() {
        let text = |bytes| Bytes::from(vec![b'a'; bytes]);
        assert_eq!(check("a.txt", &text(0)), Err(FileProblem::Empty));
        assert_eq!(check("a.txt", &text(MAX_FILE_BYTES)).map(|file| file.kind), Ok(Kind::Txt));
        assert_eq!(check("a.txt", &text(MAX_FILE_BYTES + 1)), Err(FileProblem::TooLarge));
    }

    #[test]
    fn what_is_wrong_is_said_in_both_languages() {
        let problems = [
            FileProblem::Empty,
            FileProblem::TooLarge,
            FileProblem::NotTaken,
            FileProblem::Misnamed(Kind::Pdf),
            FileProblem::Closed,
            FileProblem::Macros,
            FileProblem::Damaged(Kind::Docx),
            FileProblem::NotUnicode,
        ];
        for texts in crate::texts::load() {
            for problem in problems {
                let said = problem.say("thư.pdf", &texts);
                assert!(said.contains("thư.pdf") && said.contains(' '), "{problem:?}: {said}");
            }
            assert!(FileProblem::TooMany.say("", &texts).contains('5'));
            assert_eq!(size_shown(1, &texts).split('\u{a0}').next(), Some("1"));
        }
    }
}
