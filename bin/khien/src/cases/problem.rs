//! Why a list of cases was not checked, in words.

use std::path::Path;

use khien_cases::CheckProblem;
use khien_tables::say;

use crate::i18n::{Texts, text};
use crate::problem::Problem;
use khien_texts::labels::shortened;

/// What to tell the user.
pub(super) fn of(problem: &CheckProblem, path: &Path, texts: &Texts) -> Problem {
    let path = shortened(&path.to_string_lossy());
    let (what, hints) = match problem {
        CheckProblem::File(problem) => {
            let said = say::file_problem(problem, texts);
            (said.what, vec![said.todo])
        }
        CheckProblem::NoTitles => (texts.text("cases-no-titles"), vec![texts.text("cases-columns-todo")]),
        CheckProblem::MissingColumns { missing, titles } => {
            let names: Vec<String> = missing.iter().map(|column| column_name(column, texts)).collect();
            let what = text!(texts, "cases-missing-columns", columns = names.join(", "));
            let seen = text!(texts, "cases-titles", titles = shortened(&titles.join(", ")));
            (what, vec![seen, texts.text("cases-columns-todo")])
        }
        CheckProblem::WrongProfile(entries) => {
            let what = text!(texts, "cases-wrong-profile", entries = shortened(&entries.join("; ")));
            (what, vec![texts.text("cases-columns-todo")])
        }
        CheckProblem::NoSuchUnit(units) => {
            let known = text!(texts, "hint-known", known = shortened(&units.join(", ")));
            (texts.text("cases-no-such-unit"), vec![known])
        }
    };
    Problem::Worded { what: format!("{path}: {what}"), hints }
}

/// What a canonical column is called.
pub(super) fn column_name(column: &str, texts: &Texts) -> String {
    texts.text(&column_key(column))
}

/// The key of that name.
pub(crate) fn column_key(column: &str) -> String {
    format!("cases-column-{}", column.replace('_', "-"))
}
