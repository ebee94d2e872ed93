//! One list on its way in: sent, its columns said, checked, done or failed.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_model::end_of_day;
use khien_store::cases::{self, MAX_FILE_NAME, Upload, UploadSource, UploadState};
use khien_store::ids;
use khien_texts::text;

use super::check::{self, Outcome, Taking, WhyNot};
use super::compare::{self, WhenInDoubt};
use super::list;
use super::mapping::{self, Beginning};
use crate::admin::desk::{Desk, day_of_form, filled, unit_name};
use crate::admin::sheet::{self, Block, Cell, Link, Table};
use crate::forms::BigUpload;
use crate::page::{Onward, Page, in_address};
use crate::rights::{Action, Resource};
use crate::spool;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// After how many seconds the page of a list that is being checked is shown again.
const SHOWN_AGAIN_SECONDS: u32 = 2;

/// The units whose lists the visitor may send.
pub(super) async fn taking(desk: &Desk<'_>) -> Result<Taking, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let reach = desk.visit.rights.reach(Action::Change, Resource::CaseData, &on);
    let units: BTreeSet<String> =
        on.units().iter().filter(|unit| reach.contains(Some(**unit))).map(|unit| tree.unit(*unit).id.clone()).collect();
    Ok(Taking::Units(units))
}

/// The name of a file, as long as one is kept.
pub(super) fn kept_name(name: &str) -> String {
    let name = filled(name).unwrap_or_else(|| "?".to_owned());
    name.chars().filter(|letter| !letter.is_control()).take(MAX_FILE_NAME).collect()
}

/// Takes a list in.
pub(super) async fn take(State(state): State<AppState>, visit: Visit, sent: BigUpload) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = filled(sent.field("unit"));
    if let Some(unit) = &unit {
        let known = tree.find(unit).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotFound)?;
        desk.check(Action::Change, Resource::CaseData, Some(&tree.unit(known).id), &on)?;
    }
    let mut mistakes = Vec::new();
    let mut wrong = |field: &str, what: String| mistakes.push((field.to_owned(), what));
    let day = day_of_form(sent.field("exported")).filter(|day| *day <= desk.today);
    if day.is_none() {
        wrong("exported", desk.t("case-exported-wrong"));
    }
    let mut beginning = None;
    match &sent.file {
        None => wrong("list", desk.t("import-file-missing")),
        Some((_, spooled)) => match Beginning::read(spooled.path().to_owned()).await? {
            Ok(read) => beginning = Some(read),
            Err(problem) => {
                // Here the sample may be shown: whoever sent the list sees it, and nobody keeps it.
                let (what, todo) = match &problem {
                    khien_cases::CheckProblem::File(problem) => {
                        let said = khien_tables::say::file_problem(problem, desk.texts);
                        (said.what, said.todo)
                    }
                    other => check::said(other, desk.texts),
                };
                wrong("list", format!("{what} {todo}"));
            }
        },
    }
    let (Some(day), Some(beginning), Some((name, spooled))) = (day, beginning, &sent.file) else {
        let page = list::page(&desk, &sent, &mistakes).await?;
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    let profile = cases::profile(&state.store, unit.as_deref(), &beginning.titles.cells).await?;
    let known = profile.filter(|profile| beginning.columns(profile).is_ok());
    let upload = Upload {
        id: ids::fresh(visit.now)?,
        source: UploadSource::Web,
        file_name: kept_name(name),
        unit,
        // A day stands for its end, which today is yet to come.
        exported_at: end_of_day(day).min(visit.now),
        mapping: known.clone().unwrap_or_default(),
        state: if known.is_some() { UploadState::Checking } else { UploadState::Mapping },
        rows_read: 0,
        changed_at: visit.now,
        outcome: None,
        server: state.server.to_string(),
        created_by: Some(desk.person()?.to_owned()),
        created_at: visit.now,
    };
    let id = upload.id.clone();
    spooled.keep_as(&id).await?;
    let noted = async {
        let mut change = desk.begin().await?;
        cases::insert(&mut change, &upload).await?;
        Ok::<(), Trouble>(change.commit().await?)
    };
    if let Err(trouble) = noted.await {
        spool::forget(&state.settings.data, &id).await;
        return Err(trouble);
    }
    if known.is_some() {
        check::begin(&state, upload, taking(&desk).await?, WhenInDoubt::Ask, visit.actor());
    }
    Ok(Onward::to(format!("/cases/uploads/{id}")).into_response())
}

/// A list that the visitor sent, or whose unit they look after.
pub(super) async fn found(desk: &Desk<'_>, id: &str) -> Result<Upload, Trouble> {
    let upload = cases::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    if upload.created_by.as_deref() != Some(desk.person()?) {
        let tree = desk.tree().await?;
        desk.check(Action::Change, Resource::CaseData, upload.unit.as_deref(), &tree.on(desk.today))?;
    }
    Ok(upload)
}

/// Shows how far it is.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let upload = found(&desk, &id).await?;
    let outcome = Outcome::of(&upload);
    match upload.state {
        UploadState::Mapping => {
            let blocks = match Beginning::read(spool::path_of(&state.settings.data, &id)).await? {
                Ok(beginning) => mapping::blocks(&desk, &upload, &beginning, None),
                Err(_) => vec![Block::Notice("fail", desk.t("case-file-gone"))],
            };
            page(&desk, &upload, &blocks)
        }
        UploadState::Checking => {
            let is_silent = visit.now.duration_since(upload.changed_at) > check::SILENT_FOR;
            let said = if is_silent {
                Block::Notice("fail", desk.t("case-interrupted"))
            } else {
                Block::Notice("unknown", text!(desk.texts, "case-checking", rows = upload.rows_read))
            };
            let page = page(&desk, &upload, &[said])?;
            Ok(if is_silent { page } else { page.again_after(SHOWN_AGAIN_SECONDS) })
        }
        UploadState::Waiting => page(&desk, &upload, &compare::blocks(&desk, &upload, &outcome).await?),
        UploadState::Done => page(&desk, &upload, &done(&desk, &upload, &outcome).await?),
        UploadState::Failed => {
            let (what, todo) = outcome.problem_in(visit.language).cloned().unwrap_or_default();
            page(
                &desk,
                &upload,
                &[Block::Notice("fail", what), Block::Text(todo), Block::Text(desk.t("case-nothing-kept"))],
            )
        }
        UploadState::Discarded => page(&desk, &upload, &[Block::Notice("unknown", desk.t("case-discarded"))]),
    }
}

/// The page of a list, with what there is to say about it.
pub(super) fn page(desk: &Desk<'_>, upload: &Upload, blocks: &[Block]) -> Result<Page, Trouble> {
    let way = [Link::new("/cases", desk.t("case-title"))];
    let mut all = vec![Block::Facts(vec![
        (desk.t("import-file"), Cell::text(&upload.file_name)),
        (desk.t("case-exported"), Cell::Text(desk.moment(upload.exported_at))),
        (desk.t("case-state"), Cell::Text(desk.t(&format!("case-state-{}", upload.state)))),
    ])];
    all.extend_from_slice(blocks);
    sheet::page(
        desk.state,
        desk.visit,
        text!(desk.texts, "case-upload-title", file = upload.file_name.as_str()),
        &way,
        &all,
    )
}

async fn done(desk: &Desk<'_>, upload: &Upload, outcome: &Outcome) -> Result<Vec<Block>, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let said = text!(desk.texts, "case-done", cases = outcome.cases, units = outcome.units.len());
    let mut blocks = vec![Block::Notice("pass", said)];
    if outcome.parties_left_out > 0 {
        blocks.push(Block::Text(text!(desk.texts, "case-parties-left-out", count = outcome.parties_left_out)));
    }
    let compared = compare::lines(desk, outcome, &on);
    if !compared.is_empty() {
        blocks.extend([Block::Heading(desk.t("case-since-before")), Block::List(compared)]);
    }
    let rows = cases::of_upload(&desk.state.store, &upload.id).await?.into_iter().map(|result| {
        let href = format!("/cases/units/{}", in_address(&result.unit));
        let mut row = vec![Cell::link(href, unit_name(&on, &result.unit))];
        row.extend(list::figure_cells(desk, &result.figures));
        row
    });
    blocks.push(Block::Table(Table {
        caption: desk.t("case-by-unit"),
        heads: list::heads(desk, &[]),
        rows: rows.collect(),
        empty: desk.t("case-no-unit-taken"),
        around: vec![],
    }));
    let not_taken = outcome.not_taken.iter().map(|part| {
        let key = match part.why {
            WhyNot::UnknownUnit => "case-unknown-unit",
            WhyNot::OutOfReach => "case-out-of-reach",
        };
        Cell::Text(text!(desk.texts, key, row = part.row, cases = part.cases))
    });
    let not_taken: Vec<Cell> = not_taken.collect();
    if !not_taken.is_empty() {
        blocks.extend([Block::Heading(desk.t("case-not-taken")), Block::List(not_taken)]);
    }
    let totals = outcome.wrong_totals.iter().map(|(row, column, said, summed)| {
        let column = khien_cases::say::column(column, desk.texts);
        let (said, summed) = (format!("{said:.0}"), format!("{summed:.0}"));
        Cell::Text(text!(desk.texts, "case-wrong-total", row = *row, column = column, said = said, summed = summed))
    });
    let totals: Vec<Cell> = totals.collect();
    if !totals.is_empty() {
        blocks.extend([Block::Heading(desk.t("case-wrong-totals")), Block::List(totals)]);
    }
    Ok(blocks)
}

/// Throws it away.
pub(super) async fn discard(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    found(&desk, &id).await?;
    let mut change = desk.begin().await?;
    cases::discard(&mut change, &id).await?;
    change.commit().await?;
    spool::forget(&state.settings.data, &id).await;
    Ok(Onward::to("/cases").saying("case-was-discarded", &visit))
}
