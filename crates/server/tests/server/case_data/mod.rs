//! Lists of cases: sent on the page, by a program, by the watched folder; what is kept of them, and what never is.

mod privacy;
mod replaced;
mod ways;

use std::time::Duration;

use axum::http::StatusCode;
use khien_model::{State, Subject, SubjectKind};
use khien_server::rights::Role;
use khien_store::{findings, subjects};

use crate::place::{Answer, Browser, Place};

/// The titles that an export has, those of the parties among them.
pub(crate) const TITLES: &str = "Số thụ lý;Ngày thụ lý;Số bản án;Ngày bản án;Ngày nhận bản án;Số QĐ;Ngày QĐ;\
                                 Chấp hành viên;Đơn vị;Ngày thông báo;Tình trạng;Ngày cập nhật cuối;Người phải thi hành án";
/// A case that was decided and notified in time.
pub(crate) const GOOD: &str = "1/TL;09/03/2026;5/DS;01/02/2026;02/03/2026;7/QĐ;09/03/2026;Nguyễn Thị chv;Đơn vị mot;\
                               12/03/2026;Thi hành xong;13/03/2026;Đương Sự Bí Mật";
/// One whose decision came a day late.
pub(crate) const LATE: &str = "2/TL;10/03/2026;5/DS;01/02/2026;02/03/2026;8/QĐ;10/03/2026;Nguyễn Thị chv;Đơn vị mot;\
                               12/03/2026;Thi hành xong;13/03/2026;Đương Sự Bí Mật";

/// A place with a directive in force, an officer and whoever sends lists.
pub(crate) async fn place() -> Place {
    let place = Place::new().await;
    let files = khien_content::FILES
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), String::from_utf8(bytes.to_vec()).unwrap()))
        .collect();
    place
        .change(async |change| {
            let digest = khien_store::directives::load(change, "thads-2026", "thads-2026.yaml", &files).await.unwrap();
            khien_store::directives::activate(change, &digest).await.unwrap();
        })
        .await;
    place.person("chv", "mot", &[]).await;
    place.person("daumoi", "mot", &[(Role::ItFocalOfficer, Some("mot"))]).await;
    place.person("truong", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    place.person("vanphong", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place
}

pub(crate) fn list(rows: &[&str]) -> String {
    format!("{TITLES}\n{}\n", rows.join("\n"))
}

/// Sends a list and says what its columns hold as the page has guessed, if it asks. The page of the list, once it is checked.
pub(crate) async fn send(browser: &mut Browser, unit: &str, name: &str, bytes: &[u8]) -> Answer {
    browser.get("/cases").await;
    let fields = [("unit", unit), ("exported", "2026-11-21")];
    let sent = browser.upload("/cases", &fields, &[("list", name, bytes)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let address = sent.location().to_owned();
    let mut page = browser.get(&address).await;
    if page.body.contains("/mapping\"") {
        let taken = browser.post(&format!("{address}/mapping"), &[]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
        page = browser.get(&address).await;
    }
    checked(browser, &address, page).await
}

/// Waits until the list is checked, as the page itself does.
pub(crate) async fn checked(browser: &mut Browser, address: &str, mut page: Answer) -> Answer {
    for _ in 0..600 {
        if !page.headers.contains_key("refresh") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        page = browser.get(address).await;
    }
    panic!("the check does not end: {}", page.body);
}

pub(crate) async fn state_of(place: &Place, unit: &str, control: &str) -> Option<State> {
    let subject = Subject { kind: SubjectKind::Unit, id: unit.into() };
    let record = subjects::find(&place.state.store, &subject).await.unwrap().unwrap();
    let open = findings::open(&place.state.store, record.number).await.unwrap();
    open.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

#[tokio::test]
async fn a_list_is_mapped_checked_and_judged() {
    let place = place().await;
    khien_store::sweep::sweep(&place.state.store, place.now(), 1_000).await.unwrap();
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Unknown), "never sent");
    let mut officer = place.signed_in("daumoi", None).await;
    let page = send(&mut officer, "mot", "thang-11.csv", list(&[GOOD, LATE]).as_bytes()).await;
    assert!(page.body.contains("Đã kiểm tra 2 việc của 1 đơn vị"), "{}", page.body);
    assert!(page.body.contains("Đã bỏ 1 cột về đương sự"), "{}", page.body);
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Fail));
    assert_eq!(state_of(&place, "mot", "case-data-delivered").await, Some(State::Pass));
    assert_eq!(state_of(&place, "mot", "case-entry-prompt").await, Some(State::Pass), "a day at most");
    assert_eq!(state_of(&place, "hai", "case-time-limits-met").await, Some(State::Unknown));
    let unit = officer.get("/cases/units/mot").await;
    assert!(unit.body.contains("50,0%") && unit.body.contains("2/TL"), "{}", unit.body);
    assert!(unit.body.contains("Nguyễn Thị chv") && unit.body.contains("Bảng kê đầu tiên"), "{}", unit.body);
    let rows = officer.get("/cases/units/mot/rows.xlsx").await;
    assert_eq!(rows.status, StatusCode::OK);
    // Nothing of the list is left on the disk.
    let left = std::fs::read_dir(place.data.path().join("spool")).unwrap().count();
    assert_eq!(left, 0);

    // The columns are remembered: the next list is checked at once, and compared.
    officer.get("/cases").await;
    let corrected = list(&[GOOD, &LATE.replace("10/03/2026", "09/03/2026")]);
    let fields = [("unit", "mot"), ("exported", "2026-11-22")];
    let sent = officer.upload("/cases", &fields, &[("list", "x.csv", corrected.as_bytes())]).await;
    let address = sent.location().to_owned();
    let page = officer.get(&address).await;
    assert!(!page.body.contains("/mapping\""), "{}", page.body);
    checked(&mut officer, &address, page).await;
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Pass));
    let unit = officer.get("/cases/units/mot").await;
    assert!(unit.body.contains("đã sửa 1, mới phát sinh 0") && unit.body.contains("−1"), "{}", unit.body);
}

#[tokio::test]
async fn rows_and_officers_are_shown_inside_the_unit_only() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    send(&mut officer, "mot", "thang-11.csv", list(&[GOOD, LATE]).as_bytes()).await;
    let mut office = place.signed_in("vanphong", None).await;
    let unit = office.get("/cases/units/mot").await;
    assert_eq!(unit.status, StatusCode::OK);
    assert!(unit.body.contains("50,0%") && unit.body.contains("Quá thời hạn luật định: 1"), "{}", unit.body);
    assert!(!unit.body.contains("2/TL") && !unit.body.contains("Nguyễn Thị chv"), "{}", unit.body);
    assert_eq!(office.get("/cases/units/mot/rows.xlsx").await.status, StatusCode::FORBIDDEN);
    let before = place.audited().await.len();
    officer.get("/cases/units/mot").await;
    let entries = place.audited().await.split_off(before);
    let seen: Vec<_> = entries.iter().filter(|entry| entry.action == "people.list").collect();
    assert_eq!((seen.len(), &seen[0].detail["people"]), (1, &1.into()), "{entries:?}");
    place.person("nguoila", "hai", &[(Role::UnitHead, Some("hai"))]).await;
    let mut other = place.signed_in("nguoila", None).await;
    assert_eq!(other.get("/cases/units/mot").await.status, StatusCode::FORBIDDEN);
    assert!(!other.get("/cases").await.body.contains("/cases/units/mot"));
}

#[tokio::test]
async fn the_software_is_the_cause_and_the_head_looks() {
    let place = place().await;
    let mut head = place.signed_in("truong", None).await;
    head.get("/cases").await;
    let early = head.post("/cases/units/mot/review", &[("note", "")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "there is nothing to look at");
    send(&mut head, "mot", "thang-11.csv", list(&[GOOD, LATE]).as_bytes()).await;
    head.get("/cases/units/mot?kind=late").await;
    let cause = [("case", "decision 2026 2/TL"), ("note", "Phần mềm ngừng từ 05 đến 10/03")];
    let unknown = [("case", "decision 2026 99/TL"), ("note", "x")];
    assert_eq!(head.post("/cases/units/mot/causes", &unknown).await.status, StatusCode::NOT_FOUND);
    assert_eq!(head.post("/cases/units/mot/causes", &cause[..1]).await.status, StatusCode::BAD_REQUEST, "no note");
    let recorded = head.post("/cases/units/mot/causes", &cause).await;
    assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.body);
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Pass), "it is counted apart");
    let unit = head.get("/cases/units/mot").await;
    assert!(unit.body.contains("Phần mềm ngừng") && unit.body.contains("do hệ thống"), "{}", unit.body);
    let back = [("case", "2/TL"), ("year", "2026"), ("limit", "decision")];
    assert_eq!(head.post("/cases/units/mot/causes/back", &back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Fail));

    assert_eq!(state_of(&place, "mot", "case-data-reviewed-by-head").await, Some(State::Unknown));
    let mut officer = place.signed_in("daumoi", None).await;
    officer.get("/cases/units/mot").await;
    assert_eq!(officer.post("/cases/units/mot/review", &[]).await.status, StatusCode::FORBIDDEN);
    head.get("/cases/units/mot").await;
    let reviewed = head.post("/cases/units/mot/review", &[("note", "Bổ sung trước thứ Sáu")]).await;
    assert_eq!(reviewed.status, StatusCode::SEE_OTHER, "{}", reviewed.body);
    assert_eq!(state_of(&place, "mot", "case-data-reviewed-by-head").await, Some(State::Pass));
    assert!(officer.get("/cases/units/mot").await.body.contains("Bổ sung trước thứ Sáu"));
}

#[tokio::test]
async fn a_list_of_several_units_is_split() {
    let place = place().await;
    let of_two = LATE.replace("Đơn vị mot", "ĐƠN VỊ HAI");
    let of_nobody = GOOD.replace("Đơn vị mot", "Tổ lạ").replace("1/TL", "3/TL");
    let all = list(&[GOOD, &of_two, &of_nobody]);
    let mut office = place.signed_in("vanphong", None).await;
    let page = send(&mut office, "", "toan-tinh.csv", all.as_bytes()).await;
    assert!(page.body.contains("Đã kiểm tra 3 việc của 2 đơn vị"), "{}", page.body);
    assert!(page.body.contains("1 việc, từ dòng 4: không nhận ra"), "{}", page.body);
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Pass));
    assert_eq!(state_of(&place, "hai", "case-time-limits-met").await, Some(State::Fail));

    // Whoever looks after one unit sends the cases of that unit, whatever else is in the list.
    let mut officer = place.signed_in("daumoi", None).await;
    let page = send(&mut officer, "mot", "toan-tinh.csv", all.as_bytes()).await;
    assert!(page.body.contains("Đã kiểm tra 3 việc của 1 đơn vị"), "{}", page.body);
    assert!(page.body.contains("1 việc, từ dòng 3: thuộc đơn vị mà bạn không phụ trách"), "{}", page.body);
    officer.get("/cases").await;
    let fields = [("unit", "hai"), ("exported", "2026-11-21")];
    let elsewhere = officer.upload("/cases", &fields, &[("list", "x.csv", all.as_bytes())]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn why_columns_are_asked_for_is_said_and_no_name_can_be_chosen() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    let fields = [("unit", "mot"), ("exported", "2026-11-21")];
    officer.get("/cases").await;
    let wrong = "Món;Giá;Tên\nCơm;30000;Đương Sự\n";
    let sent = officer.upload("/cases", &fields, &[("list", "x.csv", wrong.as_bytes())]).await;
    let page = officer.get(sent.location()).await;
    assert!(page.body.contains("Không nhận ra cột bắt buộc: số thụ lý, ngày thụ lý, tình trạng"), "{}", page.body);
    assert!(page.body.contains("không chọn được: Tên") && !page.body.contains("value=\"Tên\""), "{}", page.body);
    assert!(page.body.contains("value=\"Món\""), "{}", page.body);
    officer.get("/cases").await;
    let sent = officer.upload("/cases", &fields, &[("list", "x.csv", list(&[GOOD]).as_bytes())]).await;
    assert!(officer.get(sent.location()).await.body.contains("Lần đầu có bảng kê với tên cột như thế này"));
}

#[tokio::test]
async fn places_and_cases_are_told_apart() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    // One case with two days that cannot be read, and a third that is missing.
    let broken = GOOD.replace("02/03/2026", "30/02/2026").replace("12/03/2026", "31/02/2026");
    send(&mut officer, "mot", "x.csv", list(&[&broken, LATE]).as_bytes()).await;
    let unit = officer.get("/cases/units/mot").await;
    let said = "Mâu thuẫn – không đọc được ngày hoặc số tiền: 2 chỗ trong 1 việc";
    assert!(unit.body.contains(said) && unit.body.contains("Mỗi việc được đếm một lần"), "{}", unit.body);
    let mut office = place.signed_in("vanphong", None).await;
    assert!(office.get("/cases/units/mot").await.body.contains(said));
}
