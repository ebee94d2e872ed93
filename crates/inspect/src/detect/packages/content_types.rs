//! The list of content types of a package: which part is what, and whether that fits together.

use super::{Signs, read};
use crate::kinds::packages;
use crate::xml::Step;
use crate::{FileType, Location, Reason};

/// Packages that have no macros by what they say they are.
const WITHOUT_MACROS: &[FileType] = &[FileType::Docx, FileType::Xlsx, FileType::Pptx];

/// Looks at the list of types of a package of the types `package`.
pub(super) fn look(text: &str, package: &[FileType], signs: &mut Signs) -> Result<(), Reason> {
    let (mut mains, mut enabled, mut macros) = (Vec::new(), false, None);
    let outcome = read(text, signs, &mut |step, at, signs| {
        if let Step::Definition(definition) = step {
            signs.add(&packages::UNEXPECTED_DTD, Location::Offset(at), *definition);
        }
        let Step::Open(element) = step else { return };
        let content = element.get("ContentType").unwrap_or_default().to_lowercase();
        let name = element.get("PartName").or_else(|| element.get("Extension")).unwrap_or_default();
        enabled |= content.contains("macroenabled");
        // As a default for an extension it names no part yet.
        if element.name == "Override" && content.ends_with("main+xml") {
            mains.push(name.to_owned());
        }
        if content.contains("vbaproject") {
            let file = name.rsplit('/').next().unwrap_or_default().to_lowercase();
            if !matches!(file.as_str(), "bin" | "vbaproject.bin") {
                signs.add(&packages::HIDDEN_MACROS, Location::Offset(at), name);
            }
            // As a default for `bin` it is often left behind when macros are taken out.
            if element.name == "Override" {
                macros = Some(at);
            }
        }
    });
    if let Some(at) = macros.filter(|_| !enabled) {
        signs.add(&packages::CONTRADICTING_TYPES, Location::Offset(at), "macros in a document without macros");
    }
    if enabled && package.iter().any(|own| WITHOUT_MACROS.contains(own)) {
        let text = "a document with macros under the type of one without";
        signs.add(&packages::CONTRADICTING_TYPES, Location::Whole, text);
    }
    if mains.len() > 1 {
        let text = format!("several main parts: {}", mains.join(", "));
        signs.add(&packages::CONTRADICTING_TYPES, Location::Whole, text);
    }
    outcome
}
