//! One legal document: whether it counts, what replaced what, what it asks and which control looks after it.

use axum::extract::{Path, State};
use khien_content::register::RegisteredDocument;
use khien_store::files::{self, Owner, OwnerKind};
use khien_texts::text;

use super::list::{address, issued, status_badge};
use super::{library, study, text as texts};
use crate::admin::desk::Desk;
use crate::admin::sheet::{self, Block, Cell, Link, Table};
use crate::attachments;
use crate::page::Page;
use crate::pages::finding::{control_href, control_title};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    page(&desk, &id, None).await
}

/// The page, with what was wrong with an upload.
pub(super) async fn page(desk: &Desk<'_>, id: &str, mistake: Option<String>) -> Result<Page, Trouble> {
    let document = library::find(id)?;
    let (state, visit) = (desk.state, desk.visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let mut blocks =
        vec![Block::Text(desk.texts.pick(&document.title).to_owned()), Block::Facts(facts(desk, document))];
    blocks.extend(study::own_blocks(desk, document).await?);
    blocks.push(Block::Heading(desk.t("documents-line")));
    blocks.push(line(desk, document));
    blocks.push(Block::Heading(desk.t("documents-obligations")));
    blocks.push(obligations(desk, document).await?);
    blocks.push(Block::Heading(desk.t("documents-text")));
    let attached = files::of(&state.store, &Owner::new(OwnerKind::Document, id)).await?;
    let files_at = format!("{}/files", address(id));
    let mut ways: Vec<Cell> = attached.iter().map(|file| attachments::link(file, &files_at, desk.texts)).collect();
    if library::with_text(state).await?.iter().any(|document| document == id) {
        ways.insert(0, Cell::link(format!("{}/text", address(id)), desk.t("documents-read-text")));
    }
    blocks.push(if ways.is_empty() { Block::Text(desk.t("documents-no-text")) } else { Block::List(ways) });
    if study::may_keep(desk, &on) {
        let form = texts::form(desk, id, mistake.clone());
        blocks.push(match mistake {
            Some(_) => Block::Form(form),
            None => Block::Folded(desk.t("documents-upload-about"), form),
        });
    }
    if visit.rights.could(Action::View, Resource::Study) {
        blocks.extend(study::blocks(desk, document, &on).await?);
    }
    let way = [Link::new("/documents", desk.t("documents-title"))];
    sheet::page(state, visit, &document.number, &way, &blocks)
}

fn facts(desk: &Desk<'_>, document: &RegisteredDocument) -> Vec<(String, Cell)> {
    let mut facts = vec![
        (desk.t("documents-kind"), Cell::Text(desk.t(&format!("documents-kind-{}", document.kind)))),
        (desk.t("documents-issuer"), Cell::text(desk.texts.pick(&document.issuer))),
        (desk.t("documents-issued"), Cell::Text(issued(desk, document.issued))),
    ];
    if let Some(from) = document.in_force_from {
        facts.push((desk.t("documents-from"), Cell::Text(desk.day(from))));
    }
    if let Some(to) = document.in_force_to {
        facts.push((desk.t("documents-to"), Cell::Text(desk.day(to))));
    }
    let as_of = text!(desk.texts, "documents-as-of", day = desk.day(document.as_of));
    let status = Cell::Several(vec![status_badge(desk, document.status), Cell::Text(as_of)]);
    facts.push((desk.t("documents-status"), status));
    let known = &document.known_from;
    let place = match &known.url {
        Some(url) => Cell::link(url, &known.place),
        None => Cell::text(&known.place),
    };
    let checked = desk.t(&format!("documents-checked-{}", known.checked.as_str().replace('_', "-")));
    facts.push((desk.t("documents-known-from"), Cell::Several(vec![Cell::Text(checked), place])));
    facts
}

/// What took whose place, the oldest first.
fn line(desk: &Desk<'_>, document: &RegisteredDocument) -> Block {
    let register = library::register();
    let row = |one: &&RegisteredDocument| {
        let name = if one.id == document.id {
            Cell::Badge("quiet", one.number.clone())
        } else {
            Cell::link(address(&one.id), &one.number)
        };
        let after: Vec<String> = register
            .replaced_by(&one.id)
            .into_iter()
            .map(|(by, on)| match on {
                Some(on) => text!(desk.texts, "documents-replaced-on", number = by.number.as_str(), day = desk.day(on)),
                None => text!(desk.texts, "documents-replaced", number = by.number.as_str()),
            })
            .collect();
        vec![
            Cell::Text(issued(desk, one.issued)),
            name,
            Cell::text(desk.texts.pick(&one.title)),
            status_badge(desk, one.status),
            Cell::Text(after.join("; ")),
        ]
    };
    let heads = ["documents-issued", "documents-number", "documents-name", "documents-status", "documents-after"];
    Block::Table(Table {
        caption: desk.t("documents-line"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows: register.line_of(&document.id).iter().map(row).collect(),
        empty: String::new(),
        around: vec![],
    })
}

/// What the document asks, and which control looks after it.
async fn obligations(desk: &Desk<'_>, document: &RegisteredDocument) -> Result<Block, Trouble> {
    let context = desk.state.store.judge_context().await?;
    let control = |id: &String| match context.directive().filter(|directive| directive.control(id).is_some()) {
        Some(directive) => Cell::link(control_href(id), control_title(directive, id, desk.texts)),
        None => Cell::text(id),
    };
    let rows = document.obligations.iter().map(|duty| {
        let controls: Vec<Cell> = duty.controls.iter().map(|id| Cell::Below(Box::new(control(id)))).collect();
        vec![
            Cell::text(desk.texts.pick(&duty.text)),
            Cell::text(duty.article.as_deref().unwrap_or_default()),
            Cell::Several(controls),
        ]
    });
    Ok(Block::Table(Table {
        caption: desk.t("documents-obligations"),
        heads: ["documents-obligation", "documents-article", "documents-controls"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("documents-no-obligations"),
        around: vec![],
    }))
}
