//! Case data of the case-management software (clause 1.4): exported lists come in by the page, by a program with a token or by
//! a watched folder, are checked on a thread of their own out of a file on the disk, and what they come to is kept, unit by
//! unit, all of it or nothing.
//!
//! ```text
//! page ────┐             columns known?                      one transaction, once nobody needs to be asked
//! program ─┼─▶ spool ─▶ yes: check ─────────────▶ split by unit ─▶ results, facts, findings
//! folder ──┘             no:  a person says it
//! ```

mod api;
mod causes;
mod check;
mod compare;
pub(crate) mod folder;
pub(crate) mod job;
mod list;
mod mapping;
mod review;
mod rows;
mod tokens;
mod unit;
mod upload;

use axum::routing::{get, post};

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

const SEE: Right = Right::May(Action::View, Resource::CaseData);
const SEND: Right = Right::May(Action::Change, Resource::CaseData);
const REVIEW: Right = Right::May(Action::Sign, Resource::CaseData);
const SEE_ROWS: Right = Right::May(Action::View, Resource::CaseDetail);
const SAY_CAUSE: Right = Right::May(Action::Change, Resource::CaseDetail);
const SEE_TOKENS: Right = Right::May(Action::View, Resource::UploadToken);
const CHANGE_TOKENS: Right = Right::May(Action::Change, Resource::UploadToken);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/cases", SEE, "What the newest list of each unit comes to.", || get(list::show)),
    Route::post(Kind::BigUpload, "/cases", SEND, "Send a list of cases.", || post(upload::take)),
    Route::get(Kind::Page, "/cases/uploads/{id}", SEND, "One list on its way in.", || get(upload::show)),
    Route::post(Kind::Form, "/cases/uploads/{id}/mapping", SEND, "Say what the columns hold.", || post(mapping::take)),
    Route::post(Kind::Form, "/cases/uploads/{id}/confirm", SEND, "Say that an older or smaller list counts.", || post(compare::confirm)),
    Route::post(Kind::Form, "/cases/uploads/{id}/discard", SEND, "Throw a list away.", || post(upload::discard)),
    Route::get(Kind::Page, "/cases/units/{id}", SEE, "The case data of one unit.", || get(unit::show)),
    Route::get(Kind::Page, "/cases/units/{id}/rows.xlsx", SEE_ROWS, "The rows to correct, as a workbook.", || get(rows::workbook)),
    Route::post(Kind::Form, "/cases/units/{id}/review", REVIEW, "The head has looked at the data.", || post(review::record)),
    Route::post(Kind::Form, "/cases/units/{id}/causes", SAY_CAUSE, "The software delayed cases.", || post(causes::record)),
    Route::post(Kind::Form, "/cases/units/{id}/causes/back", SAY_CAUSE, "Take a cause back.", || post(causes::take_back)),

    Route::get(Kind::Page, "/admin/upload-tokens", SEE_TOKENS, "The tokens for programs that send lists.", || get(tokens::show)),
    Route::post(Kind::Form, "/admin/upload-tokens", CHANGE_TOKENS, "Make such a token.", || post(tokens::make)),
    Route::post(Kind::Form, "/admin/upload-tokens/{id}/revoke", CHANGE_TOKENS, "Take such a token back.", || post(tokens::revoke)),

    Route::post(Kind::ApiUpload, "/api/v1/cases", Right::Token, "Checks a list of cases and keeps what it comes to.", || post(api::take))
        .described(api::described),
];
