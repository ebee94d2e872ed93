//! Web pages, pictures of SVG and scripts of pages: what they hide and what they do when opened.

mod elements;
mod literals;
mod page;
mod scrambled;

use self::literals::Literal;
use super::carried::{Carried, carried};
use super::signs::{Signs, around};
use crate::file_type::identify;
use crate::kinds::web;
use crate::unpack::encoded::{blobs, line};
use crate::walk::{Inside, Part};
use crate::{FileType, Limit, Location, Reason, encoded, text};

/// Data that no type is known for count from this size on, in bytes.
const MIN_UNKNOWN: usize = 1024;

/// How many files are taken out of one page.
const MAX_FILES: usize = 1_000;

/// The shortest data in an address that are looked into, in bytes.
const MIN_DATA: usize = 32;

/// What makes a download out of data, in lower case.
const DOWNLOADS: &[&str] = &[
    "createobjecturl",
    "mssaveoropenblob",
    "mssaveblob",
    ".download=",
    ".download =",
    "'download'",
    "\"download\"",
    "new blob(",
    "new file(",
    "showsavefilepicker",
    "window.saveas",
    "adodb.stream",
    "savetofile",
];

/// A file that was hidden in a page.
struct Hidden {
    line: u64,
    how: &'static str,
    bytes: Vec<u8>,
    /// What it was written as, to be shown.
    shown: String,
}

/// What was gathered from a page or script.
#[derive(Default)]
struct Gathered {
    hidden: Vec<Hidden>,
    /// Data of no known type.
    unknown: Vec<Hidden>,
    /// Whether there is more than is taken.
    more: bool,
}

/// Looks at a page or a picture of SVG.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let page = page::read(&text);
    let picture = part.types.contains(&FileType::Svg) && !part.types.contains(&FileType::Html);
    let mut scripts: String = page.scripts.iter().map(|script| script.text.to_ascii_lowercase() + "\n").collect();
    let (mut signs, mut gathered) = (Signs::default(), Gathered::default());
    for script in &page.scripts {
        gathered.script(&script.text, script.line, &mut signs);
    }
    for element in &page.elements {
        for (name, value) in &element.attributes {
            if name.starts_with("on") {
                scripts.push_str(&value.to_ascii_lowercase());
                gathered.script(value, element.line, &mut signs);
            } else {
                gathered.value(value, element.line);
            }
        }
    }
    for (line, run) in &page.runs {
        gathered.run(run, *line);
    }
    elements::look(&page, &scripts, picture, &mut signs);
    let link = page.elements.iter().any(|element| {
        element.name == "a"
            && element.attributes.iter().any(|(name, _)| name == "download")
            && element.get("href").starts_with("data:")
    });
    let downloads = link || DOWNLOADS.iter().any(|word| scripts.contains(word));
    for script in page.elements.iter().filter(|element| !element.get("srcdoc").is_empty()) {
        let taken = inside.take(script.get("srcdoc").as_bytes().to_vec());
        inside.child(&format!("line {} srcdoc.html", script.line), "srcdoc", &taken);
    }
    gathered.tell(downloads, &mut signs, inside);
    signs.tell(inside);
    if page.more {
        inside.reason(Reason::limit(Limit::Reader, page::MAX_TAGS as u64));
    }
}

/// Looks at a script that stands by itself.
pub(super) fn look_script(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let (mut signs, mut gathered) = (Signs::default(), Gathered::default());
    gathered.script(&text, 1, &mut signs);
    let lower = text.to_ascii_lowercase();
    gathered.tell(DOWNLOADS.iter().any(|word| lower.contains(word)), &mut signs, inside);
    signs.tell(inside);
}

impl Gathered {
    /// A script that begins in this line.
    fn script(&mut self, script: &str, first: u64, signs: &mut Signs) {
        let place = |at: usize| first + line(script, at) - 1;
        let (literals, more) = literals::strings(script);
        self.more |= more;
        for literal in &literals {
            self.literal(literal, place(literal.at));
        }
        for (at, bytes) in literals::lists(script) {
            self.bytes(place(at), "numbers", bytes, around(script, at));
        }
        if let Some((kind, why)) = scrambled::judged(script, &script.to_ascii_lowercase(), &literals) {
            signs.add(kind, Location::Line(first), why);
        }
    }

    /// The value of an attribute.
    fn value(&mut self, value: &str, line: u64) {
        if value.len() < MIN_DATA {
            return;
        }
        if let Some((_, bytes)) = encoded::data_address(value) {
            self.bytes(line, "data address", bytes, around(value, 0));
        } else if value.len() >= literals::MIN_BYTES {
            self.literal(&Literal { at: 0, text: value.to_owned(), escaped: false }, line);
        }
    }

    /// A long run of text outside of scripts.
    fn run(&mut self, run: &str, first: u64) {
        let (found, more) = blobs::known(run);
        self.more |= more;
        for blob in found {
            self.bytes(first + line(run, blob.at) - 1, blob.how, blob.bytes, around(run, blob.at));
        }
        for (at, _) in run.match_indices("data:").take(MAX_FILES) {
            let address = run.get(at..).unwrap_or_default().split([')', '"', '\'', '\\']).next().unwrap_or_default();
            if address.len() >= MIN_DATA
                && let Some((_, bytes)) = encoded::data_address(address)
            {
                self.bytes(first + line(run, at) - 1, "data address", bytes, around(run, at));
            }
        }
    }

    /// A text of a script: whatever it is written in.
    fn literal(&mut self, literal: &Literal, line: u64) {
        let text = literal.text.trim();
        let shown = around(text, 0);
        if let Some((_, bytes)) = encoded::data_address(text) {
            return self.bytes(line, "data address", bytes, shown);
        }
        let known = |bytes: &Vec<u8>| identify("", bytes).iter().any(|own| *own != FileType::Text);
        if literal.escaped {
            let raw: Option<Vec<u8>> =
                literal.text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
            if let Some(raw) = raw.filter(known) {
                return self.bytes(line, "escapes", raw, shown);
            }
        }
        let ways: [(&str, &dyn Fn() -> Option<Vec<u8>>); 5] = [
            ("hex", &|| encoded::hex(text.as_bytes())),
            ("base64", &|| encoded::base64(text.as_bytes())),
            ("base64 reversed", &|| encoded::base64(&text.bytes().rev().collect::<Vec<u8>>())),
            ("numbers", &|| encoded::numbers(text)),
            ("percent", &|| encoded::percent(text)),
        ];
        for (how, decode) in ways {
            if let Some(bytes) = decode().filter(known) {
                return self.bytes(line, how, bytes, shown);
            }
        }
        if let Some(bytes) = encoded::base64(text.as_bytes()).filter(|bytes| bytes.len() >= MIN_UNKNOWN)
            && self.unknown.len() < MAX_FILES
        {
            self.unknown.push(Hidden { line, how: "base64", bytes, shown: shown.to_owned() });
        }
    }

    fn bytes(&mut self, line: u64, how: &'static str, bytes: Vec<u8>, shown: &str) {
        if self.hidden.len() >= MAX_FILES {
            self.more = true;
        } else if !self.hidden.iter().any(|hidden| hidden.bytes == bytes) {
            self.hidden.push(Hidden { line, how, bytes, shown: shown.to_owned() });
        }
    }

    /// Tells what was hidden, and looks into it.
    fn tell(self, downloads: bool, signs: &mut Signs, inside: &mut Inside<'_, '_>) {
        for hidden in self.hidden {
            let types = identify("", &hidden.bytes);
            let place = Location::Line(hidden.line);
            match carried(&types) {
                Carried::Program if downloads => signs.add(&web::SMUGGLED_FILE, place, hidden.shown),
                Carried::Program => signs.add(&web::FILE_AS_TEXT, place, hidden.shown),
                Carried::Document if downloads => signs.add(&web::SMUGGLED_DATA, place, hidden.shown),
                _ => {}
            }
            give(hidden.line, hidden.how, hidden.bytes, !types.is_empty(), inside);
        }
        for hidden in self.unknown.into_iter().filter(|_| downloads) {
            signs.add(&web::SMUGGLED_DATA, Location::Line(hidden.line), hidden.shown);
            give(hidden.line, hidden.how, hidden.bytes, false, inside);
        }
        if self.more {
            inside.reason(Reason::limit(Limit::Reader, MAX_FILES as u64));
        }
    }
}

fn give(line: u64, how: &'static str, bytes: Vec<u8>, known: bool, inside: &mut Inside<'_, '_>) {
    let taken = inside.take(bytes);
    let name = format!("line {line} {how}");
    if known {
        inside.child(&name, how, &taken);
    } else {
        inside.piece(&name, how, &taken);
    }
}

#[cfg(test)]
mod tests;
