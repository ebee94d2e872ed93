//! The first administrator: one link, one person, a second factor before anything else.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_server::sign_in::invitation::invite_first;
use khien_store::{logins, roles};

use crate::place::{PASSWORD, Place};

const FIELDS: &[(&str, &str)] =
    &[("name", "Nguyễn Thị Lan"), ("email", ""), ("login", "Lan.NT"), ("new", PASSWORD), ("again", PASSWORD)];

#[tokio::test]
async fn whoever_has_the_link_becomes_administrator_with_a_second_factor() {
    let place = Place::new().await;
    let link = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let mut browser = place.browser();
    let form = browser.get(&link).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    assert!(form.body.contains("autocomplete=\"new-password\""), "{}", form.body);

    let weak = browser.post(&link, &[("name", ""), ("login", "l"), ("new", "Matkhau@1"), ("again", "x")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    for mistake in ["Hãy nhập họ và tên", "2 ký tự trở lên", "ít nhất 14 ký tự", "quá phổ biến", "không giống nhau"]
    {
        assert!(weak.body.contains(mistake), "{mistake}: {}", weak.body);
    }

    let accepted = browser.post(&link, FIELDS).await;
    assert_eq!((accepted.status, accepted.location()), (StatusCode::SEE_OTHER, "/account/second-factor"));
    let waiting = browser.get("/account").await;
    assert_eq!(waiting.status, StatusCode::SEE_OTHER, "nothing is allowed before the second factor");
    assert!(waiting.location().starts_with("/sign-in"));
    assert_eq!(browser.get("/sign-in").await.location(), "/account/second-factor");

    assert!(browser.get("/account/second-factor").await.body.contains("bắt buộc"));
    browser.post("/account/second-factor/begin", &[]).await;
    let shown = browser.get("/account/second-factor").await.body;
    assert!(shown.contains("<svg class=\"qr\""), "{shown}");
    let login = logins::find_by_login(&place.state.store, "lan.nt").await.unwrap().unwrap();
    let secret = login.totp_secret.unwrap();
    assert!(shown.contains(&khien_server::sign_in::totp::for_typing(&secret)));
    let refused = browser.post("/account/second-factor", &[("code", "000000")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let codes = browser.post("/account/second-factor", &[("code", &place.code(&secret))]).await;
    assert_eq!(codes.status, StatusCode::OK);
    assert_eq!(codes.body.matches("<li><code>").count(), 10, "{}", codes.body);

    let account = browser.get("/account").await;
    assert_eq!(account.status, StatusCode::OK, "{}", account.body);
    assert!(account.body.contains("quản trị hệ thống"), "{}", account.body);
    let appointed = roles::of_person(&place.state.store, &login.person).await.unwrap();
    assert_eq!(
        appointed.iter().map(|role| (role.kind, role.unit.as_deref())).collect::<Vec<_>>(),
        [(Role::Administrator, None)]
    );
}

#[tokio::test]
async fn the_link_is_good_once_and_never_beside_an_account() {
    let place = Place::new().await;
    let link = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let mut browser = place.browser();
    browser.get(&link).await;
    browser.post(&link, FIELDS).await;
    let mut other = place.browser();
    assert_eq!(other.get(&link).await.status, StatusCode::GONE);
    assert_eq!(invite_first(&place.state.store, 24, place.now()).await.unwrap(), None);
}

#[tokio::test]
async fn the_link_ends_after_its_time_and_with_the_next_one() {
    let place = Place::new().await;
    let first = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let second = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let mut browser = place.browser();
    assert_eq!(browser.get(&first).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&second).await.status, StatusCode::OK);
    place.pass(SignedDuration::from_hours(24));
    let late = browser.post(&second, FIELDS).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert_eq!(logins::count_usable(&place.state.store).await.unwrap(), 0);
    assert_eq!(browser.get("/invitation/made-up").await.status, StatusCode::GONE);
}
