//! Báo sự cố: what to do at once, and the three things that a frightened person can answer.

use axum::extract::{Form as Sent, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_incidents::sheet::form_moment;
use khien_incidents::{FactSheet, Part};
use khien_store::roles::{self, RoleKind};
use khien_store::tickets::incidents;
use khien_store::tickets::{NewTicket, TicketKind};
use khien_store::{ids, jobs, people, settings};
use khien_texts::text;

use super::{field_of, mistake, sent_value};
use crate::admin::desk::{Desk, unit_choices};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::tickets::due::answer_due;
use crate::tickets::job;
use crate::tickets::list::address;
use crate::tickets::new::{may_ask, own_unit};
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is asked first, in this order.
const ASKED: [Part; 3] = [Part::Seen, Part::Systems, Part::DiscoveredAt];
/// How many letters of what is seen stand in the title.
const TITLE_LETTERS: usize = 80;

/// Shows the form.
pub(in crate::tickets) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let now = form_moment(visit.now);
    let unit = own_unit(&desk).await?.unwrap_or_default();
    let typed = [("unit".to_owned(), unit), (Part::DiscoveredAt.to_string(), now)];
    page(&desk, &typed, &[]).await
}

async fn page(desk: &Desk<'_>, typed: &[(String, String)], mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let own = own_unit(desk).await?;
    let unit = sent_value(typed, "unit");
    let units = unit_choices(&on, Some(unit), None, |unit| may_ask(desk, unit, own.as_deref(), &on));
    // In plain words: whoever reads this is in a hurry.
    let field = |part: Part| {
        let asked = desk.t(&format!("incidents-ask-{}", part.as_str().replace('_', "-")));
        Field { label: asked, ..field_of(desk, part, sent_value(typed, part.as_str())) }
    };
    let mut fields: Vec<Field> = ASKED.into_iter().map(field).collect();
    // Who reports for one unit only is not asked for which.
    match units.as_slice() {
        [(only, ..)] => fields.push(Field::hidden("unit", only)),
        _ => fields.push(Field::choice("unit", desk.t("person-unit"), units)),
    }
    let form = Form::post(desk.visit, "/tickets/incident", desk.t("incidents-send"), fields);
    let form = form.checked_by_server().with_mistakes(mistakes);
    let steps = vec![
        Cell::Text(desk.t("incidents-disconnect")),
        Cell::Text(desk.t("incidents-leave-on")),
        Cell::Text(call(desk, own.as_deref()).await?),
    ];
    let mut blocks = vec![Block::Heading(desk.t("incidents-at-once")), Block::Steps(steps)];
    blocks.push(Block::Heading(desk.t("incidents-then")));
    blocks.push(Block::Text(desk.t("incidents-then-about")));
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let way = [Link::new("/tickets", desk.t("tickets-title"))];
    let page = sheet::page(desk.state, desk.visit, desk.t("incidents-report"), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Whom to call: what the settings say, and the IT focal officers of the unit by name.
async fn call(desk: &Desk<'_>, unit: Option<&str>) -> Result<String, Trouble> {
    let store = &desk.state.store;
    let mut whom: Vec<String> =
        Some(settings::INCIDENT_CALL.get(store).await?).filter(|call| !call.is_empty()).into_iter().collect();
    if let Some(unit) = unit {
        for role in roles::of_unit_on(store, unit, desk.today).await? {
            if role.kind != RoleKind::ItFocalOfficer {
                continue;
            }
            if let Some(officer) = people::find(store, &role.person).await? {
                whom.push(text!(desk.texts, "incidents-focal-officer", name = officer.name));
            }
        }
    }
    Ok(if whom.is_empty() {
        desk.t("incidents-call-somebody")
    } else {
        text!(desk.texts, "incidents-call", whom = whom.join("; "))
    })
}

/// Opens the ticket.
pub(in crate::tickets) async fn open(
    State(state): State<AppState>,
    visit: Visit,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = sent_value(&sent, "unit");
    let is_unit = tree.find(unit).is_some_and(|unit| on.contains(unit));
    if !is_unit || !may_ask(&desk, unit, own_unit(&desk).await?.as_deref(), &on) {
        return Err(Trouble::NotAllowed);
    }
    let asked = |name: &str| if ASKED.iter().any(|part| part.as_str() == name) { sent_value(&sent, name) } else { "" };
    let sheet = match FactSheet::read(asked, &[], visit.now) {
        Ok(sheet) => sheet,
        Err(mistakes) => {
            let mistakes: Vec<_> = mistakes.iter().map(|it| mistake(&desk, it.part.as_str(), it.wrong)).collect();
            return Ok(page(&desk, &sent, &mistakes).await?.into_response());
        }
    };
    let context = state.store.judge_context().await?;
    let first_line = sheet.seen.lines().next().unwrap_or_default();
    let new = NewTicket {
        id: ids::fresh(visit.now)?,
        kind: TicketKind::Incident,
        title: first_line.chars().take(TITLE_LETTERS).collect(),
        text: sheet.seen.clone(),
        person: desk.person()?.to_owned(),
        unit: unit.to_owned(),
        about: None,
        answer_due_at: answer_due(context.directive(), visit.now),
    };
    let mut change = desk.begin().await?;
    if incidents::open(&mut change, &new, &sheet).await?.is_none() {
        return Ok(Onward::to("/tickets").saying("tickets-asked-already", &visit).into_response());
    }
    // The notices go now, not with the next round.
    jobs::add(&mut change, job::KIND, "", &serde_json::json!({}), visit.now).await?;
    change.commit().await?;
    Ok(Onward::to(address(&new.id)).saying("incidents-was-reported", &visit).into_response())
}
