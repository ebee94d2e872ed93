//! Tasks of units, from the office that assigns them to the file that shows they are done.

use axum::http::StatusCode;
use khien_model::{State, Subject, SubjectKind};
use khien_store::tasks::{self, Progress, Standing};
use khien_store::{findings, subjects};

use super::world::World;

/// What the judge says of a control for a unit.
async fn state_of(world: &World, unit: &str, control: &str) -> Option<State> {
    let subject = Subject { kind: SubjectKind::Unit, id: unit.into() };
    let record = subjects::find(&world.state.store, &subject).await.expect("a store").expect("a unit");
    let open = findings::open(&world.state.store, record.number).await.expect("findings");
    open.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

/// The office gives the same task to two units. The ids, that of `kv1` first.
async fn assigned(world: &World) -> (String, String) {
    let form = "title=R%C3%A0%20so%C3%A1t%20t%C3%A0i%20kho%E1%BA%A3n&detail=G%E1%BB%ADi%20bi%C3%AAn%20b%E1%BA%A3n&clause=2.2\
                &due=2026-12-04&unit=kv1&unit=kv2";
    let answer = world.post("minh", "/tasks/new", form).await;
    assert_eq!((answer.status, answer.to.as_deref()), (StatusCode::SEE_OTHER, Some("/tasks")), "{}", answer.html);
    let all = tasks::all(&world.state.store).await.expect("tasks");
    let of = |unit: &str| all.iter().find(|task| task.unit == unit).expect("a task").id.clone();
    assert_eq!(all.len(), 2);
    (of("kv1"), of("kv2"))
}

#[tokio::test]
async fn a_task_goes_from_the_office_to_done() {
    let world = World::found().await;
    let (mine, other) = assigned(&world).await;
    assert_eq!(state_of(&world, "kv1", "tasks-have-owners").await, Some(State::Fail));
    let page = world.get("minh", "/tasks").await.html;
    assert!(page.contains("Rà soát tài khoản") && page.contains("khu vực 2"), "{page}");
    let page = world.get("huong", "/tasks").await.html;
    assert!(page.contains(&mine) && !page.contains(&other), "a head sees the tasks of the own unit");
    assert_eq!(world.get("huong", &format!("/tasks/{other}")).await.status, StatusCode::FORBIDDEN);

    // The head names who answers for it; it must be somebody of the unit.
    let answer = world.post("huong", &format!("/tasks/{mine}/owner"), "owner=minh").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.get("lan", &format!("/tasks/{mine}")).await.status, StatusCode::FORBIDDEN);
    let answer = world.post("huong", &format!("/tasks/{mine}/owner"), "owner=lan").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&world, "kv1", "tasks-have-owners").await, Some(State::Pass));

    // An official sees the task that is theirs, says how far it is, and hands it on to nobody.
    assert!(world.get("lan", "/my").await.html.contains("/tasks?show=mine"));
    assert!(world.get("lan", "/tasks?show=mine").await.html.contains(&mine));
    let page = world.get("lan", &format!("/tasks/{mine}")).await.html;
    assert!(page.contains("Gửi biên bản") && !page.contains(&format!("/tasks/{mine}/owner")), "{page}");
    let answer = world.post("lan", &format!("/tasks/{mine}/owner"), "owner=").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = world.post("lan", &format!("/tasks/{mine}/progress"), "progress=done").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let task = tasks::find(&world.state.store, &mine).await.expect("a store").expect("the task");
    assert_eq!((task.progress, task.standing(task.due)), (Progress::Done, Standing::DoneInTime));
    assert_eq!(state_of(&world, "kv1", "tasks-evidenced").await, Some(State::Fail));
    assert!(world.get("huong", "/tasks?show=done").await.html.contains("Hoàn thành đúng hạn"));

    // An assessor looks at everything and changes nothing.
    assert_eq!(world.get("doc-lap", &format!("/tasks/{mine}")).await.status, StatusCode::OK);
    let answer = world.post("doc-lap", &format!("/tasks/{mine}/progress"), "progress=under_way").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn evidence_is_what_it_is_called_and_is_saved_not_opened() {
    let world = World::found().await;
    let (mine, other) = assigned(&world).await;
    let address = format!("/tasks/{mine}/evidence");
    let wrong = world.upload("binh", &address, &[("files", "biên bản.pdf", b"MZ\x90")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("biên bản.pdf") && wrong.html.contains("aria-invalid"), "{}", wrong.html);
    let none = world.upload("binh", &address, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let both: [(&str, &str, &[u8]); 2] =
        [("files", "Biên bản số 1.pdf", b"%PDF-1.7\n"), ("files", "ghi chú.txt", "Đã rà soát".as_bytes())];
    let answer = world.upload("binh", &address, &both).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let page = world.get("huong", &format!("/tasks/{mine}")).await.html;
    assert!(page.contains("Biên bản số 1.pdf") && page.contains("ghi chú.txt"), "{page}");
    let file = page.split(&format!("href=\"{address}/")).nth(1).and_then(|rest| rest.split('"').next());
    let file = format!("{address}/{}", file.expect("a file"));

    let saved = world.get("minh", &file).await;
    assert_eq!((saved.status, saved.html.as_str()), (StatusCode::OK, "%PDF-1.7\n"));
    assert_eq!(saved.header("content-type"), "application/pdf");
    assert_eq!(saved.header("x-content-type-options"), "nosniff");
    let disposition = saved.header("content-disposition");
    assert!(disposition.starts_with("attachment; ") && disposition.contains("Bi%C3%AAn"), "{disposition}");
    // Whoever may not see the task gets no file of it, nor does the address of another task give it.
    assert_eq!(world.get("lan", &file).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.get("minh", &file.replace(&mine, &other)).await.status, StatusCode::NOT_FOUND);

    let answer = world.post("minh", &format!("{}/remove", file.replace(&mine, &other)), "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = world.post("binh", &format!("{file}/remove"), "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("minh", &file).await.status, StatusCode::NOT_FOUND);
    let entries: Vec<String> = world.audited().await.into_iter().map(|entry| entry.action).collect();
    for action in ["task.assign", "file.attach", "file.detach"] {
        assert!(entries.iter().any(|entry| entry == action), "{action} of {entries:?}");
    }
}

#[tokio::test]
async fn the_unit_asks_for_more_time_and_the_office_decides() {
    let world = World::found().await;
    let (mine, _) = assigned(&world).await;
    let address = format!("/tasks/{mine}/extensions");
    let early = world.post("huong", &address, "wanted=2026-12-01&reason=x").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.html.contains("value=\"2026-12-01\""), "what was typed is kept: {}", early.html);
    let answer = world.post("huong", &address, "wanted=2026-12-20&reason=Thi%E1%BA%BFu%20ng%C6%B0%E1%BB%9Di").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let page = world.get("minh", "/tasks").await.html;
    assert!(page.contains("Thiếu người"), "it waits on the list: {page}");
    let asked = tasks::waiting_extensions(&world.state.store).await.expect("requests").remove(0).id;
    let grant = format!("{address}/{asked}/grant");
    let answer = world.post("huong", &grant, "until=2026-12-20").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "no unit grants its own request");
    assert!(!world.get("huong", &format!("/tasks/{mine}")).await.html.contains(&grant));
    let wrong = world.post("minh", &grant, "until=2026-12-01").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world.post("minh", &grant, "until=2026-12-11&note=%C4%90%E1%BB%93ng%20%C3%BD").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let page = world.get("huong", &format!("/tasks/{mine}")).await.html;
    assert!(page.contains("11/12/2026") && page.contains("Được gia hạn"), "{page}");
    assert_eq!(world.post("minh", &grant, "until=2026-12-20").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn forms_say_what_is_wrong_and_rights_hold() {
    let world = World::found().await;
    let answer = world.post("minh", "/tasks/new", "title=%20&due=2026-11-01").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Hãy nhập nội dung việc", "Hãy chọn hạn hoàn thành", "Hãy chọn ít nhất một đơn vị"]
    {
        assert!(answer.html.contains(said), "{said}: {}", answer.html);
    }
    // A head assigns within the unit alone; an IT focal officer and an official assign nothing.
    let task = "title=x&due=2026-12-04&unit=";
    assert_eq!(world.post("huong", "/tasks/new", &format!("{task}kv2")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("binh", "/tasks/new", &format!("{task}kv1")).await.status, StatusCode::FORBIDDEN);
    let answer = world.post("huong", "/tasks/new", &format!("{task}kv1")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let own = answer.to.expect("the task");
    // Everybody within reach at once.
    let answer = world.post("minh", "/tasks/new", "title=y&due=2026-12-04&everybody=on").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let all = tasks::all(&world.state.store).await.expect("tasks");
    assert_eq!(all.iter().filter(|task| task.title == "y").count(), 4);

    // A unit takes back what it gave itself, and nothing that the office gave it.
    let of_office = all.iter().find(|task| task.title == "y" && task.unit == "kv1").expect("a task").id.clone();
    let answer = world.post("huong", &format!("/tasks/{of_office}/withdraw"), "reason=x").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = world.post("huong", &format!("{own}/withdraw"), "reason=%20").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world.post("huong", &format!("{own}/withdraw"), "reason=Giao%20nh%E1%BA%A7m").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post("huong", &format!("{own}/progress"), "progress=done").await.status, StatusCode::CONFLICT);

    // The office records plans; a unit does not record its own.
    let plan = "year=2026&unit=kv1&number=15%2FKH-THADS&approved_on=2026-01-20";
    assert_eq!(world.post("huong", "/tasks/plans", plan).await.status, StatusCode::FORBIDDEN);
    let wrong = world.post("minh", "/tasks/plans", "year=2026&unit=kv1&number=&approved_on=2026-12-20").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post("minh", "/tasks/plans", plan).await.status, StatusCode::SEE_OTHER);
    assert!(world.get("huong", "/tasks/plans").await.html.contains("15/KH-THADS"));
    assert_eq!(state_of(&world, "kv1", "yearly-plan-approved").await, Some(State::Pass));
}

#[tokio::test]
async fn naming_an_officer_and_their_qualification_shows_at_once() {
    let world = World::found().await;
    crate::duties::job::run(world.state.clone(), (world.state.clock)()).await.expect("the job");
    assert_eq!(state_of(&world, "kv2", "it-focal-officer-named").await, Some(State::Fail));
    assert_eq!(state_of(&world, "kv1", "it-focal-officer-named").await, Some(State::Pass));
    let form = "kind=it_focal_officer&unit=kv2&decision=21%2FQ%C4%90-THADS&from=2026-11-22&qualified=no";
    let answer = world.post("quan-tri", "/admin/people/lan/roles", form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    assert_eq!(state_of(&world, "kv2", "it-focal-officer-named").await, Some(State::Pass));
    assert_eq!(state_of(&world, "kv2", "it-focal-officer-qualified").await, Some(State::Fail));
    let page = world.get("quan-tri", "/admin/people/lan").await.html;
    let action = page.split("action=\"").find(|part| part.contains("/qualified\"")).expect("a form");
    let action = action.split('"').next().expect("an address").to_owned();
    let answer = world.post("quan-tri", &action, "qualified=yes").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    assert_eq!(state_of(&world, "kv2", "it-focal-officer-qualified").await, Some(State::Pass));
    let end = action.replace("/qualified", "/end");
    assert_eq!(world.post("quan-tri", &end, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&world, "kv2", "it-focal-officer-named").await, Some(State::Fail));
}
