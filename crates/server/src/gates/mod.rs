//! Systems that files are uploaded to and the gates before them (clause 4.7): gates report here, applications ask here, and
//! whoever looks after the systems sees what came of it.

mod gate;
pub(crate) mod job;
mod list;
mod report;
mod said;
mod scan;
mod system;

use axum::http::HeaderMap;
use axum::routing::{get, post};
use khien_model::TreeOnDay;
use khien_store::gates::{self, Gate};
use khien_store::subjects::SubjectRecord;
use khien_store::{assignments, subjects, systems};

use crate::admin::desk::Desk;
use crate::page::in_address;
use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};
use crate::secrets;
use crate::state::AppState;
use crate::trouble::Trouble;

const SEE: Right = Right::May(Action::View, Resource::Gate);
const KEEP: Right = Right::May(Action::Change, Resource::Gate);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::post(Kind::ApiUpload, khien_protocol::GATE_EVENTS_PATH, Right::Token, "A gate says what became of files, and that it is there.", || post(report::take))
        .described(report::described),
    Route::post(Kind::ApiUpload, "/api/v1/scan", Right::Token, "An application has files looked into before it takes them.", || post(scan::take))
        .described(scan::described),
    Route::get(Kind::ApiUpload, "/api/v1/scan", Right::Token, "What a gate that applications ask goes by; asking shows that it is there.", || get(scan::terms))
        .described(scan::terms_described),
    Route::get(Kind::Page, "/admin/gates", SEE, "Systems and the gates before them.", || get(list::show)),
    Route::post(Kind::Form, "/admin/gates", KEEP, "Enter a system.", || post(system::make)),
    Route::get(Kind::Page, "/admin/gates/{id}", SEE, "One gate and its log.", || get(gate::show)),
    Route::post(Kind::Form, "/admin/gates/{id}/end", KEEP, "Take a gate out of use.", || post(gate::end)),
    Route::get(Kind::Page, "/admin/systems/{id}", SEE, "One system.", || get(system::show)),
    Route::post(Kind::Form, "/admin/systems/{id}", KEEP, "Rename or move a system.", || post(system::save)),
    Route::post(Kind::Form, "/admin/systems/{id}/gates", KEEP, "Put a gate before a system.", || post(system::add_gate)),
    Route::post(Kind::Form, "/admin/systems/{id}/retire", KEEP, "Take a system out of use.", || post(system::retire)),
];

/// The gate whose token a request carries.
async fn gate_of(state: &AppState, headers: &HeaderMap) -> Result<Gate, Trouble> {
    let given = secrets::bearer(headers).ok_or(Trouble::TokenMissing)?;
    gates::by_token(&state.store, &secrets::kept(given)).await?.ok_or(Trouble::TokenWrong)
}

fn gate_address(id: &str) -> String {
    format!("/admin/gates/{}", in_address(id))
}

fn system_address(id: &str) -> String {
    format!("/admin/systems/{}", in_address(id))
}

/// A system and the unit that runs it today.
struct Found {
    record: SubjectRecord,
    unit: Option<String>,
}

/// The system with the id `id`, if the visitor may do this with it.
async fn found(desk: &Desk<'_>, id: &str, action: Action, on: &TreeOnDay<'_>) -> Result<Found, Trouble> {
    let store = &desk.state.store;
    let subject = systems::subject(id);
    let record = subjects::find(store, &subject).await?.ok_or(Trouble::NotFound)?;
    let dated = assignments::of(store, &subject).await?;
    // Of one that is out of use the last unit counts.
    let unit = match dated.iter().find(|it| it.validity().contains(desk.today)) {
        Some(it) => Some(it.unit.clone()),
        None => dated.last().map(|it| it.unit.clone()),
    };
    desk.check(action, Resource::Gate, unit.as_deref(), on)?;
    Ok(Found { record, unit })
}
