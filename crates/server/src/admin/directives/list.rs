//! The versions there are, and loading another one.

use std::collections::BTreeMap;

use axum::extract::{Form as Sent, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_directive::{Diagnostic, Loaded, load as read, render};
use khien_store::directives::{self, DirectiveFiles};
use khien_texts::text;
use serde::Deserialize;

use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::forms::Upload;
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many letters of a digest tell versions apart for a reader.
pub(super) const DIGEST_LETTERS: usize = 12;

/// Lists them.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    list_page(&Desk::new(&state, &visit), &[]).await
}

pub(super) fn short(digest: &str) -> String {
    digest.chars().take(DIGEST_LETTERS).collect()
}

async fn list_page(desk: &Desk<'_>, diagnostics: &[Diagnostic]) -> Result<Page, Trouble> {
    let mut rows = Vec::new();
    for version in directives::all(&desk.state.store).await? {
        let state = if version.is_active() {
            Cell::Badge("pass", desk.t("directive-in-force"))
        } else if version.retired_at.is_some() {
            Cell::Badge("quiet", desk.t("directive-retired"))
        } else {
            Cell::Badge("unknown", desk.t("directive-not-yet"))
        };
        rows.push(vec![
            Cell::link(format!("/admin/directives/{}", version.digest), &version.id),
            Cell::Code(short(&version.digest)),
            state,
            Cell::Text(desk.moment(version.loaded_at)),
            Cell::Text(version.activated_at.map(|at| desk.moment(at)).unwrap_or_default()),
        ]);
    }
    let mut blocks = vec![Block::Text(desk.t("directives-about"))];
    if !diagnostics.is_empty() {
        blocks.push(Block::Notice("fail", text!(desk.texts, "directive-refused", count = diagnostics.len())));
        blocks.push(Block::Verbatim(rendered(desk, diagnostics)));
    }
    blocks.push(Block::Table(Table {
        caption: desk.t("directives-list"),
        heads: ["directive-id", "directive-digest", "device-state", "directive-loaded", "directive-activated"]
            .map(|key| desk.t(key))
            .into(),
        rows,
        empty: desk.t("directives-none"),
        around: vec![],
    }));
    if desk.visit.rights.could(Action::Change, Resource::Directive) {
        let files = Field::file("files", desk.t("directive-files"), ".yaml,.yml", true);
        let main = Field::line("main", desk.t("directive-main"), "").hint(desk.t("directive-main-hint"));
        let upload = Form::upload(
            desk.visit,
            "/admin/directives/files",
            desk.t("directive-load"),
            vec![files.hint(desk.t("directive-files-hint")), main],
        );
        let shipped = khien_content::SHIPPED.iter().map(|id| ((*id).to_owned(), (*id).to_owned(), false));
        let choose = Form::post(
            desk.visit,
            "/admin/directives/shipped",
            desk.t("directive-load-shipped"),
            vec![Field::choice("id", desk.t("directive-shipped"), shipped.collect())],
        );
        blocks.push(Block::Heading(desk.t("directive-load-title")));
        blocks.push(Block::Form(upload));
        blocks.push(Block::Form(choose));
    }
    let page = desk.page(desk.t("directives-title"), &[], &blocks)?;
    Ok(if diagnostics.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

pub(super) fn rendered(desk: &Desk<'_>, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| render(diagnostic, desk.visit.language.into(), false) + "\n").collect()
}

/// Reads a directive out of files in memory.
pub(super) fn read_files(main: &str, files: &DirectiveFiles) -> Result<Loaded, Vec<Diagnostic>> {
    let source = |name: &str| {
        files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "it is not among the files".to_owned())
    };
    read(main, &source)
}

/// The file to begin with: the one that is named, the only one, or the only one that the others do not mention.
fn main_of(wanted: &str, files: &DirectiveFiles) -> Option<String> {
    let wanted = wanted.trim();
    if !wanted.is_empty() {
        return files.contains_key(wanted).then(|| wanted.to_owned());
    }
    let is_mentioned = |name: &str| files.iter().any(|(other, text)| other != name && text.contains(name));
    let mut unmentioned = files.keys().filter(|name| !is_mentioned(name));
    match (unmentioned.next(), unmentioned.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

/// Takes files in.
pub(crate) async fn load(State(state): State<AppState>, visit: Visit, upload: Upload) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut files: DirectiveFiles = BTreeMap::new();
    for file in upload.files.iter().filter(|file| file.field == "files") {
        let Ok(text) = String::from_utf8(file.bytes.to_vec()) else {
            return Ok(Onward::to("/admin/directives").saying("directive-not-text", &visit).into_response());
        };
        files.insert(file.name.clone(), text);
    }
    let Some(main) = main_of(upload.field("main").unwrap_or_default(), &files) else {
        return Ok(Onward::to("/admin/directives").saying("directive-which-main", &visit).into_response());
    };
    keep(&desk, &main, &files).await
}

/// A directive that comes with the program.
#[derive(Debug, Deserialize)]
pub(crate) struct Shipped {
    id: String,
}

/// Takes in a directive that comes with the program.
pub(crate) async fn load_shipped(
    State(state): State<AppState>,
    visit: Visit,
    Sent(shipped): Sent<Shipped>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    if !khien_content::SHIPPED.contains(&shipped.id.as_str()) {
        return Err(Trouble::NotFound);
    }
    let files = khien_content::FILES
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), String::from_utf8_lossy(bytes).into_owned()));
    keep(&desk, &format!("{}.yaml", shipped.id), &files.collect()).await
}

async fn keep(desk: &Desk<'_>, main: &str, files: &DirectiveFiles) -> Result<Response, Trouble> {
    let loaded = match read_files(main, files) {
        Ok(loaded) => loaded,
        Err(diagnostics) => return Ok(list_page(desk, &diagnostics).await?.into_response()),
    };
    let mut change = desk.begin().await?;
    let digest = directives::load(&mut change, &loaded.directive.id, main, files).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/directives/{digest}")).saying("directive-was-loaded", desk.visit).into_response())
}
