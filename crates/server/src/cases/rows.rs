//! The rows to correct as a workbook, to work through in the case-management software.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use khien_store::cases::{self, CaseResult};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::unit::{kind_name, unit_within_reach, what};
use crate::admin::desk::Desk;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Widths of the columns, in letters.
const WIDTHS: [u16; 4] = [10, 24, 40, 60];

/// Gives it.
pub(super) async fn workbook(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    unit_within_reach(&desk, Action::View, Resource::CaseDetail, &id, &tree.on(desk.today))?;
    let newest = cases::of_unit(&state.store, &id, 1).await?;
    let newest = newest.first().ok_or(Trouble::NotFound)?;
    let bytes = written(&desk, newest)
        .map_err(|error| Trouble::Internal { detail: format!("a workbook cannot be made: {error}") })?;
    let name = "attachment; filename=\"khien-dong-can-sua.xlsx\"".to_owned();
    let content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    Ok(([(header::CONTENT_TYPE, content), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn written(desk: &Desk<'_>, newest: &CaseResult) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    let heads = ["import-row", "case-number", "case-kind", "case-what"];
    for ((column, key), width) in (0..).zip(heads).zip(WIDTHS) {
        sheet.write_string_with_format(0, column, desk.t(key), &bold)?;
        sheet.set_column_width(column, width)?;
    }
    for (row, remark) in (1..).zip(&newest.remarks) {
        sheet.write_number(row, 0, remark.row)?;
        // As text: a number such as "=1+1" must stay what it is.
        sheet.write_string(row, 1, &remark.case)?;
        sheet.write_string(row, 2, kind_name(desk, remark.kind))?;
        sheet.write_string(row, 3, what(desk, remark))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}
