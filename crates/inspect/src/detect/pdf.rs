//! What a PDF does, or lets its reader do: actions, scripts, forms, links.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::pdf as kinds;
use crate::unpack::pdf::object::{Dictionary, Object, readable};
use crate::unpack::pdf::{Pdf, Script, Stored, each_dictionary};
use crate::walk::Inside;
use crate::{Kind, Location};

/// How many filters in a row no honest writer uses.
const MANY_FILTERS: usize = 4;

/// How many objects that run by themselves are followed.
const MAX_AUTOMATIC: usize = 100_000;

/// Names that do something, or lead to what does.
const ACTIVE_NAMES: &[&str] = &[
    "JavaScript",
    "JS",
    "OpenAction",
    "AA",
    "Launch",
    "Action",
    "Win",
    "EmbeddedFile",
    "EmbeddedFiles",
    "EF",
    "Filespec",
    "SubmitForm",
    "ImportData",
    "GoToE",
    "GoToR",
    "URI",
    "RichMedia",
    "XFA",
    "AcroForm",
    "Names",
    "ObjStm",
    "JBIG2Decode",
    "Filter",
    "FlateDecode",
    "Encrypt",
    "FileAttachment",
];

/// Endings of programs, scripts and archives.
const PROGRAM_ENDINGS: &[&str] = &[
    "exe", "scr", "com", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi", "msix", "appx",
    "jar", "lnk", "cpl", "dll", "apk", "iso", "img", "vhd", "zip", "rar", "7z", "cab", "ace", "gz", "docm", "xlsm",
    "pptm", "xll",
];

/// Endings of what `Launch` is used for honestly: other documents, films and sounds.
const DOCUMENT_ENDINGS: &[&str] = &[
    "pdf", "txt", "doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "csv", "htm", "html", "xml", "png",
    "jpg", "jpeg", "gif", "tif", "tiff", "avi", "mp4", "mov", "mpg", "mpeg", "wmv", "mp3", "wav", "wmf", "eps", "ps",
    "rtf",
];

/// Calls and words that attacks on viewers are known by.
const EXPLOIT_SIGNS: &[&str] = &[
    "collab.collectemailinfo",
    "collab.geticon",
    "media.newplayer",
    "spell.customdictionaryopen",
    "util.printf(\"%45000",
    "doc.printseps",
    "unescape(\"%u",
    "unescape('%u",
    "this.getannots({npage:0})[0].subject",
    "getannotsrichtext",
    "%u9090%u9090",
    "\\u9090\\u9090",
    "%u0c0c%u0c0c",
];

/// Where something is found.
#[derive(Clone, Copy)]
struct Place<'p> {
    field: &'p Location,
    /// The script that the object runs out of a stream.
    script: Option<&'p str>,
}

/// Tells what is found in `pdf`, whose `scripts` were read.
pub(crate) fn look(pdf: &Pdf<'_>, scripts: &[Script], inside: &mut Inside<'_, '_>) {
    for script in scripts {
        self::script(script, inside);
    }
    let automatic = automatic(pdf);
    let texts: BTreeMap<u32, &str> = scripts.iter().map(|script| (script.number, script.text.as_str())).collect();
    for stored in &pdf.objects {
        let field = Location::Field(format!("object {}", stored.number));
        let place = Place { field: &field, script: texts.get(&stored.number).copied() };
        let own = automatic.contains(&stored.number);
        let own = own && !stored.object.dictionary().is_some_and(is_shown);
        each_dictionary(&stored.object, &mut |dictionary| {
            action(pdf, dictionary, own, place, inside);
            for key in ["OpenAction", "AA"] {
                let Some(value @ Object::Dictionary(_)) = dictionary.get(key) else { continue };
                each_dictionary(value, &mut |own| runs_by_itself(pdf, own, place, inside));
            }
        });
        filters(pdf, stored, &field, inside);
    }
    for name in pdf.obscured.iter().filter(|name| ACTIVE_NAMES.contains(&name.as_str())) {
        inside.found(&kinds::OBSCURED_NAME, Location::Whole, format!("/{name}"));
    }
    if let [_, second, ..] = pdf.headers.as_slice() {
        inside.found(&kinds::SECOND_HEADER, Location::Offset(*second as u64), format!("{} × %PDF-", pdf.headers.len()));
    }
}

/// Tells what is found in a form in XML.
pub(crate) fn form(number: u32, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let field = Location::Field(format!("object {number}"));
    inside.found(&kinds::XFA, field.clone(), "/XFA");
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    text.make_ascii_lowercase();
    if let Some((_, behind)) = text.split_once("<script").or_else(|| text.split_once(":script")) {
        inside.found(&kinds::XFA_SCRIPT, field, format!("<script{behind}"));
    }
}

fn script(script: &Script, inside: &mut Inside<'_, '_>) {
    let field = Location::Field(format!("object {}", script.number));
    if is_form_script(&script.text) {
        inside.found(&kinds::FORM_SCRIPT, field, &script.text);
        return;
    }
    inside.found(&kinds::JAVASCRIPT, field.clone(), &script.text);
    let mut plain: String = script.text.chars().filter(|letter| !letter.is_whitespace()).collect();
    plain.make_ascii_lowercase();
    if let Some(sign) = EXPLOIT_SIGNS.iter().find(|sign| plain.contains(**sign)) {
        inside.found(&kinds::EXPLOIT, field.clone(), sign);
    }
    if plain.contains("exportdataobject") && plain.contains("nlaunch") {
        inside.found(&kinds::OPENS_ATTACHMENT, field, &script.text);
    }
}

/// Whether a script does nothing but call the functions for forms (`AFNumber_Format(2, 0, …);`) with plain values.
fn is_form_script(text: &str) -> bool {
    let mut calls = text.split(';').map(str::trim).filter(|call| !call.is_empty()).peekable();
    calls.peek().is_none()
        || calls.all(|call| {
            let Some((function, rest)) = call.split_once('(') else { return false };
            let known = function.starts_with("AF")
                && function.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            let values = rest.trim_end().strip_suffix(')');
            known && values.is_some_and(|values| is_plain(values.trim()))
        })
}

/// Whether the values of a call are numbers, texts, lists of them: nothing that is called or reckoned.
fn is_plain(values: &str) -> bool {
    let mut quoted: Option<char> = None;
    let mut letters = values.chars().peekable();
    let mut word = String::new();
    while let Some(letter) = letters.next() {
        if let Some(quote) = quoted {
            if letter == '\\' {
                letters.next();
            } else if letter == quote {
                quoted = None;
            }
            continue;
        }
        match letter {
            '"' | '\'' => quoted = Some(letter),
            letter if letter.is_ascii_alphanumeric() || letter == '_' => word.push(letter),
            _ => {
                // A list of names of fields is written `new Array("a", "b")`.
                let known = word.is_empty() || is_plain_word(&word);
                if !known || !matches!(letter, ',' | ' ' | '-' | '.' | '[' | ']' | '\t' | '\r' | '\n' | '(' | ')') {
                    return false;
                }
                word.clear();
            }
        }
    }
    quoted.is_none() && (word.is_empty() || is_plain_word(&word))
}

fn is_plain_word(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_digit()) || matches!(word, "true" | "false" | "new" | "Array")
}

/// The numbers of the objects that run by themselves: at opening, at a page, and the scripts of the document.
fn automatic(pdf: &Pdf<'_>) -> BTreeSet<u32> {
    let mut reached = BTreeSet::new();
    let mut next = Vec::new();
    for stored in &pdf.objects {
        each_dictionary(&stored.object, &mut |dictionary| {
            for key in ["OpenAction", "AA"] {
                // An array is a place in the document, which only is shown.
                if let Some(value) = dictionary.get(key).filter(|value| !matches!(value, Object::Array(_))) {
                    references(value, &mut next);
                }
            }
            // The tree of names of the scripts of the document.
            match dictionary.get("JavaScript") {
                Some(Object::Reference(number)) => next.push(*number),
                Some(tree @ Object::Dictionary(_)) => references(tree, &mut next),
                _ => {}
            }
        });
    }
    while let Some(number) = next.pop() {
        if reached.len() >= MAX_AUTOMATIC || !reached.insert(number) {
            continue;
        }
        for (_, stored) in pdf.all(number) {
            let Some(dictionary) = stored.object.dictionary() else { continue };
            for key in ["Next", "Kids", "Names", "JS"] {
                if let Some(value) = dictionary.get(key) {
                    references(value, &mut next);
                }
            }
            // The entries of `/AA` when it is an object of its own.
            if !dictionary.has("S") && !dictionary.has("Type") {
                dictionary.entries.iter().for_each(|(_, value)| references(value, &mut next));
            }
        }
    }
    reached
}

/// Whether a dictionary is a page or something on it: where an action leads, not an action.
fn is_shown(dictionary: &Dictionary) -> bool {
    ["Page", "Pages", "Annot", "Catalog"].iter().any(|name| dictionary.is("Type", name))
}

/// The references to actions in a value; those of a place in the document are left out, as it only is shown.
fn references(value: &Object, next: &mut Vec<u32>) {
    match value {
        Object::Reference(number) => next.push(*number),
        Object::Array(members) => members.iter().for_each(|member| references(member, next)),
        Object::Dictionary(dictionary) => {
            for (key, value) in &dictionary.entries {
                if !matches!(key.as_slice(), b"D" if dictionary.has("S")) && key != b"P" && key != b"Parent" {
                    references(value, next);
                }
            }
        }
        _ => {}
    }
}

/// What one dictionary does, if it is an action or an annotation.
fn action(pdf: &Pdf<'_>, dictionary: &Dictionary, automatic: bool, place: Place<'_>, inside: &mut Inside<'_, '_>) {
    if automatic {
        runs_by_itself(pdf, dictionary, place, inside);
    }
    let field = place.field;
    let annotation = dictionary.get("Subtype").map(|own| pdf.resolve(own)).and_then(Object::name);
    if matches!(annotation, Some(b"RichMedia"))
        || (dictionary.has("OnInstantiate") && !matches!(annotation, Some(b"Link")))
    {
        inside.found(&kinds::RICH_MEDIA, field.clone(), "/RichMedia");
    }
    let Some(kind) = kind_of(pdf, dictionary) else { return };
    let target = target(pdf, dictionary);
    match kind {
        b"Launch" => {
            let windows = dictionary.get("Win").and_then(|own| pdf.resolve(own).dictionary());
            let document = ending(&target).is_some_and(|ending| DOCUMENT_ENDINGS.contains(&ending.as_str()));
            let mild = (document || target.is_empty()) && windows.is_none() && !automatic;
            let kind: &'static Kind = if mild { &kinds::LAUNCH_DOCUMENT } else { &kinds::LAUNCH };
            inside.found(kind, field.clone(), format!("/Launch {target}"));
        }
        b"SubmitForm" => inside.found(&kinds::SUBMITS, field.clone(), format!("/SubmitForm {target}")),
        b"ImportData" => inside.found(&kinds::IMPORTS, field.clone(), format!("/ImportData {target}")),
        b"RichMediaExecute" => inside.found(&kinds::RICH_MEDIA, field.clone(), "/RichMediaExecute"),
        b"URI" => link(&target, field, inside),
        _ => {}
    }
    if matches!(kind, b"GoToR" | b"GoToE" | b"Launch" | b"SubmitForm" | b"ImportData" | b"URI") && is_far(&target) {
        inside.found(&kinds::FAR_FILE, field.clone(), &target);
    }
}

/// What kind of action a dictionary is.
fn kind_of<'o>(pdf: &'o Pdf<'_>, dictionary: &'o Dictionary) -> Option<&'o [u8]> {
    dictionary.get("S").map(|own| pdf.resolve(own)).and_then(Object::name)
}

/// Says so if a dictionary is an action that does more than show a place.
fn runs_by_itself(pdf: &Pdf<'_>, dictionary: &Dictionary, place: Place<'_>, inside: &mut Inside<'_, '_>) {
    let Some(kind) = kind_of(pdf, dictionary) else { return };
    if !matches!(
        kind,
        b"JavaScript"
            | b"Launch"
            | b"URI"
            | b"SubmitForm"
            | b"ImportData"
            | b"GoToE"
            | b"GoToR"
            | b"RichMediaExecute"
            | b"Rendition"
    ) {
        return;
    }
    let source = dictionary.get("JS").map(|own| pdf.resolve(own));
    let said = match source {
        Some(Object::Text(text)) => readable(text),
        Some(_) => place.script.unwrap_or_default().to_owned(),
        None => target(pdf, dictionary),
    };
    let harmless_script = source.is_some() && !said.is_empty() && is_form_script(&said);
    let harmless_film = kind == b"Rendition" && source.is_none();
    if !harmless_script && !harmless_film {
        inside.found(&kinds::AUTOMATIC, place.field.clone(), format!("/{} {said}", String::from_utf8_lossy(kind)));
    }
}

/// Where an action leads: a file, an address, and the parameters for Windows.
fn target(pdf: &Pdf<'_>, dictionary: &Dictionary) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut add = |object: &Object| {
        if let Some(text) = pdf.resolve(object).text() {
            let text = readable(text);
            if !said.contains(&text) {
                said.push(text);
            }
        }
    };
    for key in ["URI", "F", "UF", "Win", "Unix", "Mac"] {
        let Some(value) = dictionary.get(key) else { continue };
        add(value);
        if let Some(file) = pdf.resolve(value).dictionary() {
            for key in ["F", "UF", "URI", "DOS", "P", "D", "O"] {
                if let Some(value) = file.get(key) {
                    add(value);
                }
            }
        }
    }
    said.join(" ")
}

fn link(target: &str, field: &Location, inside: &mut Inside<'_, '_>) {
    let mut plain: String = target.chars().filter(|letter| !letter.is_whitespace()).collect();
    plain.make_ascii_lowercase();
    if ["javascript:", "vbscript:", "file:", "data:", "ms-msdt:", "search-ms:"]
        .iter()
        .any(|scheme| plain.starts_with(scheme))
    {
        inside.found(&kinds::LINK_SCRIPT, field.clone(), target);
    } else if ending(&plain).is_some_and(|ending| PROGRAM_ENDINGS.contains(&ending.as_str())) {
        inside.found(&kinds::LINK_PROGRAM, field.clone(), target);
    }
}

/// The ending of the file that an address or path leads to, in lower case.
fn ending(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?;
    let file = path.rsplit(['/', '\\']).next()?;
    // `https://example.vn` has a host, not a file.
    if path.split_once("://").is_some_and(|(_, rest)| !rest.contains('/')) {
        return None;
    }
    file.rsplit_once('.').map(|(_, ending)| ending.trim().to_lowercase())
}

/// Whether a path is on another computer.
fn is_far(target: &str) -> bool {
    let target = target.trim_start();
    let path = target
        .get(..5)
        .filter(|start| start.eq_ignore_ascii_case("file:"))
        .map_or(target, |start| target.strip_prefix(start).unwrap_or(target));
    let is_share = path.starts_with(r"\\") || (path.starts_with("//") && path.len() == target.len());
    // `file://host/share`, but not `file:///C:/x`.
    let is_address = path.len() < target.len() && path.starts_with("//") && !path.starts_with("///");
    is_share || is_address
}

fn filters(pdf: &Pdf<'_>, stored: &Stored, field: &Location, inside: &mut Inside<'_, '_>) {
    let Some(dictionary) = stored.object.dictionary().filter(|_| stored.stream.is_some()) else { return };
    let Some(Object::Array(filters)) = dictionary.get("Filter").map(|own| pdf.resolve(own)) else { return };
    if filters.len() >= MANY_FILTERS {
        let names = filters.iter().filter_map(|own| pdf.resolve(own).name());
        let names: Vec<_> = names.map(String::from_utf8_lossy).collect();
        inside.found(&kinds::MANY_FILTERS, field.clone(), names.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_forms_are_known() {
        for (text, form) in [
            ("AFNumber_Format(2, 0, 0, 0, \"\", true);", true),
            ("AFSimple_Calculate(\"SUM\", new Array (\"a\", \"b\"));", true),
            ("AFDate_FormatEx(\"dd/mm/yyyy\");\n", true),
            ("AFNumber_Format(app.alert(1));", false),
            ("AFNumber_Format(2);app.alert(1)", false),
            ("app.alert('x')", false),
            ("AFNumber_Format(2, eval", false),
        ] {
            assert_eq!(is_form_script(text), form, "{text}");
        }
    }

    #[test]
    fn far_files_are_told_from_near_ones() {
        for (target, far) in [
            (r"\\10.0.0.1\share\x", true),
            ("//server/share", true),
            ("file://server/share", true),
            (r"file:\\server\share", true),
            ("file:///C:/x.pdf", false),
            ("https://thads.moj.gov.vn/x", false),
            ("other.pdf", false),
            ("", false),
        ] {
            assert_eq!(is_far(target), far, "{target}");
        }
    }

    #[test]
    fn endings_are_those_of_files() {
        for (target, expected) in [
            ("https://x.vn/a/Setup.EXE?b=1", Some("exe")),
            ("https://example.com", None),
            ("C:\\a.b\\c", None),
            ("thư mục/bản.pdf#page=2", Some("pdf")),
        ] {
            assert_eq!(ending(target).as_deref(), expected, "{target}");
        }
    }
}
