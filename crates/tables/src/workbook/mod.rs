//! `.xlsx` and `.xlsm`: a ZIP archive of XML. Macros are a part that is never opened.

mod measure;
mod merged;

use std::io::{Read, Seek};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use self::merged::Merged;
use crate::row::{Gathering, Take};
use crate::{DateSystem, FileProblem, Font, Limits};

/// A workbook and which of its sheets is read.
pub(crate) struct Workbook<S> {
    file: Xlsx<S>,
    sheet: String,
    /// Whether a sheet has merged cells at all: looking for them means reading the sheet once more.
    has_merged: bool,
}

impl<S: Read + Seek> Workbook<S> {
    /// Measures the archive, opens it and finds the first sheet that has something in it: workbooks are often saved with an
    /// empty one in front.
    pub(crate) fn open(mut source: S, limits: &Limits) -> Result<Self, FileProblem> {
        let measured = measure::measure(&mut source, limits)?;
        source.rewind()?;
        let file = Xlsx::new(source).map_err(|problem| match problem {
            XlsxError::Password => FileProblem::Protected,
            _ => FileProblem::Damaged,
        })?;
        let mut workbook = Self { file, sheet: String::new(), has_merged: measured.merged_regions > 0 };
        for sheet in workbook.file.sheet_names() {
            workbook.sheet = sheet;
            if workbook.has_cells()? {
                return Ok(workbook);
            }
        }
        Err(FileProblem::Empty)
    }

    pub(crate) fn sheet(&self) -> &str {
        &self.sheet
    }

    pub(crate) fn dates(&self) -> DateSystem {
        if self.file.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 }
    }

    fn has_cells(&mut self) -> Result<bool, FileProblem> {
        let Some(mut cells) = cells(&mut self.file, &self.sheet)? else { return Ok(false) };
        while let Some(cell) = cells.next_cell().map_err(|_| FileProblem::Damaged)? {
            if !written(cell.get_value()).trim().is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads cell by cell: calamine's ranges hold a cell for every place between the first and the last.
    pub(crate) fn rows(&mut self, limits: Limits, font: Option<Font>, take: &mut Take<'_>) -> Result<(), FileProblem> {
        let mut merged = Merged::default();
        if self.has_merged {
            let regions = self.file.merge_cells_by_sheet_name(&self.sheet).map_err(|_| FileProblem::Damaged)?;
            merged = Merged::new(regions);
        }
        let Some(mut cells) = cells(&mut self.file, &self.sheet)? else { return Ok(()) };
        let mut gathering = Gathering::new(limits, font, take);
        let mut current = 0;
        while let Some(cell) = cells.next_cell().map_err(|_| FileProblem::Damaged)? {
            let (row, column) = cell.get_position();
            // The rows of a sheet come in order; those of a forged one must not be gathered twice.
            if row < current {
                return Err(FileProblem::Damaged);
            }
            if row > current {
                merged.fill(current, &mut gathering)?;
                gathering.end_row(current.saturating_add(1))?;
                if gathering.has_ended() {
                    return Ok(());
                }
                current = row;
            }
            match cell.get_value() {
                DataRef::SharedString(text) => gathering.put(row.saturating_add(1), column as usize, text)?,
                DataRef::Empty => {}
                value => gathering.put(row.saturating_add(1), column as usize, &written(value))?,
            }
        }
        merged.fill(current, &mut gathering)?;
        gathering.end_row(current.saturating_add(1))
    }
}

/// The cells of a sheet. A sheet of a chart has none.
fn cells<'f, S: Read + Seek>(
    file: &'f mut Xlsx<S>,
    sheet: &str,
) -> Result<Option<calamine::XlsxCellReader<'f, S>>, FileProblem> {
    match file.worksheet_cells_reader(sheet) {
        Ok(cells) => Ok(Some(cells)),
        Err(XlsxError::NotAWorksheet(_)) => Ok(None),
        Err(_) => Err(FileProblem::Damaged),
    }
}

/// A value as its reader would type it.
fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            let day = format!("{day:02}/{month:02}/{year:04}");
            if (hour, minute) == (0, 0) { day } else { format!("{day} {hour:02}:{minute:02}") }
        }
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}
