//! A list that comes after another one: what changes is said, and an older or much smaller one does not count by itself.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_store::cases::{self, UploadState};

use super::{GOOD, LATE, checked, list, place, send};
use crate::place::{Answer, Browser, Place};

/// `count` cases in time.
fn cases_in_time(count: u32) -> String {
    let rows: Vec<String> = (1..=count).map(|number| GOOD.replacen("1/TL", &format!("{number}/TL"), 1)).collect();
    list(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Sends a list whose columns are known, exported on a day. Its address and its page once it is checked.
async fn send_of(place: &Place, browser: &mut Browser, exported: &str, bytes: &[u8]) -> (String, Answer) {
    place.pass(SignedDuration::from_mins(1));
    browser.get("/cases").await;
    let fields = [("unit", "mot"), ("exported", exported)];
    let sent = browser.upload("/cases", &fields, &[("list", "x.csv", bytes)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let address = sent.location().to_owned();
    let page = browser.get(&address).await;
    let page = checked(browser, &address, page).await;
    (address, page)
}

async fn held(place: &Place) -> Vec<u32> {
    let results = cases::of_unit(&place.state.store, "mot", 10).await.unwrap();
    results.iter().map(|result| result.figures.all.cases).collect()
}

#[tokio::test]
async fn a_much_smaller_or_older_list_counts_once_somebody_says_so() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    send(&mut officer, "mot", "dau.csv", cases_in_time(20).as_bytes()).await;
    assert_eq!(held(&place).await, [20]);

    // Nineteen of twenty are not yet noticeably fewer: it is taken, and said.
    let (_, page) = send_of(&place, &mut officer, "2026-11-21", cases_in_time(19).as_bytes()).await;
    assert!(page.body.contains("19 việc, ít hơn lần trước 1 việc (bảng kê xuất"), "{}", page.body);
    assert_eq!(held(&place).await[0], 19);

    // Seventeen are.
    let (address, page) = send_of(&place, &mut officer, "2026-11-21", cases_in_time(17).as_bytes()).await;
    assert!(page.body.contains("ít hơn lần trước 2 việc") && page.body.contains("/confirm\""), "{}", page.body);
    assert!(officer.get("/cases").await.body.contains("chờ xác nhận"));
    assert_eq!(held(&place).await.len(), 2, "it does not count yet");
    place.pass(SignedDuration::from_mins(1));
    let confirmed = officer.post(&format!("{address}/confirm"), &[]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
    let page = officer.get(&address).await;
    let page = checked(&mut officer, &address, page).await;
    assert!(page.body.contains("Đã kiểm tra 17 việc"), "{}", page.body);
    assert_eq!(held(&place).await[0], 17);
    officer.get(&address).await;
    assert_eq!(officer.post(&format!("{address}/confirm"), &[]).await.status, StatusCode::CONFLICT, "once is enough");
    assert_eq!(std::fs::read_dir(place.data.path().join("spool")).unwrap().count(), 0);

    // One of an earlier day is asked about, however many cases it has; somebody throws it away.
    let (address, page) = send_of(&place, &mut officer, "2026-11-19", cases_in_time(30).as_bytes()).await;
    assert!(page.body.contains("nhiều hơn lần trước 13 việc") && page.body.contains("cũ hơn bảng kê đang dùng"));
    // Whoever does not look after the unit says nothing about it.
    place.person("nguoila", "hai", &[(Role::ItFocalOfficer, Some("hai"))]).await;
    let mut stranger = place.signed_in("nguoila", None).await;
    stranger.get("/cases").await;
    assert_eq!(stranger.post(&format!("{address}/confirm"), &[]).await.status, StatusCode::FORBIDDEN);
    officer.get(&address).await;
    assert_eq!(officer.post(&format!("{address}/discard"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(held(&place).await, [17, 19, 20]);
    assert_eq!(std::fs::read_dir(place.data.path().join("spool")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_list_whose_file_is_gone_is_not_confirmed() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    send(&mut officer, "mot", "dau.csv", list(&[GOOD, LATE]).as_bytes()).await;
    let (address, page) = send_of(&place, &mut officer, "2026-11-21", list(&[GOOD]).as_bytes()).await;
    assert!(page.body.contains("/confirm\""), "{}", page.body);
    std::fs::remove_file(place.data.path().join("spool").join(address.rsplit('/').next().unwrap())).unwrap();
    let page = officer.get(&address).await;
    assert!(!page.body.contains("/confirm\"") && page.body.contains("không còn ở máy chủ này"), "{}", page.body);
    officer.post(&format!("{address}/confirm"), &[]).await;
    let page = officer.get(&address).await;
    checked(&mut officer, &address, page).await;
    assert_eq!(cases::recent(&place.state.store, 1).await.unwrap()[0].state, UploadState::Failed);
    assert_eq!(held(&place).await, [2]);
}

async fn ask(place: &Place, browser: &mut Browser, token: &str, query: &str, body: String) -> Answer {
    place.pass(SignedDuration::from_mins(1));
    let request = Request::post(format!("/api/v1/cases?unit=mot{query}")).header("host", "khien.example");
    let request = request.header("authorization", format!("Bearer {token}"));
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_program_is_refused_an_older_list_unless_it_says_so() {
    let place = place().await;
    let mut office = place.signed_in("vanphong", None).await;
    office.get("/admin/upload-tokens").await;
    let made = office.post("/admin/upload-tokens", &[("unit", "mot"), ("days", "30"), ("note", "máy xuất")]).await;
    let token = made.body.split("Bearer ").nth(1).unwrap().split(['"', '&']).next().unwrap().to_owned();
    let mut program = place.browser();
    let today = "&exported_at=2026-11-21T10:00:00Z";
    let first = ask(&place, &mut program, &token, today, cases_in_time(20)).await;
    let told: serde_json::Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(told["before"], serde_json::json!({}), "{told}");
    // Fewer are taken, and said.
    let fewer = ask(&place, &mut program, &token, today, cases_in_time(10)).await;
    let told: serde_json::Value = serde_json::from_str(&fewer.body).unwrap();
    let before = &told["before"]["mot"];
    assert_eq!(
        (&before["cases"], &before["noticeably_fewer"], &before["sent_is_older"]),
        (&20.into(), &true.into(), &false.into())
    );
    assert_eq!(held(&place).await, [10, 20]);
    let older = "&exported_at=2026-11-21T09:59:59Z";
    let refused = ask(&place, &mut program, &token, older, cases_in_time(11)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    assert!(refused.body.contains("cũ hơn bảng kê đang dùng của Đơn vị mot"), "{}", refused.body);
    assert_eq!(cases::recent(&place.state.store, 1).await.unwrap()[0].state, UploadState::Failed);
    assert_eq!(held(&place).await, [10, 20]);
    let taken = ask(&place, &mut program, &token, &format!("{older}&older=take"), cases_in_time(11)).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert_eq!(held(&place).await, [10, 20, 11], "among the earlier ones");
    let unclear = ask(&place, &mut program, &token, &format!("{older}&older=yes"), cases_in_time(11)).await;
    assert_eq!(unclear.status, StatusCode::BAD_REQUEST);
}
