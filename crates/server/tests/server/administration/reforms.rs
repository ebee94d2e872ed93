//! The tree of units: tried first, then changed, with everybody in it.

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_store::{assignments, units};

use super::office;

#[tokio::test]
async fn a_merger_is_tried_first_and_then_moves_everybody() {
    let (place, mut browser) = office().await;
    place.person("an", "mot", &[]).await;
    place.person("binh", "hai", &[]).await;
    browser.get("/admin/units/mot").await;
    let fields = [("unit", "mot"), ("with", "hai"), ("into", ""), ("new-name", "Đơn vị gộp"), ("day", "2026-12-01")];
    let tried = browser.post("/admin/unit-reforms/merge", &fields).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert!(tried.body.contains("Đơn vị gộp tiếp nhận 100 % của Đơn vị hai"), "{}", tried.body);
    assert!(tried.body.contains("Nguyễn Thị an") && tried.body.contains("Nguyễn Thị binh"), "{}", tried.body);
    let before = units::register(&place.state.store).await.unwrap();
    assert_eq!(before.units.len(), 3, "looking changes nothing");

    let confirmed: Vec<(&str, &str)> = fields.into_iter().chain([("confirmed", "yes")]).collect();
    let done = browser.post("/admin/unit-reforms/merge", &confirmed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let tree = units::tree(&place.state.store).await.unwrap();
    let after = tree.on("2026-12-01".parse().unwrap());
    let names: Vec<&str> = after.units().iter().map(|unit| after.name(*unit).unwrap().name.as_str()).collect();
    assert_eq!(names, ["Đơn vị tinh", "Đơn vị gộp"]);
    assert_eq!(tree.on("2026-11-30".parse().unwrap()).units().len(), 3, "the day before stays as it was");
    let an = Subject { kind: SubjectKind::Person, id: "an".into() };
    let homes = assignments::of(&place.state.store, &an).await.unwrap();
    assert_eq!(homes.len(), 2);
    assert_eq!(browser.get("/admin/units?on=2026-12-01").await.status, StatusCode::OK);
    let history = browser.get("/admin/units/mot").await;
    assert!(history.body.contains("Bàn giao cho"), "{}", history.body);
}

#[tokio::test]
async fn a_split_sends_each_where_it_is_told() {
    let (place, mut browser) = office().await;
    for person in ["an", "binh"] {
        place.person(person, "mot", &[]).await;
    }
    browser.get("/admin/units/mot").await;
    let fields = [
        ("unit", "mot"),
        ("part-1-name", "Đơn vị A"),
        ("part-1-share", "60"),
        ("part-2-name", "Đơn vị B"),
        ("part-2-share", "40"),
        ("day", "2026-12-01"),
    ];
    let tried = browser.post("/admin/unit-reforms/split", &fields).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert!(tried.body.contains("name=\"goes:person:binh\""), "{}", tried.body);
    let confirmed: Vec<(&str, &str)> =
        fields.into_iter().chain([("goes:person:binh", "1"), ("confirmed", "yes")]).collect();
    let done = browser.post("/admin/unit-reforms/split", &confirmed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let day = "2026-12-02".parse().unwrap();
    let tree = units::tree(&place.state.store).await.unwrap();
    let homes = assignments::homes_on(&place.state.store, SubjectKind::Person, day).await.unwrap();
    let home = |person: &str| tree.name(tree.find(&homes[person]).unwrap(), day).unwrap().name.clone();
    assert_eq!((home("an"), home("binh")), ("Đơn vị A".to_owned(), "Đơn vị B".to_owned()));
}

/// The fields of a form, with what is typed into them.
type Fields<'f> = &'f [(&'f str, &'f str)];

#[tokio::test]
async fn what_cannot_be_is_said_in_words() {
    let (_place, mut browser) = office().await;
    browser.get("/admin/units/mot").await;
    let cases: [(&str, Fields<'_>, &str); 5] = [
        ("close", &[("unit", "tinh"), ("day", "2026-12-01")], "2 đơn vị trực thuộc"),
        ("rename", &[("unit", "mot"), ("name", " "), ("day", "2026-12-01")], "Cần có tên"),
        ("move", &[("unit", "tinh"), ("parent", "mot"), ("day", "2026-12-01")], "không còn là một cây"),
        ("found", &[("unit", "mot"), ("name", "X"), ("day", "hôm qua")], "Ngày không đúng"),
        ("rename", &[("unit", "mot"), ("name", "X"), ("day", "2019-12-01")], "không tồn tại"),
    ];
    for (what, fields, said) in cases {
        let answer = browser.post(&format!("/admin/unit-reforms/{what}"), fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.body);
        assert!(answer.body.contains(said), "{what}: {}", answer.body);
    }
}
