//! Lists of accounts: uploaded for one system, compared with what is known of it, and then in the place of the former list.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use khien_model::start_of_day;
use khien_store::accounts::{self, Office, Owners, Plan, SeenAccount, plan};
use khien_store::connectors::{self, Connector, ConnectorKind, Run, RunKind};
use khien_store::{Change, Store, StoreError, ids, people};
use khien_texts::text;

use super::Kind;
use super::pages::Opened;
use crate::accounts::pages as connector_pages;
use crate::admin::desk::{Desk, day_of_form};
use crate::admin::sheet::{Block, Form, Link};
use crate::forms::Upload;
use crate::trouble::Trouble;

/// The system that an upload is for, and the day on which its list was made. Lists of other kinds are for none.
pub(super) async fn asked(
    desk: &Desk<'_>,
    kind: Kind,
    upload: &Upload,
) -> Result<(Option<Connector>, Option<Date>), Trouble> {
    if kind != Kind::Accounts {
        return Ok((None, None));
    }
    let id = upload.field("connector").unwrap_or_default();
    let connector = connectors::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    if connector.kind != ConnectorKind::List {
        return Err(Trouble::BadRequest { detail: "connector".to_owned() });
    }
    let day = upload.field("made_on").and_then(day_of_form).filter(|day| *day <= desk.today);
    Ok((Some(connector), Some(day.ok_or(Trouble::BadRequest { detail: "made_on".to_owned() })?)))
}

/// The page of the system again, with what is wrong with the file.
pub(super) async fn refused(desk: &Desk<'_>, connector: &Connector, what: String) -> Result<Response, Trouble> {
    let page = connector_pages::one::page(desk, connector, vec![Block::Notice("fail", what)]).await?;
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// The way to the page of a list of accounts.
pub(super) async fn way(desk: &Desk<'_>, connector: &str) -> Result<Vec<Link>, Trouble> {
    let name = connectors::find(&desk.state.store, connector).await?.map_or_else(String::new, |found| found.name);
    let list = Link::new("/admin/connectors", desk.t("connectors-title"));
    Ok(vec![list, Link::new(format!("/admin/connectors/{connector}"), name)])
}

async fn compared(store: &Store, opened: &Opened, seen: Vec<SeenAccount>) -> Result<(Connector, Plan), StoreError> {
    let id = opened.import.connector.as_deref().unwrap_or_default();
    let connector = connectors::find(store, id).await?.ok_or(StoreError::NotFound)?;
    let known = accounts::of_connector(store, id).await?;
    let owners = Owners::of(&people::all(store).await?);
    let plan = plan(&connector, &known, seen, &owners);
    Ok((connector, plan))
}

/// What the list would change, and the button that carries it out.
pub(super) async fn preview(desk: &Desk<'_>, opened: &Opened, seen: Vec<SeenAccount>) -> Result<Vec<Block>, Trouble> {
    let (_, plan) = compared(&desk.state.store, opened, seen).await?;
    let mut blocks = vec![Block::Text(desk.t("import-accounts-whole"))];
    blocks.extend(connector_pages::run::differences(desk, &plan.counts, &plan.differences).await?);
    let action = format!("/admin/import/{}/carry-out", opened.import.id);
    let button = text!(desk.texts, "import-accounts-carry-out", count = plan.counts.read);
    blocks.push(Block::Form(Form::post(desk.visit, action, button, vec![])));
    Ok(blocks)
}

/// Puts the list in the place of the system's former one.
pub(super) async fn carry_out(
    change: &mut Change,
    opened: &Opened,
    seen: Vec<SeenAccount>,
) -> Result<serde_json::Value, StoreError> {
    let store = change.store().clone();
    let (connector, plan) = compared(&store, opened, seen).await?;
    // As old as the list: what stood in it in the evening was so on that day.
    let made_on = opened.import.made_on.unwrap_or_else(|| khien_model::day_of(change.now()));
    let read_at = start_of_day(made_on.tomorrow().unwrap_or(made_on)).min(change.now());
    let office = Office::at(&store, change.now()).await?;
    accounts::take_in(change, &connector, &plan.steps, read_at, &office).await?;
    accounts::vanish(change, &plan.gone).await?;
    let run = Run {
        id: ids::fresh(change.now())?,
        connector: connector.id.clone(),
        kind: RunKind::List,
        asked_by: change.actor().to_string(),
        started_at: change.now(),
        ended_at: change.now(),
        counts: plan.counts,
        differences: plan.differences,
        problem: None,
    };
    connectors::finish(change, &connector, &run).await?;
    Ok(serde_json::json!(run.counts))
}
