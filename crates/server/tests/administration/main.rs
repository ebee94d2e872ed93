//! The pages of the administrator, asked for through the router, over a real store.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod lists;
mod office;
mod pages;
#[path = "../signing_in/place.rs"]
#[allow(dead_code, reason = "shared with the tests of signing in, which use all of it")]
mod place;
mod reach;
mod reforms;

use axum::body::Body;
use axum::http::Request;
use khien_server::rights::Role;

use crate::place::{Answer, Browser, Place};

/// A place with an administrator who is signed in.
async fn office() -> (Place, Browser) {
    let place = Place::new().await;
    place.person("quan-tri", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("quan-tri").await;
    let browser = place.signed_in("quan-tri", Some(&secret)).await;
    (place, browser)
}

/// Sends a form with files.
async fn upload(browser: &mut Browser, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
    const BOUNDARY: &str = "----khien-test";
    let mut body = Vec::new();
    let csrf = browser.csrf.clone();
    for (name, value) in std::iter::once(&("csrf", csrf.as_str())).chain(fields) {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    let request = Request::post(path)
        .header("host", "khien.example")
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}
