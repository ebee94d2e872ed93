//! The demonstration, made through the store as in life.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests")]

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use khien_demo::{DemoProblem, Demonstration, SEED, fill};
use khien_model::{SubjectKind, day_of};
use khien_store::audit::{self, Chain};
use khien_store::roles::RoleKind;
use khien_store::{
    Actor, Store, StoreOptions, assignments, exemptions, facts, files, gates, people, requests, roles, scans, settings,
    sign_offs, subjects, tally, tasks, tickets, units,
};
use khien_test_support::Database;

fn now() -> Timestamp {
    "2026-11-20T16:30:00+07:00".parse().unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

async fn open(database: &Database) -> Store {
    let calendar = Some(Arc::new(khien_content::calendar()));
    Store::open(database.url(), &StoreOptions { calendar, ..StoreOptions::default() }).await.unwrap()
}

async fn filled(database: &Database) -> (Store, Demonstration) {
    let store = open(database).await;
    let made = fill(&store, SEED, now(), "$argon2id$hash", &mut |_, _| {}).await.unwrap();
    (store, made)
}

/// Everything about one demonstration, because it takes a while to make one.
#[test]
fn a_province_is_believable_and_adds_up() {
    let database = Database::sqlite();
    block_on(async {
        let (store, made) = filled(&database).await;
        assert_eq!((made.units, made.people, made.devices, made.logins.len()), (12, 240, 300, 6));
        assert!(settings::DEMO.get(&store).await.unwrap(), "every page says that it is fiction");
        it_adds_up(&store).await;
        every_state_and_clause_is_there(&store).await;
        the_reform_is_history(&store).await;
        the_roles_have_gaps(&store).await;
        people_decided(&store).await;
        the_units_have_work(&store).await;
        files_are_looked_into(&store).await;
        machines_know_how_their_keys_are_protected(&store).await;
        // A second time it is refused, and nothing is changed by that.
        assert!(matches!(fill(&store, SEED, now(), "x", &mut |_, _| {}).await, Err(DemoProblem::NotEmpty)));
        store.close().await;
    });
}

async fn it_adds_up(store: &Store) {
    assert_eq!(tally::recount(store).await.unwrap(), []);
    assert!(matches!(audit::verify(store).await.unwrap(), Chain::Whole { entries: 1_000.., .. }));
}

async fn every_state_and_clause_is_there(store: &Store) {
    let counts = tally::all(store).await.unwrap();
    let clauses: BTreeSet<&str> = counts.iter().map(|one| one.clause.as_str()).collect();
    for clause in ["1.1", "1.3", "1.6", "2.1", "2.2", "2.3", "4.1", "4.5", "4.6", "4.8", "4.9", "4.10", "5.1"] {
        assert!(clauses.contains(clause), "{clause} of {clauses:?}");
    }
    let mut sums = [0; 4];
    for one in &counts {
        let counts = one.counts;
        for (sum, count) in sums.iter_mut().zip([counts.pass, counts.fail, counts.unknown, counts.exempt]) {
            *sum += count;
        }
    }
    let total: u64 = sums.iter().sum();
    let share = |place: usize| sums[place] * 100 / total;
    assert!((50..90).contains(&share(0)), "pass: {sums:?}");
    assert!((8..40).contains(&share(1)), "fail: {sums:?}");
    assert!((1..30).contains(&share(2)), "unknown: {sums:?}");
    assert!(sums[3] > 0, "exempt: {sums:?}");
    assert!(counts.iter().all(|one| !one.unit.is_empty() || one.counts.total() == 0), "everybody belongs somewhere");
}

async fn the_reform_is_history(store: &Store) {
    let organisation = units::organisation(store).await.unwrap();
    let on = |day: &str| organisation.tree().on(day.parse().unwrap()).units().len();
    assert_eq!((on("2025-06-30"), on("2025-07-01")), (16, 12));
    let today = day_of(now());
    let homes = assignments::homes_on(store, SubjectKind::Person, today).await.unwrap();
    assert_eq!(homes.len(), 240);
    let tree = organisation.tree();
    let living: BTreeSet<String> = tree.on(today).units().iter().map(|unit| tree.unit(*unit).id.clone()).collect();
    assert!(homes.values().all(|unit| living.contains(unit)));
    // One unit has people but not one device.
    let devices = assignments::homes_on(store, SubjectKind::Device, today).await.unwrap();
    let with_devices: BTreeSet<&String> = devices.values().collect();
    assert_eq!(living.iter().filter(|unit| !with_devices.contains(unit)).count(), 1);
}

async fn the_roles_have_gaps(store: &Store) {
    let today = day_of(now());
    let all = roles::all(store).await.unwrap();
    let holding = |kind| all.iter().filter(|role| role.kind == kind && role.validity().contains(today)).count();
    assert_eq!(holding(RoleKind::UnitHead), 11, "one post is vacant");
    assert_eq!(holding(RoleKind::ItFocalOfficer), 10, "two units named nobody");
    assert_eq!(people::all(store).await.unwrap().len(), 240);
}

async fn people_decided(store: &Store) {
    let states: BTreeSet<&str> = exemptions::all(store).await.unwrap().iter().map(|one| one.state.as_str()).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["approved", "asked", "refused", "withdrawn"]);
    assert!(requests::open(store).await.unwrap().len() >= 2);
    assert!(tickets::waiting(store).await.unwrap().len() >= 3);
    assert_eq!(tickets::shared(store, Some("antivirus-fresh")).await.unwrap().len(), 1);
    assert!(!sign_offs::of_month(store, "2026-10").await.unwrap().is_empty());
}

async fn the_units_have_work(store: &Store) {
    let today = day_of(now());
    let all = tasks::all(store).await.unwrap();
    let standings: BTreeSet<&str> = all.iter().map(|task| task.standing(today).as_str()).collect();
    assert_eq!(standings.into_iter().collect::<Vec<_>>(), ["done_in_time", "done_late", "open", "overdue"]);
    let mut states = BTreeSet::new();
    let mut evidence = 0;
    for task in &all {
        states.extend(tasks::extensions_of(store, &task.id).await.unwrap().iter().map(|asked| asked.state.as_str()));
        evidence += files::of(store, &tasks::evidence_of(&task.id)).await.unwrap().len();
    }
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["asked", "granted", "refused"]);
    assert!(evidence > 10, "{evidence} files of evidence");
    assert!(all.iter().any(|task| task.is_open() && task.owner.is_none()), "somebody has to name somebody");
    let plans = tasks::plans_of_year(store, today.year()).await.unwrap().len();
    assert!((1..12).contains(&plans), "{plans} plans");
}

async fn files_are_looked_into(store: &Store) {
    let gate = gates::all(store).await.unwrap().remove(0);
    let (logged, _) = gates::list(store, &gate.id, &gates::Search::default()).await.unwrap();
    let scanned = logged.iter().filter(|logged| logged.before.is_some()).count();
    assert!(scanned > 0 && scanned < logged.len(), "{scanned} of {}", logged.len());
    let since = now() - jiff::SignedDuration::from_hours(24 * 30);
    assert!(scans::counts_by_unit(store, since).await.unwrap().len() > 5, "people of many units check files");
}

async fn machines_know_how_their_keys_are_protected(store: &Store) {
    let mut kinds = BTreeSet::new();
    for device in subjects::of_kind(store, SubjectKind::Device).await.unwrap().into_iter().take(100) {
        let document = facts::document(store, &device.subject).await.unwrap();
        let document = serde_json::to_value(document).unwrap();
        let protection = document.pointer("/device/facts/agent/value/key_protection");
        kinds.extend(protection.and_then(|kind| kind.as_str().map(str::to_owned)));
    }
    assert!(kinds.contains("tpm") && kinds.contains("dpapi"), "{kinds:?}");
}

#[test]
fn fiction_never_goes_beside_facts() {
    let database = Database::sqlite();
    block_on(async {
        let store = open(&database).await;
        let mut change = store.begin(Actor::System, now()).await.unwrap();
        let person = people::Person {
            id: "an".into(),
            name: "Nguyễn Văn An".into(),
            position: None,
            email: None,
            language: None,
            created_at: now(),
        };
        people::insert(&mut change, &person).await.unwrap();
        change.commit().await.unwrap();
        assert!(matches!(fill(&store, SEED, now(), "x", &mut |_, _| {}).await, Err(DemoProblem::NotEmpty)));
        assert!(!settings::DEMO.get(&store).await.unwrap());
        store.close().await;
    });
}
