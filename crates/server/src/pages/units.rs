//! Đơn vị: the tree of all units that somebody may see, with how each stands.

use askama::Template;
use axum::extract::State;
use khien_judge::Counts;
use khien_model::day_of;
use khien_store::pages::overview as tallies;

use super::known::Known;
use super::numbers::{count, share_words};
use super::overview::heat::Sums;
use crate::page::{Crumb, Frame, Page, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "units.html")]
struct View<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
}

/// One unit.
struct Row {
    name: String,
    href: String,
    depth: usize,
    share: String,
    fail: String,
    unknown: String,
    exempt: String,
}

/// Rows deeper than this stand below the last.
const DEEPEST: usize = 4;

/// Shows the tree.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let known = Known::load(&state).await?;
    let today = day_of(visit.now);
    let reached = known.reached(&visit.rights, Action::View, Resource::Unit, today);
    if reached.is_nothing() {
        return Err(Trouble::NotAllowed);
    }
    let sums = Sums::new(&tallies::now(&state.store).await?, known.directive(), known.tree(today));
    let tree = sums.tree();
    let shown = tree.units().iter().filter(|unit| reached.reach.contains(Some(**unit)));
    let rows = shown.map(|unit| {
        let id = &tree.tree().unit(*unit).id;
        let counts: Counts = sums.below(*unit).into_iter().sum();
        Row {
            name: known.unit_name(id, today),
            href: format!("/units/{}", in_address(id)),
            depth: tree.path(*unit).len().saturating_sub(1).min(DEEPEST),
            share: share_words(&counts),
            fail: count(counts.fail, visit.language),
            unknown: count(counts.unknown, visit.language),
            exempt: count(counts.exempt, visit.language),
        }
    });
    let rows = rows.collect();
    let texts = state.texts(visit.language);
    let frame = Frame::new(&state, &visit, texts.text("units-title"));
    Page::new(&View { frame: frame.below(vec![Crumb::new(texts.text("places-overview"), "/")]), rows })
}
