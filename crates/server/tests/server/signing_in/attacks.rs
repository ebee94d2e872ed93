//! Guessing, asking who there is, and leading people astray.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_store::logins;

use crate::place::{Answer, Browser, PASSWORD, Place};

async fn place() -> Place {
    let place = Place::new().await;
    place.person("lan", "mot", &[]).await;
    place
}

fn said(answer: &Answer) -> &str {
    answer.body.split("role=\"alert\"").nth(1).map_or("", |rest| rest.split("</div>").next().unwrap())
}

async fn guess(browser: &mut Browser, login: &str) -> Answer {
    browser.sign_in(login, "sai-mật-khẩu").await
}

#[tokio::test]
async fn one_place_is_stopped_before_the_account_is_locked() {
    let place = place().await;
    let mut thief = place.browser();
    for attempt in 0..5 {
        let answer = guess(&mut thief, "lan").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "attempt {attempt}");
    }
    let answer = guess(&mut thief, "LAN ").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.body);
    let mut lan = place.browser();
    lan.address = "10.0.0.2:1".parse().unwrap();
    assert_eq!(lan.sign_in("lan", PASSWORD).await.status, StatusCode::SEE_OTHER, "Lan is not kept out");
}

#[tokio::test]
async fn one_place_cannot_try_every_name_either() {
    let place = place().await;
    let mut thief = place.browser();
    thief.get("/sign-in").await;
    let mut stopped = None;
    for attempt in 0..60 {
        let name = format!("nguoi-{attempt}");
        let answer = thief.post("/sign-in", &[("login", &name), ("password", "x")]).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            stopped = Some(attempt);
            break;
        }
    }
    assert_eq!(stopped, Some(40));
}

#[tokio::test]
async fn many_places_lock_the_account_for_a_short_while() {
    let place = place().await;
    let mut count = 0..;
    let mut from_elsewhere = async |password: &str| {
        let mut browser = place.browser();
        browser.address = format!("10.1.{}.1:1", count.next().unwrap()).parse().unwrap();
        browser.sign_in("lan", password).await.status
    };
    for _ in 0..10 {
        assert_eq!(from_elsewhere("sai").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(from_elsewhere(PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY, "locked");
    let login = logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert_eq!(login.locked_until, Some(place.now() + SignedDuration::from_secs(30)));
    for _ in 0..20 {
        from_elsewhere("sai").await;
    }
    let login = logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert_eq!(login.failures, 10, "attempts during a lock do not prolong it");
    place.pass(SignedDuration::from_secs(30));
    assert_eq!(from_elsewhere(PASSWORD).await, StatusCode::SEE_OTHER, "the lock has ended");
    let login = logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert_eq!((login.failures, login.locked_until), (0, None));
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let place = place().await;
    place.person("dong", "mot", &[]).await;
    place.change(async |change| logins::set_disabled(change, "dong", true).await.unwrap()).await;
    let mut answers = Vec::new();
    for (login, password) in [("lan", "sai"), ("khong-co", "sai"), ("dong", PASSWORD), ("", ""), ("dong", "sai")] {
        let mut browser = place.browser();
        let answer = browser.sign_in(login, password).await;
        let headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((answer.status, said(&answer).to_owned(), headers));
    }
    assert!(answers[0].1.contains("không đúng"), "{:?}", answers[0]);
    for answer in &answers {
        assert_eq!(*answer, answers[0]);
    }
    // Each costs one entry in the log as well, so that the disk does not tell either.
    let refused = place.audited().await.into_iter().filter(|record| record.action == "login.refused").count();
    assert_eq!(refused, answers.len());
}

#[tokio::test]
async fn what_was_typed_for_nobody_is_written_nowhere() {
    let place = place().await;
    place.browser().sign_in("mật-khẩu-gõ-nhầm-ô", "x").await;
    let records = format!("{:?}", place.audited().await);
    assert!(!records.contains("mật-khẩu-gõ-nhầm-ô"), "{records}");
    assert!(records.contains("login.refused"), "{records}");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let place = place().await;
    for hostile in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y"] {
        let mut browser = place.browser();
        let form = browser.get(&format!("/sign-in?return_to={}", crate::place::in_address(hostile))).await;
        assert!(form.body.contains("name=\"return_to\" value=\"/\""), "{hostile}: {}", form.body);
        let fields = [("login", "lan"), ("password", PASSWORD), ("return_to", hostile)];
        assert_eq!(browser.post("/sign-in", &fields).await.location(), "/", "{hostile}");
        let again = browser.get(&format!("/sign-in?return_to={}", crate::place::in_address(hostile))).await;
        assert_eq!(again.location(), "/", "{hostile} for somebody who is signed in");
    }
    place.pass(SignedDuration::from_mins(1));
    let mut browser = place.browser();
    browser.get("/sign-in?return_to=/account%3Fa%3D1").await;
    let fields = [("login", "lan"), ("password", PASSWORD), ("return_to", "/account?a=1")];
    assert_eq!(browser.post("/sign-in", &fields).await.location(), "/account?a=1");
}

#[tokio::test]
async fn oversized_and_broken_input_is_answered() {
    let place = place().await;
    let mut browser = place.browser();
    browser.get("/sign-in").await;
    let long = "đ".repeat(50_000);
    let answer = browser.post("/sign-in", &[("login", &long), ("password", &long)]).await;
    assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY || answer.status == StatusCode::PAYLOAD_TOO_LARGE);
    let answer = browser.post("/sign-in", &[("login", "lan")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a field is missing");
    assert!(answer.body.contains("<html"), "a page of ours: {}", answer.body);
    let answer = browser.post("/sign-in", &[("login", "\0'; DROP TABLE logins --"), ("password", "\0")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
