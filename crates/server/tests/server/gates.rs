//! Systems and gates on the pages and at the interface of gates: made, heard, looked at, taken out of use.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use khien_model::{State, Subject, SubjectKind};
use khien_protocol::{GATE_EVENTS_PATH, MAX_GATE_BODY_BYTES};
use khien_server::rights::Role;
use khien_store::{findings, gates, subjects, systems};
use serde_json::{Value, json};

use crate::place::{Answer, Browser, Place};

async fn office() -> Place {
    let place = crate::case_data::place().await;
    place.person("office", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("head", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    place
}

/// Makes a system of a unit and gives its address.
async fn make_system(office: &mut Browser, name: &str) -> String {
    office.get("/admin/gates").await;
    let made = office.post("/admin/gates", &[("name", name), ("unit", "mot")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    made.location().to_owned()
}

/// Puts a gate before it; gives the page with the token.
async fn make_gate(office: &mut Browser, system: &str, protocol: &str) -> String {
    office.get(system).await;
    let made = office.post(&format!("{system}/gates"), &[("name", "Cổng một"), ("protocol", protocol)]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    made.body
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before)
        .nth(1)
        .and_then(|rest| rest.split(after).next())
        .unwrap_or_else(|| panic!("no {before} in {text}"))
}

async fn ask(browser: &mut Browser, token: Option<&str>, body: String) -> Answer {
    let mut request = Request::post(GATE_EVENTS_PATH).header("host", "khien.example");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    browser.send(request.body(Body::from(body)).unwrap()).await
}

fn report(place: &Place, not_inspected: &str, entries: &Value) -> Value {
    json!({
        "program": "khien 1", "stream": "0".repeat(32), "first": 1, "entries": entries,
        "policy": { "suspicious": "pass", "not_inspected": not_inspected },
        "rules": { "id": "abcdef0123456789", "made_at": place.now() - SignedDuration::from_hours(48) },
    })
}

fn file(place: &Place, name: &str, verdict: &str, passed: bool, reason: Option<&str>) -> Value {
    json!({ "file": {
        "at": place.now(), "client": "10.0.0.9", "name": name, "size": 2048, "sha256": "ab".repeat(32), "rules": "abcdef",
        "verdict": verdict, "passed": passed, "reason": reason, "milliseconds": 12,
    }})
}

async fn state_of(place: &Place, system: &str, control: &str) -> Option<State> {
    let subject = systems::subject(system);
    let record = subjects::find(&place.state.store, &subject).await.unwrap().unwrap();
    let open = findings::open(&place.state.store, record.number).await.unwrap();
    open.into_iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

#[tokio::test]
async fn a_gate_is_put_up_heard_looked_at_and_taken_down() {
    let place = office().await;
    let mut office = place.signed_in("office", None).await;
    let system = make_system(&mut office, "Cổng thông tin <b>").await;
    let id = system.rsplit('/').next().unwrap().to_owned();
    assert_eq!(state_of(&place, &id, "uploads-scanned").await, Some(State::Unknown), "{system}");
    let page = make_gate(&mut office, &system, "icap").await;
    assert!(page.contains("--report-to") && page.contains("--token-file"), "{page}");
    let token = between(&page, "printf &#39;%s\\n&#39; &#39;", "&#39;").to_owned();
    let mut gate = place.browser();
    let whole = report(
        &place,
        "block",
        &json!([
            file(&place, "báo cáo.docx", "clean", true, None),
            file(&place, "<script>.exe", "blocked", false, Some("double-extension")),
            file(&place, "cong-van.exe", "blocked", false, Some("rule:program_named_like_official_letter")),
            file(&place, "goi.docx", "blocked", false, Some("rule:of_a_pack")),
            file(&place, "khóa.zip", "not_inspected", false, Some("not-inspected:encrypted")),
        ]),
    );
    let mut of_clamd = whole.clone();
    of_clamd["protocol"] = json!("clamd");
    let mut of_icap = whole.clone();
    of_icap["protocol"] = json!("icap");
    let refused = ask(&mut gate, Some(&token), of_clamd.to_string()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("token-of-other") && refused.body.contains("ICAP, clamd"), "{}", refused.body);
    let refused = ask(&mut gate, Some("guessed"), whole.to_string()).await.body;
    assert!(refused.contains("token-wrong") && !refused.contains("đăng nhập"), "{refused}");
    for (token, body, status) in [
        (None, whole.to_string(), StatusCode::UNAUTHORIZED),
        (Some(""), whole.to_string(), StatusCode::UNAUTHORIZED),
        (Some("guessed"), whole.to_string(), StatusCode::UNAUTHORIZED),
        (Some(token.as_str()), "{}".to_owned(), StatusCode::BAD_REQUEST),
        (Some(token.as_str()), "x".repeat(MAX_GATE_BODY_BYTES + 1), StatusCode::PAYLOAD_TOO_LARGE),
        (Some(token.as_str()), of_icap.to_string(), StatusCode::OK),
        (Some(token.as_str()), whole.to_string(), StatusCode::OK),
    ] {
        let answer = ask(&mut gate, token, body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(state_of(&place, &id, "uploads-scanned").await, Some(State::Pass));
    assert_eq!(state_of(&place, &id, "no-infected-uploads").await, Some(State::Pass));
    let list = office.get("/admin/gates").await.body;
    let address = format!("/admin/gates/{}", between(&list, "/admin/gates/", "\""));
    let before = place.audited().await.len();
    let log = office.get(&address).await.body;
    for words in ["báo cáo.docx", "&#60;script&#62;.exe", "khóa.zip", "10.0.0.9", "bảo vệ bằng mật khẩu", "2 ngày tuổi"]
        .into_iter()
        .chain(["Chương trình mang tên hóa đơn, giấy mời", "Khớp quy tắc of_a_pack", "3 bị chặn,"])
    {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!log.contains("rule:") && !log.contains("mã độc,"), "{log}");
    assert!(place.audited().await.split_off(before).iter().any(|entry| entry.action == "gate.view"));
    let blocked = office.get(&format!("{address}?verdict=blocked&q=SCRIPT")).await.body;
    assert!(blocked.contains("&#60;script&#62;.exe") && !blocked.contains("báo cáo.docx"), "{blocked}");
    // By time alone.
    place.pass(gates::SILENT_AFTER + SignedDuration::from_secs(61));
    gates::refresh(&place.state.store, place.now()).await.unwrap();
    assert_eq!(state_of(&place, &id, "uploads-scanned").await, Some(State::Unknown));
    // It lets pass what it cannot read.
    let open = report(&place, "pass", &json!([]));
    assert_eq!(ask(&mut gate, Some(&token), open.to_string()).await.status, StatusCode::OK);
    let page = office.get(&address).await.body;
    assert!(page.contains("not_inspected = &#34;block&#34;"), "{page}");
    // Others have no business there.
    let mut head = place.signed_in("head", None).await;
    for page in ["/admin/gates", address.as_str(), system.as_str()] {
        assert_eq!(head.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
    office.get(&address).await;
    assert_eq!(office.post(&format!("{address}/end"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&mut gate, Some(&token), whole.to_string()).await.status, StatusCode::UNAUTHORIZED);
    office.get(&system).await;
    assert_eq!(office.post(&format!("{system}/retire"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(systems::all(&place.state.store).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_typed_wrong_is_said_beside_its_field() {
    let place = office().await;
    let mut office = place.signed_in("office", None).await;
    office.get("/admin/gates").await;
    let wrong = office.post("/admin/gates", &[("name", " "), ("unit", "mot")]).await;
    assert_eq!((wrong.status, wrong.body.contains("aria-invalid")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    let system = make_system(&mut office, "Kho tệp").await;
    office.get(&system).await;
    let wrong = office.post(&format!("{system}/gates"), &[("name", ""), ("protocol", "icap")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Renamed and moved.
    let saved = office.post(&system, &[("name", "Kho tệp chung"), ("unit", "hai")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let page = office.get(&system).await.body;
    assert!(page.contains("Kho tệp chung"), "{page}");
    let id = system.rsplit('/').next().unwrap().to_owned();
    let subject = Subject { kind: SubjectKind::System, id };
    let homes = khien_store::assignments::of(&place.state.store, &subject).await.unwrap();
    assert_eq!(homes.last().map(|home| home.unit.as_str()), Some("hai"));
}
