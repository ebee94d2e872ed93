//! Mails (RFC 5322) and their parts (MIME): every part byte for byte, also where a mail contradicts itself.

use std::borrow::Cow;

use super::header::{Header, MAX_FIELDS, Value, letters, words};
use super::multipart::{MAX_PARTS, shown_boundary, split};
use super::transfer::carried;
use super::{password_words, pgp, transfer};
use crate::kinds::mail as kinds;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// How deeply parts are read in one another.
const MAX_LEVELS: usize = 40;

/// How many readings of one part are looked into, if its header says different things of it.
const MAX_READINGS: usize = 4;

/// How many bytes are read for each byte of the mail: a part that says different things of itself is read again.
const WORK_RATIO: usize = 64;

/// How many bytes may be read of any mail, however small.
const WORK_LEAST: usize = 1024 * 1024;

/// The type of a part that says none.
const USUAL_KIND: &str = "text/plain";

/// The longest preamble that only says that the mail has parts.
const USUAL_PREAMBLE_BYTES: usize = 200;

/// Opens a mail.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let work_left = part.bytes.len().saturating_mul(WORK_RATIO).max(WORK_LEAST);
    let room = part.bytes.len().saturating_mul(MAX_READINGS).max(WORK_LEAST);
    let mut mail = Mail { leaves: Vec::new(), reasons: Vec::new(), work_left, room };
    let start = part.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let bytes = part.bytes.get(start..).unwrap_or_default();
    mail.entity(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), 0, USUAL_KIND, inside);
    let mut passwords = Vec::new();
    for subject in Header::read(bytes).0.all("subject") {
        password_words::candidates(&words(&subject), &mut passwords);
    }
    for leaf in mail.leaves.iter().filter(|leaf| leaf.is_text()) {
        let text = letters(&leaf.charset, &leaf.bytes);
        let text = if leaf.kind == "text/html" { password_words::without_tags(&text) } else { text.into_owned() };
        password_words::candidates(&text, &mut passwords);
    }
    inside.suggest(passwords);
    for leaf in &mail.leaves {
        leaf.look(inside);
    }
    for reason in mail.reasons {
        inside.reason(reason);
    }
    Ok(())
}

/// What a mail was taken apart into.
struct Mail<'b> {
    leaves: Vec<Leaf<'b>>,
    reasons: Vec<Reason>,
    /// How many more bytes are read.
    work_left: usize,
    /// How many more bytes may be kept of what was carried as text.
    room: usize,
}

/// A part that has no parts.
struct Leaf<'b> {
    /// Its names, if it says any.
    names: Vec<String>,
    /// Its type, as it says.
    kind: String,
    charset: String,
    bytes: Cow<'b, [u8]>,
    how: &'static str,
    /// Which part of the mail it is.
    number: usize,
}

impl<'b> Mail<'b> {
    /// Reads a mail or one of its parts, whose type is `usual` if it says none.
    fn entity(&mut self, bytes: &'b [u8], level: usize, usual: &str, inside: &mut Inside<'_, '_>) {
        self.work_left = self.work_left.saturating_sub(bytes.len());
        if self.work_left == 0 {
            self.reasons.push(Reason::limit(Limit::Reader, WORK_RATIO as u64));
            return;
        }
        let (header, body) = Header::read(bytes);
        if header.cut {
            self.reasons.push(Reason::limit(Limit::Reader, MAX_FIELDS as u64));
        }
        if level > MAX_LEVELS {
            self.reasons.push(Reason::limit(Limit::Reader, MAX_LEVELS as u64));
            return;
        }
        // A part without any header has an empty line first; without that its first line is text.
        let body = if header.is_empty() && level == 0 { bytes } else { body };
        let kinds: Vec<Value> = header.all("content-type").iter().map(|value| Value::read(value)).collect();
        let encodings = encodings(&header);
        if kinds.len() > 1 || encodings.len() > 1 {
            let said = header.all("content-type").into_iter().chain(header.all("content-transfer-encoding"));
            inside.found(&kinds::AMBIGUOUS, Location::Field("header".to_owned()), said.collect::<Vec<_>>().join(" | "));
        }
        let mut was_multipart = false;
        for kind in kinds.iter().take(MAX_READINGS).filter(|kind| kind.main.starts_with("multipart/")) {
            for encoding in encodings.iter().take(MAX_READINGS) {
                was_multipart |= self.multipart(body, encoding, kind, level, inside);
            }
        }
        let is_leaf = kinds.is_empty() || kinds.iter().any(|kind| !kind.main.starts_with("multipart/"));
        if is_leaf || !was_multipart {
            for encoding in encodings.iter().take(MAX_READINGS) {
                self.leaf(&header, &kinds, body, encoding, usual);
            }
        }
    }

    /// Reads the parts of a body; whether it has any.
    fn multipart(
        &mut self,
        body: &'b [u8],
        encoding: &str,
        kind: &Value,
        level: usize,
        inside: &mut Inside<'_, '_>,
    ) -> bool {
        // No part of many is encoded as a whole, by the rules; some programs read it all the same.
        if matches!(encoding, "base64" | "quoted-printable") {
            let (decoded, how) = decoded(body, encoding);
            if split(&decoded, kind.first("boundary").unwrap_or_default().as_bytes()).parts.is_empty() {
                return self.parts(body, kind, level, inside);
            }
            let unpacked = inside.take(decoded.into_owned());
            inside.child("multipart.eml", how, &unpacked);
            return true;
        }
        self.parts(body, kind, level, inside)
    }

    fn parts(&mut self, body: &'b [u8], kind: &Value, level: usize, inside: &mut Inside<'_, '_>) -> bool {
        // A digest is a row of mails.
        let usual = if kind.main == "multipart/digest" { "message/rfc822" } else { USUAL_KIND };
        let mut any = false;
        let told = kind.all("boundary").iter().map(|boundary| boundary.trim_end().as_bytes());
        for boundary in told.take(MAX_READINGS) {
            any |= self.parts_between(body, boundary, level, usual, inside);
        }
        match shown_boundary(body) {
            Some(boundary) if !any => {
                inside.found(
                    &kinds::AMBIGUOUS,
                    Location::Field("boundary".to_owned()),
                    String::from_utf8_lossy(boundary),
                );
                self.parts_between(body, boundary, level, usual, inside)
            }
            _ => any,
        }
    }

    fn parts_between(
        &mut self,
        body: &'b [u8],
        boundary: &[u8],
        level: usize,
        usual: &str,
        inside: &mut Inside<'_, '_>,
    ) -> bool {
        self.work_left = self.work_left.saturating_sub(body.len());
        let multipart = split(body, boundary);
        if multipart.cut {
            self.reasons.push(Reason::limit(Limit::Reader, MAX_PARTS as u64));
        }
        for part in &multipart.parts {
            if self.leaves.len() >= MAX_PARTS {
                self.reasons.push(Reason::limit(Limit::Reader, MAX_PARTS as u64));
                return true;
            }
            self.entity(part, level + 1, usual, inside);
        }
        let usual = multipart.preamble.len() <= USUAL_PREAMBLE_BYTES;
        let preamble = if usual && carried(multipart.preamble).is_empty() { &[] } else { multipart.preamble };
        for rest in [preamble, multipart.epilogue] {
            if !rest.trim_ascii().is_empty() && !multipart.parts.is_empty() {
                self.add(Vec::new(), "text/plain", "", Cow::Borrowed(rest), "mail");
            }
        }
        !multipart.parts.is_empty()
    }

    fn leaf(&mut self, header: &Header, kinds: &[Value], body: &'b [u8], encoding: &str, usual: &str) {
        let kind = kinds.first().map(|kind| kind.main.clone()).filter(|kind| !kind.is_empty());
        let kind = kind.unwrap_or_else(|| usual.to_owned());
        let mut names: Vec<String> = Vec::new();
        let disposition = header.all("content-disposition");
        let dispositions: Vec<Value> = disposition.iter().map(|value| Value::read(value)).collect();
        let told =
            dispositions.iter().flat_map(|own| own.all("filename")).chain(kinds.iter().flat_map(|own| own.all("name")));
        for name in told.filter(|name| !name.is_empty()) {
            let name = without_folder(name);
            if !names.contains(&name) && names.len() < MAX_READINGS {
                names.push(name);
            }
        }
        // Pages saved with their pictures name their parts by where they came from.
        if names.is_empty()
            && let Some(location) = header.first("content-location")
        {
            let path = location.split(['?', '#']).next().unwrap_or_default();
            names.extend(path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).map(str::to_owned));
        }
        if kind == "message/partial" {
            self.reasons.push(Reason::incomplete("the other mails of message/partial"));
        }
        if kind == "message/external-body" {
            self.reasons.push(Reason::unsupported("message/external-body"));
        }
        let charset = kinds.first().and_then(|kind| kind.first("charset")).unwrap_or_default().to_owned();
        let (bytes, how) = decoded(body, encoding);
        if let Cow::Owned(own) = &bytes {
            let Some(room) = self.room.checked_sub(own.len()) else {
                self.reasons.push(Reason::limit(Limit::Reader, MAX_READINGS as u64));
                return;
            };
            self.room = room;
        }
        if kind == "application/pgp-encrypted" || (kind.starts_with("text/") && pgp::is_message(&bytes)) {
            self.reasons.push(Reason::Encrypted);
        }
        // Programs show the first of several files; the others are carried all the same.
        if how == "mail uuencode" && carried(body).len() > 1 {
            self.add(Vec::new(), USUAL_KIND, "", Cow::Borrowed(body), "mail");
        }
        // Some programs stop at the padding of base64, others go on: lists put their footers there.
        if how == "mail base64"
            && let Some(first) = transfer::base64_to_padding(body)
        {
            self.add(names.clone(), &kind, &charset, Cow::Owned(first), how);
        }
        self.add(names, &kind, &charset, bytes, how);
    }

    fn add(&mut self, names: Vec<String>, kind: &str, charset: &str, bytes: Cow<'b, [u8]>, how: &'static str) {
        let (kind, charset, number) = (kind.to_owned(), charset.to_owned(), self.leaves.len() + 1);
        self.leaves.push(Leaf { names, kind, charset, bytes, how, number });
    }
}

/// A name without the folder on the disk of who sent it, as old programs write it.
pub(super) fn without_folder(name: &str) -> String {
    let is_whole_path = matches!(name.as_bytes(), [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    let last = name.rsplit('\\').next().filter(|last| is_whole_path && !last.is_empty());
    last.unwrap_or(name).to_owned()
}

/// The ways of transfer that a header names, each once; `7bit` if it names none.
fn encodings(header: &Header) -> Vec<String> {
    let mut encodings: Vec<String> = Vec::new();
    for value in header.all("content-transfer-encoding") {
        // Comments and parameters have no place here, and are written all the same.
        let way = value.split([';', '(', ' ']).next().unwrap_or_default().trim_matches('"').to_ascii_lowercase();
        let way = match way.as_str() {
            "7bit" | "8bit" | "binary" | "" => "7bit".to_owned(),
            _ => way,
        };
        if !encodings.contains(&way) {
            encodings.push(way);
        }
    }
    if encodings.is_empty() {
        encodings.push("7bit".to_owned());
    }
    encodings
}

/// `body` as it was before the transfer.
fn decoded<'b>(body: &'b [u8], encoding: &str) -> (Cow<'b, [u8]>, &'static str) {
    match encoding {
        "base64" => (Cow::Owned(transfer::base64(body)), "mail base64"),
        "quoted-printable" => (Cow::Owned(transfer::quoted_printable(body)), "mail quoted-printable"),
        "x-uuencode" | "uuencode" | "x-uue" | "uue" | "x-yencode" | "yenc" => {
            let file = carried(body).into_iter().next().map(|file| (Cow::Owned(file.bytes), "mail uuencode"));
            file.unwrap_or((Cow::Borrowed(body), "mail"))
        }
        _ => (Cow::Borrowed(body), "mail"),
    }
}

impl Leaf<'_> {
    /// Whether it is what the mail says itself, and not a file.
    fn is_text(&self) -> bool {
        self.names.is_empty() && self.kind.starts_with("text/") && self.kind != "text/calendar"
    }

    fn look(&self, inside: &mut Inside<'_, '_>) {
        if self.is_text() {
            let ending = match self.kind.as_str() {
                "text/html" => "html",
                "text/rtf" | "text/richtext" => "rtf",
                _ => "txt",
            };
            let unpacked = match self.letters() {
                Some(text) => inside.take(text.into_bytes()),
                None => inside.slice(&self.bytes),
            };
            inside.piece(&format!("body {}.{ending}", self.number), self.how, &unpacked);
            return;
        }
        let fallback = format!("part {}{}", self.number, self.usual_ending());
        let names = if self.names.is_empty() { vec![fallback] } else { self.names.clone() };
        let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        let unpacked = inside.slice(&self.bytes);
        let mut shown: Vec<Option<String>> = Vec::new();
        for name in &names {
            // Another name that ends the same way would be looked at the same way.
            if !shown.contains(&ending(name)) {
                shown.push(ending(name));
                inside.child(name, self.how, &unpacked);
            }
        }
        if shown.len() > 1 {
            inside.found(&kinds::NAMES_DISAGREE, Location::Field(format!("part {}", self.number)), names.join(" | "));
        }
    }

    /// The text in UTF-8, if it is in an encoding whose bytes are not those of ASCII or UTF-8.
    fn letters(&self) -> Option<String> {
        let plain = ["", "us-ascii", "ascii", "utf-8", "utf8"].iter().any(|own| self.charset.eq_ignore_ascii_case(own));
        (!plain && !self.bytes.is_ascii()
            || self.charset.to_ascii_lowercase().starts_with("utf-7")
            || self.charset.to_ascii_lowercase().starts_with("utf-16"))
        .then(|| letters(&self.charset, &self.bytes).into_owned())
    }

    /// What the name of such a part ends with, where its type is not told by what it holds.
    fn usual_ending(&self) -> &'static str {
        match self.kind.as_str() {
            "message/rfc822" | "message/global" | "message/rfc822-headers" => ".eml",
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => ".p7m",
            "application/pkcs7-signature" | "application/x-pkcs7-signature" => ".p7s",
            "application/ms-tnef" | "application/vnd.ms-tnef" => ".dat",
            "text/calendar" => ".ics",
            _ => "",
        }
    }
}
