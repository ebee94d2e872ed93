//! The pages of signing in, in a real browser: axe-core finds nothing, in both languages.

use axum::http::StatusCode;
use khien_server::rights::Role;
use khien_server::sign_in::invitation::invite_first;
use khien_store::logins;
use khien_test_support::{ShownPage, axe_complaints};

use crate::place::{Answer, Browser, PASSWORD, Place};

const STYLE: &str = include_str!("../../assets/khien.css");

/// Keeps pages as they come.
struct Album {
    language: &'static str,
    pages: Vec<ShownPage>,
}

impl Album {
    fn keep(&mut self, name: &str, answer: &Answer) {
        assert!(answer.body.contains("</html>"), "{name} is {} and no page: {}", answer.status, answer.body);
        assert!(answer.body.contains(&format!("<html lang=\"{}\"", self.language)), "{name}");
        let name = format!("sign-in-{:02}-{name}.{}", self.pages.len(), self.language);
        self.pages.push(ShownPage { name, html: answer.body.clone() });
    }

    async fn browser(&self, place: &Place) -> Browser {
        let mut browser = place.browser();
        browser.get(&format!("/sign-in?lang={}", self.language)).await;
        browser
    }
}

async fn pages(language: &'static str) -> Vec<ShownPage> {
    let place = Place::new().await;
    let mut album = Album { language, pages: Vec::new() };
    let link = invite_first(&place.state.store, 24, place.now()).await.unwrap().unwrap();
    let mut root = album.browser(&place).await;
    album.keep("first", &root.get(&link).await);
    album.keep("first-mistakes", &root.post(&link, &[("new", "a"), ("again", "b")]).await);
    let fields = [("name", "Nguyễn Thị Lan"), ("login", "lan"), ("new", PASSWORD), ("again", PASSWORD)];
    root.post(&link, &fields).await;
    album.keep("gone", &album.browser(&place).await.get(&link).await);
    album.keep("set-up", &root.get("/account/second-factor").await);
    root.post("/account/second-factor/begin", &[]).await;
    album.keep("set-up-key", &root.get("/account/second-factor").await);
    album.keep("set-up-refused", &root.post("/account/second-factor", &[("code", "1")]).await);
    let login = logins::find_by_login(&place.state.store, "lan").await.unwrap().unwrap();
    let secret = login.totp_secret.unwrap();
    album.keep("codes", &root.post("/account/second-factor", &[("code", &place.code(&secret))]).await);
    album.keep("account", &root.get("/account").await);
    album.keep("password", &root.get("/account/password").await);
    let weak = [("current", PASSWORD), ("new", "lan"), ("again", "x")];
    album.keep("password-mistakes", &root.post("/account/password", &weak).await);

    let mut guest = album.browser(&place).await;
    album.keep("sign-in", &guest.get("/sign-in").await);
    album.keep("refused", &guest.post("/sign-in", &[("login", "lan"), ("password", "x")]).await);
    guest.post("/sign-in", &[("login", "lan"), ("password", PASSWORD)]).await;
    album.keep("code", &guest.get("/sign-in/second-factor").await);
    album.keep("code-refused", &guest.post("/sign-in/second-factor", &[("code", "1")]).await);
    album.keep("recovery", &guest.get("/sign-in/recovery").await);

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
    album.keep("login-none", &root.get("/people/thu/login").await);
    album.keep("login-locked", &root.get("/people/minh/login").await);
    let opened = root.post("/people/thu/login", &[("do", "open"), ("login", "thult")]).await;
    assert_eq!(opened.status, StatusCode::OK);
    album.keep("link", &opened);
    let (_, rest) = opened.body.split_once("https://khien.example").unwrap();
    let link = rest.split('<').next().unwrap().to_owned();
    album.keep("login-invited", &root.get("/people/thu/login").await);
    album.keep("invitation", &album.browser(&place).await.get(&link).await);
    place.change(async |change| logins::unlock(change, "minh").await.unwrap()).await;
    let mut minh = album.browser(&place).await;
    minh.post("/sign-in", &[("login", "minh"), ("password", PASSWORD)]).await;
    album.keep("account-plain", &minh.get("/account").await);
    album.pages
}

#[tokio::test]
async fn axe_finds_nothing_on_the_pages_of_signing_in() {
    let mut all = pages("vi").await;
    all.extend(pages("en").await);
    match axe_complaints(&all, STYLE) {
        Ok(complaints) => assert!(complaints.is_empty(), "{}", complaints.join("\n")),
        Err(reason) => println!("SKIPPED: {reason}"),
    }
}
