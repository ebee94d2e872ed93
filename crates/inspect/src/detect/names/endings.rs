//! Endings of names: which are run, and which only look like others.

use crate::file_type::{Category, FileType, extension};

/// Endings by which Windows itself starts, installs or interprets a file at a double-click, whatever it holds: they are nothing
/// else's, or (`com`) what else they are does not come by upload.
pub(super) const RUN_BY_NAME: &[&str] = &[
    "exe",
    "com",
    "scr",
    "pif",
    "cpl",
    "bat",
    "cmd",
    "ps1",
    "vbs",
    "vbe",
    "js",
    "jse",
    "wsf",
    "wsh",
    "wsc",
    "hta",
    "lnk",
    "msi",
    "msp",
    "mst",
    "msix",
    "msixbundle",
    "appx",
    "appxbundle",
    "jar",
    "scf",
    "sct",
    "msc",
    "jnlp",
    "appref-ms",
    "settingcontent-ms",
];

/// Further endings that are run, installed or followed at a double-click, but are also those of data, or need a program that
/// not every PC has. Types of files have more endings than these: no one double-clicks `.so`.
const RUN_TOO: &[&str] = &[
    "reg",
    "url",
    "gadget",
    "application",
    "search-ms",
    "searchconnector-ms",
    "library-ms",
    "xll",
    "ps1xml",
    "psc1",
    "ws",
    "shb",
    "shs",
    "hlp",
    "chm",
    "vb",
    "vsix",
    "diagcab",
    "theme",
    "themepack",
    "iqy",
    "apk",
    "dmg",
    "pkg",
    "command",
    "desktop",
    "dll",
    "ocx",
    "sys",
    "au3",
    "a3x",
];

/// Of all these, endings that are also those of words and addresses: alone they say little.
const ALSO_WORDS: &[&str] = &["com", "vb", "ws", "url", "theme", "command", "application", "pkg"];

/// Endings of what people open without a thought, beyond those of the table of types.
const TRUSTED_TOO: &[&str] =
    &["rar", "zip", "7z", "txt", "csv", "html", "htm", "mp3", "mp4", "wav", "avi", "mov", "log", "eml", "msg"];

/// At least so many spaces in a row push an ending out of sight.
const HIDING_SPACES: usize = 6;

/// The longest name that an address has as its first part.
const MAX_HOST_LETTERS: usize = 64;

/// Whether Windows runs, installs or follows what ends so.
pub(crate) fn runs_by_double_click(ending: &str) -> bool {
    runs_by_name(ending) || RUN_TOO.contains(&ending)
}

/// Whether Windows starts what ends so by its name alone.
pub(crate) fn runs_by_name(ending: &str) -> bool {
    RUN_BY_NAME.contains(&ending)
}

/// The last ending, as Windows sees it.
pub(super) fn last(name: &str) -> Option<String> {
    extension(name)
}

/// Whether people take what ends so for a document, a picture, sound or an archive.
fn is_trusted(ending: &str) -> bool {
    TRUSTED_TOO.contains(&ending)
        || FileType::ALL.iter().any(|own| {
            matches!(own.category(), Category::Document | Category::Picture | Category::Media)
                && own.extensions().contains(&ending)
        }) && !runs_by_double_click(ending)
}

/// `hoadon.pdf.exe`: a trusted ending in front of one that is run.
pub(super) fn is_double(name: &str) -> bool {
    let Some(ending) = last(name) else { return false };
    let stem = name.trim_end_matches(['.', ' ']).rsplit_once('.').map_or("", |(stem, _)| stem);
    let Some(before) = last(stem.trim_end()) else { return false };
    let run = runs_by_double_click(&ending)
        || FileType::Php.extensions().contains(&ending.as_str())
        || matches!(ending.as_str(), "jsp" | "asp" | "aspx");
    if !run || !is_trusted(before.trim()) {
        return false;
    }
    // `trang-chu.html.url` and `vnexpress.net.com` are what browsers save; `min.js` is not trusted before.
    let saved_page = matches!(before.as_str(), "html" | "htm") && matches!(ending.as_str(), "url" | "js");
    !(saved_page || ALSO_WORDS.contains(&ending.as_str()) && is_address(name))
}

/// The name of a host: letters, digits, hyphens and dots alone, in lower case.
fn is_address(name: &str) -> bool {
    name.len() <= MAX_HOST_LETTERS
        && name.starts_with("www.")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// A long run of spaces, with an ending behind it.
pub(super) fn is_behind_spaces(name: &str) -> bool {
    let mut run = 0;
    for (at, letter) in name.char_indices() {
        if letter.is_whitespace() || matches!(letter, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '_') {
            run += 1;
        } else {
            run = 0;
        }
        let rest = name.get(at..).unwrap_or_default();
        if run >= HIDING_SPACES
            && extension(rest.trim_start_matches('_')).is_some_and(|ending| runs_by_double_click(&ending))
        {
            return true;
        }
    }
    false
}

/// `invoice_pdf.exe`, `HoaDonPDF.scr`: the word of a trusted ending stands last in front of one that is run.
pub(super) fn is_imitation(name: &str) -> bool {
    let Some(ending) =
        last(name).filter(|ending| runs_by_double_click(ending) && !ALSO_WORDS.contains(&ending.as_str()))
    else {
        return false;
    };
    // Scripts are called after what they work on.
    if matches!(ending.as_str(), "js" | "dll" | "reg" | "au3" | "sys" | "ocx") {
        return false;
    }
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem).trim_end();
    let words = ["pdf", "doc", "docx", "xls", "xlsx", "jpg", "png", "ppt", "pptx", "docs"];
    words.iter().any(|word| {
        let Some(at) = stem.len().checked_sub(word.len()) else { return false };
        let (Some(before), Some(end)) = (stem.get(..at), stem.get(at..)) else { return false };
        let apart = before.ends_with(['_', '-', ' ', '(', '[']);
        let capitals = end.bytes().all(|byte| byte.is_ascii_uppercase()) && before.ends_with(char::is_lowercase);
        end.eq_ignore_ascii_case(word) && (apart || capitals)
    })
}

/// `x.{00000000-0000-0000-0000-000000000000}`.
pub(super) fn is_class(name: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let Some(inner) =
        name.trim_end_matches(['.', ' ']).rsplit_once(".{").and_then(|(_, class)| class.strip_suffix('}'))
    else {
        return false;
    };
    let groups: Vec<&str> = inner.split('-').collect();
    groups.len() == GROUPS.len()
        && groups
            .iter()
            .zip(GROUPS)
            .all(|(group, length)| group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
