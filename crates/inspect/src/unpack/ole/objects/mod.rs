//! Objects embedded in and linked from documents: packages, equations, controls, monikers.

mod classes;
mod equation;
mod package;

use super::compound::{Compound, Content, Entry, EntryKind};
use super::{Taken, unpacked};
use crate::kinds::office::{
    OLE_DANGEROUS_CLASS, OLE_EQUATION, OLE_EQUATION_EXPLOIT, OLE_LINK, OLE_LINK_SCRIPT, OLE_PACKAGE, OLE_PACKAGE_NAME,
    OLE_PACKAGE_PROGRAM, OLE_SCRIPT_CLASS,
};
use crate::walk::Inside;
use crate::{Category, FileType, Limit, Location, Reason, identify};

pub(crate) use self::classes::{Danger, Identifier, danger};
pub(crate) use self::equation::is_exploit;
pub(crate) use self::package::{Package, package};

/// The stream of an object of OLE1 and of packages.
const NATIVE: &str = "\u{1}Ole10Native";
/// The stream that says what an object is linked to.
const LINK: &str = "\u{1}Ole";
/// The stream of the equation editor.
const EQUATION: &str = "Equation Native";
/// Streams that hold a whole file of another program.
const WHOLE_FILES: &[&str] = &["Package", "CONTENTS", "EMBEDDED_ODF"];
/// How much of a link or equation is looked at.
const MAX_FORM_BYTES: u64 = 16 * 1024;
/// How many links and equations are looked at.
const MAX_FORMS: usize = 1024;
/// Endings of names that programs have, and harmless files as well.
const HARMLESS_ENDINGS: &[&str] = &["bin", "cer", "o", "pl", "py", "xsl", "xslt", "website"];

/// Looks at the objects of a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, taken: &mut Taken) {
    class(file, &file.class, "", inside);
    let mut forms = 0;
    for (place, entry) in file.entries.iter().enumerate() {
        if entry.kind == EntryKind::Storage {
            class(file, &entry.class, &entry.path, inside);
            continue;
        }
        let name = entry.name.as_str();
        let is_form = [LINK, EQUATION].iter().any(|form| name.eq_ignore_ascii_case(form));
        forms += usize::from(is_form);
        if is_form && forms > MAX_FORMS {
            inside.reason(Reason::limit(Limit::Reader, MAX_FORMS as u64));
        } else if name.eq_ignore_ascii_case(NATIVE) {
            native(file, entry, inside);
            taken.insert(place);
        } else if name.eq_ignore_ascii_case(LINK) {
            link(entry, &file.content(entry, MAX_FORM_BYTES), inside);
        } else if name.eq_ignore_ascii_case(EQUATION) {
            equation(entry, &file.content(entry, MAX_FORM_BYTES), inside);
        } else if WHOLE_FILES.iter().any(|whole| name.eq_ignore_ascii_case(whole)) {
            whole(file, entry, inside);
            taken.insert(place);
        }
    }
}

/// Says what is known of the class of a storage. An equation is told by its stream, where there is one: that shows more.
fn class(file: &Compound<'_>, class: &Identifier, path: &str, inside: &mut Inside<'_, '_>) {
    let Some((danger, name)) = danger(class) else { return };
    let is_within = |entry: &Entry| {
        let above = entry.path.strip_suffix(entry.name.as_str());
        entry.name.eq_ignore_ascii_case(EQUATION) && above.is_some_and(|above| above.trim_end_matches('/') == path)
    };
    if matches!(danger, Danger::Equation) && file.entries.iter().any(is_within) {
        return;
    }
    let kind = match danger {
        Danger::Equation => &OLE_EQUATION,
        Danger::Flawed => &OLE_DANGEROUS_CLASS,
        Danger::Runs => &OLE_SCRIPT_CLASS,
    };
    inside.found(kind, Location::Field(path.to_owned()), name);
}

/// A whole file in a stream.
fn whole(file: &Compound<'_>, entry: &Entry, inside: &mut Inside<'_, '_>) {
    let unpacked = unpacked(file, entry, inside);
    program(&entry.path, "", unpacked.bytes(), inside);
    inside.piece(&entry.path, "ole object", &unpacked);
}

/// A package or another object of OLE1.
fn native(file: &Compound<'_>, entry: &Entry, inside: &mut Inside<'_, '_>) {
    let stream = unpacked(file, entry, inside);
    if is_exploit(crate::bytes::at_most(stream.bytes(), 4, usize::MAX)) {
        inside.found(&OLE_EQUATION_EXPLOIT, Location::Field(entry.path.clone()), "equation in Ole10Native");
    }
    let Some(package) = package(stream.bytes()) else {
        inside.piece(&entry.path, "ole object", &stream);
        return;
    };
    hand_on(&package, &entry.path, stream.cut().cloned(), inside);
}

/// Hands on the file of a package and says what it is.
pub(crate) fn hand_on(package: &Package<'_>, path: &str, cut: Option<Reason>, inside: &mut Inside<'_, '_>) {
    let name = package.name();
    inside.found(&OLE_PACKAGE, Location::Field(path.to_owned()), &package.path);
    program(path, name, package.data, inside);
    if ending(&package.label) != ending(name) && !ending(&package.label).is_empty() {
        inside.found(&OLE_PACKAGE_NAME, Location::Field(path.to_owned()), format!("{} / {name}", package.label));
    }
    let mut unpacked = inside.slice(package.data);
    if let Some(reason) = cut.or(package.cut.map(Reason::damaged)) {
        unpacked = unpacked.cut_short(reason);
    }
    inside.child(if name.is_empty() { "package" } else { name }, "ole package", &unpacked);
}

/// The ending of a name, in lower case.
fn ending(name: &str) -> String {
    name.trim_end().rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

/// Whether a name or what lies beneath it is a program, a script, or leads to one.
pub(crate) fn runs(name: &str, bytes: &[u8]) -> bool {
    let ending = ending(name);
    let runs = |own: &FileType| matches!(own.category(), Category::Program | Category::Script | Category::Shortcut);
    let by_name = !HARMLESS_ENDINGS.contains(&ending.as_str())
        && FileType::ALL.iter().any(|own| runs(own) && own.extensions().contains(&ending.as_str()));
    let by_content = identify(name, bytes).iter().any(|own| runs(own) && own.category() != Category::Script);
    by_name || by_content
}

fn program(path: &str, name: &str, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    if runs(name, bytes) {
        inside.found(&OLE_PACKAGE_PROGRAM, Location::Field(path.to_owned()), if name.is_empty() { path } else { name });
    }
}

/// What an object is linked to.
fn link(entry: &Entry, content: &Content<'_>, inside: &mut Inside<'_, '_>) {
    let place = Location::Field(entry.path.clone());
    let runs = classes::monikers(&content.bytes).find(|(danger, _)| *danger == Danger::Runs);
    let target = classes::address(&content.bytes);
    if let Some((_, name)) = runs {
        inside.found(&OLE_LINK_SCRIPT, place, format!("{name} {}", target.unwrap_or_default()));
    } else if let Some(target) = target {
        let kind = if classes::is_script_address(&target) { &OLE_LINK_SCRIPT } else { &OLE_LINK };
        inside.found(kind, place, target);
    }
}

/// An equation of the old editor, or what overflows it.
fn equation(entry: &Entry, content: &Content<'_>, inside: &mut Inside<'_, '_>) {
    let kind = if is_exploit(&content.bytes) { &OLE_EQUATION_EXPLOIT } else { &OLE_EQUATION };
    inside.found(kind, Location::Field(entry.path.clone()), EQUATION);
}

#[cfg(test)]
pub(super) mod tests {
    pub(crate) use super::equation::tests::equations;
    pub(crate) use super::package::tests::written as package_stream;
}
