//! RTF: what lies in its objects, pictures and stores, and what it fetches or runs.
//!
//! Read as Word reads it, which takes nearly anything: digits in pieces, groups among them, headers cut short.

mod hex;
mod ole1;
mod reader;
mod tokens;

use self::hex::Hex;
use self::reader::{Blob, Form};
use crate::bytes::find;
use crate::detect::address::{Leads, leads};
use crate::detect::signs::Signs;
use crate::file_type::identify;
use crate::kinds::packages;
use crate::walk::{Inside, Part};
use crate::{FileType, Kind, Location, Reason};

/// How an RTF begins when nobody bent it.
const HEADER: &[u8] = b"{\\rtf1";

/// Data behind the end that are shorter are fill.
const MIN_AFTER: usize = 64;

/// Classes of objects that run code or have been used for little else, as they begin, in lower case.
const DANGEROUS: &[&str] = &[
    "htmlfile",
    "script",
    "forms.html",
    "shell.explorer",
    "mscomctllib.",
    "mscomctl2.",
    "otkloadr",
    "word.documentmacroenabled",
    "excel.sheetmacroenabled",
    "excel.sheetbinarymacroenabled",
    "powerpoint.showmacroenabled",
    "shockwaveflash",
    "weh.",
];

/// The class of links to far objects.
const LINK_CLASS: &str = "ole2link";

/// The CLSID of the old equation editor as it lies in files.
const EQUATION: &[u8] = &[0x02, 0xce, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// The CLSID of addresses of the web in links.
const WEB_ADDRESS: &[u8] =
    &[0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11, 0x8c, 0x82, 0x00, 0xaa, 0x00, 0x4b, 0xa9, 0x0b];

/// The longest address that is shown, in bytes of UTF-16.
const MAX_ADDRESS: usize = 1024;

/// Takes an RTF document apart.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let mut document = reader::read(part.bytes);
    let mut signs = std::mem::take(&mut document.signs);
    if !part.bytes.trim_ascii_start().starts_with(HEADER) {
        let start = part.bytes.get(..16).unwrap_or(part.bytes);
        signs.add(&packages::ODD_RTF_HEADER, Location::Offset(0), String::from_utf8_lossy(start));
    }
    template(document.template.trim(), &mut signs);
    signs.tell(inside);
    for (number, blob) in document.blobs.into_iter().enumerate() {
        match blob.form {
            Form::Object => object(number, blob, inside),
            Form::Picture | Form::Store => {
                let bytes = blob.hex.into_bytes();
                if !bytes.is_empty() {
                    let name = if blob.name.is_empty() { "picture" } else { &blob.name };
                    let taken = inside.take(bytes);
                    inside.piece(name, "rtf hex", &taken);
                }
            }
        }
    }
    if let Some(after) = document.end.and_then(|end| part.bytes.get(end..)) {
        behind(after, part.bytes.len() - after.len(), inside);
    }
    document.reason.map_or(Ok(()), Err)
}

/// Says where the template of a document lies.
fn template(address: &str, signs: &mut Signs) {
    let place = Location::Field("template".to_owned());
    match leads(address) {
        _ if address.is_empty() => {}
        Leads::Handler | Leads::Script => signs.add(&packages::HANDLER_LINK, place, address),
        leads if leads.far() => signs.add(&packages::FAR_TEMPLATE, place, address),
        _ => signs.add(&packages::LOCAL_TEMPLATE, place, address),
    }
}

/// Looks into what stands behind the end of the document.
fn behind(after: &[u8], at: usize, inside: &mut Inside<'_, '_>) {
    let fill = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = after.iter().position(|byte| !fill(byte)).unwrap_or(after.len());
    let rest = after.get(start..).unwrap_or_default();
    if rest.is_empty() {
        return;
    }
    let known = identify("", rest).iter().any(|own| *own != FileType::Text);
    if known || rest.len() >= MIN_AFTER {
        inside.found(
            &packages::AFTER_RTF,
            Location::Offset((at + start) as u64),
            String::from_utf8_lossy(rest.get(..MIN_AFTER).unwrap_or(rest)),
        );
    }
    let slice = inside.slice(rest);
    if known {
        inside.child("behind the end", "rtf", &slice);
    } else {
        inside.piece("behind the end", "rtf", &slice);
    }
}

/// Looks into an object.
fn object(number: usize, blob: Blob, inside: &mut Inside<'_, '_>) {
    let place = Location::Offset(blob.at as u64);
    let scrambled = blob.hex.scrambled;
    let bytes = chosen(blob.hex);
    let read = ole1::object(&bytes);
    let class = read.as_ref().map_or(blob.name.as_str(), |read| read.class.as_str());
    let mut signs = Signs::default();
    for class in [class, blob.name.as_str()] {
        if let Some(kind) = of_class(class) {
            signs.add(kind, place.clone(), class);
            break;
        }
    }
    if !signs.has(&packages::EQUATION_OBJECT) && find(&bytes, EQUATION).is_some() {
        signs.add(&packages::EQUATION_OBJECT, place.clone(), "{0002CE02-0000-0000-C000-000000000046}");
    }
    if blob.updates {
        signs.add(&packages::SELF_LOADING_OBJECT, place.clone(), format!("\\objupdate {class}"));
    }
    if scrambled {
        signs.add(&packages::SCRAMBLED_OBJECT, place.clone(), format!("\\objdata {class}"));
    }
    link(&bytes, read.as_ref(), blob.links, &place, &mut signs);
    signs.tell(inside);
    let name = if class.is_empty() { format!("object {}", number + 1) } else { class.to_owned() };
    match read {
        Some(read) => parts(&name, &read, &place, inside),
        None if bytes.is_empty() => {}
        None => {
            inside.reason(Reason::damaged(format!("RTF: the data of {name} are no object")));
            give(&name, &bytes, inside);
        }
    }
}

/// Of the ways of reading digits, the one in which most makes sense; the usual one, if none does.
fn chosen(hex: Hex) -> Vec<u8> {
    let ways = hex.into_ways();
    let sense = |way: &[u8]| match ole1::object(way) {
        None => 0,
        Some(read) if ole1::package(read.native).is_some_and(|package| !package.content.is_empty()) => 4,
        Some(read) if !identify("", read.native).is_empty() => 3,
        Some(read) if read.link.is_some() || (read.says > 0 && read.native.len() == read.says) => 2,
        Some(_) => 1,
    };
    let mut best = (0, 0);
    for (number, way) in ways.iter().enumerate() {
        let sense = sense(way);
        if sense > best.1 {
            best = (number, sense);
        }
    }
    ways.into_iter().nth(best.0).unwrap_or_default()
}

/// What a class of objects is known for.
fn of_class(class: &str) -> Option<&'static Kind> {
    let class = class.trim().to_lowercase();
    if class.starts_with("equation") {
        Some(&packages::EQUATION_OBJECT)
    } else if DANGEROUS.iter().any(|own| class.starts_with(own)) {
        Some(&packages::DANGEROUS_CLASS)
    } else {
        None
    }
}

/// Says where an object is taken from, if that is elsewhere.
fn link(bytes: &[u8], read: Option<&ole1::Object<'_>>, renews: bool, place: &Location, signs: &mut Signs) {
    let class = read.map(|read| read.class.to_lowercase()).unwrap_or_default();
    let topic = read.and_then(|read| read.link.clone());
    let address = topic.or_else(|| web_address(bytes, class == LINK_CLASS));
    let Some(address) = address else {
        if renews || class == LINK_CLASS {
            signs.add(&packages::FAR_CONTENT, place.clone(), class);
        }
        return;
    };
    let kind = match leads(&address) {
        Leads::Handler | Leads::Script => &packages::HANDLER_LINK,
        leads if leads.far() => &packages::FAR_OBJECT,
        _ => &packages::LOCAL_LINK,
    };
    signs.add(kind, place.clone(), address);
}

/// The first address of the web in the data of a link, in UTF-16 or plain letters.
fn web_address(bytes: &[u8], link: bool) -> Option<String> {
    let start = find(bytes, WEB_ADDRESS);
    let from = start.or(link.then_some(0))?;
    let rest = bytes.get(from..)?;
    for scheme in ["http", "ftp:", "file:", "\\\\", "script:"] {
        let wide: Vec<u8> = scheme.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if let Some(at) = find(rest, &wide) {
            let units = rest.get(at..)?.get(..MAX_ADDRESS).or_else(|| rest.get(at..))?.as_chunks::<2>().0;
            let units: Vec<u16> =
                units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
            return Some(String::from_utf16_lossy(&units));
        }
    }
    None
}

/// Hands on the parts of an object.
fn parts(name: &str, read: &ole1::Object<'_>, place: &Location, inside: &mut Inside<'_, '_>) {
    if read.native.len() < read.says {
        inside.reason(Reason::incomplete(format!("RTF: {name} has {} of {} bytes", read.native.len(), read.says)));
    }
    let package = read.class.eq_ignore_ascii_case("package").then(|| ole1::package(read.native)).flatten();
    if let Some(package) = package {
        let label = if package.label.is_empty() { "package" } else { &package.label };
        inside.found(&packages::PACKAGED_FILE, place.clone(), format!("{label} ({})", package.path));
        let content = inside.take(package.content.to_vec());
        inside.child(label, "ole package", &content);
    } else if !read.native.is_empty() {
        give(name, read.native, inside);
    }
    if !read.rest.is_empty() {
        let rest = inside.take(read.rest.to_vec());
        inside.piece("how it looks", "rtf object", &rest);
    }
}

/// Hands on the data of an object: what is of a known type is a file of its own.
fn give(name: &str, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let known = !identify(name, bytes).is_empty();
    let taken = inside.take(bytes.to_vec());
    if known {
        inside.child(name, "rtf object", &taken);
    } else {
        inside.piece(name, "rtf object", &taken);
    }
}

#[cfg(test)]
mod tests;
