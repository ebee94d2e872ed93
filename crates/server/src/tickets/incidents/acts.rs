//! Reports that were made are recorded here: each stops a clock.

use axum::extract::{Form as Sent, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_incidents::acts::FIELDS;
use khien_incidents::sheet::form_moment;
use khien_incidents::{NewAct, Step, say};
use khien_store::tickets::Ticket;
use khien_store::tickets::incidents;
use serde::Deserialize;

use super::{filled, mistake, sent_value};
use crate::admin::desk::Desk;
use crate::admin::sheet::{self, Block, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::tickets::list::address;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Which report, as the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    step: String,
}

/// Shows the form.
pub(in crate::tickets) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let ticket = filled(&desk, &id, &tree.on(desk.today)).await?;
    let [step, done_at, done_by, _] = FIELDS.map(str::to_owned);
    let name = desk.person_name(desk.person()?).await?;
    let typed = [(step, asked.step), (done_at, form_moment(visit.now)), (done_by, name)];
    page(&desk, &ticket, &typed, &[])
}

fn page(
    desk: &Desk<'_>,
    ticket: &Ticket,
    typed: &[(String, String)],
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let [step, done_at, done_by, how] = FIELDS;
    let value = |name: &str| sent_value(typed, name);
    let name = |one: &Step| format!("{} – {}", say::step(*one, desk.texts), say::receiver(*one, desk.texts));
    let steps = Step::ALL.iter().map(|one| (one.to_string(), name(one), one.as_str() == value(step)));
    let fields = vec![
        Field::choice(step, desk.t("incidents-what"), steps.collect()),
        Field::moment(done_at, desk.t("incidents-done-at"), value(done_at)).required(),
        Field::line(done_by, desk.t("incidents-done-by"), value(done_by)).required(),
        Field::line(how, desk.t("incidents-how"), value(how)).required().hint(desk.t("incidents-how-hint")),
    ];
    let form = Form::post(desk.visit, format!("{}/reports", address(&ticket.id)), desk.t("incidents-record"), fields);
    let form = form.checked_by_server().with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(desk.t("incidents-record-about"))];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let way = [Link::new("/tickets", desk.t("tickets-title")), Link::new(address(&ticket.id), &ticket.number)];
    let page = sheet::page(desk.state, desk.visit, desk.t("incidents-record"), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Records a report.
pub(in crate::tickets) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let ticket = filled(&desk, &id, &tree.on(desk.today)).await?;
    let known = incidents::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let act = match NewAct::read(|name| sent_value(&sent, name), &known.sheet, visit.now) {
        Ok(act) => act,
        Err(mistakes) => {
            let mistakes: Vec<_> = mistakes.iter().map(|(field, wrong)| mistake(&desk, field, *wrong)).collect();
            return Ok(page(&desk, &ticket, &sent, &mistakes)?.into_response());
        }
    };
    let mut change = desk.begin().await?;
    incidents::record(&mut change, &id, desk.person()?, &act).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("incidents-was-recorded", &visit).into_response())
}

/// Which report was a mistake.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Mistaken {
    number: String,
}

/// Takes back a report that was recorded by mistake.
pub(in crate::tickets) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(mistaken): Sent<Mistaken>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    filled(&desk, &id, &tree.on(desk.today)).await?;
    let number = mistaken.number.parse().map_err(|_| Trouble::BadRequest { detail: "number".to_owned() })?;
    let mut change = desk.begin().await?;
    incidents::withdraw(&mut change, &id, number, desk.person()?).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("incidents-was-withdrawn", &visit))
}
