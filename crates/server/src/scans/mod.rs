//! Looking into files that people are about to upload somewhere (clause 4.7): what is in them and what to do, a receipt that is
//! signed and can be printed, and a list of what one says one has uploaded.
//!
//! ```text
//! form ─▶ service ─▶ told (in words) ─▶ store ─▶ one (the result) ─▶ receipts (to print, to verify)
//!                                                 └▶ own (what I have uploaded) ─▶ facts
//! ```
//!
//! A file is kept nowhere: it is gone when it was looked into, or when whoever sent it is.

pub(crate) mod job;
mod list;
mod one;
mod own;
mod receipts;
pub mod service;
mod take;
mod told;

use axum::routing::{get, post};

use crate::page::in_address;
use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

const SEE: Right = Right::May(Action::View, Resource::Scan);
const SCAN: Right = Right::May(Action::Change, Resource::Scan);
const SEE_OWN: Right = Right::May(Action::View, Resource::OwnUpload);
const SAY_OWN: Right = Right::May(Action::Sign, Resource::OwnUpload);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/scan", SEE, "Have files looked into before an upload, and what one had looked into.", || get(list::show)),
    Route::post(Kind::Files, "/scan", SCAN, "Have files looked into.", || post(take::take)),
    Route::get(Kind::Page, "/scan/uploads", SEE_OWN, "What one says one has uploaded to systems.", || get(own::show)),
    Route::post(Kind::Form, "/scan/uploads", SAY_OWN, "Say that one has uploaded a file.", || post(own::record)),
    Route::post(Kind::Form, "/scan/uploads/whole", SAY_OWN, "Say that the list of one's uploads is whole.", || post(own::whole)),
    Route::post(Kind::Form, "/scan/uploads/{id}/withdraw", SAY_OWN, "Take an upload back that was said by mistake.", || post(own::withdraw)),
    Route::get(Kind::Page, "/scan/{id}", SEE, "What came of looking into files.", || get(one::show)),
    Route::get(Kind::Page, "/scan/{id}/receipt", SEE, "The receipt, to be printed.", || get(receipts::show)),
    Route::get(Kind::Page, "/scan/{id}/receipt.json", SEE, "The signed receipt, to be verified.", || get(receipts::download)),
];

/// The address of a scan.
fn address(id: &str) -> String {
    format!("/scan/{}", in_address(id))
}

/// The class of a verdict: how it is coloured, beside its word.
fn class_of(verdict: &str) -> &'static str {
    match verdict {
        "clean" => "pass",
        "blocked" => "fail",
        _ => "unknown",
    }
}
