//! The other ways in: files that cannot be read, programs with a token, the watched folder.

use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use khien_model::State;
use khien_server::config::Settings;
use khien_server::rights::Role;
use khien_server::serve;
use khien_store::cases::{self, UploadState};
use rust_xlsxwriter::Workbook;

use super::{GOOD, LATE, TITLES, list, place, state_of};
use crate::place::{Answer, Browser};

#[tokio::test]
async fn what_cannot_be_read_says_why_and_leaves_nothing() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let only_titles = format!("{TITLES}\n");
    let cases: [(&str, &[u8], &str); 7] = [
        ("a password", &old, "mật khẩu"),
        ("old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
        ("damaged", b"PK\x03\x04nothing", "hỏng"),
        ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00", "không phải là danh sách"),
        ("only the titles", only_titles.as_bytes(), "không có việc nào dưới dòng tiêu đề"),
        ("one line", "BẢNG KÊ\n".as_bytes(), "không tìm thấy dòng tiêu đề cột"),
        ("empty", b"", "không có dòng nào"),
    ];
    let fields = [("unit", "mot"), ("exported", "2026-11-21")];
    for (name, bytes, said) in cases {
        officer.get("/cases").await;
        let answer = officer.upload("/cases", &fields, &[("list", "x.xlsx", bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.body.contains(said), "{name}: {}", answer.body);
    }
    for fields in [[("unit", "mot"), ("exported", "")], [("unit", "mot"), ("exported", "2027-01-01")]] {
        officer.get("/cases").await;
        let answer = officer.upload("/cases", &fields, &[("list", "x.csv", list(&[GOOD]).as_bytes())]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
    }
    assert!(cases::recent(&place.state.store, 10).await.unwrap().is_empty());
    assert_eq!(files(&place.data.path().join("spool")), 0);
    // A form of another site writes nothing to the disk.
    officer.csrf = "forged".to_owned();
    let forged = officer.upload("/cases", &fields, &[("list", "x.csv", list(&[GOOD]).as_bytes())]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(files(&place.data.path().join("spool")), 0);
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_list_that_breaks_in_the_middle_leaves_nothing() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    // The bytes of a picture far below: the beginning is in order.
    let mut bytes = list(&[GOOD]).repeat(2_000).into_bytes();
    bytes.extend(b"\x00\x01\xff\xfe\n");
    let page = super::send(&mut officer, "mot", "x.csv", &bytes).await;
    assert!(page.body.contains("Không có gì trong bảng kê được lưu"), "{}", page.body);
    assert_eq!(cases::recent(&place.state.store, 1).await.unwrap()[0].state, UploadState::Failed);
    assert!(cases::of_unit(&place.state.store, "mot", 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_that_nobody_checks_any_more_is_said_to_have_failed() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    officer.get("/cases").await;
    let fields = [("unit", "mot"), ("exported", "2026-11-21")];
    let sent = officer.upload("/cases", &fields, &[("list", "x.csv", list(&[GOOD]).as_bytes())]).await;
    let address = sent.location().to_owned();
    let id = address.rsplit('/').next().unwrap().to_owned();
    let away = place.data.path().join("spool").join(&id);
    assert!(away.exists(), "it waits for its columns");
    std::fs::remove_file(&away).unwrap();
    assert!(officer.get(&address).await.body.contains("không còn ở máy chủ này"));
    let thrown = officer.post(&format!("{address}/discard"), &[]).await;
    assert_eq!(thrown.status, StatusCode::SEE_OTHER);
    assert_eq!(officer.post(&format!("{address}/discard"), &[]).await.status, StatusCode::CONFLICT);
    // A server that died while it checked.
    place
        .change(async |change| {
            let mut upload = cases::find(&place.state.store, &id).await.unwrap().unwrap();
            upload.id = "died".to_owned();
            upload.state = UploadState::Checking;
            upload.outcome = None;
            cases::insert(change, &upload).await.unwrap();
        })
        .await;
    assert!(officer.get("/cases/uploads/died").await.headers.contains_key("refresh"));
    place.pass(SignedDuration::from_mins(11));
    let page = officer.get("/cases/uploads/died").await;
    assert!(page.body.contains("bị gián đoạn") && !page.headers.contains_key("refresh"), "{}", page.body);
}

async fn ask(browser: &mut Browser, token: Option<&str>, query: &str, body: Vec<u8>) -> Answer {
    let mut request = Request::post(format!("/api/v1/cases{query}")).header("host", "khien.example");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_program_sends_a_list_with_a_token() {
    let place = place().await;
    let mut office = place.signed_in("vanphong", None).await;
    office.get("/admin/upload-tokens").await;
    let wrong = office.post("/admin/upload-tokens", &[("unit", "mot"), ("days", "0")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = office.post("/admin/upload-tokens", &[("unit", "mot"), ("days", "30"), ("note", "máy xuất")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let token = made.body.split("Bearer ").nth(1).unwrap().split(['"', '&']).next().unwrap().to_owned();
    let mut program = place.browser();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip([TITLES, GOOD, LATE]) {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let good = list(&[GOOD, LATE]).into_bytes();
    for (token, query, body, status) in [
        (None, "", good.clone(), StatusCode::UNAUTHORIZED),
        (Some("guessed"), "", good.clone(), StatusCode::UNAUTHORIZED),
        (Some(token.as_str()), "?unit=hai", good.clone(), StatusCode::FORBIDDEN),
        (Some(token.as_str()), "?exported_at=2030-01-01T00:00:00Z", good.clone(), StatusCode::BAD_REQUEST),
        (Some(token.as_str()), "", b"PK\x03\x04nothing".to_vec(), StatusCode::BAD_REQUEST),
        (Some(token.as_str()), "", b"A;B\n1;2\n".to_vec(), StatusCode::BAD_REQUEST),
        (Some(token.as_str()), "?unit=mot", good, StatusCode::OK),
        (Some(token.as_str()), "", bytes, StatusCode::OK),
    ] {
        let answer = ask(&mut program, token, query, body).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
        if status == StatusCode::OK {
            let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!((&told["cases"], &told["units"]["mot"]["late"]), (&2.into(), &1.into()), "{told}");
        }
    }
    assert_eq!(state_of(&place, "mot", "case-time-limits-met").await, Some(State::Fail));
    assert_eq!(files(&place.data.path().join("spool")), 0, "nothing is left");
    let page = office.get("/admin/upload-tokens").await;
    let id = page.body.split("/admin/upload-tokens/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(office.post(&format!("/admin/upload-tokens/{id}/revoke"), &[]).await.status, StatusCode::SEE_OTHER);
    let late = ask(&mut program, Some(&token), "", list(&[GOOD]).into_bytes()).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    place.person("truonghai", "hai", &[(Role::UnitHead, Some("hai"))]).await;
    let mut head = place.signed_in("truonghai", None).await;
    assert_eq!(head.get("/admin/upload-tokens").await.status, StatusCode::FORBIDDEN);
}

/// Waits until the report about a file is there.
async fn report(folder: &Path, sub: &str, name: &str) -> String {
    let deadline = std::time::Instant::now() + Duration::from_secs(90);
    while std::time::Instant::now() < deadline {
        for entry in std::fs::read_dir(folder.join(sub)).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_report = path.to_string_lossy().ends_with(".report.txt") && path.to_string_lossy().contains(name);
            if is_report
                && let Ok(text) = std::fs::read_to_string(&path)
                && text.ends_with('\n')
            {
                return text;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no report about {name} in {sub}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watched_folder_takes_lists_once_they_rest() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let mut state = place.state.clone();
    let settings = Settings {
        https: None,
        http: Some("127.0.0.1:0".parse().unwrap()),
        cases_folder: Some(folder.path().to_owned()),
        ..(*state.settings).clone()
    };
    state.settings = settings.into();
    // What a server that died had taken is put back.
    std::fs::create_dir_all(folder.path().join("taken")).unwrap();
    std::fs::create_dir_all(folder.path().join("hai")).unwrap();
    std::fs::write(folder.path().join("taken").join("hai!cu.csv"), list(&[&GOOD.replace("Đơn vị mot", "")])).unwrap();
    std::fs::write(folder.path().join("toan-tinh.csv"), list(&[GOOD, LATE])).unwrap();
    std::fs::write(folder.path().join("hong.xlsx"), b"PK\x03\x04nothing").unwrap();
    std::fs::write(folder.path().join("ghi-chu.docx"), b"nobody asks for it").unwrap();
    let serving = serve::start(state, None).await.unwrap();
    let done = report(folder.path(), "done", "toan-tinh").await;
    assert!(done.contains("2 việc của 1 đơn vị") && done.contains("mot"), "{done}");
    assert!(report(folder.path(), "done", "cu.csv").await.contains("hai"));
    assert!(report(folder.path(), "failed", "hong").await.contains("hỏng"));
    // One that was written before the one that is held is refused; nothing of it counts.
    let older = folder.path().join("toan-tinh-cu.csv");
    std::fs::write(&older, list(&[GOOD])).unwrap();
    let long_ago = std::time::UNIX_EPOCH + Duration::from_hours(24 * 365 * 55);
    std::fs::File::options().write(true).open(&older).unwrap().set_modified(long_ago).unwrap();
    let refused = report(folder.path(), "failed", "toan-tinh-cu").await;
    assert!(refused.contains("cũ hơn bảng kê đang dùng của Đơn vị mot"), "{refused}");
    assert_eq!(cases::of_unit(&place.state.store, "mot", 10).await.unwrap().len(), 1);
    serving.stop().await;
    assert!(folder.path().join("ghi-chu.docx").exists());
    assert!(!folder.path().join("toan-tinh.csv").exists());
    assert_eq!(files(&folder.path().join("taken")), 0);
}
