//! The list of people, and entering one.

use std::collections::HashMap;

use axum::extract::{Form as Sent, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_model::text::compare_names;
use khien_model::{Subject, SubjectKind};
use khien_store::people::{self, MAX_NAME, MAX_POSITION, Person};
use khien_store::{StoreError, assignments, ids, roles, subjects};
use khien_texts::text;
use serde::Deserialize;

use crate::admin::desk::{Desk, filled, unit_choices};
use crate::admin::import::plan::is_address;
use crate::admin::listing::{Drawn, Listing, Narrowed};
use crate::admin::sheet::{Block, Cell, Field, Form, Link};
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
    page: String,
}

/// A person as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entered {
    pub(super) name: String,
    pub(super) position: String,
    pub(super) email: String,
    pub(super) language: String,
    pub(super) unit: String,
}

impl Entered {
    /// What is wrong with it: each field with the key of what is said.
    pub(super) fn mistakes(&self, desk: &Desk<'_>) -> Vec<(String, String)> {
        let mut mistakes = Vec::new();
        let mut wrong = |field: &str, what: String| mistakes.push((field.to_owned(), what));
        let too_long = |text: &str, most: usize| text.trim().chars().count() > most;
        if self.name.trim().is_empty() {
            wrong("name", desk.t("person-wrong-name"));
        } else if too_long(&self.name, MAX_NAME) {
            wrong("name", text!(desk.texts, "person-too-long", most = MAX_NAME));
        }
        if too_long(&self.position, MAX_POSITION) {
            wrong("position", text!(desk.texts, "person-too-long", most = MAX_POSITION));
        }
        let email = self.email.trim().to_lowercase();
        if !email.is_empty() && !is_address(&email) {
            wrong("email", desk.t("person-wrong-email"));
        }
        mistakes
    }

    /// Puts it into `person`.
    pub(super) fn written(&self, person: Person) -> Person {
        let language = filled(&self.language).filter(|tag| khien_texts::Language::from_tag(tag).is_some());
        let email = filled(&self.email).map(|email| email.to_lowercase());
        Person {
            name: filled(&self.name).unwrap_or_default(),
            position: filled(&self.position),
            email,
            language,
            ..person
        }
    }

    /// The fields of the form, without the unit.
    pub(super) fn fields(&self, desk: &Desk<'_>) -> Vec<Field> {
        let languages = [("", "person-language-any"), ("vi", "language-vi"), ("en", "language-en")];
        let languages = languages.map(|(tag, key)| (tag.to_owned(), desk.t(key), self.language == tag));
        vec![
            Field::line("name", desk.t("person-name"), &self.name).required(),
            Field::line("position", desk.t("person-position"), &self.position),
            Field::email("email", desk.t("person-email"), &self.email).hint(desk.t("person-email-hint")),
            Field::choice("language", desk.t("person-language"), languages.into()),
        ]
    }
}

/// Shows the list.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    list_page(&desk, &asked, &Entered::default(), &[]).await
}

async fn list_page(
    desk: &Desk<'_>,
    asked: &Asked,
    entered: &Entered,
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let narrowed = Narrowed { words: &asked.q, unit: &asked.unit, page: &asked.page };
    let listing = Listing::new(desk, &on, SubjectKind::Person, Resource::Person, narrowed).await?;
    let mut people: Vec<Person> = people::all(&desk.state.store).await?;
    people.retain(|person| {
        let text = format!("{} {}", person.name, person.email.as_deref().unwrap_or_default());
        listing.keeps(&person.id, &text)
    });
    people.sort_by(|one, other| compare_names(&one.name, &other.name));
    let granted = roles_today(desk).await?;
    let row = |person: &Person| {
        vec![
            Cell::link(format!("/admin/people/{}", person.id), &person.name),
            Cell::text(person.position.clone().unwrap_or_default()),
            Cell::Text(listing.unit_of(&person.id)),
            Cell::text(person.email.clone().unwrap_or_default()),
            Cell::Text(granted.get(&person.id).map(|roles| roles.join(", ")).unwrap_or_default()),
        ]
    };
    let drawn = Drawn {
        address: "/admin/people",
        search: "people-search",
        more: Vec::new(),
        count: "people-count",
        heads: ["person-name", "person-position", "person-unit", "person-email", "person-roles"],
        empty: "people-none",
    };
    let mut blocks: Vec<Block> = listing.blocks(drawn, &people, |person| Some(&person.id), row).await?.into();
    if desk.visit.rights.could(Action::Change, Resource::Person) {
        let mut fields = entered.fields(desk);
        let units = unit_choices(&on, filled(&entered.unit).as_deref(), Some(desk.t("person-no-unit")), |_| true);
        fields.push(Field::choice("unit", desk.t("person-unit"), units));
        let form = Form::post(desk.visit, "/admin/people", desk.t("people-enter"), fields).with_mistakes(mistakes);
        if !mistakes.is_empty() {
            blocks.insert(0, Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Heading(desk.t("people-enter-title")));
        blocks.push(Block::Actions(vec![Link::new("/admin/import", desk.t("people-import"))]));
        blocks.push(Block::Form(form));
    }
    let page = desk.page(desk.t("people-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// The names of the roles that each person has today.
async fn roles_today(desk: &Desk<'_>) -> Result<HashMap<String, Vec<String>>, Trouble> {
    let mut granted: HashMap<String, Vec<String>> = HashMap::new();
    for role in roles::all(&desk.state.store).await? {
        if role.validity().contains(desk.today) {
            granted.entry(role.person).or_default().push(desk.t(&super::roles::key(role.kind)));
        }
    }
    Ok(granted)
}

/// Enters a person.
pub(crate) async fn enter(
    State(state): State<AppState>,
    visit: Visit,
    Sent(entered): Sent<Entered>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let unit = filled(&entered.unit);
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::Person, unit.as_deref(), &tree.on(desk.today))?;
    let mistakes = entered.mistakes(&desk);
    if !mistakes.is_empty() {
        return Ok(list_page(&desk, &Asked::default(), &entered, &mistakes).await?.into_response());
    }
    let blank = Person {
        id: ids::fresh(visit.now)?,
        name: String::new(),
        position: None,
        email: None,
        language: None,
        created_at: visit.now,
    };
    let person = entered.written(blank);
    let mut change = desk.begin().await?;
    match people::insert(&mut change, &person).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => {
            drop(change);
            let mistakes = [("email".to_owned(), desk.t("person-email-taken"))];
            return Ok(list_page(&desk, &Asked::default(), &entered, &mistakes).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    }
    let subject = Subject { kind: SubjectKind::Person, id: person.id.clone() };
    subjects::enter(&mut change, &subject, &person.name).await?;
    if let Some(unit) = unit {
        assignments::assign(&mut change, &subject, &unit, desk.today).await?;
    }
    change.commit().await?;
    Ok(Onward::to(format!("/admin/people/{}", person.id)).saying("person-entered", &visit).into_response())
}
