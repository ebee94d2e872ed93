//! An uploaded file as rows of text: `.xlsx`, or `.csv` in the encodings and with the separators that Excel writes.
//!
//! What is read is bounded before it is unpacked, and a file that cannot be read well is refused with what to do about it:
//! letters that are lost are worse than a file that is not taken.

mod delimited;
mod encoding;
mod legacy;
mod workbook;

use khien_model::text::nfc;
use serde::{Deserialize, Serialize};

/// How large an uploaded list may be. Seven thousand people with ten columns are less than 2 MB.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
/// How large the parts of a workbook may be together when they are unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// How many parts a workbook may have.
pub const MAX_PARTS: usize = 1_000;
/// How many rows may have something in them, titles and headings included.
pub const MAX_ROWS: usize = 10_000;
/// How many columns a row may have.
pub const MAX_COLUMNS: usize = 64;
/// How many letters a cell may have.
pub const MAX_CELL_LETTERS: usize = 1_000;

/// A row with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The name of the sheet in a workbook.
    pub sheet: Option<String>,
    /// The rows that have something in them.
    pub rows: Vec<Row>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProblem {
    /// More than [`MAX_FILE_BYTES`].
    TooLarge,
    /// More than [`MAX_UNPACKED_BYTES`] or [`MAX_PARTS`] in a workbook.
    UnpacksTooLarge,
    /// More than [`MAX_ROWS`].
    TooManyRows,
    /// More than [`MAX_COLUMNS`] in this row.
    TooManyColumns {
        /// The row.
        row: u32,
    },
    /// More than [`MAX_CELL_LETTERS`] in this cell.
    CellTooLong {
        /// The row.
        row: u32,
        /// The column, from 0.
        column: usize,
    },
    /// A workbook of Excel 97–2003, or one with a password.
    OldOrProtected,
    /// Looks like a workbook and cannot be read.
    Damaged,
    /// Neither a workbook nor text.
    NotAList,
    /// Text in a code page instead of Unicode.
    NotUnicode,
    /// The letters with marks were replaced by question marks when the file was saved.
    LostLetters {
        /// The row of the first.
        row: u32,
        /// A cell that shows it.
        sample: String,
    },
    /// Letters of a font such as `.VnTime` or `VNI-Times`.
    LegacyFont {
        /// The row of the first.
        row: u32,
        /// A cell that shows it.
        sample: String,
    },
    /// Nothing in it.
    Empty,
}

/// The rows of an uploaded file. What it is is seen in its bytes; its name does not matter.
pub fn read(bytes: &[u8]) -> Result<Table, FileProblem> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FileProblem::TooLarge);
    }
    let table = if bytes.starts_with(b"PK\x03\x04") {
        workbook::read(bytes)?
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(FileProblem::OldOrProtected);
    } else {
        Table { sheet: None, rows: delimited::read(&encoding::decode(bytes)?)? }
    };
    if table.rows.is_empty() {
        return Err(FileProblem::Empty);
    }
    legacy::check(&table.rows)?;
    Ok(table)
}

/// Gathers the rows of a table within its bounds.
#[derive(Default)]
struct Gathering {
    rows: Vec<Row>,
}

impl Gathering {
    /// Puts `text` into a cell; rows come in order, cells in any. Empty ones are nothing.
    fn put(&mut self, row: u32, column: usize, text: &str) -> Result<(), FileProblem> {
        // Looked at before it is copied: a workbook may refer to one huge text from every cell.
        if text.len() > 8 * MAX_CELL_LETTERS {
            return Err(FileProblem::CellTooLong { row, column });
        }
        let text = tidy(text);
        if text.is_empty() {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(FileProblem::TooManyColumns { row });
        }
        if text.chars().count() > MAX_CELL_LETTERS {
            return Err(FileProblem::CellTooLong { row, column });
        }
        if self.rows.last().is_none_or(|last| last.number != row) {
            if self.rows.len() == MAX_ROWS {
                return Err(FileProblem::TooManyRows);
            }
            self.rows.push(Row { number: row, cells: vec![] });
        }
        if let Some(last) = self.rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            if let Some(cell) = last.cells.get_mut(column) {
                *cell = text;
            }
        }
        Ok(())
    }
}

/// `text` in NFC, without what cannot be seen, every stretch of white space one space.
fn tidy(text: &str) -> String {
    let seen: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}'))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    nfc(&words.join(" ")).into_owned()
}

/// The name of a column as a spreadsheet shows it: `A`, `B`, …, `Z`, `AA`.
pub fn column_name(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        name.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests;
