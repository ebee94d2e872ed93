//! Advisories: written, read, watched; and what is kept about feeds. What the job does with these is tried in
//! `src/advisories/tests.rs`.

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_server::rights::Role;
use khien_store::advisories::{self, MAX_URL, Outcome};
use khien_store::{facts, subjects};
use khien_test_support::read_to_the_end;

use crate::place::{Browser, Place};

async fn office() -> Place {
    let place = Place::new().await;
    place.person("office", "tinh", &[(Role::ProvincialOffice, Some("tinh"))]).await;
    place.person("head", "mot", &[(Role::UnitHead, Some("mot"))]).await;
    for (id, unit) in [("an", "mot"), ("binh", "hai")] {
        place.person(id, unit, &[(Role::Official, Some(unit))]).await;
    }
    place
        .change(async |change| {
            for id in ["office", "head", "an", "binh"] {
                subjects::enter(change, &person(id), id).await.unwrap();
            }
            let unit = Subject { kind: SubjectKind::Unit, id: "mot".to_owned() };
            subjects::enter(change, &unit, "mot").await.unwrap();
        })
        .await;
    place
}

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.to_owned() }
}

/// How many advisories are unread, as the judge sees it.
async fn unread(place: &Place, id: &str) -> Option<u64> {
    let document = facts::document(&place.state.store, &person(id)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer("/person/facts/advisories/value/unread").and_then(serde_json::Value::as_u64)
}

const POST: [(&str, &str); 4] = [
    ("title", "Không cắm USB lạ"),
    ("text", "Nhặt được USB:\r\n- giao cho đầu mối CNTT\r\n- xem https://moj.gov.vn/usb.\r\n<script>alert(1)</script>"),
    ("unit", "mot"),
    ("role", ""),
];

/// The script of the page in a browser: the mark comes from having stayed at the end, and from nothing less.
#[tokio::test]
async fn a_text_counts_as_read_when_its_end_was_in_view_for_a_while() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    let long = "Đổi mật khẩu trước ngày 30.\r\n\r\n".repeat(60);
    let fields = [("title", "Đổi mật khẩu"), ("text", long.as_str()), ("unit", "mot"), ("role", "")];
    let address = published(&mut keeper, &fields).await;
    let page = place.signed_in("an", None).await.get(&address).await.body;
    for (answer, is_said) in [("opaqueredirect", true), ("basic", false)] {
        let script = include_str!("../../assets/advisory.js");
        let read = tokio::task::spawn_blocking({
            let page = page.clone();
            move || read_to_the_end(&page, include_str!("../../assets/khien.css"), script, answer)
        });
        let read = match read.await.unwrap() {
            Ok(read) => read,
            Err(reason) => return println!("SKIPPED: {reason}"),
        };
        assert_eq!(
            (read.at_the_beginning, read.after_flying_past, read.is_said),
            (0, 0, is_said),
            "{answer}: {read:?}"
        );
        let [(to, method, sent)] = read.sent.as_slice() else { panic!("{answer}: {read:?}") };
        assert!(to.ends_with(&format!("{address}/read")) && method == "POST" && sent.contains("csrf="), "{read:?}");
    }
}

/// Publishes it and gives its address.
async fn published(keeper: &mut Browser, fields: &[(&str, &str)]) -> String {
    keeper.get("/advisories/new").await;
    let answer = keeper.post("/advisories/new", fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().to_owned()
}

#[tokio::test]
async fn an_advisory_is_written_read_by_its_readers_alone_and_withdrawn() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    let mut an = place.signed_in("an", None).await;
    let mut binh = place.signed_in("binh", None).await;
    let mut head = place.signed_in("head", None).await;
    let address = published(&mut keeper, &POST).await;
    assert_eq!((unread(&place, "an").await, unread(&place, "binh").await), (Some(1), None));

    // The mark comes after opening, and the button says the same as the script.
    let read = format!("{address}/read");
    an.get("/advisories").await;
    assert_eq!(an.post(&read, &[]).await.status, StatusCode::CONFLICT, "it was never opened");
    assert!(an.get("/advisories").await.body.contains("Không cắm USB lạ"));
    let page = an.get(&address).await.body;
    for shown in [
        "<a href=\"https://moj.gov.vn/usb\" rel=\"noopener noreferrer nofollow\">https://moj.gov.vn/usb</a>.",
        "<li>giao cho đầu mối CNTT</li>",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "id=\"advisory-end\"",
        "/assets/advisory-",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(an.post(&read, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(unread(&place, "an").await, Some(0));
    let page = an.get(&address).await.body;
    assert!(!page.contains("advisory-end"), "{page}");
    assert_eq!(an.post(&read, &[]).await.status, StatusCode::SEE_OTHER, "once more does no harm");

    // For whom it is not, it is not there; who looks after others sees how far they are, and that is written down.
    assert_eq!(binh.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(binh.post(&read, &[]).await.status, StatusCode::NOT_FOUND);
    let readers = format!("{address}/readers");
    assert_eq!(an.get(&readers).await.status, StatusCode::FORBIDDEN);
    let page = head.get(&readers).await.body;
    assert!(page.contains("1/2") && page.contains("Nguyễn Thị head") && !page.contains("Nguyễn Thị an"), "{page}");
    keeper.get(&readers).await;
    let seen = place.audited().await;
    let lists = seen.iter().filter(|entry| entry.action == "people.list" && entry.object_id == readers);
    assert_eq!(lists.count(), 1, "the head saw only their own name, the office that of the head");

    // Only the office writes, within reach; what is out of bounds is shown beside its field, as it was typed.
    assert_eq!(head.get("/advisories/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(an.post(&format!("{address}/withdraw"), &[]).await.status, StatusCode::FORBIDDEN);
    keeper.get("/advisories/new").await;
    let long = "ạ".repeat(advisories::MAX_TITLE + 1);
    let wrong = keeper.post("/advisories/new", &[("title", &long), ("text", " "), ("unit", "mot"), ("role", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(&long) && wrong.body.matches("aria-invalid").count() == 2, "{}", wrong.body);
    for (unit, role) in [("nowhere", ""), ("mot", "official"), ("mot", "emperor")] {
        let refused =
            keeper.post("/advisories/new", &[("title", "x"), ("text", "x"), ("unit", unit), ("role", role)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{unit} {role}");
    }
    keeper.get(&format!("{address}/edit")).await;
    let edited = keeper.post(&format!("{address}/edit"), &[("title", "USB lạ"), ("text", "Không cắm.")]).await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.body);
    assert!(an.get(&address).await.body.contains("USB lạ"));
    keeper.get(&address).await;
    assert_eq!(keeper.post(&format!("{address}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(unread(&place, "head").await, Some(0));
    assert_eq!(an.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(keeper.get(&address).await.status, StatusCode::OK);
    let actions: Vec<String> = place.audited().await.into_iter().map(|entry| entry.action).collect();
    for action in ["advisory.publish", "advisory.read", "advisory.change", "advisory.withdraw"] {
        assert_eq!(actions.iter().filter(|it| *it == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn a_role_narrows_who_is_asked() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    let mut an = place.signed_in("an", None).await;
    let fields = [("title", "Cho người đứng đầu"), ("text", "x"), ("unit", "tinh"), ("role", "unit_head")];
    let address = published(&mut keeper, &fields).await;
    assert_eq!((unread(&place, "head").await, unread(&place, "an").await), (Some(1), None));
    assert_eq!(an.get(&address).await.status, StatusCode::NOT_FOUND);
    assert!(place.signed_in("head", None).await.get("/my").await.status.is_success());
}

#[tokio::test]
async fn a_feed_is_made_changed_and_given_up() {
    let place = office().await;
    let mut keeper = place.signed_in("office", None).await;
    let mut an = place.signed_in("an", None).await;
    let fields = |url: &'static str| {
        [("name", "Cục An toàn"), ("url", url), ("unit", "tinh"), ("role", ""), ("every_minutes", "60")]
    };
    keeper.get("/admin/feeds/new").await;
    let longest = format!("https://{}", "a".repeat(MAX_URL));
    for wrong in [
        "http://moj.gov.vn/rss",
        "moj.gov.vn/rss",
        "javascript:x",
        "https://",
        "https://an:mat-khau@moj.gov.vn/rss",
        "https://localhost/rss",
        "https://2130706433/rss",
        "https://[::1]/rss",
        "https://169.254.169.254/latest",
        longest.as_str(),
    ] {
        let typed = [("name", "Cục An toàn"), ("url", wrong), ("unit", "tinh"), ("role", ""), ("every_minutes", "60")];
        let answer = keeper.post("/admin/feeds", &typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.body.contains(wrong) && answer.body.contains("aria-invalid"), "{}", answer.body);
    }
    let made = keeper.post("/admin/feeds", &fields("https://moj.gov.vn/rss")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let address = made.location().to_owned();
    keeper.get(&address).await;
    let again = keeper.post("/admin/feeds", &fields("https://moj.gov.vn/rss")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it is read already");
    assert_eq!(an.get("/admin/feeds").await.status, StatusCode::FORBIDDEN);
    assert_eq!(an.post(&format!("{address}/end"), &[]).await.status, StatusCode::FORBIDDEN);
    let mut plain = fields("http://moj.gov.vn/rss").to_vec();
    plain.push(("plain", "on"));
    assert_eq!(keeper.post(&address, &plain).await.status, StatusCode::SEE_OTHER);
    let feed = advisories::all_feeds(&place.state.store).await.unwrap().remove(0);
    assert_eq!((feed.url.as_str(), feed.plain), ("http://moj.gov.vn/rss", true));
    // Why it was not read is told in words, with the moment of the last success.
    place
        .change(async |change| {
            let failed = Outcome::Failed { problem: "feed-status".to_owned(), detail: "503".to_owned() };
            advisories::finish(change, &feed, &failed).await.unwrap();
        })
        .await;
    let shown = keeper.get(&address).await.body;
    assert!(shown.contains("trả lời mã 503") && shown.contains("chưa lần nào"), "{shown}");
    for what in ["read", "end"] {
        assert_eq!(keeper.post(&format!("{address}/{what}"), &[]).await.status, StatusCode::SEE_OTHER, "{what}");
    }
    assert!(keeper.get("/admin/feeds").await.body.contains("Thôi đọc từ"));
    assert_eq!(keeper.post(&format!("{address}/end"), &[]).await.status, StatusCode::CONFLICT);
}
