//! What programs ask for: agents, and whoever builds upon the findings.

pub mod agent;
pub(crate) mod directive_mark;
pub mod openapi;
pub mod read;

use axum::routing::{get, post};

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

/// The routes of this module.
pub(crate) const ROUTES: &[Route] = &[
    Route::post(
        Kind::Agent,
        khien_protocol::ENROL_PATH,
        Right::Device,
        "Enrols a device by a one-time token; signed with the key that the device has just made.",
        || post(agent::enrol),
    )
    .described(agent::described_enrol),
    Route::post(
        Kind::Agent,
        khien_protocol::REPORTS_PATH,
        Right::Device,
        "Takes a report; it is on the disk and judged when the answer comes.",
        || post(agent::report),
    )
    .described(agent::described_report),
    Route::get(
        Kind::Agent,
        khien_protocol::DIRECTIVE_PATH,
        Right::Device,
        "The directive in force, so that the device can judge while it is offline.",
        || get(agent::directive),
    )
    .described(agent::described_directive),
    Route::get(
        Kind::Api,
        "/api/v1/overview",
        Right::May(Action::View, Resource::Overview),
        "How many findings are in which state, by unit and clause.",
        || get(read::overview),
    )
    .described(read::described_overview),
    Route::get(
        Kind::Api,
        "/api/v1/units",
        Right::May(Action::View, Resource::Overview),
        "The units of today that may be seen.",
        || get(read::units),
    )
    .described(read::described_units),
    Route::get(
        Kind::Api,
        "/api/v1/findings",
        Right::May(Action::View, Resource::Unit),
        "The findings of one unit, worst first.",
        || get(read::findings),
    )
    .described(read::described_findings),
    Route::get(Kind::Api, "/api/openapi.json", Right::Anyone, "This description.", || get(openapi::show))
        .described(openapi::described),
];
