//! The gate of one route: who asks, whether they may, and whether what they send is in order. No handler runs before it.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Form, FromRequest as _, Request, State};
use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use super::Passed;
use crate::forms::{BigUpload, CSRF_FIELD, Files, Upload};
use crate::rights::{Right, Standing};
use crate::routes::{Kind, Method, Route};
use crate::secrets;
use crate::sign_in;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The header by which a browser says where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through to the handler of its route, or says why not.
pub(crate) async fn gate(
    State((state, route)): State<(AppState, &'static Route)>,
    request: Request,
    next: Next,
) -> Response {
    let Some(begun) = request.extensions().get::<Visit>().cloned() else {
        return Trouble::Internal { detail: "the edge was left out".to_owned() }.into_response();
    };
    let (visit, answer) = match identified(&state, route, begun.clone(), request.headers()).await {
        Ok(visit) => {
            let answer = timeout(route.kind.time(), passed(&state, &visit, route, request, next)).await;
            (visit, answer.unwrap_or(Err(Trouble::TooSlow)))
        }
        Err(trouble) => (begun, Err(trouble)),
    };
    let mut response = answer.unwrap_or_else(Trouble::into_response);
    response.extensions_mut().insert(Passed { visit, kind: route.kind });
    response
}

/// Finds out who asks.
async fn identified(state: &AppState, route: &Route, visit: Visit, headers: &HeaderMap) -> Result<Visit, Trouble> {
    if !route.kind.knows_sessions() {
        return Ok(visit);
    }
    match sign_in::signed_in(state, headers, &visit).await? {
        Some(person) => Ok(visit.of(person, headers)),
        None => Ok(visit),
    }
}

/// Checks the right, reads what is sent, and hands over to the handler.
async fn passed(
    state: &AppState,
    visit: &Visit,
    route: &Route,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    admitted(visit, route)?;
    if route.needs == Right::Operator && !is_operator(state, visit, request.headers()) {
        return Err(Trouble::NotAllowed);
    }
    let mut request = match route.method {
        Method::Get => request,
        // Whoever handles it knows by the token of the request whether to read on.
        Method::Post if route.kind == Kind::ApiUpload => request,
        Method::Post => read(state, visit, route, request).await?,
    };
    request.extensions_mut().insert(visit.clone());
    Ok(next.run(request).await)
}

/// Whether whoever asks may ask for this at all.
fn admitted(visit: &Visit, route: &Route) -> Result<(), Trouble> {
    if visit.rights.allow(route.needs) {
        Ok(())
    } else if visit.rights.standing() != Standing::Complete && route.needs != Right::Operator {
        // Whoever has begun to sign in is led to what is still owed.
        Err(Trouble::SignInNeeded)
    } else {
        Err(Trouble::NotAllowed)
    }
}

/// Whether whoever asks watches over the server: from this machine, or with the token of the settings.
fn is_operator(state: &AppState, visit: &Visit, headers: &HeaderMap) -> bool {
    let is_here = visit.address.is_some_and(|address| address.is_loopback());
    let given = secrets::bearer(headers);
    let wanted = state.settings.metrics_token.as_deref();
    is_here || given.zip(wanted).is_some_and(|(given, wanted)| secrets::same(given, wanted))
}

/// Reads the body within its bound and checks that a form is one of ours.
async fn read(state: &AppState, visit: &Visit, route: &Route, mut request: Request) -> Result<Request, Trouble> {
    let limit_bytes = route.kind.max_bytes();
    let checked = matches!(route.kind, Kind::Form | Kind::Upload | Kind::BigUpload | Kind::Files | Kind::Api);
    if checked && !comes_from_us(request.headers()) {
        return Err(Trouble::ForgedForm);
    }
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|told| told > limit_bytes) {
        return Err(Trouble::TooLarge { limit_bytes });
    }
    DefaultBodyLimit::max(limit_bytes).apply(&mut request);
    if route.kind == Kind::BigUpload {
        let (mut parts, body) = request.into_parts();
        let upload =
            BigUpload::read(Request::from_parts(parts.clone(), body), &state.settings.data, &visit.csrf).await?;
        parts.extensions.insert(upload);
        return Ok(Request::from_parts(parts, Body::empty()));
    }
    if route.kind == Kind::Files {
        let (mut parts, body) = request.into_parts();
        let files = Files::read(Request::from_parts(parts.clone(), body), &state.scans, &visit.csrf).await?;
        parts.extensions.insert(files.handed_over());
        return Ok(Request::from_parts(parts, Body::empty()));
    }
    let (parts, body) = request.into_parts();
    let mut reading = Request::new(body);
    *reading.extensions_mut() = parts.extensions.clone();
    let bytes = Bytes::from_request(reading, &()).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge { limit_bytes },
        _ => Trouble::BadRequest { detail: rejection.body_text() },
    })?;
    let with_body = |bytes: Bytes| {
        let mut copy = Request::new(Body::from(bytes));
        parts.method.clone_into(copy.method_mut());
        parts.headers.clone_into(copy.headers_mut());
        copy
    };
    let mut request = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let token = match route.kind {
        Kind::Form => {
            let form = Form::<Vec<(String, String)>>::from_request(with_body(bytes), &()).await;
            let Form(fields) = form.map_err(|rejection| match rejection.status() {
                StatusCode::UNSUPPORTED_MEDIA_TYPE => Trouble::WrongContentType,
                _ => Trouble::BadRequest { detail: rejection.body_text() },
            })?;
            fields.into_iter().find(|(name, _)| name == CSRF_FIELD).map(|(_, value)| value)
        }
        Kind::Upload => {
            let upload = Upload::read(with_body(bytes)).await?;
            let token = upload.field(CSRF_FIELD).map(str::to_owned);
            request.extensions_mut().insert(upload);
            token
        }
        _ => return Ok(request),
    };
    match token {
        Some(token) if secrets::same(&token, &visit.csrf) => Ok(request),
        _ => Err(Trouble::OldForm),
    }
}

/// Whether a request was sent by a page of this server, or not by a browser's page at all. A browser tells where it comes
/// from; what does not tell carries no cookie that somebody else could misuse, and must still know the token.
fn comes_from_us(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) else { return true };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_sends_nothing() {
        let comes = |pairs: &[(&'static str, &'static str)]| {
            let headers =
                pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a header")));
            comes_from_us(&headers.collect())
        };
        assert!(comes(&[]));
        assert!(comes(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(comes(&[("sec-fetch-site", "none")]));
        assert!(!comes(&[("sec-fetch-site", "same-site"), ("host", "a:1"), ("origin", "https://a:1")]));
        assert!(!comes(&[("sec-fetch-site", "cross-site")]));
        assert!(comes(&[("host", "khien.local:8443"), ("origin", "https://khien.local:8443")]));
        assert!(!comes(&[("host", "khien.local:8443"), ("origin", "https://khien.local")]));
        assert!(!comes(&[("host", "khien.local"), ("origin", "null")]));
        assert!(!comes(&[("origin", "https://khien.local")]));
    }
}
