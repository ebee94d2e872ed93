//! Ninety days, one after the other: agents enrol and report, people read and learn, heads sign off, and every evening the
//! sweep judges what time alone has changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use khien_model::{Subject, SubjectKind};
use khien_protocol::{AreaFact, AreaReport, Digest, Report};
use khien_store::devices::{self, Enrolment};
use khien_store::holders::{self, Holder};
use khien_store::unit_facts::{self, Area};
use khien_store::{Actor, CheckIn, CheckInOutcome, Store, facts, sweep};
use serde_json::value::RawValue;

use crate::campaign::Reading;
use crate::chance::Chance;
use crate::days::{DAYS, Days, clock};
use crate::documents::Studying;
use crate::lists::Lists;
use crate::province::{OFFICES, unit_id};
use crate::set_up::{Province, token_hash};
use crate::story::Story;
use crate::tasks::Work;
use crate::{DemoProblem, accounts, advisories, decisions, gates, incidents, scans};

/// Every so many days each person's facts are brought up to date, a part of the people each day.
const PEOPLE_EVERY: usize = 13;

/// Every so many days each account is imported from the directory.
const ACCOUNTS_EVERY: usize = 25;

/// The seed of what is uploaded.
const UPLOADS: u64 = 47;

/// The most subjects that a sweep judges in one go.
const SWEEP: usize = 5_000;

/// What each device said last: area → digest of what it said.
type Said = BTreeMap<String, BTreeMap<&'static str, Digest>>;

/// Lets the days pass and says how many reports came in.
pub(crate) async fn happen(
    store: &Store,
    chance: &mut Chance,
    days: Days,
    province: &mut Province,
    tick: &mut dyn FnMut(i64, i64),
) -> Result<usize, DemoProblem> {
    let mut signed_off: BTreeMap<usize, Timestamp> = BTreeMap::new();
    let (mut said, mut reports) = (Said::new(), 0);
    let mut reading = Reading::begin(store, days, province).await?;
    let mut work = Work::default();
    let mut studying = Studying::begin(store, days, province).await?;
    let mut lists = Lists::new(days)?;
    advisories::begin(store, days, province).await?;
    gates::begin(store, days, province).await?;
    // A row of its own: what happens elsewhere stays as it was.
    let mut uploads = Chance::new(UPLOADS);
    for ago in (0..=DAYS).rev() {
        enrol(store, days, ago, province).await?;
        reports += report(store, days, ago, &mut province.stories, &mut said).await?;
        if days.is_working(ago) {
            decisions::of_day(store, chance, days, ago, province, &mut signed_off).await?;
        }
        work.of_day(store, days, ago, province).await?;
        say_duties(store, days, ago, province, &mut reading).await?;
        studying.of_day(store, days, ago, province).await?;
        incidents::of_day(store, days, ago, province).await?;
        advisories::of_day(store, days, ago, province).await?;
        scans::of_day(store, days, ago, province).await?;
        gates::of_day(store, &mut uploads, days, ago, province).await?;
        decisions::say_difficulties(store, days, ago, province).await?;
        accounts::of_day(store, days, ago, province).await?;
        let mut change = store.begin(Actor::System, days.at(ago, clock(16, 10))).await?;
        lists.of_day(&mut change, days, ago, province, &signed_off).await?;
        change.commit().await?;
        if ago == 1 {
            reading.record_leaves(store, days, province).await?;
        }
        // Facts grow old in the night; of today, only up to now.
        sweep(store, days.at(ago, clock(23, 30)), SWEEP).await?;
        tick(DAYS - ago + 1, DAYS + 1);
    }
    Ok(reports)
}

/// The devices whose turn it is enrol by the token of their office.
async fn enrol(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    let today: Vec<&Story> = province.stories.iter().filter(|story| story.enrols == ago).collect();
    if today.is_empty() {
        return Ok(());
    }
    let mut change = store.begin(Actor::System, days.at(ago, clock(7, 45))).await?;
    for story in today {
        let key = Digest::of(story.id.as_bytes()).to_string();
        let enrolment = Enrolment {
            id: story.id.clone(),
            token_hash: token_hash(story.office),
            // No device has the key that belongs to this: nothing can be signed in the name of a fictional one.
            public_key: format!("demo:{key}"),
            counter: 0,
            hostname: story.machine.hostname.clone(),
            os: Some(story.machine.is.system.name().to_owned()),
            agent_version: env!("CARGO_PKG_VERSION").to_owned(),
            notice_version: "1".to_owned(),
            notice_accepted_at: change.now(),
            notice_accepted_by: story.machine.user.clone(),
        };
        let outcome = devices::enrol(&mut change, &enrolment).await?;
        outcome.map_err(|refusal| DemoProblem::Fiction(format!("{}: {refusal:?}", story.id)))?;
        let holder = Holder {
            subject: Subject { kind: SubjectKind::Device, id: story.id.clone() },
            person: province.person(story.office, story.user).to_owned(),
            valid_from: days.date(ago),
            valid_to: None,
        };
        holders::insert(&mut change, &holder).await?;
    }
    Ok(change.commit().await?)
}

/// The devices that report today do so at once, as they do in life: their reports are written together.
async fn report(
    store: &Store,
    days: Days,
    ago: i64,
    stories: &mut [Story],
    said: &mut Said,
) -> Result<usize, DemoProblem> {
    let mut pending = Vec::new();
    for story in stories.iter_mut() {
        let at = days.at(ago, story.minute);
        if story.enrols < ago || !story.reports_on(days, ago) {
            continue;
        }
        let counter = u64::try_from(DAYS - ago + 1).unwrap_or(1);
        let check_in = CheckIn { device: story.id.clone(), counter, report: words(story, at, said)?, received_at: at };
        let store = store.clone();
        pending.push(tokio::spawn(async move { store.check_in(check_in).await }));
    }
    let count = pending.len();
    for one in pending {
        let outcome = one.await.map_err(|error| DemoProblem::Fiction(error.to_string()))??;
        match outcome {
            CheckInOutcome::Accepted { need, unknown_areas } if need.is_empty() && unknown_areas.is_empty() => {}
            other => return Err(DemoProblem::Fiction(format!("a report came to nothing: {other:?}"))),
        }
    }
    Ok(count)
}

/// The report of a device: hashes of everything, and the facts that are not as it said them last.
fn words(story: &Story, at: Timestamp, said: &mut Said) -> Result<Report, DemoProblem> {
    let before = said.entry(story.id.clone()).or_default();
    let mut areas = BTreeMap::new();
    for (area, value) in story.machine.areas(at) {
        let content = serde_json::json!({ "value": value, "source": story.machine.source() }).to_string();
        let hash = Digest::of(content.as_bytes());
        let report = if before.insert(area, hash) == Some(hash) {
            AreaReport::unchanged(hash)
        } else {
            let content = RawValue::from_string(content).map_err(|error| DemoProblem::Fiction(error.to_string()))?;
            AreaReport::whole(AreaFact { observed_at: at, content })
        };
        areas.insert(area.to_owned(), report);
    }
    Ok(Report { collected_at: at, areas })
}

/// What the web pages, the directory and the imports say today of units, people and accounts.
async fn say_duties(
    store: &Store,
    days: Days,
    ago: i64,
    province: &Province,
    reading: &mut Reading,
) -> Result<(), DemoProblem> {
    let at = days.at(ago, clock(16, 0));
    let mut change = store.begin(Actor::System, at).await?;
    let day = usize::try_from(ago).unwrap_or_default();
    if ago % 4 == 0 {
        for office in OFFICES {
            unit_facts::say(&mut change, &unit_id(office), &Area::ALL).await?;
        }
    }
    for (place, official) in province.people.iter().enumerate() {
        let duties = &province.person_duties[place];
        if (place + day) % PEOPLE_EVERY == 0 {
            facts::put(&mut change, &official.subject(), duties.facts(days, ago, at)).await?;
            reading.of_person(&mut change, place, &official.person.id, duties, ago).await?;
        }
        if (place + day) % ACCOUNTS_EVERY == 0 {
            let is_administrator = OFFICES[official.office].id == "vp" && official.place == 1;
            let said = duties.account_facts(days, ago, at, is_administrator);
            facts::put(&mut change, &official.account_subject(), said).await?;
        }
    }
    Ok(change.commit().await?)
}

/// Sweeps until there is nothing more to judge at that time.
async fn sweep(store: &Store, at: Timestamp, limit: usize) -> Result<(), DemoProblem> {
    while sweep::sweep(store, at, limit).await?.is_cut_short {}
    Ok(())
}
