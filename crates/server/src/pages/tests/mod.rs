//! What the pages say and do for people of every role, over a small province. That there is no page that a browser has not
//! looked at is tested in `tests/server/pages/`.

mod duties;
mod tasks;
mod world;

use axum::http::StatusCode;

use self::world::World;

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
    let of_device = list.split("name=\"subject_id\" value=\"PC-KV1-01\"").nth(1);
    let control = of_device.and_then(|rest| rest.split("name=\"control\" value=\"").nth(1)?.split('"').next());
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

    let waiting = world.get("binh", "/tickets").await.html;
    assert!(waiting.contains("Trần Thị Lan") && waiting.contains("2026-0001"));
    let id = waiting.split("/tickets/").skip(1).find_map(|rest| rest.split('"').next().filter(|id| id.len() > 10));
    let id = id.expect("a ticket").to_owned();
    assert!(world.get("binh", "/units/kv1").await.html.contains(&id));
    assert!(world.get("binh", &format!("/tickets/{id}")).await.html.contains("Không mở được"));
    let refused = world.post("lan", &format!("/tickets/{id}/answer"), "answer=x").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let empty = world.post("binh", &format!("/tickets/{id}/answer"), "answer=%20").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let answered = world.post("binh", &format!("/tickets/{id}/answer"), "answer=T%C3%B4i%20sang%20ngay").await;
    assert_eq!(answered.to.as_deref(), Some(format!("/tickets/{id}").as_str()));
    assert!(world.get("lan", "/my").await.html.contains("Tôi sang ngay"));
    assert!(!world.get("binh", "/units/kv1").await.html.contains(&id));
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
async fn a_computer_that_is_silent_shows_since_when_and_what_to_do() {
    let world = World::found().await;
    world.enrol_and_fall_silent("PC-KV1-IM", "kv1", 12).await;
    let page = world.get("binh", "/subjects/device/PC-KV1-IM").await.html;
    for wanted in [
        "Máy báo cáo đều về máy chủ",
        "Báo cáo về máy chủ › không có báo cáo từ",
        "08:00 ngày 10/11/2026",
        "Xem máy có được bật",
        "Quản trị mở",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // Whoever goes through the control, or the unit's red list, finds it.
    for path in ["/controls/device-reports-regularly", "/units/kv1"] {
        assert!(world.get("minh", path).await.html.contains("PC-KV1-IM"), "{path}");
    }
    let shorter = world.get("huong", "/subjects/device/PC-KV1-01").await.html;
    assert!(!shorter.contains("không có báo cáo từ"), "it has no agent: nobody knows");
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

#[tokio::test]
async fn a_past_day_calls_things_as_they_were_called_then() {
    let world = World::found().await;
    let before = khien_content::shipped("thads-2026").expect("it loads").directive;
    let clause = before.clauses.iter().find(|clause| clause.id == "4.1").expect("a clause");
    let (then, now) = (clause.title.get(khien_texts::Language::Vi.into()), "Diệt vi-rút, cách gọi mới");
    world.rename_in_directive(then, now).await;
    for path in ["/units/kv1", "/"] {
        let today = world.get("minh", path).await.html;
        let past = world.get("minh", &format!("{path}?day=2026-10-20")).await.html;
        assert!(today.contains(now) && !today.contains(then), "{path}");
        assert!(past.contains(then) && !past.contains(now), "{path}");
    }
    let subject = world.get("minh", "/subjects/device/PC-KV1-02?day=2026-10-20").await.html;
    assert!(subject.contains(then) && !subject.contains(now));
    // Before the first directive was put in force nothing was asked.
    let page = world.get("minh", "/units/kv1?day=2026-08-01").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(!page.html.contains(then) && !page.html.contains(now));
}

#[tokio::test]
async fn whoever_may_asks_for_an_exemption_beside_the_finding() {
    let world = World::found().await;
    let link = "/exemptions/new?subject=device%3APC-KV1-01";
    let page = world.get("huong", "/subjects/device/PC-KV1-01").await.html;
    let address = page.split("href=\"").find(|rest| rest.starts_with(link)).and_then(|rest| rest.split('"').next());
    let address = address.expect("a link").replace("&#38;", "&").replace("&amp;", "&");
    let form = world.get("huong", &address).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    let control = address.rsplit("control%3A").next().expect("a control");
    assert!(form.html.contains(&format!("<option value=\"control:{control}\" selected>")), "{address}: {}", form.html);
    assert!(form.html.contains("PC-KV1-01"), "{}", form.html);
    assert!(!world.get("lan", "/subjects/device/PC-KV1-01").await.html.contains("/exemptions/new"));
    assert!(!world.get("doc-lap", "/subjects/device/PC-KV1-01?day=2026-10-20").await.html.contains("/exemptions/new"));
    let elsewhere = world.get("huong", "/exemptions/new?subject=device:PC-KV2-01").await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_list_with_names_leaves_one_entry() {
    let world = World::found().await;
    for (person, path, people, unit, words) in [
        ("huong", "/units/kv1", Some(2), "kv1", ""),
        ("minh", "/search?q=tran", Some(1), "", "tran"),
        ("minh", "/subjects?kind=person&unit=kv1", Some(3), "kv1", ""),
        ("quan-tri", "/admin/people?unit=kv1", Some(3), "kv1", ""),
        ("quan-tri", "/admin/devices", Some(3), "", ""),
        // One's own name is nobody's business, and computers have none.
        ("lan", "/search?q=lan", None, "", ""),
        ("minh", "/search?q=pc", None, "", ""),
    ] {
        let before = world.audited().await;
        let answer = world.get(person, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.html);
        let entries = world.audited().await.split_off(before.len());
        let lists: Vec<_> = entries.iter().filter(|entry| entry.action == "people.list").collect();
        assert_eq!(lists.len(), usize::from(people.is_some()), "{person} {path}: {entries:?}");
        let (Some(people), Some(entry)) = (people, lists.first()) else { continue };
        assert_eq!(entry.actor.to_string(), format!("person:{person}"));
        assert_eq!(entry.object_id, path.split('?').next().expect("a path"));
        assert_eq!(entry.detail["people"], people, "{path}");
        assert_eq!((&entry.detail["unit"], &entry.detail["words"]), (&unit.into(), &words.into()), "{path}");
    }
}
