//! What the columns of a list hold: guessed from the titles, remembered from the last time, or chosen by a person.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_cases::columns::{Column, Columns, FIELDS, is_of_parties};
use khien_cases::{CheckProblem, say};
use khien_store::cases::{self, Profile, Upload};
use khien_tables::titles::{TITLE_ROWS, plain};
use khien_tables::{Conversion, FileProblem, Limits, Row, Spreadsheet, column_name};
use khien_texts::text;

use super::compare::WhenInDoubt;
use super::{check, upload};
use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Field, Form};
use crate::page::Onward;
use crate::spool;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many cells of a column show what is in it.
const SHOWN_CELLS: usize = 3;

/// The beginning of a list. It is shown to whoever sent it and kept nowhere.
pub(super) struct Beginning {
    pub(super) titles: Row,
    below: Vec<Row>,
    converted: Option<Conversion>,
}

impl Beginning {
    /// Reads it, on a thread of its own.
    pub(super) async fn read(path: PathBuf) -> Result<Result<Self, CheckProblem>, Trouble> {
        let reading = tokio::task::spawn_blocking(move || {
            let file = File::open(path).map_err(FileProblem::from)?;
            let mut table = Spreadsheet::open(BufReader::new(file), Limits::CASES)?;
            let rows = table.first_rows(TITLE_ROWS + SHOWN_CELLS)?;
            let (titles, below) = khien_cases::beginning(&rows)?;
            let below = rows.get(below..).unwrap_or_default().to_vec();
            Ok(Self { titles, below, converted: table.origin().converted.clone() })
        });
        reading.await.map_err(|error| Trouble::Internal { detail: format!("a list was not read: {error}") })
    }

    /// What a profile says about its columns: what each holds, or what is wrong.
    pub(super) fn columns(&self, profile: &Profile) -> Result<Columns, CheckProblem> {
        let profile = profile.iter().map(|(column, title)| (column.as_str(), title.as_str()));
        let columns = Columns::of_profile(&self.titles, profile).map_err(CheckProblem::WrongProfile)?;
        let missing = columns.missing();
        if missing.is_empty() {
            return Ok(columns);
        }
        Err(CheckProblem::MissingColumns { missing, titles: Vec::new() })
    }

    fn sample(&self, place: usize) -> String {
        let cells = self.below.iter().map(|row| row.cell(place)).filter(|cell| !cell.is_empty());
        cells.take(SHOWN_CELLS).collect::<Vec<_>>().join("; ")
    }
}

/// The form in which a person says what the columns hold, with what was said so far and what is wrong with it.
pub(super) fn blocks(
    desk: &Desk<'_>,
    upload: &Upload,
    beginning: &Beginning,
    problem: Option<&CheckProblem>,
) -> Vec<Block> {
    let guessed = Columns::of_titles(&beginning.titles);
    let place_of = |column: Column| match upload.mapping.get(column.id()) {
        Some(title) if title.is_empty() => None,
        Some(title) => {
            let wanted = plain(title);
            beginning.titles.cells.iter().position(|cell| plain(cell) == wanted && !is_of_parties(cell))
        }
        None => guessed.place(column),
    };
    let mut blocks = vec![Block::Text(desk.t("case-mapping-about"))];
    if let Some(converted) = &beginning.converted {
        blocks.push(Block::Notice("unknown", khien_tables::say::conversion(converted, desk.texts)));
    }
    if !guessed.dropped().is_empty() {
        let titles = guessed.dropped().join(", ");
        blocks.push(Block::Notice("pass", text!(desk.texts, "case-parties-dropped", titles = titles)));
    }
    let lacking = match problem {
        Some(CheckProblem::MissingColumns { missing, .. }) => missing.clone(),
        _ => Vec::new(),
    };
    let fields = Column::ALL.iter().map(|column| {
        let chosen = place_of(*column);
        let mut options = vec![(String::new(), desk.t("case-column-none"), chosen.is_none())];
        let titles = beginning.titles.cells.iter().enumerate();
        options.extend(titles.filter(|(_, title)| !title.is_empty() && !is_of_parties(title)).map(|(place, title)| {
            let shown = text!(desk.texts, "import-column", column = column_name(place), title = title.as_str());
            (title.clone(), shown, chosen == Some(place))
        }));
        let is_required = FIELDS.iter().any(|field| field.id == column.id() && field.required);
        let name = say::column(column.id(), desk.texts);
        let label = if is_required { text!(desk.texts, "case-column-required", column = name) } else { name };
        let field = Field::choice(column.id(), label, options);
        match chosen.map(|place| beginning.sample(place)).filter(|sample| !sample.is_empty()) {
            Some(sample) => field.hint(text!(desk.texts, "import-column-cells", cells = sample)),
            None => field,
        }
    });
    let mistakes: Vec<(String, String)> =
        lacking.iter().map(|column| ((*column).to_owned(), desk.t("case-column-missing"))).collect();
    let action = format!("/cases/uploads/{}/mapping", upload.id);
    let form = Form::post(desk.visit, action, desk.t("case-check"), fields.collect()).with_mistakes(&mistakes);
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    } else if let Some(problem) = problem {
        blocks.push(Block::Notice("fail", check::said(problem, desk.texts).0));
    } else {
        blocks.push(why_asked(desk, upload, beginning));
    }
    blocks.push(Block::Form(form));
    let discard = format!("/cases/uploads/{}/discard", upload.id);
    blocks.push(Block::Form(Form::post(desk.visit, discard, desk.t("import-discard"), vec![]).dangerous()));
    blocks
}

/// Why somebody is asked what the columns hold: required ones are not recognized, or nobody has looked at such a list yet.
fn why_asked(desk: &Desk<'_>, upload: &Upload, beginning: &Beginning) -> Block {
    match beginning.columns(&upload.mapping) {
        Err(CheckProblem::MissingColumns { missing, .. }) => {
            let names: Vec<String> = missing.iter().map(|column| say::column(column, desk.texts)).collect();
            Block::Notice("fail", text!(desk.texts, "case-mapping-missing", columns = names.join(", ")))
        }
        _ => Block::Notice("unknown", desk.t("case-mapping-first")),
    }
}

/// Takes what a person said, remembers it, and lets the check begin.
pub(super) async fn take(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut upload = upload::found(&desk, &id).await?;
    let Ok(beginning) = Beginning::read(spool::path_of(&state.settings.data, &id)).await? else {
        // The file is on another server, or was too old.
        return Ok(Onward::to(format!("/cases/uploads/{id}")).into_response());
    };
    upload.mapping = sent.into_iter().filter(|(name, _)| FIELDS.iter().any(|field| field.id == name)).collect();
    if let Err(problem) = beginning.columns(&upload.mapping) {
        let blocks = blocks(&desk, &upload, &beginning, Some(&problem));
        let page = upload::page(&desk, &upload, &blocks)?;
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let taking = upload::taking(&desk).await?;
    let mut change = desk.begin().await?;
    cases::keep_profile(&mut change, upload.unit.as_deref(), &beginning.titles.cells, &upload.mapping).await?;
    cases::start(&mut change, &id, &upload.mapping).await?;
    change.commit().await?;
    check::begin(&state, upload, taking, WhenInDoubt::Ask, visit.actor());
    Ok(Onward::to(format!("/cases/uploads/{id}")).into_response())
}
