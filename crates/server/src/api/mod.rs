//! What programs ask for: agents, and whoever builds upon the findings.

pub mod agent;
pub(crate) mod directive_mark;
pub mod openapi;

use axum::routing::{get, post};

use crate::rights::Right;
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
    Route::get(Kind::Api, "/api/openapi.json", Right::Anyone, "This description.", || get(openapi::show))
        .described(openapi::described),
];
