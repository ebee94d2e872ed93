//! Devices: whose they are, where they stand, taking them out of use, shutting their keys out.

use std::collections::HashMap;

use axum::extract::{Form as Sent, Path, Query, State};
use khien_model::{Subject, SubjectKind, TreeOnDay};
use khien_store::devices::{self, Device};
use khien_store::subjects::{self, SubjectRecord};
use khien_store::{assignments, holders, people};
use khien_texts::text;
use serde::Deserialize;

use super::desk::{Desk, filled, person_called, unit_choices, unit_name};
use super::listing::{Drawn, Listing, Narrowed};
use super::people::{Move, belongings, move_subject};
use super::sheet::{Block, Cell, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    unit: String,
    state: String,
    page: String,
}

/// The states that the list can be narrowed to, each with the key of its name.
const STATES: [(&str, &str); 5] = [
    ("", "devices-in-use"),
    ("enrolled", "device-enrolled"),
    ("waiting", "device-waiting"),
    ("revoked", "device-revoked"),
    ("retired", "device-retired"),
];

/// The state of a device: the word of [`STATES`].
fn state_of(subject: &SubjectRecord, device: Option<&Device>) -> &'static str {
    match device {
        _ if subject.retired_at.is_some() => "retired",
        None => "waiting",
        Some(device) if device.revoked_at.is_some() => "revoked",
        Some(_) => "enrolled",
    }
}

fn state_cell(desk: &Desk<'_>, state: &str) -> Cell {
    let class = match state {
        "enrolled" => "pass",
        "revoked" => "fail",
        "waiting" => "unknown",
        _ => "quiet",
    };
    let key = STATES.iter().find(|(word, _)| *word == state).map_or("devices-in-use", |(_, key)| key);
    Cell::Badge(class, desk.t(key))
}

/// Shows the list.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let narrowed = Narrowed { words: &asked.q, unit: &asked.unit, page: &asked.page };
    let listing = Listing::new(&desk, &on, SubjectKind::Device, Resource::Subject, narrowed).await?;
    let held = holders::all_on(&state.store, SubjectKind::Device, desk.today).await?;
    let names: HashMap<String, String> =
        people::all(&state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let enrolled: HashMap<String, Device> =
        devices::all(&state.store).await?.into_iter().map(|device| (device.id.clone(), device)).collect();
    let mut list = subjects::of_kind(&state.store, SubjectKind::Device).await?;
    list.retain(|subject| {
        let state = state_of(subject, enrolled.get(&subject.subject.id));
        let fits_state = if asked.state.is_empty() { state != "retired" } else { state == asked.state };
        fits_state && listing.keeps(&subject.subject.id, &subject.name)
    });
    let row = |subject: &SubjectRecord| {
        let id = &subject.subject.id;
        let device = enrolled.get(id);
        let seen = device.and_then(|device| device.last_seen_at).map(|seen| desk.moment(seen)).unwrap_or_default();
        vec![
            Cell::link(format!("/admin/devices/{id}"), &subject.name),
            Cell::Text(listing.unit_of(id)),
            Cell::text(held.get(id).and_then(|person| names.get(person)).cloned().unwrap_or_default()),
            state_cell(&desk, state_of(subject, device)),
            Cell::Text(seen),
        ]
    };
    let states = STATES.map(|(word, key)| (word.to_owned(), desk.t(key), word == asked.state));
    let drawn = Drawn {
        address: "/admin/devices",
        search: "devices-search",
        more: vec![(Field::choice("state", desk.t("device-state"), states.into()), asked.state.clone())],
        count: "devices-count",
        heads: ["device-name", "person-unit", "device-holder", "device-state", "device-seen"],
        empty: "devices-none",
    };
    let holder_of = |subject: &SubjectRecord| held.get(&subject.subject.id).map(String::as_str);
    let mut blocks: Vec<Block> = listing.blocks(drawn, &list, holder_of, row).await?.into();
    if visit.rights.could(Action::Change, Resource::EnrolmentToken) {
        blocks.push(Block::Actions(vec![Link::new("/admin/tokens", desk.t("devices-enrol"))]));
    }
    desk.page(desk.t("devices-title"), &[], &blocks)
}

/// A device with where it stands.
struct Standing {
    record: SubjectRecord,
    device: Option<Device>,
    unit: Option<String>,
    holder: Option<String>,
}

async fn found(desk: &Desk<'_>, id: &str, action: Action) -> Result<Standing, Trouble> {
    let store = &desk.state.store;
    let subject = Subject { kind: SubjectKind::Device, id: id.to_owned() };
    let record = subjects::find(store, &subject).await?.ok_or(Trouble::NotFound)?;
    let dated = assignments::of(store, &subject).await?;
    let unit = dated.into_iter().find(|it| it.validity().contains(desk.today)).map(|it| it.unit);
    let tree = desk.tree().await?;
    desk.check(action, Resource::Subject, unit.as_deref(), &tree.on(desk.today))?;
    let held = holders::of_subject(store, &subject).await?;
    let holder = held.into_iter().find(|holder| holder.validity().contains(desk.today)).map(|holder| holder.person);
    Ok(Standing { record, device: devices::find(store, id).await?, unit, holder })
}

/// Shows one.
pub(crate) async fn show_device(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = found(&desk, &id, Action::View).await?;
    let held_by: Vec<&str> = found.holder.iter().map(String::as_str).collect();
    crate::access::seen(&state, &visit, Resource::Subject, &held_by).await?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let holder = match &found.holder {
        Some(person) => Cell::link(format!("/admin/people/{person}"), desk.person_name(person).await?),
        None => Cell::Text(desk.t("device-no-holder")),
    };
    let unit = found.unit.as_deref().map_or_else(|| desk.t("person-no-unit"), |unit| unit_name(&on, unit));
    let mut facts = vec![
        (desk.t("device-state"), state_cell(&desk, state_of(&found.record, found.device.as_ref()))),
        (desk.t("person-unit"), Cell::Text(unit)),
        (desk.t("device-holder"), holder),
    ];
    if let Some(device) = &found.device {
        let or_dash = |text: Option<String>| Cell::Text(text.unwrap_or_else(|| "–".to_owned()));
        facts.extend([
            (desk.t("device-os"), or_dash(device.os.clone())),
            (desk.t("device-agent"), or_dash(device.agent_version.clone())),
            (desk.t("device-enrolled-at"), Cell::Text(desk.moment(device.enrolled_at))),
            (desk.t("device-seen"), or_dash(device.last_seen_at.map(|seen| desk.moment(seen)))),
            (
                desk.t("device-notice"),
                Cell::Text(text!(
                    desk.texts,
                    "device-notice-accepted",
                    version = device.notice_version.as_str(),
                    by = device.notice_accepted_by.as_str(),
                    moment = desk.moment(device.notice_accepted_at)
                )),
            ),
        ]);
    }
    let dated = assignments::of(&state.store, &found.record.subject).await?;
    let mut blocks = namesakes(&desk, &found.record, &on).await?;
    blocks.extend([Block::Facts(facts), Block::Table(belongings(&desk, &dated, &on))]);
    if desk.may(Action::Change, Resource::Subject, found.unit.as_deref(), &on) {
        let is_offered = |unit: &str| desk.may(Action::Change, Resource::Subject, Some(unit), &on);
        let units = unit_choices(&on, found.unit.as_deref(), Some(desk.t("person-no-unit")), is_offered);
        blocks.extend(forms(&desk, &found, &units));
    }
    let way = [Link::new("/admin/devices", desk.t("devices-title"))];
    desk.page(&found.record.name, &way, &blocks)
}

/// Other devices in use that are called the same. A device that was on a list is joined with its agent by the name; where
/// that was not possible, whoever looks after them tells them apart.
async fn namesakes(desk: &Desk<'_>, record: &SubjectRecord, on: &TreeOnDay<'_>) -> Result<Vec<Block>, Trouble> {
    let store = &desk.state.store;
    if record.retired_at.is_some() {
        return Ok(Vec::new());
    }
    let mut cells = Vec::new();
    for other in subjects::namesakes(store, record).await? {
        let dated = assignments::of(store, &other.subject).await?;
        let home = dated.iter().find(|it| it.validity().contains(desk.today)).map(|it| it.unit.as_str());
        if !desk.may(Action::View, Resource::Subject, home, on) {
            continue;
        }
        let device = devices::find(store, &other.subject.id).await?;
        let state = STATES.iter().find(|(word, _)| *word == state_of(&other, device.as_ref()));
        let unit = home.map_or_else(|| desk.t("person-no-unit"), |unit| unit_name(on, unit));
        let state = state.map_or_else(String::new, |(_, key)| desk.t(key));
        let text = format!("{} – {unit} – {state}", other.name);
        cells.push(Cell::link(format!("/admin/devices/{}", other.subject.id), text));
    }
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Block::Text(text!(desk.texts, "device-namesakes", count = cells.len())), Block::List(cells)])
}

fn forms(desk: &Desk<'_>, found: &Standing, units: &[(String, String, bool)]) -> Vec<Block> {
    let id = &found.record.subject.id;
    let post = |what: &str, key: &str, fields| {
        Form::post(desk.visit, format!("/admin/devices/{id}/{what}"), desk.t(key), fields)
    };
    let day = || Field::date("from", desk.t("person-from"), desk.today.to_string()).required();
    let mut blocks = vec![
        Block::Folded(
            desk.t("person-move"),
            post("unit", "person-move", vec![Field::choice("unit", desk.t("person-unit"), units.to_vec()), day()]),
        ),
        Block::Folded(
            desk.t("device-give"),
            post(
                "holder",
                "device-give",
                vec![Field::line("holder", desk.t("device-holder"), "").hint(desk.t("device-holder-hint")), day()],
            ),
        ),
    ];
    if found.record.retired_at.is_none() {
        let form = post("retire", "device-retire", vec![]).dangerous();
        blocks.push(Block::Folded(desk.t("device-retire-title"), form));
    } else {
        blocks.push(Block::Form(post("take-back", "device-take-back", vec![])));
    }
    if found.device.as_ref().is_some_and(|device| device.revoked_at.is_none()) {
        let reason = Field::line("reason", desk.t("device-revoke-reason"), "").required();
        let form = post("revoke", "device-revoke", vec![reason.hint(desk.t("device-revoke-hint"))]).dangerous();
        blocks.push(Block::Folded(desk.t("device-revoke-title"), form));
    }
    blocks
}

/// Moves a device to another unit.
pub(crate) async fn assign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(wanted): Sent<Move>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = found(&desk, &id, Action::Change).await?;
    let key = move_subject(&desk, &found.record.subject, &wanted).await?;
    Ok(Onward::to(format!("/admin/devices/{id}")).saying(key, &visit))
}

/// Who answers for a device from when on.
#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    holder: String,
    from: String,
}

/// Gives a device to somebody, or takes it from everybody.
pub(crate) async fn give(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(given): Sent<Given>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = found(&desk, &id, Action::Change).await?;
    let back = Onward::to(format!("/admin/devices/{id}"));
    let Some(from) = super::desk::day_of_form(&given.from) else { return Ok(back.saying("admin-wrong-day", &visit)) };
    let holder = match filled(&given.holder) {
        Some(written) => match person_called(&desk, &written).await? {
            Some(person) => Some(person),
            None => return Ok(back.saying("device-no-such-person", &visit)),
        },
        None => None,
    };
    let mut change = desk.begin().await?;
    match holder {
        Some(person) => holders::replace(&mut change, &found.record.subject, &person, from).await?,
        None => holders::end_all(&mut change, &found.record.subject, from).await?,
    }
    change.commit().await?;
    Ok(back.saying("device-given", &visit))
}

/// Takes a device out of use.
pub(crate) async fn retire(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = found(&desk, &id, Action::Change).await?;
    let mut change = desk.begin().await?;
    subjects::retire(&mut change, &found.record.subject).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/devices/{id}")).saying("device-was-retired", &visit))
}

/// Takes a device back into use.
pub(crate) async fn take_back(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = found(&desk, &id, Action::Change).await?;
    let mut change = desk.begin().await?;
    subjects::take_back(&mut change, &found.record.subject).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/devices/{id}")).saying("device-was-taken-back", &visit))
}

/// Why a key is shut out.
#[derive(Debug, Deserialize)]
pub(crate) struct Revoked {
    #[serde(default)]
    reason: String,
}

/// Shuts a device's key out.
pub(crate) async fn revoke(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(revoked): Sent<Revoked>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    found(&desk, &id, Action::Change).await?;
    let mut change = desk.begin().await?;
    devices::revoke(&mut change, &id, revoked.reason.trim()).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/devices/{id}")).saying("device-was-revoked", &visit))
}
