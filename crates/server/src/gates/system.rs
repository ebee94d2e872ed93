//! One system: what it is called, which unit runs it, the gates before it, and putting another gate there.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::TreeOnDay;
use khien_store::gates::{self, COUNTED_DAYS, Gate, GateProtocol};
use khien_store::systems::{self, MAX_NAME};
use khien_store::{assignments, ids};
use khien_texts::text;
use serde::Deserialize;

use super::{Found, found, gate_address, list, system_address};
use crate::admin::desk::{Desk, filled, unit_choices, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::config::is_this_machine;
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::secrets;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is typed about a system or a gate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(super) name: String,
    pub(super) unit: String,
    protocol: String,
    /// The id that the gate will have: a form that is sent twice makes one.
    id: String,
}

impl Typed {
    /// The name, or what is wrong with it.
    fn named(&self, desk: &Desk<'_>) -> Result<String, (String, String)> {
        let name = filled(&self.name).filter(|name| name.chars().count() <= MAX_NAME);
        name.ok_or_else(|| ("name".to_owned(), text!(desk.texts, "systems-wrong-name", most = MAX_NAME)))
    }
}

fn is_unit(on: &TreeOnDay<'_>, id: &str) -> bool {
    on.tree().find(id).is_some_and(|unit| on.contains(unit))
}

/// Enters a system.
pub(super) async fn make(
    State(state): State<AppState>,
    visit: Visit,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    if !is_unit(&on, &typed.unit) {
        return Err(Trouble::NotFound);
    }
    desk.check(Action::Change, Resource::Gate, Some(&typed.unit), &on)?;
    let name = match typed.named(&desk) {
        Ok(name) => name,
        Err(mistake) => return Ok(list::page(&desk, &typed, &[mistake]).await?.into_response()),
    };
    let mut change = desk.begin().await?;
    let id = ids::fresh(visit.now)?;
    systems::make(&mut change, &id, &name, &typed.unit, desk.today).await?;
    change.commit().await?;
    Ok(Onward::to(system_address(&id)).saying("systems-was-made", &visit).into_response())
}

/// Shows one.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    page(&desk, &id, None, &[]).await
}

async fn page(
    desk: &Desk<'_>,
    id: &str,
    typed: Option<&Typed>,
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let system = found(desk, id, Action::View, &on).await?;
    let unit = system.unit.as_deref().map(|unit| unit_name(&on, unit)).unwrap_or_default();
    let own = gates::all(&desk.state.store).await?.into_iter().filter(|gate| gate.system == id);
    let sums = gates::sums(&desk.state.store, desk.today).await?;
    let mut rows = Vec::new();
    for gate in own {
        let mut row = list::of_gate(desk, &gate, sums.get(&gate.id)).await?;
        // The first cell names the row.
        row.swap(0, 1);
        rows.push(row);
    }
    let is_in_use = system.record.retired_at.is_none();
    let mut blocks = vec![Block::Facts(vec![(desk.t("systems-unit"), Cell::Text(unit))])];
    if !is_in_use {
        blocks.push(Block::Notice("exempt", desk.t("systems-retired")));
    }
    blocks.push(Block::Actions(vec![Link::new(format!("/subjects/system/{id}"), desk.t("systems-findings"))]));
    blocks.push(Block::Table(Table {
        caption: desk.t("systems-gates"),
        heads: vec![
            desk.t("gates-gate"),
            desk.t("gates-standing"),
            text!(desk.texts, "gates-files", days = COUNTED_DAYS),
            text!(desk.texts, "gates-blocked-count", days = COUNTED_DAYS),
            desk.t("gates-last-hit"),
        ],
        rows,
        empty: desk.t("systems-no-gate"),
        around: vec![],
    }));
    if is_in_use && desk.may(Action::Change, Resource::Gate, system.unit.as_deref(), &on) {
        let usual = Typed::default();
        let form = new_gate(desk, id, typed.unwrap_or(&usual))?.with_mistakes(mistakes);
        if mistakes.is_empty() {
            blocks.push(Block::Heading(desk.t("gates-new")));
        } else {
            blocks.insert(0, Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Text(desk.t("gates-new-about")));
        blocks.push(Block::Form(form));
        blocks.extend(changes(desk, &system, &on));
    }
    let way = [Link::new("/admin/gates", desk.t("gates-title"))];
    let page = desk.page(system.record.name.clone(), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn new_gate(desk: &Desk<'_>, system: &str, typed: &Typed) -> Result<Form, Trouble> {
    let protocols = GateProtocol::ALL.iter().map(|protocol| {
        let word = protocol.as_str();
        (word.to_owned(), desk.t(&format!("gates-protocol-{word}")), typed.protocol == word)
    });
    let fields = vec![
        Field::line("name", desk.t("gates-name"), &typed.name).hint(desk.t("gates-name-hint")).required(),
        Field::choice("protocol", desk.t("gates-protocol"), protocols.collect()),
        Field::hidden("id", ids::fresh(desk.visit.now)?),
    ];
    let action = format!("{}/gates", system_address(system));
    Ok(Form::post(desk.visit, action, desk.t("gates-add"), fields).checked_by_server())
}

/// Renaming, moving, taking out of use.
fn changes(desk: &Desk<'_>, system: &Found, on: &TreeOnDay<'_>) -> [Block; 2] {
    let address = system_address(&system.record.subject.id);
    let may = |id: &str| desk.may(Action::Change, Resource::Gate, Some(id), on);
    let fields = vec![
        Field::line("name", desk.t("systems-name"), &system.record.name).required(),
        Field::choice("unit", desk.t("systems-unit"), unit_choices(on, system.unit.as_deref(), None, may)),
    ];
    let save = Form::post(desk.visit, address.clone(), desk.t("systems-save"), fields).called("change");
    let retire = Form::post(desk.visit, format!("{address}/retire"), desk.t("systems-retire"), vec![]).dangerous();
    [Block::Folded(desk.t("systems-change"), save), Block::Folded(desk.t("systems-retire-about"), retire)]
}

/// Renames and moves one.
pub(super) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let system = found(&desk, &id, Action::Change, &on).await?;
    let name = match typed.named(&desk) {
        Ok(name) => name,
        Err((_, what)) => return Err(Trouble::BadRequest { detail: what }),
    };
    let mut change = desk.begin().await?;
    if name != system.record.name {
        systems::rename(&mut change, &id, &name).await?;
    }
    if system.unit.as_deref() != Some(typed.unit.as_str()) {
        if !is_unit(&on, &typed.unit) {
            return Err(Trouble::NotFound);
        }
        desk.check(Action::Change, Resource::Gate, Some(&typed.unit), &on)?;
        assignments::assign(&mut change, &systems::subject(&id), &typed.unit, desk.today).await?;
    }
    change.commit().await?;
    Ok(Onward::to(system_address(&id)).saying("systems-was-changed", &visit).into_response())
}

/// Takes one out of use.
pub(super) async fn retire(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    found(&desk, &id, Action::Change, &tree.on(desk.today)).await?;
    let mut change = desk.begin().await?;
    systems::retire(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/admin/gates").saying("systems-was-retired", &visit))
}

/// Puts a gate before one and shows its token, this once.
pub(super) async fn add_gate(
    State(state): State<AppState>,
    visit: Visit,
    Path(system): Path<String>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let standing = found(&desk, &system, Action::Change, &tree.on(desk.today)).await?;
    let protocol: GateProtocol =
        typed.protocol.parse().map_err(|_| Trouble::BadRequest { detail: "protocol: icap, clamd or http".into() })?;
    let name = match typed.named(&desk) {
        Ok(name) => name,
        Err(mistake) => return Ok(page(&desk, &system, Some(&typed), &[mistake]).await?.into_response()),
    };
    // The page that shows a token is the answer to a form: loading it again sends the form again.
    let id = if ids::is_one(&typed.id) { typed.id.clone() } else { ids::fresh(visit.now)? };
    if gates::find(&state.store, &id).await?.is_some() {
        return Ok(Onward::to(system_address(&system)).saying("gates-made-already", &visit).into_response());
    }
    let secret = secrets::fresh()?;
    let gate = Gate {
        id,
        system,
        name,
        protocol,
        secret_hash: secrets::kept(&secret),
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        ended_at: None,
        said: None,
        given_up: 0,
    };
    let mut change = desk.begin().await?;
    gates::insert(&mut change, &gate).await?;
    change.commit().await?;
    Ok(instructions(&desk, &gate, &secret, &standing.record.name)?.into_response())
}

/// What to type where the gate runs, with the token that is shown this once.
fn instructions(desk: &Desk<'_>, gate: &Gate, secret: &str, system: &str) -> Result<Page, Trouble> {
    let url = &desk.state.public_url;
    let mut blocks = vec![Block::Notice("pass", desk.t("gates-token-once"))];
    if is_this_machine(url) {
        blocks.push(Block::Notice("fail", desk.t("token-local-address")));
    }
    blocks.push(Block::Facts(vec![
        (desk.t("systems-name"), Cell::text(system)),
        (desk.t("gates-gate"), Cell::text(&gate.name)),
        (desk.t("gates-token"), Cell::Code(secret.to_owned())),
    ]));
    let file = format!("/etc/khien/gate-{}.token", gate.id);
    let keep = format!("printf '%s\\n' '{secret}' | sudo install -D -m 600 /dev/stdin {file}");
    let step = |key: &str, command: String| Cell::Several(vec![Cell::Text(desk.t(key)), Cell::Code(command)]);
    let steps = match gate.protocol {
        GateProtocol::Http => vec![
            step("gates-step-keep", keep),
            step(
                "gates-step-ask",
                format!(
                    "curl --fail-with-body -H \"Authorization: Bearer $(sudo cat {file})\" -F tep=@tai-lieu.pdf {url}/api/v1/scan"
                ),
            ),
            step(
                "gates-step-heard",
                format!("curl --fail-with-body -H \"Authorization: Bearer $(sudo cat {file})\" {url}/api/v1/scan"),
            ),
        ],
        protocol => {
            let listen = match protocol {
                GateProtocol::Clamd => "--socket /run/khien/clamd.socket",
                _ => "--listen 127.0.0.1:1344",
            };
            let run = format!("sudo khien {protocol} {listen} --report-to {url} --token-file {file}");
            let mut steps = vec![step("gates-step-keep", keep), step("gates-step-run", run)];
            if desk.state.authority.is_some() {
                steps.push(step("gates-step-authority", "--ca /etc/khien/ca.pem".to_owned()));
            }
            steps.push(Cell::Text(desk.t("gates-step-look")));
            steps
        }
    };
    blocks.push(Block::Heading(desk.t("gates-steps")));
    blocks.push(Block::Steps(steps));
    let way =
        [Link::new("/admin/gates", desk.t("gates-title")), Link::new(system_address(&gate.system), system.to_owned())];
    blocks.push(Block::Actions(vec![Link::new(gate_address(&gate.id), desk.t("gates-open"))]));
    desk.page(desk.t("gates-made"), &way, &blocks)
}
