//! A file that was looked at and can be read row by row.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use crate::delimited::Delimited;
use crate::fonts;
use crate::row::{Row, Table};
use crate::workbook::Workbook;
use crate::{Conversion, DateSystem, FileProblem, Limits};

/// How many rows are looked at to see in which letters a file is written.
const SAMPLE_ROWS: usize = 500;
/// How an archive begins, and with it a workbook.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How the compound files of old Excel begin, and those in which new Excel wraps a workbook with a password.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0";
/// How many bytes at the beginning say what a file is.
const MAGIC_BYTES: usize = 4;

/// Where the rows come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The name of the sheet in a workbook.
    pub sheet: Option<String>,
    /// What plain numbers mean where a date is wanted.
    pub dates: DateSystem,
    /// That the text is converted from an old font, with an example.
    pub converted: Option<Conversion>,
}

/// A file that was looked at: it is within its bounds, and its letters and dates are understood.
pub struct Spreadsheet<S> {
    form: Form<S>,
    limits: Limits,
    origin: Origin,
}

enum Form<S> {
    Workbook(Box<Workbook<S>>),
    Delimited(Box<Delimited<S>>),
}

impl<S: Read + Seek> Spreadsheet<S> {
    /// Looks at a file. What it is is seen in its bytes; its name does not matter.
    pub fn open(mut source: S, limits: Limits) -> Result<Self, FileProblem> {
        let size = source.seek(SeekFrom::End(0))?;
        if size > limits.file_bytes {
            return Err(FileProblem::TooLarge { most: limits.file_bytes });
        }
        source.rewind()?;
        let mut beginning = Vec::with_capacity(MAGIC_BYTES);
        source.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut beginning)?;
        source.rewind()?;
        let mut origin = Origin::default();
        let form = match beginning.as_slice() {
            ARCHIVE => {
                let workbook = Workbook::open(source, &limits)?;
                origin.sheet = Some(workbook.sheet().to_owned());
                origin.dates = workbook.dates();
                Form::Workbook(Box::new(workbook))
            }
            COMPOUND_FILE => return Err(compound(source)?),
            _ => Form::Delimited(Box::new(Delimited::open(source)?)),
        };
        let mut spreadsheet = Self { form, limits, origin };
        let sample = spreadsheet.first_rows(SAMPLE_ROWS)?;
        if sample.is_empty() {
            return Err(FileProblem::Empty);
        }
        let certainly = matches!(&spreadsheet.form, Form::Delimited(file) if file.is_of_a_code_page());
        spreadsheet.origin.converted = fonts::look_at(&sample, certainly)?;
        if let Some(mut converted) = spreadsheet.origin.converted.clone() {
            // Read once more: some codes of old fonts were taken for characters that nobody sees.
            let rows = spreadsheet.first_rows(SAMPLE_ROWS)?;
            if let Some(row) = rows.iter().find(|row| row.number == converted.row) {
                row.cell(converted.column).clone_into(&mut converted.after);
            }
            spreadsheet.origin.converted = Some(converted);
        }
        Ok(spreadsheet)
    }

    /// Where the rows come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Hands each row with something in it to `take`, from the first on. `Break` ends the reading.
    pub fn rows(&mut self, take: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), FileProblem> {
        let font = self.origin.converted.as_ref().map(|converted| converted.font);
        match &mut self.form {
            Form::Workbook(workbook) => workbook.rows(self.limits, font, take),
            Form::Delimited(file) => file.rows(self.limits, font, take),
        }
    }

    /// The first `count` rows with something in them.
    pub fn first_rows(&mut self, count: usize) -> Result<Vec<Row>, FileProblem> {
        let mut rows = Vec::new();
        self.rows(&mut |row| {
            rows.push(row);
            if rows.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(rows)
    }
}

/// The rows of an uploaded list, within [`Limits::LIST`].
pub fn read(bytes: &[u8]) -> Result<Table, FileProblem> {
    let mut spreadsheet = Spreadsheet::open(Cursor::new(bytes), Limits::LIST)?;
    let mut rows = Vec::new();
    spreadsheet.rows(&mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    let Origin { sheet, converted, .. } = spreadsheet.origin;
    Ok(Table { sheet, rows, converted })
}

/// The directory of a compound file names its parts in UTF-16.
const ENCRYPTED_PART: &str = "EncryptedPackage";
/// How much of a compound file is read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a compound file is: a workbook with a password, or one of old Excel.
fn compound(mut source: impl Read) -> Result<FileProblem, FileProblem> {
    let name: Vec<u8> = ENCRYPTED_PART.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut window = Vec::new();
    loop {
        if source.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut window)? == 0 {
            return Ok(FileProblem::OldExcel);
        }
        if window.windows(name.len()).any(|part| part == name) {
            return Ok(FileProblem::Protected);
        }
        window.drain(..window.len().saturating_sub(name.len()));
    }
}
