//! Detectors: what looks at a node without taking it apart, by its type.

pub(crate) mod address;
pub(crate) mod carried;
pub(crate) mod commands;
pub(crate) mod packages;
pub(crate) mod pdf;
pub(crate) mod signs;
mod web;

use crate::FileType;
use crate::walk::{Inside, Part};

/// Looks at one node.
pub(crate) type Detector = fn(&Part<'_>, &mut Inside<'_, '_>);

/// Who looks at what.
const DETECTORS: &[(FileType, Detector)] = &[
    // Types that contradict each other or the name (types).
    // OLE2, Office (office).
    // Mail and PDF (mailpdf).
    // Text, scripts, web pages, RTF, OOXML, shortcuts, programs (lures).
    (FileType::OfficeXml, packages::look_flat),
    (FileType::Html, web::look),
    (FileType::Svg, web::look),
    (FileType::Hta, web::look),
    (FileType::JavaScript, web::look_script),
];

/// Who looks at every node, whatever it is.
const ALWAYS: &[Detector] = &[packages::look];

/// The detectors of everything that a file is.
pub(crate) fn detectors(types: &[FileType]) -> impl Iterator<Item = Detector> {
    let own =
        types.iter().flat_map(|own| DETECTORS.iter().filter(move |(of, _)| of == own).map(|(_, detector)| *detector));
    ALWAYS.iter().copied().chain(own)
}

/// Looks at the name of a node that came with one of its own.
pub(crate) fn name(_part: &Part<'_>, _inside: &mut Inside<'_, '_>) {}
