//! The pages that everybody works with.

mod home;

use axum::routing::get;

use crate::rights::Right;
use crate::routes::{Kind, Route};

/// The routes of this module.
pub(crate) const ROUTES: &[Route] =
    &[Route::get(Kind::Page, "/", Right::Anyone, "The first page.", || get(home::show))];
