//! Knowing the duties: everybody reads the directive clause by clause, acknowledges and answers a quiz; heads see who is
//! missing; the office begins campaigns.

mod campaign;
mod campaigns;
pub(crate) mod job;
mod leaves;
mod quiz;
mod reading;
mod sheets;

pub(crate) use self::campaign::Names;

use axum::routing::{get, post};
use khien_directive::Directive;
use khien_store::campaigns::Campaign;
use khien_store::directives;

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};
use crate::state::AppState;
use crate::trouble::Trouble;

const OWN: Right = Right::May(Action::View, Resource::WorkList);
const READ: Right = Right::May(Action::Sign, Resource::Duties);
const SEE: Right = Right::May(Action::View, Resource::Campaign);
const BEGIN: Right = Right::May(Action::Change, Resource::Campaign);
const RECORD: Right = Right::May(Action::Change, Resource::Duties);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/my/duties", OWN, "One's own duties to read.", || get(reading::show)),
    Route::get(Kind::Page, "/my/duties/clauses/{clause}", OWN, "One clause to read.", || get(reading::clause)),
    Route::post(Kind::Form, "/my/duties/clauses/{clause}", READ, "A clause is read.", || post(reading::read)),
    Route::post(Kind::Form, "/my/duties/acknowledge", READ, "All is read and understood.", || post(reading::acknowledge)),
    Route::get(Kind::Page, "/my/duties/quiz", OWN, "The quiz about the duties.", || get(quiz::show)),
    Route::post(Kind::Form, "/my/duties/quiz", READ, "Hand a quiz in.", || post(quiz::answer)),
    Route::get(Kind::Page, "/my/duties/quiz/{number}", OWN, "What was right and why.", || get(quiz::result)),

    Route::get(Kind::Page, "/duties", SEE, "The campaigns.", || get(campaigns::show)),
    Route::post(Kind::Form, "/duties", BEGIN, "Begin a campaign.", || post(campaigns::begin)),
    Route::get(Kind::Page, "/duties/{id}", SEE, "One campaign: who is missing.", || get(campaign::show)),
    Route::post(Kind::Form, "/duties/{id}/close", BEGIN, "Close a campaign.", || post(campaigns::close)),
    Route::get(Kind::Page, "/duties/{id}/sheet", SEE, "A sheet to print and sign.", || get(sheets::print)),
    Route::post(Kind::Form, "/duties/{id}/sheets", RECORD, "Record a signed sheet.", || post(sheets::record)),
    Route::post(Kind::Form, "/duties/{id}/leaves", RECORD, "Record that somebody is on leave.", || post(leaves::record)),
    Route::post(Kind::Form, "/duties/{id}/leaves/{leave}/end", RECORD, "Somebody is back.", || post(leaves::end)),
];

/// The version of the directive that a campaign brings.
async fn directive_of(state: &AppState, campaign: &Campaign) -> Result<Directive, Trouble> {
    let lost = |detail: &str| Trouble::Internal { detail: format!("campaign {}: {detail}", campaign.id) };
    let version = directives::find(&state.store, &campaign.directive).await?.ok_or_else(|| lost("no version"))?;
    let files = directives::files(&state.store, &campaign.directive).await?.ok_or_else(|| lost("no files"))?;
    let source = |name: &str| {
        files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "it is not among the files".to_owned())
    };
    let loaded = khien_directive::load(&version.main, &source);
    loaded.map(|loaded| loaded.directive).map_err(|_| lost("its directive cannot be read"))
}
