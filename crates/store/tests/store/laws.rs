//! What holds whatever happens, in whatever order: counts are those of the open findings; intervals neither overlap nor leave
//! gaps; what was is what was seen then; after a sweep, what is open is what the judge says about the facts that are kept.

use jiff::{SignedDuration, Timestamp};
use khien_judge::Judge;
use khien_model::day_of;
use khien_store::findings::{self, Interval};
use khien_store::{CheckInOutcome, Store, StoreError, assignments, facts, subjects};
use khien_test_support::Database;
use proptest::prelude::*;

use crate::office::Said::{Fact, Hash};
use crate::office::{NO_VOLUMES, Office, VOLUMES, WINDOWS, linux_until, subject, words};
use crate::support::{noon, on};

const DEVICES: [&str; 3] = ["pc-0", "pc-1", "pc-2"];
const UNITS: [&str; 3] = ["province", "north", "south"];
const CASES: u32 = 12;
const STEPS: std::ops::Range<usize> = 8..24;

/// What may happen.
#[derive(Debug, Clone)]
enum Step {
    /// A report with these facts; `None` leaves the area out. With `hashes` only the hashes come.
    Report {
        device: usize,
        os: Option<usize>,
        disk: Option<bool>,
        hashes: bool,
    },
    /// The clock moves on; or back.
    Wait(i64),
    Sweep,
    Move {
        device: usize,
        unit: usize,
        days: i64,
    },
    Retire(usize),
    TakeBack(usize),
    /// The whole directive is put in force, and that devices report, or the one with a control less.
    Order {
        whole: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let device = 0..DEVICES.len();
    prop_oneof![
        6 => (device.clone(), proptest::option::of(0..3_usize), proptest::option::of(any::<bool>()), any::<bool>())
            .prop_map(|(device, os, disk, hashes)| Step::Report { device, os, disk, hashes }),
        3 => (1..60_i64).prop_map(Step::Wait),
        1 => (-5..0_i64).prop_map(Step::Wait),
        3 => Just(Step::Sweep),
        1 => (device.clone(), 0..UNITS.len(), 0..3_i64).prop_map(|(device, unit, days)| Step::Move { device, unit, days }),
        1 => device.clone().prop_map(Step::Retire),
        1 => device.prop_map(Step::TakeBack),
        1 => any::<bool>().prop_map(|whole| Step::Order { whole }),
    ]
}

/// What was seen of a device at a moment.
struct Seen {
    device: usize,
    at: Timestamp,
    words: String,
}

struct World {
    office: Office,
    now: Timestamp,
    counter: u64,
    seen: Vec<Seen>,
    /// Whether a control was not asked for some time: then there may be gaps.
    had_pause: bool,
}

impl World {
    async fn new(store: &Store) -> Self {
        let office = Office::found(store).await;
        office.order_reports().await;
        for (device, unit) in DEVICES.into_iter().zip(UNITS) {
            office.enrol(device, unit).await;
        }
        Self { office, now: noon(), counter: 1, seen: Vec::new(), had_pause: false }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Report { device, os, disk, hashes } => self.report(device, os, disk, hashes).await,
            Step::Wait(hours) => self.now += SignedDuration::from_hours(hours),
            Step::Sweep => self.sweep().await,
            Step::Move { device, unit, days } => {
                let mut change = self.office.change(self.now).await;
                let from = day_of(self.now + SignedDuration::from_hours(24 * days));
                assignments::assign(&mut change, &subject(DEVICES[device]), UNITS[unit], from).await.unwrap();
                change.commit().await.unwrap();
            }
            Step::Retire(device) => {
                let mut change = self.office.change(self.now).await;
                self.had_pause = true;
                match subjects::retire(&mut change, &subject(DEVICES[device])).await {
                    Ok(()) => change.commit().await.unwrap(),
                    Err(error) => assert_eq!(error, StoreError::NotFound),
                }
            }
            Step::TakeBack(device) => {
                let mut change = self.office.change(self.now).await;
                match subjects::take_back(&mut change, &subject(DEVICES[device])).await {
                    Ok(()) => change.commit().await.unwrap(),
                    Err(error) => assert_eq!(error, StoreError::NotFound),
                }
            }
            Step::Order { whole: true } => self.office.order_reports().await,
            Step::Order { whole: false } => {
                self.had_pause = true;
                self.office.order_less().await;
            }
        }
        self.office.check_counts().await;
        self.look().await;
    }

    async fn report(&mut self, device: usize, os: Option<usize>, disk: Option<bool>, hashes: bool) {
        self.counter += 1;
        let systems =
            [linux_until(noon() + SignedDuration::from_hours(70)), linux_until(Timestamp::MAX), WINDOWS.to_owned()];
        let mut areas = Vec::new();
        if let Some(os) = os {
            areas.push(("os", systems[os].as_str()));
        }
        if let Some(disk) = disk {
            areas.push(("disk", if disk { VOLUMES } else { NO_VOLUMES }));
        }
        let areas: Vec<_> =
            areas.iter().map(|(area, text)| (*area, if hashes { Hash(text) } else { Fact(text) })).collect();
        let outcome = self.office.try_report(DEVICES[device], self.counter, self.now, &areas).await.unwrap();
        if let CheckInOutcome::Accepted { need, .. } = outcome {
            assert!(hashes || need.is_empty());
        }
    }

    /// After a sweep, what is open is what the judge says.
    async fn sweep(&self) {
        self.office.sweep(self.now).await;
        let context = self.office.store.judge_context().await.unwrap();
        let directive = context.directive().unwrap();
        let judge = Judge::new(directive, context.exemptions(), context.organisation(), self.now);
        for device in DEVICES {
            let record = subjects::find(&self.office.store, &subject(device)).await.unwrap().unwrap();
            if record.retired_at.is_some() {
                continue;
            }
            let document = facts::document_at(&self.office.store, &subject(device), self.now).await.unwrap().unwrap();
            let mut expected: Vec<String> =
                judge.findings(&document).iter().map(|it| format!("{}={}", it.control, it.state)).collect();
            expected.sort();
            assert_eq!(self.office.states(device).await, expected.join(" "), "{device}");
        }
    }

    async fn look(&mut self) {
        for (device, id) in DEVICES.into_iter().enumerate() {
            let record = subjects::find(&self.office.store, &subject(id)).await.unwrap().unwrap();
            if let Some(at) = record.judged_at {
                self.seen.push(Seen { device, at, words: self.office.states(id).await });
            }
        }
    }

    /// What was is what was seen then, and the intervals are in order.
    async fn check_history(&self) {
        let store = &self.office.store;
        for Seen { device, at, words: seen } in &self.seen {
            let number = self.office.number(DEVICES[*device]).await;
            let then = findings::as_of(store, number, *at).await.unwrap();
            assert_eq!(words(&then), *seen, "{} at {at}", DEVICES[*device]);
        }
        for device in DEVICES {
            let mut timeline = findings::timeline(store, self.office.number(device).await, None).await.unwrap();
            timeline.reverse();
            timeline.sort_by(|one, other| one.control.cmp(&other.control));
            for pair in timeline.chunk_by(|one, other| one.control == other.control) {
                self.check_intervals(pair);
            }
        }
    }

    fn check_intervals(&self, intervals: &[Interval]) {
        for pair in intervals.windows(2) {
            let end = pair[0].to.expect("only the last one is open");
            assert!(pair[0].from < end && end <= pair[1].from, "{pair:?}");
            assert!(self.had_pause || end == pair[1].from, "a gap: {pair:?}");
            assert!(
                end < pair[1].from || pair[0].state != pair[1].state || pair[0].clause != pair[1].clause,
                "{pair:?}"
            );
        }
        let last = intervals.last().expect("a chunk has an item");
        assert!(last.to.is_none_or(|to| last.from < to));
    }
}

fn check(database: &Database, steps: &[Step]) {
    on(database, |store| async move {
        let mut world = World::new(&store).await;
        for step in steps {
            world.take(step).await;
        }
        world.sweep().await;
        world.look().await;
        world.check_history().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_in_every_order(steps in proptest::collection::vec(step(), STEPS)) {
        check(&Database::sqlite(), &steps);
    }
}

#[test]
fn laws_hold_on_each_engine() {
    let report = |device, os, disk, hashes| Step::Report { device, os, disk, hashes };
    let steps = [
        report(0, Some(0), Some(true), false),
        report(1, Some(1), None, false),
        Step::Sweep,
        report(0, Some(0), Some(false), true),
        Step::Wait(30),
        report(0, Some(0), Some(true), true),
        Step::Move { device: 0, unit: 2, days: 1 },
        Step::Sweep,
        Step::Wait(-3),
        report(2, Some(2), Some(false), false),
        Step::Wait(48),
        Step::Sweep,
        Step::Order { whole: false },
        Step::Retire(1),
        Step::Sweep,
        Step::TakeBack(1),
        Step::Order { whole: true },
        report(2, Some(2), Some(true), false),
        Step::Wait(24 * 9),
        Step::Sweep,
        report(2, Some(2), Some(true), true),
    ];
    for database in khien_test_support::fresh_databases() {
        check(&database, &steps);
    }
}
