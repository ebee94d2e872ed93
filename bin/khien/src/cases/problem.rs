//! Why a list of cases was not checked, in words.

use std::path::Path;

use khien_cases::CheckProblem;

use crate::i18n::{Texts, text};
use crate::problem::Problem;
use khien_texts::labels::shortened;

/// What to tell the user.
pub(super) fn of(problem: &CheckProblem, path: &Path, texts: &Texts) -> Problem {
    let path = shortened(&path.to_string_lossy());
    let hints = match problem {
        CheckProblem::File(problem) => vec![khien_tables::say::file_problem(problem, texts).todo],
        CheckProblem::NoTitles | CheckProblem::WrongProfile(_) => vec![texts.text("cases-columns-todo")],
        CheckProblem::MissingColumns { titles, .. } => {
            let seen = text!(texts, "cases-titles", titles = shortened(&titles.join(", ")));
            vec![seen, texts.text("cases-columns-todo")]
        }
        CheckProblem::NoSuchUnit(units) => {
            vec![text!(texts, "hint-known", known = shortened(&units.join(", ")))]
        }
        CheckProblem::NoCases => vec![khien_cases::say::no_cases_todo(texts)],
        CheckProblem::NoUnitColumn => vec![texts.text("cases-no-unit-column-todo")],
        CheckProblem::Stopped => Vec::new(),
    };
    let what = khien_cases::say::problem(problem, texts);
    Problem::Worded { what: format!("{path}: {what}"), hints }
}
