//! Online services of one unit: the course of the share that came online, the months, the form for a month.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use khien_model::TreeOnDay;
use khien_store::services::{self, MAX_COUNT, MONTHS_KNOWN, ServiceMonth};
use khien_texts::text;

use super::{FIGURES, figure_key, month_before, month_shown, online_share};
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page, in_address};
use crate::pages::chart;
use crate::pages::numbers::count;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many months may be chosen in the form.
const MONTHS_OFFERED: usize = 13;

/// What was filled in and what is wrong with it.
#[derive(Default)]
struct Filled {
    sent: Vec<(String, String)>,
    mistakes: Vec<(String, String)>,
}

impl Filled {
    fn value(&self, name: &str) -> &str {
        self.sent.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }
}

fn unit_of_today(desk: &Desk<'_>, action: Action, id: &str, on: &TreeOnDay<'_>) -> Result<(), Trouble> {
    on.tree().find(id).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotFound)?;
    desk.check(action, Resource::OnlineServices, Some(id), on)
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    unit_of_today(&desk, Action::View, &id, &on)?;
    page(&desk, &id, &on, &Filled::default()).await
}

async fn page(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>, filled: &Filled) -> Result<Page, Trouble> {
    let limit = u32::try_from(MONTHS_KNOWN).unwrap_or(u32::MAX);
    let months = services::of_unit(&desk.state.store, id, limit).await?;
    let mut blocks = Vec::new();
    if desk.may(Action::Change, Resource::OnlineServices, Some(id), on) {
        let form = form(desk, id, &months, filled);
        if filled.mistakes.is_empty() {
            blocks.push(Block::Folded(desk.t("service-record"), form));
        } else {
            blocks.extend([Block::Mistakes(desk.t("admin-mistakes"), form.summary()), Block::Form(form)]);
        }
    }
    let mut shares: Vec<(Date, u64)> = months.iter().filter_map(|it| Some((it.month, online_share(it)?))).collect();
    shares.reverse();
    blocks.push(Block::Heading(desk.t("service-trend")));
    let words = ["service-trend-up", "service-trend-down", "service-trend-same"];
    let spark = shares
        .first()
        .zip(shares.last())
        .and_then(|((from, _), (to, _))| chart::course_of_shares(&shares, *from, *to, words, desk.texts));
    blocks.push(match spark {
        Some(spark) => Block::Chart(Box::new(spark)),
        None => Block::Text(desk.t("service-trend-none")),
    });
    blocks.push(table(desk, &months));
    let way = [Link::new("/services", desk.t("service-title"))];
    let title = text!(desk.texts, "service-unit-title", unit = unit_name(on, id));
    let page = sheet::page(desk.state, desk.visit, title, &way, &blocks)?;
    Ok(if filled.mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn table(desk: &Desk<'_>, months: &[ServiceMonth]) -> Block {
    let number = |value: u32| Cell::Number(count(u64::from(value), desk.visit.language));
    let optional = |value: Option<u32>| value.map_or_else(|| Cell::Number("–".to_owned()), number);
    let rows = months.iter().map(|month| {
        let share = online_share(month).map_or_else(|| "–".to_owned(), |share| format!("{share}%"));
        vec![
            Cell::Text(month_shown(month.month)),
            number(month.received),
            number(month.received_online),
            Cell::Number(share),
            number(month.settled),
            number(month.settled_on_time),
            optional(month.digitised),
            optional(month.paid_online),
        ]
    });
    let heads = [
        "service-month-head",
        "service-received",
        "service-received-online",
        "service-share",
        "service-settled",
        "service-settled-on-time",
        "service-digitised",
        "service-paid-online",
    ];
    Block::Table(Table {
        caption: desk.t("service-months"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("service-none"),
        around: vec![],
    })
}

fn form(desk: &Desk<'_>, id: &str, known: &[ServiceMonth], filled: &Filled) -> Form {
    let last = month_before(desk.today);
    let chosen = filled.value("month");
    let mut month = last.tomorrow().map_or(last, |_| desk.today.first_of_month());
    let mut months = Vec::new();
    while months.len() < MONTHS_OFFERED {
        let value = format!("{:04}-{:02}", month.year(), month.month());
        let is_known = known.iter().any(|known| known.month == month);
        let label = if is_known {
            text!(desk.texts, "service-month-known", month = month_shown(month))
        } else {
            month_shown(month)
        };
        let is_chosen = if chosen.is_empty() { month == last } else { value == chosen };
        months.push((value, label, is_chosen));
        month = month_before(month);
    }
    let mut fields = vec![Field::choice("month", desk.t("service-month-head"), months)];
    for (name, key) in FIGURES {
        let field = Field::whole(name, desk.t(key), 0, i64::from(MAX_COUNT), filled.value(name));
        fields.push(if is_optional(name) { field.hint(desk.t("service-optional")) } else { field.required() });
    }
    let action = format!("/services/units/{}", in_address(id));
    Form::post(desk.visit, action, desk.t("service-record-button"), fields).with_mistakes(&filled.mistakes)
}

fn is_optional(name: &str) -> bool {
    matches!(name, "digitised" | "paid_online")
}

/// Records the figures of a month.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    unit_of_today(&desk, Action::Change, &id, &on)?;
    let mut filled = Filled { sent, mistakes: Vec::new() };
    let month = format!("{}-01", filled.value("month")).parse::<Date>().ok();
    let month = month.filter(|month| *month <= desk.today);
    let mut mistakes = Vec::new();
    if month.is_none() {
        mistakes.push(("month".to_owned(), desk.t("service-wrong-month")));
    }
    let mut count_of = |name: &str| {
        let text = filled.value(name);
        if text.is_empty() && is_optional(name) {
            return None;
        }
        let count = text.parse::<u32>().ok().filter(|count| *count <= MAX_COUNT);
        if count.is_none() {
            mistakes.push((name.to_owned(), text!(desk.texts, "service-wrong-count", most = MAX_COUNT)));
        }
        count
    };
    let [received, received_online, settled, settled_on_time, digitised, paid_online] =
        FIGURES.map(|(name, _)| count_of(name));
    let figures = ServiceMonth {
        unit: id.clone(),
        month: month.unwrap_or(desk.today),
        received: received.unwrap_or_default(),
        received_online: received_online.unwrap_or_default(),
        settled: settled.unwrap_or_default(),
        settled_on_time: settled_on_time.unwrap_or_default(),
        digitised,
        paid_online,
        recorded_by: desk.person()?.to_owned(),
        recorded_at: visit.now,
    };
    if mistakes.is_empty()
        && let Some((part, whole)) = figures.contradiction()
    {
        let what = text!(desk.texts, "service-more-than", whole = desk.t(figure_key(whole)));
        mistakes.push((part.to_owned(), what));
    }
    filled.mistakes = mistakes;
    if !filled.mistakes.is_empty() {
        return Ok(page(&desk, &id, &on, &filled).await?.into_response());
    }
    let mut change = desk.begin().await?;
    services::keep(&mut change, &figures).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/services/units/{}", in_address(&id))).saying("service-recorded", &visit).into_response())
}
