//! The store alone, without HTTP and signatures: reports that change nothing, reports with one changed area, and a sweep of
//! everybody, on each engine that is here.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use khien_model::facts::FactDocument;
use khien_model::{SubjectKind, Unit, UnitName, UnitParent, UnitRegister};
use khien_protocol::{AreaFact, AreaReport, Digest, Report};
use khien_store::tokens::{self, EnrolmentToken};
use khien_store::{
    Actor, CheckIn, CheckInOutcome, Generation, Store, StoreOptions, devices as enrolled, directives, subjects, sweep,
    units,
};
use khien_test_support::{Engine, fresh_databases};
use serde_json::value::RawValue;

use crate::devices;
use crate::figures::{Bounds, heading, note};
use crate::judge::cpu_seconds;

const DEVICES: usize = 10_000;
const UNITS: usize = 390;
/// How many reports are under way at once, as from a server under load.
const AT_ONCE: usize = 256;
const UNCHANGED: usize = 40_000;
const CHANGED: usize = 10_000;

/// The server has to check signatures and speak HTTP on the same processors, so the store must be several times faster than
/// the 5,000 and 1,000 reports a second that are asked of both.
const UNCHANGED_MICROS_MAX: f64 = 50.0;
const CHANGED_MICROS_MAX: f64 = 300.0;
const SWEEP_SECONDS_MAX: f64 = 2.0;

const MAIN: &str = "thads-2026.yaml";

/// Takes the figures on each engine.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    let runtime = two_workers()?;
    for database in fresh_databases() {
        let engine = match database.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        heading(&format!("store on {engine}: {DEVICES} devices in {UNITS} units, {AT_ONCE} reports at once"));
        runtime.block_on(on_one(database.url(), bounds)).map_err(|error| format!("{engine}: {error}"))?;
    }
    Ok(())
}

/// What runs the store: as many threads as the machine of our figures has processors.
pub(crate) fn two_workers() -> Result<tokio::runtime::Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().map_err(|error| error.to_string())
}

/// A device as its agent sees it: the content of each area.
struct Agent {
    id: String,
    areas: BTreeMap<String, Box<RawValue>>,
}

async fn on_one(url: &str, bounds: &Bounds) -> Result<(), String> {
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().map_err(|error| format!("{error}"))?;
    let store = Store::open(url, &StoreOptions::default()).await.map_err(|error| error.to_string())?;
    let agents = Arc::new(agents(now)?);
    found(&store, now).await?;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);

    let whole = |place: usize, number: usize, at| report(&agents[place], 2 + count(number), at, false, None);
    let first = together(&store, DEVICES, |number| whole(number, number, now)).await?;
    note(&format!("first reports: {}", first.notes()));

    let base = count(DEVICES) + 10;
    let later = now + SignedDuration::from_mins(1);
    let unchanged = together(&store, UNCHANGED, |number| {
        report(&agents[number % DEVICES], base + count(number), later, true, None)
    })
    .await?;
    bounds.at_most("a report that changes nothing", unchanged.micros_each(), UNCHANGED_MICROS_MAX, "µs");
    note(&unchanged.notes());
    note(&format!("{} of {DEVICES} devices were judged anew meanwhile", judged_since(&store, later).await?));

    let base = base + count(UNCHANGED);
    let later = now + SignedDuration::from_mins(2);
    let changed = together(&store, CHANGED, |number| {
        report(&agents[number % DEVICES], base + count(number), later, true, Some(number))
    })
    .await?;
    bounds.at_most("a report with one changed area", changed.micros_each(), CHANGED_MICROS_MAX, "µs");
    note(&changed.notes());

    // The units have not been judged yet; what is measured is judging everybody again.
    let first = sweep::sweep(&store, later, usize::MAX).await.map_err(|error| error.to_string())?;
    note(&format!("a first sweep judged {} subjects", first.judged));
    let mut change = store.begin(Actor::System, later).await.map_err(|error| error.to_string())?;
    change.bump(Generation::Exemptions).await.map_err(|error| error.to_string())?;
    change.commit().await.map_err(|error| error.to_string())?;
    let (begin, cpu) = (Instant::now(), cpu_seconds()?);
    let at = now + SignedDuration::from_hours(1);
    let swept = sweep::sweep(&store, at, usize::MAX).await.map_err(|error| error.to_string())?;
    bounds.at_most("sweep of everybody", begin.elapsed().as_secs_f64(), SWEEP_SECONDS_MAX, "s");
    let cpu = cpu_seconds()? - cpu;
    note(&format!("{} judged, {} findings changed; {cpu:.2} s of CPU time", swept.judged, swept.changed));
    store.close().await;
    Ok(())
}

/// How many devices were judged at a time or after it.
async fn judged_since(store: &Store, time: Timestamp) -> Result<usize, String> {
    let devices = subjects::of_kind(store, SubjectKind::Device).await.map_err(|error| error.to_string())?;
    Ok(devices.iter().filter(|device| device.judged_at >= Some(time)).count())
}

/// What a run took.
struct Run {
    elapsed: Duration,
    /// CPU time of this process: on a machine that does other work at the same time, the wall time is that of all the work.
    cpu_seconds: f64,
    /// Of each report, sorted.
    waits: Vec<Duration>,
}

impl Run {
    #[expect(clippy::cast_precision_loss, reason = "a figure is not exact to 15 digits")]
    fn micros_each(&self) -> f64 {
        self.elapsed.as_secs_f64() * 1e6 / self.waits.len() as f64
    }

    /// What is good to know beside the time.
    #[expect(clippy::cast_precision_loss, reason = "a figure is not exact to 15 digits")]
    fn notes(&self) -> String {
        let cpu = self.cpu_seconds * 1e6 / self.waits.len() as f64;
        let per_second = 1e6 / self.micros_each();
        format!("{per_second:.0} a second; p99 {:.1} ms; {cpu:.0} µs of CPU time each", self.p99_millis())
    }

    fn p99_millis(&self) -> f64 {
        let place = self.waits.len() * 99 / 100;
        self.waits.get(place).map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
    }
}

/// Hands in reports, so many at once, made before the clock starts.
async fn together(store: &Store, count: usize, make: impl Fn(usize) -> CheckIn) -> Result<Run, String> {
    let mut shares: Vec<Vec<CheckIn>> = (0..AT_ONCE).map(|_| Vec::new()).collect();
    for number in 0..count {
        shares[number % AT_ONCE].push(make(number));
    }
    let (begin, cpu) = (Instant::now(), cpu_seconds()?);
    let hands = shares.into_iter().map(|share| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut waits = Vec::with_capacity(share.len());
            for check_in in share {
                let begin = Instant::now();
                let outcome = store.check_in(check_in).await.map_err(|error| error.to_string())?;
                if !matches!(&outcome, CheckInOutcome::Accepted { need, .. } if need.is_empty()) {
                    return Err(format!("{outcome:?}"));
                }
                waits.push(begin.elapsed());
            }
            Ok::<_, String>(waits)
        })
    });
    let mut waits = Vec::with_capacity(count);
    for hand in hands.collect::<Vec<_>>() {
        waits.extend(hand.await.map_err(|error| error.to_string())??);
    }
    let elapsed = begin.elapsed();
    let cpu_seconds = cpu_seconds()? - cpu;
    waits.sort_unstable();
    Ok(Run { elapsed, cpu_seconds, waits })
}

/// A report of one device: whole, or by hashes alone; with one area changed when `change` says how.
fn report(agent: &Agent, counter: u64, at: Timestamp, hashes: bool, change: Option<usize>) -> CheckIn {
    let mut areas: BTreeMap<String, AreaReport> = BTreeMap::new();
    for (name, content) in &agent.areas {
        let area = if hashes {
            AreaReport::unchanged(Digest::of(content.get().as_bytes()))
        } else {
            AreaReport::whole(AreaFact { observed_at: at, content: content.clone() })
        };
        areas.insert(name.clone(), area);
    }
    if let Some(change) = change {
        let text = format!(r#"{{"value":{{"volumes":[{{"mount":"/data/{change}"}}]}},"source":"agent:linux"}}"#);
        if let Ok(content) = RawValue::from_string(text) {
            areas.insert("disk".into(), AreaReport::whole(AreaFact { observed_at: at, content }));
        }
    }
    let report = Report { collected_at: at, areas };
    CheckIn { device: agent.id.clone(), counter, report, received_at: at }
}

/// All devices, each with facts of its own.
fn agents(now: Timestamp) -> Result<Vec<Agent>, String> {
    let mut document = devices::template(now);
    let mut agents = Vec::with_capacity(DEVICES);
    for number in 0..DEVICES {
        devices::vary(&mut document, u64::try_from(number).unwrap_or_default(), now);
        agents.push(agent(&format!("device-{number:05}"), &document)?);
    }
    let bytes: usize = agents.iter().flat_map(|agent| agent.areas.values()).map(|area| area.get().len()).sum();
    note(&format!("{} kB of facts per device", bytes / DEVICES / 1_000));
    Ok(agents)
}

fn agent(id: &str, document: &FactDocument) -> Result<Agent, String> {
    let json = serde_json::to_value(document).map_err(|error| error.to_string())?;
    let facts = json.pointer("/device/facts").and_then(serde_json::Value::as_object).ok_or("no facts")?;
    let mut areas = BTreeMap::new();
    for (name, fact) in facts {
        let mut fact = fact.clone();
        if let Some(fields) = fact.as_object_mut() {
            fields.remove("observed_at");
        }
        let content = RawValue::from_string(fact.to_string()).map_err(|error| error.to_string())?;
        areas.insert(name.clone(), content);
    }
    Ok(Agent { id: id.to_owned(), areas })
}

/// Units and the directive.
pub(crate) async fn found_units(store: &Store, now: Timestamp) -> Result<(), String> {
    let first_day = date(2026, 1, 5);
    let unit = |number: usize| Unit {
        id: format!("unit-{number}"),
        kind: None,
        names: vec![UnitName {
            name: format!("Đơn vị {number}"),
            abbreviation: None,
            valid_from: first_day,
            valid_to: None,
        }],
        parents: (number > 0)
            .then(|| UnitParent { unit: format!("unit-{}", (number - 1) / 12), valid_from: first_day, valid_to: None })
            .into_iter()
            .collect(),
        valid_from: first_day,
        valid_to: None,
    };
    let in_words = |error: khien_store::StoreError| error.to_string();
    let mut change = store.begin(Actor::System, now).await.map_err(in_words)?;
    let register = UnitRegister { units: (0..UNITS).map(unit).collect(), successions: vec![] };
    units::replace(&mut change, &register).await.map_err(in_words)?;
    let files = directive_files()?;
    let digest = directives::load(&mut change, "thads-2026", MAIN, &files).await.map_err(in_words)?;
    directives::activate(&mut change, &digest).await.map_err(in_words)?;
    change.commit().await.map_err(in_words)
}

/// Units, the directive and devices.
async fn found(store: &Store, now: Timestamp) -> Result<(), String> {
    found_units(store, now).await?;
    let in_words = |error: khien_store::StoreError| error.to_string();
    let mut change = store.begin(Actor::System, now).await.map_err(in_words)?;
    for number in 0..UNITS {
        let token = EnrolmentToken {
            id: format!("token-{number}"),
            secret_hash: format!("secret-{number}"),
            unit: format!("unit-{number}"),
            note: None,
            created_by: "bench".into(),
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24),
            uses_allowed: tokens::MAX_USES,
            uses: 0,
            revoked_at: None,
        };
        tokens::insert(&mut change, &token).await.map_err(in_words)?;
    }
    for number in 0..DEVICES {
        let enrolment = enrolled::Enrolment {
            id: format!("device-{number:05}"),
            token_hash: format!("secret-{}", number % UNITS),
            public_key: format!("key-{number}"),
            counter: 1,
            hostname: format!("pc-{number:05}"),
            os: None,
            agent_version: "0.1.0".into(),
            notice_version: "1".into(),
            notice_accepted_at: now,
            notice_accepted_by: "bench".into(),
        };
        let enrolled = enrolled::enrol(&mut change, &enrolment).await.map_err(in_words)?;
        enrolled.map_err(|refusal| format!("{refusal:?}"))?;
    }
    change.commit().await.map_err(in_words)
}

fn directive_files() -> Result<directives::DirectiveFiles, String> {
    let mut files = BTreeMap::new();
    let folder = std::fs::read_dir(Path::new("content/directives")).map_err(|error| error.to_string())?;
    for entry in folder {
        let path = entry.map_err(|error| error.to_string())?.path();
        if let (Some(name), Ok(text)) = (path.file_name(), std::fs::read_to_string(&path)) {
            files.insert(name.to_string_lossy().into_owned(), text);
        }
    }
    Ok(files)
}
