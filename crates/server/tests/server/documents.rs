//! Legal documents: found, given, studied, their texts uploaded and read.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_model::{Subject, SubjectKind};
use khien_server::rights::Role;
use khien_store::{facts, studies, subjects};

use crate::place::{Browser, Place};

const DOCX: &[u8] = include_bytes!("../../../documents/tests/assets/quyet-dinh.docx");
const PDF: &[u8] = include_bytes!("../../../documents/tests/assets/quyet-dinh.pdf");

/// An office above `tinh`, the head of `mot`, and an official there.
async fn office() -> Place {
    let place = Place::new().await;
    place.person("office", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("head", "mot", &[(Role::UnitHead, Some("mot")), (Role::Official, Some("mot"))]).await;
    place.person("an", "mot", &[(Role::Official, Some("mot"))]).await;
    place
        .change(async |change| {
            for id in ["office", "head", "an"] {
                subjects::enter(change, &person(id), id).await.unwrap();
            }
            for id in ["tinh", "mot", "hai"] {
                subjects::enter(change, &Subject { kind: SubjectKind::Unit, id: id.to_owned() }, id).await.unwrap();
            }
        })
        .await;
    place
}

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.to_owned() }
}

async fn known(place: &Place, subject: &Subject) -> serde_json::Value {
    let document = facts::document(&place.state.store, subject).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer(&format!("/{}/facts/documents/value", subject.kind)).cloned().unwrap_or_default()
}

async fn sent(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

#[tokio::test]
async fn a_document_is_given_studied_and_known_to_be_studied() {
    let place = office().await;
    let (mut keeper, mut head, mut an) =
        (place.signed_in("office", None).await, place.signed_in("head", None).await, place.signed_in("an", None).await);
    keeper.get("/documents/nd-331-2026").await;
    sent(&mut keeper, "/documents/nd-331-2026/tasks", &[("unit", "mot"), ("audience", "all")]).await;
    let again = keeper.post("/documents/nd-331-2026/tasks", &[("unit", "mot"), ("audience", "all")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(known(&place, &person("an")).await["outstanding"][0]["number"], "331/2026/NĐ-CP");
    assert_eq!(known(&place, &person("office")).await, serde_json::Value::Null, "it was not given to the office");

    let list = an.get("/documents").await.body;
    assert!(list.contains("0/1") && list.contains("/documents/nd-331-2026"), "{list}");
    an.get("/documents/nd-331-2026").await;
    sent(&mut an, "/documents/nd-331-2026/studied", &[]).await;
    assert_eq!(known(&place, &person("an")).await["studied"], 1);

    let page = head.get("/documents/nd-331-2026").await.body;
    assert!(page.contains("1/2") && page.contains("Nguyễn Thị head") && !page.contains("Nguyễn Thị an"), "{page}");
    let meeting = [("unit", "mot"), ("studied_on", "2026-11-20"), ("reference", "12/BB")];
    sent(&mut head, "/documents/nd-331-2026/units", &meeting).await;
    let unit = Subject { kind: SubjectKind::Unit, id: "mot".into() };
    assert_eq!(known(&place, &unit).await["studied"], 1);
    let page = head.get("/documents/nd-331-2026").await.body;
    assert!(page.contains("12/BB"), "{page}");

    // Nobody speaks for a unit that is not theirs, and only the office gives documents.
    let elsewhere = [("unit", "hai"), ("studied_on", "2026-11-20")];
    assert_eq!(head.post("/documents/nd-331-2026/units", &elsewhere).await.status, StatusCode::FORBIDDEN);
    let given = [("unit", "mot"), ("audience", "all")];
    assert_eq!(head.post("/documents/luat-91-2025/tasks", &given).await.status, StatusCode::FORBIDDEN);
    assert_eq!(an.get("/documents/no-such").await.status, StatusCode::NOT_FOUND);
    assert!(!an.get("/documents/nd-331-2026").await.body.contains("Nguyễn Thị head"), "an official sees nobody else");

    let task = studies::open_tasks(&place.state.store).await.unwrap().remove(0).id;
    keeper.get("/documents/nd-331-2026").await;
    let wrong = keeper.post(&format!("/documents/luat-91-2025/tasks/{task}/end"), &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    sent(&mut keeper, &format!("/documents/nd-331-2026/tasks/{task}/end"), &[]).await;
    assert_eq!(known(&place, &person("an")).await, serde_json::Value::Null);
}

#[tokio::test]
async fn what_the_heads_saw_of_their_people_is_written_down() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    keeper.get("/documents/nd-331-2026").await;
    sent(&mut keeper, "/documents/nd-331-2026/tasks", &[("unit", "tinh"), ("audience", "people")]).await;
    place.signed_in("head", None).await.get("/documents/nd-331-2026").await;
    let looked = place.audited().await.into_iter().filter(|record| record.action == "people.list");
    let looked: Vec<String> = looked.map(|record| format!("{} {}", record.actor, record.object_id)).collect();
    assert!(looked.contains(&"person:head /documents/nd-331-2026".to_owned()), "{looked:?}");
}

#[tokio::test]
async fn a_text_is_uploaded_found_read_and_saved() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    let mut an = place.signed_in("an", None).await;
    assert!(!an.get("/documents?q=theo%20dinh%20ky").await.body.contains("/documents/qd-45-btp"));
    for (name, bytes) in [("quyet-dinh.docx", DOCX), ("quyet-dinh.pdf", PDF)] {
        keeper.get("/documents/qd-45-btp").await;
        let answer = keeper.upload("/documents/qd-45-btp/text", &[], &[("file", name, bytes)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.body);
        // A word of the text, typed without marks and with a stray space.
        let found = an.get("/documents?q=theo%20din%20h%20ky").await.body;
        assert!(found.contains("/documents/qd-45-btp") && found.contains("<mark>"), "{name}: {found}");
        let page = an.get("/documents/qd-45-btp").await.body;
        assert!(page.contains(name) && page.contains("/documents/qd-45-btp/text"), "{page}");
        let text = an.get("/documents/qd-45-btp/text").await.body;
        assert!(text.contains("Mỗi người đổi mật khẩu"), "{text}");
        let file = page.split("/documents/qd-45-btp/files/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let saved = an.get(&format!("/documents/qd-45-btp/files/{file}")).await;
        assert_eq!(saved.status, StatusCode::OK);
        assert!(saved.headers["content-disposition"].to_str().unwrap().starts_with("attachment"), "it is not opened");
        assert_eq!(an.get(&format!("/documents/luat-91-2025/files/{file}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn files_without_a_text_are_refused_and_nothing_is_kept() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    keeper.get("/documents/qd-45-btp").await;
    let cases: [(&str, &[u8], &str); 3] = [
        ("a.pdf", b"%PDF-1.4 and nothing", "Không đọc được tệp này"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", "Chỉ đọc được nội dung"),
        ("a.exe", b"MZ", "không được phép"),
    ];
    for (name, bytes, said) in cases {
        let answer = keeper.upload("/documents/qd-45-btp/text", &[], &[("file", name, bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.body.contains(said) && answer.body.contains("aria-invalid"), "{name}: {}", answer.body);
    }
    let nothing = keeper.upload("/documents/qd-45-btp/text", &[], &[]).await;
    assert!(nothing.body.contains("Hãy chọn một tệp"), "{}", nothing.body);
    assert!(studies::texts(&place.state.store).await.unwrap().is_empty());
    let mut an = place.signed_in("an", None).await;
    an.get("/documents/qd-45-btp").await;
    let answer = an.upload("/documents/qd-45-btp/text", &[], &[("file", "a.txt", b"text")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    place.pass(SignedDuration::from_secs(1));
    assert_eq!(an.get("/documents/qd-45-btp/text").await.status, StatusCode::NOT_FOUND);
}
