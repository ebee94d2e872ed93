//! The pages that everybody works with: overview, unit, subject, control, one's own list, search.
//!
//! Each page is a module with its route's handler, the values its template shows, and nothing else; how values become
//! words stands in `finding`, `numbers` and `chart`, what is known besides the findings in `known`.

pub(crate) mod chart;
mod controls;
pub(crate) mod finding;
pub(crate) mod known;
mod my;
pub(crate) mod numbers;
pub(crate) mod overview;
pub(crate) mod past;
mod search;
pub(crate) mod subject;
mod subjects;
mod unit;
mod units;

#[cfg(test)]
mod tests;

use axum::routing::{get, post};

pub(crate) use subject::subject_href;

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

const fn view(resource: Resource) -> Right {
    Right::May(Action::View, resource)
}

/// The routes of this module.
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/", Right::SignedIn, "Every unit, every clause.", || get(overview::show)),
    Route::get(Kind::Page, "/units", view(Resource::Unit), "The tree of units.", || get(units::show)),
    Route::get(Kind::Page, "/units/{id}", view(Resource::Unit), "One unit: its red list.", || get(unit::show)),
    Route::post(
        Kind::Form,
        "/units/{id}/sign-off",
        Right::May(Action::Sign, Resource::SignOff),
        "The head confirms how the unit stands this month.",
        || post(unit::sign),
    ),
    Route::get(Kind::Page, "/subjects", view(Resource::Unit), "Devices and other subjects.", || get(subjects::show)),
    Route::get(Kind::Page, "/subjects/{kind}/{id}", Right::SignedIn, "One subject.", || get(subject::show)),
    Route::get(Kind::Page, "/controls", view(Resource::Control), "All controls.", || get(controls::list)),
    Route::get(Kind::Page, "/controls/{id}", view(Resource::Control), "One control.", || get(controls::show)),
    Route::get(Kind::Page, "/my", view(Resource::WorkList), "What is for oneself to do.", || get(my::show)),
    Route::post(
        Kind::Form,
        "/my/requests",
        Right::May(Action::Ask, Resource::Request),
        "It is mended, or help is needed.",
        || post(my::ask),
    ),
    Route::get(Kind::Page, "/search", Right::SignedIn, "Find units, people, devices, controls.", || get(search::show)),
];
