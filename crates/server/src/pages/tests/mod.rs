//! Every page as people of every role see it, over a small province.

mod browser;
mod world;

use axum::http::StatusCode;

use self::world::World;

/// Every page: who looks at it, where it is.
const PAGES: &[(&str, &str)] = &[
    ("minh", "/"),
    ("minh", "/?day=2026-10-01"),
    ("minh", "/?open=-"),
    ("minh", "/units"),
    ("huong", "/units/kv1"),
    ("minh", "/units/tinh?clause=4.1"),
    ("doc-lap", "/units/kv1?day=2026-10-20"),
    ("huong", "/subjects"),
    ("minh", "/subjects?q=kv2&kind=device&unit=tinh"),
    ("binh", "/subjects/device/PC-KV1-01"),
    ("minh", "/subjects/device/PC-KV2-03"),
    ("doc-lap", "/subjects/device/PC-KV1-02?day=2026-10-20"),
    ("huong", "/subjects/person/lan"),
    ("lan", "/controls"),
    ("lan", "/controls/no-saved-passwords"),
    ("minh", "/controls/antivirus-running"),
    ("lan", "/my"),
    ("binh", "/requests"),
    ("minh", "/search"),
    ("minh", "/search?q=khu%20vuc"),
    ("minh", "/search?q=tr%E1%BA%A7n"),
    ("lan", "/search?q=mat%20khau"),
];

#[tokio::test]
async fn every_page_answers_in_both_languages() {
    let world = World::found().await;
    for (person, path) in PAGES {
        for language in ["vi", "en"] {
            let address = format!("{path}{}lang={language}", if path.contains('?') { '&' } else { '?' });
            let answer = world.get(person, &address).await;
            assert_eq!(answer.status, StatusCode::OK, "{person} {address}: {}", answer.html);
            assert!(answer.html.contains(&format!("<html lang=\"{language}\">")), "{address}");
            assert!(!answer.html.contains(" style=") && !answer.html.contains("<script"), "{address}");
        }
    }
}

#[tokio::test]
async fn what_is_out_of_reach_is_refused() {
    let world = World::found().await;
    for (person, path, status) in [
        ("lan", "/units", StatusCode::FORBIDDEN),
        ("lan", "/units/kv1", StatusCode::FORBIDDEN),
        ("lan", "/subjects", StatusCode::FORBIDDEN),
        ("lan", "/subjects/device/PC-KV1-01", StatusCode::OK),
        ("lan", "/subjects/device/PC-KV1-02", StatusCode::FORBIDDEN),
        ("lan", "/subjects/device/PC-KV1-01?day=2026-10-20", StatusCode::FORBIDDEN),
        ("lan", "/subjects/person/huong", StatusCode::FORBIDDEN),
        ("huong", "/units/kv2", StatusCode::FORBIDDEN),
        ("huong", "/units/tinh", StatusCode::FORBIDDEN),
        ("huong", "/subjects/device/PC-KV2-01", StatusCode::FORBIDDEN),
        ("minh", "/units/nonsense", StatusCode::NOT_FOUND),
        ("minh", "/subjects/nonsense/x", StatusCode::NOT_FOUND),
        ("minh", "/subjects/device/nonsense", StatusCode::NOT_FOUND),
        ("minh", "/controls/nonsense", StatusCode::NOT_FOUND),
        ("minh", "/?day=nonsense", StatusCode::BAD_REQUEST),
        ("minh", "/?day=2030-01-01", StatusCode::BAD_REQUEST),
        ("nobody", "/my", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(world.get(person, path).await.status, status, "{person} {path}");
    }
    assert_eq!(world.get("lan", "/").await.to.as_deref(), Some("/my"), "whoever has no unit sees their own list");
    // What is not reached is not found either.
    let found = world.get("huong", "/search?q=pc").await.html;
    assert!(found.contains("PC-KV1-01") && !found.contains("PC-KV2-01"));
}

#[tokio::test]
async fn an_official_says_it_is_mended_and_asks_for_help() {
    let world = World::found().await;
    let list = world.get("lan", "/my").await.html;
    let control = list.split("name=\"control\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let control = control.expect("something to do").to_owned();
    let about = format!("subject_kind=device&subject_id=PC-KV1-01&control={control}");
    let said = world.post("lan", "/my/requests", &format!("kind=re_check&{about}")).await;
    assert_eq!((said.status, said.to.as_deref()), (StatusCode::SEE_OTHER, Some("/my")));
    world
        .post(
            "lan",
            "/my/requests",
            &format!("kind=help&{about}&text=Kh%C3%B4ng%20m%E1%BB%9F%20%C4%91%C6%B0%E1%BB%A3c"),
        )
        .await;
    let list = world.get("lan", "/my").await.html;
    assert!(list.contains("Đã ghi nhận bạn làm xong lúc") && list.contains("Đã gửi yêu cầu hỗ trợ lúc"));

    // Somebody else's computer is not for her to ask about.
    let other = format!("kind=help&subject_kind=device&subject_id=PC-KV2-01&control={control}");
    assert_eq!(world.post("lan", "/my/requests", &other).await.status, StatusCode::FORBIDDEN);
    let nonsense = world.post("lan", "/my/requests", &format!("kind=nonsense&{about}")).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);

    let waiting = world.get("binh", "/requests").await.html;
    assert!(waiting.contains("Trần Thị Lan") && waiting.contains("Không mở được"));
    assert!(world.get("binh", "/units/kv1").await.html.contains("Không mở được"));
    let id = waiting.split("/requests/").nth(1).and_then(|rest| rest.split('/').next()).expect("a request").to_owned();
    let refused = world.post("lan", &format!("/requests/{id}/answer"), "answer=x").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let empty = world.post("binh", &format!("/requests/{id}/answer"), "answer=%20").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let answered = world.post("binh", &format!("/requests/{id}/answer"), "answer=T%C3%B4i%20sang%20ngay").await;
    assert_eq!(answered.to.as_deref(), Some("/requests"));
    assert!(world.get("lan", "/my").await.html.contains("Tôi sang ngay"));
    assert!(!world.get("binh", "/requests").await.html.contains("Không mở được"));
}

#[tokio::test]
async fn the_head_signs_the_month_off() {
    let world = World::found().await;
    assert!(world.get("huong", "/units/kv1").await.html.contains("Chưa có xác nhận nào."));
    let refused = world.post("binh", "/units/kv1/sign-off", "note=").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let signed = world.post("huong", "/units/kv1/sign-off", "note=Thi%E1%BA%BFu%20m%C3%A1y").await;
    assert_eq!(signed.to.as_deref(), Some("/units/kv1"));
    let page = world.get("minh", "/units/kv1").await.html;
    assert!(page.contains("Tháng 11/2026: Nguyễn Thị Hương xác nhận") && page.contains("Thiếu máy"));
    let too_long = format!("note={}", "a".repeat(khien_store::sign_offs::MAX_NOTE + 1));
    assert_eq!(world.post("huong", "/units/kv1/sign-off", &too_long).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_parts_of_the_overview_add_up() {
    let world = World::found().await;
    let now = khien_store::pages::overview::now(&world.state.store).await.expect("counts");
    let total: u64 = now.iter().map(|tally| tally.counts.total()).sum();
    let shown = super::numbers::count(total, khien_texts::Language::Vi);
    let page = world.get("minh", "/").await.html;
    assert!(page.contains(&format!("trong {shown} nội dung đạt")), "{shown}");
    let whole = world.get("doc-lap", "/").await.html;
    assert!(whole.contains(&format!("trong {shown} nội dung đạt")), "{shown}");
}
