//! Phiếu thông tin sự cố: the fact sheet, filled in once and read by the clocks and the letters.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_incidents::sheet::Shape;
use khien_incidents::{Act, FactSheet, Part, say};
use khien_store::StoreError;
use khien_store::tickets::Ticket;
use khien_store::tickets::incidents::{self, Incident};

use super::{field_of, filled, may_fill, mistake, seen, sent_value};
use crate::admin::desk::Desk;
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::tickets::list::address;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The field with the version that was read: two people who fill in at once do not overwrite each other unseen.
const VERSION: &str = "version";

/// What stands in the form.
struct Typed<'t> {
    value: &'t dyn Fn(Part) -> String,
    version: u64,
    mistakes: &'t [(String, String)],
    /// Whether somebody else has changed the sheet meanwhile.
    is_stale: bool,
}

/// Shows the sheet: to fill in, or to read.
pub(in crate::tickets) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let ticket = seen(&desk, &id, &on).await?;
    let known = incidents::find(&state.store, &id).await?;
    if !may_fill(&desk, &ticket, &on) {
        return read_only(&desk, &ticket, known.as_ref());
    }
    let value = |part: Part| match &known {
        Some(known) => known.sheet.written(part).unwrap_or_default(),
        None => first(&ticket, part),
    };
    let version = known.as_ref().map_or(0, |known| known.version);
    page(&desk, &ticket, &Typed { value: &value, version, mistakes: &[], is_stale: false })
}

/// What an incident that came without a sheet says about a part.
fn first(ticket: &Ticket, part: Part) -> String {
    FactSheet::first(&ticket.text, "", ticket.asked_at).written(part).unwrap_or_default()
}

fn read_only(desk: &Desk<'_>, ticket: &Ticket, known: Option<&Incident>) -> Result<Page, Trouble> {
    let value = |part: Part| {
        let written = known.and_then(|known| known.sheet.written(part));
        written.map_or_else(
            || desk.t("incidents-not-known"),
            |written| {
                if matches!(part.shape(), Shape::Choice(_)) { say::choice(part, &written, desk.texts) } else { written }
            },
        )
    };
    let moment = |part: Part| match (known.map(|known| &known.sheet), part) {
        (Some(sheet), Part::DiscoveredAt) => Some(sheet.discovered_at),
        (Some(sheet), Part::StartedAt) => sheet.started_at,
        (Some(sheet), Part::EndedAt) => sheet.ended_at,
        _ => None,
    };
    let cell = |part: Part| moment(part).map_or_else(|| value(part), |moment| desk.moment(moment));
    let facts = Part::ALL.iter().map(|part| (say::part(*part, desk.texts), Cell::Text(cell(*part))));
    sheet::page(desk.state, desk.visit, title(desk, ticket), &way(desk, ticket), &[Block::Facts(facts.collect())])
}

fn title(desk: &Desk<'_>, ticket: &Ticket) -> String {
    format!("{} {}", desk.t("incidents-sheet"), ticket.number)
}

fn way(desk: &Desk<'_>, ticket: &Ticket) -> [Link; 2] {
    [Link::new("/tickets", desk.t("tickets-title")), Link::new(address(&ticket.id), &ticket.number)]
}

fn page(desk: &Desk<'_>, ticket: &Ticket, typed: &Typed<'_>) -> Result<Page, Trouble> {
    let mut fields: Vec<Field> = Part::ALL.iter().map(|part| field_of(desk, *part, &(typed.value)(*part))).collect();
    fields.push(Field::hidden(VERSION, typed.version.to_string()));
    let form = Form::post(desk.visit, format!("{}/sheet", address(&ticket.id)), desk.t("admin-save"), fields);
    let form = form.checked_by_server().with_mistakes(typed.mistakes);
    let mut blocks = vec![Block::Text(desk.t("incidents-sheet-about"))];
    if typed.is_stale {
        blocks.push(Block::Notice("fail", desk.t("incidents-sheet-stale")));
    }
    if !typed.mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let page = sheet::page(desk.state, desk.visit, title(desk, ticket), &way(desk, ticket), &blocks)?;
    Ok(match (typed.is_stale, typed.mistakes.is_empty()) {
        (true, _) => page.with_status(StatusCode::CONFLICT),
        (false, false) => page.with_status(StatusCode::UNPROCESSABLE_ENTITY),
        (false, true) => page,
    })
}

/// Writes the sheet.
pub(in crate::tickets) async fn fill(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let ticket = filled(&desk, &id, &on).await?;
    let known = incidents::find(&state.store, &id).await?;
    let acts = known.as_ref().map_or(&[] as &[Act], |known| known.acts.as_slice());
    let value = |part: Part| sent_value(&sent, part.as_str()).to_owned();
    let version = sent_value(&sent, VERSION).parse();
    let version: u64 = version.map_err(|_| Trouble::BadRequest { detail: VERSION.to_owned() })?;
    let again = |mistakes: &[(String, String)], version, is_stale| {
        page(&desk, &ticket, &Typed { value: &value, version, mistakes, is_stale })
    };
    let sheet = match FactSheet::read(|name| sent_value(&sent, name), acts, visit.now) {
        Ok(sheet) => sheet,
        Err(mistakes) => {
            let mistakes: Vec<_> = mistakes.iter().map(|it| mistake(&desk, it.part.as_str(), it.wrong)).collect();
            return Ok(again(&mistakes, version, false)?.into_response());
        }
    };
    let mut change = desk.begin().await?;
    match incidents::fill(&mut change, &id, version, desk.person()?, &sheet).await {
        Ok(()) => {}
        // What was typed stays; sent once more it is written over what the other one wrote.
        Err(StoreError::Conflict { .. }) => {
            drop(change);
            let known = incidents::find(&state.store, &id).await?;
            return Ok(again(&[], known.map_or(0, |known| known.version), true)?.into_response());
        }
        Err(other) => return Err(other.into()),
    }
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("incidents-sheet-saved", &visit).into_response())
}
