//! Who has read an advisory, within reach.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use khien_model::SubjectKind;
use khien_store::advisories::{self, Reader};
use khien_store::{assignments, people};
use khien_texts::text;

use super::{address, one};
use crate::access;
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{self, Block, Cell, Link, Table};
use crate::page::Page;
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many names of people who have not read an advisory are shown.
const MAX_NAMES: usize = 50;

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let advisory = one::found(&desk, &id, &on).await?;
    let reach = visit.rights.reach(Action::View, Resource::AdvisoryReads, &on);
    if matches!(reach, Reach::OwnThings) {
        return Err(Trouble::NotAllowed);
    }
    let homes = assignments::homes_on(&state.store, SubjectKind::Person, desk.today).await?;
    let advisories = [advisory];
    let mut readers = advisories::readers(&state.store, &advisories, visit.now).await?.pop().unwrap_or_default();
    readers.retain(|reader| homes.get(&reader.person).is_some_and(|home| reach.contains(tree.find(home))));
    let (read, missing): (Vec<Reader>, Vec<Reader>) = readers.into_iter().partition(|reader| reader.read_at.is_some());
    let all = read.len() + missing.len();
    let mut units: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for reader in read.iter().chain(&missing) {
        let home = homes.get(&reader.person).map(|home| unit_name(&on, home)).unwrap_or_default();
        let (done, of_all) = units.entry(home).or_default();
        *done += usize::from(reader.read_at.is_some());
        *of_all += 1;
    }
    let mut blocks = vec![Block::Text(text!(desk.texts, "advisories-readers-share", done = read.len(), all = all))];
    let mut units: Vec<_> = units.into_iter().collect();
    units.sort_by(|one, other| khien_model::text::compare(&one.0, &other.0));
    let rows = units.into_iter().map(|(unit, (done, all))| {
        let class = if done == all { "pass" } else { "fail" };
        vec![Cell::Text(unit), Cell::Badge(class, format!("{done}/{all}"))]
    });
    blocks.push(Block::Table(Table {
        caption: desk.t("advisories-readers-units"),
        heads: ["person-unit", "advisories-share"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("advisories-readers-none"),
        around: vec![],
    }));
    let names: BTreeMap<String, String> =
        people::all(&state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let name = |person: &str| names.get(person).cloned().unwrap_or_else(|| person.to_owned());
    let mut shown: Vec<(String, &Reader)> = missing.iter().map(|reader| (name(&reader.person), reader)).collect();
    shown.sort_by(|one, other| khien_model::text::compare_names(&one.0, &other.0));
    shown.truncate(MAX_NAMES);
    let list = access::NamedList { resource: Resource::AdvisoryReads, unit: "", words: "" };
    access::listed(&state, &visit, list, shown.iter().map(|(_, reader)| reader.person.as_str())).await?;
    let rows = shown.into_iter().map(|(name, reader)| {
        let home = homes.get(&reader.person).map(|home| unit_name(&on, home)).unwrap_or_default();
        let opened = match reader.opened_at {
            Some(at) => Cell::Text(text!(desk.texts, "advisories-opened-at", moment = desk.moment(at))),
            None => Cell::Text(desk.t("advisories-not-opened")),
        };
        vec![Cell::Text(name), Cell::Text(home), opened]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "advisories-readers-missing", count = missing.len()),
        heads: ["person-name", "person-unit", "advisories-opened"].map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("advisories-readers-everybody"),
        around: vec![],
    }));
    if missing.len() > MAX_NAMES {
        blocks.push(Block::Text(text!(desk.texts, "advisories-readers-more", count = missing.len() - MAX_NAMES)));
    }
    let [advisory] = &advisories;
    let way = [Link::new("/advisories", desk.t("advisories-title")), Link::new(address(&id), &advisory.title)];
    sheet::page(&state, &visit, desk.t("advisories-readers"), &way, &blocks)
}
