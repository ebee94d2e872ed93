//! Parts of packages: documents of Office since 2007, OpenDocument, and the same in one flat XML file.

mod content_types;
pub(crate) mod fields;
mod office;
mod open_document;
mod relationships;

pub(in crate::detect) use office::dde_formula;

use crate::detect::signs::{Signs, around};
use crate::kinds::packages;
use crate::walk::{Inside, Part};
use crate::xml::Step;
use crate::{FileType, Kind, Location, Reason, text, xml};

/// The packages of Office.
const OFFICE: &[FileType] = &[
    FileType::Docx,
    FileType::Docm,
    FileType::Xlsx,
    FileType::Xlsm,
    FileType::Xlsb,
    FileType::Pptx,
    FileType::Pptm,
    FileType::Vsdx,
    FileType::Opc,
];

/// The packages of OpenDocument.
const OPEN_DOCUMENT: &[FileType] = &[FileType::Odt, FileType::Ods, FileType::Odp, FileType::Odf];

/// Looks at a node that lies in a package.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let within = |types: &[FileType]| part.within.iter().any(|own| types.contains(own));
    let name = part.name.replace('\\', "/").to_lowercase();
    let mut signs = Signs::default();
    let read = if name.ends_with(".rels") {
        relationships::look(&text::decoded(part.bytes), &mut signs)
    } else if name.trim_start_matches('/') == "[content_types].xml" {
        content_types::look(&text::decoded(part.bytes), part.within, &mut signs)
    } else if within(OFFICE) {
        office::look(&name, part, &mut signs)
    } else if within(OPEN_DOCUMENT) {
        open_document::look(&name, part, &mut signs)
    } else {
        Ok(())
    };
    signs.tell(inside);
    if let Err(reason) = read {
        inside.reason(reason);
    }
}

/// Looks at a document of Office or OpenDocument in one XML file: everything may be in it.
pub(super) fn look_flat(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let mut signs = Signs::default();
    // The same text is read for each; that it is damaged is said once.
    let read = office::look_xml(&text, &mut signs);
    let _ = relationships::look(&text, &mut signs);
    let _ = open_document::look_xml(&text, &mut signs);
    signs.tell(inside);
    if let Err(reason) = read {
        inside.reason(reason);
    }
}

/// What is looked for as plain letters in a part that is no longer XML at some place.
const RAW: &[(&str, &Kind)] = &[
    ("ddeauto", &packages::DDE_COMMAND),
    ("ddeservice", &packages::DDE_LINK),
    ("dde-application", &packages::DDE_LINK),
    ("mhtml:", &packages::HANDLER_LINK),
    ("!x-usc:", &packages::HANDLER_LINK),
    ("ms-msdt:", &packages::HANDLER_LINK),
    ("search-ms:", &packages::HANDLER_LINK),
    ("vbaproject", &packages::HIDDEN_MACROS),
    ("script:event-listener", &packages::DOCUMENT_EVENT),
    ("vnd.sun.star.script:", &packages::DOCUMENT_EVENT),
    ("targetmode=\"external\"", &packages::FAR_CONTENT),
];

/// Looks for what a broken part could hide, in its plain letters.
fn look_raw(text: &str, signs: &mut Signs) {
    let lower = text.to_ascii_lowercase();
    for (words, kind) in RAW {
        if let Some(at) = lower.find(words) {
            signs.add(kind, Location::Offset(at as u64), around(text, at));
        }
    }
}

/// Reads a part as XML; one that is broken is searched in its plain letters too, and said to be damaged.
fn read(text: &str, signs: &mut Signs, visit: &mut dyn FnMut(&Step<'_>, u64, &mut Signs)) -> Result<(), Reason> {
    let read = xml::read(text, &mut |step, at| visit(step, at, &mut *signs));
    if read.is_err() {
        look_raw(text, signs);
    }
    read
}

#[cfg(test)]
mod tests;
