//! Codes and recovery codes are good once, and guessing them ends soon.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_server::sign_in::recovery;
use khien_store::recovery_codes;

use crate::place::{Browser, PASSWORD, Place};

async fn place() -> (Place, String) {
    let place = Place::new().await;
    place.person("lan", "mot", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("lan").await;
    (place, secret)
}

async fn at_the_code(place: &Place) -> Browser {
    let mut browser = place.browser();
    let answer = browser.sign_in("lan", PASSWORD).await;
    assert_eq!(answer.location(), "/sign-in/second-factor");
    browser.get("/sign-in/second-factor").await;
    browser
}

#[tokio::test]
async fn a_code_is_good_once() {
    let (place, secret) = place().await;
    let code = place.code(&secret);
    let mut one = at_the_code(&place).await;
    let mut other = at_the_code(&place).await;
    assert_eq!(one.post("/sign-in/second-factor", &[("code", &code)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(one.get("/account").await.status, StatusCode::OK);
    let again = other.post("/sign-in/second-factor", &[("code", &code)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the same code a second time");
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    place.pass(SignedDuration::from_secs(30));
    let next = other.post("/sign-in/second-factor", &[("code", &place.code(&secret))]).await;
    assert_eq!(next.status, StatusCode::SEE_OTHER, "the next one");
}

#[tokio::test]
async fn the_password_alone_changes_nothing_about_signing_in() {
    let (place, _) = place().await;
    let mut thief = at_the_code(&place).await;
    let fields =
        [("current", PASSWORD), ("new", "Nắng-to-9-tháng-liền"), ("again", "Nắng-to-9-tháng-liền"), ("code", "1")];
    for path in ["/account/second-factor/begin", "/account/second-factor", "/account/password"] {
        let answer = thief.post(path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/sign-in"), "{path} leads to {}", answer.location());
        assert!(thief.get(path).await.status.is_redirection() || path.ends_with("begin"), "{path}");
    }
    for path in ["/account/recovery-codes", "/account/second-factor/remove", "/account/sessions/end-others"] {
        assert_eq!(thief.post(path, &fields).await.location().split('?').next(), Some("/sign-in"), "{path}");
    }
    let login = khien_store::logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert!(login.totp_confirmed_at.is_some());
    assert_eq!(at_the_code(&place).await.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_recovery_code_is_good_once() {
    let (place, _) = place().await;
    let codes = recovery::fresh().unwrap();
    let kept: Vec<String> = codes.iter().map(|code| recovery::kept("lan", code)).collect();
    place.change(async |change| recovery_codes::replace(change, "lan", &kept).await.unwrap()).await;
    let mut browser = at_the_code(&place).await;
    let used = browser.post("/sign-in/recovery", &[("code", &codes[3].to_uppercase())]).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER, "{}", used.body);
    assert!(browser.get("/account").await.body.contains("Còn 9 mã dự phòng"));
    let mut other = at_the_code(&place).await;
    let again = other.post("/sign-in/recovery", &[("code", &codes[3])]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.post("/sign-in/recovery", &[("code", &codes[4])]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_signing_in_again_does_not_help() {
    let (place, secret) = place().await;
    let mut thief = at_the_code(&place).await;
    for _ in 0..5 {
        let answer = thief.post("/sign-in/second-factor", &[("code", "000000")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = thief.post("/sign-in/second-factor", &[("code", "000000")]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "31");
    let mut again = at_the_code(&place).await;
    let answer = again.post("/sign-in/second-factor", &[("code", &place.code(&secret))]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the limit is the person's, not the session's");
    let login = khien_store::logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert_eq!(login.failures, 5, "a right password does not wipe out wrong codes");
}

#[tokio::test]
async fn only_who_need_not_have_it_turns_it_off_and_only_with_a_code() {
    let place = Place::new().await;
    place.person("lan", "mot", &[(Role::Administrator, None)]).await;
    place.person("minh", "mot", &[]).await;
    for (person, stays) in [("lan", true), ("minh", false)] {
        let secret = place.second_factor(person).await;
        let mut browser = place.signed_in(person, Some(&secret)).await;
        let page = browser.get("/account").await.body;
        assert_eq!(page.contains("/account/second-factor/remove"), !stays, "{person}");
        browser.post("/account/second-factor/remove", &[("code", "123456")]).await;
        let has = async || {
            let login = khien_store::logins::find(&place.state.store, person).await.unwrap().unwrap();
            login.totp_confirmed_at.is_some()
        };
        assert!(has().await, "{person} without a right code");
        place.pass(SignedDuration::from_secs(30));
        browser.post("/account/second-factor/remove", &[("code", &place.code(&secret))]).await;
        assert_eq!(has().await, stays, "{person}");
    }
}
