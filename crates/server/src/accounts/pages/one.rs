//! One source of accounts: how it is set, what its readings came to, and what can be asked of it.

use axum::extract::{Form as Sent, Path, State};
use khien_connect::ldap;
use khien_store::connectors::{self, Connector, ConnectorKind, Run, RunKind};
use khien_store::{accounts, jobs};
use khien_texts::text;
use serde::Deserialize;

use super::list::kind_name;
use super::{address, asked_by, found};
use crate::accounts::job;
use crate::accounts::reached::{Reached, settings_of};
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many readings are shown.
const RUNS_SHOWN: u32 = 20;

/// Shows it.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    page(&desk, &connector, vec![]).await
}

/// The page of a connector, below what was just found out.
pub(crate) async fn page(desk: &Desk<'_>, connector: &Connector, first: Vec<Block>) -> Result<Page, Trouble> {
    let mut blocks = first;
    blocks.push(Block::Facts(facts(desk, connector).await?));
    if let Some(next) = &connector.next_run {
        let by = asked_by(desk, &next.by).await?;
        let key = format!("connector-next-{}", next.kind);
        blocks.push(Block::Text(text!(desk.texts, key.as_str(), moment = desk.moment(next.at), by = by)));
    }
    let mut ways = vec![Link::new(format!("{}/accounts", address(connector)), desk.t("connector-accounts-open"))];
    let may_change = desk.visit.rights.could(Action::Change, Resource::Connector);
    if may_change {
        ways.push(Link::new(format!("{}/edit", address(connector)), desk.t("connector-change")));
    }
    blocks.push(Block::Actions(ways));
    if may_change {
        blocks.extend(actions(desk, connector));
    }
    if connector.kind != ConnectorKind::Attestation {
        blocks.push(Block::Heading(desk.t("connector-runs")));
        blocks.push(Block::Table(runs(desk, connector).await?));
    }
    let way = [Link::new("/admin/connectors", desk.t("connectors-title"))];
    desk.page(&connector.name, &way, &blocks)
}

async fn facts(desk: &Desk<'_>, connector: &Connector) -> Result<Vec<(String, Cell)>, Trouble> {
    let tree = desk.tree().await?;
    let counted = accounts::counted(&desk.state.store).await?;
    let counts = counted.into_iter().find(|(id, ..)| *id == connector.id);
    let (there, unjoined) = counts.map(|(_, there, unjoined)| (there, unjoined)).unwrap_or_default();
    let mut facts = vec![
        (desk.t("connector-kind"), Cell::Text(kind_name(desk, connector.kind))),
        (desk.t("connector-system"), Cell::Code(connector.system.clone())),
        (desk.t("connector-unit"), Cell::Text(unit_name(&tree.on(desk.today), &connector.unit))),
        (desk.t("connector-accounts"), Cell::Text(there.to_string())),
        (desk.t("connector-unjoined"), Cell::Text(unjoined.to_string())),
    ];
    if connector.kind != ConnectorKind::Ldap {
        return Ok(facts);
    }
    let every = text!(desk.texts, "connector-every", hours = connector.every_hours);
    facts.push((desk.t("connector-schedule"), Cell::Text(every)));
    match Reached::of(connector) {
        Ok(reached) => {
            facts.push((desk.t("connector-field-url"), Cell::Code(reached.url)));
            let bind = reached.bind_name.map_or_else(|| Cell::Text(desk.t("connector-nobody")), Cell::Code);
            facts.push((desk.t("connector-field-bind-name"), bind));
        }
        Err(problem) => {
            let (key, detail) = problem.said();
            let said = khien_connect::say::problem(&key, &detail, desk.texts);
            facts.push((desk.t("connector-field-url"), Cell::Badge("fail", said.what)));
        }
    }
    let taken = connector.taken_over_at.map_or_else(|| desk.t("connector-not-taken-over"), |at| desk.moment(at));
    facts.push((desk.t("connector-taken-over-at"), Cell::Text(taken)));
    Ok(facts)
}

/// What can be done here.
fn actions(desk: &Desk<'_>, connector: &Connector) -> Vec<Block> {
    match connector.kind {
        ConnectorKind::Ldap => {
            let post = |to: &str, key: &str, fields| {
                Cell::Button(
                    Form::post(desk.visit, format!("{}/{to}", address(connector)), desk.t(key), fields).inline(),
                )
            };
            let mut buttons = vec![
                post("test", "connector-test", vec![]),
                post("read", "connector-look", vec![Field::hidden("what", RunKind::Look.as_str())]),
            ];
            // What nobody has looked at is not taken over the first time.
            if connector.taken_over_at.is_some() {
                buttons.push(post("read", "connector-take", vec![Field::hidden("what", RunKind::Take.as_str())]));
            }
            let about =
                if connector.taken_over_at.is_some() { "connector-read-about" } else { "connector-first-about" };
            vec![Block::Text(desk.t(about)), Block::List(buttons)]
        }
        ConnectorKind::List => {
            let fields = vec![
                Field::hidden("kind", "accounts"),
                Field::hidden("connector", &connector.id),
                Field::date("made_on", desk.t("connector-made-on"), desk.today.to_string())
                    .required()
                    .hint(desk.t("connector-made-on-hint")),
                Field::file("list", desk.t("import-file"), ".xlsx,.csv,.txt", false).hint(desk.t("import-file-hint")),
            ];
            let upload = Form::upload(desk.visit, "/admin/import", desk.t("import-upload"), fields);
            let sample = Link::new("/admin/import/sample/accounts.xlsx", desk.t("import-sample-accounts"));
            vec![
                Block::Heading(desk.t("connector-upload")),
                Block::Text(desk.t("connector-upload-about")),
                Block::Form(upload),
                Block::List(vec![Cell::Link(sample)]),
            ]
        }
        ConnectorKind::Attestation => vec![Block::Text(desk.t("connector-attestation-about"))],
    }
}

async fn runs(desk: &Desk<'_>, connector: &Connector) -> Result<Table, Trouble> {
    let mut rows = Vec::new();
    for run in connectors::runs_of(&desk.state.store, &connector.id, RUNS_SHOWN).await? {
        let outcome = match &run.problem {
            None => Cell::Badge("pass", desk.t("connector-run-done")),
            Some(problem) => Cell::Several(vec![
                Cell::Badge("fail", desk.t("connector-run-failed")),
                Cell::Text(said(desk, problem).0),
            ]),
        };
        let to = format!("{}/runs/{}", address(connector), run.id);
        rows.push(vec![
            Cell::link(to, desk.moment(run.started_at)),
            Cell::Text(run_kind(desk, &run)),
            Cell::Text(asked_by(desk, &run.asked_by).await?),
            Cell::Number(run.counts.read.to_string()),
            Cell::Number(run.counts.new.to_string()),
            Cell::Number(run.counts.changed.to_string()),
            Cell::Number(run.counts.gone.to_string()),
            outcome,
        ]);
    }
    let heads = [
        "connector-run-when",
        "connector-run-kind",
        "connector-run-by",
        "connector-count-read",
        "connector-count-new",
        "connector-count-changed",
        "connector-count-gone",
        "connector-run-outcome",
    ];
    Ok(Table {
        caption: desk.t("connector-runs"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("connector-runs-none"),
        around: vec![],
    })
}

pub(super) fn run_kind(desk: &Desk<'_>, run: &Run) -> String {
    desk.t(&format!("connector-run-{}", run.kind))
}

/// What a problem says: what happened, and what to do.
pub(super) fn said(desk: &Desk<'_>, (key, detail): &(String, String)) -> (String, String) {
    let said = khien_connect::say::problem(key, detail, desk.texts);
    (said.what, said.todo.join(" "))
}

/// Tries whether the directory lets us in.
pub(crate) async fn test(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    if connector.kind != ConnectorKind::Ldap {
        return Err(Trouble::NotFound);
    }
    let outcome = match settings_of(&state, &connector) {
        Ok(settings) => ldap::probe(&settings).await.map_err(|problem| (problem.key().to_owned(), problem.detail())),
        Err(problem) => Err(problem.said()),
    };
    let block = match outcome {
        Ok(probe) => {
            let key = match probe.kind {
                ldap::Kind::ActiveDirectory => "connector-test-active-directory",
                ldap::Kind::Plain => "connector-test-plain",
            };
            Block::Notice("pass", text!(desk.texts, key, base = probe.base))
        }
        Err(problem) => {
            let (what, todo) = said(&desk, &problem);
            Block::Notice("fail", text!(desk.texts, "connector-test-failed", what = what, todo = todo))
        }
    };
    page(&desk, &connector, vec![block]).await
}

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    what: String,
}

/// Asks for a reading, which the server does by itself within seconds.
pub(crate) async fn read(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(wanted): Sent<Wanted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    let bad = || Trouble::BadRequest { detail: "what".to_owned() };
    let kind: RunKind = wanted.what.parse().ok().filter(|kind| *kind != RunKind::List).ok_or_else(bad)?;
    if kind == RunKind::Take && connector.taken_over_at.is_none() {
        let runs = connectors::runs_of(&state.store, &id, RUNS_SHOWN).await?;
        if !runs.iter().any(|run| run.kind == RunKind::Look && run.problem.is_none()) {
            return Err(Trouble::Conflict { what: "nobody has looked at what would be taken over".to_owned() });
        }
    }
    let mut change = desk.begin().await?;
    connectors::ask(&mut change, &id, kind).await?;
    jobs::add(&mut change, job::READING, "", &serde_json::json!({}), visit.now).await?;
    change.commit().await?;
    Ok(Onward::to(address(&connector)).saying("connector-asked", &visit))
}
