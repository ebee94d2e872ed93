//! Passwords that change, and accounts that administrators open, invite to, unlock and close.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_store::logins;

use crate::place::{Browser, PASSWORD, Place};

const NEW: &str = "Nắng-to-9-tháng-liền";

async fn change(browser: &mut Browser, current: &str, new: &str) -> crate::place::Answer {
    browser.get("/account/password").await;
    browser.post("/account/password", &[("current", current), ("new", new), ("again", new)]).await
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions() {
    let place = Place::new().await;
    place.person("lan", "mot", &[]).await;
    let mut here = place.signed_in("lan", None).await;
    let mut there = place.signed_in("lan", None).await;
    let wrong = change(&mut here, "sai", NEW).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Mật khẩu hiện tại không đúng"), "{}", wrong.body);
    let before = here.session();
    let changed = change(&mut here, PASSWORD, NEW).await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/account"), "{}", changed.body);
    assert_ne!(here.session(), before);
    assert!(here.get("/account").await.body.contains("Mật khẩu đã được đổi"));
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(place.browser().sign_in("lan", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(place.browser().sign_in("lan", NEW).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn earlier_passwords_do_not_come_back_too_soon() {
    let place = Place::new().await;
    place.person("lan", "mot", &[]).await;
    place
        .change(async |change| {
            khien_store::settings::PASSWORDS_NOT_REUSED.set(change, &3).await.unwrap();
        })
        .await;
    let mut browser = place.signed_in("lan", None).await;
    let password = |number: usize| if number == 0 { PASSWORD.to_owned() } else { format!("{NEW}-{number}") };
    for number in 0..3 {
        let changed = change(&mut browser, &password(number), &password(number + 1)).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{number}: {}", changed.body);
        // Let the limit on attempts rest.
        place.pass(SignedDuration::from_mins(5));
    }
    for (number, status) in
        [(3, StatusCode::UNPROCESSABLE_ENTITY), (1, StatusCode::UNPROCESSABLE_ENTITY), (0, StatusCode::SEE_OTHER)]
    {
        let again = change(&mut browser, &password(3), &password(number)).await;
        assert_eq!(again.status, status, "password {number}: {}", again.body);
        place.pass(SignedDuration::from_mins(5));
    }
}

#[tokio::test]
async fn an_initial_or_old_password_is_changed_before_anything_else() {
    let place = Place::new().await;
    place.person("lan", "mot", &[]).await;
    let hash = place.state.sign_in.hasher.hash(PASSWORD).await.unwrap();
    place.change(async |change| logins::set_password(change, "lan", &hash, true, 0).await.unwrap()).await;
    let mut browser = place.browser();
    assert_eq!(browser.sign_in("lan", PASSWORD).await.location(), "/account/password");
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/account/password").await.body.contains("do người khác đặt"));
    assert_eq!(change(&mut browser, PASSWORD, NEW).await.location(), "/");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);

    place.pass(SignedDuration::from_hours(24 * 90));
    let mut browser = place.browser();
    assert_eq!(browser.sign_in("lan", NEW).await.location(), "/account/password");
    assert!(browser.get("/account/password").await.body.contains("quá 90 ngày"));
}

#[tokio::test]
async fn an_administrator_opens_an_account_and_hands_over_a_link() {
    let place = Place::new().await;
    place.person("root", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("root").await;
    place
        .change(async |change| {
            let person = khien_store::people::Person {
                id: "minh".to_owned(),
                name: "Trần Văn Minh".to_owned(),
                position: None,
                email: Some("minhtv@moj.gov.vn".to_owned()),
                language: None,
                created_at: change.now(),
            };
            khien_store::people::insert(change, &person).await.unwrap();
        })
        .await;
    let mut root = place.signed_in("root", Some(&secret)).await;
    assert!(root.get("/people/minh/login").await.body.contains("value=\"minhtv\""), "the name is proposed");
    let bad = root.post("/people/minh/login", &[("do", "open"), ("login", "có dấu")]).await;
    assert_eq!(bad.status, StatusCode::SEE_OTHER);
    let opened = root.post("/people/minh/login", &[("do", "open"), ("login", "MinhTV")]).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
    let link = |body: &str| {
        let (_, rest) = body.split_once("https://khien.example").unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let first = link(&opened.body);
    root.get("/people/minh/login").await;
    let again = root.post("/people/minh/login", &[("do", "invite")]).await;
    let second = link(&again.body);
    let mut minh = place.browser();
    assert_eq!(minh.get(&first).await.status, StatusCode::GONE, "the second link took its place");
    assert!(minh.get(&second).await.body.contains("Trần Văn Minh"));
    let set = minh.post(&second, &[("new", NEW), ("again", NEW)]).await;
    assert_eq!((set.status, set.location()), (StatusCode::SEE_OTHER, "/"), "{}", set.body);
    assert_eq!(minh.get("/account").await.status, StatusCode::OK);
    assert_eq!(place.browser().get(&second).await.status, StatusCode::GONE);

    // The same way a forgotten password is replaced, and the sessions of who knew the old one end.
    let reset = root.post("/people/minh/login", &[("do", "invite")]).await;
    let mut elsewhere = place.browser();
    elsewhere.get(&link(&reset.body)).await;
    let newer = format!("{NEW}-2");
    elsewhere.post(&link(&reset.body), &[("new", &newer), ("again", &newer)]).await;
    assert_eq!(minh.get("/account").await.status, StatusCode::SEE_OTHER);
    root.post("/people/minh/login", &[("do", "disable")]).await;
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_administrator_of_a_unit_does_not_become_more_than_that() {
    let place = Place::new().await;
    place.person("root", "mot", &[(Role::Administrator, None)]).await;
    place.person("nho", "mot", &[(Role::Administrator, Some("mot"))]).await;
    place.person("lan", "mot", &[]).await;
    place.person("binh", "hai", &[]).await;
    let secret = place.second_factor("nho").await;
    let mut nho = place.signed_in("nho", Some(&secret)).await;
    for (person, may_see, may_change) in [("lan", true, true), ("binh", false, false), ("root", true, false)] {
        let page = nho.get(&format!("/people/{person}/login")).await;
        assert_eq!(page.status == StatusCode::OK, may_see, "{person}");
        assert_eq!(page.body.contains("value=\"invite\""), may_change, "{person}");
        if !may_see {
            nho.get("/account").await;
        }
        let reset = nho.post(&format!("/people/{person}/login"), &[("do", "invite")]).await;
        assert_eq!(reset.status == StatusCode::OK, may_change, "{person}: {}", reset.body);
    }
}

#[tokio::test]
async fn looking_at_somebody_elses_login_leaves_an_entry() {
    let place = Place::new().await;
    place.person("root", "tinh", &[(Role::Administrator, None)]).await;
    place.person("lan", "mot", &[]).await;
    let secret = place.second_factor("root").await;
    let mut root = place.signed_in("root", Some(&secret)).await;
    root.get("/people/lan/login").await;
    root.get("/people/root/login").await;
    let seen: Vec<(String, String)> = place
        .audited()
        .await
        .into_iter()
        .filter(|record| record.action == "person.view")
        .map(|record| (record.actor.to_string(), record.object_id))
        .collect();
    assert_eq!(seen, [("person:root".to_owned(), "lan".to_owned())], "one's own things are nobody's business");
}
