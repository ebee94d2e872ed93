//! The campaigns there are, and beginning another one.

use axum::extract::{Form as Sent, Path, State};
use khien_store::campaigns::{self, Campaign, CampaignKind};
use khien_store::{directives, ids};
use khien_texts::text;
use serde::Deserialize;

use super::campaign::Standing;
use super::{directive_of, job};
use crate::admin::desk::{Desk, day_of_form, unit_choices, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many days a campaign lasts unless somebody says otherwise.
const DEFAULT_DAYS: i32 = 14;
/// How many working days a newcomer has unless somebody says otherwise.
const NEWCOMER_DAYS: u32 = 5;
/// The most working days for a newcomer.
const MAX_NEWCOMER_DAYS: u32 = 60;
/// How many people are asked before the page answers; the others follow with the next run of the job.
const ASKED_AT_ONCE: usize = 300;

/// Lists the campaigns that concern units within reach.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let mut rows = Vec::new();
    for campaign in campaigns::all(&state.store).await? {
        let standing = Standing::of(&desk, &campaign, &on).await?;
        if standing.is_nothing() {
            continue;
        }
        let state_cell = if campaign.closed_at.is_some() {
            Cell::Badge("quiet", desk.t("duties-closed"))
        } else if standing.missing.is_empty() {
            Cell::Badge("pass", desk.t("duties-complete"))
        } else {
            Cell::Badge("fail", text!(desk.texts, "duties-missing-count", count = standing.missing.len()))
        };
        rows.push(vec![
            Cell::link(format!("/duties/{}", campaign.id), kind_name(&desk, campaign.kind)),
            Cell::Text(unit_name(&on, &campaign.unit)),
            Cell::Text(desk.day(campaign.due)),
            Cell::Text(standing.share(desk.texts)),
            state_cell,
        ]);
    }
    let mut blocks = vec![
        Block::Text(desk.t("duties-about")),
        Block::Table(Table {
            caption: desk.t("duties-title"),
            heads: ["duties-kind", "person-unit", "duties-due", "duties-share", "device-state"]
                .map(|key| desk.t(key))
                .into(),
            rows,
            empty: desk.t("duties-none"),
            around: vec![],
        }),
    ];
    if visit.rights.could(Action::Change, Resource::Campaign) {
        blocks.push(Block::Heading(desk.t("duties-begin")));
        blocks.push(begin_form(&desk, &on).await?);
    }
    sheet::page(&state, &visit, desk.t("duties-title"), &[], &blocks)
}

pub(super) fn kind_name(desk: &Desk<'_>, kind: CampaignKind) -> String {
    desk.t(&format!("duties-kind-{kind}"))
}

async fn begin_form(desk: &Desk<'_>, on: &khien_model::TreeOnDay<'_>) -> Result<Block, Trouble> {
    let Some(active) = directives::active(&desk.state.store).await? else {
        return Ok(Block::Notice("fail", desk.t("exemption-no-directive")));
    };
    let reach = desk.visit.rights.reach(Action::Change, Resource::Campaign, on);
    let units = unit_choices(on, None, None, |id| reach.contains(on.tree().find(id)));
    let kinds = CampaignKind::ALL.iter().map(|kind| (kind.to_string(), kind_name(desk, *kind), false)).collect();
    let due = desk.today.saturating_add(jiff::Span::new().days(DEFAULT_DAYS));
    let fields = vec![
        Field::hidden("directive", active.digest),
        Field::choice("unit", desk.t("person-unit"), units).hint(desk.t("exemption-unit-hint")),
        Field::choice("kind", desk.t("duties-kind"), kinds).hint(desk.t("duties-kind-hint")),
        Field::date("due", desk.t("duties-due"), due.to_string()).required(),
        Field::whole(
            "newcomer_days",
            desk.t("duties-newcomer-days"),
            1,
            i64::from(MAX_NEWCOMER_DAYS),
            NEWCOMER_DAYS.to_string(),
        )
        .required(),
    ];
    Ok(Block::Form(Form::post(desk.visit, "/duties", desk.t("duties-begin-button"), fields)))
}

/// What is sent to begin one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    directive: String,
    unit: String,
    kind: String,
    due: String,
    newcomer_days: String,
}

/// Begins a campaign and asks everybody.
pub(super) async fn begin(
    State(state): State<AppState>,
    visit: Visit,
    Sent(wanted): Sent<Wanted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let unit = tree.find(&wanted.unit).filter(|unit| on.contains(*unit)).ok_or_else(|| bad("unit"))?;
    desk.check(Action::Change, Resource::Campaign, Some(&tree.unit(unit).id), &on)?;
    let kind: CampaignKind = wanted.kind.parse().map_err(|_| bad("kind"))?;
    let due = day_of_form(&wanted.due).filter(|due| *due >= desk.today).ok_or_else(|| bad("due"))?;
    let days: u32 = wanted.newcomer_days.parse().map_err(|_| bad("newcomer_days"))?;
    if !(1..=MAX_NEWCOMER_DAYS).contains(&days) {
        return Err(bad("newcomer_days"));
    }
    let mut campaign = Campaign {
        id: ids::fresh(visit.now)?,
        kind,
        unit: wanted.unit,
        directive: wanted.directive,
        clauses: Vec::new(),
        due,
        newcomer_days: days,
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        closed_at: None,
    };
    if directives::find(&state.store, &campaign.directive).await?.is_none() {
        return Err(bad("directive"));
    }
    campaign.clauses = campaigns::marks_of(&directive_of(&state, &campaign).await?);
    let mut change = desk.begin().await?;
    campaigns::begin(&mut change, &campaign).await?;
    change.commit().await?;
    job::ask_everybody(&state, &campaign, visit.now, ASKED_AT_ONCE).await?;
    Ok(Onward::to(format!("/duties/{}", campaign.id)).saying("duties-begun", &visit))
}

/// Closes a campaign.
pub(super) async fn close(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let campaign = campaigns::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::Campaign, Some(&campaign.unit), &tree.on(desk.today))?;
    let mut change = desk.begin().await?;
    campaigns::close(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/duties/{id}")).saying("duties-was-closed", &visit))
}
