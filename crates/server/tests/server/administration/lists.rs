//! Lists out of spreadsheets: all of a list or nothing, and nothing twice.

use axum::http::StatusCode;
use khien_model::SubjectKind;
use khien_store::{assignments, holders, people, subjects, units};

use super::office;
use crate::place::{Browser, Place};

const PEOPLE: &str = "TT;Họ và tên;Thư điện tử;Chức vụ;Đơn vị\n\
                      1;Lê Văn Cường;LVCuong@example.vn;Chấp hành viên;Đơn vị mot\n\
                      2;TRẦN THỊ BÌNH;ttbinh@example.vn;Kế toán;don vi hai\n";

/// Uploads a list and gives its page.
async fn uploaded(browser: &mut Browser, kind: &str, list: &str) -> String {
    browser.get("/admin/import").await;
    let list = [("list", "danh-sach.csv", list.as_bytes())];
    let answer = browser.upload("/admin/import", &[("kind", kind)], &list).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

async fn carried_out(browser: &mut Browser, kind: &str, list: &str, fields: &[(&str, &str)]) -> StatusCode {
    let path = uploaded(browser, kind, list).await;
    browser.get(&path).await;
    browser.post(&format!("{path}/carry-out"), fields).await.status
}

async fn names(place: &Place) -> Vec<String> {
    people::all(&place.state.store).await.unwrap().into_iter().map(|person| person.name).collect()
}

#[tokio::test]
async fn a_list_of_people_is_seen_then_imported_and_changes_nothing_the_second_time() {
    let (place, mut browser) = office().await;
    let path = uploaded(&mut browser, "people", PEOPLE).await;
    assert_eq!(names(&place).await.len(), 1, "nothing is imported by looking");
    let page = browser.get(&path).await;
    assert!(page.body.contains("Lê Văn Cường") && page.body.contains("Trần Thị Bình"), "{}", page.body);
    let done = browser.post(&format!("{path}/carry-out"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let binh = people::find_by_email(&place.state.store, "ttbinh@example.vn").await.unwrap().unwrap();
    assert_eq!((binh.name.as_str(), binh.position.as_deref()), ("Trần Thị Bình", Some("Kế toán")));
    let today = khien_model::day_of(place.now());
    let homes = assignments::homes_on(&place.state.store, SubjectKind::Person, today).await.unwrap();
    assert_eq!(homes.get(&binh.id).map(String::as_str), Some("hai"));

    // A form that is sent twice does nothing twice.
    let again = browser.post(&format!("{path}/carry-out"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let path = uploaded(&mut browser, "people", PEOPLE).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("Mọi dòng đều đã có sẵn"), "{}", page.body);
    assert_eq!(names(&place).await.len(), 3);
    let actions: Vec<String> = place.audited().await.into_iter().map(|record| record.action).collect();
    assert!(actions.iter().any(|action| action == "import.carry_out"), "{actions:?}");
}

#[tokio::test]
async fn of_a_list_with_a_mistake_nothing_is_imported() {
    let (place, mut browser) = office().await;
    let list = format!("{PEOPLE}3;Lê Hà;không có;;Đơn vị bốn\n");
    let path = uploaded(&mut browser, "people", &list).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("C4") && page.body.contains("E4"), "{}", page.body);
    let answer = browser.post(&format!("{path}/carry-out"), &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(names(&place).await.len(), 1);
    let gone = browser.post(&format!("{path}/discard"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn columns_that_nobody_recognizes_are_chosen_once() {
    let (place, mut browser) = office().await;
    let list = "Cột một;Cột hai\nLê Văn Cường;Đơn vị mot\n";
    let path = uploaded(&mut browser, "people", list).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("Chưa biết cột nào"), "{}", page.body);
    let mapped = browser.post(&format!("{path}/mapping"), &[("column-0", "name"), ("column-1", "unit")]).await;
    assert_eq!(mapped.status, StatusCode::SEE_OTHER);
    browser.get(&path).await;
    assert_eq!(browser.post(&format!("{path}/carry-out"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(names(&place).await.len(), 2);
    // The next list with these titles needs no choosing.
    assert_eq!(carried_out(&mut browser, "people", &list.replace("Cường", "Dũng"), &[]).await, StatusCode::SEE_OTHER);
    assert_eq!(names(&place).await.len(), 3);
}

#[tokio::test]
async fn units_and_devices_come_in_too() {
    let (place, mut browser) = office().await;
    let list = "Tên đơn vị,Viết tắt,Đơn vị cấp trên\nTổ 1,T1,Phòng ba\nPhòng ba,P3,Đơn vị tinh\n";
    assert_eq!(carried_out(&mut browser, "units", list, &[("from", "2026-01-01")]).await, StatusCode::SEE_OTHER);
    let tree = units::tree(&place.state.store).await.unwrap();
    let on = tree.on("2026-06-01".parse().unwrap());
    let path = |name: &str| {
        let unit = on.units().iter().find(|unit| on.name(**unit).is_some_and(|it| it.name == name)).unwrap();
        on.path(*unit).len()
    };
    assert_eq!((path("Phòng ba"), path("Tổ 1")), (2, 3));

    let list = "Tên máy\tĐơn vị\tNgười sử dụng\nPC-01\tT1\tquan-tri@example.gov.vn\nPC-02\tp3\t\n";
    assert_eq!(carried_out(&mut browser, "devices", list, &[]).await, StatusCode::SEE_OTHER);
    let devices = subjects::of_kind(&place.state.store, SubjectKind::Device).await.unwrap();
    assert_eq!(devices.iter().map(|device| device.name.as_str()).collect::<Vec<_>>(), ["PC-01", "PC-02"]);
    let today = khien_model::day_of(place.now());
    let held = holders::all_on(&place.state.store, SubjectKind::Device, today).await.unwrap();
    assert_eq!(held.get(&devices[0].subject.id).map(String::as_str), Some("quan-tri"));
}

#[tokio::test]
async fn a_list_in_an_old_encoding_is_shown_converted_before_anything_is_done() {
    let (_place, mut browser) = office().await;
    let path = uploaded(&mut browser, "people", "Hä vµ tªn;§¬n vÞ\nNguyÔn V¨n An;V¨n phßng\n").await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("phông chữ cũ") && page.body.contains("Nguyễn Văn An"), "{}", page.body);
}

#[tokio::test]
async fn a_file_that_is_no_list_is_refused_with_what_to_do() {
    let (_place, mut browser) = office().await;
    browser.get("/admin/import").await;
    let cases: [(&[u8], &str); 2] = [(b"\xd0\xcf\x11\xe0old", "Excel kiểu cũ"), (b"", "không có dòng nào")];
    for (bytes, said) in cases {
        let answer = browser.upload("/admin/import", &[("kind", "people")], &[("list", "tep", bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let sample = browser.get("/admin/import/sample/people.xlsx").await;
    assert_eq!(sample.status, StatusCode::OK);
    assert!(sample.headers.get("content-type").is_some_and(|it| it.to_str().unwrap().contains("spreadsheet")));
    assert_eq!(browser.get("/admin/import/sample/cats.xlsx").await.status, StatusCode::NOT_FOUND);
}
