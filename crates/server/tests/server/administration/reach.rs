//! How far an administrator of one unit reaches: nobody becomes somebody else whose roles are wider.
//!
//! Whoever changes the address, the login, the second factor or the roles of somebody can act as them: an OpenID provider
//! knows people by their address, and a link to choose a password is as good as the password.

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_server::rights::Role;
use khien_store::{assignments, logins, people, roles};

use crate::place::{Browser, Place};

/// A place whose unit `mot` has an administrator of its own, and whom that one may not touch: people of `mot` who are more
/// than that, and somebody of the unit beside it.
async fn unit_office() -> (Place, Browser) {
    let place = Place::new().await;
    place.person("root", "tinh", &[(Role::Administrator, None)]).await;
    place.person("quan-tri-mot", "mot", &[(Role::Administrator, Some("mot"))]).await;
    place.person("an", "mot", &[]).await;
    place.person("truong-mot", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    place.person("quan-tri-tinh", "mot", &[(Role::Administrator, None)]).await;
    place.person("truong-hai", "mot", &[(Role::UnitHead, Some("hai"))]).await;
    place.person("van-phong", "mot", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("binh", "hai", &[]).await;
    let secret = place.second_factor("quan-tri-mot").await;
    let browser = place.signed_in("quan-tri-mot", Some(&secret)).await;
    (place, browser)
}

/// People of the unit whose roles reach further than those of its administrator.
const WIDER: [&str; 3] = ["quan-tri-tinh", "truong-hai", "van-phong"];

/// Everything about a person that lets somebody act as them, as it is kept.
async fn kept(place: &Place, person: &str) -> String {
    let store = &place.state.store;
    let subject = Subject { kind: SubjectKind::Person, id: person.to_owned() };
    let login = logins::find(store, person).await.unwrap();
    let known = people::find(store, person).await.unwrap();
    let roles = roles::of_person(store, person).await.unwrap();
    format!("{known:?} {login:?} {roles:?} {:?}", assignments::of(store, &subject).await.unwrap())
}

/// Every way to change a person, each with the fields that would do it.
fn ways(person: &str) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let administration = |what: &str| format!("/admin/people/{person}/{what}");
    let mut ways = vec![
        (administration("details"), vec![("name", "Tên Mới"), ("email", "ke-gian@example.gov.vn")]),
        (administration("unit"), vec![("unit", "mot"), ("from", "2026-11-01")]),
        (administration("roles"), vec![("kind", "official"), ("unit", "mot"), ("from", "2026-11-01")]),
    ];
    for doing in ["invite", "unlock", "remove_second_factor", "end_sessions", "disable", "enable"] {
        ways.push((format!("/people/{person}/login"), vec![("do", doing)]));
    }
    ways.push((format!("/people/{person}/login"), vec![("do", "open"), ("login", "khac")]));
    ways
}

#[tokio::test]
async fn nobody_changes_somebody_whose_roles_are_wider() {
    let (place, mut browser) = unit_office().await;
    browser.get("/admin/people/an").await;
    for person in WIDER.into_iter().chain(["binh"]) {
        let before = kept(&place, person).await;
        let mut ways = ways(person);
        for role in roles::of_person(&place.state.store, person).await.unwrap() {
            ways.push((format!("/admin/people/{person}/roles/{}/end", role.id), vec![]));
        }
        for (path, fields) in ways {
            // Whoever has no role is somebody in reach as soon as an appointment in one's own unit is made: that is no way in.
            if person == "binh" && path.ends_with("/roles") {
                continue;
            }
            let answer = browser.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {fields:?}: {}", answer.body);
        }
        assert_eq!(kept(&place, person).await, before);
    }
}

#[tokio::test]
async fn the_page_of_somebody_with_wider_roles_has_no_forms_and_says_why() {
    let (_place, mut browser) = unit_office().await;
    for person in WIDER {
        let page = browser.get(&format!("/admin/people/{person}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("vai trò rộng hơn"), "{}", page.body);
        assert!(!page.body.contains(&format!("action=\"/admin/people/{person}")), "{}", page.body);
    }
    let page = browser.get("/admin/people/truong-mot").await;
    assert!(!page.body.contains("vai trò rộng hơn"), "{}", page.body);
    for what in ["details", "unit", "roles"] {
        assert!(page.body.contains(&format!("action=\"/admin/people/truong-mot/{what}\"")), "{what}: {}", page.body);
    }
}

#[tokio::test]
async fn an_administrator_of_a_unit_looks_after_its_people() {
    let (place, mut browser) = unit_office().await;
    browser.get("/admin/people/truong-mot").await;
    let own = ways("truong-mot").into_iter().take(3);
    for (path, fields) in own {
        let answer = browser.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    }
    let head = people::find(&place.state.store, "truong-mot").await.unwrap().unwrap();
    assert_eq!(head.email.as_deref(), Some("ke-gian@example.gov.vn"));
}

#[tokio::test]
async fn nobody_is_sent_where_the_administrator_does_not_reach() {
    let (place, mut browser) = unit_office().await;
    let page = browser.get("/admin/people/an").await;
    let (_, choices) = page.body.split_once("/admin/people/an/unit").unwrap();
    let (choices, _) = choices.split_once("</form>").unwrap();
    assert!(choices.contains("value=\"mot\"") && !choices.contains("value=\"hai\""), "{choices}");
    let before = kept(&place, "an").await;
    let answer = browser.post("/admin/people/an/unit", &[("unit", "hai"), ("from", "2026-11-22")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    let answer =
        browser.post("/admin/people/an/roles", &[("kind", "unit_head"), ("unit", "hai"), ("from", "2026-11-22")]);
    assert_eq!(answer.await.status, StatusCode::FORBIDDEN);
    let whole = [("kind", "administrator"), ("unit", ""), ("from", "2026-11-22")];
    assert_eq!(browser.post("/admin/people/an/roles", &whole).await.status, StatusCode::FORBIDDEN);
    assert_eq!(kept(&place, "an").await, before);
    // What is to come counts as well: whoever will be more tomorrow is out of reach today.
    let tomorrow = roles::Role {
        id: "mai".into(),
        person: "an".into(),
        kind: Role::Administrator,
        unit: None,
        decision: None,
        qualified: None,
        valid_from: jiff::civil::date(2026, 12, 1),
        valid_to: None,
    };
    place.change(async |change| roles::grant(change, &tomorrow).await.unwrap()).await;
    let (path, fields) = ways("an").remove(0);
    assert_eq!(browser.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
}
