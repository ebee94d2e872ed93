//! Cảnh báo: what the reader is to read, the unread ones first; and for those who look after a unit, how far it is.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use khien_model::{SubjectKind, TreeOnDay};
use khien_store::advisories::{self, Advisory, OwnAdvisory};
use khien_store::assignments;
use khien_texts::text;
use serde::Deserialize;

use super::{address, audience_words, may_keep, watches};
use crate::admin::desk::{Desk, PAGE_ROWS, paged};
use crate::admin::sheet::{self, Block, Cell, Link, Table};
use crate::page::Page;
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many advisories are looked through for those who look after them.
const MAX_WATCHED: u32 = 500;

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
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
    let own = advisories::of_person(&state.store, visit.rights.person(), visit.now).await?;
    let sources = Sources::load(&desk).await?;
    let unread = own.iter().filter(|own| own.read_at.is_none()).count();
    let mut blocks = vec![Block::Text(desk.t("advisories-about"))];
    if visit.rights.could(Action::Change, Resource::Advisory) {
        blocks.push(Block::Actions(vec![
            Link::new("/advisories/new", desk.t("advisories-write")),
            Link::new("/admin/feeds", desk.t("feeds-title")),
        ]));
    }
    if !own.is_empty() {
        let (class, said) = match unread {
            0 => ("pass", desk.t("advisories-all-read")),
            unread => ("unknown", text!(desk.texts, "advisories-unread", count = unread)),
        };
        blocks.push(Block::Notice(class, said));
    }
    let page = asked.page.parse().unwrap_or(1);
    let (shown, around) = paged(&own, page, &desk, "/advisories");
    let mut rows = Vec::new();
    for own in shown {
        rows.push(own_row(&desk, own, &sources).await?);
    }
    let heads = ["advisories-name", "advisories-source", "advisories-since", "advisories-state"];
    blocks.push(Block::Table(Table {
        caption: desk.t("advisories-own"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("advisories-none"),
        around,
    }));
    blocks.extend(watched(&desk, &on, &sources).await?);
    sheet::page(&state, &visit, desk.t("advisories-title"), &[], &blocks)
}

async fn own_row(desk: &Desk<'_>, own: &OwnAdvisory, sources: &Sources) -> Result<Vec<Cell>, Trouble> {
    let state = match own.read_at {
        Some(at) => Cell::Badge("pass", text!(desk.texts, "advisories-read-at", moment = desk.moment(at))),
        None => Cell::Badge("unknown", desk.t("advisories-not-read")),
    };
    Ok(vec![
        Cell::link(address(&own.advisory.id), &own.advisory.title),
        Cell::Text(sources.words(desk, &own.advisory).await?),
        Cell::Text(desk.moment(own.asked_from)),
        state,
    ])
}

/// What feeds are called.
pub(super) struct Sources(BTreeMap<String, String>);

impl Sources {
    pub(super) async fn load(desk: &Desk<'_>) -> Result<Self, Trouble> {
        let feeds = advisories::all_feeds(&desk.state.store).await?;
        Ok(Self(feeds.into_iter().map(|feed| (feed.id, feed.name)).collect()))
    }

    /// Who says what stands in an advisory: the name of the feed, or of who wrote it.
    pub(super) async fn words(&self, desk: &Desk<'_>, advisory: &Advisory) -> Result<String, Trouble> {
        if let Some(feed) = &advisory.feed {
            return Ok(self.0.get(feed).cloned().unwrap_or_default());
        }
        match advisory.published_by.strip_prefix("person:") {
            Some(person) => desk.person_name(person).await,
            None => Ok(desk.t("audit-system")),
        }
    }
}

/// How far the units within reach are with each advisory that concerns somebody there.
async fn watched(desk: &Desk<'_>, on: &TreeOnDay<'_>, sources: &Sources) -> Result<Vec<Block>, Trouble> {
    let reach = desk.visit.rights.reach(Action::View, Resource::AdvisoryReads, on);
    if matches!(reach, Reach::OwnThings) {
        return Ok(vec![]);
    }
    let store = &desk.state.store;
    let homes = assignments::homes_on(store, SubjectKind::Person, desk.today).await?;
    let is_reached = |person: &str| homes.get(person).is_some_and(|home| reach.contains(on.tree().find(home)));
    let latest = advisories::latest(store, MAX_WATCHED).await?;
    let is_shown = |advisory: &Advisory| {
        let is_there = advisory.withdrawn_at.is_none() || may_keep(desk, &advisory.audience, on);
        is_there && watches(desk, &advisory.audience, on)
    };
    let shown: Vec<Advisory> = latest.into_iter().filter(is_shown).take(PAGE_ROWS).collect();
    let readers = advisories::readers(store, &shown, desk.visit.now).await?;
    let mut rows = Vec::new();
    for (advisory, readers) in shown.iter().zip(&readers) {
        let within: Vec<_> = readers.iter().filter(|reader| is_reached(&reader.person)).collect();
        let read = within.iter().filter(|reader| reader.read_at.is_some()).count();
        let share = Cell::link(format!("{}/readers", address(&advisory.id)), format!("{read}/{}", within.len()));
        let state =
            if advisory.withdrawn_at.is_some() { Cell::Badge("quiet", desk.t("advisories-withdrawn")) } else { share };
        rows.push(vec![
            Cell::link(address(&advisory.id), &advisory.title),
            Cell::Text(sources.words(desk, advisory).await?),
            Cell::Text(audience_words(desk, &advisory.audience, on)),
            Cell::Text(desk.moment(advisory.published_at)),
            state,
        ]);
    }
    let heads =
        ["advisories-name", "advisories-source", "advisories-audience", "advisories-published", "advisories-share"];
    Ok(vec![
        Block::Heading(desk.t("advisories-watched")),
        Block::Table(Table {
            caption: desk.t("advisories-watched"),
            heads: heads.map(|key| desk.t(key)).into(),
            rows,
            empty: desk.t("advisories-none-watched"),
            around: vec![],
        }),
    ])
}
