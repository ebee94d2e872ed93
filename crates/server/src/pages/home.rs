//! The first page.

use askama::Template;
use axum::extract::State;

use crate::page::{Frame, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: Frame<'a>,
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let title = state.texts(visit.language).text("home-title");
    Page::new(&Home { frame: Frame::new(&state, &visit, title) })
}
