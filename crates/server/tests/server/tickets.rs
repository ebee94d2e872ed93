//! Difficulties: asked with files, answered, asked again, shared; and who may do what.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_model::{Subject, SubjectKind};
use khien_server::rights::Role;
use khien_store::{facts, subjects, tickets};

use crate::place::{Browser, Place};

async fn office() -> Place {
    let place = Place::new().await;
    place.person("office", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("focal", "mot", &[(Role::ItFocalOfficer, Some("mot"))]).await;
    place.person("an", "mot", &[(Role::Official, Some("mot"))]).await;
    place.person("binh", "hai", &[(Role::Official, Some("hai"))]).await;
    place
        .change(async |change| {
            for id in ["tinh", "mot", "hai"] {
                subjects::enter(change, &unit(id), id).await.unwrap();
            }
        })
        .await;
    place
}

fn unit(id: &str) -> Subject {
    Subject { kind: SubjectKind::Unit, id: id.to_owned() }
}

async fn reported(place: &Place, id: &str) -> serde_json::Value {
    let document = facts::document(&place.state.store, &unit(id)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer("/unit/facts/difficulties/value/reported_this_month").cloned().unwrap_or_default()
}

const QUESTION: [(&str, &str); 4] =
    [("kind", "question"), ("unit", "mot"), ("title", "Không đổi được mật khẩu"), ("text", "Trang báo lỗi 500")];

/// Asks and gives the address of the ticket.
async fn ask(browser: &mut Browser) -> String {
    browser.get("/tickets/new").await;
    let answer = browser.upload("/tickets/new", &QUESTION, &[("files", "loi.txt", "ảnh lỗi".as_bytes())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

async fn sent(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

#[tokio::test]
async fn a_question_is_asked_answered_and_shared() {
    let place = office().await;
    let (mut an, mut keeper) = (place.signed_in("an", None).await, place.signed_in("office", None).await);
    let at = ask(&mut an).await;
    assert_eq!(reported(&place, "mot").await, true);
    let page = an.get(&at).await.body;
    assert!(page.contains("2026-0001") && page.contains("loi.txt") && page.contains("Trang báo lỗi 500"), "{page}");
    let file = page.split(&format!("{at}/files/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(an.get(&format!("{at}/files/{file}")).await.body, "ảnh lỗi");

    keeper.get("/tickets").await;
    assert!(keeper.get("/tickets").await.body.contains("Không đổi được mật khẩu"));
    keeper.get(&at).await;
    sent(&mut keeper, &format!("{at}/assign"), &[("to", "focal")]).await;
    let nobody = keeper.post(&format!("{at}/assign"), &[("to", "an")]).await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST, "who asked does not answer");
    sent(&mut keeper, &format!("{at}/put-off"), &[("until", "2026-12-01"), ("why", "Đã gửi công văn 12")]).await;
    let past = keeper.post(&format!("{at}/put-off"), &[("until", "2026-11-21"), ("why", "x")]).await;
    assert_eq!(past.status, StatusCode::BAD_REQUEST);
    sent(&mut keeper, &format!("{at}/answer"), &[("answer", "Dùng trang mới."), ("shared", "on")]).await;
    assert!(an.get(&at).await.body.contains("Dùng trang mới."));
    let shared = keeper.get("/tickets/answers?q=trang%20moi").await.body;
    assert!(shared.contains("<mark>trang mới</mark>") && !shared.contains("Nguyễn Thị an"), "{shared}");

    sent(&mut an, &format!("{at}/reopen"), &[("why", "Vẫn lỗi")]).await;
    assert!(!an.get("/tickets/answers").await.body.contains("Dùng trang mới."));
    let message = an.upload(&format!("{at}/message"), &[("text", "Gửi thêm ảnh")], &[]).await;
    assert_eq!(message.status, StatusCode::SEE_OTHER, "{}", message.body);
    sent(&mut an, &format!("{at}/close"), &[]).await;
    assert_eq!(an.upload(&format!("{at}/message"), &[("text", "x")], &[]).await.status, StatusCode::CONFLICT);
    let seen =
        place.audited().await.into_iter().any(|record| record.action == "person.view" && record.object_id == "an");
    assert!(seen, "that the office read what somebody wrote is written down");
}

#[tokio::test]
async fn nobody_sees_or_answers_what_is_not_theirs() {
    let place = office().await;
    let (mut an, mut binh, mut focal) =
        (place.signed_in("an", None).await, place.signed_in("binh", None).await, place.signed_in("focal", None).await);
    let at = ask(&mut an).await;
    assert_eq!(binh.get(&at).await.status, StatusCode::FORBIDDEN);
    binh.get("/tickets").await;
    for what in ["assign", "put-off", "answer", "reopen", "close"] {
        let answer = binh.post(&format!("{at}/{what}"), &[("answer", "x"), ("to", "binh"), ("why", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
    }
    assert_eq!(an.post(&format!("{at}/answer"), &[("answer", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(binh.get("/tickets/no-such").await.status, StatusCode::NOT_FOUND);
    // Whoever asked for their unit does not answer it themselves either.
    let own = ask(&mut focal).await;
    focal.get(&own).await;
    assert_eq!(focal.post(&format!("{own}/answer"), &[("answer", "x")]).await.status, StatusCode::FORBIDDEN);
    // Only of the own unit, or one that somebody answers for.
    an.get("/tickets/new").await;
    let mut elsewhere = QUESTION;
    elsewhere[1] = ("unit", "hai");
    assert_eq!(an.upload("/tickets/new", &elsewhere, &[]).await.status, StatusCode::FORBIDDEN);
    let wrong = an.upload("/tickets/new", &[("unit", "mot"), ("title", "Giữ lại tên này")], &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("aria-invalid") && wrong.body.contains("Giữ lại tên này"), "{}", wrong.body);
}

#[tokio::test]
async fn a_unit_says_that_nothing_stands_in_the_way() {
    let place = office().await;
    let mut focal = place.signed_in("focal", None).await;
    assert!(focal.get("/tickets").await.body.contains("/tickets/none"));
    sent(&mut focal, "/tickets/none", &[("unit", "mot")]).await;
    assert_eq!(reported(&place, "mot").await, true);
    assert_eq!(focal.post("/tickets/none", &[("unit", "hai")]).await.status, StatusCode::FORBIDDEN);
    place.pass(SignedDuration::from_hours(1));
    assert!(tickets::all(&place.state.store).await.unwrap().is_empty());
}
