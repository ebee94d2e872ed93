//! The server under a fleet, on SQLite and on PostgreSQL: check-ins, the overview, the sweep, the agent's cost, a cold start.

mod fleet;
mod load;
mod process;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use khien_model::day_of;
use khien_protocol::{AreaFact, AreaReport, Digest, Report};
use khien_store::logins::Login;
use khien_store::people::Person;
use khien_store::roles::{Role, RoleKind};
use khien_store::sessions::{Session, Strength};
use khien_store::{Actor, Generation, Store, StoreOptions, logins, people, roles, sessions, sweep};
use khien_test_support::Database;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde_json::value::RawValue;

use crate::figures::{Bounds, heading, note};
use crate::observe;
use load::{Agent, Target};
use process::Server;
pub(crate) use process::free_address;

/// What the design asks of two cores.
const UNCHANGED_PER_SECOND_MIN: f64 = 5_000.0;
const CHANGED_PER_SECOND_MIN: f64 = 1_000.0;
const OVERVIEW_P95_MS_MAX: f64 = 150.0;
const SWEEP_SECONDS_MAX: f64 = 2.0;
const COLD_START_SECONDS_MAX: f64 = 1.0;
const AGENT_MB_MAX: f64 = 8.0;
const AGENT_MEMORY_MB_MAX: f64 = 25.0;

/// How many connections the fleet keeps open, and for how long it reports.
const CONNECTIONS: usize = 64;
const LOAD_TIME: Duration = Duration::from_secs(10);

/// How often the overview is asked for.
const OVERVIEWS: usize = 100;

/// How often a cold start is tried; the best run is the one that was disturbed least.
const STARTS: usize = 5;

/// The secret of the session by which the overview is looked at.
const SESSION_SECRET: &str = "benchmark-benchmark-benchmark-benchmark-bench";

/// The area that changes in the load of changed reports.
const CHANGED_AREA: &str = "antivirus";

/// Measures on every engine that is here.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    cold_start(bounds)?;
    agent(bounds)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(text)?;
    for database in khien_test_support::fresh_databases() {
        heading(&format!(
            "server on {:?}: {} units, {} people, {} devices, {} days",
            database.engine(),
            fleet::UNITS,
            fleet::PEOPLE,
            fleet::DEVICES,
            fleet::DAYS
        ));
        let agents = runtime.block_on(prepare(&database, bounds))?;
        serve(&database, agents, bounds)?;
    }
    Ok(())
}

/// Fills the database, then judges everybody anew.
async fn prepare(database: &Database, bounds: &Bounds) -> Result<Vec<Agent>, String> {
    let options = StoreOptions { calendar: Some(khien_content::calendar().into()), ..StoreOptions::default() };
    let store = Store::open(database.url(), &options).await.map_err(text)?;
    let begin = Instant::now();
    let now = Timestamp::now();
    let agents = fleet::fill(&store, now).await?;
    sign_in(&store, now).await.map_err(text)?;
    note(&format!("filled in {:.1} s", begin.elapsed().as_secs_f64()));
    measure_sweep(&store, now, bounds).await?;
    store.close().await;
    Ok(agents)
}

/// Somebody who may look at everything.
async fn sign_in(store: &Store, now: Timestamp) -> Result<(), khien_store::StoreError> {
    let id = "assessor".to_owned();
    let mut change = store.begin(Actor::System, now).await?;
    let person = Person {
        id: id.clone(),
        name: "Người đánh giá".to_owned(),
        position: None,
        email: None,
        language: None,
        created_at: now,
    };
    people::insert(&mut change, &person).await?;
    let role = Role {
        id: id.clone(),
        person: id.clone(),
        kind: RoleKind::Assessor,
        unit: None,
        decision: None,
        qualified: None,
        valid_from: day_of(now),
        valid_to: None,
    };
    roles::grant(&mut change, &role).await?;
    logins::insert(&mut change, &Login::new(&id, "assessor")).await?;
    let session = Session {
        secret_hash: session_hash(),
        person: id,
        csrf: "none".to_owned(),
        strength: Strength::Openid,
        created_at: now,
        last_seen_at: now,
        expires_at: now + SignedDuration::from_hours(8),
        user_agent: None,
    };
    sessions::insert(&mut change, &session).await?;
    change.commit().await
}

/// What the server keeps of [`SESSION_SECRET`]: its SHA-256 in the alphabet of addresses, without padding.
fn session_hash() -> String {
    let hash = Digest::of(SESSION_SECRET.as_bytes()).to_string();
    hash.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Everybody is judged anew, as after a new directive.
async fn measure_sweep(store: &Store, now: Timestamp, bounds: &Bounds) -> Result<(), String> {
    let mut change = store.begin(Actor::System, now).await.map_err(text)?;
    change.bump(Generation::Directive).await.map_err(text)?;
    change.commit().await.map_err(text)?;
    let begin = Instant::now();
    let swept = sweep::sweep(store, now, usize::MAX).await.map_err(text)?;
    note(&format!("{} subjects judged anew, {} findings changed", swept.judged, swept.changed));
    bounds.at_most("re-judge sweep of everybody", begin.elapsed().as_secs_f64(), SWEEP_SECONDS_MAX, "s");
    Ok(())
}

/// The server in a process of its own, under the fleet and under a reader.
fn serve(database: &Database, mut agents: Vec<Agent>, bounds: &Bounds) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(text)?;
    let server = Server::start(&["serve"], folder.path(), Some(database.url()))?;
    let target = server.target()?;
    overview(&server, bounds)?;
    unchanged(&target, &mut agents, bounds)?;
    changed(&target, &mut agents, bounds)?;
    note(&format!("peak memory of the server {:.0} MB", server.peak_memory_mb()?));
    Ok(())
}

fn unchanged(target: &Target, agents: &mut [Agent], bounds: &Bounds) -> Result<(), String> {
    let hashes: Vec<BTreeMap<String, Digest>> = (0..agents.len())
        .into_par_iter()
        .map(|number| fleet::hashes(&fleet::areas(number, fleet::last_version(number))))
        .collect();
    let report = |number: usize, _: usize, now: Timestamp| {
        let areas = hashes[number].iter().map(|(name, hash)| (name.clone(), AreaReport::unchanged(*hash)));
        Report { collected_at: now, areas: areas.collect() }
    };
    let pace = load::drive(target, agents, CONNECTIONS, LOAD_TIME, &report)?;
    bounds.at_least("check-ins, nothing changed", pace.per_second, UNCHANGED_PER_SECOND_MIN, "/s");
    note(&format!("p99 {:.1} ms", pace.p99.as_secs_f64() * 1000.0));
    Ok(())
}

/// Of a device the hashes of all areas, and what it says of the one that changes, in turn.
type Turns = (BTreeMap<String, Digest>, [Option<Box<RawValue>>; 2]);

fn changed(target: &Target, agents: &mut [Agent], bounds: &Bounds) -> Result<(), String> {
    let states: Vec<Turns> = (0..agents.len())
        .into_par_iter()
        .map(|number| {
            let version = fleet::last_version(number);
            let mut areas = fleet::areas(number, version);
            let hashes = fleet::hashes(&areas);
            (hashes, [fleet::areas(number + 1, version + 1).remove(CHANGED_AREA), areas.remove(CHANGED_AREA)])
        })
        .collect();
    let report = |number: usize, round: usize, now: Timestamp| {
        let (hashes, contents) = &states[number];
        let areas = hashes.iter().map(|(name, hash)| (name.clone(), AreaReport::unchanged(*hash)));
        let mut areas: BTreeMap<String, AreaReport> = areas.collect();
        if let Some(content) = &contents[round % 2] {
            let fact = AreaFact { observed_at: now, content: content.clone() };
            areas.insert(CHANGED_AREA.to_owned(), AreaReport::whole(fact));
        }
        Report { collected_at: now, areas }
    };
    let pace = load::drive(target, agents, CONNECTIONS, LOAD_TIME, &report)?;
    bounds.at_least("check-ins, one area changed", pace.per_second, CHANGED_PER_SECOND_MIN, "/s");
    note(&format!("p99 {:.1} ms", pace.p99.as_secs_f64() * 1000.0));
    Ok(())
}

/// The first page, whole organisation.
fn overview(server: &Server, bounds: &Bounds) -> Result<(), String> {
    let cookie = format!("khien_session={SESSION_SECRET}");
    let mut waits = Vec::with_capacity(OVERVIEWS);
    let mut size = 0;
    for _ in 0..OVERVIEWS {
        let begin = Instant::now();
        let (status, page) = process::get(server.http, "/", Some(&cookie))?;
        waits.push(begin.elapsed());
        size = page.len();
        // Being led to the sign-in page would be quick.
        if status != 200 || !page.contains("4.10") {
            return Err(format!("the overview was answered with {status}"));
        }
    }
    waits.sort_unstable();
    let p95 = waits[OVERVIEWS * 95 / 100].as_secs_f64() * 1000.0;
    note(&format!("the overview has {} kB", size / 1000));
    bounds.at_most("overview page, p95", p95, OVERVIEW_P95_MS_MAX, "ms");
    Ok(())
}

/// From an empty folder to the first answer.
fn cold_start(bounds: &Bounds) -> Result<(), String> {
    heading("server: cold start of `khien up` in an empty folder");
    let mut best = Duration::MAX;
    for _ in 0..STARTS {
        let folder = tempfile::tempdir().map_err(text)?;
        let server = Server::start(&["up", "--accept-notice"], folder.path(), None)?;
        best = best.min(server.start);
    }
    bounds.at_most("start to first answer", best.as_secs_f64(), COLD_START_SECONDS_MAX, "s");
    Ok(())
}

/// What an agent costs the PC it runs on.
fn agent(bounds: &Bounds) -> Result<(), String> {
    heading("agent: size, and a look at this machine with judging");
    let program = process::agent()?;
    let size = fs::metadata(&program).map_err(|error| format!("{}: {error}", program.display()))?.len();
    #[expect(clippy::cast_precision_loss, reason = "no program has 2^52 bytes")]
    let size = size as f64 / 1_000_000.0;
    bounds.at_most("size on disk", size, AGENT_MB_MAX, "MB");
    let folder = tempfile::tempdir().map_err(text)?;
    let state = folder.path().display().to_string();
    let cost = observe::cost_of(Path::new(&program), &["--state", &state, "check"])?;
    bounds.at_most("peak memory of a check", cost.memory_mb, AGENT_MEMORY_MB_MAX, "MB");
    note(&format!("CPU time of a check {:.2} s", cost.cpu_seconds));
    Ok(())
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
