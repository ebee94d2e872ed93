//! What people say they have uploaded: at a result, or on the list of their own.

use askama::Template as _;
use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_model::day_of;
use khien_store::ids;
use khien_store::scans::uploads::{self, MAX_SYSTEM, MAX_UPLOADS, OwnUpload, Register, Scanned, WINDOW_DAYS};
use khien_store::scans::{self, MAX_NAME, Scan, ScanFile};
use khien_texts::text;
use serde::Deserialize;

use super::{class_of, one};
use crate::admin::desk::{Desk, day_of_form, filled};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A file that was uploaded, as the form says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    /// The scan, when it is said at a result; with it the number of the file.
    scan: String,
    number: String,
    /// The name of the file, when it is said without a scan.
    file_name: String,
    system: String,
    day: String,
}

/// The form by which the file of a scan is said to be uploaded, drawn.
pub(super) fn forms(desk: &Desk<'_>, scan: &Scan, files: &[ScanFile]) -> Result<String, Trouble> {
    let mut fields = vec![Field::hidden("scan", &scan.id)];
    if files.len() == 1 {
        fields.push(Field::hidden("number", "0"));
    } else {
        let options =
            files.iter().enumerate().map(|(number, file)| (number.to_string(), file.name.clone(), number == 0));
        fields.push(Field::choice("number", desk.t("scans-file"), options.collect()));
    }
    fields.extend(where_and_when(desk, &Said::default()));
    let form = Form::post(desk.visit, "/scan/uploads", desk.t("scans-say-uploaded"), fields).quiet();
    form.render().map_err(|error| Trouble::Internal { detail: format!("a form cannot be made: {error}") })
}

fn where_and_when(desk: &Desk<'_>, said: &Said) -> [Field; 2] {
    let day = filled(&said.day).unwrap_or_else(|| desk.today.to_string());
    [
        Field::line("system", desk.t("scans-system"), &said.system).hint(desk.t("scans-system-hint")).required(),
        Field::date("day", desk.t("scans-day"), day).required(),
    ]
}

/// Shows the list.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    page(&Desk::new(&state, &visit), &Said::default(), &[]).await
}

async fn page(desk: &Desk<'_>, said: &Said, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let register = uploads::of_person(&desk.state.store, desk.person()?, desk.visit.now).await?;
    let mut blocks = vec![Block::Text(text!(desk.texts, "scans-uploads-about", days = WINDOW_DAYS))];
    let (class, standing) = standing(desk, &register);
    blocks.push(Block::Notice(class, standing));
    let may_say = desk.visit.rights.could(Action::Sign, Resource::OwnUpload);
    if may_say {
        let key = if register.uploads.is_empty() { "scans-say-none" } else { "scans-say-whole" };
        blocks.push(Block::Form(Form::post(desk.visit, "/scan/uploads/whole", desk.t(key), vec![])));
    }
    let row = |upload: &OwnUpload| {
        let action = format!("/scan/uploads/{}/withdraw", in_address(&upload.id));
        let back = Form::post(desk.visit, action, desk.t("scans-withdraw"), vec![]).quiet().inline();
        vec![
            Cell::text(&upload.file_name),
            Cell::text(&upload.system),
            Cell::Text(desk.day(upload.uploaded_on)),
            receipt_cell(desk, upload),
            Cell::Button(back),
        ]
    };
    let heads = ["scans-file", "scans-system", "scans-day", "scans-receipt", "scans-mistaken"];
    blocks.push(Block::Table(Table {
        caption: desk.t("scans-uploads"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows: register.uploads.iter().map(row).collect(),
        empty: desk.t("scans-uploads-none"),
        around: vec![],
    }));
    if may_say {
        let mut fields = vec![
            Field::line("file_name", desk.t("scans-file"), &said.file_name).hint(desk.t("scans-file-hint")).required(),
        ];
        fields.extend(where_and_when(desk, said));
        let form = Form::post(desk.visit, "/scan/uploads", desk.t("scans-say-uploaded"), fields)
            .called("own")
            .checked_by_server()
            .with_mistakes(mistakes);
        blocks.push(Block::Heading(desk.t("scans-without-receipt")));
        blocks.push(Block::Text(desk.t("scans-without-receipt-about")));
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
    }
    let way = [Link::new("/scan", desk.t("scans-title"))];
    sheet::page(desk.state, desk.visit, desk.t("scans-uploads"), &way, &blocks)
}

/// How the list stands with the directive, in a sentence.
fn standing(desk: &Desk<'_>, register: &Register) -> (&'static str, String) {
    let without = register.uploads.iter().filter(|upload| !upload.has_receipt()).count();
    let infected = register.uploads.iter().filter(|upload| upload.is_infected()).count();
    if infected > 0 {
        return ("fail", text!(desk.texts, "scans-uploads-infected", count = infected));
    }
    if without > 0 {
        return ("fail", text!(desk.texts, "scans-uploads-without", count = without));
    }
    match register.whole_at {
        None => ("unknown", desk.t("scans-uploads-unsaid")),
        Some(at) => ("pass", text!(desk.texts, "scans-uploads-whole", moment = desk.moment(at))),
    }
}

fn receipt_cell(desk: &Desk<'_>, upload: &OwnUpload) -> Cell {
    match &upload.scanned {
        Some(scanned) if day_of(scanned.scanned_at) > upload.uploaded_on => {
            Cell::Badge("fail", desk.t("scans-receipt-late"))
        }
        Some(scanned) => Cell::Badge(class_of(&scanned.verdict), desk.t(&format!("scans-verdict-{}", scanned.verdict))),
        None => Cell::Badge("fail", desk.t("scans-receipt-missing")),
    }
}

/// Takes the word that a file was uploaded.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Sent(said): Sent<Said>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut mistakes = Vec::new();
    let mut wrong = |field: &str, what: String| mistakes.push((field.to_owned(), what));
    let scanned = match filled(&said.scan) {
        Some(id) => Some(scanned(&desk, &id, &said.number).await?),
        None => None,
    };
    let name = match &scanned {
        Some((name, _)) => Some(name.clone()),
        None => filled(&said.file_name).filter(|name| name.chars().count() <= MAX_NAME),
    };
    if name.is_none() {
        wrong("file_name", text!(desk.texts, "scans-text-wrong", letters = MAX_NAME));
    }
    let system = filled(&said.system).filter(|system| system.chars().count() <= MAX_SYSTEM);
    if system.is_none() {
        wrong("system", text!(desk.texts, "scans-text-wrong", letters = MAX_SYSTEM));
    }
    let first = desk.today.saturating_sub(jiff::Span::new().days(i64::from(WINDOW_DAYS)));
    let day = day_of_form(&said.day).filter(|day| (first..=desk.today).contains(day));
    if day.is_none() {
        wrong("day", text!(desk.texts, "scans-day-wrong", days = WINDOW_DAYS));
    }
    let known = uploads::of_person(&state.store, desk.person()?, visit.now).await?;
    if known.uploads.len() >= MAX_UPLOADS {
        wrong("file_name", text!(desk.texts, "scans-uploads-full", count = MAX_UPLOADS));
    }
    let (Some(file_name), Some(system), Some(uploaded_on), true) = (name, system, day, mistakes.is_empty()) else {
        let shown = Said { file_name: scanned.map_or(said.file_name, |(name, _)| name), ..said };
        let page = page(&desk, &shown, &mistakes).await?;
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    let upload = OwnUpload {
        id: ids::fresh(visit.now)?,
        system,
        uploaded_on,
        file_name,
        scanned: scanned.map(|(_, scanned)| scanned),
        recorded_at: visit.now,
    };
    let mut change = desk.begin().await?;
    uploads::record(&mut change, &upload).await?;
    change.commit().await?;
    Ok(Onward::to("/scan/uploads").saying("scans-upload-said", &visit).into_response())
}

/// What is known of the file of a scan.
async fn scanned(desk: &Desk<'_>, id: &str, number: &str) -> Result<(String, Scanned), Trouble> {
    let scan = one::found(desk, id).await?;
    let number: usize = number.parse().map_err(|_| Trouble::NotFound)?;
    let file = scans::files_of(&desk.state.store, id).await?.into_iter().nth(number).ok_or(Trouble::NotFound)?;
    Ok((file.name, Scanned { sha256: file.sha256, verdict: file.verdict, scanned_at: scan.scanned_at }))
}

/// Takes the word that the list is whole.
pub(super) async fn whole(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut change = desk.begin().await?;
    uploads::say_whole(&mut change).await?;
    change.commit().await?;
    Ok(Onward::to("/scan/uploads").saying("scans-whole-said", &visit))
}

/// Takes back what was said by mistake.
pub(super) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut change = desk.begin().await?;
    uploads::withdraw(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/scan/uploads").saying("scans-withdrawn", &visit))
}
