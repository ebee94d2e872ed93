//! Forms with files as browsers send them (`multipart/form-data`, RFC 7578): every file byte for byte.

use super::entity::without_folder;
use super::header::{Header, Value, percent};
use super::multipart::{MAX_PARTS, shown_boundary, split};
use super::transfer;
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// Opens a form. Its boundary stands in its name, if that is the value of a `Content-Type`, or else in its first line.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let told = Value::read(part.name).first("boundary").map(|own| own.as_bytes().to_vec());
    let multipart = told
        .map(|own| split(part.bytes, &own))
        .filter(|multipart| !multipart.parts.is_empty())
        .or_else(|| shown_boundary(part.bytes).map(|own| split(part.bytes, own)))
        .unwrap_or_default();
    if multipart.parts.is_empty() {
        return Err(Reason::damaged("form without boundary"));
    }
    for own in &multipart.parts {
        field(own, inside);
    }
    for (name, rest) in [("preamble", multipart.preamble), ("epilogue", multipart.epilogue)] {
        if !rest.trim_ascii().is_empty() {
            let unpacked = inside.slice(rest);
            inside.child(name, "form", &unpacked);
        }
    }
    if multipart.cut {
        return Err(Reason::limit(Limit::Reader, MAX_PARTS as u64));
    }
    if multipart.closed { Ok(()) } else { Err(Reason::incomplete("end of the form")) }
}

fn field(own: &[u8], inside: &mut Inside<'_, '_>) {
    let (header, body) = Header::read(own);
    let disposition = header.first("content-disposition").map(|value| Value::read(&value)).unwrap_or_default();
    let encoding = header.first("content-transfer-encoding").unwrap_or_default();
    let unpacked = match encoding.to_ascii_lowercase().as_str() {
        "base64" => inside.take(transfer::base64(body)),
        "quoted-printable" => inside.take(transfer::quoted_printable(body)),
        _ => inside.slice(body),
    };
    let names = disposition.all("filename");
    if names.is_empty() {
        let name = disposition.first("name").filter(|name| !name.is_empty()).unwrap_or("field");
        inside.piece(name, "form field", &unpacked);
    }
    for name in names {
        // Browsers write the quotes and ends of line of a name as %22, %0D and %0A, and nothing else.
        let name = without_folder(name).replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        inside.child(if name.is_empty() { "file" } else { &name }, "form file", &unpacked);
        // A server that reads more of them sees another name: an executable can hide behind it.
        let read = String::from_utf8_lossy(&percent(name.as_bytes())).into_owned();
        if read != name && read.contains('\0') {
            inside.child(&read, "form file", &unpacked);
        }
    }
}
