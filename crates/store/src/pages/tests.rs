use jiff::civil::date;
use khien_model::{State, SubjectKind};
use khien_test_support::{Database, fresh_databases};

use super::*;
use crate::{Store, StoreOptions};

#[test]
fn what_is_typed_is_looked_for_literally() {
    assert_eq!(anywhere("may 50%_a\\b"), "%may 50\\%\\_a\\\\b%");
    assert_eq!(anywhere(""), "%%");
}

#[test]
fn nobody_with_no_unit_sees_everything() {
    assert_eq!(Scope::Units(&[]).condition("unit", 3), " AND 1 = 0");
    assert_eq!(Scope::Units(&["a".into(), "b".into()]).condition("unit", 3), " AND unit IN ($3, $4)");
    assert_eq!(Scope::Everything.condition("unit", 3), "");
}

/// Two units; a PC in one of them that failed, was mended and fails again; a person who answers for it.
const STORY: &[&str] = &[
    "INSERT INTO units (id, kind, position, valid_from) VALUES ('a', NULL, 0, '2020-01-01'), ('b', NULL, 1, '2020-01-01')",
    "INSERT INTO people (id, name, name_folded, created_at) VALUES ('lan', 'Trần Thị Lan', 'tran thi lan', 0)",
    "INSERT INTO subjects (number, kind, id, name, name_folded, created_at, counted_unit, next_judge_at, judge_on_report)
     VALUES (1, 'device', 'pc-1', 'Máy 1', 'may 1', 0, 'a', 9223372036854775807, 0),
            (2, 'device', 'pc-2', 'Máy 50%', 'may 50%', 0, 'b', 9223372036854775807, 0),
            (3, 'person', 'lan', 'Trần Thị Lan', 'tran thi lan', 0, 'a', 9223372036854775807, 0)",
    "INSERT INTO assignments (kind, id, unit, valid_from, valid_to)
     VALUES ('device', 'pc-1', 'b', '2020-01-01', '2026-10-01'), ('device', 'pc-1', 'a', '2026-10-01', NULL),
            ('device', 'pc-2', 'b', '2020-01-01', NULL), ('person', 'lan', 'a', '2020-01-01', NULL)",
    "INSERT INTO holders (kind, id, person, valid_from, valid_to) VALUES ('device', 'pc-1', 'lan', '2026-10-01', NULL)",
    "INSERT INTO tally (unit, clause, pass, fail, unknown, exempt) VALUES ('a', '4.1', 2, 1, 0, 0), ('', '4.1', 0, 0, 1, 0)",
    "INSERT INTO tally_days (clause, day, unit, pass, fail, unknown, exempt)
     VALUES ('', '2026-11-20', 'a', 1, 1, 0, 0), ('', '2026-11-20', 'b', 3, 0, 1, 0), ('', '2026-11-21', 'a', 2, 0, 0, 0),
            ('4.1', '2026-11-20', 'a', 1, 1, 0, 0)",
    "INSERT INTO facts (subject, area, fact, hash, observed_at, changed_at) VALUES (1, 'os', '{}', 'h', 10, 20)",
    "INSERT INTO fact_changes (subject, area, changed_at, observed_at, fact) VALUES (1, 'os', 20, 10, '{}'), (1, 'os', 30, 30, NULL)",
];

/// A finding as a row: subject, control, from, to, state, severity.
async fn finding(
    store: &Store,
    subject: i64,
    control: &str,
    from: &str,
    to: Option<&str>,
    state: &str,
    severity: &str,
) {
    let micros = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let detail =
        if state == "fail" { r#"{"because": [], "offenders": ["ClamAV"], "offenders_left_out": 2}"# } else { "" };
    let inserted = sqlx::query(
        "INSERT INTO findings (subject, control, clause, valid_from, valid_to, state, severity, due, detail)
         VALUES ($1, $2, '4.1', $3, $4, $5, $6, $7, $8)",
    )
    .bind(subject)
    .bind(control)
    .bind(micros(from))
    .bind(to.map_or(crate::times::OPEN_END, micros))
    .bind(state)
    .bind(severity)
    .bind((state == "fail").then(|| micros("2026-12-01T00:00:00Z")))
    .bind(detail)
    .execute(store.readers())
    .await;
    inserted.unwrap();
}

/// A store that holds the story, on each engine that is here.
async fn stores() -> Vec<(Database, Store)> {
    let mut stores = Vec::new();
    for database in fresh_databases() {
        let store = Store::open(database.url(), &StoreOptions::default()).await.unwrap();
        let mut writer = store.transaction().await.unwrap();
        for sql in STORY {
            sqlx::query(*sql).execute(&mut *writer).await.unwrap();
        }
        writer.commit().await.unwrap();
        stores.push((database, store));
    }
    stores
}

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn wanted<'a>(scope: Scope<'a>, at: Option<&str>) -> findings::Wanted<'a> {
    findings::Wanted {
        scope,
        clause: Some("4.1"),
        control: None,
        states: &[State::Fail, State::Unknown],
        at: at.map(moment),
        now: moment("2026-11-22T00:00:00Z"),
        skip: 0,
        limit: 10,
    }
}

#[tokio::test]
async fn counts_are_read_and_summed_by_day() {
    for (_database, store) in stores().await {
        let tallies = overview::now(&store).await.unwrap();
        assert_eq!(tallies.iter().map(|tally| tally.counts.total()).sum::<u64>(), 4);
        assert_eq!(
            overview::on(&store, date(2026, 11, 20)).await.unwrap().len(),
            1,
            "all clauses together are left out"
        );
        assert_eq!(overview::first_day(&store).await.unwrap(), Some(date(2026, 11, 20)));
        let units = ["a".to_owned()];
        for (scope, expected) in [
            (Scope::Everything, vec![(date(2026, 11, 20), 6), (date(2026, 11, 21), 2)]),
            (Scope::Units(&units), vec![(date(2026, 11, 20), 2), (date(2026, 11, 21), 2)]),
            (Scope::Units(&[]), vec![]),
        ] {
            let trend = overview::trend(&store, scope, date(2026, 11, 1), date(2026, 11, 30)).await.unwrap();
            let totals: Vec<_> = trend.iter().map(|(day, counts)| (*day, counts.total())).collect();
            assert_eq!(totals, expected);
        }
    }
}

#[tokio::test]
async fn a_red_list_is_that_of_its_units_on_its_day() {
    for (_database, store) in stores().await {
        finding(&store, 1, "antivirus-running", "2026-09-01T00:00:00Z", Some("2026-11-01T00:00:00Z"), "fail", "high")
            .await;
        finding(&store, 1, "antivirus-running", "2026-11-01T00:00:00Z", None, "pass", "high").await;
        finding(&store, 1, "antivirus-fresh", "2026-11-10T00:00:00Z", None, "unknown", "critical").await;
        finding(&store, 1, "antivirus-central", "2026-11-10T00:00:00Z", None, "fail", "low").await;
        finding(&store, 2, "antivirus-running", "2026-11-10T00:00:00Z", None, "fail", "critical").await;
        let (a, b) = (["a".to_owned()], ["b".to_owned()]);
        let controls = async |scope, at| {
            let rows = findings::list(&store, wanted(scope, at)).await.unwrap();
            rows.into_iter().map(|row| format!("{} {} {}", row.name, row.control, row.state)).collect::<Vec<_>>()
        };
        assert_eq!(
            controls(Scope::Everything, None).await,
            ["Máy 50% antivirus-running fail", "Máy 1 antivirus-central fail", "Máy 1 antivirus-fresh unknown"],
            "fail before unknown, then by severity"
        );
        assert_eq!(controls(Scope::Units(&b), None).await, ["Máy 50% antivirus-running fail"]);
        // On that day the PC belonged to the other unit, and nobody had mended it yet.
        assert_eq!(controls(Scope::Units(&b), Some("2026-09-15T00:00:00Z")).await, ["Máy 1 antivirus-running fail"]);
        assert!(controls(Scope::Units(&a), Some("2026-09-15T00:00:00Z")).await.is_empty());
        let rows = findings::list(&store, wanted(Scope::Units(&a), None)).await.unwrap();
        assert_eq!(rows[0].holder.as_deref(), Some("Trần Thị Lan"));
        assert_eq!(
            (rows[0].detail.offenders.as_slice(), rows[0].detail.offenders_left_out),
            (&["ClamAV".to_owned()][..], 2)
        );
        assert_eq!(rows[0].due, Some(moment("2026-12-01T00:00:00Z")));
        let counts = findings::counts_of_control(&store, "antivirus-running", Scope::Everything).await.unwrap();
        assert_eq!((counts.pass, counts.fail, counts.total()), (1, 1, 2));
        let one = findings::Wanted { skip: 1, limit: 1, ..wanted(Scope::Everything, None) };
        assert_eq!(findings::list(&store, one).await.unwrap()[0].control, "antivirus-central");
    }
}

#[tokio::test]
async fn a_subject_is_known_with_its_history() {
    for (_database, store) in stores().await {
        finding(&store, 1, "antivirus-running", "2026-09-01T00:00:00Z", Some("2026-11-01T00:00:00Z"), "fail", "high")
            .await;
        finding(&store, 1, "antivirus-running", "2026-11-01T00:00:00Z", None, "pass", "high").await;
        let now = moment("2026-11-22T00:00:00Z");
        let subject = subjects::find(&store, SubjectKind::Device, "pc-1").await.unwrap().expect("it is there");
        assert_eq!((subject.name.as_str(), subject.unit.as_str()), ("Máy 1", "a"));
        assert!(subjects::find(&store, SubjectKind::Account, "pc-1").await.unwrap().is_none());
        assert_eq!(findings::of_subject(&store, subject.number, None, now).await.unwrap()[0].state, State::Pass);
        let then =
            findings::of_subject(&store, subject.number, Some(moment("2026-10-01T00:00:00Z")), now).await.unwrap();
        assert_eq!((then[0].state, then[0].until), (State::Fail, Some(moment("2026-11-01T00:00:00Z"))));
        let course = findings::course(&store, subject.number, moment("2026-10-01T00:00:00Z")).await.unwrap();
        assert_eq!(course.iter().map(|interval| interval.state).collect::<Vec<_>>(), [State::Fail, State::Pass]);
        assert_eq!(subjects::facts(&store, subject.number).await.unwrap().len(), 1);
        let names = async |wanted| {
            let rows = subjects::list(&store, wanted).await.unwrap();
            rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        let all = subjects::Wanted { scope: Scope::Everything, kind: None, folded: "may", skip: 0, limit: 10 };
        assert_eq!(names(all).await, ["Máy 1", "Máy 50%"]);
        assert_eq!(names(subjects::Wanted { folded: "50%", ..all }).await, ["Máy 50%"]);
        assert_eq!(
            names(subjects::Wanted { kind: Some(SubjectKind::Person), folded: "", ..all }).await,
            ["Trần Thị Lan"]
        );
        assert_eq!(subjects::troubles(&store, &[1, 2]).await.unwrap(), [(1, 0, 0)]);
        let held = subjects::held_by(&store, "lan", date(2026, 11, 22)).await.unwrap();
        assert_eq!(held.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["pc-1", "lan"]);
        assert_eq!(subjects::held_by(&store, "lan", date(2026, 9, 1)).await.unwrap().len(), 1, "not yet");
    }
}
