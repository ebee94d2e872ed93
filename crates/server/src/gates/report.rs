//! `POST /api/v1/gates/events`: a gate says what became of files, and that it is there.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use khien_protocol::{GateReport, GateReportTaken, MAX_GATE_BODY_BYTES};
use khien_store::{Actor, StoreError, gates};
use schemars::SchemaGenerator;

use super::gate_of;
use crate::api::openapi::Described;
use crate::metrics::OfVerdict;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Takes a report: the token first, then the body.
pub(super) async fn take(
    State(state): State<AppState>,
    visit: Visit,
    request: Request,
) -> Result<Json<GateReportTaken>, Trouble> {
    let gate = gate_of(&state, request.headers()).await?;
    let too_large = Trouble::TooLarge { limit_bytes: MAX_GATE_BODY_BYTES };
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|told| told > MAX_GATE_BODY_BYTES) {
        return Err(too_large);
    }
    let body = to_bytes(request.into_body(), MAX_GATE_BODY_BYTES).await.map_err(|_| too_large)?;
    let wrong = |detail: String| Trouble::BadRequest { detail };
    let report: GateReport = serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))?;
    // Gates of before did not say how they are asked.
    if report.protocol.is_some_and(|protocol| protocol.as_str() != gate.protocol.as_str()) {
        return Err(Trouble::TokenOfOther);
    }
    let verdicts: Vec<OfVerdict> = report.entries.iter().filter_map(OfVerdict::of).collect();
    let mut change = state.store.begin(Actor::System, visit.now).await?;
    let taken = match gates::take(&mut change, &gate.id, &gate.system, report).await {
        // It was taken out of use just now.
        Err(StoreError::NotFound) => return Err(Trouble::TokenWrong),
        Err(StoreError::Invalid { what }) => return Err(wrong(what)),
        Err(StoreError::TooMany { limit }) => return Err(wrong(format!("entries: more than {limit}"))),
        taken => taken?,
    };
    change.commit().await?;
    for verdict in verdicts {
        state.metrics.gate_files.get_or_create(&verdict).inc();
    }
    Ok(Json(GateReportTaken { taken }))
}

pub(super) fn described(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<GateReportTaken>(schemas).taking::<GateReport>(schemas)
}
