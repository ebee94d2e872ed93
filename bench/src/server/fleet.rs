//! An organisation as large as the whole country's, put into a store through the doors that everybody uses: units, people,
//! devices that enrol with tokens, and their reports of the last 90 days.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use khien_model::facts::FactDocument;
use khien_model::{Subject, SubjectKind, Unit, UnitName, UnitParent, UnitRegister, day_of, start_of_day};
use khien_protocol::{AreaFact, AreaReport, Digest, Report, SigningKey};
use khien_store::check_in::{CheckIn, CheckInOutcome};
use khien_store::devices::Enrolment;
use khien_store::people::Person;
use khien_store::tokens::EnrolmentToken;
use khien_store::{Actor, Store, assignments, devices, directives, people, sweep, tokens, units};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use serde_json::value::RawValue;

use super::load::Agent;
use crate::devices::{template, vary};

/// One ministry, 34 provinces, 355 regions.
pub(crate) const PROVINCES: usize = 34;
pub(crate) const REGIONS: usize = 355;
pub(crate) const UNITS: usize = 1 + PROVINCES + REGIONS;
pub(crate) const PEOPLE: usize = 7_000;
pub(crate) const DEVICES: usize = 10_000;
/// How many days of history there are.
pub(crate) const DAYS: i64 = 90;

/// A device changes something every so many days, and says that all is as before every so many.
const CHANGES_EVERY: usize = 30;
const CONFIRMS_EVERY: usize = 5;

/// How many records go into one change.
const RECORDS_AT_ONCE: usize = 500;

/// How many reports wait for their answer at once.
const REPORTS_AT_ONCE: usize = 512;

/// How many subjects one sweep judges at most: all.
const EVERYBODY: usize = usize::MAX;

/// The contents of the areas of one device, as they were last reported.
pub(crate) type Areas = BTreeMap<String, Box<RawValue>>;

/// Fills an empty store, and gives back the agents of all devices.
pub(crate) async fn fill(store: &Store, now: Timestamp) -> Result<Vec<Agent>, String> {
    let begin = start_of_day(day_of(now)) - SignedDuration::from_hours(24 * DAYS);
    organise(store, begin).await.map_err(text)?;
    let mut agents = enrol_all(store, begin).await?;
    live(store, &mut agents, begin, now).await?;
    Ok(agents)
}

/// The directive, the units and the people.
async fn organise(store: &Store, begin: Timestamp) -> Result<(), khien_store::StoreError> {
    let mut change = store.begin(Actor::System, begin).await?;
    let files = khien_content::FILES.iter();
    let files = files.map(|(name, bytes)| ((*name).to_owned(), String::from_utf8_lossy(bytes).into_owned())).collect();
    let newest = khien_content::SHIPPED[0];
    let digest = directives::load(&mut change, newest, &format!("{newest}.yaml"), &files).await?;
    directives::activate(&mut change, &digest).await?;
    units::replace(&mut change, &register(begin)).await?;
    change.commit().await?;
    for first in (0..PEOPLE).step_by(RECORDS_AT_ONCE) {
        let mut change = store.begin(Actor::System, begin).await?;
        for number in first..PEOPLE.min(first + RECORDS_AT_ONCE) {
            let id = format!("p{number}");
            let person = Person {
                id: id.clone(),
                name: format!("Nguyễn Văn {number}"),
                position: None,
                email: Some(format!("p{number}@example.vn")),
                language: None,
                created_at: begin,
            };
            people::insert(&mut change, &person).await?;
            let subject = Subject { kind: SubjectKind::Person, id };
            assignments::assign(&mut change, &subject, &unit_of(number), day_of(begin)).await?;
        }
        change.commit().await?;
    }
    Ok(())
}

fn register(begin: Timestamp) -> UnitRegister {
    let valid_from = day_of(begin);
    let units = (0..UNITS).map(|number| {
        let parent = match number {
            0 => None,
            number if number <= PROVINCES => Some(0),
            number => Some(1 + number % PROVINCES),
        };
        Unit {
            id: format!("u{number}"),
            kind: None,
            names: vec![UnitName {
                name: format!("Đơn vị {number}"), abbreviation: None, valid_from, valid_to: None
            }],
            parents: parent
                .map(|parent| UnitParent { unit: format!("u{parent}"), valid_from, valid_to: None })
                .into_iter()
                .collect(),
            valid_from,
            valid_to: None,
        }
    });
    UnitRegister { units: units.collect(), successions: Vec::new() }
}

/// Everybody and everything belongs to a region or a province, evenly.
fn unit_of(number: usize) -> String {
    format!("u{}", 1 + number % (UNITS - 1))
}

/// Enrols every device with the token of its unit.
async fn enrol_all(store: &Store, begin: Timestamp) -> Result<Vec<Agent>, String> {
    let mut change = store.begin(Actor::System, begin).await.map_err(text)?;
    for number in 1..UNITS {
        let token = EnrolmentToken {
            id: format!("t{number}"),
            secret_hash: format!("secret of u{number}"),
            unit: format!("u{number}"),
            note: None,
            created_by: "bench".to_owned(),
            created_at: begin,
            expires_at: begin + SignedDuration::from_hours(24),
            uses_allowed: tokens::MAX_USES,
            uses: 0,
            revoked_at: None,
        };
        tokens::insert(&mut change, &token).await.map_err(text)?;
    }
    change.commit().await.map_err(text)?;
    let mut agents = Vec::with_capacity(DEVICES);
    for first in (0..DEVICES).step_by(RECORDS_AT_ONCE) {
        let mut change = store.begin(Actor::System, begin).await.map_err(text)?;
        for number in first..DEVICES.min(first + RECORDS_AT_ONCE) {
            let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| "no random bytes")?;
            let key = SigningKey::from_pkcs8(document.as_ref()).map_err(text)?;
            let enrolment = Enrolment {
                id: device_id(number),
                token_hash: format!("secret of {}", unit_of(number)),
                public_key: key.public_key().to_string(),
                counter: 0,
                hostname: format!("PC-{number:05}"),
                os: None,
                agent_version: "bench".to_owned(),
                notice_version: "1".to_owned(),
                notice_accepted_at: begin,
                notice_accepted_by: "bench".to_owned(),
            };
            let enrolled = devices::enrol(&mut change, &enrolment).await.map_err(text)?;
            enrolled.map_err(|refusal| format!("a device could not enrol: {refusal:?}"))?;
            agents.push(Agent { key, counter: 0 });
        }
        change.commit().await.map_err(text)?;
    }
    Ok(agents)
}

/// The id of the device with this number.
pub(crate) fn device_id(number: usize) -> String {
    format!("d{number}")
}

/// 90 days: each with its reports, and a sweep at its end.
async fn live(store: &Store, agents: &mut [Agent], begin: Timestamp, now: Timestamp) -> Result<(), String> {
    let mut said: Vec<LastSaid> = (0..DEVICES).map(LastSaid::nothing).collect();
    for day in 0..=usize::try_from(DAYS).unwrap_or_default() {
        let noon = (begin + SignedDuration::from_hours(24 * day.cast_signed() as i64 + 4)).min(now);
        let mut waiting = tokio::task::JoinSet::new();
        for (number, agent) in agents.iter_mut().enumerate() {
            let turn = number + day;
            let changes = day == 0 || turn.is_multiple_of(CHANGES_EVERY);
            if !changes && !turn.is_multiple_of(CONFIRMS_EVERY) && noon < now {
                continue;
            }
            agent.counter += 1;
            let report = said[number].report(version_on(number, day), changes, noon);
            let check_in = CheckIn { device: device_id(number), counter: agent.counter, report, received_at: noon };
            let store = store.clone();
            waiting.spawn(async move { store.check_in(check_in).await });
            if waiting.len() >= REPORTS_AT_ONCE {
                settle(waiting.join_next().await)?;
            }
        }
        while let Some(outcome) = waiting.join_next().await {
            settle(Some(Ok(outcome.map_err(text)?)))?;
        }
        let night = (noon + 10.hours()).min(now);
        sweep::sweep(store, night, EVERYBODY).await.map_err(text)?;
    }
    Ok(())
}

type Settled = Result<Result<CheckInOutcome, khien_store::StoreError>, tokio::task::JoinError>;

fn settle(outcome: Option<Settled>) -> Result<(), String> {
    match outcome {
        Some(Ok(Ok(CheckInOutcome::Accepted { need, unknown_areas })))
            if need.is_empty() && unknown_areas.is_empty() =>
        {
            Ok(())
        }
        Some(Ok(Ok(other))) => Err(format!("a report of the past was answered with {other:?}")),
        Some(Ok(Err(error))) => Err(error.to_string()),
        Some(Err(error)) => Err(error.to_string()),
        None => Ok(()),
    }
}

/// How many times the device has changed by this day.
fn version_on(number: usize, day: usize) -> usize {
    (number % CHANGES_EVERY + day) / CHANGES_EVERY
}

/// The version of a device after the last day.
pub(crate) fn last_version(number: usize) -> usize {
    version_on(number, usize::try_from(DAYS).unwrap_or_default())
}

/// What a device said last: so that what only confirms it is not made anew.
struct LastSaid {
    number: usize,
    version: Option<usize>,
    hashes: BTreeMap<String, Digest>,
}

impl LastSaid {
    fn nothing(number: usize) -> Self {
        Self { number, version: None, hashes: BTreeMap::new() }
    }

    fn report(&mut self, version: usize, whole: bool, at: Timestamp) -> Report {
        if whole || self.version != Some(version) {
            let areas = areas(self.number, version);
            (self.version, self.hashes) = (Some(version), hashes(&areas));
            if whole {
                let whole = |content| AreaReport::whole(AreaFact { observed_at: at, content });
                let areas = areas.into_iter().map(|(name, content)| (name, whole(content)));
                return Report { collected_at: at, areas: areas.collect() };
            }
        }
        let areas = self.hashes.iter().map(|(name, hash)| (name.clone(), AreaReport::unchanged(*hash)));
        Report { collected_at: at, areas: areas.collect() }
    }
}

/// What a device of this number says about itself in its `version`: the same for the same numbers, whenever it is asked.
pub(crate) fn areas(number: usize, version: usize) -> Areas {
    // Dates in the facts are reckoned from one day, so that what did not change is the same text.
    let epoch: Timestamp = "2026-08-01T00:00:00Z".parse().unwrap_or_default();
    let mut document = template(epoch);
    vary(&mut document, (number * 1_000 + version) as u64, epoch);
    let FactDocument::Device(device) = &document else { return Areas::new() };
    let value = serde_json::to_value(&device.facts).unwrap_or_default();
    let facts: HashMap<String, serde_json::Value> = serde_json::from_value(value).unwrap_or_default();
    facts
        .into_iter()
        .filter_map(|(area, mut fact)| {
            fact.as_object_mut()?.remove("observed_at");
            Some((area, RawValue::from_string(fact.to_string()).ok()?))
        })
        .collect()
}

/// The hashes by which a device says that nothing changed.
pub(crate) fn hashes(areas: &Areas) -> BTreeMap<String, Digest> {
    areas.iter().map(|(name, content)| (name.clone(), Digest::of(content.get().as_bytes()))).collect()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
