//! Online services in the month before, unit by unit, and a list to take figures out of.

use std::collections::BTreeMap;

use axum::extract::State;
use khien_store::services::{self, ServiceMonth};
use khien_texts::text;

use super::{month_before, month_shown, online_share};
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Table};
use crate::page::{Page, in_address};
use crate::pages::numbers::count;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    page(&Desk::new(&state, &visit), &[], vec![]).await
}

/// The page, with what is wrong with a list that was sent.
pub(super) async fn page(
    desk: &Desk<'_>,
    mistakes: &[(String, String)],
    wrong_rows: Vec<Block>,
) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let month = month_before(desk.today);
    let known = services::of_month(&desk.state.store, month).await?;
    let known: BTreeMap<&str, &ServiceMonth> = known.iter().map(|month| (month.unit.as_str(), month)).collect();
    let reach = desk.visit.rights.reach(Action::View, Resource::OnlineServices, &on);
    let number = |value: u32| Cell::Number(count(u64::from(value), desk.visit.language));
    let units = on.units().iter().filter(|unit| reach.contains(Some(**unit)));
    let rows = units.map(|unit| {
        let id = &tree.unit(*unit).id;
        let mut row = vec![Cell::link(format!("/services/units/{}", in_address(id)), unit_name(&on, id))];
        match known.get(id.as_str()) {
            Some(figures) => {
                let share = online_share(figures).map_or_else(|| "–".to_owned(), |share| format!("{share}%"));
                row.extend([number(figures.received), number(figures.received_online), Cell::Number(share)]);
                row.extend([number(figures.settled), number(figures.settled_on_time)]);
            }
            None => {
                row.push(Cell::Badge("unknown", desk.t("service-missing")));
                row.extend(std::iter::repeat_n(Cell::text(""), 4));
            }
        }
        row
    });
    let keys =
        ["service-received", "service-received-online", "service-share", "service-settled", "service-settled-on-time"];
    let mut heads = vec![desk.t("person-unit")];
    heads.extend(keys.map(|key| desk.t(key)));
    let rows = rows.collect();
    let mut blocks = vec![Block::Text(desk.t("service-about"))];
    if desk.visit.rights.could(Action::Change, Resource::OnlineServices) {
        let fields = vec![
            Field::file("list", desk.t("import-file"), ".xlsx,.csv,.txt", false).hint(desk.t("service-list-hint")),
        ];
        let form = Form::upload(desk.visit, "/services", desk.t("service-list-button"), fields).with_mistakes(mistakes);
        if mistakes.is_empty() {
            blocks.push(Block::Folded(desk.t("service-list"), form));
        } else {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
            blocks.extend(wrong_rows);
            blocks.push(Block::Form(form));
        }
    }
    blocks.push(Block::Table(Table {
        caption: text!(desk.texts, "service-month", month = month_shown(month)),
        heads,
        rows,
        empty: desk.t("case-no-unit"),
        around: vec![],
    }));
    sheet::page(desk.state, desk.visit, desk.t("service-title"), &[], &blocks)
}
