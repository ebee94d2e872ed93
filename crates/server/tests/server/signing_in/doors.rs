//! Every route of the table is tried by nobody and by every role that has no right to it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use expect_test::expect_file;
use khien_model::{Subject, SubjectKind};
use khien_server::rights::{Resource, Right, Rights, Role};
use khien_server::routes::{self, Kind, Method, Route};
use khien_store::{assignments, holders, subjects};

use crate::place::{Answer, Browser, Place};

/// Paths of the route, with the things of somebody of another unit in its holes.
fn paths(route: &Route) -> Vec<String> {
    let fill = |kind: &str, thing: &str| {
        let parts = route.path.split('/').map(|part| match part.strip_prefix('{') {
            Some("kind}") => kind,
            Some(_) => thing,
            None => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    if !route.path.contains('{') {
        vec![route.path.to_owned()]
    } else if route.path.contains("/units/") {
        vec![fill("unit", "hai")]
    } else if route.path.contains("/devices/") {
        vec![fill("device", DEVICE)]
    } else if route.path.contains("{kind}") {
        vec![fill("person", "binh"), fill("device", DEVICE)]
    } else {
        vec![fill("person", "binh")]
    }
}

/// The device that `binh` works with.
const DEVICE: &str = "may-cua-binh";

/// Somebody of another unit, with a device.
async fn somebody_else(place: &Place) {
    place.person("binh", "hai", &[]).await;
    place
        .change(async |change| {
            let device = Subject { kind: SubjectKind::Device, id: DEVICE.to_owned() };
            let today = khien_model::day_of(change.now());
            subjects::enter(change, &device, "PC-BINH").await.unwrap();
            assignments::assign(change, &device, "hai", today).await.unwrap();
            holders::add(change, &device, "binh", today).await.unwrap();
        })
        .await;
}

async fn knock(browser: &mut Browser, route: &Route, path: &str) -> Answer {
    match route.method {
        Method::Get => browser.get(path).await,
        Method::Post if matches!(route.kind, Kind::Form) => browser.post(path, &[]).await,
        Method::Post if matches!(route.kind, Kind::Upload) => browser.upload(path, &[], &[]).await,
        Method::Post => {
            let request = Request::post(path).header("host", "khien.example").body(Body::empty()).unwrap();
            browser.send(request).await
        }
    }
}

/// Whether the route is about one thing that belongs to a unit or a person.
fn is_about_somebody(route: &Route) -> bool {
    let is_for_all = matches!(route.needs, Right::May(_, Resource::Control | Resource::Directive | Resource::Import));
    let is_for_people = matches!(route.needs, Right::SignedIn | Right::May(..));
    route.path.contains('{') && is_for_people && !is_for_all
}

/// Whether the answer is that one must sign in first.
fn must_sign_in(answer: &Answer) -> bool {
    let led_there = answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/sign-in?return_to=");
    led_there || answer.status == StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn what_is_open_to_everybody_is_in_the_list() {
    let place = Place::new().await;
    let mut open = String::new();
    for route in routes::all() {
        let answer = knock(&mut place.browser(), route, &paths(route)[0]).await;
        if !must_sign_in(&answer) {
            open.push_str(&format!("{route:?}: {} – {}\n", route.needs, route.about));
        }
        let is_for_people = matches!(route.needs, Right::SignedIn | Right::SigningIn | Right::May(..));
        assert!(!is_for_people || must_sign_in(&answer), "{route:?} answers {} to nobody", answer.status);
    }
    expect_file!["../../../src/rights/golden/open_routes.txt"].assert_eq(&open);
}

#[tokio::test]
async fn nobody_gets_in_without_the_right() {
    let place = Place::new().await;
    somebody_else(&place).await;
    let mut tried: BTreeMap<Role, usize> = BTreeMap::new();
    for role in Role::ALL {
        let id = role.as_str();
        let unit = if *role == Role::Official { None } else { Some("mot") };
        let appointed: Vec<_> = unit.map(|unit| (*role, Some(unit))).into_iter().collect();
        place.person(id, "mot", &appointed).await;
        let secret = if *role == Role::Administrator { Some(place.second_factor(id).await) } else { None };
        let mut browser = place.signed_in(id, secret.as_deref()).await;
        browser.get("/account").await;
        let rights: Rights = khien_server::sign_in::rights_of(&place.state, id, place.now()).await.unwrap();
        for route in routes::all().filter(|route| matches!(route.needs, Right::May(..)) && !rights.allow(route.needs)) {
            let answer = knock(&mut browser, route, &paths(route)[0]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route:?} as {role}: {}", answer.body);
            *tried.entry(*role).or_default() += 1;
        }
        // Even where the role may do such a thing, it may not do it to another unit or its people.
        for route in routes::all().filter(|route| is_about_somebody(route)) {
            for path in paths(route) {
                let answer = knock(&mut browser, route, &path).await;
                // A form without its fields may be refused for that before anything is looked up.
                let refused = match route.method {
                    Method::Get => &[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND][..],
                    Method::Post => &[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST],
                };
                assert!(refused.contains(&answer.status), "{route:?} {path} as {role}: {}", answer.status);
            }
        }
        assert_eq!(browser.get("/account").await.status, StatusCode::OK, "{role} is still signed in");
    }
    assert!(tried.get(&Role::Official).is_some_and(|count| *count > 0), "{tried:?}");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let place = Place::new().await;
    let mut browser = place.browser();
    let mut answers = Vec::new();
    for route in routes::all() {
        answers.push((format!("{route:?}"), knock(&mut browser, route, &paths(route)[0]).await));
    }
    answers.push(("nowhere".to_owned(), browser.get("/khong-co").await));
    let wrong_method = Request::delete("/sign-in").header("host", "khien.example").body(Body::empty()).unwrap();
    answers.push(("wrong method".to_owned(), browser.send(wrong_method).await));
    for (what, answer) in answers {
        let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
        assert!(!policy.contains("unsafe"), "{what}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(header("x-frame-options"), "DENY", "{what}");
        assert_eq!(header("referrer-policy"), "same-origin", "{what}");
        assert!(header("strict-transport-security").starts_with("max-age="), "{what}");
        assert!(!header("cache-control").is_empty(), "{what}");
        assert!(!answer.body.contains(" style=\"") && !answer.body.contains(" onclick="), "{what}");
    }
}

#[tokio::test]
async fn every_look_at_somebody_elses_data_leaves_an_entry() {
    let place = Place::new().await;
    somebody_else(&place).await;
    place.person("root", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("root").await;
    let mut root = place.signed_in("root", Some(&secret)).await;
    let mut looked = 0;
    for route in routes::all().filter(|route| is_about_somebody(route) && route.method == Method::Get) {
        for path in paths(route).into_iter().filter(|path| path.contains("binh")) {
            let before = place.audited().await.len();
            let answer = root.get(&path).await;
            if answer.status != StatusCode::OK {
                continue;
            }
            looked += 1;
            let entries = place.audited().await.split_off(before);
            let noted = entries.iter().any(|entry| {
                entry.action == "person.view" && entry.object_id == "binh" && entry.actor.to_string() == "person:root"
            });
            assert!(noted, "{path} shows what is binh's and nobody knows");
        }
    }
    assert!(looked >= 3, "only {looked} pages are about somebody");
}
