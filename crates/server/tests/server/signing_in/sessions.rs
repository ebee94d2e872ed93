//! Sessions: how they begin, how they end, and what a cookie is worth.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_store::{logins, roles};

use crate::place::{Browser, PASSWORD, Place};

async fn place() -> Place {
    let place = Place::new().await;
    place.person("lan", "mot", &[]).await;
    place
}

#[tokio::test]
async fn the_cookie_is_for_this_host_over_tls_and_for_no_script() {
    let place = place().await;
    let mut browser = place.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("login", "lan"), ("password", PASSWORD)]).await;
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with(Browser::SESSION)).unwrap();
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=43200"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");

    let mut plain = place.browser();
    plain.secure = false;
    plain.sign_in("lan", PASSWORD).await;
    assert!(plain.cookies.contains_key("khien_session"), "{:?}", plain.cookies);
    // What was set without TLS signs nobody in over TLS.
    plain.secure = true;
    let secret = plain.cookies["khien_session"].clone();
    plain.cookies.insert("khien_session".to_owned(), secret);
    assert_eq!(plain.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_secret_that_was_known_before_signing_in_is_worth_nothing_after() {
    let place = place().await;
    let secret = place.second_factor("lan").await;
    let mut victim = place.browser();
    victim.cookies.insert(Browser::SESSION.to_owned(), "a-secret-that-the-attacker-knows".to_owned());
    victim.sign_in("lan", PASSWORD).await;
    let unfinished = victim.session().unwrap();
    assert_ne!(unfinished, "a-secret-that-the-attacker-knows");
    let csrf_before = {
        victim.get("/sign-in/second-factor").await;
        victim.csrf.clone()
    };
    place.pass(SignedDuration::from_secs(30));
    victim.post("/sign-in/second-factor", &[("code", &place.code(&secret))]).await;
    assert_ne!(victim.session().unwrap(), unfinished, "a stronger session has a secret of its own");
    assert_eq!(victim.get("/account").await.status, StatusCode::OK);
    assert_ne!(victim.csrf, csrf_before, "and a token of its own");
    let mut attacker = place.browser();
    for known in ["a-secret-that-the-attacker-knows", &unfinished] {
        attacker.cookies.insert(Browser::SESSION.to_owned(), known.to_owned());
        assert_eq!(attacker.get("/account").await.status, StatusCode::SEE_OTHER, "{known}");
    }
}

#[tokio::test]
async fn the_store_holds_nothing_that_signs_in() {
    let place = place().await;
    let browser = place.signed_in("lan", None).await;
    let secret = browser.session().unwrap();
    let stored = khien_store::sessions::of_person(&place.state.store, "lan").await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_ne!(stored[0].secret_hash, secret);
    let mut thief = place.browser();
    thief.cookies.insert(Browser::SESSION.to_owned(), stored[0].secret_hash.clone());
    assert_eq!(thief.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_its_longest_time() {
    let place = place().await;
    let mut idle = place.signed_in("lan", None).await;
    let mut busy = place.signed_in("lan", None).await;
    place.pass(SignedDuration::from_mins(29));
    assert_eq!(busy.get("/account").await.status, StatusCode::OK);
    place.pass(SignedDuration::from_mins(1));
    assert_eq!(idle.get("/account").await.status, StatusCode::SEE_OTHER, "unused for half an hour");
    for _ in 0..(12 * 60 / 29 - 1) {
        assert_eq!(busy.get("/account").await.status, StatusCode::OK);
        place.pass(SignedDuration::from_mins(29));
    }
    assert_eq!(busy.get("/account").await.status, StatusCode::OK, "used all the time");
    place.pass(SignedDuration::from_mins(28));
    assert_eq!(busy.get("/account").await.status, StatusCode::SEE_OTHER, "twelve hours");
}

#[tokio::test]
async fn sessions_are_ended_by_their_person() {
    let place = place().await;
    let mut here = place.signed_in("lan", None).await;
    let mut there = place.signed_in("lan", None).await;
    let page = here.get("/account").await.body;
    assert_eq!(page.matches("phiên này").count(), 1, "{page}");
    here.post("/account/sessions/end-others", &[]).await;
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("/account").await.status, StatusCode::OK);

    let secret = here.session().unwrap();
    let out = here.post("/sign-out", &[]).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(here.session(), None);
    here.cookies.insert(Browser::SESSION.to_owned(), secret);
    assert_eq!(here.get("/account").await.status, StatusCode::SEE_OTHER, "the cookie alone is worth nothing");

    let mut one = place.signed_in("lan", None).await;
    let mut other = place.signed_in("lan", None).await;
    one.get("/account").await;
    one.post("/account/sessions/end-all", &[]).await;
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_taken_away_is_gone_at_the_next_request() {
    let place = place().await;
    place.person("root", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("root").await;
    let mut browser = place.signed_in("root", Some(&secret)).await;
    assert_eq!(browser.get("/people/lan/login").await.status, StatusCode::OK);
    let today = khien_model::day_of(place.now());
    place.change(async |change| roles::end(change, "root-administrator", today).await.unwrap()).await;
    assert_eq!(browser.get("/people/lan/login").await.status, StatusCode::FORBIDDEN, "the role has ended");
    place.change(async |change| logins::set_disabled(change, "root", true).await.unwrap()).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "the login is closed");
    place.change(async |change| logins::set_disabled(change, "root", false).await.unwrap()).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "its sessions do not come back");
}

#[tokio::test]
async fn a_role_that_asks_for_a_second_factor_is_worth_nothing_without() {
    let place = place().await;
    let mut browser = place.signed_in("lan", None).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    place.appoint("lan", Role::Administrator, None).await;
    assert_eq!(browser.get("/people/lan/login").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/sign-in").await.location(), "/account/second-factor");
}

#[tokio::test]
async fn a_form_without_the_token_or_from_another_site_changes_nothing() {
    let place = place().await;
    let mut browser = place.signed_in("lan", None).await;
    browser.get("/account").await;
    let good = browser.csrf.clone();
    let other_session = {
        let mut other = place.signed_in("lan", None).await;
        other.get("/account").await;
        other.csrf
    };
    let tries: &[(&str, &[(&'static str, &str)])] = &[
        ("", &[]),
        ("made-up", &[]),
        (&other_session, &[]),
        (&good, &[("sec-fetch-site", "cross-site")]),
        (&good, &[("sec-fetch-site", "same-site")]),
        (&good, &[("origin", "https://evil.example")]),
        (&good, &[("origin", "null")]),
    ];
    for (token, headers) in tries {
        browser.csrf = (*token).to_owned();
        let mut request = browser.form("/account/sessions/end-all", &[]);
        for (name, value) in *headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN, "{token:?} {headers:?}");
    }
    let bare = Request::post("/account/sessions/end-all").header("host", "khien.example");
    let bare = bare.header("content-type", "application/x-www-form-urlencoded").body(Body::from("a=b")).unwrap();
    assert_eq!(browser.send(bare).await.status, StatusCode::FORBIDDEN, "no token at all");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "and the session goes on");
    browser.csrf = good;
    assert_eq!(browser.post("/account/sessions/end-all", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_needs_the_token_of_this_browser_too() {
    let place = place().await;
    let mut attacker = place.browser();
    attacker.get("/sign-in").await;
    let mut victim = place.browser();
    victim.get("/sign-in").await;
    victim.csrf = attacker.csrf;
    let answer = victim.post("/sign-in", &[("login", "lan"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "nobody is signed in by a form of somebody else");
    assert_eq!(victim.session(), None);
}
