//! `POST /api/v1/cases`: a program sends a list with a token, waits, and is told what it comes to.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use jiff::Timestamp;
use khien_model::day_of;
use khien_store::cases::{self, Figures, Upload, UploadSource, UploadState};
use khien_store::upload_tokens::{self, UploadToken};
use khien_store::{Actor, ids, units};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::check::{self, Taking, WhyNot};
use super::compare::{Compared, WhenInDoubt};
use super::mapping::Beginning;
use super::upload::kept_name;
use crate::api::openapi::Described;
use crate::forms;
use crate::limits::MAX_LIST_BYTES;
use crate::secrets;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What `older` says when an older list is to be kept all the same.
const OLDER_TAKEN: &str = "take";

/// What is said about a list that is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    unit: Option<String>,
    exported_at: Option<String>,
    name: Option<String>,
    older: Option<String>,
}

/// What the cases of a unit come to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UnitCases {
    /// Cases.
    cases: u32,
    /// Of these, not closed.
    open: u32,
    /// Cases that kept every time limit.
    timely: u32,
    /// Cases that missed a time limit.
    late: u32,
    /// Cases of which a day is missing, so that nobody can tell.
    undated: u32,
    /// Cases to which a time limit applies that no source gives.
    unsourced: u32,
    /// Open cases left untouched for too long.
    stale: u32,
    /// Cases that lack a required field.
    incomplete: u32,
    /// Cases that contradict themselves.
    inconsistent: u32,
    /// The share in time among those of which that is known, in tenths of a percent.
    on_time_per_mille: Option<u32>,
    /// The middle of the days from an event to its entry, where the list says when cases were entered.
    median_entry_lag_days: Option<i64>,
    /// The same at most, from the last event to the last change.
    median_entry_lag_days_at_most: Option<i64>,
}

impl From<Figures> for UnitCases {
    fn from(figures: Figures) -> Self {
        let all = figures.all;
        Self {
            cases: all.cases,
            open: all.open,
            timely: all.timely,
            late: all.late,
            undated: all.undated,
            unsourced: all.unsourced,
            stale: all.stale,
            incomplete: all.incomplete,
            inconsistent: all.inconsistent,
            on_time_per_mille: all.share_on_time(),
            median_entry_lag_days: all.median_lag_days(),
            median_entry_lag_days_at_most: all.median_lag_days_at_most(),
        }
    }
}

/// Rows that count for nobody.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CasesNotTaken {
    /// The first of them; 0 when it is not known.
    row: u32,
    /// How many.
    cases: u32,
    /// unknown_unit or out_of_reach.
    why: &'static str,
}

/// A unit that had a list before.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ListBefore {
    /// Its cases in the list that was held.
    cases: u32,
    /// When that was exported.
    exported_at: Timestamp,
    /// Whether at least a tenth of the cases is gone since.
    noticeably_fewer: bool,
    /// Whether the list that was sent is older: then it is kept among the earlier ones and changes no figure.
    sent_is_older: bool,
}

impl From<&Compared> for ListBefore {
    fn from(compared: &Compared) -> Self {
        Self {
            cases: compared.cases_before,
            exported_at: compared.exported_before,
            noticeably_fewer: compared.is_noticeably_smaller(),
            sent_is_older: compared.is_older(),
        }
    }
}

/// What a list comes to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CaseListResult {
    /// The id of the list.
    upload: String,
    /// Cases in it.
    cases: u32,
    /// The id of a unit → what its cases come to.
    units: BTreeMap<String, UnitCases>,
    /// The id of a unit → the list that it had before.
    before: BTreeMap<String, ListBefore>,
    /// Rows that count for nobody.
    not_taken: Vec<CasesNotTaken>,
}

/// The token of a request, if it is good.
async fn token_of(state: &AppState, headers: &HeaderMap, now: Timestamp) -> Result<UploadToken, Trouble> {
    let given = secrets::bearer(headers).ok_or(Trouble::TokenMissing)?;
    upload_tokens::good(&state.store, &secrets::kept(given), now).await?.ok_or(Trouble::TokenWrong)
}

/// The units whose lists may be sent by a token: its own and everything below it today.
async fn taking(state: &AppState, token: &UploadToken, now: Timestamp) -> Result<Taking, Trouble> {
    let tree = units::tree(&state.store).await?;
    let on = tree.on(day_of(now));
    let top = tree.find(&token.unit).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotAllowed)?;
    Ok(Taking::Units(on.subtree(top).iter().map(|unit| tree.unit(*unit).id.clone()).collect()))
}

/// Takes a list: the token first, then the body, then the check.
pub(super) async fn take(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Json<CaseListResult>, Trouble> {
    let token = token_of(&state, request.headers(), visit.now).await?;
    let taking = taking(&state, &token, visit.now).await?;
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|told| told > MAX_LIST_BYTES) {
        return Err(Trouble::TooLarge { limit_bytes: MAX_LIST_BYTES });
    }
    if let (Some(unit), Taking::Units(units)) = (&asked.unit, &taking)
        && !units.contains(unit)
    {
        return Err(Trouble::NotAllowed);
    }
    let exported_at = match &asked.exported_at {
        None => visit.now,
        Some(text) => {
            let moment = text.parse::<Timestamp>().ok().filter(|moment| *moment <= visit.now);
            moment.ok_or_else(|| Trouble::BadRequest {
                detail: "exported_at: a moment that has passed (RFC 3339)".into(),
            })?
        }
    };
    let in_doubt = match asked.older.as_deref() {
        None => WhenInDoubt::RefuseOlder,
        Some(OLDER_TAKEN) => WhenInDoubt::Take,
        Some(_) => return Err(Trouble::BadRequest { detail: format!("older: {OLDER_TAKEN}") }),
    };
    let spooled = forms::spooled(request.into_body(), &state.settings.data).await?;
    let refused = |problem: &khien_cases::CheckProblem| {
        let (what, todo) = check::said(problem, state.texts(visit.language));
        Trouble::BadRequest { detail: format!("{what} {todo}") }
    };
    let beginning = Beginning::read(spooled.path().to_owned()).await?.map_err(|problem| refused(&problem))?;
    let profile = cases::profile(&state.store, asked.unit.as_deref(), &beginning.titles.cells).await?;
    let mapping = profile.filter(|profile| beginning.columns(profile).is_ok()).unwrap_or_default();
    beginning.columns(&mapping).map_err(|problem| refused(&problem))?;
    let upload = Upload {
        id: ids::fresh(visit.now)?,
        source: UploadSource::Api,
        file_name: kept_name(asked.name.as_deref().unwrap_or("API")),
        unit: asked.unit,
        exported_at,
        mapping,
        state: UploadState::Checking,
        rows_read: 0,
        changed_at: visit.now,
        outcome: None,
        server: state.server.to_string(),
        created_by: Some(token.created_by.clone()),
        created_at: visit.now,
    };
    let actor = Actor::Person(token.created_by.clone());
    let mut change = state.store.begin(actor.clone(), visit.now).await?;
    cases::insert(&mut change, &upload).await?;
    upload_tokens::used(&mut change, &token.id).await?;
    change.commit().await?;
    let id = upload.id.clone();
    let outcome = check::carry_out(&state, upload, spooled.path().to_owned(), &taking, in_doubt, actor).await?;
    if let Some((what, todo)) = outcome.problem_in(visit.language) {
        return Err(Trouble::BadRequest { detail: format!("{what} {todo}") });
    }
    let results = cases::of_upload(&state.store, &id).await?;
    let not_taken = outcome.not_taken.iter().map(|part| CasesNotTaken {
        row: part.row,
        cases: part.cases,
        why: match part.why {
            WhyNot::UnknownUnit => "unknown_unit",
            WhyNot::OutOfReach => "out_of_reach",
        },
    });
    Ok(Json(CaseListResult {
        upload: id,
        cases: outcome.cases,
        before: outcome.compared.iter().map(|it| (it.unit.clone(), it.into())).collect(),
        not_taken: not_taken.collect(),
        units: results.into_iter().map(|result| (result.unit, result.figures.into())).collect(),
    }))
}

pub(super) fn described(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<CaseListResult>(schemas)
        .taking_a_file()
        .asking("unit", "The id of the unit whose cases are those of the rows that name no other unit.")
        .asking("exported_at", "When the list was exported (RFC 3339); without it, now.")
        .asking("name", "What the file is called.")
        .asking("older", "take: a list that is older than the one that is held is kept among the earlier ones; without it, it is refused.")
}
