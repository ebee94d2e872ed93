//! What is done with a ticket.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::start_of_day;
use khien_store::files::{self, Owner, OwnerKind};
use khien_store::tickets::{self, MAX_TEXT, Ticket, TicketKind};
use serde::Deserialize;

use super::due::answer_due;
use super::list::{address, answerers};
use super::{found, is_own, ticket};
use crate::admin::desk::{Desk, day_of_form, filled};
use crate::attachments;
use crate::forms::Upload;
use crate::page::Onward;
use crate::rights::Action;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

fn bad(field: &str) -> Trouble {
    Trouble::BadRequest { detail: field.to_owned() }
}

/// A text that is there and not too long.
fn written(text: &str, field: &str) -> Result<String, Trouble> {
    filled(text).filter(|text| text.chars().count() <= MAX_TEXT).ok_or_else(|| bad(field))
}

/// The ticket, if the visitor may work on it: nobody answers what they asked themselves.
async fn worked_on(desk: &Desk<'_>, id: &str) -> Result<Ticket, Trouble> {
    let tree = desk.tree().await?;
    let ticket = found(desk, id, Action::Change, &tree.on(desk.today)).await?;
    if is_own(desk, &ticket) { Err(Trouble::NotAllowed) } else { Ok(ticket) }
}

/// The ticket, if the visitor asked it.
async fn asked(desk: &Desk<'_>, id: &str) -> Result<Ticket, Trouble> {
    let tree = desk.tree().await?;
    let ticket = found(desk, id, Action::View, &tree.on(desk.today)).await?;
    if is_own(desk, &ticket) { Ok(ticket) } else { Err(Trouble::NotAllowed) }
}

/// Writes about a ticket, with files.
pub(super) async fn message(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let ticket = found(&desk, &id, Action::View, &on).await?;
    // Who may only look (an assessor) does not write.
    if !is_own(&desk, &ticket) && !super::allows(&desk, &ticket, Action::Change, &on) {
        return Err(Trouble::NotAllowed);
    }
    let text = written(upload.field("text").unwrap_or_default(), "text")?;
    let taken = match attachments::of_form(&upload, "files", desk.texts) {
        Ok(files) => files,
        Err(what) => {
            let page = ticket::page(&desk, &id, Some(what)).await?;
            return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
        }
    };
    let person = desk.person()?;
    let mut change = desk.begin().await?;
    tickets::message(&mut change, &id, person, &text).await?;
    for file in &taken {
        files::attach(&mut change, &Owner::new(OwnerKind::Ticket, &id), &file.new_file(), person).await?;
    }
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-written", &visit).into_response())
}

/// To whom a ticket goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    to: String,
}

/// Gives a ticket to somebody who may answer it.
pub(super) async fn assign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(given): Sent<Given>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let ticket = worked_on(&desk, &id).await?;
    if !answerers(&desk, &ticket).await?.iter().any(|(person, ..)| *person == given.to) {
        return Err(bad("to"));
    }
    let mut change = desk.begin().await?;
    tickets::assign(&mut change, &id, desk.person()?, &given.to).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-assigned", &visit))
}

/// A new day, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PutOff {
    until: String,
    why: String,
}

/// Names a new day for the answer: its last one.
pub(super) async fn put_off(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(put_off): Sent<PutOff>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    worked_on(&desk, &id).await?;
    let last = day_of_form(&put_off.until).filter(|day| *day >= desk.today).ok_or_else(|| bad("until"))?;
    let until = start_of_day(last.tomorrow().map_err(|_| bad("until"))?);
    let why = written(&put_off.why, "why")?;
    let mut change = desk.begin().await?;
    tickets::put_off(&mut change, &id, desk.person()?, until, &why).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-put-off", &visit))
}

/// An answer, and whether everybody may read it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answered {
    answer: String,
    shared: String,
}

/// Answers a ticket.
pub(super) async fn answer(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(answered): Sent<Answered>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let ticket = worked_on(&desk, &id).await?;
    let text = written(&answered.answer, "answer")?;
    // What happened in an incident is for those who work on it.
    let is_shared = answered.shared == "on" && ticket.kind != TicketKind::Incident;
    let mut change = desk.begin().await?;
    tickets::answer(&mut change, &id, desk.person()?, &text, is_shared).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-answered", &visit))
}

/// Why an answer does not help.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Why {
    why: String,
}

/// Says that the answer does not help.
pub(super) async fn reopen(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(why): Sent<Why>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    asked(&desk, &id).await?;
    let why = written(&why.why, "why")?;
    let context = state.store.judge_context().await?;
    let due = answer_due(context.directive(), visit.now);
    let mut change = desk.begin().await?;
    tickets::reopen(&mut change, &id, desk.person()?, &why, due).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-reopened", &visit))
}

/// Whoever asked is content, or withdraws it. Nobody withdraws an incident: its reports are owed, and whoever works on it says
/// when it was none.
pub(super) async fn close(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let ticket = asked(&desk, &id).await?;
    if ticket.kind == TicketKind::Incident && ticket.state.is_open() {
        return Err(Trouble::NotAllowed);
    }
    let mut change = desk.begin().await?;
    tickets::close(&mut change, &id, desk.person()?).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("tickets-was-closed", &visit))
}
