//! Why a reform cannot be carried out, in the reader's language.

use khien_model::{ReformProblem, TreeOnDay};
use khien_texts::text;

use crate::admin::desk::{Desk, unit_name};

/// What is wrong, in a sentence.
pub(super) fn said(desk: &Desk<'_>, problem: &ReformProblem, on: &TreeOnDay<'_>) -> String {
    let texts = desk.texts;
    match problem {
        ReformProblem::NoSuchUnit(_) => texts.text("reform-no-such-unit"),
        ReformProblem::NotOnThatDay { unit, day } => {
            text!(texts, "reform-not-on-that-day", unit = unit_name(on, unit), day = desk.day(*day))
        }
        ReformProblem::BeginsThatDay { unit, day } => {
            text!(texts, "reform-begins-that-day", unit = unit_name(on, unit), day = desk.day(*day))
        }
        ReformProblem::ChangesLater { unit, day } => {
            text!(texts, "reform-changes-later", unit = unit_name(on, unit), day = desk.day(*day))
        }
        ReformProblem::TooFew => texts.text("reform-too-few"),
        ReformProblem::Twice(unit) => text!(texts, "reform-twice", unit = unit_name(on, unit)),
        ReformProblem::NoSuchPart(_) => texts.text("reform-no-such-part"),
        ReformProblem::NotEmpty { unit, subjects, children } => {
            text!(texts, "reform-not-empty", unit = unit_name(on, unit), subjects = *subjects, children = *children)
        }
        // What the checks of the tree say names ids and is for whoever looks into the data.
        ReformProblem::Tree(_) | ReformProblem::Assignments(_) => {
            text!(texts, "reform-no-tree", detail = problem.to_string())
        }
    }
}
