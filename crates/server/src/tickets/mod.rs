//! Tickets: difficulties and questions to the office, incidents, their answers, and what everybody may learn from them.

mod acts;
mod answers;
pub(crate) mod due;
mod incidents;
pub(crate) mod job;
mod list;
mod mail;
mod new;
#[cfg(test)]
mod tests;
mod ticket;

use axum::routing::{get, post};
use khien_model::TreeOnDay;
use khien_store::tickets::{self, Ticket};

use crate::admin::desk::Desk;
use crate::rights::{Action, Place, Resource, Right, may};
use crate::routes::{Kind, Route};
use crate::trouble::Trouble;

pub(crate) use answers::about_control;
pub(crate) use list::address;

const SEE: Right = Right::May(Action::View, Resource::Request);
const ASK: Right = Right::May(Action::Ask, Resource::Request);
const READ: Right = Right::May(Action::View, Resource::Control);

/// The routes of this module. What somebody may do with one ticket follows from whose it is: each handler asks.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/tickets", SEE, "Difficulties and incidents.", || get(list::show)),
    Route::post(Kind::Form, "/tickets/none", ASK, "A unit has no difficulties this month.", || post(list::say_none)),
    Route::get(Kind::Page, "/tickets/new", ASK, "Ask the office.", || get(new::show)),
    Route::post(Kind::Upload, "/tickets/new", ASK, "Ask the office.", || post(new::open)),
    Route::get(Kind::Page, "/tickets/incident", ASK, "Report an incident.", || get(incidents::report::show)),
    Route::post(Kind::Form, "/tickets/incident", ASK, "Report an incident.", || post(incidents::report::open)),
    Route::get(Kind::Page, "/tickets/answers", READ, "What was answered before.", || get(answers::show)),
    Route::get(Kind::Page, "/tickets/{id}", SEE, "One ticket with its thread.", || get(ticket::show)),
    Route::get(Kind::Page, "/tickets/{id}/files/{file}", SEE, "A file of a ticket.", || get(ticket::download)),
    Route::post(Kind::Upload, "/tickets/{id}/message", SEE, "Write about a ticket.", || post(acts::message)),
    Route::post(Kind::Form, "/tickets/{id}/assign", SEE, "Take a ticket or give it to somebody.", || post(acts::assign)),
    Route::post(Kind::Form, "/tickets/{id}/put-off", SEE, "Name a new day for the answer.", || post(acts::put_off)),
    Route::post(Kind::Form, "/tickets/{id}/answer", SEE, "Answer a ticket.", || post(acts::answer)),
    Route::post(Kind::Form, "/tickets/{id}/reopen", SEE, "The answer does not help.", || post(acts::reopen)),
    Route::post(Kind::Form, "/tickets/{id}/close", SEE, "It is over.", || post(acts::close)),
    Route::get(Kind::Page, "/tickets/{id}/sheet", SEE, "The fact sheet of an incident.", || get(incidents::sheet::show)),
    Route::post(Kind::Form, "/tickets/{id}/sheet", SEE, "Fill in the fact sheet.", || post(incidents::sheet::fill)),
    Route::get(Kind::Page, "/tickets/{id}/reports", SEE, "Record a report on an incident.", || get(incidents::acts::show)),
    Route::post(Kind::Form, "/tickets/{id}/reports", SEE, "Record a report on an incident.", || post(incidents::acts::record)),
    Route::post(Kind::Form, "/tickets/{id}/reports/withdraw", SEE, "A report was recorded by mistake.", || post(incidents::acts::withdraw)),
    Route::get(Kind::Page, "/tickets/{id}/letters/{kind}", SEE, "A letter about an incident.", || get(incidents::letters::show)),
];

/// The ticket with the id `id`, if the visitor may do `action` with it.
async fn found(desk: &Desk<'_>, id: &str, action: Action, on: &TreeOnDay<'_>) -> Result<Ticket, Trouble> {
    let ticket = tickets::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    if allows(desk, &ticket, action, on) { Ok(ticket) } else { Err(Trouble::NotAllowed) }
}

/// Whether the visitor may do `action` with a ticket.
fn allows(desk: &Desk<'_>, ticket: &Ticket, action: Action, on: &TreeOnDay<'_>) -> bool {
    let people = [ticket.person.as_str()];
    let unit = on.tree().find(&ticket.unit).filter(|unit| on.contains(*unit));
    // Who asked sees the ticket; working on it is for whoever answers in the unit, and nobody answers their own.
    let place = match action {
        Action::Change => Place { unit, people: &[], asked_by: Some(&ticket.person) },
        _ => Place { unit, people: &people, asked_by: None },
    };
    may(&desk.visit.rights, action, Resource::Request, &place, on).is_ok()
}

/// Whether the visitor asked it.
fn is_own(desk: &Desk<'_>, ticket: &Ticket) -> bool {
    desk.visit.rights.person() == ticket.person
}
