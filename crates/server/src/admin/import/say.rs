//! What is wrong with a file or a row, in the reader's language: what it is, and what to do.

use khien_texts::{Texts, text};

use super::Kind;
use super::plan::{Problem, RowProblem};
use super::table::{
    FileProblem, MAX_CELL_LETTERS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MAX_UNPACKED_BYTES, column_name,
};

const MEBIBYTE: usize = 1024 * 1024;

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
    let unpacked = usize::try_from(MAX_UNPACKED_BYTES).unwrap_or(usize::MAX) / MEBIBYTE;
    let (what, todo) = match problem {
        FileProblem::TooLarge => {
            (text!(texts, "import-file-too-large", most = MAX_FILE_BYTES / MEBIBYTE), "import-file-split-todo")
        }
        FileProblem::UnpacksTooLarge => {
            (text!(texts, "import-file-unpacks-too-large", most = unpacked), "import-file-plain-todo")
        }
        FileProblem::TooManyRows => (text!(texts, "import-file-rows", most = MAX_ROWS), "import-file-split-todo"),
        FileProblem::TooManyColumns { row } => {
            (text!(texts, "import-file-columns", row = *row, most = MAX_COLUMNS), "import-file-plain-todo")
        }
        FileProblem::CellTooLong { row, column } => {
            let column = column_name(*column);
            (
                text!(texts, "import-file-cell", row = *row, column = column, most = MAX_CELL_LETTERS),
                "import-file-cell-todo",
            )
        }
        FileProblem::OldOrProtected => (texts.text("import-file-old"), "import-file-old-todo"),
        FileProblem::Damaged => (texts.text("import-file-damaged"), "import-file-damaged-todo"),
        FileProblem::NotAList => (texts.text("import-file-not-a-list"), "import-file-not-a-list-todo"),
        FileProblem::NotUnicode => (texts.text("import-file-not-unicode"), "import-file-unicode-todo"),
        FileProblem::LostLetters { row, sample } => {
            (text!(texts, "import-file-lost-letters", row = *row, sample = sample.as_str()), "import-file-unicode-todo")
        }
        FileProblem::LegacyFont { row, sample } => {
            (text!(texts, "import-file-legacy", row = *row, sample = sample.as_str()), "import-file-legacy-todo")
        }
        FileProblem::Empty => (texts.text("import-file-empty"), "import-file-empty-todo"),
    };
    Said { what, todo: texts.text(todo) }
}

/// What is wrong in a row.
pub fn row_problem(problem: &RowProblem, texts: &Texts) -> Said {
    let value = problem.value.as_str();
    let suggested = |texts: &Texts, suggestion: &Option<String>, otherwise: &str| match suggestion {
        Some(suggestion) => text!(texts, "import-did-you-mean", suggestion = suggestion.as_str()),
        None => texts.text(otherwise),
    };
    let (what, todo) = match &problem.problem {
        Problem::Missing => (texts.text("import-row-missing"), texts.text("import-row-missing-todo")),
        Problem::Spreadsheet => {
            (text!(texts, "import-row-spreadsheet", value = value), texts.text("import-row-spreadsheet-todo"))
        }
        Problem::TooLong(most) => {
            (text!(texts, "import-row-too-long", most = *most), texts.text("import-row-too-long-todo"))
        }
        Problem::NotAnAddress => {
            (text!(texts, "import-row-not-an-address", value = value), texts.text("import-row-not-an-address-todo"))
        }
        Problem::NotAHostName => {
            (text!(texts, "import-row-not-a-host-name", value = value), texts.text("import-row-not-a-host-name-todo"))
        }
        Problem::NoSuchUnit { suggestion } => {
            (text!(texts, "import-row-no-unit", value = value), suggested(texts, suggestion, "import-row-no-unit-todo"))
        }
        Problem::SeveralUnits(count) => (
            text!(texts, "import-row-several-units", value = value, count = *count),
            texts.text("import-row-several-units-todo"),
        ),
        Problem::NoSuchPerson { suggestion } => (
            text!(texts, "import-row-no-person", value = value),
            suggested(texts, suggestion, "import-row-no-person-todo"),
        ),
        Problem::SeveralPeople(count) => (
            text!(texts, "import-row-several-people", value = value, count = *count),
            texts.text("import-row-several-people-todo"),
        ),
        Problem::Duplicate { row } => {
            (text!(texts, "import-row-duplicate", row = *row), texts.text("import-row-duplicate-todo"))
        }
        Problem::Namesakes(count) => (
            text!(texts, "import-row-namesakes", value = value, count = *count),
            texts.text("import-row-namesakes-todo"),
        ),
        Problem::SeveralDevices(count) => (
            text!(texts, "import-row-several-devices", value = value, count = *count),
            texts.text("import-row-several-devices-todo"),
        ),
        Problem::Circle => (texts.text("import-row-circle"), texts.text("import-row-circle-todo")),
    };
    Said { what, todo }
}

/// Where a mistake stands: `B7`; the row alone when the list has no such column.
pub fn place(problem: &RowProblem) -> String {
    problem.column.map_or_else(|| problem.row.to_string(), |column| format!("{}{}", column_name(column), problem.row))
}

/// The name of a field of a list.
pub fn field(kind: Kind, field: &str, texts: &Texts) -> String {
    texts.text(&field_key(kind, field))
}

/// The key of that name.
pub(crate) fn field_key(kind: Kind, field: &str) -> String {
    format!("import-{}-{}", kind.word(), field.replace('_', "-"))
}
