//! Văn bản pháp luật: all of them, or those with the words that somebody looks for.

use axum::extract::{Query, State};
use khien_content::register::{DocumentStatus, Issued, RegisteredDocument};
use khien_documents::{Hit, Index, MAX_QUERY_LETTERS, Piece};
use khien_model::{Subject, SubjectKind};
use khien_store::studies;
use khien_texts::text;
use serde::Deserialize;

use super::library::{self, NUMBER, REST, TEXT, TITLE};
use crate::admin::desk::{Desk, paged};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Table};
use crate::page::{Page, in_address};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many documents a search shows; a reader who looks further types another word.
const MAX_HITS: usize = 50;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    status: String,
    page: String,
}

/// Shows the list.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let q: String = asked.q.trim().chars().take(MAX_QUERY_LETTERS).collect();
    let status: Option<DocumentStatus> = asked.status.parse().ok();
    let mut blocks = vec![Block::Text(desk.t("documents-about"))];
    if q.is_empty() && status.is_none() {
        blocks.extend(own(&desk).await?);
    }
    blocks.push(Block::Form(search_form(&desk, &q, status)));
    if q.is_empty() {
        let documents: Vec<&RegisteredDocument> = library::register()
            .documents()
            .iter()
            .filter(|document| status.is_none_or(|status| document.status == status))
            .collect();
        let address = status.map_or_else(|| "/documents".to_owned(), |status| format!("/documents?status={status}"));
        let (shown, around) = paged(&documents, asked.page.parse().unwrap_or(1), &desk, &address);
        let rows = shown.iter().map(|document| row(&desk, document, Cell::text(desk.texts.pick(&document.title))));
        let caption = text!(desk.texts, "documents-count", count = documents.len());
        blocks.push(table(&desk, caption, rows.collect(), around));
    } else {
        let index = state.library.index(&state).await?;
        let (hits, count) = index.search(&q, library::register().documents().len());
        let found: Vec<Vec<Cell>> = hits.iter().filter_map(|hit| found(&desk, &index, hit, status)).collect();
        let left_out = found.len().saturating_sub(MAX_HITS);
        let caption = match found.len() {
            0 => text!(desk.texts, "documents-nothing", q = q.as_str()),
            found => text!(desk.texts, "documents-found", q = q.as_str(), count = found.min(count)),
        };
        blocks.push(Block::Text(caption.clone()));
        blocks.push(table(&desk, caption, found.into_iter().take(MAX_HITS).collect(), vec![]));
        if left_out > 0 {
            blocks.push(Block::Text(text!(desk.texts, "documents-left-out", count = left_out)));
        }
    }
    sheet::page(&state, &visit, desk.t("documents-title"), &[], &blocks)
}

/// What the reader is still to study.
async fn own(desk: &Desk<'_>) -> Result<Vec<Block>, Trouble> {
    let subject = Subject { kind: SubjectKind::Person, id: desk.person()?.to_owned() };
    let studied = studies::studied_of(&desk.state.store, &subject, desk.visit.now).await?;
    let outstanding: Vec<Cell> = studied
        .outstanding()
        .map(|(document, number, since)| {
            let title = library::register().find(document).map_or("", |document| desk.texts.pick(&document.title));
            let since = text!(desk.texts, "documents-asked-since", day = desk.day(khien_model::day_of(*since)));
            Cell::Several(vec![Cell::link(address(document), format!("{number} – {title}")), Cell::Text(since)])
        })
        .collect();
    if studied.required.is_empty() {
        return Ok(vec![]);
    }
    let (done, all) = (studied.studied.len(), studied.required.len());
    let mut blocks = vec![
        Block::Heading(desk.t("documents-own")),
        Block::Text(text!(desk.texts, "documents-own-share", done = done, all = all)),
    ];
    if !outstanding.is_empty() {
        blocks.push(Block::List(outstanding));
    }
    Ok(blocks)
}

fn search_form(desk: &Desk<'_>, q: &str, status: Option<DocumentStatus>) -> Form {
    let mut choices = vec![(String::new(), desk.t("documents-every-status"), status.is_none())];
    choices
        .extend(DocumentStatus::ALL.iter().map(|one| (one.to_string(), status_name(desk, *one), status == Some(*one))));
    let fields = vec![
        Field::search("q", desk.t("documents-search"), q).hint(desk.t("documents-search-hint")),
        Field::choice("status", desk.t("documents-status"), choices),
    ];
    Form::search("/documents", desk.t("frame-search"), fields)
}

fn table(desk: &Desk<'_>, caption: String, rows: Vec<Vec<Cell>>, around: Vec<crate::admin::sheet::Link>) -> Block {
    let heads = ["documents-number", "documents-name", "documents-issuer", "documents-issued", "documents-status"];
    Block::Table(Table {
        caption,
        heads: heads.map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("documents-none"),
        around,
    })
}

/// The address of a document's page.
pub(super) fn address(id: &str) -> String {
    format!("/documents/{}", in_address(id))
}

/// What a status is called.
pub(super) fn status_name(desk: &Desk<'_>, status: DocumentStatus) -> String {
    desk.t(&format!("documents-status-{}", status.as_str().replace('_', "-")))
}

/// A status as a badge.
pub(super) fn status_badge(desk: &Desk<'_>, status: DocumentStatus) -> Cell {
    let class = match status {
        DocumentStatus::InForce => "pass",
        DocumentStatus::Expired => "quiet",
        DocumentStatus::Transitional => "exempt",
        DocumentStatus::Unclear => "unknown",
    };
    Cell::Badge(class, status_name(desk, status))
}

/// When a document was issued, for a reader.
pub(super) fn issued(desk: &Desk<'_>, issued: Issued) -> String {
    match issued {
        Issued::Day(day) => desk.day(day),
        Issued::Year(year) => text!(desk.texts, "documents-year", year = year.to_string()),
    }
}

fn row(desk: &Desk<'_>, document: &RegisteredDocument, name: Cell) -> Vec<Cell> {
    vec![
        Cell::link(address(&document.id), &document.number),
        name,
        Cell::text(desk.texts.pick(&document.issuer)),
        Cell::Text(issued(desk, document.issued)),
        status_badge(desk, document.status),
    ]
}

/// A document that was found: its title, and below it the lines in which the words stand.
fn found(desk: &Desk<'_>, index: &Index, hit: &Hit, status: Option<DocumentStatus>) -> Option<Vec<Cell>> {
    let document = library::register().documents().get(hit.entry)?;
    if status.is_some_and(|status| document.status != status) {
        return None;
    }
    let marked = |field| {
        let piece = |piece: Piece| (piece.is_hit, piece.text);
        Cell::Marked(index.excerpt(hit, field).into_iter().map(piece).collect())
    };
    let mut name =
        vec![if index.is_in(hit, TITLE) { marked(TITLE) } else { Cell::text(desk.texts.pick(&document.title)) }];
    let below = [TEXT, REST].into_iter().find(|field| index.is_in(hit, *field));
    // What stands in the title or the number needs no further proof.
    if let Some(field) = below.filter(|field| *field == TEXT || !(index.is_in(hit, TITLE) || index.is_in(hit, NUMBER)))
    {
        name.push(Cell::Below(Box::new(marked(field))));
    }
    Some(row(desk, document, Cell::Several(name)))
}
