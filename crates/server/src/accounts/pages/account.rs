//! One account: what its source says, whose it is, and what only people can say about it.

use std::collections::BTreeMap;

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::SubjectKind;
use khien_store::accounts::{self, Account, Joined, attestations_of};
use khien_store::people;
use serde::Deserialize;

use super::accounts::{changed, yes_or_no};
use super::run::owner_cell;
use super::{found as found_connector, way};
use crate::access;
use crate::admin::desk::{Desk, person_called};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page, in_address};
use crate::pages::subject_href;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

async fn found(desk: &Desk<'_>, id: &str) -> Result<Account, Trouble> {
    accounts::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)
}

fn address(account: &Account) -> String {
    format!("/admin/accounts/{}", in_address(&account.id))
}

/// Shows it.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let account = found(&desk, &id).await?;
    page(&desk, &account, &[]).await
}

async fn page(desk: &Desk<'_>, account: &Account, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let connector = found_connector(desk, &account.connector).await?;
    let owner: Vec<&str> = account.person.iter().map(String::as_str).collect();
    access::seen(desk.state, desk.visit, Resource::Connector, &owner).await?;
    let names: BTreeMap<String, String> =
        people::all(&desk.state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let mut blocks = Vec::new();
    let form = owner_form(desk, account).with_mistakes(mistakes);
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Facts(facts(desk, account, &names)));
    let open = subject_href(SubjectKind::Account, &account.id);
    blocks.push(Block::Actions(vec![Link::new(open, desk.t("connector-account-findings"))]));
    if desk.visit.rights.could(Action::Change, Resource::Connector) && account.gone_at.is_none() {
        blocks.extend([Block::Heading(desk.t("connector-owner")), Block::Form(form)]);
        blocks.extend([Block::Heading(desk.t("connector-shared")), Block::Form(shared_form(desk, account))]);
        let close = Form::post(desk.visit, format!("{}/close", address(account)), desk.t("connector-close"), vec![]);
        blocks.push(Block::Folded(desk.t("connector-close-about"), close.dangerous()));
    }
    let stated = attestations_of(&desk.state.store, &account.id).await?;
    if !stated.is_empty() {
        let rows = stated.iter().map(|stated| {
            let name = names.get(&stated.person).unwrap_or(&stated.person);
            vec![Cell::Text(desk.moment(stated.at)), Cell::text(name), Cell::Text(desk.day(stated.changed_on))]
        });
        blocks.push(Block::Heading(desk.t("attestations")));
        blocks.push(Block::Table(Table {
            caption: desk.t("attestations-about"),
            heads: ["attestation-at", "attestation-by", "attestation-day"].map(|key| desk.t(key)).into(),
            rows: rows.collect(),
            ..Table::default()
        }));
    }
    let [list, source] = way(desk, &connector);
    let page = desk.page(&account.id, &[list, source], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn facts(desk: &Desk<'_>, account: &Account, names: &BTreeMap<String, String>) -> Vec<(String, Cell)> {
    let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_default());
    let mut facts = vec![
        (desk.t("connector-difference-login"), Cell::Code(account.login.clone())),
        (desk.t("connector-owner-written"), text(&account.owner_name)),
        (desk.t("person-email"), text(&account.mail)),
        (desk.t("connector-owner"), owner_cell(desk, account.person.as_deref(), account.joined, names)),
        (desk.t("connector-open"), Cell::Text(yes_or_no(desk, account.lifecycle.enabled.known().copied()))),
        (desk.t("connector-password-changed"), Cell::Text(changed(desk, account))),
        (desk.t("connector-read-last"), Cell::Text(desk.moment(account.read_at))),
    ];
    if let Some(gone) = account.gone_at {
        facts.push((desk.t("connector-state-gone"), Cell::Text(desk.moment(gone))));
    }
    facts
}

fn owner_form(desk: &Desk<'_>, account: &Account) -> Form {
    let person = Field::line("person", desk.t("connector-owner-person"), "").hint(desk.t("connector-owner-hint"));
    let form = Form::post(desk.visit, format!("{}/owner", address(account)), desk.t("connector-join"), vec![person]);
    if account.joined == Joined::Hand { form.button("undo", "yes", desk.t("connector-unjoin")) } else { form }
}

fn shared_form(desk: &Desk<'_>, account: &Account) -> Form {
    let options = [("", "connector-shared-unsaid"), ("yes", "connector-shared-yes"), ("no", "connector-shared-no")];
    let chosen = match account.shared {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let options = options.map(|(value, key)| (value.to_owned(), desk.t(key), value == chosen)).into();
    let field = Field::choice("shared", desk.t("connector-shared"), options).hint(desk.t("connector-shared-hint"));
    Form::post(desk.visit, format!("{}/shared", address(account)), desk.t("admin-save"), vec![field])
}

/// What is said about the owner.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Owner {
    person: String,
    undo: String,
}

/// Says whose it is, or takes that back.
pub(crate) async fn join(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(owner): Sent<Owner>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let account = found(&desk, &id).await?;
    if !owner.undo.is_empty() {
        let mut change = desk.begin().await?;
        accounts::unjoin(&mut change, &account).await?;
        change.commit().await?;
        return Ok(Onward::to(address(&account)).saying("connector-unjoined-said", &visit).into_response());
    }
    let Some(person) = person_called(&desk, owner.person.trim()).await? else {
        let mistake = [("person".to_owned(), desk.t("connector-owner-not-found"))];
        return Ok(page(&desk, &account, &mistake).await?.into_response());
    };
    let mut change = desk.begin().await?;
    accounts::join(&mut change, &account, &person).await?;
    change.commit().await?;
    Ok(Onward::to(address(&account)).saying("connector-joined-said", &visit).into_response())
}

/// What is said about who uses it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shared {
    shared: String,
}

/// Says whether several people use it.
pub(crate) async fn share(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(said): Sent<Shared>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let account = found(&desk, &id).await?;
    let shared = match said.shared.as_str() {
        "" => None,
        "yes" => Some(true),
        "no" => Some(false),
        _ => return Err(Trouble::BadRequest { detail: "shared".to_owned() }),
    };
    let mut change = desk.begin().await?;
    accounts::mark_shared(&mut change, &account, shared).await?;
    change.commit().await?;
    Ok(Onward::to(address(&account)).saying("admin-saved", &visit))
}

/// Notes that it is closed, or was never there.
pub(crate) async fn close(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let account = found(&desk, &id).await?;
    let mut change = desk.begin().await?;
    accounts::close(&mut change, &account).await?;
    change.commit().await?;
    Ok(Onward::to(address(&account)).saying("connector-closed-said", &visit))
}
