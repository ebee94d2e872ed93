//! What is wrong with a row, in the reader's language: what it is, and what to do.

use khien_tables::column_name;
use khien_tables::say::Said;
use khien_texts::{Texts, text};

use super::Kind;
use super::plan::{Problem, RowProblem};

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
        Problem::NotALogin => {
            (text!(texts, "import-row-not-a-login", value = value), texts.text("import-row-not-a-login-todo"))
        }
        Problem::NotADay => {
            (text!(texts, "import-row-not-a-day", value = value), texts.text("import-row-not-a-day-todo"))
        }
        Problem::NotYesOrNo => {
            (text!(texts, "import-row-not-yes-or-no", value = value), texts.text("import-row-not-yes-or-no-todo"))
        }
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
