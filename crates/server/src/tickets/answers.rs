//! Đã có lời giải: questions that were answered, for everybody to read, without who asked.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use khien_documents::{Field as Part, Index, MAX_QUERY_LETTERS, Piece};
use khien_store::Store;
use khien_store::tickets::{self, SharedAnswer};
use khien_texts::text;
use serde::Deserialize;

use crate::admin::desk::{Desk, paged};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Page, in_address};
use crate::pages::finding::{control_href, control_title};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How much a word counts in the title, the question and the answer.
const WEIGHTS: [u8; 3] = [5, 2, 1];
/// The place of the answer among the parts.
const ANSWER: usize = 2;
/// How many answers stand beside a control.
const BESIDE_CONTROL: usize = 5;

/// Of each ticket by its id the lines of its answer, with the words that were looked for marked.
type Marked = BTreeMap<String, Vec<(bool, String)>>;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    control: String,
    page: String,
}

/// Shows what was answered, found by words or about one control.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let q: String = asked.q.trim().chars().take(MAX_QUERY_LETTERS).collect();
    let control = Some(asked.control.as_str()).filter(|control| !control.is_empty());
    let shared = tickets::shared(&state.store, control).await?;
    let context = state.store.judge_context().await?;
    let title_of = |control: &str| {
        context.directive().map_or_else(|| control.to_owned(), |it| control_title(it, control, desk.texts))
    };
    let mut blocks = vec![Block::Text(desk.t("tickets-answers-about"))];
    if let Some(control) = control {
        blocks.push(Block::Text(text!(desk.texts, "tickets-answers-of", control = title_of(control))));
    }
    let mut fields = vec![Field::search("q", desk.t("tickets-search"), &q)];
    fields.extend(control.map(|control| Field::hidden("control", control)));
    blocks.push(Block::Form(Form::search("/tickets/answers", desk.t("frame-search"), fields)));
    let (shown, marked) = matching(&shared, &q);
    let address = format!("/tickets/answers?q={}&control={}", in_address(&q), in_address(&asked.control));
    let (page, around) = paged(&shown, asked.page.parse().unwrap_or(1), &desk, &address);
    let rows = page.iter().map(|ticket| {
        let answer = match marked.get(&ticket.id) {
            Some(pieces) => Cell::Marked(pieces.clone()),
            None => Cell::text(&ticket.answer),
        };
        let control =
            ticket.control.as_ref().map_or_else(|| Cell::text(""), |it| Cell::link(control_href(it), title_of(it)));
        let question = vec![Cell::text(&ticket.title), Cell::Below(Box::new(Cell::text(&ticket.text)))];
        vec![Cell::Several(question), answer, control]
    });
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "tickets-answers-count", count = shown.len()),
        heads: ["tickets-question", "tickets-answer", "tickets-control"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("tickets-answers-none"),
        around,
    }));
    let way = [Link::new("/tickets", desk.t("tickets-title"))];
    sheet::page(&state, &visit, desk.t("tickets-answers"), &way, &blocks)
}

/// The tickets with the words of `q`, the best first, and of each the lines of its answer in which they stand.
fn matching<'t>(shared: &'t [SharedAnswer], q: &str) -> (Vec<&'t SharedAnswer>, Marked) {
    if q.is_empty() {
        return (shared.iter().collect(), BTreeMap::new());
    }
    let entry = |ticket: &SharedAnswer| {
        let parts = [ticket.title.clone(), ticket.text.clone(), ticket.answer.clone()];
        parts.into_iter().zip(WEIGHTS).map(|(text, weight)| Part { weight, text }).collect()
    };
    let index = Index::new(shared.iter().map(entry).collect());
    let (hits, _) = index.search(q, shared.len());
    let (mut found, mut marked) = (Vec::new(), BTreeMap::new());
    for hit in &hits {
        let Some(ticket) = shared.get(hit.entry) else { continue };
        found.push(ticket);
        if index.is_in(hit, ANSWER) {
            let pieces = index.excerpt(hit, ANSWER).into_iter().map(|piece: Piece| (piece.is_hit, piece.text));
            marked.insert(ticket.id.clone(), pieces.collect());
        }
    }
    (found, marked)
}

/// The latest answers about a control, each with its question, for the page of the control.
pub(crate) async fn about_control(store: &Store, control: &str) -> Result<Vec<(String, String)>, Trouble> {
    let shared = tickets::shared(store, Some(control)).await?;
    let shown = shared.into_iter().take(BESIDE_CONTROL);
    Ok(shown.map(|ticket| (ticket.text, ticket.answer)).collect())
}
