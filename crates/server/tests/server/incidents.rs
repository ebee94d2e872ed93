//! Incidents: reported in three sentences, filled in by who answers, reported on, and written about.

use axum::http::StatusCode;
use jiff::SignedDuration;
use khien_server::rights::Role;
use khien_store::settings;

use crate::place::{Answer, Browser, Place};

async fn office() -> Place {
    let place = Place::new().await;
    place.person("office", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("head", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    place.person("focal", "mot", &[(Role::ItFocalOfficer, Some("mot"))]).await;
    place.person("an", "mot", &[(Role::Official, Some("mot"))]).await;
    place.person("binh", "hai", &[(Role::Official, Some("hai"))]).await;
    place.person("elsewhere", "hai", &[(Role::ItFocalOfficer, Some("hai"))]).await;
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
    place
}

/// The moment so many minutes before now, as a form holds it.
fn ago(place: &Place, minutes: i64) -> String {
    khien_incidents::sheet::form_moment(place.now() - SignedDuration::from_mins(minutes))
}

/// Reports an incident that was seen so many minutes ago, and gives its address.
async fn report(place: &Place, browser: &mut Browser, minutes: i64) -> String {
    browser.get("/tickets/incident").await;
    let since = ago(place, minutes);
    let fields = [
        ("unit", "mot"),
        ("seen", "Tệp đổi đuôi .locked\nCó thư đòi tiền"),
        ("systems", "PC-KT-01"),
        ("discovered_at", since.as_str()),
    ];
    let answer = browser.post("/tickets/incident", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

/// The fields of the fact sheet as the page has them, some of them filled in otherwise.
fn sheet<'f>(since: &'f str, version: &'f str, other: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields =
        vec![("seen", "Tệp đổi đuôi .locked"), ("systems", "PC-KT-01"), ("discovered_at", since), ("version", version)];
    fields.retain(|(name, _)| !other.iter().any(|(given, _)| given == name));
    fields.extend(other);
    fields
}

fn went(answer: &Answer, path: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

/// What the page says of a clock: its row.
fn row<'p>(page: &'p str, clock: &str) -> &'p str {
    let rows = page.split("<tr>").find(|row| row.contains(clock));
    rows.unwrap_or_else(|| panic!("no {clock} on {page}"))
}

#[tokio::test]
async fn an_incident_is_reported_filled_in_and_reported_on() {
    let place = office().await;
    place
        .change(async |change| settings::INCIDENT_CALL.set(change, &"Văn phòng, 0900".to_owned()).await.unwrap())
        .await;
    let (mut an, mut focal) = (place.signed_in("an", None).await, place.signed_in("focal", None).await);
    let list = an.get("/tickets").await.body;
    assert!(list.contains("href=\"/tickets/incident\""), "{list}");
    let first = an.get("/tickets/incident").await.body;
    assert!(
        first.contains("Bạn thấy gì?") && first.contains("Rút dây mạng") && first.contains("Văn phòng, 0900"),
        "{first}"
    );
    assert!(first.contains("Nguyễn Thị focal (đầu mối CNTT)"), "{first}");

    let at = report(&place, &mut an, 30).await;
    let page = an.get(&at).await.body;
    let told = row(&page, "Báo đầu mối CNTT");
    assert!(
        told.contains("Đã báo, chậm 15 phút") && !told.contains("Quá hạn") && told.contains("Khiên 2026-0001"),
        "reported after 30 minutes: {told}"
    );
    assert!(row(&page, "Báo Văn phòng").contains("Còn thời gian"), "{page}");
    assert!(row(&page, "Thông báo ban đầu").contains("Chưa đánh giá mức độ"), "{page}");
    assert!(row(&page, "Báo cáo nguyên nhân").contains("331/2026/NĐ-CP"), "{page}");

    let since = ago(&place, 30);
    focal.get(&at).await;
    let graded = sheet(&since, "1", &[("severity", "serious"), ("personal_data", "no"), ("kind", "ransomware")]);
    went(&focal.post(&format!("{at}/sheet"), &graded).await, "sheet");
    let page = focal.get(&at).await.body;
    assert!(row(&page, "Thông báo ban đầu").contains("Còn thời gian"), "{page}");
    assert!(!page.contains("Thông báo vi phạm dữ liệu cá nhân"), "{page}");
    let lately = ago(&place, 5);
    let told = [("step", "office"), ("done_at", lately.as_str()), ("done_by", "Bình"), ("how", "Điện thoại")];
    went(&focal.post(&format!("{at}/reports"), &told).await, "reports");
    let page = focal.get(&at).await.body;
    assert!(row(&page, "Báo Văn phòng").contains("Đúng hạn"), "{page}");
    went(&focal.post(&format!("{at}/reports/withdraw"), &[("number", "1")]).await, "withdraw");
    let page = focal.get(&at).await.body;
    assert!(row(&page, "Báo Văn phòng").contains("Còn thời gian") && page.contains("Ghi nhầm, không tính"), "{page}");

    // An hour after the discovery the report to the office is late; a day after, the first notice too.
    assert!(!focal.get("/tickets").await.body.contains("Quá hạn 1 mốc"), "nothing is late yet");
    place.pass(SignedDuration::from_mins(31));
    // Nobody was there meanwhile: the sessions are over.
    let mut focal = place.signed_in("focal", None).await;
    assert!(focal.get("/tickets").await.body.contains("Quá hạn 1 mốc báo cáo"));
    assert!(focal.get(&at).await.body.contains("1 mốc báo cáo đã quá hạn"));
    place.pass(SignedDuration::from_hours(4));
    let mut office = place.signed_in("office", None).await;
    assert!(office.get("/tickets").await.body.contains("Quá hạn 2 mốc báo cáo"));
}

#[tokio::test]
async fn what_is_late_is_said_to_whoever_can_mend_it_and_an_answer_ends_no_clock() {
    let place = office().await;
    let mut an = place.signed_in("an", None).await;
    let at = report(&place, &mut an, 90).await;
    let own = an.get(&at).await.body;
    assert!(own.contains("Hãy gọi ngay cho đầu mối CNTT") && !own.contains("ghi nhận ở dưới"), "{own}");
    let mut office = place.signed_in("office", None).await;
    let page = office.get(&at).await.body;
    assert!(page.contains("ghi nhận ở dưới") && page.contains("button second\" type=\"submit\">Ghi nhầm"), "{page}");
    assert!(office.get(&format!("{at}/reports")).await.body.contains(" novalidate"));
    // What is no moment stays as it was typed.
    let typed = [("step", "office"), ("done_at", "hôm qua"), ("done_by", ""), ("how", "")];
    let wrong = office.post(&format!("{at}/reports"), &typed).await.body;
    assert!(wrong.contains("type=\"text\" id=\"reports-done_at\"") && wrong.contains("value=\"hôm qua\""), "{wrong}");
    for field in ["done_at", "done_by", "how"] {
        assert!(wrong.contains(&format!("id=\"reports-{field}-mistake\"")), "{field}: {wrong}");
    }
    went(&office.post(&format!("{at}/answer"), &[("answer", "Đã cách ly máy")]).await, "answer");
    let list = office.get("/tickets").await.body;
    assert!(list.contains(&format!("href=\"{at}\"")) && list.contains("mốc báo cáo"), "{list}");
}

#[tokio::test]
async fn letters_are_made_from_the_sheet_and_say_what_is_missing() {
    let place = office().await;
    let mut focal = place.signed_in("focal", None).await;
    let at = report(&place, &mut focal, 10).await;
    assert!(!focal.get(&at).await.body.contains("letters/personal_data"), "nobody has said that it is about such data");
    assert_eq!(focal.get(&format!("{at}/letters/personal_data")).await.status, StatusCode::NOT_FOUND);
    let since = ago(&place, 10);
    went(&focal.post(&format!("{at}/sheet"), &sheet(&since, "1", &[("personal_data", "yes")])).await, "sheet");
    assert!(focal.get(&at).await.body.contains("In Thông báo vi phạm dữ liệu cá nhân"));
    for kind in ["first", "detailed", "closing", "personal_data"] {
        let page = focal.get(&format!("{at}/letters/{kind}")).await.body;
        assert!(page.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") && page.contains("PC-KT-01"), "{page}");
        assert!(page.contains("Còn thiếu mục bắt buộc") && page.contains("class=\"gap\""), "{page}");
    }
    assert_eq!(focal.get(&format!("{at}/letters/other")).await.status, StatusCode::NOT_FOUND);
    place
        .change(async |change| {
            settings::LETTER_PLACE.set(change, &"Ví Dụ".to_owned()).await.unwrap();
            settings::INCIDENT_RECEIVERS.set(change, &"Cục A; Cục B;".to_owned()).await.unwrap();
        })
        .await;
    let page = focal.get(&format!("{at}/letters/first")).await.body;
    assert!(page.contains("<li>Cục A;</li><li>Cục B.</li>") && page.contains("Ví Dụ, ngày "), "{page}");
    assert!(page.contains("Nghị định số 331/2026/NĐ-CP ngày 19 tháng 8 năm 2026"), "{page}");
    let english = focal.get(&format!("{at}/letters/first?lang=en")).await.body;
    assert!(english.contains("<article class=\"letter\" lang=\"vi\">") && english.contains("Kính gửi"), "{english}");
}

#[tokio::test]
async fn everybody_sees_what_is_theirs_and_nobody_else() {
    let place = office().await;
    let mut an = place.signed_in("an", None).await;
    let at = report(&place, &mut an, 10).await;
    let pages = [at.clone(), format!("{at}/sheet"), format!("{at}/letters/first")];
    for (who, status) in [
        ("an", StatusCode::OK),
        ("head", StatusCode::OK),
        ("focal", StatusCode::OK),
        ("office", StatusCode::OK),
        ("binh", StatusCode::FORBIDDEN),
        ("elsewhere", StatusCode::FORBIDDEN),
    ] {
        let mut browser = place.signed_in(who, None).await;
        for page in &pages {
            assert_eq!(browser.get(page).await.status, status, "{who}: {page}");
        }
        let fills = matches!(who, "focal" | "office");
        let form = browser.get(&format!("{at}/reports")).await.status;
        assert_eq!(form, if fills { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{who}");
        assert_eq!(browser.get(&pages[1]).await.body.contains("name=\"severity\""), fills, "{who}");
        if !fills {
            browser.get("/tickets").await;
            let since = ago(&place, 10);
            for (what, fields) in [
                ("sheet", sheet(&since, "1", &[])),
                ("reports", vec![("step", "office"), ("done_at", since.as_str()), ("done_by", "x"), ("how", "x")]),
                ("reports/withdraw", vec![("number", "0")]),
            ] {
                let answer = browser.post(&format!("{at}/{what}"), &fields).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who}: {what}");
            }
        }
    }
    // A question has neither sheet nor letters.
    let mut an = place.signed_in("an", None).await;
    an.get("/tickets/new").await;
    let asked = an.upload("/tickets/new", &[("unit", "mot"), ("title", "Hỏi"), ("text", "Hỏi")], &[]).await;
    let question = asked.location().to_owned();
    assert_eq!(an.get(&format!("{question}/sheet")).await.status, StatusCode::NOT_FOUND);
    // Whoever answers in the unit fills in what they reported themselves too.
    let mut focal = place.signed_in("focal", None).await;
    let own = report(&place, &mut focal, 10).await;
    assert_eq!(focal.get(&format!("{own}/reports")).await.status, StatusCode::OK);
    // That somebody read what somebody else reported is written down.
    let seen =
        place.audited().await.into_iter().any(|record| record.action == "person.view" && record.object_id == "an");
    assert!(seen, "reading leaves an entry");
}

#[tokio::test]
async fn nobody_withdraws_an_incident_and_its_answer_is_shared_with_nobody() {
    let place = office().await;
    let mut an = place.signed_in("an", None).await;
    let at = report(&place, &mut an, 10).await;
    let page = an.get(&at).await;
    assert!(!page.body.contains(&format!("{at}/close")), "{}", page.body);
    assert_eq!(an.post(&format!("{at}/close"), &[]).await.status, StatusCode::FORBIDDEN);
    let mut office = place.signed_in("office", None).await;
    let page = office.get(&at).await;
    assert!(page.body.contains(&format!("{at}/answer")) && !page.body.contains("name=\"shared\""), "{}", page.body);
    let answer = office.post(&format!("{at}/answer"), &[("answer", "Đã cô lập máy."), ("shared", "on")]).await;
    went(&answer, "answer");
    assert!(!an.get("/tickets/answers").await.body.contains("Đã cô lập máy."));
    // Once it is answered, whoever reported it may be content.
    an.get(&at).await;
    went(&an.post(&format!("{at}/close"), &[]).await, "close");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let place = office().await;
    let mut focal = place.signed_in("focal", None).await;
    focal.get("/tickets/incident").await;
    let future = ago(&place, -2);
    let right = ago(&place, 10);
    for (field, typed) in [("seen", ""), ("systems", " "), ("discovered_at", ""), ("discovered_at", future.as_str())] {
        let mut fields =
            vec![("unit", "mot"), ("seen", "Giữ lại"), ("systems", "Máy giữ lại"), ("discovered_at", right.as_str())];
        for one in &mut fields {
            if one.0 == field {
                one.1 = typed;
            }
        }
        let answer = focal.post("/tickets/incident", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {typed}");
        assert!(answer.body.contains(&format!("id=\"incident-{field}-mistake\"")), "{field}: {}", answer.body);
        assert!(answer.body.contains("Giữ lại") || answer.body.contains("Máy giữ lại"), "{}", answer.body);
    }
    let elsewhere = [("unit", "hai"), ("seen", "x"), ("systems", "x"), ("discovered_at", right.as_str())];
    assert_eq!(focal.post("/tickets/incident", &elsewhere).await.status, StatusCode::FORBIDDEN);

    let at = report(&place, &mut focal, 10).await;
    focal.get(&at).await;
    let long = "a".repeat(khien_incidents::sheet::MAX_LINE + 1);
    for (field, typed) in [
        ("severity", "so-so"),
        ("contact", long.as_str()),
        ("started_at", ago(&place, 5).as_str()),
        ("ended_at", "hôm qua"),
    ] {
        let fields = sheet(&right, "1", &[("cause", "Giữ lại nguyên nhân"), (field, typed)]);
        let answer = focal.post(&format!("{at}/sheet"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(answer.body.contains(&format!("id=\"sheet-{field}-mistake\"")), "{field}: {}", answer.body);
        assert!(answer.body.contains("Giữ lại nguyên nhân"), "{}", answer.body);
    }
    // Two at once: the second one is told, and what they typed stays.
    went(&focal.post(&format!("{at}/sheet"), &sheet(&right, "1", &[("cause", "USB")])).await, "sheet");
    let stale = focal.post(&format!("{at}/sheet"), &sheet(&right, "1", &[("cause", "Thư lạ")])).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("Thư lạ") && stale.body.contains("name=\"version\" value=\"2\""), "{}", stale.body);

    for (field, typed) in [
        ("step", "x"),
        ("done_at", future.as_str()),
        ("done_at", ago(&place, 11).as_str()),
        ("done_by", ""),
        ("how", ""),
    ] {
        let mut fields =
            vec![("step", "office"), ("done_at", right.as_str()), ("done_by", "Giữ tên"), ("how", "Giữ cách")];
        for one in &mut fields {
            if one.0 == field {
                one.1 = typed;
            }
        }
        let answer = focal.post(&format!("{at}/reports"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {typed}");
        assert!(answer.body.contains(&format!("id=\"reports-{field}-mistake\"")), "{field}: {}", answer.body);
        assert!(answer.body.contains("Giữ tên") || answer.body.contains("Giữ cách"), "{}", answer.body);
    }
}
