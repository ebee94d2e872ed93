//! Detectors: what looks at a node without taking it apart, by its type.

mod appended;
mod contradiction;
mod entropy;
mod names;
mod runnable;

use crate::FileType;
use crate::walk::{Inside, Part};

/// Looks at one node.
pub(crate) type Detector = fn(&Part<'_>, &mut Inside<'_, '_>);

/// Who looks at what.
const DETECTORS: &[(FileType, Detector)] = &[
    // Types that contradict each other or the name (types).
    (FileType::Png, appended::png),
    (FileType::Jpeg, appended::jpeg),
    (FileType::Gif, appended::gif),
    (FileType::Bmp, appended::bmp),
    (FileType::WebP, appended::riff),
    (FileType::Pdf, appended::pdf),
    // OLE2, Office (office).
    // Mail and PDF (mailpdf).
    // Text, scripts, web pages, RTF, OOXML, shortcuts, programs (lures).
];

/// Who looks at every node, whatever it is.
const ALWAYS: &[Detector] = &[];

/// The detectors of everything that a file is.
pub(crate) fn detectors(types: &[FileType]) -> impl Iterator<Item = Detector> {
    let own =
        types.iter().flat_map(|own| DETECTORS.iter().filter(move |(of, _)| of == own).map(|(_, detector)| *detector));
    ALWAYS.iter().copied().chain(own)
}

/// Looks at the name of a node that could not be opened: what it holds is not known, what it is called is.
pub(crate) fn name_unopened(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    names::look(part, inside);
    runnable::look_unopened(part, inside);
}

/// Looks at the name of a node that came with one of its own, and at what it is beside that name. Parts of a format have no
/// name of their own: a script in a document is the document's matter.
pub(crate) fn name(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    names::look(part, inside);
    runnable::look(part, inside);
    contradiction::look(part, inside);
}
