//! One person, as an administrator looks after them.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_model::{Assignment, Subject, SubjectKind, TreeOnDay};
use khien_store::people::{self, Person};
use khien_store::{StoreError, assignments, holders, subjects};
use khien_texts::moment::validity;
use serde::Deserialize;

use super::list::Entered;
use super::roles;
use crate::access::reaches_roles_of;
use crate::admin::desk::{Desk, day_of_form, filled, unit_choices, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Shows them. Whoever looks at a person's data is named in the audit log.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let person = people::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let page = person_page(&desk, &person, None, &[]).await?;
    crate::access::seen(&state, &visit, Resource::Person, &[&id]).await?;
    Ok(page)
}

async fn person_page(
    desk: &Desk<'_>,
    person: &Person,
    entered: Option<&Entered>,
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let store = &desk.state.store;
    let subject = Subject { kind: SubjectKind::Person, id: person.id.clone() };
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let dated = assignments::of(store, &subject).await?;
    let home = dated.iter().find(|assignment| assignment.validity().contains(desk.today));
    let unit = home.map(|home| home.unit.as_str());
    desk.check(Action::View, Resource::Person, unit, &on)?;
    let held = held(desk, &person.id).await?;
    let mut blocks = Vec::new();
    let is_within_reach = reaches_roles_of(desk.state, desk.visit, &person.id, &on).await?;
    let is_in_charge = desk.may(Action::Change, Resource::Person, unit, &on);
    if is_in_charge && !is_within_reach {
        blocks.push(Block::Text(desk.t("person-too-high")));
    }
    let may_change = is_in_charge && is_within_reach;
    if may_change {
        let as_it_is = Entered {
            name: person.name.clone(),
            position: person.position.clone().unwrap_or_default(),
            email: person.email.clone().unwrap_or_default(),
            language: person.language.clone().unwrap_or_default(),
            unit: String::new(),
        };
        let fields = entered.unwrap_or(&as_it_is).fields(desk);
        let action = format!("/admin/people/{}/details", person.id);
        let form = Form::post(desk.visit, action, desk.t("admin-save"), fields).with_mistakes(mistakes);
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
    } else {
        blocks.push(Block::Facts(vec![
            (desk.t("person-position"), Cell::text(person.position.clone().unwrap_or_default())),
            (desk.t("person-email"), Cell::text(person.email.clone().unwrap_or_default())),
        ]));
    }
    blocks.extend([Block::Heading(desk.t("person-units")), Block::Table(belongings(desk, &dated, &on))]);
    if may_change {
        let is_offered = |unit: &str| desk.may(Action::Change, Resource::Person, Some(unit), &on);
        let units = unit_choices(&on, unit, Some(desk.t("person-no-unit")), is_offered);
        let action = format!("/admin/people/{}/unit", person.id);
        blocks.push(Block::Folded(
            desk.t("person-move"),
            Form::post(
                desk.visit,
                action,
                desk.t("person-move"),
                vec![
                    Field::choice("unit", desk.t("person-unit"), units),
                    Field::date("from", desk.t("person-from"), desk.today.to_string()).required(),
                ],
            ),
        ));
    }
    if desk.may(Action::View, Resource::Role, unit, &on) {
        blocks
            .extend([Block::Heading(desk.t("person-roles")), Block::Table(roles::table(desk, &person.id, &on).await?)]);
    }
    if is_within_reach && desk.may(Action::Change, Resource::Role, unit, &on) {
        blocks.push(Block::Folded(desk.t("role-grant"), roles::form(desk, &person.id, &on)));
    }
    if !held.is_empty() {
        blocks.extend([Block::Heading(desk.t("person-holds")), Block::List(held)]);
    }
    if desk.may(Action::View, Resource::Login, unit, &on) {
        blocks.push(Block::Heading(desk.t("person-login")));
        blocks.push(Block::Text(desk.t("person-login-about")));
        let to = format!("/people/{}/login", person.id);
        blocks.push(Block::Actions(vec![Link::new(to, desk.t("person-login-open"))]));
    }
    let way = [Link::new("/admin/people", desk.t("people-title"))];
    let page = desk.page(&person.name, &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Where a person or a device belonged, belongs and will belong.
pub(in crate::admin) fn belongings(desk: &Desk<'_>, dated: &[Assignment], on: &TreeOnDay<'_>) -> Table {
    let rows = dated.iter().map(|it| {
        vec![Cell::Text(unit_name(on, &it.unit)), Cell::Text(validity(it.valid_from, it.valid_to, desk.texts))]
    });
    Table {
        caption: desk.t("person-units"),
        heads: vec![desk.t("person-unit"), desk.t("role-validity")],
        rows: rows.collect(),
        empty: desk.t("person-no-unit"),
        around: vec![],
    }
}

/// What somebody answers for today.
async fn held(desk: &Desk<'_>, person: &str) -> Result<Vec<Cell>, Trouble> {
    let store = &desk.state.store;
    let mut held = Vec::new();
    for holder in holders::of_person_on(store, person, desk.today).await? {
        let id = &holder.subject.id;
        let name = subjects::find(store, &holder.subject).await?.map_or_else(|| id.clone(), |it| it.name);
        held.push(match holder.subject.kind {
            SubjectKind::Device => Cell::link(format!("/admin/devices/{id}"), name),
            _ => Cell::Text(name),
        });
    }
    Ok(held)
}

/// Checks that a person may be changed where they belong today, and wherever they have a role: whoever changes the address
/// of somebody can sign in as them through OpenID Connect.
async fn changeable(desk: &Desk<'_>, id: &str) -> Result<(Person, Subject), Trouble> {
    let person = people::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    let subject = Subject { kind: SubjectKind::Person, id: id.to_owned() };
    let tree = desk.tree().await?;
    let dated = assignments::of(&desk.state.store, &subject).await?;
    let home = dated.iter().find(|assignment| assignment.validity().contains(desk.today));
    let on = tree.on(desk.today);
    desk.check(Action::Change, Resource::Person, home.map(|home| home.unit.as_str()), &on)?;
    roles::check_reach(desk, id, &on).await?;
    Ok((person, subject))
}

/// Writes name, position, address and language anew.
pub(crate) async fn change(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(entered): Sent<Entered>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let (person, subject) = changeable(&desk, &id).await?;
    let mistakes = entered.mistakes(&desk);
    if !mistakes.is_empty() {
        return Ok(person_page(&desk, &person, Some(&entered), &mistakes).await?.into_response());
    }
    let written = entered.written(person.clone());
    let mut change = desk.begin().await?;
    match people::update(&mut change, &written).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => {
            drop(change);
            let mistakes = [("email".to_owned(), desk.t("person-email-taken"))];
            return Ok(person_page(&desk, &person, Some(&entered), &mistakes).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    }
    subjects::enter(&mut change, &subject, &written.name).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/people/{id}")).saying("admin-saved", &visit).into_response())
}

/// Where somebody goes, from when on.
#[derive(Debug, Deserialize)]
pub(crate) struct Move {
    #[serde(default)]
    pub(in crate::admin) unit: String,
    pub(in crate::admin) from: String,
}

/// Moves a person to another unit.
pub(crate) async fn assign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(wanted): Sent<Move>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let (_, subject) = changeable(&desk, &id).await?;
    let back = format!("/admin/people/{id}");
    let key = move_subject(&desk, &subject, &wanted).await?;
    Ok(Onward::to(back).saying(key, &visit))
}

/// Assigns a subject from a day on, and says the key of what came of it. That it may be taken from where it is was checked
/// by the caller; where it goes is checked here.
pub(in crate::admin) async fn move_subject(
    desk: &Desk<'_>,
    subject: &Subject,
    wanted: &Move,
) -> Result<&'static str, Trouble> {
    let Some(from) = day_of_form(&wanted.from) else { return Ok("admin-wrong-day") };
    let tree = desk.tree().await?;
    if let Some(unit) = filled(&wanted.unit) {
        let resource = if subject.kind == SubjectKind::Person { Resource::Person } else { Resource::Subject };
        desk.check(Action::Change, resource, Some(&unit), &tree.on(desk.today))?;
    }
    let mut change = desk.begin().await?;
    match filled(&wanted.unit) {
        Some(unit) => {
            let index = tree.find(&unit).ok_or(Trouble::NotFound)?;
            if !tree.unit(index).validity().contains(from) {
                return Ok("person-unit-not-then");
            }
            assignments::assign(&mut change, subject, &unit, from).await?;
        }
        None => assignments::end(&mut change, subject, from).await?,
    }
    change.commit().await?;
    Ok("person-moved")
}
