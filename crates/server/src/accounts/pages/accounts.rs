//! The accounts that a source knows, narrowed by how they stand.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use khien_model::text::fold;
use khien_store::accounts::{self, Account};
use khien_store::people;
use khien_texts::text;
use serde::Deserialize;

use super::run::owner_cell;
use super::{address, found, way};
use crate::access;
use crate::admin::desk::{Desk, paged};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::{Page, in_address};
use crate::rights::Resource;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Ways to narrow the list: those that are there, without an owner, open, gone.
const STATES: &[&str] = &["there", "unjoined", "gone"];

/// What the list is narrowed to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Narrowed {
    q: String,
    state: String,
    page: String,
}

impl Narrowed {
    fn state(&self) -> &'static str {
        STATES.iter().find(|state| **state == self.state).copied().unwrap_or("there")
    }

    fn keeps(&self, account: &Account, owner: Option<&String>) -> bool {
        let fits = match self.state() {
            "gone" => account.gone_at.is_some(),
            "unjoined" => account.gone_at.is_none() && account.person.is_none(),
            _ => account.gone_at.is_none(),
        };
        let words = fold(self.q.trim());
        let texts = [Some(&account.login), account.owner_name.as_ref(), account.mail.as_ref(), owner];
        fits && texts.into_iter().flatten().any(|text| fold(text).contains(&words))
    }
}

/// Shows them.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(narrowed): Query<Narrowed>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    let names: BTreeMap<String, String> =
        people::all(&state.store).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let owner = |account: &Account| account.person.as_ref().and_then(|person| names.get(person));
    let mut kept = accounts::of_connector(&state.store, &id).await?;
    kept.retain(|account| narrowed.keeps(account, owner(account)));
    let base = format!("{}/accounts", address(&connector));
    let narrowed_address = format!("{base}?q={}&state={}", in_address(&narrowed.q), narrowed.state());
    let (shown, around) = paged(&kept, narrowed.page.parse().unwrap_or(1), &desk, &narrowed_address);
    let list = access::NamedList { resource: Resource::Connector, unit: "", words: narrowed.q.trim() };
    access::listed(&state, &visit, list, shown.iter().filter_map(|account| account.person.as_deref())).await?;
    let states = STATES
        .iter()
        .map(|state| ((*state).to_owned(), desk.t(&format!("connector-state-{state}")), *state == narrowed.state()));
    let form = Form::search(
        base,
        desk.t("admin-filter"),
        vec![
            Field::search("q", desk.t("connector-search"), &narrowed.q),
            Field::choice("state", desk.t("device-state"), states.collect()),
        ],
    );
    let heads = [
        "connector-difference-login",
        "connector-owner-written",
        "connector-owner",
        "connector-open",
        "connector-password-changed",
    ];
    let table = Table {
        caption: text!(desk.texts, "connector-accounts-count", count = kept.len()),
        heads: heads.map(|key| desk.t(key)).into(),
        rows: shown.iter().map(|account| row(&desk, account, &names)).collect(),
        empty: desk.t("connector-accounts-none"),
        around,
    };
    let blocks = [Block::Text(desk.t("connector-accounts-about")), Block::Form(form), Block::Table(table)];
    desk.page(desk.t("connector-accounts"), &way(&desk, &connector), &blocks)
}

fn row(desk: &Desk<'_>, account: &Account, names: &BTreeMap<String, String>) -> Vec<Cell> {
    vec![
        Cell::link(format!("/admin/accounts/{}", in_address(&account.id)), &account.login),
        Cell::text(account.owner_name.clone().unwrap_or_default()),
        owner_cell(desk, account.person.as_deref(), account.joined, names),
        Cell::Text(yes_or_no(desk, account.lifecycle.enabled.known().copied())),
        Cell::Text(changed(desk, account)),
    ]
}

pub(super) fn yes_or_no(desk: &Desk<'_>, said: Option<bool>) -> String {
    desk.t(match said {
        Some(true) => "connector-yes",
        Some(false) => "connector-no",
        None => "connector-not-known",
    })
}

/// When the password was changed, as the source says.
pub(super) fn changed(desk: &Desk<'_>, account: &Account) -> String {
    account
        .credential
        .password_changed_at
        .known()
        .map_or_else(|| desk.t("connector-not-known"), |moment| desk.moment(*moment))
}
