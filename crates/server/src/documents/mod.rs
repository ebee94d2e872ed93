//! Legal documents: what is in force and what replaced what, found by words; who is to study them and who has.

mod document;
pub(crate) mod job;
pub(crate) mod library;
mod list;
mod study;
mod text;

use axum::routing::{get, post};

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

const SEE: Right = Right::May(Action::View, Resource::Document);
const KEEP: Right = Right::May(Action::Change, Resource::Document);
const OWN: Right = Right::May(Action::Sign, Resource::Study);
const RECORD: Right = Right::May(Action::Change, Resource::Study);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/documents", SEE, "The legal documents, found by words.", || get(list::show)),
    Route::get(Kind::Page, "/documents/{id}", SEE, "One legal document.", || get(document::show)),
    Route::get(Kind::Page, "/documents/{id}/text", SEE, "The text of a document.", || get(text::show)),
    Route::get(Kind::Page, "/documents/{id}/files/{file}", SEE, "The file of a document.", || get(text::download)),
    Route::post(Kind::Upload, "/documents/{id}/text", KEEP, "Upload the text of a document.", || post(text::upload)),
    Route::post(Kind::Form, "/documents/{id}/tasks", KEEP, "Give a document to be studied.", || post(study::assign)),
    Route::post(Kind::Form, "/documents/{id}/tasks/{task}/end", KEEP, "Take a task back.", || post(study::take_back)),
    Route::post(Kind::Form, "/documents/{id}/studied", OWN, "One has studied a document.", || post(study::own)),
    Route::post(Kind::Form, "/documents/{id}/units", RECORD, "A unit has studied a document.", || post(study::of_unit)),
];
