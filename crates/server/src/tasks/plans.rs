//! The plans of a year: which unit has one, its number and its day.

use axum::extract::{Form as Sent, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_model::TreeOnDay;
use khien_store::tasks::{self, MAX_NUMBER, Plan};
use khien_texts::text;
use serde::Deserialize;

use crate::admin::desk::{Desk, day_of_form, filled, unit_choices};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many years back the page goes, and one ahead.
const YEARS_BACK: i16 = 5;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    year: String,
}

/// What is sent to record one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Recorded {
    year: String,
    unit: String,
    number: String,
    approved_on: String,
}

/// Shows them.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let year = year_of_form(&desk, &asked.year).unwrap_or(desk.today.year());
    plans_page(&desk, year, &Recorded::default(), &[], &tree.on(desk.today)).await
}

fn year_of_form(desk: &Desk<'_>, text: &str) -> Option<i16> {
    let this = desk.today.year();
    text.trim().parse().ok().filter(|year| (this - YEARS_BACK..=this + 1).contains(year))
}

async fn plans_page(
    desk: &Desk<'_>,
    year: i16,
    typed: &Recorded,
    mistakes: &[(String, String)],
    on: &TreeOnDay<'_>,
) -> Result<Page, Trouble> {
    let plans = tasks::plans_of_year(&desk.state.store, year).await?;
    let reach = desk.visit.rights.reach(Action::View, Resource::UnitPlan, on);
    let mut rows = Vec::new();
    for unit in on.units().iter().filter(|unit| reach.contains(Some(**unit))) {
        let id = &on.tree().unit(*unit).id;
        let name = on.name(*unit).map_or_else(|| id.clone(), |name| name.name.clone());
        let (state, number, day) = match plans.iter().find(|plan| plan.unit == *id) {
            Some(plan) => {
                (Cell::Badge("pass", desk.t("plan-approved")), plan.number.clone(), desk.day(plan.approved_on))
            }
            None => (Cell::Badge("fail", desk.t("plan-missing")), String::new(), String::new()),
        };
        rows.push(vec![Cell::Text(name), state, Cell::Text(number), Cell::Text(day)]);
    }
    let this = desk.today.year();
    let years = (this - YEARS_BACK..=this + 1).rev().map(|one| (one.to_string(), one.to_string(), one == year));
    let choose = Form::search(
        "/tasks/plans",
        desk.t("admin-filter"),
        vec![Field::choice("year", desk.t("plan-year"), years.collect())],
    );
    let mut blocks = vec![
        Block::Text(desk.t("plans-about")),
        Block::Form(choose),
        Block::Table(Table {
            caption: text!(desk.texts, "plans-of", year = year.to_string()),
            heads: ["person-unit", "device-state", "plan-number", "plan-day"].map(|key| desk.t(key)).into(),
            rows,
            empty: desk.t("plan-missing"),
            around: vec![],
        }),
    ];
    if desk.visit.rights.could(Action::Change, Resource::UnitPlan) {
        let form = record_form(desk, year, typed, on).with_mistakes(mistakes);
        blocks.push(Block::Heading(desk.t("plan-record")));
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
    }
    let way = [Link::new("/tasks", desk.t("tasks-title"))];
    let page = sheet::page(desk.state, desk.visit, desk.t("plans-title"), &way, &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn record_form(desk: &Desk<'_>, year: i16, typed: &Recorded, on: &TreeOnDay<'_>) -> Form {
    let reach = desk.visit.rights.reach(Action::Change, Resource::UnitPlan, on);
    let units = unit_choices(on, filled(&typed.unit).as_deref(), None, |id| reach.contains(on.tree().find(id)));
    let fields = vec![
        Field::hidden("year", year.to_string()),
        Field::choice("unit", desk.t("person-unit"), units),
        Field::line("number", desk.t("plan-number"), &typed.number).required().hint(desk.t("plan-number-hint")),
        Field::date("approved_on", desk.t("plan-day"), &typed.approved_on).required(),
    ];
    Form::post(desk.visit, "/tasks/plans", desk.t("plan-record"), fields)
}

/// Records one.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Sent(sent): Sent<Recorded>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let year = year_of_form(&desk, &sent.year).ok_or_else(|| bad("year"))?;
    tree.find(&sent.unit).filter(|unit| on.contains(*unit)).ok_or_else(|| bad("unit"))?;
    desk.check(Action::Change, Resource::UnitPlan, Some(&sent.unit), &on)?;
    let mut mistakes = Vec::new();
    let number = filled(&sent.number).filter(|number| number.chars().count() <= MAX_NUMBER);
    if number.is_none() {
        mistakes.push(("number".to_owned(), text!(desk.texts, "plan-wrong-number", most = MAX_NUMBER)));
    }
    let is_of_year = |day: &jiff::civil::Date| *day <= desk.today && (year - 1..=year).contains(&day.year());
    let approved_on = day_of_form(&sent.approved_on).filter(is_of_year);
    if approved_on.is_none() {
        mistakes.push(("approved_on".to_owned(), desk.t("plan-wrong-day")));
    }
    let (Some(number), Some(approved_on)) = (number, approved_on) else {
        return Ok(plans_page(&desk, year, &sent, &mistakes, &on).await?.into_response());
    };
    let recorded_by = desk.person()?.to_owned();
    let plan = Plan { unit: sent.unit, year, number, approved_on, recorded_by, recorded_at: visit.now };
    let mut change = desk.begin().await?;
    tasks::record_plan(&mut change, &plan).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/tasks/plans?year={year}")).saying("plan-recorded", &visit).into_response())
}
