//! One campaign: who is missing, who is on leave, signed sheets.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use khien_model::TreeOnDay;
use khien_store::campaigns::{self, Campaign, Progress};
use khien_store::leaves::{self, Leave};
use khien_store::people;
use khien_texts::{Texts, text};
use serde::Deserialize;

use super::campaigns::kind_name;
use super::{leaves as leave_pages, sheets};
use crate::access;
use crate::admin::desk::{Desk, paged, unit_name};
use crate::admin::sheet::{self, Block, Cell, Form, Link, Table};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Somebody who counts in a campaign.
pub(super) struct Member {
    pub(super) person: String,
    pub(super) unit: String,
    /// `None`: not asked yet; the next run of the job does it.
    pub(super) progress: Option<Progress>,
}

/// How a campaign stands today, as far as the visitor sees it.
pub(super) struct Standing {
    pub(super) done: Vec<Member>,
    pub(super) missing: Vec<Member>,
    pub(super) away: Vec<(Member, Leave)>,
    /// Who was asked and belongs here no more.
    pub(super) left: usize,
}

impl Standing {
    pub(super) async fn of(desk: &Desk<'_>, campaign: &Campaign, on: &TreeOnDay<'_>) -> Result<Self, Trouble> {
        let store = &desk.state.store;
        let mut progress = campaigns::of_campaign(store, &campaign.id).await?;
        let mut leaves: BTreeMap<String, Leave> =
            leaves::on(store, desk.today).await?.into_iter().map(|leave| (leave.person.clone(), leave)).collect();
        let reach = desk.visit.rights.reach(Action::View, Resource::Campaign, on);
        let mut standing = Self { done: Vec::new(), missing: Vec::new(), away: Vec::new(), left: 0 };
        for (person, unit) in campaigns::members(store, &campaign.unit, desk.today).await? {
            let own = progress.remove(&person);
            if !reach.contains(on.tree().find(&unit)) {
                continue;
            }
            let away = leaves.remove(&person);
            let member = Member { person, unit, progress: own };
            match (member.progress.as_ref().is_some_and(Progress::is_done), away) {
                (true, _) => standing.done.push(member),
                (false, Some(leave)) => standing.away.push((member, leave)),
                (false, None) => standing.missing.push(member),
            }
        }
        if reach.contains(on.tree().find(&campaign.unit)) {
            standing.left = progress.len();
        }
        Ok(standing)
    }

    /// Whether nobody of this campaign is within reach.
    pub(super) fn is_nothing(&self) -> bool {
        self.done.is_empty() && self.missing.is_empty() && self.away.is_empty()
    }

    /// Who is done, of everybody who is there.
    pub(super) fn share(&self, texts: &Texts) -> String {
        let all = self.done.len() + self.missing.len();
        text!(texts, "duties-share-value", done = self.done.len(), all = all)
    }
}

/// The page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Listed {
    page: String,
}

/// A campaign that the visitor may see, and how it stands.
pub(super) async fn found(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<(Campaign, Standing), Trouble> {
    let campaign = campaigns::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    let standing = Standing::of(desk, &campaign, on).await?;
    if standing.is_nothing() {
        desk.check(Action::View, Resource::Campaign, Some(&campaign.unit), on)?;
    }
    Ok((campaign, standing))
}

/// Shows it.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(listed): Query<Listed>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let (campaign, standing) = found(&desk, &id, &on).await?;
    let names = Names::of(&desk).await?;
    let (shown, around) =
        paged(&standing.missing, listed.page.parse().unwrap_or(1), &desk, &format!("/duties/{}", campaign.id));
    let seen = shown.iter().chain(standing.away.iter().map(|(member, _)| member)).map(|it| it.person.as_str());
    let list = access::NamedList { resource: Resource::Duties, unit: &campaign.unit, words: "" };
    access::listed(&state, &visit, list, seen).await?;
    let mut blocks = vec![Block::Facts(facts(&desk, &campaign, &standing, &on).await?)];
    let is_open = campaign.closed_at.is_none();
    if is_open {
        blocks.push(Block::Actions(vec![Link::new(
            format!("/duties/{}/sheet", campaign.id),
            desk.t("duties-sheet-print"),
        )]));
    }
    blocks.push(Block::Heading(desk.t("duties-missing")));
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "duties-missing-count", count = standing.missing.len()),
        heads: ["person-name", "person-unit", "duties-left-to-do", "duties-due"].map(|key| desk.t(key)).into(),
        rows: shown.iter().map(|member| missing_row(&desk, &campaign, member, &names, &on)).collect(),
        empty: desk.t("duties-nobody-missing"),
        around,
    }));
    let may_record = visit.rights.could(Action::Change, Resource::Duties);
    blocks.extend(leave_pages::blocks(&desk, &campaign, &standing, &names, &on, is_open && may_record));
    blocks.extend(sheets::blocks(&desk, &campaign, &standing, &names, is_open && may_record).await?);
    if is_open && desk.may(Action::Change, Resource::Campaign, Some(&campaign.unit), &on) {
        let close = Form::post(&visit, format!("/duties/{}/close", campaign.id), desk.t("duties-close"), vec![]);
        blocks.push(Block::Folded(desk.t("duties-close-about"), close.dangerous()));
    }
    let way = [Link::new("/duties", desk.t("duties-title"))];
    sheet::page(&state, &visit, kind_name(&desk, campaign.kind), &way, &blocks)
}

async fn facts(
    desk: &Desk<'_>,
    campaign: &Campaign,
    standing: &Standing,
    on: &TreeOnDay<'_>,
) -> Result<Vec<(String, Cell)>, Trouble> {
    let directive = super::directive_of(desk.state, campaign).await?;
    let by = desk.person_name(&campaign.created_by).await?;
    let begun = text!(desk.texts, "token-made", by = by, moment = desk.moment(campaign.created_at));
    let mut facts = vec![
        (desk.t("duties-version"), Cell::text(desk.texts.pick(&directive.title))),
        (desk.t("person-unit"), Cell::Text(unit_name(on, &campaign.unit))),
        (desk.t("duties-due"), Cell::Text(desk.day(campaign.due))),
        (desk.t("duties-begun-by"), Cell::Text(begun)),
        (desk.t("duties-share"), Cell::Text(standing.share(desk.texts))),
        (desk.t("duties-left"), Cell::Number(standing.left.to_string())),
    ];
    if let Some(closed) = campaign.closed_at {
        facts.push((desk.t("duties-closed"), Cell::Text(desk.moment(closed))));
    }
    Ok(facts)
}

fn missing_row(desk: &Desk<'_>, campaign: &Campaign, member: &Member, names: &Names, on: &TreeOnDay<'_>) -> Vec<Cell> {
    let own = member.progress.as_ref();
    let left = match own.map(|own| own.acknowledged_at) {
        Some(Some(_)) => "duties-left-quiz",
        _ => "duties-left-reading",
    };
    let due = own.map_or(campaign.due, |own| own.due);
    vec![
        Cell::Text(names.name(&member.person)),
        Cell::Text(unit_name(on, &member.unit)),
        Cell::Text(desk.t(left)),
        due_cell(desk, due),
    ]
}

/// A last day, with the word of the public sector when it is over.
fn due_cell(desk: &Desk<'_>, due: Date) -> Cell {
    let day = Cell::Text(desk.day(due));
    if due < desk.today {
        return Cell::Several(vec![day, Cell::Badge("fail", desk.t("duties-overdue"))]);
    }
    day
}

/// What people are called.
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    pub(crate) async fn of(desk: &Desk<'_>) -> Result<Self, Trouble> {
        let people = people::all(&desk.state.store).await?;
        Ok(Self(people.into_iter().map(|person| (person.id, person.name)).collect()))
    }

    pub(crate) fn name(&self, person: &str) -> String {
        self.0.get(person).cloned().unwrap_or_else(|| person.to_owned())
    }
}
