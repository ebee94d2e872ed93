//! Rows of text, and how they are gathered out of cells.

use std::ops::ControlFlow;

use khien_model::text::nfc;
use serde::{Deserialize, Serialize};

use crate::{Conversion, FileProblem, Font, Limits};

/// A row with something in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number as the spreadsheet shows it: the first is 1.
    pub number: u32,
    /// The cells from the first column on: NFC, white space made single, no empty ones at the end.
    pub cells: Vec<String>,
}

impl Row {
    /// The cell of a column; what is missing is empty.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// The rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The name of the sheet in a workbook.
    pub sheet: Option<String>,
    /// The rows that have something in them.
    pub rows: Vec<Row>,
    /// That the text was converted from an old font, with an example.
    pub converted: Option<Conversion>,
}

/// What becomes of a row. `Break` ends the reading.
pub(crate) type Take<'t> = dyn FnMut(Row) -> ControlFlow<()> + 't;

/// Gathers cells into rows within the bounds. Rows come in order, cells in any.
pub(crate) struct Gathering<'g> {
    limits: Limits,
    font: Option<Font>,
    take: &'g mut Take<'g>,
    current: Row,
    rows: u32,
    ended: bool,
}

impl<'g> Gathering<'g> {
    pub(crate) fn new(limits: Limits, font: Option<Font>, take: &'g mut Take<'g>) -> Self {
        Self { limits, font, take, current: Row::default(), rows: 0, ended: false }
    }

    /// Whether nobody wants more rows.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Puts `text` into a cell of the current row. Empty ones are nothing.
    pub(crate) fn put(&mut self, row: u32, column: usize, text: &str) -> Result<(), FileProblem> {
        let too_long = FileProblem::CellTooLong { row, column, most: self.limits.cell_letters };
        // Looked at before it is copied: a workbook may refer to one huge text from every cell.
        if text.len() > 8 * self.limits.cell_letters {
            return Err(too_long);
        }
        // What is drawn is decided by the font, so the text is converted before anything in it is taken for invisible.
        let text = match self.font {
            Some(font) => tidy(&font.convert(text)),
            None => tidy(text),
        };
        if text.len() > self.limits.cell_letters && text.chars().count() > self.limits.cell_letters {
            return Err(too_long);
        }
        self.put_tidy(row, column, text)
    }

    /// Puts a text that needs no tidying, because it was in a cell before.
    pub(crate) fn put_tidy(&mut self, row: u32, column: usize, text: String) -> Result<(), FileProblem> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(FileProblem::TooManyColumns { row, most: self.limits.columns });
        }
        if self.current.cells.len() <= column {
            self.current.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.current.cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    /// The row that is being gathered, for whoever fills in what is merged.
    pub(crate) fn current(&self) -> &Row {
        &self.current
    }

    /// Ends the current row, whose number is `number`.
    pub(crate) fn end_row(&mut self, number: u32) -> Result<(), FileProblem> {
        if self.current.cells.is_empty() || self.ended {
            self.current.cells.clear();
            return Ok(());
        }
        if self.rows == self.limits.rows {
            return Err(FileProblem::TooManyRows { most: self.limits.rows });
        }
        self.rows += 1;
        let row = Row { number, cells: std::mem::take(&mut self.current.cells) };
        self.ended = (self.take)(row).is_break();
        Ok(())
    }
}

/// `text` in NFC, without what cannot be seen, every stretch of white space one space.
fn tidy(text: &str) -> String {
    if is_tidy(text) {
        return text.to_owned();
    }
    let seen: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}'))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    nfc(&words.join(" ")).into_owned()
}

/// Whether there is nothing to tidy in numbers, dates and other plain text, which most cells are.
fn is_tidy(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The name of a column as a spreadsheet shows it: `A`, `B`, …, `Z`, `AA`.
pub fn column_name(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column.saturating_add(1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        name.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_like_in_a_spreadsheet() {
        let names: Vec<String> =
            [0, 1, 25, 26, 27, 51, 52, 701, 702].iter().map(|column| column_name(*column)).collect();
        assert_eq!(names.join(" "), "A B Z AA AB AZ BA ZZ AAA");
    }

    #[test]
    fn text_is_tidied() {
        for (written, expected) in [
            ("a", "a"),
            (" a \t b ", "a b"),
            ("\u{a0}x\u{200b}y\n", "xy"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("\u{ad}", ""),
        ] {
            assert_eq!(tidy(written), expected);
        }
    }
}
