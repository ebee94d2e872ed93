//! Detectors: what looks at a node without taking it apart, by its type.

pub(crate) mod vba;

use crate::FileType;
use crate::unpack::ole::excel;
use crate::walk::{Inside, Part};

/// Looks at one node.
pub(crate) type Detector = fn(&Part<'_>, &mut Inside<'_, '_>);

/// Who looks at what.
const DETECTORS: &[(FileType, Detector)] = &[
    // Types that contradict each other or the name (types).
    // OLE2, Office (office).
    (FileType::VbaSource, vba::look),
    (FileType::Xml, excel::xml_part),
    (FileType::Sylk, excel::sylk),
    // Mail and PDF (mailpdf).
    // Text, scripts, web pages, RTF, OOXML, shortcuts, programs (lures).
];

/// Who looks at every node, whatever it is.
const ALWAYS: &[Detector] = &[
    // Binary parts of workbooks have no mark of their own (office).
    excel::binary_part,
];

/// The detectors of everything that a file is.
pub(crate) fn detectors(types: &[FileType]) -> impl Iterator<Item = Detector> {
    let own =
        types.iter().flat_map(|own| DETECTORS.iter().filter(move |(of, _)| of == own).map(|(_, detector)| *detector));
    ALWAYS.iter().copied().chain(own)
}

/// Looks at the name of a node that came with one of its own.
pub(crate) fn name(_part: &Part<'_>, _inside: &mut Inside<'_, '_>) {}
