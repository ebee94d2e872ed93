//! Detectors: what looks at a node without taking it apart, by its type.

pub(crate) mod address;
mod appended;
pub(crate) mod carried;
pub(crate) mod commands;
mod contradiction;
mod entropy;
mod names;
pub(crate) mod packages;
pub(crate) mod pdf;
mod runnable;
mod scripts;
mod shortcuts;
pub(crate) mod signs;
pub(crate) mod vba;
mod web;

use crate::FileType;
use crate::unpack::ole::excel;
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
    (FileType::VbaSource, vba::look),
    (FileType::Xml, excel::xml_part),
    (FileType::Sylk, excel::sylk),
    // Mail and PDF (mailpdf).
    // Text, scripts, web pages, RTF, OOXML, shortcuts, programs (lures).
    (FileType::OfficeXml, packages::look_flat),
    (FileType::Html, web::look),
    (FileType::Svg, web::look),
    (FileType::Hta, web::look),
    (FileType::JavaScript, web::look_script),
    (FileType::Batch, scripts::look),
    (FileType::PowerShell, scripts::look),
    (FileType::VbScript, scripts::look),
    (FileType::JavaScript, scripts::look),
    (FileType::Hta, scripts::look),
    (FileType::Wsf, scripts::look),
    (FileType::Html, scripts::look),
    (FileType::Xsl, scripts::look),
    (FileType::AutoIt, scripts::look),
    (FileType::Shell, scripts::look),
    (FileType::Python, scripts::look),
    (FileType::Perl, scripts::look),
    (FileType::Php, scripts::look),
    (FileType::Asp, scripts::look),
    (FileType::Php, scripts::look_server),
    (FileType::Jsp, scripts::look_server),
    (FileType::Asp, scripts::look_server),
    (FileType::Reg, scripts::look_reg),
    (FileType::Inf, scripts::look_inf),
    (FileType::Csv, scripts::look_table),
    (FileType::Sylk, scripts::look_table),
    (FileType::UrlShortcut, shortcuts::look),
    (FileType::DesktopEntry, shortcuts::look),
    (FileType::SearchConnector, shortcuts::look),
    (FileType::SettingContent, shortcuts::look),
    (FileType::Iqy, shortcuts::look),
    (FileType::Rdp, shortcuts::look),
];

/// Who looks at every node, whatever it is.
const ALWAYS: &[Detector] = &[
    packages::look,
    // Binary parts of workbooks have no mark of their own (office).
    excel::binary_part,
];

/// The detectors of everything that a file is.
pub(crate) fn detectors(types: &[FileType]) -> impl Iterator<Item = Detector> {
    let own =
        types.iter().flat_map(|own| DETECTORS.iter().filter(move |(of, _)| of == own).map(|(_, detector)| *detector));
    ALWAYS.iter().copied().chain(own)
}

/// Looks at a part of a format: whatever else may be expected there, a program is not.
pub(crate) fn piece(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    runnable::look_for_programs(part, inside);
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
