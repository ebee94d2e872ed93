//! Asking the office something.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::{SubjectKind, TreeOnDay};
use khien_store::files::{self, Owner, OwnerKind};
use khien_store::tickets::{self, MAX_TEXT, MAX_TITLE, NewTicket, TicketKind};
use khien_store::{assignments, ids};

use super::due::answer_due;
use super::list::address;
use crate::admin::desk::{Desk, filled, unit_choices};
use crate::admin::sheet::{self, Block, Field, Form, Link};
use crate::attachments;
use crate::forms::Upload;
use crate::page::{Onward, Page};
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What was typed.
#[derive(Debug, Default)]
struct Typed {
    unit: String,
    title: String,
    text: String,
}

/// Shows the form.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let unit = own_unit(&desk).await?.unwrap_or_default();
    page(&desk, &Typed { unit, ..Typed::default() }, &[]).await
}

/// The unit that the visitor belongs to today.
pub(super) async fn own_unit(desk: &Desk<'_>) -> Result<Option<String>, Trouble> {
    let homes = assignments::homes_on(&desk.state.store, SubjectKind::Person, desk.today).await?;
    Ok(homes.get(desk.person()?).cloned())
}

/// Whether the visitor may ask for a unit: their own, or one that they answer for.
pub(super) fn may_ask(desk: &Desk<'_>, unit: &str, own: Option<&str>, on: &TreeOnDay<'_>) -> bool {
    let person = [desk.visit.rights.person()];
    let people: &[&str] = if own == Some(unit) { &person } else { &[] };
    let place = Place { unit: on.tree().find(unit), people, asked_by: None };
    may(&desk.visit.rights, Action::Ask, Resource::Request, &place, on).is_ok()
}

async fn page(desk: &Desk<'_>, typed: &Typed, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let own = own_unit(desk).await?;
    let units = unit_choices(&on, Some(&typed.unit), None, |unit| may_ask(desk, unit, own.as_deref(), &on));
    let fields = vec![
        Field::choice("unit", desk.t("person-unit"), units),
        Field::line("title", desk.t("tickets-name"), &typed.title).required(),
        Field::lines("text", desk.t("tickets-text"), &typed.text).required().hint(desk.t("tickets-text-hint")),
        attachments::field("files", desk.t("tickets-files"), desk.texts),
    ];
    let form = Form::upload(desk.visit, "/tickets/new", desk.t("tickets-send"), fields).with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(desk.t("tickets-new-about"))];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let way = [Link::new("/tickets", desk.t("tickets-title"))];
    let page = sheet::page(desk.state, desk.visit, desk.t("tickets-ask"), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Opens a ticket.
pub(super) async fn open(State(state): State<AppState>, visit: Visit, upload: Upload) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let field = |name: &str| upload.field(name).unwrap_or_default();
    let typed = Typed {
        unit: field("unit").to_owned(),
        title: filled(field("title")).unwrap_or_default(),
        text: filled(field("text")).unwrap_or_default(),
    };
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let is_unit = tree.find(&typed.unit).is_some_and(|unit| on.contains(unit));
    if !is_unit || !may_ask(&desk, &typed.unit, own_unit(&desk).await?.as_deref(), &on) {
        return Err(Trouble::NotAllowed);
    }
    let mut mistakes = Vec::new();
    let mut wrong = |field: &str, key: &str| mistakes.push((field.to_owned(), desk.t(key)));
    if typed.title.is_empty() || typed.title.chars().count() > MAX_TITLE {
        wrong("title", "tickets-wrong-title");
    }
    if typed.text.is_empty() || typed.text.chars().count() > MAX_TEXT {
        wrong("text", "tickets-wrong-text");
    }
    let taken = match attachments::of_form(&upload, "files", desk.texts) {
        Ok(files) => files,
        Err(what) => {
            mistakes.push(("files".to_owned(), what));
            Vec::new()
        }
    };
    if !mistakes.is_empty() {
        return Ok(page(&desk, &typed, &mistakes).await?.into_response());
    }
    let context = state.store.judge_context().await?;
    let person = desk.person()?.to_owned();
    let new = NewTicket {
        id: ids::fresh(visit.now)?,
        kind: TicketKind::Question,
        title: typed.title,
        text: typed.text,
        person: person.clone(),
        unit: typed.unit,
        about: None,
        answer_due_at: answer_due(context.directive(), visit.now),
    };
    let mut change = desk.begin().await?;
    if tickets::open(&mut change, &new).await?.is_none() {
        return Ok(Onward::to("/tickets").saying("tickets-asked-already", &visit).into_response());
    }
    for file in &taken {
        files::attach(&mut change, &Owner::new(OwnerKind::Ticket, &new.id), &file.new_file(), &person).await?;
    }
    change.commit().await?;
    Ok(Onward::to(address(&new.id)).saying("tickets-was-asked", &visit).into_response())
}
