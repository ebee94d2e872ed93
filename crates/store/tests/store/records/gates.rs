//! Systems and the gates before them: what is taken once, what is lost, what becomes known, and what time alone changes.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use khien_model::{Subject, SubjectKind, day_of};
use khien_protocol::{
    GateEntry, GateFile, GatePolicySaid, GateReport, GateRules, GateVerdict, MAX_GATE_ENTRIES, NotInspectedSaid,
    SuspiciousSaid,
};
use khien_store::gates::{self, COUNTS_SAID_EVERY, Gate, GateProtocol, SILENT_AFTER, Search, Weakness};
use khien_store::scans::{self, Scan, ScanFile, Told};
use khien_store::{Actor, Store, StoreError, assignments, facts, retention, settings, subjects, systems};
use serde_json::{Value, json};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

const STREAM: &str = "000102030405060708090a0b0c0d0e0f";

fn minutes(count: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(count)
}

async fn set_up(store: &Store) -> String {
    set_up_units(store).await;
    let mut change = begin(store).await;
    systems::make(&mut change, "portal", "Cổng thông tin", "d1", day_of(noon())).await.unwrap();
    change.commit().await.unwrap();
    "portal".to_owned()
}

async fn add_gate(store: &Store, id: &str, system: &str) {
    let gate = Gate {
        id: id.into(),
        system: system.into(),
        name: id.into(),
        protocol: GateProtocol::Icap,
        secret_hash: format!("hash of {id}"),
        created_by: "an".into(),
        created_at: noon(),
        ended_at: None,
        said: None,
        given_up: 0,
    };
    let mut change = begin(store).await;
    gates::insert(&mut change, &gate).await.unwrap();
    change.commit().await.unwrap();
}

fn file(name: &str, verdict: GateVerdict, passed: bool, at: Timestamp) -> GateEntry {
    GateEntry::File(GateFile {
        at,
        client: Some("10.0.0.7".into()),
        name: name.into(),
        size: 9,
        sha256: "0f".repeat(32),
        rules: "rules".into(),
        verdict,
        passed,
        reason: (verdict != GateVerdict::Clean).then(|| format!("reason-of-{}", verdict.as_str())),
        milliseconds: 3,
    })
}

fn report(first: u64, entries: Vec<GateEntry>) -> GateReport {
    GateReport {
        protocol: None,
        program: "khien 1".into(),
        stream: STREAM.into(),
        policy: GatePolicySaid { suspicious: SuspiciousSaid::Pass, not_inspected: NotInspectedSaid::Block },
        rules: GateRules { id: "rules".into(), made_at: None },
        first,
        entries,
    }
}

async fn take(store: &Store, gate: &str, system: &str, at: Timestamp, report: GateReport) -> Result<u64, StoreError> {
    let mut change = begin_at(store, at).await;
    let taken = gates::take(&mut change, gate, system, report).await?;
    change.commit().await?;
    Ok(taken)
}

async fn known(store: &Store, system: &str) -> Value {
    let document = facts::document(store, &systems::subject(system)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer("/system/facts/uploads/value").cloned().unwrap_or_default()
}

#[test]
fn a_system_belongs_to_the_unit_that_runs_it() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        assert_eq!(known(&store, &system).await, json!({ "gate_in_force": false }), "nothing is known of uploads");
        let homes = assignments::homes_on(&store, SubjectKind::System, day_of(noon())).await.unwrap();
        assert_eq!(homes.get(&system).map(String::as_str), Some("d1"));
        let mut change = begin(&store).await;
        systems::rename(&mut change, &system, "Kho tệp").await.unwrap();
        assert_eq!(systems::rename(&mut change, "no", "x").await, Err(StoreError::NotFound));
        assert!(systems::make(&mut change, "x", "x", "no such unit", day_of(noon())).await.is_err());
        drop(change);
        add_gate(&store, "g", &system).await;
        let mut change = begin(&store).await;
        systems::retire(&mut change, &system).await.unwrap();
        change.commit().await.unwrap();
        assert!(systems::all(&store).await.unwrap().is_empty());
        assert!(gates::by_token(&store, "hash of g").await.unwrap().is_none(), "its gates are out of use too");
        assert!(gates::find(&store, "g").await.unwrap().unwrap().ended_at.is_some());
    });
}

#[test]
fn a_report_counts_once_and_what_never_comes_is_lost() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        add_gate(&store, "g", &system).await;
        let one = report(
            1,
            vec![
                file("sạch.docx", GateVerdict::Clean, true, minutes(1)),
                file("lạ.xlsm", GateVerdict::Suspicious, true, minutes(1)),
                file("xấu.exe", GateVerdict::Blocked, false, minutes(2)),
                file("khóa.zip", GateVerdict::NotInspected, false, minutes(2)),
            ],
        );
        for _ in 0..3 {
            assert_eq!(take(&store, "g", &system, minutes(3), one.clone()).await, Ok(4));
        }
        // A report that overlaps with one before brings only what is new.
        let overlapping = report(
            4,
            vec![
                file("khóa.zip", GateVerdict::NotInspected, false, minutes(2)),
                file("mới.pdf", GateVerdict::Clean, true, minutes(3)),
            ],
        );
        assert_eq!(take(&store, "g", &system, minutes(4), overlapping).await, Ok(5));
        let sums = gates::sums(&store, day_of(noon())).await.unwrap().remove("g").unwrap();
        assert_eq!((sums.files, sums.passed, sums.with_receipt, sums.blocked, sums.unread), (5, 3, 3, 1, 1));
        assert_eq!((sums.infected, sums.not_inspected, sums.lost), (0, 0, 0));
        let (all, more) = gates::list(&store, "g", &Search::default()).await.unwrap();
        let names: Vec<_> = all.iter().map(|logged| logged.file.name.as_str()).collect();
        assert_eq!((names, more), (vec!["mới.pdf", "khóa.zip", "xấu.exe", "lạ.xlsm", "sạch.docx"], false));
        assert_eq!(gates::last_hit(&store, "g").await.unwrap().unwrap().file.name, "xấu.exe");
        for (words, found) in [("XAU", 1), ("reason-of-not", 1), ("10.0.0", 5), ("0f0f", 5), ("%", 0), ("_", 1)] {
            let search = Search { words: words.into(), ..Search::default() };
            assert_eq!(gates::list(&store, "g", &search).await.unwrap().0.len(), found, "{words}");
        }
        let before = all.get(1).map(|logged| (logged.file.at, logged.number));
        let earlier = gates::list(&store, "g", &Search { before, ..Search::default() }).await.unwrap().0;
        assert_eq!(earlier.len(), 3);

        assert_eq!(known(&store, &system).await["infected_uploaded"], 0);
        // Numbers that never came, and what the gate says it lost.
        let gap = report(8, vec![GateEntry::Lost { at: minutes(4), count: 10 }]);
        assert_eq!(take(&store, "g", &system, minutes(5), gap).await, Ok(8));
        let sums = gates::sums(&store, day_of(noon())).await.unwrap().remove("g").unwrap();
        assert_eq!((sums.files, sums.lost), (5, 12));
        let known = known(&store, &system).await;
        for field in ["uploaded", "infected_uploaded", "not_inspected"] {
            assert_eq!(known[field]["unknown"]["code"], "unreadable", "{field}");
        }
        // A stream that nobody knows begins where it begins.
        let other = GateReport { stream: "f".repeat(32), ..report(1_000, vec![]) };
        assert_eq!(take(&store, "g", &system, minutes(6), other).await, Ok(999));
    });
}

#[test]
fn what_cannot_be_is_refused_and_what_is_too_long_is_cut() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        add_gate(&store, "g", &system).await;
        let clean = || file("a", GateVerdict::Clean, true, noon());
        let with = |change: fn(&mut GateFile)| {
            let GateEntry::File(mut file) = clean() else { unreachable!() };
            change(&mut file);
            report(1, vec![GateEntry::File(file)])
        };
        let refused = [
            GateReport { stream: "short".into(), ..report(1, vec![]) },
            report(0, vec![]),
            report(u64::MAX, vec![clean()]),
            report(1, vec![clean(); MAX_GATE_ENTRIES + 1]),
            with(|file| file.sha256 = "no digest".into()),
            with(|file| file.size = u64::MAX),
        ];
        for report in refused {
            let what = format!("{:?}", report.first);
            assert!(take(&store, "g", &system, noon(), report).await.is_err(), "{what}");
        }
        assert_eq!(take(&store, "no", &system, noon(), report(1, vec![])).await, Err(StoreError::NotFound));
        let long = with(|file| {
            file.name = format!("dòng\r\nhai{}", "x".repeat(1_000));
            file.at = Timestamp::MAX;
        });
        take(&store, "g", &system, noon(), long).await.unwrap();
        let (all, _) = gates::list(&store, "g", &Search::default()).await.unwrap();
        let file = &all[0].file;
        assert_eq!((file.name.chars().count(), file.name.starts_with("dònghai"), file.at), (255, true, noon()));
        let most = report(2, vec![clean(); MAX_GATE_ENTRIES]);
        assert_eq!(take(&store, "g", &system, noon(), most).await, Ok(MAX_GATE_ENTRIES as u64 + 1));
    });
}

#[test]
fn a_gate_protects_while_it_is_heard_and_blocks_what_it_cannot_read() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        add_gate(&store, "g", &system).await;
        assert_eq!(known(&store, &system).await["gate_in_force"], false, "it was never heard");
        take(&store, "g", &system, minutes(1), report(1, vec![])).await.unwrap();
        assert_eq!(known(&store, &system).await["gate_in_force"], true);
        assert_eq!(known(&store, &system).await["uploaded"], 0);
        // A second one that is not heard: the system has a way in that nobody watches.
        add_gate(&store, "h", &system).await;
        assert_eq!(known(&store, &system).await["gate_in_force"], false);
        let mut change = begin_at(&store, minutes(2)).await;
        gates::end(&mut change, "h").await.unwrap();
        assert_eq!(gates::end(&mut change, "h").await, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        assert_eq!(known(&store, &system).await["gate_in_force"], true);
        // By time alone, to the minute.
        let last = minutes(1) + SILENT_AFTER;
        assert_eq!(gates::refresh(&store, last).await.unwrap(), 0);
        assert_eq!(gates::refresh(&store, last + SignedDuration::from_secs(1)).await.unwrap(), 1);
        let silent = known(&store, &system).await;
        assert_eq!(
            (silent["gate_in_force"].as_bool(), silent["uploaded"]["unknown"]["code"].as_str()),
            (Some(false), Some("not_observed"))
        );
        assert_eq!(gates::refresh(&store, last + SignedDuration::from_secs(2)).await.unwrap(), 0);
        let gate = gates::find(&store, "g").await.unwrap().unwrap();
        assert_eq!(gate.weakness(last), None);
        assert_eq!(gate.weakness(hours(1)), Some(Weakness::Silent(minutes(1))));
        // It comes back, but lets pass what it cannot read.
        let mut open = report(1, vec![file("khóa.zip", GateVerdict::NotInspected, true, hours(2))]);
        open.policy.not_inspected = NotInspectedSaid::Pass;
        take(&store, "g", &system, hours(2), open).await.unwrap();
        let known = known(&store, &system).await;
        assert_eq!((known["gate_in_force"].as_bool(), known["not_inspected"].as_u64()), (Some(false), Some(1)));
        assert_eq!((known["uploaded"].as_u64(), known["with_receipt"].as_u64()), (Some(1), Some(0)));
    });
}

/// Has a person look into a file with the content of [`file`], or with another one.
async fn scan(store: &Store, id: &str, at: Timestamp, verdict: &str, digit: &str) {
    let scan = Scan {
        id: id.into(),
        person: "an".into(),
        unit: Some("d1".into()),
        scanned_at: at,
        rules: "rules".into(),
        verdict: verdict.into(),
        receipt: None,
    };
    let name = "tên khác.zip".to_owned();
    let (sha256, verdict, told) = (digit.repeat(32), verdict.to_owned(), Told::default());
    let file = ScanFile { name, size: 9, sha256, verdict, milliseconds: 3, told };
    let mut change = store.begin(Actor::Person("an".into()), at).await.unwrap();
    scans::insert(&mut change, &scan, &[file]).await.unwrap();
    change.commit().await.unwrap();
}

/// When a file comes and what the gate says of it; a scan before, its verdict and the digit of its digest; what stands in the log
/// of that; the sums.
type Step<'s> = (i64, GateVerdict, Option<(&'s str, &'s str)>, Option<&'s str>, [u64; 3]);

#[test]
fn what_a_person_found_out_before_counts_where_the_gate_could_not_look() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        enter_person(&store, "an", "an").await;
        add_gate(&store, "g", &system).await;
        let pass = |first, at, verdict| {
            let mut open = report(first, vec![file("khóa.zip", verdict, true, at)]);
            open.policy.not_inspected = NotInspectedSaid::Pass;
            open
        };
        let unread = GateVerdict::NotInspected;
        // The sums: with a receipt, infected, not looked into.
        let another = "1e";
        let steps: &[Step<'_>] = &[
            (10, unread, Some(("clean", another)), None, [0, 0, 1]),
            (20, unread, Some(("not_inspected", "0f")), Some("not_inspected"), [0, 0, 2]),
            (30, unread, Some(("clean", "0f")), Some("clean"), [1, 0, 2]),
            // One that could not look says nothing against one that could.
            (40, unread, Some(("not_inspected", "0f")), Some("clean"), [2, 0, 2]),
            (50, unread, Some(("blocked", "0f")), Some("blocked"), [3, 1, 2]),
            // Where the gate could look, its word counts.
            (60, GateVerdict::Clean, None, Some("blocked"), [4, 1, 2]),
        ];
        for (number, (minute, verdict, scanned, before, counts)) in (1..).zip(steps) {
            if let Some((verdict, digit)) = scanned {
                scan(&store, &format!("s{number}"), minutes(minute - 1), verdict, digit).await;
            }
            // Looked into afterwards: too late to count.
            scan(&store, &format!("late{number}"), minutes(minute + 1), "not_inspected", another).await;
            take(&store, "g", &system, minutes(minute + 2), pass(number, minutes(*minute), *verdict)).await.unwrap();
            let sums = gates::sums(&store, day_of(noon())).await.unwrap().remove("g").unwrap();
            assert_eq!([sums.with_receipt, sums.infected, sums.not_inspected], *counts, "{minute}");
            let latest = gates::list(&store, "g", &Search::default()).await.unwrap().0.remove(0);
            assert_eq!(latest.before.map(|before| before.verdict.as_str()), *before, "{minute}");
        }
        // Counts are said now and then.
        gates::refresh(&store, minutes(66)).await.unwrap();
        let known = known(&store, &system).await;
        assert_eq!((known["with_receipt"].as_u64(), known["infected_uploaded"].as_u64()), (Some(4), Some(1)));
        let (all, _) = gates::list(&store, "g", &Search::default()).await.unwrap();
        let at: Vec<_> = all.iter().map(|logged| logged.before.map(|before| before.at)).collect();
        let expected = [Some(49), Some(49), Some(29), Some(29), Some(19), None].map(|minute| minute.map(minutes));
        assert_eq!(at, expected, "to the minute, and by the content alone");
        // To the second: at the very moment is before, a microsecond later is not.
        scan(&store, "edge", minutes(70), "suspicious", "2d").await;
        for (number, moment) in [(7, minutes(70)), (8, minutes(70) - SignedDuration::from_micros(1))] {
            let mut report = pass(number, moment, unread);
            let [GateEntry::File(file)] = report.entries.as_mut_slice() else { unreachable!() };
            file.sha256 = "2d".repeat(32);
            take(&store, "g", &system, minutes(71), report).await.unwrap();
        }
        let search = Search { words: "2d2d".into(), ..Search::default() };
        let (all, _) = gates::list(&store, "g", &search).await.unwrap();
        let before: Vec<_> = all.iter().map(|logged| logged.before.map(|before| before.verdict.as_str())).collect();
        assert_eq!(before, [Some("suspicious"), None]);
    });
}

#[test]
fn counts_are_said_now_and_then_and_what_a_control_turns_on_at_once() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        add_gate(&store, "g", &system).await;
        let number = subjects::find(&store, &systems::subject(&system)).await.unwrap().unwrap().number;
        let changes = async || facts::changes(&store, number, Some("uploads"), 100).await.unwrap().len();
        take(&store, "g", &system, minutes(1), report(1, vec![])).await.unwrap();
        let before = changes().await;
        for minute in 1..10 {
            let entry = file("a", GateVerdict::Clean, true, minutes(minute));
            take(&store, "g", &system, minutes(minute), report(u64::try_from(minute).unwrap(), vec![entry]))
                .await
                .unwrap();
        }
        assert_eq!(changes().await, before, "within {COUNTS_SAID_EVERY}");
        take(&store, "g", &system, minutes(12), report(10, vec![])).await.unwrap();
        assert_eq!((changes().await, known(&store, &system).await["uploaded"].as_u64()), (before + 1, Some(9)));
        let bad = file("a", GateVerdict::Blocked, true, minutes(12));
        take(&store, "g", &system, minutes(12), report(10, vec![bad])).await.unwrap();
        assert_eq!(known(&store, &system).await["infected_uploaded"], 1, "at once");
    });
}

#[test]
fn old_entries_go_and_counts_stay_for_their_days() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        add_gate(&store, "g", &system).await;
        take(&store, "g", &system, noon(), report(1, vec![file("a", GateVerdict::Clean, true, noon())])).await.unwrap();
        let keep = settings::KEEP_GATE_EVENTS_DAYS.default_value();
        for (days, left) in [(keep, 1), (keep + 1, 0)] {
            retention::forget(&store, hours(24 * days)).await.unwrap();
            assert_eq!(gates::list(&store, "g", &Search::default()).await.unwrap().0.len(), left);
        }
        let day = |later: i64| day_of(noon()).saturating_add(later.days());
        assert_eq!(gates::sums(&store, day(29)).await.unwrap()["g"].files, 1);
        assert!(gates::sums(&store, day(30)).await.unwrap().is_empty());
        let long = 24 * (settings::KEEP_FINDINGS_DAYS.default_value() + 2);
        let forgotten = retention::forget(&store, hours(long)).await.unwrap();
        assert!(forgotten.rows.contains(&("gate_days", 1)), "{forgotten:?}");
    });
}

#[test]
fn a_system_is_a_subject_like_others() {
    on_each_engine(|store, _| async move {
        let system = set_up(&store).await;
        let subject = Subject { kind: SubjectKind::System, id: system };
        let mut change = begin(&store).await;
        assignments::assign(&mut change, &subject, "d2", day_of(hours(24))).await.unwrap();
        change.commit().await.unwrap();
        let homes = assignments::of(&store, &subject).await.unwrap();
        let units: Vec<_> = homes.iter().map(|home| home.unit.as_str()).collect();
        assert_eq!(units, ["d1", "d2"]);
    });
}
