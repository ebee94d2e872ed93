//! Relationships of packages (`*.rels`): what a part of a document takes from where.

use super::{Signs, read};
use crate::detect::address::{Leads, leads, percent_decoded};
use crate::detect::commands;
use crate::kinds::{office, packages};
use crate::xml::{Element, Step};
use crate::{Kind, Location, Reason};

/// Looks at the relationships in a text.
pub(super) fn look(text: &str, signs: &mut Signs) -> Result<(), Reason> {
    read(text, signs, &mut |step, at, signs| match step {
        Step::Open(element) if element.name.eq_ignore_ascii_case("Relationship") => relationship(element, at, signs),
        Step::Definition(definition) => {
            signs.add(&packages::UNEXPECTED_DTD, Location::Offset(at), *definition);
        }
        _ => {}
    })
}

fn relationship(element: &Element<'_>, at: u64, signs: &mut Signs) {
    let attribute = |name: &str| {
        let own = element.attributes().iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let (target, external) = (attribute("Target"), attribute("TargetMode").trim().eq_ignore_ascii_case("External"));
    let kind = attribute("Type").rsplit('/').next().unwrap_or_default().trim().to_lowercase();
    let leads = leads(target);
    let found = if external || leads != Leads::Nowhere { outer(&kind, target, leads) } else { inner(&kind, target) };
    if let Some(found) = found {
        signs.add(found, Location::Offset(at), format!("{kind}: {target}"));
    }
}

/// What something outside of the package does.
fn outer(kind: &str, target: &str, leads: Leads) -> Option<&'static Kind> {
    match (kind, leads) {
        ("hyperlink", _) => hyperlink(target, leads),
        (_, Leads::Handler | Leads::Script) => Some(&packages::HANDLER_LINK),
        ("attachedtemplate", Leads::Web | Leads::Share) => Some(&packages::FAR_TEMPLATE),
        ("attachedtemplate", _) => Some(&packages::LOCAL_TEMPLATE),
        ("oleobject" | "afchunk" | "control" | "vbaproject" | "customui", Leads::Web) => Some(&packages::FAR_OBJECT),
        ("afchunk" | "control" | "vbaproject" | "customui", Leads::Share) => Some(&packages::FAR_OBJECT),
        (_, Leads::Web | Leads::Share) => Some(&packages::FAR_CONTENT),
        (_, Leads::Data) => None,
        // A name alone is a file beside the document.
        (_, Leads::File | Leads::Nowhere) => Some(&packages::LOCAL_LINK),
    }
}

/// What is odd about a part of the package itself.
fn inner(kind: &str, target: &str) -> Option<&'static Kind> {
    let file = target.rsplit('/').next().unwrap_or_default().to_lowercase();
    match kind {
        "vbaproject" if file != "vbaproject.bin" => Some(&packages::HIDDEN_MACROS),
        "xlmacrosheet" | "xlintlmacrosheet" => Some(&office::XLM_MACRO_SHEET),
        "afchunk" => Some(&packages::MERGED_DOCUMENT),
        "control" | "activexcontrolbinary" => Some(&packages::ACTIVE_X),
        "oleobject" | "package" => Some(&packages::EMBEDDED_OBJECT),
        _ => None,
    }
}

/// What is odd about a link that a person clicks.
fn hyperlink(target: &str, leads: Leads) -> Option<&'static Kind> {
    match leads {
        Leads::Handler | Leads::Script => Some(&packages::ODD_HYPERLINK),
        Leads::Share | Leads::File if commands::runs(target) => Some(&packages::ODD_HYPERLINK),
        // A command instead of an address: `powershell%20-NoP…`.
        Leads::Nowhere if is_command(&percent_decoded(target)) => Some(&packages::SLIDE_RUNS_PROGRAM),
        _ => None,
    }
}

/// Whether it is a program that runs others, with what it is given.
fn is_command(target: &str) -> bool {
    target.contains(' ') && !target.starts_with('#') && commands::runner(target).is_some()
}
