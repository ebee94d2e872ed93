//! Whether the server can do its work, for whoever watches over it: `/healthz` and `/metrics`.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use khien_store::{Actor, StoreError};
use serde::Serialize;
use tokio::time::timeout;

use crate::rights::Right;
use crate::routes::{Kind, Route};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Below this much room on the disk of the data folder the server calls itself unwell, while it still works.
pub const MIN_FREE_BYTES: u64 = 256 * 1024 * 1024;
/// How long the database may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How long an answer is good: anybody may ask, and asking costs the database something.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// The form of `/metrics`.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The routes of this module.
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Machine, "/healthz", Right::Anyone, "Whether the server can do its work.", || get(show)),
    Route::get(Kind::Machine, "/metrics", Right::Operator, "What the server has counted, for Prometheus.", || {
        get(metrics)
    }),
];

/// One thing that must be well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `database`, `writing`, `disk`.
    name: &'static str,
    /// Whether it is.
    ok: bool,
    /// Why not: a stable code and a sentence. Never a path, a password or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// `ok` or `unwell`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
    /// What was looked at.
    checks: Vec<Check>,
}

/// The last answer, and when it was given.
#[derive(Debug, Default)]
pub(crate) struct LastHealth(Mutex<Option<(Instant, Health)>>);

impl Check {
    const fn good(name: &'static str) -> Self {
        Self { name, ok: true, code: None, message: None }
    }

    const fn bad(name: &'static str, code: &'static str, message: String) -> Self {
        Self { name, ok: false, code: Some(code), message: Some(message) }
    }

    fn of(name: &'static str, answer: Option<Result<(), StoreError>>) -> Self {
        match answer {
            Some(Ok(())) => Self::good(name),
            Some(Err(StoreError::Unavailable { reason, .. })) => {
                let code = StoreError::Unavailable { reason, detail: String::new() }.code();
                Self::bad(name, code, format!("{reason}; {}", reason.hint()))
            }
            Some(Err(error)) => Self::bad(name, error.code(), "the log of the server says more".to_owned()),
            None => Self::bad(name, "slow", format!("no answer within {} seconds", ANSWER_TIME.as_secs())),
        }
    }
}

/// `GET /healthz`.
async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let last = state.health.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let health = match last {
        Some((at, health)) if at.elapsed() < GOOD_FOR => health,
        _ => {
            let health = looked(&state, &visit).await;
            *state.health.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), health.clone()));
            health
        }
    };
    let all_well = health.checks.iter().all(|check| check.ok);
    let status = if all_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}

async fn looked(state: &AppState, visit: &Visit) -> Health {
    let reading = timeout(ANSWER_TIME, state.store.ping()).await.ok();
    // A transaction that is begun to write and then dropped: what a full disk or lost rights stand in the way of.
    let writing = async { state.store.begin(Actor::System, visit.now).await.map(drop) };
    let writing = timeout(ANSWER_TIME, writing).await.ok();
    let mut checks = vec![Check::of("database", reading), Check::of("writing", writing)];
    if let Some(free) = free_bytes(&state.settings.data) {
        checks.push(if free >= MIN_FREE_BYTES {
            Check::good("disk")
        } else {
            let mebibytes = free / (1024 * 1024);
            Check::bad("disk", "disk-low", format!("{mebibytes} MiB are left on the disk of the data folder"))
        });
    }
    for check in checks.iter().filter(|check| !check.ok) {
        tracing::warn!(check = check.name, code = check.code, message = check.message.as_deref(), "unwell");
    }
    let status = if checks.iter().all(|check| check.ok) { "ok" } else { "unwell" };
    Health { status, version: env!("CARGO_PKG_VERSION"), checks }
}

/// How much room there is for this user on the disk that holds `folder`.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// `GET /metrics`.
async fn metrics(State(state): State<AppState>) -> Result<Response, Trouble> {
    let text = state.metrics.text().map_err(|error| Trouble::Internal { detail: error.to_string() })?;
    Ok(([(CONTENT_TYPE, METRICS_TYPE)], text).into_response())
}
