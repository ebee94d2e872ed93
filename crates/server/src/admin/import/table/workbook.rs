//! `.xlsx`: a ZIP archive of XML.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::{FileProblem, Gathering, MAX_PARTS, MAX_UNPACKED_BYTES, Table};

pub(super) fn read(bytes: &[u8]) -> Result<Table, FileProblem> {
    measure(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|problem| match problem {
        XlsxError::Password => FileProblem::OldOrProtected,
        _ => FileProblem::Damaged,
    })?;
    // The first sheet that has something in it: workbooks are often saved with an empty one in front.
    for sheet in workbook.sheet_names() {
        let rows = sheet_rows(&mut workbook, &sheet)?;
        if !rows.is_empty() {
            return Ok(Table { sheet: Some(sheet), rows });
        }
    }
    Err(FileProblem::Empty)
}

/// Unpacks every part to nowhere and counts: what the archive itself says about its sizes may be wrong.
fn measure(bytes: &[u8]) -> Result<(), FileProblem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileProblem::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(FileProblem::UnpacksTooLarge);
    }
    let mut left = MAX_UNPACKED_BYTES;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| FileProblem::Damaged)?;
        let unpacked =
            std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| FileProblem::Damaged)?;
        left = left.checked_sub(unpacked).ok_or(FileProblem::UnpacksTooLarge)?;
    }
    Ok(())
}

/// Reads cell by cell: calamine's ranges hold a cell for every place between the first and the last.
fn sheet_rows(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<super::Row>, FileProblem> {
    let mut cells = match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet of a chart has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(vec![]),
        Err(_) => return Err(FileProblem::Damaged),
    };
    let mut gathering = Gathering::default();
    let mut last_row = 0;
    while let Some(cell) = cells.next_cell().map_err(|_| FileProblem::Damaged)? {
        let (row, column) = cell.get_position();
        // The rows of a sheet come in order; those of a forged one must not be gathered twice.
        if row < last_row {
            return Err(FileProblem::Damaged);
        }
        last_row = row;
        gathering.put(row.saturating_add(1), column as usize, &written(cell.get_value()))?;
    }
    Ok(gathering.rows)
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
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}
