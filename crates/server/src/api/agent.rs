//! The API of the agents: enrolment, reports, the directive. The words are those of `khien_protocol`.
//!
//! A request is looked at in the order of what it costs: length, form of the headers, signature, whose key it is, body. Who
//! cannot sign never reaches the database.

use std::net::{IpAddr, Ipv4Addr};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use khien_protocol::limits::MAX_ENROL_BODY_BYTES;
use khien_protocol::{
    Digest, DirectiveBundle, EnrolRequest, EnrolResponse, Refusal, RefusalCode, Report, ReportAnswer, RequestHead,
    Token, Verified, key_of, verify,
};
use khien_store::devices::{self, Device, EnrolRefusal, Enrolled, Enrolment};
use khien_store::tokens::{self, TokenRefusal};
use khien_store::{Actor, CheckIn, CheckInOutcome, CheckInRefusal, StoreError, directives, ids};
use schemars::SchemaGenerator;
use tracing::{info, warn};

use super::directive_mark;
use super::openapi::Described;
use crate::metrics;
use crate::state::AppState;
use crate::visit::Visit;

/// When an agent comes again after the server could not store.
const RETRY_SECONDS: u32 = 30;
/// When an agent comes again after too many requests from its address.
const LIMIT_RETRY_SECONDS: u32 = 60;
const SECONDS_PER_MINUTE: u32 = 60;

/// A refusal on its way out.
#[derive(Debug)]
pub struct Refused(pub(crate) Refusal);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let seconds = self.0.retry_after_seconds;
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = seconds {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// One signed request: what all three handlers begin with.
struct Asked<'a> {
    state: &'a AppState,
    visit: &'a Visit,
    method: &'a Method,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl Asked<'_> {
    fn refused(&self, code: RefusalCode) -> Refused {
        Refusal::new(code, self.visit.now).into()
    }

    /// What the store says when it does not do something.
    fn unavailable(&self, error: &StoreError) -> Refused {
        warn!(error = %error, "the store did not take what an agent sent");
        let detail = match error {
            StoreError::Unavailable { reason, .. } => Some(reason.to_string()),
            _ => None,
        };
        let refusal = Refusal::with_retry(RefusalCode::ServerUnavailable, RETRY_SECONDS, self.visit.now);
        Refused(Refusal { detail, ..refusal })
    }

    /// Checks the signature against the key that the request claims to be signed with.
    fn verified(&self) -> Result<Verified, Refused> {
        let now = self.visit.now;
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let target = self.visit.uri.path_and_query().map_or("/", |target| target.as_str());
        let head = RequestHead::new(self.method.as_str(), target, headers, now)?;
        let key = key_of(&head, now)?;
        Ok(verify(&head, self.body, &key, now)?)
    }

    /// The device whose key signed.
    async fn device(&self, verified: &Verified) -> Result<Device, Refused> {
        let found = devices::find_by_key(&self.state.store, &verified.key.to_string()).await;
        let device = found.map_err(|error| self.unavailable(&error))?;
        let device = device.ok_or_else(|| self.refused(RefusalCode::UnknownDevice))?;
        if device.revoked_at.is_some() { Err(self.refused(RefusalCode::Revoked)) } else { Ok(device) }
    }

    /// The id of the device whose key signed. A key belongs to one device for ever, so what was found once is kept; that
    /// the device is still in use is asked in the transaction that stores the report.
    async fn device_id(&self, verified: &Verified) -> Result<String, Refused> {
        if let Some(known) = self.state.keys.find(&verified.key) {
            return Ok(known);
        }
        let device = self.device(verified).await?;
        self.state.keys.keep(verified.key, &device.id);
        Ok(device.id)
    }

    /// Counts a refusal.
    fn counted<T>(&self, result: Result<T, Refused>) -> Result<T, Refused> {
        if let Err(Refused(refusal)) = &result {
            let code = refusal.code.as_str();
            self.state.metrics.refusals.get_or_create(&metrics::Refused { code }).inc();
            info!(code, detail = refusal.detail.as_deref(), "refused");
        }
        result
    }
}

/// `POST /api/v1/enrol`.
pub(crate) async fn enrol(
    State(state): State<AppState>,
    visit: Visit,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EnrolResponse>, Refused> {
    let asked = Asked { state: &state, visit: &visit, method: &method, headers: &headers, body: &body };
    let enrolled = enrolled(&asked).await;
    asked.counted(enrolled).map(Json)
}

async fn enrolled(asked: &Asked<'_>) -> Result<EnrolResponse, Refused> {
    let (state, now) = (asked.state, asked.visit.now);
    let address = asked.visit.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if state.enrolments.check_key(&address).is_err() {
        return Err(Refusal::with_retry(RefusalCode::TooManyRequests, LIMIT_RETRY_SECONDS, now).into());
    }
    if asked.body.len() > MAX_ENROL_BODY_BYTES {
        return Err(asked.refused(RefusalCode::BodyTooLarge));
    }
    let verified = asked.verified()?;
    let request = EnrolRequest::from_body(asked.body, &verified, now)?;
    let token: Token = request.token.parse().map_err(|_| asked.refused(RefusalCode::TokenMalformed))?;
    let token_hash = hex(&token.secret_hash());
    let enrolment = Enrolment {
        id: ids::fresh(now).map_err(|error| asked.unavailable(&error))?,
        token_hash: token_hash.clone(),
        public_key: verified.key.to_string(),
        counter: verified.counter,
        hostname: request.hostname,
        os: request.machine.os_name.or_else(|| request.machine.os_family.map(|family| family.to_string())),
        agent_version: request.agent_version,
        notice_version: request.notice.version,
        notice_accepted_at: request.notice.accepted_at,
        notice_accepted_by: request.notice.accepted_by,
    };
    let outcome = kept(asked, &enrolment).await.map_err(|error| asked.unavailable(&error))?;
    let (device, unit) = match outcome {
        Ok(enrolled) => {
            state.metrics.enrolments.inc();
            info!(device = %enrolled.device, "enrolled");
            (enrolled.device, enrolled.token.unit)
        }
        Err(EnrolRefusal::KeyKnown) => known_again(asked, &verified, &token_hash).await?,
        Err(EnrolRefusal::UnitEnded) => return Err(asked.refused(RefusalCode::TokenRevoked)),
        Err(EnrolRefusal::Token(refusal)) => return Err(asked.refused(code_of(refusal))),
    };
    let unit_name = unit_name(asked, &unit).await.map_err(|error| asked.unavailable(&error))?;
    Ok(EnrolResponse {
        device_id: device,
        unit_name,
        server_time: now,
        report_every_seconds: state.settings.report_every_minutes * SECONDS_PER_MINUTE,
        directive: directive_mark::current(state).await.map_err(|error| asked.unavailable(&error))?,
        counter: verified.counter,
    })
}

const fn code_of(refusal: TokenRefusal) -> RefusalCode {
    match refusal {
        TokenRefusal::Unknown => RefusalCode::TokenUnknown,
        TokenRefusal::Expired => RefusalCode::TokenExpired,
        TokenRefusal::Revoked => RefusalCode::TokenRevoked,
        TokenRefusal::UsedUp => RefusalCode::TokenUsedUp,
    }
}

/// Enrols in one change, which a refusal takes back.
async fn kept(asked: &Asked<'_>, enrolment: &Enrolment) -> Result<Result<Enrolled, EnrolRefusal>, StoreError> {
    let mut change = asked.state.store.begin(Actor::Device(enrolment.id.clone()), asked.visit.now).await?;
    match devices::enrol(&mut change, enrolment).await? {
        Ok(enrolled) => {
            change.commit().await?;
            Ok(Ok(enrolled))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// A device that sends the same enrolment again, because the answer to the first one was lost, is told the same again.
async fn known_again(asked: &Asked<'_>, verified: &Verified, token_hash: &str) -> Result<(String, String), Refused> {
    let device = asked.device(verified).await?;
    let token = match &device.token {
        Some(token) => tokens::find(&asked.state.store, token).await.map_err(|error| asked.unavailable(&error))?,
        None => None,
    };
    match token {
        Some(token) if token.secret_hash == token_hash => {
            Refusal::unless_higher(verified.counter, device.counter, asked.visit.now)?;
            Ok((device.id, token.unit))
        }
        _ => Err(asked.refused(RefusalCode::AlreadyEnrolled)),
    }
}

async fn unit_name(asked: &Asked<'_>, unit: &str) -> Result<String, StoreError> {
    let context = asked.state.store.judge_context().await?;
    let (tree, today) = (context.organisation().tree(), khien_model::day_of(asked.visit.now));
    let name = tree.find(unit).and_then(|unit| tree.name(unit, today));
    Ok(name.map(|name| name.name.clone()).unwrap_or_default())
}

/// `POST /api/v1/reports`.
pub(crate) async fn report(
    State(state): State<AppState>,
    visit: Visit,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ReportAnswer>, Refused> {
    let asked = Asked { state: &state, visit: &visit, method: &method, headers: &headers, body: &body };
    let reported = reported(&asked).await;
    asked.counted(reported).map(Json)
}

async fn reported(asked: &Asked<'_>) -> Result<ReportAnswer, Refused> {
    let (state, now) = (asked.state, asked.visit.now);
    let verified = asked.verified()?;
    let device = asked.device_id(&verified).await?;
    let report = Report::from_body(asked.body, now)?;
    let check_in = CheckIn { device, counter: verified.counter, report, received_at: now };
    let outcome = state.store.check_in(check_in).await.map_err(|error| asked.unavailable(&error))?;
    let need = match outcome {
        CheckInOutcome::Accepted { need, unknown_areas } => {
            if !unknown_areas.is_empty() {
                info!(areas = unknown_areas.join(", "), "areas that this version does not know");
            }
            need
        }
        CheckInOutcome::Refused(refusal) => return Err(not_stored(asked, &verified, refusal)),
    };
    state.metrics.check_ins.inc();
    Ok(ReportAnswer {
        counter: verified.counter,
        need,
        report_after_seconds: state.settings.report_every_minutes * SECONDS_PER_MINUTE,
        // The report is stored: that the directive cannot be looked up now is no reason to send it again.
        directive: directive_mark::current(state).await.unwrap_or_default(),
        server_time: now,
    })
}

fn not_stored(asked: &Asked<'_>, verified: &Verified, refusal: CheckInRefusal) -> Refused {
    match refusal {
        CheckInRefusal::UnknownDevice => {
            asked.state.keys.forget(&verified.key);
            asked.refused(RefusalCode::UnknownDevice)
        }
        CheckInRefusal::Revoked => asked.refused(RefusalCode::Revoked),
        CheckInRefusal::OldCounter { highest } => {
            let why = Refusal::unless_higher(verified.counter, highest, asked.visit.now);
            why.err().map_or_else(|| asked.refused(RefusalCode::OldCounter), Refused)
        }
        CheckInRefusal::Malformed { path, problem } => {
            Refusal::with_detail(RefusalCode::Malformed, format!("{path}: {problem}"), asked.visit.now).into()
        }
    }
}

/// `GET /api/v1/directive`.
pub(crate) async fn directive(
    State(state): State<AppState>,
    visit: Visit,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DirectiveBundle>, Refused> {
    let asked = Asked { state: &state, visit: &visit, method: &method, headers: &headers, body: &body };
    let bundle = bundle(&asked).await;
    asked.counted(bundle).map(Json)
}

async fn bundle(asked: &Asked<'_>) -> Result<DirectiveBundle, Refused> {
    let verified = asked.verified()?;
    let device = asked.device(&verified).await?;
    let counted = counted_once(asked, &device.id, verified.counter).await;
    let counted = counted.map_err(|error| asked.unavailable(&error))?;
    counted.map_err(|refusal| not_stored(asked, &verified, refusal))?;
    let store = &asked.state.store;
    let active = directives::active(store).await.map_err(|error| asked.unavailable(&error))?;
    let active = active.ok_or_else(|| asked.refused(RefusalCode::NotFound))?;
    let files = directives::files(store, &active.digest).await.map_err(|error| asked.unavailable(&error))?;
    let files = files.ok_or_else(|| asked.refused(RefusalCode::NotFound))?;
    Ok(DirectiveBundle::new(active.id, active.main, files))
}

/// Takes the counter, so that whoever caught the request on its way learns nothing by sending it again.
async fn counted_once(asked: &Asked<'_>, device: &str, counter: u64) -> Result<Result<(), CheckInRefusal>, StoreError> {
    let mut change = asked.state.store.begin(Actor::Device(device.to_owned()), asked.visit.now).await?;
    let counted = devices::count(&mut change, device, counter).await?;
    if counted.is_ok() {
        change.commit().await?;
    }
    Ok(counted)
}

/// A digest as the store keeps it.
pub fn hex(digest: &Digest) -> String {
    digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn described_enrol(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<EnrolResponse>(schemas).taking::<EnrolRequest>(schemas).refusing::<Refusal>(schemas)
}

pub(crate) fn described_report(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<ReportAnswer>(schemas).taking::<Report>(schemas).refusing::<Refusal>(schemas)
}

pub(crate) fn described_directive(schemas: &mut SchemaGenerator) -> Described {
    Described::of::<DirectiveBundle>(schemas).refusing::<Refusal>(schemas)
}
