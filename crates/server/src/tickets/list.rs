//! Khó khăn, vướng mắc: one's own questions, those that wait for an answer, and which units have nothing to ask this month.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Form as Sent, Query, State};
use khien_model::TreeOnDay;
use khien_store::tickets::{self, Ticket, TicketKind, TicketState};
use khien_store::{Store, StoreError, people};
use khien_texts::text;
use serde::Deserialize;

use super::allows;
use super::incidents::clocks::owed;
use crate::access;
use crate::admin::desk::{Desk, paged, unit_choices, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page, in_address};
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Which page of the list, and whether answered ones are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
    all: String,
}

/// Shows the list.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let mut ways = Vec::new();
    if visit.rights.could(Action::Ask, Resource::Request) {
        ways.push(Link::new("/tickets/incident", desk.t("incidents-report")));
        ways.push(Link::new("/tickets/new", desk.t("tickets-ask")));
    }
    ways.push(Link::new("/tickets/answers", desk.t("tickets-answers")));
    let mut blocks = vec![Block::Text(desk.t("tickets-about")), Block::Actions(ways)];
    let owed = owed(&desk).await?;
    let late = owed.late;
    let own = tickets::of_person(&state.store, visit.rights.person()).await?;
    if !own.is_empty() {
        blocks.push(Block::Heading(desk.t("tickets-own")));
        let rows = own.iter().map(|ticket| row(&desk, ticket, None, &late, &on)).collect();
        blocks.push(table(&desk, "tickets-own", rows, false, vec![]));
    }
    let reach = visit.rights.reach(Action::View, Resource::Request, &on);
    if !matches!(reach, Reach::OwnThings) {
        let is_all = asked.all == "yes";
        let mut listed =
            if is_all { tickets::all(&state.store).await? } else { tickets::waiting(&state.store).await? };
        if !is_all {
            // An answer ends no clock: what is still to be reported waits too.
            listed.extend(answered_ones(&state.store, &listed, &owed.waiting).await?);
        }
        listed.retain(|ticket| allows(&desk, ticket, Action::View, &on));
        let is_urgent = |ticket: &Ticket| {
            ticket.kind == TicketKind::Incident && (ticket.state.is_open() || owed.waiting.contains(&ticket.id))
        };
        listed.sort_by_key(|ticket| !is_urgent(ticket));
        let address = if is_all { "/tickets?all=yes" } else { "/tickets" };
        let (shown, around) = paged(&listed, asked.page.parse().unwrap_or(1), &desk, address);
        let list = access::NamedList { resource: Resource::Request, unit: "", words: "" };
        access::listed(&state, &visit, list, shown.iter().map(|ticket| ticket.person.as_str())).await?;
        let mut rows = Vec::new();
        for ticket in shown {
            let name = desk.person_name(&ticket.person).await?;
            rows.push(row(&desk, ticket, Some(name), &late, &on));
        }
        let (heading, other, to) = if is_all {
            ("tickets-all", "tickets-show-waiting", "/tickets")
        } else {
            ("tickets-waiting", "tickets-show-all", "/tickets?all=yes")
        };
        blocks.push(Block::Heading(desk.t(heading)));
        blocks.push(table(&desk, heading, rows, true, around));
        blocks.push(Block::Actions(vec![Link::new(to, desk.t(other))]));
        blocks.extend(month(&desk, &reach, &on).await?);
    }
    sheet::page(&state, &visit, desk.t("tickets-title"), &[], &blocks)
}

/// The incidents that were answered and of which a report is still to be made.
async fn answered_ones(
    store: &Store,
    listed: &[Ticket],
    waiting: &BTreeSet<String>,
) -> Result<Vec<Ticket>, StoreError> {
    let mut answered = Vec::new();
    for id in waiting.iter().filter(|id| !listed.iter().any(|ticket| ticket.id == **id)) {
        answered.extend(tickets::find(store, id).await?);
    }
    Ok(answered)
}

/// Which units have said nothing this month, and the form to say that there is nothing.
async fn month(desk: &Desk<'_>, reach: &Reach, on: &TreeOnDay<'_>) -> Result<Vec<Block>, Trouble> {
    let store = &desk.state.store;
    let first = khien_model::start_of_day(desk.today.first_of_month());
    let mut said: BTreeSet<String> =
        tickets::of_month(store, desk.today).await?.into_iter().map(|statement| statement.unit).collect();
    said.extend(tickets::all(store).await?.into_iter().filter(|it| it.asked_at >= first).map(|it| it.unit));
    let units = on.units().iter().filter(|unit| reach.contains(Some(**unit)));
    let silent: Vec<Cell> = units
        .map(|unit| &on.tree().unit(*unit).id)
        .filter(|unit| !said.contains(*unit))
        .map(|unit| Cell::Text(unit_name(on, unit)))
        .collect();
    let mut blocks = vec![Block::Heading(desk.t("tickets-month"))];
    if silent.is_empty() {
        blocks.push(Block::Notice("pass", desk.t("tickets-month-all")));
    } else {
        blocks.push(Block::Text(text!(desk.texts, "tickets-month-silent", count = silent.len())));
        blocks.push(Block::List(silent));
    }
    let may_say = |unit: &str| desk.may(Action::Ask, Resource::Request, Some(unit), on) && !said.contains(unit);
    let choices = unit_choices(on, None, None, may_say);
    if !choices.is_empty() {
        let fields = vec![Field::choice("unit", desk.t("person-unit"), choices)];
        let form = Form::post(desk.visit, "/tickets/none", desk.t("tickets-none-say"), fields);
        blocks.push(Block::Folded(desk.t("tickets-none-about"), form));
    }
    Ok(blocks)
}

/// Which unit has nothing to ask.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Nothing {
    unit: String,
}

/// Writes down that a unit has no difficulties this month.
pub(super) async fn say_none(
    State(state): State<AppState>,
    visit: Visit,
    Sent(none): Sent<Nothing>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = tree.find(&none.unit).filter(|unit| on.contains(*unit));
    let unit = unit.ok_or_else(|| Trouble::BadRequest { detail: "unit".to_owned() })?;
    desk.check(Action::Ask, Resource::Request, Some(&tree.unit(unit).id), &on)?;
    let mut change = desk.begin().await?;
    tickets::say_none(&mut change, &none.unit, desk.person()?).await?;
    change.commit().await?;
    Ok(Onward::to("/tickets").saying("tickets-none-said", &visit))
}

/// The address of a ticket.
pub(crate) fn address(id: &str) -> String {
    format!("/tickets/{}", in_address(id))
}

/// How far a ticket is, as a badge.
pub(super) fn state_badge(desk: &Desk<'_>, ticket: &Ticket) -> Cell {
    let class = match ticket.state {
        TicketState::New => "fail",
        TicketState::Taken | TicketState::Waiting => "unknown",
        TicketState::Answered => "pass",
        TicketState::Closed => "quiet",
    };
    let state = Cell::Badge(class, desk.t(&format!("tickets-state-{}", ticket.state)));
    if ticket.is_overdue(desk.visit.now) {
        return Cell::Several(vec![state, Cell::Badge("fail", desk.t("duties-overdue"))]);
    }
    state
}

/// Until when the answer is due, for a reader. A limit in working days ends with the day before its moment.
pub(super) fn due_day(desk: &Desk<'_>, ticket: &Ticket) -> String {
    let Some(due) = ticket.answer_due_at else { return desk.t("tickets-no-limit") };
    let last = due.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(due);
    desk.day(khien_model::day_of(last))
}

/// A ticket as a row; with who asked, when the list is not the reader's own. `late` are the incidents with reports that are late.
fn row(
    desk: &Desk<'_>,
    ticket: &Ticket,
    asked_by: Option<String>,
    late: &BTreeMap<String, usize>,
    on: &TreeOnDay<'_>,
) -> Vec<Cell> {
    let mut title = vec![Cell::link(address(&ticket.id), format!("{} – {}", ticket.number, ticket.title))];
    if ticket.kind == TicketKind::Incident {
        title.push(Cell::Badge("fail", desk.t("tickets-kind-incident")));
    }
    if let Some(count) = late.get(&ticket.id) {
        title.push(Cell::Badge("fail", text!(desk.texts, "incidents-late-badge", count = *count)));
    }
    let mut row = vec![Cell::Several(title)];
    if let Some(name) = asked_by {
        row.push(Cell::Text(format!("{name}, {}", unit_name(on, &ticket.unit))));
    }
    row.push(Cell::Text(desk.moment(ticket.asked_at)));
    row.push(Cell::Text(if ticket.state.is_open() { due_day(desk, ticket) } else { String::new() }));
    row.push(state_badge(desk, ticket));
    row
}

fn table(desk: &Desk<'_>, caption: &str, rows: Vec<Vec<Cell>>, with_names: bool, around: Vec<Link>) -> Block {
    let mut heads = vec![desk.t("tickets-ticket")];
    if with_names {
        heads.push(desk.t("tickets-asked-by"));
    }
    heads.extend(["tickets-asked-at", "tickets-due", "tickets-state"].map(|key| desk.t(key)));
    Block::Table(Table { caption: desk.t(caption), heads, rows, empty: desk.t("tickets-nothing"), around })
}

/// The names of people, for a choice: those who may answer in the unit of a ticket.
pub(super) async fn answerers(desk: &Desk<'_>, ticket: &Ticket) -> Result<Vec<(String, String, bool)>, Trouble> {
    use khien_store::roles::{self, RoleKind};
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let own = tree.find(&ticket.unit).filter(|unit| on.contains(*unit));
    let mut choices = Vec::new();
    for role in roles::all(&desk.state.store).await? {
        let answers =
            matches!(role.kind, RoleKind::Administrator | RoleKind::ProvincialOffice | RoleKind::ItFocalOfficer);
        let reaches = match role.unit.as_deref() {
            None => true,
            Some(top) => {
                let top = tree.find(top).filter(|top| on.contains(*top));
                own.zip(top).is_some_and(|(own, top)| on.is_within(own, top))
            }
        };
        let is_known = choices.iter().any(|(person, _, _): &(String, String, bool)| *person == role.person);
        if answers && reaches && role.validity().contains(desk.today) && !is_known && role.person != ticket.person {
            let name = people::find(&desk.state.store, &role.person).await?;
            let name = name.map_or_else(|| role.person.clone(), |person| person.name);
            let is_chosen = ticket.assigned_to.as_deref() == Some(role.person.as_str());
            choices.push((role.person, name, is_chosen));
        }
    }
    Ok(choices)
}
