//! One case, as a row of the table says. Parties are not among what it says.

use jiff::civil::Date;
use khien_tables::titles::plain;
use khien_tables::{DateSystem, Row, dates};

use crate::columns::{Column, Columns};

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The register does not say.
    Missing,
    /// Being enforced.
    Open,
    /// Put off or suspended: nothing is done by law.
    Suspended,
    /// There are no means to enforce on (chưa có điều kiện).
    WithoutMeans,
    /// Ended, handed over or discontinued.
    Closed,
}

impl Status {
    /// The state that the words of a register mean. What is not known to end a case leaves it open.
    pub fn of_words(words: &str) -> Self {
        let words = plain(words);
        let has = |part: &str| words.contains(part);
        if words.is_empty() {
            Self::Missing
        } else if has("chua co dieu kien") || has("khong co dieu kien") {
            Self::WithoutMeans
        } else if has("tam dinh chi") || has("hoan thi hanh") || words == "hoan" {
            Self::Suspended
        } else if has("chua") || has("dang") {
            Self::Open
        } else if ["xong", "ket thuc", "dinh chi", "uy thac", "hoan thanh", "tra don"].into_iter().any(has) {
            Self::Closed
        } else {
            Self::Open
        }
    }

    /// Whether somebody still has to work on it.
    pub fn is_open(self) -> bool {
        self != Self::Closed
    }
}

/// A cell that holds a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// The table has no such column.
    NoColumn,
    /// The cell is empty.
    Empty,
    /// The cell holds something else than a day.
    Unreadable,
    /// The day.
    On(Date),
}

impl Day {
    /// The day, if there is one.
    pub fn known(self) -> Option<Date> {
        match self {
            Self::On(day) => Some(day),
            _ => None,
        }
    }
}

/// The columns that hold days, in the order in which things happen.
pub const DAYS: [Column; 10] = [
    Column::Judged,
    Column::JudgmentReceived,
    Column::RequestReceived,
    Column::Registered,
    Column::Decided,
    Column::Assigned,
    Column::Notified,
    Column::VoluntaryEnd,
    Column::Verified,
    Column::Updated,
];

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case<'r> {
    row: &'r Row,
    columns: &'r Columns,
    dates: DateSystem,
    /// How it stands.
    pub status: Status,
}

impl<'r> Case<'r> {
    /// What a row says.
    pub fn new(row: &'r Row, columns: &'r Columns, dates: DateSystem) -> Self {
        let status = columns.place(Column::Status).map_or("", |place| row.cell(place));
        Self { row, columns, dates, status: Status::of_words(status) }
    }

    /// The row of the table.
    pub fn row(&self) -> u32 {
        self.row.number
    }

    /// The text of a column; `None` when the table has none such.
    pub fn text(&self, column: Column) -> Option<&'r str> {
        Some(self.row.cell(self.columns.place(column)?))
    }

    /// The day in a column.
    pub fn day(&self, column: Column) -> Day {
        match self.text(column) {
            None => Day::NoColumn,
            Some("") => Day::Empty,
            Some(text) => dates::parse(text, self.dates).map_or(Day::Unreadable, Day::On),
        }
    }

    /// The amount in a column: `None` when there is none, `Some(None)` when it cannot be read.
    pub fn amount(&self, column: Column) -> Option<Option<f64>> {
        self.text(column).filter(|text| !text.is_empty()).map(amount)
    }
}

/// An amount in dong: `1.234.567`, `1.234.567,50`, `1,234,567`, `1234567` or `1234567.5`.
pub fn amount(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let text = text.strip_suffix('đ').or(text.strip_suffix("VND")).or(text.strip_suffix("VNĐ")).unwrap_or(&text);
    let (dots, commas) = (text.matches('.').count(), text.matches(',').count());
    let groups_of_three = |mark: char| text.split(mark).skip(1).all(|group| group.len() == 3);
    let plain = match (dots, commas) {
        (0, 0) => text.to_owned(),
        // Dots between thousands, a comma before the fraction: how Vietnam writes.
        (_, 1) if dots > 0 && text.rfind(',') > text.rfind('.') => text.replace('.', "").replace(',', "."),
        (1, _) if commas > 0 && text.rfind('.') > text.rfind(',') => text.replace(',', ""),
        (_, 0) if groups_of_three('.') => text.replace('.', ""),
        (0, _) if groups_of_three(',') => text.replace(',', ""),
        (1, 0) => text.to_owned(),
        (0, 1) => text.replace(',', "."),
        _ => return None,
    };
    plain.parse::<f64>().ok().filter(|amount| amount.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_by_their_words() {
        let cases = [
            ("Đang thi hành", Status::Open),
            ("Chưa thi hành xong", Status::Open),
            ("Chưa có điều kiện thi hành", Status::WithoutMeans),
            ("Thi hành xong", Status::Closed),
            ("ĐÌNH CHỈ", Status::Closed),
            ("Tạm đình chỉ", Status::Suspended),
            ("Hoãn thi hành án", Status::Suspended),
            ("Ủy thác", Status::Closed),
            ("Có điều kiện", Status::Open),
            ("", Status::Missing),
        ];
        for (words, status) in cases {
            assert_eq!(Status::of_words(words), status, "{words}");
        }
    }

    #[test]
    fn amounts_are_read_as_vietnam_and_spreadsheets_write_them() {
        let cases = [
            ("1234567", Some(1_234_567.0)),
            ("1.234.567", Some(1_234_567.0)),
            ("1.234.567,5", Some(1_234_567.5)),
            ("1,234,567", Some(1_234_567.0)),
            ("1,234,567.5", Some(1_234_567.5)),
            ("1234567.5", Some(1_234_567.5)),
            ("12,5", Some(12.5)),
            ("5.000", Some(5000.0)),
            ("5 000 000 đ", Some(5_000_000.0)),
            ("-5", Some(-5.0)),
            ("1.2.3", None),
            ("năm triệu", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(amount(text), expected, "{text}");
        }
    }
}
