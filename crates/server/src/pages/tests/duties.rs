//! From being asked to a hundred per cent: reading, acknowledging, the quiz, sheets, leave.

use axum::http::StatusCode;
use khien_content::quiz::{Quiz, quiz};
use khien_model::{State, Subject, SubjectKind};
use khien_store::{campaigns, findings, leaves, subjects, sweep};

use super::world::World;

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.into() }
}

/// What the judge says of a control for a person.
async fn state_of(world: &World, id: &str, control: &str) -> Option<State> {
    let record = subjects::find(&world.state.store, &person(id)).await.expect("a store").expect("a person");
    let open = findings::open(&world.state.store, record.number).await.expect("findings");
    open.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

/// Reads every clause that is still to be read, as the buttons lead.
async fn read_all(world: &World, id: &str) -> usize {
    let mut read = 0;
    loop {
        let page = world.get(id, "/my/duties").await.html;
        let Some(next) = page.split("href=\"/my/duties/clauses/").nth(1).filter(|_| page.contains("Đọc tiếp"))
        else {
            return read;
        };
        let clause = next.split('"').next().expect("an address").to_owned();
        let answer = world.post(id, &format!("/my/duties/clauses/{clause}"), "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        read += 1;
        assert!(read < 100, "it comes to an end");
    }
}

/// The answers to the quiz that is shown: right ones, or wrong ones.
fn answers(quiz: &Quiz, page: &str, is_right: bool) -> String {
    let mut form = String::new();
    for part in page.split("<fieldset>").skip(1) {
        let id = part.split("name=\"q-").nth(1).and_then(|rest| rest.split('"').next()).expect("a question");
        let question = quiz.questions.iter().find(|question| question.id == id).expect("it is known");
        let shown: Vec<&str> = part.split("required>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        let right = &question.answers.first().expect("an answer").vi;
        let escaped = right.replace('&', "&#38;").replace('"', "&#34;").replace('<', "&#60;").replace('>', "&#62;");
        let place = shown.iter().position(|answer| **answer == escaped).expect("the right answer is shown");
        let chosen = if is_right { place } else { (place + 1) % shown.len() };
        form.push_str(&format!("&q-{id}={chosen}"));
    }
    form
}

fn number(page: &str) -> String {
    let rest = page.split("name=\"number\" value=\"").nth(1).expect("a number");
    rest.split('"').next().expect("a number").to_owned()
}

#[tokio::test]
async fn somebody_reads_acknowledges_and_passes() {
    let world = World::found().await;
    assert_eq!(state_of(&world, "lan", "duties-acknowledged").await, Some(State::Fail));
    assert!(world.get("lan", "/my").await.html.contains("Đọc và trả lời ngay"));
    let early = world.post("lan", "/my/duties/acknowledge", "").await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST, "not before all is read");
    assert_eq!(world.get("lan", "/my/duties/quiz").await.to.as_deref(), Some("/my/duties"));

    let clauses = khien_content::shipped("thads-2026").expect("it loads").directive.clauses.len();
    assert_eq!(read_all(&world, "lan").await, clauses);
    assert_eq!(state_of(&world, "lan", "duties-acknowledged").await, Some(State::Fail), "reading is not acknowledging");
    let done = world.post("lan", "/my/duties/acknowledge", "understood=on").await;
    assert_eq!(done.to.as_deref(), Some("/my/duties/quiz"));
    assert_eq!(state_of(&world, "lan", "duties-acknowledged").await, Some(State::Pass));
    assert_eq!(state_of(&world, "lan", "duties-understood").await, Some(State::Fail));

    let quiz = quiz();
    let page = world.get("lan", "/my/duties/quiz").await.html;
    assert_eq!(page.matches("<fieldset>").count(), quiz.asked);
    let wrong = format!("number={}{}", number(&page), answers(&quiz, &page, false));
    let result = world.post("lan", "/my/duties/quiz", &wrong).await.to.expect("a result");
    let said = world.get("lan", &result).await.html;
    assert!(said.contains("Chưa đạt") && said.contains("Làm bài mới"), "{said}");
    assert_eq!(said.matches("Bạn chọn:").count(), quiz.asked);
    assert_eq!(world.post("lan", "/my/duties/quiz", &wrong).await.status, StatusCode::CONFLICT, "handed in twice");
    assert_eq!(state_of(&world, "lan", "duties-understood").await, Some(State::Fail));

    let page = world.get("lan", "/my/duties/quiz").await.html;
    assert_eq!(number(&page), "1");
    let right = format!("number=1{}", answers(&quiz, &page, true));
    let result = world.post("lan", "/my/duties/quiz", &right).await.to.expect("a result");
    assert!(world.get("lan", &result).await.html.contains("Đạt: đúng 5/5"));
    assert_eq!(state_of(&world, "lan", "duties-understood").await, Some(State::Pass));
    assert!(world.get("lan", "/my/duties").await.html.contains("bạn đã hoàn thành lúc"));
}

#[tokio::test]
async fn a_head_sees_who_is_missing_in_their_own_unit() {
    let world = World::found().await;
    let page = world.get("huong", "/duties/dot-1").await.html;
    assert!(page.contains("Trần Thị Lan") && page.contains("Đỗ Thanh Bình") && !page.contains(">Lê Văn Minh<"));
    assert!(world.get("minh", "/duties/dot-1").await.html.contains(">Lê Văn Minh<"));
    assert_eq!(world.get("lan", "/duties").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.get("minh", "/duties/nonsense").await.status, StatusCode::NOT_FOUND);
    let begin = "unit=kv1&kind=reading&due=2026-12-20&newcomer_days=5&directive=x";
    assert_eq!(world.post("huong", "/duties", begin).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("minh", "/duties", begin).await.status, StatusCode::BAD_REQUEST, "no such version");
    let close = world.post("huong", "/duties/dot-1/close", "").await;
    assert_eq!(close.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_signed_sheet_counts_for_who_signed_it() {
    let world = World::found().await;
    let sheet = "reference=Phi%E1%BA%BFu%2003%2FVP&signed_on=2026-11-22";
    let both = format!("{sheet}&person=lan&person=minh");
    assert_eq!(world.post("huong", "/duties/dot-1/sheets", &both).await.status, StatusCode::NOT_FOUND);
    let own = world.post("huong", "/duties/dot-1/sheets", &format!("{sheet}&person=huong")).await;
    assert_eq!(own.status, StatusCode::BAD_REQUEST, "nobody records their own signature");
    let early = "reference=1&signed_on=2020-01-01&person=lan";
    assert_eq!(world.post("huong", "/duties/dot-1/sheets", early).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.post("huong", "/duties/dot-1/sheets", sheet).await.status, StatusCode::BAD_REQUEST, "nobody");
    assert_eq!(state_of(&world, "lan", "duties-understood").await, Some(State::Fail));
    let recorded = world.post("huong", "/duties/dot-1/sheets", &format!("{sheet}&person=lan")).await;
    assert_eq!(recorded.to.as_deref(), Some("/duties/dot-1"), "{}", recorded.html);
    for control in ["duties-acknowledged", "duties-understood"] {
        assert_eq!(state_of(&world, "lan", control).await, Some(State::Pass), "{control}");
    }
    let page = world.get("huong", "/duties/dot-1").await.html;
    assert!(page.contains("Phiếu 03/VP") && !page.contains("Trần Thị Lan"));
}

#[tokio::test]
async fn leave_lifts_the_duties_until_the_return() {
    let world = World::found().await;
    let own = world.post("huong", "/duties/dot-1/leaves", "person=huong&from=2026-11-20&until=2026-12-31").await;
    assert_eq!(own.status, StatusCode::BAD_REQUEST, "nobody records their own leave");
    let elsewhere = world.post("huong", "/duties/dot-1/leaves", "person=minh&from=2026-11-20&until=2026-12-31").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    let recorded = world.post("huong", "/duties/dot-1/leaves", "person=lan&from=2026-11-20&until=2026-12-31").await;
    assert_eq!(recorded.to.as_deref(), Some("/duties/dot-1"), "{}", recorded.html);
    let now = (world.state.clock)();
    sweep::sweep(&world.state.store, now, 10_000).await.expect("a sweep");
    assert_eq!(state_of(&world, "lan", "duties-acknowledged").await, Some(State::Exempt));
    let page = world.get("huong", "/duties/dot-1").await.html;
    assert!(page.contains("Đang nghỉ theo chế độ") && page.contains("31/12/2026"));
    let leave = leaves::on(&world.state.store, khien_model::day_of(now)).await.expect("leaves").remove(0);
    let back = world.post("huong", &format!("/duties/dot-1/leaves/{}/end", leave.id), "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.html);
    sweep::sweep(&world.state.store, now, 10_000).await.expect("a sweep");
    assert_eq!(state_of(&world, "lan", "duties-acknowledged").await, Some(State::Fail));
}

#[tokio::test]
async fn the_job_asks_newcomers_and_a_new_campaign_opens_only_what_changed() {
    let world = World::found().await;
    let now = (world.state.clock)();
    // Two people of the province were not asked by the campaign of the world.
    let said = crate::duties::job::run(world.state.clone(), now).await.expect("a run");
    assert!(said.starts_with("2 people asked"), "{said}");
    assert!(crate::duties::job::run(world.state.clone(), now).await.expect("a run").starts_with("0 people asked, 0"));
    let active = khien_store::directives::active(&world.state.store).await.expect("a store").expect("a version");
    let begin = format!("unit=tinh&kind=reading&due=2026-12-20&newcomer_days=5&directive={}", active.digest);
    let begun = world.post("minh", "/duties", &begin).await;
    let address = begun.to.expect("a campaign");
    let id = address.rsplit('/').next().expect("an id");
    let everybody = campaigns::of_campaign(&world.state.store, id).await.expect("people");
    assert_eq!(everybody.len(), 6);
    // The text is the same: who has read it acknowledges at once.
    let page = world.get("binh", "/my/duties").await.html;
    assert!(!page.contains("Đọc tiếp") && page.contains("action=\"/my/duties/acknowledge\""));
    assert!(world.get("lan", "/my/duties").await.html.contains("Đọc tiếp"));
    assert_eq!(state_of(&world, "binh", "duties-acknowledged").await, Some(State::Fail), "asked anew");
    assert_eq!(world.post("minh", &format!("{address}/close"), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post("minh", &format!("{address}/close"), "").await.status, StatusCode::CONFLICT);
}
