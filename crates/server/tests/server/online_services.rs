//! Online services: figures by form and out of a list, their course, and what is judged.

use axum::http::StatusCode;
use khien_model::State;
use khien_store::services;

use crate::case_data::{place, state_of};

const MONTH: [(&str, &str); 7] = [
    ("month", "2026-10"),
    ("received", "12"),
    ("received_online", "6"),
    ("settled", "10"),
    ("settled_on_time", "9"),
    ("digitised", ""),
    ("paid_online", "2"),
];

#[tokio::test]
async fn a_month_is_recorded_by_form_and_judged() {
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    officer.get("/services/units/mot").await;
    for (field, value) in [
        ("received_online", "13"),
        ("settled", "mười"),
        ("settled_on_time", "11"),
        ("received", ""),
        ("month", "2027-01"),
        ("paid_online", "-1"),
    ] {
        let wrong = MONTH.map(|(name, known)| (name, if name == field { value } else { known }));
        let refused = officer.post("/services/units/mot", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(refused.body.contains("aria-invalid"), "{field}: {}", refused.body);
    }
    let recorded = officer.post("/services/units/mot", &MONTH).await;
    assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.body);
    assert_eq!(state_of(&place, "mot", "online-services-reported").await, Some(State::Pass));
    assert_eq!(state_of(&place, "mot", "online-services-used").await, Some(State::Pass));
    let page = officer.get("/services/units/mot").await;
    assert!(page.body.contains("50%") && page.body.contains("ít nhất hai tháng"), "{}", page.body);
    let before = MONTH.map(|(name, known)| match name {
        "month" => (name, "2026-09"),
        "received_online" => (name, "3"),
        _ => (name, known),
    });
    officer.post("/services/units/mot", &before).await;
    let page = officer.get("/services/units/mot").await;
    assert!(page.body.contains("tăng từ 25% lên 50%") && page.body.contains("class=\"spark\""), "{}", page.body);
    assert!(place.signed_in("vanphong", None).await.get("/services").await.body.contains("50%"));
    let elsewhere = officer.post("/services/units/hai", &MONTH).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_list_is_taken_whole_or_not_at_all() {
    let place = place().await;
    let mut office = place.signed_in("vanphong", None).await;
    let titles = "Đơn vị;Tháng;Tiếp nhận;Trực tuyến;Đã giải quyết;Đúng hạn";
    let good = "Đơn vị mot;10/2026;1.200;600;10;9\nĐơn vị hai;2026-10;4;0;4;4";
    for (list, said) in [
        (format!("{titles}\n{good}\nĐơn vị ba;10/2026;1;1;1;1\n"), "Đơn vị ba"),
        (format!("{titles}\n{good}\nĐơn vị mot;09/2026;1;2;1;1\n"), "nhiều hơn"),
        (format!("{titles}\n{good}\nĐơn vị mot;tháng tới;1;1;1;1\n"), "Tháng không đúng"),
        ("Đơn vị;Tháng\nĐơn vị mot;10/2026\n".to_owned(), "thiếu cột"),
    ] {
        office.get("/services").await;
        let refused = office.upload("/services", &[], &[("list", "x.csv", list.as_bytes())]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
        assert!(services::of_unit(&place.state.store, "mot", 5).await.unwrap().is_empty(), "{said}");
    }
    office.get("/services").await;
    let list = format!("{titles}\n{good}\n");
    let taken = office.upload("/services", &[], &[("list", "x.csv", list.as_bytes())]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    assert_eq!(services::of_unit(&place.state.store, "mot", 5).await.unwrap()[0].received, 1_200);
    assert_eq!(state_of(&place, "hai", "online-services-used").await, Some(State::Fail), "nothing came online");
}
