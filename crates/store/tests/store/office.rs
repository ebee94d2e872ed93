//! A small office: a province with two branches, devices that enrol, and a directive of four controls.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitParent, UnitRegister};
use khien_protocol::{AreaFact, AreaReport, Digest, Report};
use khien_store::findings::{self, Interval};
use khien_store::tokens::EnrolmentToken;
use khien_store::{
    Actor, Change, CheckIn, CheckInOutcome, CheckInRefusal, Store, StoreError, devices, directives, subjects, sweep,
    tally, tokens, units,
};
use serde_json::value::RawValue;

use crate::support::noon;

/// The first day of everything.
pub(crate) const FIRST_DAY: Date = date(2026, 1, 5);

/// Four controls. `supported` changes with time alone; `volumes` is fresh for a day only.
const DIRECTIVE: &str = r#"
khien: 1
id: office
title: {vi: a, en: a}
issued: 2026-01-05
valid_from: 2026-01-05
clauses:
  - id: "4.1"
    title: {vi: a, en: a}
    text: {vi: a, en: a}
    controls:
      - {id: linux, subject: device, title: {vi: a, en: a}, severity: high, fresh_within: 7d, due: 3 working days, pass: os.family == "linux", fix: {vi: [a], en: [a]}}
      - {id: volumes, subject: device, title: {vi: a, en: a}, severity: low, fresh_within: 1d, due: at once, pass: size(disk.volumes) == 0, fix: {vi: [a], en: [a]}}
  - id: "4.9"
    title: {vi: a, en: a}
    text: {vi: a, en: a}
    controls:
      - {id: supported, subject: device, title: {vi: a, en: a}, severity: critical, fresh_within: 7d, due: 3d, pass: now < os.support_ends_at, fix: {vi: [a], en: [a]}}
      - {id: enabled, subject: account, title: {vi: a, en: a}, severity: medium, fresh_within: 30d, due: at once, pass: lifecycle.enabled, fix: {vi: [a], en: [a]}}
"#;

/// A clause more: a device reports at least every 60 hours. The control takes facts that are older than a day for stale.
const OF_SILENCE: &str = r#"
  - id: "2.1"
    title: {vi: a, en: a}
    text: {vi: a, en: a}
    controls:
      - {id: reports, subject: device, title: {vi: a, en: a}, severity: high, fresh_within: 1d, due: at once, pass: now - reporting.silent_since <= duration("60h"), fix: {vi: [a], en: [a]}}
"#;

/// A disk without volumes, which passes, and one that fails.
pub(crate) const NO_VOLUMES: &str = r#"{"value":{"volumes":[]},"source":"agent:linux"}"#;
pub(crate) const VOLUMES: &str = r#"{"value":{"volumes":[{}]},"source":"agent:linux"}"#;

/// Linux, supported until that time.
pub(crate) fn linux_until(end: Timestamp) -> String {
    format!(r#"{{"value":{{"family":"linux","support_ends_at":"{end}"}},"source":"agent:linux"}}"#)
}

pub(crate) const WINDOWS: &str =
    r#"{"value":{"family":"windows","support_ends_at":"2030-01-01T00:00:00Z"},"source":"agent:windows"}"#;

/// An office in a store.
pub(crate) struct Office {
    pub(crate) store: Store,
}

impl Office {
    /// Founds the office.
    pub(crate) async fn found(store: &Store) -> Self {
        let unit = |id: &str, parent: Option<&str>| Unit {
            id: id.into(),
            kind: None,
            names: vec![UnitName { name: id.into(), abbreviation: None, valid_from: FIRST_DAY, valid_to: None }],
            parents: parent
                .map(|unit| UnitParent { unit: unit.into(), valid_from: FIRST_DAY, valid_to: None })
                .into_iter()
                .collect(),
            valid_from: FIRST_DAY,
            valid_to: None,
        };
        let units = vec![unit("province", None), unit("north", Some("province")), unit("south", Some("province"))];
        let mut change = store.begin(Actor::System, noon()).await.unwrap();
        units::replace(&mut change, &UnitRegister { units, successions: vec![] }).await.unwrap();
        for unit in ["province", "north", "south"] {
            let token = EnrolmentToken {
                id: unit.into(),
                secret_hash: format!("secret of {unit}"),
                unit: unit.into(),
                note: None,
                created_by: "an".into(),
                created_at: noon(),
                expires_at: "2030-01-01T00:00:00Z".parse().unwrap(),
                uses_allowed: tokens::MAX_USES,
                uses: 0,
                revoked_at: None,
            };
            tokens::insert(&mut change, &token).await.unwrap();
        }
        change.commit().await.unwrap();
        let office = Self { store: store.clone() };
        office.order_whole().await;
        office
    }

    /// Puts a directive in force.
    pub(crate) async fn order(&self, text: &str) {
        let mut change = self.change(noon()).await;
        let files = BTreeMap::from([("main.yaml".to_owned(), text.to_owned())]);
        let digest = directives::load(&mut change, "office", "main.yaml", &files).await.unwrap();
        directives::activate(&mut change, &digest).await.unwrap();
        change.commit().await.unwrap();
    }

    /// The whole directive.
    pub(crate) async fn order_whole(&self) {
        self.order(DIRECTIVE).await;
    }

    /// The whole directive, and that devices report.
    pub(crate) async fn order_reports(&self) {
        self.order(&format!("{DIRECTIVE}{OF_SILENCE}")).await;
    }

    /// That devices report, and nothing else.
    pub(crate) async fn order_reports_alone(&self) {
        let head = DIRECTIVE.split_inclusive("clauses:").next().unwrap();
        self.order(&format!("{head}{OF_SILENCE}")).await;
    }

    /// The directive without the control `volumes`.
    pub(crate) async fn order_less(&self) {
        let less: Vec<&str> = DIRECTIVE.lines().filter(|line| !line.contains("id: volumes")).collect();
        self.order(&less.join("\n")).await;
    }

    /// A directive that asks something of units.
    pub(crate) async fn order_of_units(&self) {
        let head = DIRECTIVE.split_inclusive("clauses:").next().unwrap();
        let clause = r#"
  - id: "1.2"
    title: {vi: a, en: a}
    text: {vi: a, en: a}
    controls:
      - {id: planned, subject: unit, title: {vi: a, en: a}, severity: low, fresh_within: 30d, due: at once, pass: tasks.plan_approved, fix: {vi: [a], en: [a]}}
"#;
        self.order(&format!("{head}{clause}")).await;
    }

    pub(crate) async fn change(&self, at: Timestamp) -> Change {
        self.store.begin(Actor::System, at).await.unwrap()
    }

    /// Enrols a device in a unit.
    pub(crate) async fn enrol(&self, id: &str, unit: &str) {
        let mut change = self.change(noon()).await;
        let enrolment = devices::Enrolment {
            id: id.into(),
            token_hash: format!("secret of {unit}"),
            public_key: format!("key of {id}"),
            counter: 1,
            hostname: id.into(),
            os: None,
            agent_version: "0.1.0".into(),
            notice_version: "1".into(),
            notice_accepted_at: noon(),
            notice_accepted_by: "lan".into(),
        };
        devices::enrol(&mut change, &enrolment).await.unwrap().unwrap();
        change.commit().await.unwrap();
    }

    /// A report comes in.
    pub(crate) async fn try_report(
        &self,
        device: &str,
        counter: u64,
        at: Timestamp,
        areas: &[(&str, Said<'_>)],
    ) -> Result<CheckInOutcome, StoreError> {
        self.store.check_in(check_in(device, counter, at, areas)).await
    }

    /// A report comes in and is accepted; the areas that are lacking.
    pub(crate) async fn report(
        &self,
        device: &str,
        counter: u64,
        at: Timestamp,
        areas: &[(&str, Said<'_>)],
    ) -> Vec<String> {
        match self.try_report(device, counter, at, areas).await.unwrap() {
            CheckInOutcome::Accepted { need, unknown_areas } => {
                assert_eq!(unknown_areas, Vec::<String>::new());
                need
            }
            CheckInOutcome::Refused(refusal) => panic!("{device} {counter}: {refusal:?}"),
        }
    }

    /// A report comes in and is refused.
    pub(crate) async fn refused(
        &self,
        device: &str,
        counter: u64,
        at: Timestamp,
        areas: &[(&str, Said<'_>)],
    ) -> CheckInRefusal {
        match self.try_report(device, counter, at, areas).await.unwrap() {
            CheckInOutcome::Refused(refusal) => refusal,
            CheckInOutcome::Accepted { .. } => panic!("{device} {counter} is accepted"),
        }
    }

    pub(crate) async fn sweep(&self, at: Timestamp) -> sweep::Swept {
        sweep::sweep(&self.store, at, 10_000).await.unwrap()
    }

    pub(crate) async fn number(&self, device: &str) -> i64 {
        subjects::find(&self.store, &subject(device)).await.unwrap().unwrap().number
    }

    /// The open findings of a device.
    pub(crate) async fn open(&self, device: &str) -> Vec<Interval> {
        findings::open(&self.store, self.number(device).await).await.unwrap()
    }

    /// `control=state` of what is open about a device.
    pub(crate) async fn states(&self, device: &str) -> String {
        words(&self.open(device).await)
    }

    /// `unit/clause pass fail unknown exempt` of every count that is not nothing.
    pub(crate) async fn counts(&self) -> Vec<String> {
        let all = tally::all(&self.store).await.unwrap();
        let some = all.into_iter().filter(|tally| tally.counts.total() > 0);
        some.map(|tally::Tally { unit, clause, counts }| {
            format!("{unit}/{clause} {} {} {} {}", counts.pass, counts.fail, counts.unknown, counts.exempt)
        })
        .collect()
    }

    /// Whatever happened, the counts are those of the open findings.
    pub(crate) async fn check_counts(&self) {
        assert_eq!(tally::recount(&self.store).await.unwrap(), []);
    }
}

/// `control=state`, by control.
pub(crate) fn words(intervals: &[Interval]) -> String {
    let words: Vec<String> = intervals.iter().map(|it| format!("{}={}", it.control, it.state)).collect();
    words.join(" ")
}

pub(crate) fn subject(device: &str) -> Subject {
    Subject { kind: SubjectKind::Device, id: device.into() }
}

/// What a report says about an area.
#[derive(Clone, Copy)]
pub(crate) enum Said<'a> {
    /// The fact.
    Fact(&'a str),
    /// Only its hash.
    Hash(&'a str),
}

use Said::{Fact, Hash};

pub(crate) fn check_in(device: &str, counter: u64, at: Timestamp, areas: &[(&str, Said<'_>)]) -> CheckIn {
    let areas = areas.iter().map(|(name, said)| {
        let area = match said {
            Fact(text) => {
                let content = RawValue::from_string((*text).to_owned()).unwrap();
                AreaReport::whole(AreaFact { observed_at: at, content })
            }
            Hash(text) => AreaReport::unchanged(Digest::of(text.as_bytes())),
        };
        ((*name).to_owned(), area)
    });
    let report = Report { collected_at: at, areas: areas.collect() };
    CheckIn { device: device.into(), counter, report, received_at: at }
}
