//! The text of a document: out of an uploaded file, read on a page, or taken as the file it came in.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_documents::{FileKind, TextProblem, text_of};
use khien_store::files::{self, Owner, OwnerKind};
use khien_store::studies::{self, DocumentText};
use khien_texts::text;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::list::address;
use super::{document, library, study};
use crate::admin::desk::Desk;
use crate::admin::sheet::{self, Block, Field, Form, Link};
use crate::attachments;
use crate::forms::Upload;
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many paragraphs a page of the text has.
const PAGE_PARAGRAPHS: usize = 120;
/// The kinds of files with a text, as the form lists them.
const ACCEPTED: &str = ".pdf,.docx,.txt";
/// How many files are read at once: each may take as much memory as it unpacks to.
static READING: Semaphore = Semaphore::const_new(1);

/// The form to upload a text.
pub(super) fn form(desk: &Desk<'_>, id: &str, mistake: Option<String>) -> Form {
    let file = Field::file("file", desk.t("documents-file"), ACCEPTED, false).hint(desk.t("documents-file-hint"));
    let form = Form::upload(desk.visit, format!("{}/text", address(id)), desk.t("documents-upload"), vec![file]);
    let mistakes: Vec<(String, String)> = mistake.into_iter().map(|what| ("file".to_owned(), what)).collect();
    form.with_mistakes(&mistakes)
}

/// Takes a file, reads its text and keeps both in place of earlier ones.
pub(super) async fn upload(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    library::find(&id)?;
    let tree = desk.tree().await?;
    if !study::may_keep(&desk, &tree.on(desk.today)) {
        return Err(Trouble::NotAllowed);
    }
    let Some(file) = upload.file("file") else {
        return refused(&desk, &id, desk.t("documents-no-file")).await;
    };
    let checked = match attachments::check(&file.name, &file.bytes) {
        Ok(checked) => checked,
        Err(problem) => return refused(&desk, &id, problem.say(&file.name, desk.texts)).await,
    };
    let (_, text) = match read(&checked.content).await? {
        Ok(read) => read,
        Err(problem) => {
            let said = desk.t(&format!("documents-text-{}", problem.code()));
            return refused(&desk, &id, said).await;
        }
    };
    let owner = Owner::new(OwnerKind::Document, &id);
    let mut change = desk.begin().await?;
    studies::forget_text(&mut change, &id).await?;
    files::detach_all(&mut change, &owner).await?;
    let attachment = files::attach(&mut change, &owner, &checked.new_file(), desk.person()?).await?;
    let kept = DocumentText {
        document: id.clone(),
        attachment,
        text,
        uploaded_by: desk.person()?.to_owned(),
        uploaded_at: visit.now,
    };
    studies::put_text(&mut change, &kept).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("documents-was-uploaded", &visit).into_response())
}

/// The page of the document with what was wrong with the file.
async fn refused(desk: &Desk<'_>, id: &str, what: String) -> Result<Response, Trouble> {
    let page = document::page(desk, id, Some(what)).await?;
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Reads the text of a file on a thread of its own, one file after the other.
async fn read(content: &axum::body::Bytes) -> Result<Result<(FileKind, String), TextProblem>, Trouble> {
    let internal = |detail: String| Trouble::Internal { detail };
    let _turn = READING.acquire().await.map_err(|error| internal(error.to_string()))?;
    let content = content.clone();
    let read = tokio::task::spawn_blocking(move || text_of(&content)).await;
    read.map_err(|error| internal(error.to_string()))
}

/// Which page of the text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Turned {
    page: String,
}

/// Shows the text, some paragraphs at a time.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(turned): Query<Turned>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let document = library::find(&id)?;
    let kept = studies::text_of(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let paragraphs: Vec<&str> = kept.text.lines().collect();
    let pages = paragraphs.chunks(PAGE_PARAGRAPHS).len();
    let page = turned.page.parse::<usize>().unwrap_or(1).clamp(1, pages.max(1));
    let shown = paragraphs.chunks(PAGE_PARAGRAPHS).nth(page - 1).unwrap_or_default();
    let by = desk.person_name(&kept.uploaded_by).await?;
    let mut blocks = vec![Block::Text(text!(
        desk.texts,
        "documents-text-about",
        by = by,
        moment = desk.moment(kept.uploaded_at),
        page = page,
        pages = pages
    ))];
    blocks.extend(shown.iter().map(|paragraph| Block::Text((*paragraph).to_owned())));
    let mut ways = Vec::new();
    let here = format!("{}/text", address(&id));
    if page < pages {
        ways.push(Link::new(format!("{here}?page={}", page + 1), desk.t("admin-page-after")));
    }
    if page > 1 {
        ways.push(Link::new(format!("{here}?page={}", page - 1), desk.t("admin-page-before")));
    }
    ways.push(Link::new(address(&id), desk.t("documents-back")));
    blocks.push(Block::Actions(ways));
    let way = [Link::new("/documents", desk.t("documents-title")), Link::new(address(&id), &document.number)];
    sheet::page(&state, &visit, desk.t("documents-read-text"), &way, &blocks)
}

/// Hands the file out.
pub(super) async fn download(
    State(state): State<AppState>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let attachment = files::find(&state.store, &file).await?.ok_or(Trouble::NotFound)?;
    if attachment.owner != Owner::new(OwnerKind::Document, &id) {
        return Err(Trouble::NotFound);
    }
    attachments::download(&state.store, &attachment).await
}
