//! What is wrong with a file, in the reader's language: what it is, and what to do.

use khien_texts::{Language, Texts, text};

use crate::{Conversion, FileProblem, column_name};

const MEBIBYTE: u64 = 1024 * 1024;

/// The Fluent source of these sentences: a program puts it beside its own.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Vi => include_str!("../i18n/tables.vi.ftl"),
        Language::En => include_str!("../i18n/tables.en.ftl"),
    }
}

/// A sentence about what is wrong, and one about what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub todo: String,
}

/// Why a file cannot be read.
pub fn file_problem(problem: &FileProblem, texts: &Texts) -> Said {
    let (what, todo) = match problem {
        FileProblem::TooLarge { most } => {
            (text!(texts, "table-too-large", most = *most / MEBIBYTE), "table-split-todo")
        }
        FileProblem::UnpacksTooLarge { most } => {
            (text!(texts, "table-unpacks-too-large", most = *most / MEBIBYTE), "table-plain-todo")
        }
        FileProblem::TooManyMerged { most } => (text!(texts, "table-merged", most = *most), "table-plain-todo"),
        FileProblem::TooManyRows { most } => (text!(texts, "table-rows", most = *most), "table-split-todo"),
        FileProblem::TooManyColumns { row, most } => {
            (text!(texts, "table-columns", row = *row, most = *most), "table-plain-todo")
        }
        FileProblem::CellTooLong { row, column, most } => {
            (text!(texts, "table-cell", row = *row, column = column_name(*column), most = *most), "table-cell-todo")
        }
        FileProblem::Protected => (texts.text("table-protected"), "table-protected-todo"),
        FileProblem::OldExcel => (texts.text("table-old"), "table-old-todo"),
        FileProblem::OtherWorkbook => (texts.text("table-other-workbook"), "table-old-todo"),
        FileProblem::Damaged => (texts.text("table-damaged"), "table-damaged-todo"),
        FileProblem::NotAList => (texts.text("table-not-a-list"), "table-not-a-list-todo"),
        FileProblem::NotUnicode => (texts.text("table-not-unicode"), "table-unicode-todo"),
        FileProblem::LostLetters { row, sample } => {
            (text!(texts, "table-lost-letters", row = *row, sample = sample.as_str()), "table-unicode-todo")
        }
        FileProblem::LegacyFont { row, sample } => {
            (text!(texts, "table-legacy", row = *row, sample = sample.as_str()), "table-legacy-todo")
        }
        FileProblem::Empty => (texts.text("table-empty"), "table-empty-todo"),
        FileProblem::Unreadable { detail } => {
            (text!(texts, "table-unreadable", detail = detail.as_str()), "table-unreadable-todo")
        }
    };
    Said { what, todo: texts.text(todo) }
}

/// That a file was converted from an old font, with an example.
pub fn conversion(converted: &Conversion, texts: &Texts) -> String {
    let place = format!("{}{}", column_name(converted.column), converted.row);
    let (before, after) = (converted.before.as_str(), converted.after.as_str());
    text!(texts, "table-converted", font = converted.font.name(), place = place, before = before, after = after)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use khien_texts::audit;

    use super::*;

    #[test]
    fn both_languages_have_the_same_texts_and_every_text_is_used() {
        let (vietnamese, english) = (source(Language::Vi), source(Language::En));
        assert_eq!(audit::differences(&[vietnamese], &[english]), [""; 0]);
        assert!(audit::not_composed(&[vietnamese]).is_empty());
        let mut used = BTreeSet::new();
        audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
        assert_eq!(audit::unused(&[vietnamese], &used), [""; 0]);
    }
}
