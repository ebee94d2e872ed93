//! What every answer tells the browser: load nothing from elsewhere, be framed by nobody, guess nothing.

use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::limits::STRICT_TRANSPORT_TIME;
use crate::visit::OverTls;

/// No script, style, picture or frame but our own files; no form to another site. There is no inline script or style.
const CONTENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                       connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What no page of ours uses.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

static HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, CONTENT),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds them to whatever is answered.
pub(crate) async fn guarded(request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<OverTls>().is_some_and(|over_tls| over_tls.0);
    let mut response = next.run(request).await;
    for (name, value) in &HEADERS {
        response.headers_mut().insert(name.clone(), HeaderValue::from_static(value));
    }
    if secure {
        let strict = format!("max-age={}", STRICT_TRANSPORT_TIME.as_secs());
        if let Ok(strict) = HeaderValue::from_str(&strict) {
            response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, strict);
        }
    }
    response
}
