//! Lists that are narrowed by words and by unit: what of them the reader may see, and how they are drawn.

use std::collections::HashMap;

use khien_model::text::fold;
use khien_model::{SubjectKind, TreeOnDay, UnitIndex};
use khien_store::assignments;
use khien_texts::text;

use super::desk::{Desk, filled, paged, unit_choices, unit_name};
use super::sheet::{Block, Cell, Field, Form, Table};
use crate::access;
use crate::page::in_address;
use crate::rights::{Action, Reach, Resource};
use crate::trouble::Trouble;

/// What a list is narrowed to, as it stands in the address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Narrowed<'n> {
    /// The words that are looked for.
    pub(super) words: &'n str,
    /// The unit and those below it; empty for all.
    pub(super) unit: &'n str,
    /// The page, from 1.
    pub(super) page: &'n str,
}

/// The list on one day: where everything belongs and what the reader reaches.
pub(super) struct Listing<'l> {
    desk: &'l Desk<'l>,
    on: &'l TreeOnDay<'l>,
    resource: Resource,
    narrowed: Narrowed<'l>,
    homes: HashMap<String, String>,
    reach: Reach,
    within: Option<UnitIndex>,
    folded: String,
}

/// How a list is drawn.
pub(super) struct Drawn {
    /// Its address.
    pub(super) address: &'static str,
    /// The key of the words beside the field to search.
    pub(super) search: &'static str,
    /// What it can be narrowed by besides words and unit: each a field and what of it stands in the address.
    pub(super) more: Vec<(Field, String)>,
    /// The key of the sentence that counts.
    pub(super) count: &'static str,
    /// The keys of the heads.
    pub(super) heads: [&'static str; 5],
    /// The key of what is said when there is nothing.
    pub(super) empty: &'static str,
}

impl<'l> Listing<'l> {
    /// The list of subjects of `kind`, narrowed.
    pub(super) async fn new(
        desk: &'l Desk<'l>,
        on: &'l TreeOnDay<'l>,
        kind: SubjectKind,
        resource: Resource,
        narrowed: Narrowed<'l>,
    ) -> Result<Self, Trouble> {
        Ok(Self {
            homes: assignments::homes_on(&desk.state.store, kind, desk.today).await?,
            reach: desk.visit.rights.reach(Action::View, resource, on),
            within: on.tree().find(narrowed.unit),
            folded: fold(narrowed.words.trim()),
            desk,
            on,
            resource,
            narrowed,
        })
    }

    /// Whether the reader may see the subject `id`, and its unit and `text` are what is looked for.
    pub(super) fn keeps(&self, id: &str, text: &str) -> bool {
        let home = self.homes.get(id).and_then(|unit| self.on.tree().find(unit));
        let fits_unit = self.within.is_none_or(|top| home.is_some_and(|home| self.on.is_within(home, top)));
        self.reach.contains(home) && fits_unit && fold(text).contains(&self.folded)
    }

    /// What the unit of the subject `id` is called.
    pub(super) fn unit_of(&self, id: &str) -> String {
        self.homes.get(id).map_or_else(|| self.desk.t("person-no-unit"), |unit| unit_name(self.on, unit))
    }

    /// The form that narrows, and the page of `list` that is asked for. The people whom `named` finds on it stand there by
    /// name: that is written down.
    pub(super) async fn blocks<'t, T>(
        &self,
        drawn: Drawn,
        list: &'t [T],
        named: impl Fn(&'t T) -> Option<&'t str>,
        row: impl Fn(&'t T) -> Vec<Cell>,
    ) -> Result<[Block; 2], Trouble> {
        let Narrowed { words, unit, page } = self.narrowed;
        let mut address = format!("{}?q={}&unit={}", drawn.address, in_address(words), in_address(unit));
        let units = unit_choices(self.on, filled(unit).as_deref(), Some(self.desk.t("people-all-units")), |_| true);
        let mut fields = vec![
            Field::search("q", self.desk.t(drawn.search), words),
            Field::choice("unit", self.desk.t("person-unit"), units),
        ];
        for (field, value) in drawn.more {
            address.push_str(&format!("&{}={}", field.name, in_address(&value)));
            fields.push(field);
        }
        let (shown, around) = paged(list, page.parse().unwrap_or(1), self.desk, &address);
        let seen = access::NamedList { resource: self.resource, unit, words: words.trim() };
        access::listed(self.desk.state, self.desk.visit, seen, shown.iter().filter_map(named)).await?;
        let table = Table {
            caption: text!(self.desk.texts, drawn.count, count = list.len()),
            heads: drawn.heads.map(|key| self.desk.t(key)).into(),
            rows: shown.iter().map(row).collect(),
            empty: self.desk.t(drawn.empty),
            around,
        };
        let form = Form::search(drawn.address, self.desk.t("admin-filter"), fields);
        Ok([Block::Form(form), Block::Table(table)])
    }
}
