//! The names of the entries of a ZIP: up to four for one entry, which should be the same.

use khien_model::text::nfc;

use super::layout::Entry;
use super::records::Header;
use crate::Location;
use crate::kinds::archives::{ZIP_HEADERS_DIFFER, ZIP_NAMES_DIFFER};
use crate::unpack::archive::Archive;
use crate::unpack::code_page;
use crate::walk::Inside;

/// The name of an entry, as most programs show it.
pub(super) fn of(header: &Header<'_>) -> String {
    let unicode = header.unicode_name.and_then(|name| std::str::from_utf8(name).ok());
    unicode.map_or_else(|| plain(header), |name| nfc(name).into_owned())
}

/// The name without the extra field of Info-ZIP.
fn plain(header: &Header<'_>) -> String {
    if header.is_utf_8() {
        let text = String::from_utf8_lossy(header.raw_name);
        return nfc(&text).into_owned();
    }
    code_page::name(header.raw_name)
}

/// Compares all names of an entry.
pub(super) fn check(entry: &Entry<'_>, archive: &mut Archive, inside: &mut Inside<'_, '_>) {
    let local = Some(&entry.local.header).filter(|header| !header.is_masked());
    let headers: Vec<&Header<'_>> = entry.centrals.iter().map(|central| &central.header).chain(local).collect();
    let Some(first) = headers.first() else { return };
    let shown = of(first);
    for header in &headers {
        if header.raw_name != first.raw_name {
            compare(&shown, &of(header), archive, inside);
        }
        if header.unicode_name.is_some() {
            compare(&of(header), &plain(header), archive, inside);
        }
    }
}

/// Tells of two names that are not the same, gravely if they end differently: then two programs see two kinds of file.
fn compare(one: &str, other: &str, archive: &mut Archive, inside: &mut Inside<'_, '_>) {
    let (one_path, other_path) = (one.replace('\\', "/"), other.replace('\\', "/"));
    if one_path == other_path || one.is_empty() || other.is_empty() {
        return;
    }
    let text = format!("{one} | {other}");
    let location = Location::Field(one.to_owned());
    // A name that was written in another code page, or with question marks, differs in its letters alone.
    let transcribed = [one, other].iter().any(|name| !name.is_ascii() || name.contains(['?', '_']));
    if transcribed && extension(&one_path) == extension(&other_path) {
        // Info-ZIP keeps both forms of such a name by design.
        return;
    }
    let kind = if extension(&one_path) == extension(&other_path) { &ZIP_HEADERS_DIFFER } else { &ZIP_NAMES_DIFFER };
    archive.tell(inside, kind, location, &text);
}

fn extension(path: &str) -> Option<String> {
    let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())
}
