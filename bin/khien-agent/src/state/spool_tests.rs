use std::collections::BTreeMap;

use jiff::Timestamp;
use khien_protocol::{AreaFact, AreaReport};
use serde_json::value::RawValue;
use tempfile::TempDir;

use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).expect("a time")
}

fn fact(minute: i64, content: &str) -> AreaFact {
    let content = RawValue::from_string(format!("{{\"value\":\"{content}\"}}")).expect("JSON");
    AreaFact { observed_at: at(minute), content }
}

fn whole(minute: i64, content: &str) -> AreaReport {
    AreaReport::whole(fact(minute, content))
}

fn unchanged(content: &str) -> AreaReport {
    AreaReport::unchanged(whole(0, content).hash)
}

fn report(minute: i64, areas: &[(&str, AreaReport)]) -> Report {
    let areas: BTreeMap<String, AreaReport> =
        areas.iter().map(|(name, area)| ((*name).to_owned(), area.clone())).collect();
    Report { collected_at: at(minute), areas }
}

struct Fixture {
    folder: TempDir,
    limits: SpoolLimits,
}

impl Fixture {
    fn new(files: usize, bytes: u64) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), limits: SpoolLimits { files, bytes } }
    }

    fn spool(&self) -> Spool {
        Spool::open(self.folder.path().to_owned(), self.limits).expect("a spool")
    }

    /// What waits, as text: the minute, then each area with its value, `=` for one that is not repeated.
    fn told(&self) -> Vec<String> {
        let mut spool = self.spool();
        let numbers = spool.numbers().to_vec();
        let entries = numbers.into_iter().map(|number| spool.entry(number).expect("readable").expect("whole"));
        entries
            .map(|entry| {
                let areas = entry.report.areas.iter().map(|(name, area)| match &area.fact {
                    Some(fact) => format!("{name} {}", fact.content.get().trim_matches(|c: char| !c.is_ascii_digit())),
                    None => format!("{name} ="),
                });
                let areas: Vec<String> = areas.collect();
                let minute = entry.report.collected_at.as_second() / 60;
                format!("{minute}: {} ({} merged)", areas.join(", "), entry.merged)
            })
            .collect()
    }
}

#[test]
fn reports_wait_in_their_order_over_restarts() {
    let fixture = Fixture::new(10, u64::MAX);
    fixture.spool().push(report(1, &[("os", whole(1, "1"))])).expect("pushed");
    fixture.spool().push(report(2, &[("os", unchanged("1"))])).expect("pushed");
    fixture.spool().push(report(3, &[("os", whole(3, "2"))])).expect("pushed");
    assert_eq!(fixture.told(), ["1: os 1 (0 merged)", "2: os = (0 merged)", "3: os 2 (0 merged)"]);
    fixture.spool().remove(1).expect("removed");
    fixture.spool().push(report(4, &[("os", unchanged("2"))])).expect("pushed");
    assert_eq!(fixture.told(), ["2: os = (0 merged)", "3: os 2 (0 merged)", "4: os = (0 merged)"]);
}

#[test]
fn when_it_is_full_the_oldest_become_one_and_of_each_area_the_newer_value_stays() {
    let fixture = Fixture::new(2, u64::MAX);
    let push = |report| fixture.spool().push(report).expect("pushed");
    assert_eq!(push(report(1, &[("os", whole(1, "1")), ("usb", whole(1, "5"))])), Pushed::default());
    assert_eq!(push(report(2, &[("os", whole(2, "2")), ("usb", unchanged("5"))])), Pushed::default());
    assert_eq!(
        push(report(3, &[("os", unchanged("2")), ("usb", unchanged("5"))])),
        Pushed { merged: 1, dropped: 1 },
        "the value 1 of os is dropped"
    );
    // The value of usb came from the older report, which is as old as its oldest fact.
    assert_eq!(fixture.told(), ["1: os 2, usb 5 (1 merged)", "3: os =, usb = (0 merged)"]);
    assert_eq!(push(report(4, &[("disk", whole(4, "7"))])), Pushed { merged: 1, dropped: 0 });
    assert_eq!(fixture.told(), ["1: os 2, usb 5 (2 merged)", "4: disk 7 (0 merged)"]);
}

#[test]
fn bytes_are_bounded_and_the_newest_report_stays_whatever_its_size() {
    let long = "9".repeat(500);
    let fixture = Fixture::new(100, 1500);
    for minute in 1..=4 {
        let value = format!("{minute}{long}");
        fixture.spool().push(report(minute, &[("os", whole(minute, &value))])).expect("pushed");
        assert!(fixture.spool().bytes() <= 1500);
    }
    assert_eq!(fixture.told().len(), 2);
    fixture.spool().push(report(5, &[("os", whole(5, &"8".repeat(3000)))])).expect("pushed");
    assert_eq!(fixture.told().len(), 1);
}

#[test]
fn a_crash_leaves_nothing_that_is_taken_for_a_report() {
    let fixture = Fixture::new(10, u64::MAX);
    fixture.spool().push(report(1, &[("os", whole(1, "1"))])).expect("pushed");
    let path = |name: &str| fixture.folder.path().join(name);
    std::fs::write(path("00000000000000000002.json.unfinished"), b"{\"rep").expect("written");
    std::fs::write(path("00000000000000000003.json"), b"{\"report\":{\"collected_at\":").expect("written");
    std::fs::write(path("notes.txt"), b"?").expect("written");
    assert_eq!(waiting(fixture.folder.path()).expect("counted"), 2);

    let mut spool = fixture.spool();
    assert_eq!(spool.numbers(), [1, 3]);
    assert!(!path("00000000000000000002.json.unfinished").exists());
    assert!(spool.entry(3).expect("looked at").is_none());
    assert_eq!(spool.numbers(), [1]);
    // The next report does not take the number of one that waits.
    spool.push(report(4, &[("os", unchanged("1"))])).expect("pushed");
    assert_eq!(fixture.told(), ["1: os 1 (0 merged)", "4: os = (0 merged)"]);
}

#[test]
fn a_merge_that_the_power_interrupted_is_delivered_twice_and_says_the_same() {
    let fixture = Fixture::new(10, u64::MAX);
    let mut spool = fixture.spool();
    spool.push(report(1, &[("os", whole(1, "1"))])).expect("pushed");
    spool.push(report(2, &[("usb", whole(2, "5"))])).expect("pushed");
    let older = spool.entry(1).expect("readable").expect("whole");
    let newer = spool.entry(2).expect("readable").expect("whole");
    // Written under the newer number, the older not removed yet.
    spool.write(2, &merge(older, newer).0).expect("written");
    assert_eq!(fixture.told(), ["1: os 1 (0 merged)", "1: os 1, usb 5 (1 merged)"]);
}
