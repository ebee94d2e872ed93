//! The pages of signing in, in a real browser: axe-core finds nothing, in both languages.

use axum::http::StatusCode;
use khien_server::rights::Role;
use khien_server::sign_in::invitation::invite_first;
use khien_store::logins;

use crate::album::{Album, LANGUAGES};
use crate::place::{Browser, PASSWORD, Place};

async fn browser(place: &Place, language: &str) -> Browser {
    let mut browser = place.browser();
    browser.get(&format!("/sign-in?lang={language}")).await;
    browser
}

async fn keep(album: &mut Album, language: &str) {
    let place = Place::new().await;
    let link = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let mut root = browser(&place, language).await;
    album.keep("first", language, &root.get(&link).await);
    album.keep("first-mistakes", language, &root.post(&link, &[("new", "a"), ("again", "b")]).await);
    let fields = [("name", "Nguyễn Thị Lan"), ("login", "lan"), ("new", PASSWORD), ("again", PASSWORD)];
    root.post(&link, &fields).await;
    album.keep("gone", language, &browser(&place, language).await.get(&link).await);
    album.keep("set-up", language, &root.get("/account/second-factor").await);
    root.post("/account/second-factor/begin", &[]).await;
    album.keep("set-up-key", language, &root.get("/account/second-factor").await);
    album.keep("set-up-refused", language, &root.post("/account/second-factor", &[("code", "1")]).await);
    let login = logins::find_by_login(&place.state.store, "lan").await.unwrap().unwrap();
    let secret = login.totp_secret.unwrap();
    album.keep("codes", language, &root.post("/account/second-factor", &[("code", &place.code(&secret))]).await);
    album.keep("account", language, &root.get("/account").await);
    album.keep("password", language, &root.get("/account/password").await);
    let weak = [("current", PASSWORD), ("new", "lan"), ("again", "x")];
    album.keep("password-mistakes", language, &root.post("/account/password", &weak).await);

    let mut guest = browser(&place, language).await;
    album.keep("sign-in", language, &guest.get("/sign-in").await);
    album.keep("refused", language, &guest.post("/sign-in", &[("login", "lan"), ("password", "x")]).await);
    guest.post("/sign-in", &[("login", "lan"), ("password", PASSWORD)]).await;
    album.keep("code", language, &guest.get("/sign-in/second-factor").await);
    album.keep("code-refused", language, &guest.post("/sign-in/second-factor", &[("code", "1")]).await);
    album.keep("recovery", language, &guest.get("/sign-in/recovery").await);

    place.person("minh", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    place
        .change(async |change| {
            let person = khien_store::people::Person {
                id: "thu".to_owned(),
                name: "Lê Thị Thu".to_owned(),
                position: None,
                email: Some("thult@moj.gov.vn".to_owned()),
                language: None,
                created_at: change.now(),
            };
            khien_store::people::insert(change, &person).await.unwrap();
            let until = change.now() + jiff::SignedDuration::from_mins(10);
            logins::lock(change, "minh", until).await.unwrap();
        })
        .await;
    album.keep("login-none", language, &root.get("/people/thu/login").await);
    album.keep("login-locked", language, &root.get("/people/minh/login").await);
    let opened = root.post("/people/thu/login", &[("do", "open"), ("login", "thult")]).await;
    assert_eq!(opened.status, StatusCode::OK);
    album.keep("link", language, &opened);
    let (_, rest) = opened.body.split_once("https://khien.example").unwrap();
    let link = rest.split('<').next().unwrap().to_owned();
    album.keep("login-invited", language, &root.get("/people/thu/login").await);
    album.keep("invitation", language, &browser(&place, language).await.get(&link).await);
    place.change(async |change| logins::unlock(change, "minh").await.unwrap()).await;
    let mut minh = browser(&place, language).await;
    minh.post("/sign-in", &[("login", "minh"), ("password", PASSWORD)]).await;
    album.keep("account-plain", language, &minh.get("/account").await);
}

#[tokio::test]
async fn axe_finds_nothing_on_the_pages_of_signing_in() {
    let mut album = Album::new("sign-in");
    for language in LANGUAGES {
        keep(&mut album, language).await;
    }
    album.look();
}
