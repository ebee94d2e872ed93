//! Why a file cannot be read.

/// Why a file cannot be read. Rows are numbered as the spreadsheet shows them, columns from 0. Where a bound was reached,
/// it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProblem {
    /// The file has more than so many bytes.
    TooLarge {
        /// The bound.
        most: u64,
    },
    /// A workbook with more parts than the bound, or that unpacks to more than so many bytes.
    UnpacksTooLarge {
        /// The bound of what it may unpack to.
        most: u64,
    },
    /// More than so many regions of merged cells.
    TooManyMerged {
        /// The bound.
        most: usize,
    },
    /// More than so many rows.
    TooManyRows {
        /// The bound.
        most: u32,
    },
    /// More than so many columns in this row.
    TooManyColumns {
        /// The row.
        row: u32,
        /// The bound.
        most: usize,
    },
    /// More than so many letters in this cell.
    CellTooLong {
        /// The row.
        row: u32,
        /// The column, from 0.
        column: usize,
        /// The bound.
        most: usize,
    },
    /// A workbook with a password.
    Protected,
    /// A workbook of Excel 97–2003.
    OldExcel,
    /// A workbook of another kind: OpenDocument, or Excel's binary one.
    OtherWorkbook,
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
    /// Letters of a font such as `.VnTime` or `VNI-Times`, and it cannot be told which.
    LegacyFont {
        /// The row of the first.
        row: u32,
        /// A cell that shows it.
        sample: String,
    },
    /// Nothing in it.
    Empty,
    /// The file could be opened and then not be read.
    Unreadable {
        /// What the system says.
        detail: String,
    },
}

impl From<std::io::Error> for FileProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable { detail: error.to_string() }
    }
}
