//! People and roles, devices, tokens, settings, exemptions.

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_protocol::{Digest, Token};
use khien_server::rights::Role;
use khien_server::router;
use khien_store::exemptions::{self, ExemptionState};
use khien_store::{assignments, people, roles, settings, subjects, tokens};

use super::office;

#[tokio::test]
async fn a_person_is_entered_appointed_and_moved() {
    let (place, mut browser) = office().await;
    browser.get("/admin/people").await;
    let wrong = browser.post("/admin/people", &[("name", " "), ("email", "không")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("aria-invalid=\"true\"") && wrong.body.contains("href=\"#people-name\""),
        "{}",
        wrong.body
    );
    let taken = browser.post("/admin/people", &[("name", "Lê Hà"), ("email", "quan-tri@example.gov.vn")]).await;
    assert!(taken.body.contains("của người khác"), "{}", taken.body);
    let fields = [("name", "Lê Hà"), ("email", "Leha@example.vn"), ("unit", "mot"), ("position", "Kế toán")];
    let entered = browser.post("/admin/people", &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let person = people::find_by_email(&place.state.store, "leha@example.vn").await.unwrap().unwrap();
    let at = entered.location().to_owned();
    assert_eq!(at, format!("/admin/people/{}", person.id));

    browser.get(&at).await;
    let role =
        [("kind", "unit_head"), ("unit", "mot"), ("decision", "12/QĐ"), ("from", "2026-11-01"), ("to", "2026-12-31")];
    assert_eq!(browser.post(&format!("{at}/roles"), &role).await.status, StatusCode::SEE_OTHER);
    let granted = roles::of_person(&place.state.store, &person.id).await.unwrap();
    assert_eq!(granted.len(), 1);
    assert_eq!(granted[0].valid_to.map(|day| day.to_string()).as_deref(), Some("2027-01-01"), "the last day counts");
    let ended = browser.post(&format!("{at}/roles/{}/end", granted[0].id), &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let moved = browser.post(&format!("{at}/unit"), &[("unit", "hai"), ("from", "2026-11-22")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let subject = Subject { kind: SubjectKind::Person, id: person.id };
    let homes = assignments::of(&place.state.store, &subject).await.unwrap();
    assert_eq!(homes.last().map(|home| home.unit.as_str()), Some("hai"));
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (place, mut browser) = office().await;
    browser.get("/admin/people/quan-tri").await;
    let own = roles::of_person(&place.state.store, "quan-tri").await.unwrap().remove(0);
    browser.post(&format!("/admin/people/quan-tri/roles/{}/end", own.id), &[]).await;
    let after = roles::find(&place.state.store, &own.id).await.unwrap().unwrap();
    assert_eq!(after.valid_to, None);
    assert!(browser.get("/admin/people/quan-tri").await.body.contains("người quản trị duy nhất"));
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_as_a_digest() {
    let (mut place, browser) = office().await;
    place.state.authority = Some(Digest::of(b"an authority"));
    place.router = router(place.state.clone());
    let mut browser = {
        let mut fresh = place.browser();
        fresh.cookies = browser.cookies;
        fresh
    };
    browser.get("/admin/tokens").await;
    let wrong = browser.post("/admin/tokens", &[("unit", "mot"), ("days", "0"), ("uses", "5000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = browser.post("/admin/tokens", &[("unit", "mot"), ("days", "7"), ("uses", "20"), ("note", "")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let (_, rest) = made.body.split_once("khien-agent enrol ").unwrap();
    let (_, rest) = rest.split_once(' ').unwrap();
    let token: Token = rest.split('<').next().unwrap().parse().unwrap();
    let kept = tokens::all(&place.state.store).await.unwrap().remove(0);
    let hash: String = token.secret_hash().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(kept.secret_hash, hash);
    assert_eq!((kept.uses_allowed, kept.unit.as_str()), (20, "mot"));
    let list = browser.get("/admin/tokens").await;
    assert!(!list.body.contains("KHIEN1-"));
    browser.post(&format!("/admin/tokens/{}/revoke", kept.id), &[]).await;
    assert!(tokens::find(&place.state.store, &kept.id).await.unwrap().unwrap().revoked_at.is_some());
}

#[tokio::test]
async fn a_device_is_given_moved_and_retired() {
    let (place, mut browser) = office().await;
    let device = Subject { kind: SubjectKind::Device, id: "pc".into() };
    place.change(async |change| subjects::enter(change, &device, "PC-01").await.map(|_| ()).unwrap()).await;
    browser.get("/admin/devices/pc").await;
    for (what, fields) in [
        ("unit", &[("unit", "mot"), ("from", "2026-11-22")][..]),
        ("holder", &[("holder", "quan-tri@example.gov.vn"), ("from", "2026-11-22")]),
        ("retire", &[]),
    ] {
        let answer = browser.post(&format!("/admin/devices/pc/{what}"), fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}: {}", answer.body);
    }
    let page = browser.get("/admin/devices/pc").await;
    assert!(page.body.contains("Nguyễn Thị quan-tri") && page.body.contains("ngừng dùng"), "{}", page.body);
    assert!(subjects::find(&place.state.store, &device).await.unwrap().unwrap().retired_at.is_some());
    browser.post("/admin/devices/pc/take-back", &[]).await;
    assert!(subjects::find(&place.state.store, &device).await.unwrap().unwrap().retired_at.is_none());
}

#[tokio::test]
async fn settings_keep_their_bounds() {
    let (place, mut browser) = office().await;
    browser.get("/admin/settings").await;
    let good = [
        ("organisation_name", "THADS tỉnh Ví Dụ"),
        ("digest_weekday", "1"),
        ("digest_hour", "8"),
        ("session_idle_minutes", "30"),
        ("session_hours", "12"),
        ("keep_fact_changes_days", "730"),
        ("keep_findings_days", "1825"),
        ("keep_tally_days", "3650"),
        ("keep_requests_days", "1095"),
        ("keep_imports_days", "30"),
        ("keep_case_rows_days", "400"),
        ("keep_tickets_days", "1825"),
        ("keep_studies_days", "1825"),
        ("keep_scans_days", "400"),
        ("keep_gate_events_days", "180"),
    ];
    let mut bad = good;
    bad[2].1 = "24";
    let refused = browser.post("/admin/settings", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("từ 0 đến 23"), "{}", refused.body);
    let store = &place.state.store;
    assert_eq!(settings::ORGANISATION_NAME.get(store).await.unwrap(), "", "all of it or nothing");
    assert_eq!(browser.post("/admin/settings", &good).await.status, StatusCode::SEE_OTHER);
    assert_eq!(settings::ORGANISATION_NAME.get(store).await.unwrap(), "THADS tỉnh Ví Dụ");
    assert_eq!(settings::DIGEST_HOUR.get(store).await.unwrap(), 8);
    assert!(!settings::DIGEST_ON.get(store).await.unwrap());
}

#[tokio::test]
async fn an_exemption_takes_two_people() {
    let (place, mut admin) = office().await;
    admin.get("/admin/directives").await;
    let version = admin.post("/admin/directives/shipped", &[("id", "thads-2026")]).await.location().to_owned();
    admin.get(&version).await;
    admin.post(&format!("{version}/activate"), &[]).await;
    place.person("truong", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    let mut head = place.signed_in("truong", None).await;
    let form = head.get("/exemptions/new").await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    let fields = [
        ("lifts", "clause:4.1"),
        ("unit", "mot"),
        ("kind", "device"),
        ("reason", "Máy chờ thanh lý"),
        ("from", "2026-11-22"),
        ("until", "2026-12-31"),
    ];
    let mut elsewhere = fields;
    elsewhere[1].1 = "hai";
    assert_eq!(head.post("/exemptions", &elsewhere).await.status, StatusCode::FORBIDDEN);
    let mut endless = fields;
    endless[5].1 = "2028-12-31";
    assert_eq!(head.post("/exemptions", &endless).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = head.post("/exemptions", &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let at = asked.location().to_owned();
    let id = at.rsplit('/').next().unwrap().to_owned();
    head.get(&at).await;
    assert_eq!(head.post(&format!("{at}/approve"), &[("note", "")]).await.status, StatusCode::FORBIDDEN);
    admin.get(&at).await;
    let approved = admin.post(&format!("{at}/approve"), &[("note", "Đồng ý")]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
    let record = exemptions::find(&place.state.store, &id).await.unwrap().unwrap();
    assert_eq!((record.state, record.decided_by.as_deref()), (ExemptionState::Approved, Some("quan-tri")));
    assert_eq!(record.request.valid_to.to_string(), "2027-01-01", "the last day counts");
    let mut own = place.browser();
    own.cookies = admin.cookies.clone();
    own.get("/exemptions/new").await;
    let asked = own.post("/exemptions", &fields).await;
    let at = asked.location().to_owned();
    own.get(&at).await;
    assert_eq!(own.post(&format!("{at}/approve"), &[]).await.status, StatusCode::FORBIDDEN, "nobody decides alone");
    assert_eq!(own.post(&format!("{at}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_directive_with_mistakes_is_refused_with_their_places() {
    let (_place, mut browser) = office().await;
    browser.get("/admin/directives").await;
    let file: &[u8] = b"directive: x\nclauses: [\n";
    let answer = browser.upload("/admin/directives/files", &[], &[("files", "x.yaml", file)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("x.yaml:"), "{}", answer.body);
}
