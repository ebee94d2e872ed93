//! Accounts of the ministry's systems: the sources they are known from, whose each is, what owners state, reminders before a
//! password is due, and a page on which a password is tried without leaving the browser.

pub(crate) mod job;
pub(crate) mod own;
pub(crate) mod pages;
mod password;
mod reached;
mod reading;
pub(crate) mod reminders;

use axum::routing::{get, post};

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};
use pages::{account, accounts, edit, list, one, run};

const SEE: Right = Right::May(Action::View, Resource::Connector);
const CHANGE: Right = Right::May(Action::Change, Resource::Connector);
const OWN: Right = Right::May(Action::View, Resource::WorkList);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/admin/connectors", SEE, "The sources of accounts.", || get(list::show)),
    Route::get(Kind::Page, "/admin/connectors/new", CHANGE, "The form for a source of accounts.", || get(edit::new)),
    Route::post(Kind::Form, "/admin/connectors", CHANGE, "Make a source of accounts.", || post(edit::make)),
    Route::get(Kind::Page, "/admin/connectors/{id}", SEE, "One source and its readings.", || get(one::show)),
    Route::get(Kind::Page, "/admin/connectors/{id}/edit", CHANGE, "Change a source: the form.", || get(edit::show)),
    Route::post(Kind::Form, "/admin/connectors/{id}/edit", CHANGE, "Change a source.", || post(edit::save)),
    Route::post(Kind::Form, "/admin/connectors/{id}/test", CHANGE, "Try whether a directory lets us in.", || post(one::test)),
    Route::post(Kind::Form, "/admin/connectors/{id}/read", CHANGE, "Ask for a reading.", || post(one::read)),
    Route::get(Kind::Page, "/admin/connectors/{id}/runs/{run}", SEE, "What a reading came to.", || get(run::show)),
    Route::get(Kind::Page, "/admin/connectors/{id}/accounts", SEE, "The accounts of a source.", || get(accounts::show)),
    Route::get(Kind::Page, "/admin/accounts/{id}", SEE, "One account: whose it is.", || get(account::show)),
    Route::post(Kind::Form, "/admin/accounts/{id}/owner", CHANGE, "Say whose an account is.", || post(account::join)),
    Route::post(Kind::Form, "/admin/accounts/{id}/shared", CHANGE, "Say whether several use it.", || post(account::share)),
    Route::post(Kind::Form, "/admin/accounts/{id}/close", CHANGE, "Note that it is closed.", || post(account::close)),

    Route::post(Kind::Form, "/my/attestations", OWN, "State when a password was changed.", || post(own::attest)),
    Route::get(Kind::Page, "/password", OWN, "Try a password in the browser.", || get(password::show)),
];
