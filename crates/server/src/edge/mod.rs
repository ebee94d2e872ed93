//! What every request goes through, whatever it asks for.

pub(crate) mod gate;
pub(crate) mod headers;

use std::any::Any;
use std::time::Instant;

use askama::Template;
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use khien_protocol::{Refusal, RefusalCode};
use tracing::{Instrument as _, debug, error, info, info_span, warn};

use crate::api::agent::Refused;
use crate::limits::{LANGUAGE_COOKIE_TIME, VISITOR_COOKIE_TIME};
use crate::page::{Frame, Onward, Page, in_address};
use crate::routes::Kind;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::{Visit, asked_language};
use crate::{cookies, sign_in};

/// The header that carries the name of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The prefix of everything that programs ask for.
const API_PREFIX: &str = "/api/";

/// What the gate found out about a request: the edge presents the answer by it.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) visit: Visit,
    pub(crate) kind: Kind,
}

/// Names the request, lets it be answered, presents trouble, writes the log.
pub(crate) async fn edge(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let visit = match Visit::begun(&state, &request) {
        Ok(visit) => visit,
        Err(trouble) => return trouble.into_response(),
    };
    let (method, started) = (request.method().clone(), Instant::now());
    // The path as the table writes it: ids of persons and devices stay out of logs and metrics.
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let kind = if request.uri().path().starts_with(API_PREFIX) { Kind::Api } else { Kind::Page };
    let route = path.unwrap_or_else(|| "none".to_owned());
    let span = info_span!("request", id = %visit.request_id, method = %method, route = %route);
    request.extensions_mut().insert(visit.clone());

    let mut response = next.run(request).instrument(span.clone()).await;

    let passed = response.extensions_mut().remove::<Passed>().unwrap_or(Passed { visit, kind });
    let took = started.elapsed();
    let _entered = span.enter();
    let mut response = presented(&state, &passed, response);
    let status = response.status().as_u16();
    // Anybody can make up a method: what is counted has few names.
    let counted = ["GET", "POST", "HEAD"].into_iter().find(|known| method == *known).unwrap_or("other");
    state.metrics.answered(counted, &route, status, took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // Agents report by the thousand: what went well is in the metrics.
    if matches!(passed.kind, Kind::Agent | Kind::Machine | Kind::Asset) && response.status().is_success() {
        debug!(status, milliseconds, "answered");
    } else {
        info!(status, milliseconds, "answered");
    }
    set_cookies(&passed, response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&passed.visit.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    // What is shown may be about persons: nothing keeps it unless its handler said so.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What is answered when a handler panics: a mistake of ours, never a broken connection.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Trouble::Internal { detail: format!("panic: {}", said.unwrap_or("without a message")) }.into_response()
}

/// Makes a page or JSON of the trouble in `response`; anything else stays as it is.
fn presented(state: &AppState, passed: &Passed, mut response: Response) -> Response {
    let trouble = response.extensions_mut().remove::<Trouble>();
    // An answer of the framework's own (a field that is missing in a form) is plain text; a page of ours is not.
    let plain = response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let Some(trouble) = trouble.or_else(|| Trouble::of_status(response.status()).filter(|_| plain)) else {
        return response;
    };
    match &trouble {
        Trouble::Internal { .. } | Trouble::StoreAway { .. } => error!(trouble = %trouble, "not answered as asked"),
        _ => warn!(trouble = %trouble, "not answered as asked"),
    }
    let texts = state.texts(passed.visit.language);
    let mut presented = if passed.kind == Kind::Agent {
        Refused(refusal(&trouble, passed.visit.now)).into_response()
    } else if passed.kind.is_for_programs() {
        let problem = trouble.problem(texts, &passed.visit.request_id);
        let mut answer = (trouble.status(), Json(problem)).into_response();
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        answer
    } else if trouble == Trouble::SignInNeeded {
        let wanted = passed.visit.uri.path_and_query().map_or("/", |path| path.as_str());
        Onward::to(format!("{}?return_to={}", sign_in::PATH, in_address(wanted))).into_response()
    } else {
        page(state, passed, &trouble)
    };
    if let Some(after) = response.headers_mut().remove(RETRY_AFTER) {
        presented.headers_mut().insert(RETRY_AFTER, after);
    }
    presented
}

/// Trouble in the words of agents.
fn refusal(trouble: &Trouble, now: Timestamp) -> Refusal {
    let code = match trouble {
        Trouble::TooLarge { .. } => RefusalCode::BodyTooLarge,
        Trouble::NotFound | Trouble::MethodNotAllowed => RefusalCode::NotFound,
        Trouble::TooOften { .. } => RefusalCode::TooManyRequests,
        // Whoever was too slow for once sends the same again: nothing is wrong with it.
        Trouble::TooSlow | Trouble::Busy { .. } | Trouble::StoreAway { .. } | Trouble::Internal { .. } => {
            RefusalCode::ServerUnavailable
        }
        _ => RefusalCode::Malformed,
    };
    let retry_after_seconds = trouble.retry_after_seconds().and_then(|seconds| u32::try_from(seconds).ok());
    Refusal { retry_after_seconds, ..Refusal::with_detail(code, trouble.code(), now) }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    frame: Frame<'a>,
    todo: String,
    code: &'static str,
}

fn page(state: &AppState, passed: &Passed, trouble: &Trouble) -> Response {
    let texts = state.texts(passed.visit.language);
    let frame = Frame::new(state, &passed.visit, trouble.what(texts));
    let page = Page::new(&TroublePage { frame, todo: trouble.todo(texts), code: trouble.code() });
    match page {
        Ok(page) => page.with_status(trouble.status()).into_response(),
        // The page of trouble cannot be made: say at least the code.
        Err(_) => (trouble.status(), trouble.code()).into_response(),
    }
}

/// Remembers a language that was chosen, ties a visitor's browser to its forms, and takes away what was said once.
fn set_cookies(passed: &Passed, headers: &mut HeaderMap) {
    let Passed { visit, kind } = passed;
    if kind.is_for_programs() || *kind == Kind::Asset {
        return;
    }
    if let Some(language) = asked_language(&visit.uri) {
        let cookie = cookies::write(cookies::LANGUAGE, language.tag(), LANGUAGE_COOKIE_TIME, visit.secure);
        headers.append(SET_COOKIE, cookie);
    }
    if let Some(visitor) = &visit.new_visitor {
        headers.append(SET_COOKIE, cookies::write(cookies::VISITOR, visitor, VISITOR_COOKIE_TIME, visit.secure));
    }
    let says_again = headers.get_all(SET_COOKIE).iter().any(|cookie| {
        let bytes = cookie.as_bytes();
        bytes.windows(cookies::FLASH.len()).any(|window| window == cookies::FLASH.as_bytes())
    });
    if visit.flash.is_some() && !says_again {
        headers.append(SET_COOKIE, cookies::remove(cookies::FLASH, visit.secure));
    }
}
