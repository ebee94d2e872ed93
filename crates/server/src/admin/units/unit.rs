//! One unit: what it was called and where it belonged, and the forms that change it.

use axum::extract::{Path, State};
use khien_texts::text;

use super::forms;
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{Block, Cell, Link};
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Shows it.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let index = tree.find(&id).ok_or(Trouble::NotFound)?;
    desk.check(Action::View, Resource::Organisation, Some(&id), &on)?;
    let unit = tree.unit(index);
    let validity = |from, to| khien_texts::moment::validity(from, to, desk.texts);
    let mut facts = vec![(desk.t("unit-life"), Cell::Text(validity(unit.valid_from, unit.valid_to)))];
    for name in &unit.names {
        let called = match &name.abbreviation {
            Some(abbreviation) => format!("{} ({abbreviation})", name.name),
            None => name.name.clone(),
        };
        let held = validity(name.valid_from, name.valid_to);
        facts.push((desk.t("unit-name"), Cell::Text(format!("{called} – {held}"))));
    }
    for parent in &unit.parents {
        let name = unit_name(&tree.on(parent.valid_from), &parent.unit);
        let link = Cell::link(format!("/admin/units/{}", parent.unit), name);
        let held = Cell::Text(format!("– {}", validity(parent.valid_from, parent.valid_to)));
        facts.push((desk.t("unit-parent"), Cell::Several(vec![link, held])));
    }
    for succession in tree.register().successions.iter().filter(|it| it.old == id || it.new == id) {
        let (key, other) = if succession.old == id {
            ("unit-taken-over-by", &succession.new)
        } else {
            ("unit-took-over", &succession.old)
        };
        let before = succession.from.yesterday().unwrap_or(succession.from);
        let name = if *other == succession.new {
            unit_name(&tree.on(succession.from), other)
        } else {
            unit_name(&tree.on(before), other)
        };
        let link = Cell::link(format!("/admin/units/{other}"), name);
        let what = text!(
            desk.texts,
            "unit-share",
            day = desk.day(succession.from),
            percent = u32::from(succession.share_percent)
        );
        facts.push((desk.t(key), Cell::Several(vec![link, Cell::Text(what)])));
    }
    let mut blocks = vec![Block::Facts(facts)];
    let may_change = desk.may(Action::Change, Resource::Organisation, Some(&id), &on);
    if may_change && on.contains(index) {
        blocks.push(Block::Text(desk.t("unit-change-about")));
        for (heading, form) in [
            ("reform-found", forms::found(&desk, Some(&id))),
            ("reform-rename", forms::rename(&desk, unit, &on)),
            ("reform-move", forms::moved(&desk, unit, &on)),
            ("reform-merge", forms::merge(&desk, unit, &on)),
            ("reform-split", forms::split(&desk, unit, &on)),
            ("reform-close", forms::close(&desk, unit)),
        ] {
            blocks.push(Block::Folded(desk.t(heading), form));
        }
    }
    let way = [Link::new("/admin/units", desk.t("tree-title"))];
    desk.page(unit_name(&on, &id), &way, &blocks)
}
