//! Who is to study a document, and who has.

use axum::extract::{Form as Sent, Path, State};
use khien_content::register::RegisteredDocument;
use khien_model::{Subject, SubjectKind, TreeOnDay, day_of};
use khien_store::studies::{self, Audience, StudyMark, StudyTask};
use khien_store::{assignments, ids, people};
use khien_texts::text;
use serde::Deserialize;

use super::library;
use super::list::address;
use crate::access;
use crate::admin::desk::{Desk, day_of_form, filled, unit_choices, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::Onward;
use crate::rights::{Action, Place, Reach, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many names of people who have not read a document are shown.
const MAX_NAMES: usize = 50;

/// Whether the reader keeps the register of the whole organisation: its texts are for everybody.
pub(super) fn may_keep(desk: &Desk<'_>, on: &TreeOnDay<'_>) -> bool {
    on.roots().all(|root| desk.may(Action::Change, Resource::Document, Some(&on.tree().unit(root).id), on))
}

/// The reader's own part: whether it is to be studied, and the button that says it was.
pub(super) async fn own_blocks(desk: &Desk<'_>, document: &RegisteredDocument) -> Result<Vec<Block>, Trouble> {
    if !desk.visit.rights.could(Action::Sign, Resource::Study) {
        return Ok(vec![]);
    }
    let subject = Subject { kind: SubjectKind::Person, id: desk.person()?.to_owned() };
    let marks = studies::marks_of(&desk.state.store, &subject).await?;
    if let Some(mark) = marks.iter().find(|mark| mark.document == document.id) {
        let said = text!(desk.texts, "documents-own-studied", day = desk.day(mark.studied_on));
        return Ok(vec![Block::Notice("pass", said)]);
    }
    let studied = studies::studied_of(&desk.state.store, &subject, desk.visit.now).await?;
    let asked = studied.required.iter().find(|(required, ..)| *required == document.id);
    let mut blocks = Vec::new();
    if let Some((_, _, since)) = asked {
        let since = desk.day(day_of(*since));
        blocks.push(Block::Notice("unknown", text!(desk.texts, "documents-own-asked", day = since)));
    }
    let action = format!("{}/studied", address(&document.id));
    blocks.push(Block::Form(Form::post(desk.visit, action, desk.t("documents-own-mark"), vec![])));
    Ok(blocks)
}

/// What the unit and the office see: tasks, units, people.
pub(super) async fn blocks(
    desk: &Desk<'_>,
    document: &RegisteredDocument,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let reach = desk.visit.rights.reach(Action::View, Resource::Study, on);
    if matches!(reach, Reach::OwnThings) {
        return Ok(vec![]);
    }
    let mut blocks = vec![Block::Heading(desk.t("documents-study"))];
    blocks.extend(task_blocks(desk, document, on).await?);
    let asked = studies::asked(&desk.state.store, &document.id, desk.visit.now).await?;
    let marks = studies::marks_on(&desk.state.store, &document.id).await?;
    let mark_of = |subject: &Subject| marks.iter().find(|mark| mark.subject == *subject);
    let units: Vec<&Subject> = asked
        .iter()
        .filter(|subject| subject.kind == SubjectKind::Unit && reach.contains(on.tree().find(&subject.id)))
        .collect();
    let rows = units.iter().map(|unit| {
        let mark = mark_of(unit);
        let state = match mark {
            Some(mark) => Cell::Badge("pass", desk.day(mark.studied_on)),
            None => Cell::Badge("fail", desk.t("documents-not-yet")),
        };
        let reference = mark.and_then(|mark| mark.reference.as_deref()).unwrap_or_default();
        vec![Cell::Text(unit_name(on, &unit.id)), state, Cell::text(reference)]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: desk.t("documents-units"),
            heads: ["person-unit", "documents-studied-on", "documents-reference"].map(|key| desk.t(key)).into(),
            rows,
            empty: String::new(),
            around: vec![],
        }));
    }
    if desk.visit.rights.could(Action::Change, Resource::Study) {
        let may_record = |id: &str| desk.may(Action::Change, Resource::Study, Some(id), on);
        let fields = vec![
            Field::choice("unit", desk.t("person-unit"), unit_choices(on, None, None, may_record)),
            Field::date("studied_on", desk.t("documents-studied-on"), desk.today.to_string()).required(),
            Field::line("reference", desk.t("documents-reference"), "").hint(desk.t("documents-reference-hint")),
        ];
        let action = format!("{}/units", address(&document.id));
        let form = Form::post(desk.visit, action, desk.t("documents-record"), fields);
        blocks.push(Block::Folded(desk.t("documents-record-about"), form));
    }
    let marked: Vec<&str> = marks.iter().map(|mark| mark.subject.id.as_str()).collect();
    let people = asked.iter().filter(|subject| subject.kind == SubjectKind::Person);
    blocks.extend(people_blocks(desk, people, &marked, &reach, on).await?);
    Ok(blocks)
}

/// How many of the people within reach have read it, and the names of some who have not.
async fn people_blocks<'s>(
    desk: &Desk<'_>,
    asked: impl Iterator<Item = &'s Subject>,
    marked: &[&str],
    reach: &Reach,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let homes = assignments::homes_on(&desk.state.store, SubjectKind::Person, desk.today).await?;
    let is_reached = |person: &&Subject| homes.get(&person.id).is_some_and(|home| reach.contains(on.tree().find(home)));
    let asked: Vec<&Subject> = asked.filter(is_reached).collect();
    if asked.is_empty() {
        return Ok(vec![]);
    }
    let missing: Vec<&Subject> = asked.iter().copied().filter(|person| !marked.contains(&person.id.as_str())).collect();
    let (done, all) = (asked.len() - missing.len(), asked.len());
    let mut blocks = vec![Block::Text(text!(desk.texts, "documents-people-share", done = done, all = all))];
    let names: std::collections::BTreeMap<String, String> =
        people::all(&desk.state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let shown = missing.iter().take(MAX_NAMES);
    let rows: Vec<Vec<Cell>> = shown
        .clone()
        .map(|person| {
            let name = names.get(&person.id).map_or(person.id.as_str(), String::as_str);
            let home = homes.get(&person.id).map(|home| unit_name(on, home)).unwrap_or_default();
            vec![Cell::text(name), Cell::Text(home)]
        })
        .collect();
    let list = access::NamedList { resource: Resource::Study, unit: "", words: "" };
    access::listed(desk.state, desk.visit, list, shown.map(|person| person.id.as_str())).await?;
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "documents-people-missing", count = missing.len()),
        heads: ["person-name", "person-unit"].map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("documents-everybody-has"),
        around: vec![],
    }));
    if missing.len() > MAX_NAMES {
        blocks.push(Block::Text(text!(desk.texts, "documents-people-more", count = missing.len() - MAX_NAMES)));
    }
    Ok(blocks)
}

/// To whom the document was given, and the form to give it to more.
async fn task_blocks(
    desk: &Desk<'_>,
    document: &RegisteredDocument,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let tasks = studies::open_tasks(&desk.state.store).await?;
    let rows = tasks.iter().filter(|task| task.document == document.id).map(|task| {
        let end = if desk.may(Action::Change, Resource::Document, Some(&task.unit), on) {
            let action = format!("{}/tasks/{}/end", address(&document.id), task.id);
            Cell::Button(Form::post(desk.visit, action, desk.t("documents-take-back"), vec![]).inline())
        } else {
            Cell::text("")
        };
        vec![
            Cell::Text(unit_name(on, &task.unit)),
            Cell::Text(desk.t(&format!("documents-audience-{}", task.audience))),
            Cell::Text(desk.day(day_of(task.assigned_at))),
            end,
        ]
    });
    let mut blocks = vec![Block::Table(Table {
        caption: desk.t("documents-tasks"),
        heads: ["person-unit", "documents-audience", "documents-assigned", "documents-actions"]
            .map(|key| desk.t(key))
            .into(),
        rows: rows.collect(),
        empty: desk.t("documents-no-tasks"),
        around: vec![],
    })];
    if desk.visit.rights.could(Action::Change, Resource::Document) {
        let may_give = |id: &str| desk.may(Action::Change, Resource::Document, Some(id), on);
        let audience = |audience: &Audience| {
            let name = desk.t(&format!("documents-audience-{audience}"));
            (audience.to_string(), name, *audience == Audience::All)
        };
        let fields = vec![
            Field::choice("unit", desk.t("person-unit"), unit_choices(on, None, None, may_give))
                .hint(desk.t("documents-unit-hint")),
            Field::choice("audience", desk.t("documents-audience"), Audience::ALL.iter().map(audience).collect()),
        ];
        let action = format!("{}/tasks", address(&document.id));
        let form = Form::post(desk.visit, action, desk.t("documents-assign"), fields);
        blocks.push(Block::Folded(desk.t("documents-assign-about"), form));
    }
    Ok(blocks)
}

/// What is sent to give a document to be studied.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    unit: String,
    audience: String,
}

fn bad(field: &str) -> Trouble {
    Trouble::BadRequest { detail: field.to_owned() }
}

/// Gives a document to be studied.
pub(super) async fn assign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(given): Sent<Given>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let document = library::find(&id)?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = tree.find(&given.unit).filter(|unit| on.contains(*unit)).ok_or_else(|| bad("unit"))?;
    desk.check(Action::Change, Resource::Document, Some(&tree.unit(unit).id), &on)?;
    let task = StudyTask {
        id: ids::fresh(visit.now)?,
        document: document.id.clone(),
        number: document.number.clone(),
        unit: given.unit,
        audience: given.audience.parse().map_err(|_| bad("audience"))?,
        assigned_by: desk.person()?.to_owned(),
        assigned_at: visit.now,
        ended_at: None,
    };
    let mut change = desk.begin().await?;
    studies::assign(&mut change, &task).await?;
    change.commit().await?;
    studies::refresh(&state.store, visit.now).await?;
    Ok(Onward::to(address(&id)).saying("documents-was-assigned", &visit))
}

/// Takes a task back.
pub(super) async fn take_back(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, task)): Path<(String, String)>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let found = studies::find_task(&state.store, &task).await?.filter(|task| task.document == id);
    let found = found.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::Document, Some(&found.unit), &tree.on(desk.today))?;
    let mut change = desk.begin().await?;
    studies::take_back(&mut change, &task).await?;
    change.commit().await?;
    studies::refresh(&state.store, visit.now).await?;
    Ok(Onward::to(address(&id)).saying("documents-was-taken-back", &visit))
}

/// Writes down that the reader has studied the document.
pub(super) async fn own(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let document = library::find(&id)?;
    let person = desk.person()?.to_owned();
    let tree = desk.tree().await?;
    let own = [person.as_str()];
    let place = Place { people: &own, ..Place::default() };
    may(&visit.rights, Action::Sign, Resource::Study, &place, &tree.on(desk.today)).map_err(|_| Trouble::NotAllowed)?;
    let mark = StudyMark {
        subject: Subject { kind: SubjectKind::Person, id: person.clone() },
        document: document.id.clone(),
        studied_on: desk.today,
        reference: None,
        recorded_by: person,
        recorded_at: visit.now,
    };
    let mut change = desk.begin().await?;
    studies::record(&mut change, &mark).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("documents-was-studied", &visit))
}

/// What is sent when a unit has studied a document.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Meeting {
    unit: String,
    studied_on: String,
    reference: String,
}

/// Writes down that a unit has studied the document.
pub(super) async fn of_unit(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(meeting): Sent<Meeting>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let document = library::find(&id)?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = tree.find(&meeting.unit).filter(|unit| on.contains(*unit)).ok_or_else(|| bad("unit"))?;
    desk.check(Action::Change, Resource::Study, Some(&tree.unit(unit).id), &on)?;
    let mark = StudyMark {
        subject: Subject { kind: SubjectKind::Unit, id: meeting.unit },
        document: document.id.clone(),
        studied_on: day_of_form(&meeting.studied_on).ok_or_else(|| bad("studied_on"))?,
        reference: filled(&meeting.reference),
        recorded_by: desk.person()?.to_owned(),
        recorded_at: visit.now,
    };
    let mut change = desk.begin().await?;
    studies::record(&mut change, &mark).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("documents-was-recorded", &visit))
}
