//! One ticket: what is asked, what was written and done, and what the reader may do next.

use axum::extract::{Path, State};
use axum::response::Response;
use khien_model::TreeOnDay;
use khien_store::files::{self, Owner, OwnerKind};
use khien_store::tickets::{self, Post, PostKind, Ticket, TicketKind, TicketState};
use khien_texts::text;

use super::list::{address, answerers, due_day, state_badge};
use super::{allows, found, incidents, is_own};
use crate::access;
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link};
use crate::attachments;
use crate::page::Page;
use crate::pages::finding::{control_href, control_title};
use crate::pages::subject::subject_href;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many days are offered when the answer is put off.
const PUT_OFF_DAYS: i32 = 7;

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    page(&desk, &id, None).await
}

/// The page, with what was wrong with the files of a message.
pub(super) async fn page(desk: &Desk<'_>, id: &str, mistake: Option<String>) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let ticket = found(desk, id, Action::View, &on).await?;
    access::seen(desk.state, desk.visit, Resource::Request, &[ticket.person.as_str()]).await?;
    let mut blocks = vec![Block::Facts(facts(desk, &ticket, &on).await?)];
    if ticket.kind == TicketKind::Incident {
        blocks.extend(incidents::clocks::blocks(desk, &ticket, &on).await?);
    }
    if let Some(answer) = ticket.answer.as_ref().filter(|_| !ticket.state.is_open()) {
        blocks.push(Block::Heading(desk.t("tickets-answer")));
        blocks.push(Block::Verbatim(answer.clone()));
    }
    let attached = files::of(&desk.state.store, &Owner::new(OwnerKind::Ticket, id)).await?;
    if !attached.is_empty() {
        blocks.push(Block::Heading(desk.t("tickets-files")));
        let files_at = format!("{}/files", address(id));
        let links = attached.iter().map(|file| attachments::link(file, &files_at, desk.texts));
        blocks.push(Block::List(links.collect()));
    }
    blocks.push(Block::Heading(desk.t("tickets-thread")));
    let mut thread = Vec::new();
    for post in tickets::thread(&desk.state.store, id).await? {
        thread.push(line(desk, &ticket, &post).await?);
    }
    blocks.push(Block::List(thread));
    blocks.extend(forms(desk, &ticket, mistake, &on).await?);
    let way = [Link::new("/tickets", desk.t("tickets-title"))];
    sheet::page(desk.state, desk.visit, format!("{} – {}", ticket.number, ticket.title), &way, &blocks)
}

async fn facts(desk: &Desk<'_>, ticket: &Ticket, on: &TreeOnDay<'_>) -> Result<Vec<(String, Cell)>, Trouble> {
    let mut facts = vec![
        (desk.t("tickets-state"), state_badge(desk, ticket)),
        (desk.t("tickets-kind"), Cell::Text(desk.t(&format!("tickets-kind-{}", ticket.kind)))),
        (desk.t("tickets-asked-by"), Cell::Text(desk.person_name(&ticket.person).await?)),
        (desk.t("person-unit"), Cell::Text(unit_name(on, &ticket.unit))),
        (desk.t("tickets-asked-at"), Cell::Text(desk.moment(ticket.asked_at))),
        (desk.t("tickets-due"), Cell::Text(due_day(desk, ticket))),
        (desk.t("tickets-text"), Cell::Text(ticket.text.clone())),
    ];
    if let Some(to) = &ticket.assigned_to {
        facts.push((desk.t("tickets-assigned"), Cell::Text(desk.person_name(to).await?)));
    }
    if let Some(about) = &ticket.about {
        let context = desk.state.store.judge_context().await?;
        let title = context
            .directive()
            .map_or_else(|| about.control.clone(), |directive| control_title(directive, &about.control, desk.texts));
        let subject = Cell::link(subject_href(about.subject.kind, &about.subject.id), &about.name);
        let control = Cell::link(control_href(&about.control), title);
        facts.push((desk.t("tickets-about-what"), Cell::Several(vec![subject, control])));
    }
    Ok(facts)
}

/// One post of the thread.
async fn line(desk: &Desk<'_>, ticket: &Ticket, post: &Post) -> Result<Cell, Trouble> {
    let name = desk.person_name(&post.person).await?;
    let key = format!("tickets-post-{}", post.kind.as_str().replace('_', "-"));
    let head = text!(desk.texts, &key, name = name, moment = desk.moment(post.posted_at));
    let mut cells = vec![Cell::Text(head)];
    let text = if post.kind == PostKind::Asked { Some(&ticket.text) } else { post.text.as_ref() };
    if let Some(text) = text {
        cells.push(Cell::Below(Box::new(Cell::text(text))));
    }
    Ok(Cell::Several(cells))
}

/// What the reader may do next.
async fn forms(
    desk: &Desk<'_>,
    ticket: &Ticket,
    mistake: Option<String>,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let mut blocks = Vec::new();
    let at = |what: &str| format!("{}/{what}", address(&ticket.id));
    let works = allows(desk, ticket, Action::Change, on) && !is_own(desk, ticket);
    if ticket.state.is_open() && works {
        let mut fields = vec![Field::lines("answer", desk.t("tickets-answer"), "").required()];
        if ticket.kind != TicketKind::Incident {
            fields.push(Field::tick("shared", desk.t("tickets-share"), true).hint(desk.t("tickets-share-hint")));
        }
        blocks.push(Block::Form(Form::post(desk.visit, at("answer"), desk.t("tickets-answer-send"), fields)));
        let to = answerers(desk, ticket).await?;
        if !to.is_empty() {
            let fields = vec![Field::choice("to", desk.t("tickets-assigned"), to)];
            let form = Form::post(desk.visit, at("assign"), desk.t("tickets-assign"), fields);
            blocks.push(Block::Folded(desk.t("tickets-assign-about"), form));
        }
        let until = desk.today.saturating_add(jiff::Span::new().days(PUT_OFF_DAYS));
        let fields = vec![
            Field::date("until", desk.t("tickets-until"), until.to_string()).required(),
            Field::lines("why", desk.t("tickets-why"), "").required().hint(desk.t("tickets-why-hint")),
        ];
        let form = Form::post(desk.visit, at("put-off"), desk.t("tickets-put-off"), fields);
        blocks.push(Block::Folded(desk.t("tickets-put-off-about"), form));
    }
    if ticket.state != TicketState::Closed && (works || is_own(desk, ticket)) {
        let fields = vec![
            Field::lines("text", desk.t("tickets-message"), "").required(),
            attachments::field("files", desk.t("tickets-files"), desk.texts),
        ];
        let mistakes: Vec<(String, String)> = mistake.into_iter().map(|what| ("files".to_owned(), what)).collect();
        let form = Form::upload(desk.visit, at("message"), desk.t("tickets-message-send"), fields);
        let form = form.with_mistakes(&mistakes);
        let is_wrong = !mistakes.is_empty();
        blocks.push(if is_wrong { Block::Form(form) } else { Block::Folded(desk.t("tickets-message-about"), form) });
    }
    if is_own(desk, ticket) && ticket.state == TicketState::Answered {
        let close = Form::post(desk.visit, at("close"), desk.t("tickets-content"), vec![]);
        blocks.push(Block::Form(close));
        let fields = vec![Field::lines("why", desk.t("tickets-reopen-why"), "").required()];
        let form = Form::post(desk.visit, at("reopen"), desk.t("tickets-reopen"), fields);
        blocks.push(Block::Folded(desk.t("tickets-reopen-about"), form));
    } else if is_own(desk, ticket) && ticket.state.is_open() && ticket.kind != TicketKind::Incident {
        let close = Form::post(desk.visit, at("close"), desk.t("tickets-withdraw"), vec![]);
        blocks.push(Block::Folded(desk.t("tickets-withdraw-about"), close));
    }
    Ok(blocks)
}

/// Hands a file out.
pub(super) async fn download(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let ticket = found(&desk, &id, Action::View, &tree.on(desk.today)).await?;
    let attachment = files::find(&state.store, &file).await?.ok_or(Trouble::NotFound)?;
    if attachment.owner != Owner::new(OwnerKind::Ticket, &ticket.id) {
        return Err(Trouble::NotFound);
    }
    access::seen(&state, &visit, Resource::Request, &[ticket.person.as_str()]).await?;
    attachments::download(&state.store, &attachment).await
}
