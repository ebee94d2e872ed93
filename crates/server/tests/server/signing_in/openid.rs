//! Signing in elsewhere, against a real provider from npm.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use khien_server::config::Settings;
use khien_server::rights::Role;
use khien_store::{logins, people};
use khien_test_support::IdentityProvider;

use crate::place::{Answer, Browser, Place};

const PUBLIC: &str = "https://khien.example";
const MOST_STEPS: usize = 12;

#[expect(clippy::print_stdout, reason = "a test that misses its peer says so")]
async fn place() -> Option<(Place, IdentityProvider)> {
    let provider = match IdentityProvider::start(&format!("{PUBLIC}/sign-in/openid/callback")) {
        Ok(provider) => provider,
        Err(reason) => {
            println!("SKIPPED: {reason}");
            return None;
        }
    };
    let place = Place::with(settings(&provider, &provider.issuer)).await;
    Some((place, provider))
}

fn settings(provider: &IdentityProvider, issuer: &str) -> Settings {
    let mut settings = Settings { public_url: Some(PUBLIC.to_owned()), ..Settings::default() };
    settings.openid.issuer = Some(issuer.to_owned());
    settings.openid.client_id = Some(provider.client_id.clone());
    settings.openid.client_secret = Some(provider.client_secret.clone());
    settings
}

/// What somebody does at the provider: log in as `name`, consent. Gives the path at which they come back.
fn at_the_provider(address: &str, name: &str) -> String {
    let config = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
    let http = config.http_status_as_error(false).build().new_agent();
    let origin = address.split('/').take(3).collect::<Vec<_>>().join("/");
    let mut cookies: BTreeMap<String, String> = BTreeMap::new();
    let mut next = (address.to_owned(), None::<String>);
    for _ in 0..MOST_STEPS {
        if let Some(back) = next.0.strip_prefix(PUBLIC) {
            return back.to_owned();
        }
        let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut response = match &next.1 {
            None => http.get(&next.0).header("cookie", &cookie).call().unwrap(),
            Some(form) => {
                let request = http.post(&next.0).header("cookie", &cookie);
                request.content_type("application/x-www-form-urlencoded").send(form).unwrap()
            }
        };
        for set in response.headers().get_all("set-cookie") {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
        let location = response.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
        next = match location {
            Some(location) if location.starts_with('/') => (format!("{origin}{location}"), None),
            Some(location) => (location, None),
            None => {
                let page = response.body_mut().read_to_string().unwrap();
                let action = page.split("action=\"").nth(1).unwrap_or_else(|| panic!("no form: {page}"));
                let action = action.split('"').next().unwrap();
                let action = if action.starts_with('/') { format!("{origin}{action}") } else { action.to_owned() };
                let prompt = if page.contains("value=\"login\"") { "login" } else { "consent" };
                (action, Some(format!("prompt={prompt}&login={name}&password=x")))
            }
        };
    }
    panic!("the provider leads nowhere: {next:?}");
}

/// The whole round trip of `browser` as `name`, up to the path at which it comes back.
async fn round_trip(browser: &mut Browser, name: &str) -> String {
    let form = browser.get("/sign-in?return_to=/account").await;
    assert!(form.body.contains("/sign-in/openid?return_to=%2Faccount"), "{}", form.body);
    let away = browser.get("/sign-in/openid?return_to=%2Faccount").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.body);
    let (address, name) = (away.location().to_owned(), name.to_owned());
    tokio::task::spawn_blocking(move || at_the_provider(&address, &name)).await.unwrap()
}

async fn sign_in(browser: &mut Browser, name: &str) -> Answer {
    let back = round_trip(browser, name).await;
    browser.get(&back).await
}

#[tokio::test]
async fn somebody_in_the_list_is_signed_in_and_known_by_the_subject_from_then_on() {
    let Some((place, provider)) = place().await else { return };
    place.person("lan", "mot", &[]).await;
    let mut browser = place.browser();
    let answer = sign_in(&mut browser, "lan").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"), "{}", answer.body);
    let account = browser.get("/account").await;
    assert!(account.body.contains("qua hệ thống khác"), "{}", account.body);
    let login = logins::find(&place.state.store, "lan").await.unwrap().unwrap();
    assert_eq!(login.openid_subject, Some(format!("{} lan", provider.issuer)));

    // The address is handed on to somebody else; the subject is not.
    place
        .change(async |change| {
            let mut person = people::find(&place.state.store, "lan").await.unwrap().unwrap();
            person.email = Some("lan.moi@example.gov.vn".to_owned());
            people::update(change, &person).await.unwrap();
        })
        .await;
    let again = sign_in(&mut place.browser(), "lan").await;
    assert_eq!(again.location(), "/account", "{}", again.body);
}

#[tokio::test]
async fn the_provider_makes_nobody_and_gives_no_rights() {
    let Some((place, _provider)) = place().await else { return };
    place.person("unverified-lan", "mot", &[]).await;
    place.person("dong", "mot", &[]).await;
    place.person("truong", "mot", &[(Role::Administrator, None)]).await;
    place.change(async |change| logins::set_disabled(change, "dong", true).await.unwrap()).await;
    let everybody = people::all(&place.state.store).await.unwrap().len();
    for name in ["khach", "unverified-lan", "dong"] {
        let mut browser = place.browser();
        let answer = sign_in(&mut browser, name).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.body);
        assert!(answer.body.contains("Không đăng nhập được qua 127.0.0.1"), "{name}: {}", answer.body);
        assert_eq!(browser.session(), None, "{name}");
    }
    assert_eq!(people::all(&place.state.store).await.unwrap().len(), everybody);
    // An administrator owes a second factor here, whatever the provider asked for.
    let mut browser = place.browser();
    let answer = sign_in(&mut browser, "truong").await;
    assert_eq!(answer.location().split('?').next(), Some("/account/second-factor"), "{}", answer.body);
    assert_eq!(browser.get("/people/dong/login").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_round_trip_is_good_once_and_in_the_browser_that_began_it() {
    let Some((place, _provider)) = place().await else { return };
    place.person("lan", "mot", &[]).await;
    place.person("minh", "mot", &[]).await;
    let refused = |answer: &Answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY;
    let mut browser = place.browser();
    let back = round_trip(&mut browser, "lan").await;
    let mut victim = place.browser();
    assert!(refused(&victim.get(&back).await), "somebody is led into the attacker's account");
    assert_eq!(victim.session(), None);
    let mut before = browser.clone();
    assert_eq!(browser.get(&back).await.location(), "/account");
    assert!(refused(&before.get(&back).await), "a second time");

    // The code of one round trip does not fit into another: PKCE and nonce belong to the first.
    let mut one = place.browser();
    let mut other = place.browser();
    let of_one = round_trip(&mut one, "lan").await;
    let of_other = round_trip(&mut other, "minh").await;
    let part = |back: &str, name: &str| {
        let query = back.split_once('?').unwrap().1;
        query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap().to_owned()
    };
    let mixed = of_one.replace(&part(&of_one, "code"), &part(&of_other, "code"));
    assert!(refused(&one.get(&mixed).await), "{mixed}");
    assert_eq!(one.session(), None);
}

#[tokio::test]
async fn what_the_provider_did_not_say_is_not_believed() {
    let Some((place, _provider)) = place().await else { return };
    place.person("lan", "mot", &[]).await;
    let wrong: [fn(&str) -> String; 4] = [
        |back| back.replace("iss=http", "iss=https"),
        |back| back.replace("code=", "code=x"),
        |back| format!("{back}&error=access_denied"),
        |back| back.split_once('?').unwrap().0.to_owned(),
    ];
    for (number, change) in wrong.iter().enumerate() {
        let mut browser = place.browser();
        let back = change(&round_trip(&mut browser, "lan").await);
        let answer = browser.get(&back).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}: {back}: {}", answer.body);
        assert_eq!(browser.session(), None, "{number}");
    }
}

#[tokio::test]
async fn a_provider_by_another_name_or_away_is_no_provider() {
    let Some((_, provider)) = place().await else { return };
    let other_name = provider.issuer.replace("127.0.0.1", "localhost");
    for issuer in [other_name.as_str(), "http://127.0.0.1:9", "https://127.0.0.1:9"] {
        let place = Place::with(settings(&provider, issuer)).await;
        let answer = place.browser().get("/sign-in/openid").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{issuer}");
        assert!(answer.body.contains("Hiện không kết nối được"), "{issuer}: {}", answer.body);
        assert!(answer.body.contains("name=\"password\""), "the password still works");
    }
    let without = Place::new().await;
    assert_eq!(without.browser().get("/sign-in/openid").await.status, StatusCode::NOT_FOUND);
}
