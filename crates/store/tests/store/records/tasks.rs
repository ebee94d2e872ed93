//! Tasks, plans and appointments: what is recorded, and what becomes known of the unit in the same transaction.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use khien_model::{Founded, Reform, State, Subject, SubjectKind, Successor, day_of};
use khien_store::files::NewFile;
use khien_store::roles::{self, Role, RoleKind};
use khien_store::sign_offs::{self, SignOff};
use khien_store::tasks::{self, ExtensionState, MAX_OPEN, MAX_TITLE, NewTask, Plan, Progress, Standing};
use khien_store::unit_facts;
use khien_store::{Store, StoreError, assignments, directives, facts, findings, retention, settings, subjects, units};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

const DAY: i64 = 24;

fn days(count: i64) -> Timestamp {
    hours(DAY * count)
}

fn today() -> Date {
    day_of(noon())
}

fn unit(id: &str) -> Subject {
    Subject { kind: SubjectKind::Unit, id: id.into() }
}

/// Units, three people in them, and the directive that we ship.
async fn set_up(store: &Store) {
    set_up_units(store).await;
    for (id, unit) in [("an", "d1"), ("binh", "d2"), ("chi", "p")] {
        enter_person(store, id, id).await;
        let mut change = begin(store).await;
        let person = Subject { kind: SubjectKind::Person, id: id.into() };
        assignments::assign(&mut change, &person, unit, date(2026, 1, 5)).await.unwrap();
        change.commit().await.unwrap();
    }
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let files = khien_content::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), text(bytes))).collect();
    let mut change = begin(store).await;
    let digest = directives::load(&mut change, "thads-2026", "thads-2026.yaml", &files).await.unwrap();
    directives::activate(&mut change, &digest).await.unwrap();
    change.commit().await.unwrap();
}

/// What is known of a unit in one area, as JSON.
async fn known(store: &Store, id: &str, area: &str) -> serde_json::Value {
    let document = serde_json::to_value(facts::document(store, &unit(id)).await.unwrap().unwrap()).unwrap();
    document.pointer(&format!("/unit/facts/{area}/value")).cloned().unwrap_or_default()
}

/// What the judge says of a control for a unit.
async fn state_of(store: &Store, id: &str, control: &str) -> Option<State> {
    let record = subjects::find(store, &unit(id)).await.unwrap().unwrap();
    let open = findings::open(store, record.number).await.unwrap();
    open.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

fn new_task(title: &str, due: Date) -> NewTask {
    NewTask {
        clause: Some("1.2".into()),
        title: title.into(),
        detail: Some("Gửi biên bản.".into()),
        due,
        assigned_by: "chi".into(),
    }
}

async fn assigned(store: &Store, title: &str, due: Date, units: &[&str]) -> Vec<String> {
    let units: Vec<String> = units.iter().map(|unit| (*unit).to_owned()).collect();
    let mut change = begin(store).await;
    let ids = tasks::assign(&mut change, &new_task(title, due), &units).await.unwrap();
    change.commit().await.unwrap();
    ids
}

#[test]
fn a_task_goes_its_way_and_the_unit_s_results_with_it() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let ids = assigned(&store, "Rà soát tài khoản", date(2026, 11, 20), &["d1", "d2"]).await;
        assert_eq!(ids.len(), 2);
        let one = ids[0].as_str();
        assert_eq!(state_of(&store, "d1", "tasks-have-owners").await, Some(State::Fail));
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Pass));
        assert_eq!(state_of(&store, "p", "tasks-on-time").await, None, "nobody has said anything of it");

        let mut change = begin_at(&store, hours(1)).await;
        tasks::set_owner(&mut change, one, Some("an")).await.unwrap();
        tasks::set_progress(&mut change, one, Progress::UnderWay).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-have-owners").await, Some(State::Pass));
        assert_eq!(state_of(&store, "d2", "tasks-have-owners").await, Some(State::Fail));
        assert_eq!(tasks::of_owner(&store, "an").await.unwrap().len(), 1);

        // The last day is over: with the sweep alone it is overdue, without anybody saying so.
        let task = tasks::find(&store, one).await.unwrap().unwrap();
        assert_eq!(task.standing(date(2026, 11, 20)), Standing::Open);
        assert_eq!(task.standing(date(2026, 11, 21)), Standing::Overdue);
        khien_store::sweep::sweep(&store, days(2), 1_000).await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Pass), "until the end of the day");
        khien_store::sweep::sweep(&store, days(3), 1_000).await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Fail));

        // Done, but nothing shows it; then something does.
        let mut change = begin_at(&store, days(3) + jiff::SignedDuration::from_hours(1)).await;
        tasks::set_progress(&mut change, one, Progress::Done).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(tasks::find(&store, one).await.unwrap().unwrap().standing(today()), Standing::DoneLate);
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Pass));
        assert_eq!(state_of(&store, "d1", "tasks-evidenced").await, Some(State::Fail));
        let mut change = begin_at(&store, days(3) + jiff::SignedDuration::from_hours(2)).await;
        let file = NewFile { name: "Biên bản.txt", media_type: "text/plain", content: b"x" };
        let attached = tasks::add_evidence(&mut change, one, &file, "an").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-evidenced").await, Some(State::Pass));
        let mut change = begin_at(&store, days(3) + jiff::SignedDuration::from_hours(3)).await;
        tasks::remove_evidence(&mut change, one, &attached).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-evidenced").await, Some(State::Fail));

        // Begun again it is open again; taken back it counts no more.
        let mut change = begin_at(&store, days(4)).await;
        tasks::set_progress(&mut change, one, Progress::UnderWay).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Fail));
        let mut change = begin_at(&store, days(5)).await;
        tasks::withdraw(&mut change, one, "Giao nhầm đơn vị").await.unwrap();
        let late = tasks::set_progress(&mut change, one, Progress::Done).await;
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        change.commit().await.unwrap();
        assert_eq!(known(&store, "d1", "tasks").await["assigned"], serde_json::Value::Null);
        assert_eq!(tasks::all(&store).await.unwrap().len(), 1);
    });
}

#[test]
fn bounds_of_tasks_hold_at_the_limit() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        let due = date(2026, 12, 1);
        let one = ["d1".to_owned()];
        for (wrong, units) in [
            (new_task(" ", due), &one[..]),
            (new_task(&"ạ".repeat(MAX_TITLE + 1), due), &one[..]),
            (new_task("x", date(2026, 11, 17)), &one[..]),
            (new_task("x", due), &[][..]),
        ] {
            let refused = tasks::assign(&mut change, &wrong, units).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        }
        let many = vec!["d1".to_owned(); MAX_OPEN];
        tasks::assign(&mut change, &new_task(&"ạ".repeat(MAX_TITLE), today()), &many).await.unwrap();
        let refused = tasks::assign(&mut change, &new_task("x", due), &one).await;
        assert_eq!(refused, Err(StoreError::TooMany { limit: MAX_OPEN }));
        change.commit().await.unwrap();
        let said = known(&store, "d1", "tasks").await;
        assert_eq!(said["assigned"].as_array().map(Vec::len), Some(MAX_OPEN));
    });
}

#[test]
fn more_time_is_asked_by_one_and_granted_by_another() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let due = date(2026, 11, 20);
        let id = assigned(&store, "Lập hồ sơ", due, &["d1"]).await.remove(0);
        let ask = async |wanted: Date| {
            let mut change = begin_at(&store, hours(1)).await;
            let asked = tasks::ask_extension(&mut change, &id, wanted, "Thiếu người", "an").await?;
            change.commit().await?;
            Ok::<_, StoreError>(asked)
        };
        assert!(matches!(ask(due).await, Err(StoreError::Invalid { .. })));
        let asked = ask(date(2026, 12, 4)).await.unwrap();
        let again = ask(date(2026, 12, 5)).await;
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "one waits: {again:?}");
        assert_eq!(tasks::waiting_extensions(&store).await.unwrap().len(), 1);
        let grant = async |until: Date, by: &str| {
            let mut change = begin_at(&store, hours(2)).await;
            tasks::grant_extension(&mut change, &asked, until, by, Some("Đồng ý")).await?;
            change.commit().await
        };
        assert!(matches!(grant(date(2026, 12, 4), "an").await, Err(StoreError::Invalid { .. })), "not one's own");
        assert!(matches!(grant(due, "chi").await, Err(StoreError::Invalid { .. })));
        grant(date(2026, 11, 27), "chi").await.unwrap();
        assert!(matches!(grant(date(2026, 11, 28), "chi").await, Err(StoreError::Conflict { .. })));
        assert_eq!(tasks::find(&store, &id).await.unwrap().unwrap().due, date(2026, 11, 27));
        let said = known(&store, "d1", "tasks").await;
        let due_at = said["assigned"][0]["due_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
        assert_eq!(due_at, "2026-11-27T23:59:59+07:00".parse().unwrap());
        let decided = tasks::extensions_of(&store, &id).await.unwrap().remove(0);
        assert_eq!((decided.state, decided.granted), (ExtensionState::Granted, Some(date(2026, 11, 27))));
        assert_eq!(decided.due_before, due);

        let second = ask(date(2026, 12, 20)).await.unwrap();
        let mut change = begin_at(&store, hours(3)).await;
        tasks::refuse_extension(&mut change, &second, "chi", None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(tasks::find_extension(&store, &second).await.unwrap().unwrap().state, ExtensionState::Refused);
        assert_eq!(tasks::find(&store, &id).await.unwrap().unwrap().due, date(2026, 11, 27));
    });
}

#[test]
fn the_plan_of_the_year_is_of_its_year() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        unit_facts::refresh(&store, noon()).await.unwrap();
        assert_eq!(state_of(&store, "d1", "yearly-plan-approved").await, Some(State::Fail));
        assert_eq!(state_of(&store, "d1", "tasks-on-time").await, Some(State::Unknown), "nobody gave it any");
        let plan = |year: i16, approved_on: Date| Plan {
            unit: "d1".into(),
            year,
            number: "15/KH-THADS".into(),
            approved_on,
            recorded_by: "chi".into(),
            recorded_at: noon(),
        };
        let record = async |plan: Plan| {
            let mut change = begin(&store).await;
            tasks::record_plan(&mut change, &plan).await?;
            change.commit().await
        };
        for wrong in [plan(2026, date(2026, 11, 19)), plan(2026, date(2024, 12, 31)), plan(2025, date(2026, 1, 1))] {
            assert!(matches!(record(wrong).await, Err(StoreError::Invalid { .. })));
        }
        record(plan(2025, date(2025, 2, 1))).await.unwrap();
        assert_eq!(state_of(&store, "d1", "yearly-plan-approved").await, Some(State::Fail), "it is last year's");
        record(plan(2026, date(2025, 12, 30))).await.unwrap();
        assert_eq!(state_of(&store, "d1", "yearly-plan-approved").await, Some(State::Pass));
        assert_eq!(tasks::plans_of_year(&store, 2026).await.unwrap(), [plan(2026, date(2025, 12, 30))]);

        // With the year the plan is over; the job says so.
        let new_year = "2027-01-01T00:10:00+07:00".parse().unwrap();
        assert_eq!(unit_facts::refresh(&store, new_year).await.unwrap(), 3);
        assert_eq!(state_of(&store, "d1", "yearly-plan-approved").await, Some(State::Fail));
    });
}

fn role(id: &str, kind: RoleKind, unit: Option<&str>, from: Date, to: Option<Date>) -> Role {
    Role {
        id: id.into(),
        person: "an".into(),
        kind,
        unit: unit.map(str::to_owned),
        decision: Some("12/QĐ-THADS".into()),
        qualified: None,
        valid_from: from,
        valid_to: to,
    }
}

async fn grant(store: &Store, role: &Role) {
    let mut change = begin(store).await;
    roles::grant(&mut change, role).await.unwrap();
    change.commit().await.unwrap();
}

#[test]
fn naming_an_officer_turns_the_finding_at_once() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let (named, qualified) = ("it-focal-officer-named", "it-focal-officer-qualified");
        assert_eq!(unit_facts::refresh(&store, noon()).await.unwrap(), 3);
        assert_eq!(unit_facts::refresh(&store, noon()).await.unwrap(), 0, "there is nothing new");
        for unit in ["p", "d1", "d2"] {
            assert_eq!(state_of(&store, unit, named).await, Some(State::Fail), "{unit}");
            assert_eq!(state_of(&store, unit, "unit-head-recorded").await, Some(State::Fail), "{unit}");
        }
        grant(&store, &role("r1", RoleKind::ItFocalOfficer, Some("d1"), today(), None)).await;
        assert_eq!(state_of(&store, "d1", named).await, Some(State::Pass));
        assert_eq!(state_of(&store, "d2", named).await, Some(State::Fail));
        assert_eq!(state_of(&store, "d1", qualified).await, Some(State::Unknown));
        for (recorded, expected) in [(Some(false), State::Fail), (Some(true), State::Pass), (None, State::Unknown)] {
            let mut change = begin(&store).await;
            roles::set_qualified(&mut change, "r1", recorded).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(state_of(&store, "d1", qualified).await, Some(expected), "{recorded:?}");
        }
        // The head of the province is not the head of its branches, and a decision has a number.
        grant(&store, &role("r2", RoleKind::UnitHead, Some("p"), today(), None)).await;
        assert_eq!(state_of(&store, "p", "unit-head-recorded").await, Some(State::Pass));
        assert_eq!(state_of(&store, "d1", "unit-head-recorded").await, Some(State::Fail));
        grant(&store, &Role { decision: None, ..role("r3", RoleKind::UnitHead, Some("d1"), today(), None) }).await;
        assert_eq!(state_of(&store, "d1", "unit-head-recorded").await, Some(State::Fail));
        let mut change = begin(&store).await;
        roles::end(&mut change, "r1", today()).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", named).await, Some(State::Fail));
    });
}

#[test]
fn roles_begin_and_end_by_themselves() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let named = "it-focal-officer-named";
        let (from, to) = (date(2026, 11, 20), date(2026, 11, 23));
        grant(&store, &role("r1", RoleKind::ItFocalOfficer, Some("d1"), from, Some(to))).await;
        unit_facts::refresh(&store, noon()).await.unwrap();
        for (day, expected) in [(1, State::Fail), (2, State::Pass), (4, State::Pass), (5, State::Fail)] {
            unit_facts::refresh(&store, days(day)).await.unwrap();
            assert_eq!(state_of(&store, "d1", named).await, Some(expected), "day {day}");
        }
        // What does not change is said again before it is taken for stale.
        for week in 1..=6 {
            unit_facts::refresh(&store, days(5 + 7 * week + 1)).await.unwrap();
            khien_store::sweep::sweep(&store, days(5 + 7 * week + 1), 1_000).await.unwrap();
            assert_eq!(state_of(&store, "d1", named).await, Some(State::Fail), "week {week}");
        }
    });
}

#[test]
fn an_assessor_counts_for_everything_below() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let held = async |unit: &str| {
            let said = known(&store, unit, "roles").await;
            said["held"].as_array().map(Vec::len).unwrap_or_default()
        };
        grant(&store, &role("r1", RoleKind::Assessor, Some("d1"), today(), None)).await;
        assert_eq!((held("p").await, held("d1").await, held("d2").await), (0, 1, 0));
        grant(&store, &role("r2", RoleKind::Assessor, Some("p"), today(), None)).await;
        assert_eq!((held("p").await, held("d1").await, held("d2").await), (1, 2, 1));
        grant(&store, &role("r3", RoleKind::Assessor, None, today(), None)).await;
        assert_eq!((held("p").await, held("d1").await, held("d2").await), (2, 3, 2));
        let mut change = begin(&store).await;
        roles::end(&mut change, "r2", today()).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!((held("p").await, held("d1").await, held("d2").await), (1, 2, 1));
        // Other roles say nothing about units.
        grant(&store, &role("r4", RoleKind::Official, Some("d1"), today(), None)).await;
        assert_eq!(held("d1").await, 2);
    });
}

#[test]
fn a_sign_off_is_known_at_once_and_grows_old() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        unit_facts::refresh(&store, noon()).await.unwrap();
        let control = "results-signed-off";
        assert_eq!(state_of(&store, "d1", control).await, Some(State::Unknown));
        let mut change = begin_at(&store, hours(1)).await;
        let signed = SignOff {
            unit: "d1".into(),
            month: "2026-11".into(),
            signed_at: hours(1),
            signed_by: "an".into(),
            note: None,
            figures: serde_json::json!({ "pass": 1 }),
        };
        sign_offs::sign(&mut change, &signed).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state_of(&store, "d1", control).await, Some(State::Pass));
        for week in 1..=9 {
            unit_facts::refresh(&store, days(7 * week + 1)).await.unwrap();
            khien_store::sweep::sweep(&store, days(7 * week + 1), 1_000).await.unwrap();
        }
        assert_eq!(state_of(&store, "d1", control).await, Some(State::Fail), "known, and too long ago");
    });
}

#[test]
fn the_unit_that_takes_over_has_the_tasks() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let id = assigned(&store, "Lập hồ sơ", date(2026, 11, 30), &["d1"]).await.remove(0);
        let mut change = begin_at(&store, hours(1)).await;
        tasks::set_owner(&mut change, &id, Some("an")).await.unwrap();
        change.commit().await.unwrap();
        let merge = Reform::Merge {
            old: vec!["d1".into(), "d2".into()],
            into: Successor::Founded(Founded {
                id: "kv1".into(),
                kind: None,
                name: "Phòng Thi hành án dân sự khu vực 1".into(),
                abbreviation: None,
                parent: Some("p".into()),
            }),
        };
        let mut change = begin_at(&store, hours(2)).await;
        units::carry_out(&mut change, &merge, today()).await.unwrap().unwrap();
        change.commit().await.unwrap();
        unit_facts::refresh(&store, hours(3)).await.unwrap();
        let said = known(&store, "kv1", "tasks").await;
        assert_eq!(said["assigned"][0]["title"], "Lập hồ sơ");
        assert_eq!(said["assigned"][0]["has_owner"], true, "who answers for it moved with the unit");
        let mut change = begin_at(&store, hours(4)).await;
        tasks::set_progress(&mut change, &id, Progress::Done).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store, "kv1", "tasks").await["assigned"][0]["done"], true);
        // Whoever moves away answers for it no more.
        let mut change = begin_at(&store, hours(5)).await;
        tasks::set_progress(&mut change, &id, Progress::UnderWay).await.unwrap();
        let person = Subject { kind: SubjectKind::Person, id: "an".into() };
        assignments::assign(&mut change, &person, "p", today()).await.unwrap();
        change.commit().await.unwrap();
        unit_facts::refresh(&store, hours(6)).await.unwrap();
        assert_eq!(known(&store, "kv1", "tasks").await["assigned"][0]["has_owner"], false);
    });
}

#[test]
fn what_is_long_over_goes_with_all_that_hangs_on_it() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let ids = assigned(&store, "Lập hồ sơ", date(2026, 11, 30), &["d1", "d2"]).await;
        let mut change = begin_at(&store, hours(1)).await;
        settings::KEEP_FINDINGS_DAYS.set(&mut change, &400).await.unwrap();
        let asked = tasks::ask_extension(&mut change, &ids[0], date(2026, 12, 4), "Thiếu người", "an").await.unwrap();
        tasks::refuse_extension(&mut change, &asked, "chi", None).await.unwrap();
        let file = NewFile { name: "a.txt", media_type: "text/plain", content: b"x" };
        tasks::add_evidence(&mut change, &ids[0], &file, "an").await.unwrap();
        tasks::set_progress(&mut change, &ids[0], Progress::Done).await.unwrap();
        change.commit().await.unwrap();
        let gone = |rows: Vec<(&'static str, u64)>| {
            rows.into_iter()
                .filter(|(table, _)| table.starts_with("task") || *table == "attachments")
                .collect::<Vec<_>>()
        };
        assert_eq!(gone(retention::forget(&store, days(399)).await.unwrap().rows), []);
        let rows = gone(retention::forget(&store, days(401)).await.unwrap().rows);
        assert_eq!(rows, [("attachments", 1), ("task_extensions", 1), ("tasks", 1)]);
        let left = tasks::all(&store).await.unwrap();
        assert_eq!(left.iter().map(|task| &task.id).collect::<Vec<_>>(), [&ids[1]], "what is open stays");
    });
}
