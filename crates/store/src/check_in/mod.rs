//! Reports of agents: the one way in for what is seen on devices.
//!
//! Reports that arrive at the same time are written in one transaction and acknowledged after it: a disk can force only so
//! many transactions a second, but each of them may be large. Whoever hands in a report waits until it is on the disk.

mod queue;
mod round;

use jiff::Timestamp;
use khien_model::facts::{DeviceFacts, FactDocument, areas_of};
use khien_model::{Subject, SubjectKind};
use khien_protocol::Report;

pub(crate) use self::queue::ReportQueue;
use crate::judging::{StoredFact, text_of};
use crate::times::micros;
use crate::{Store, StoreError};

/// How many reports may wait to be written. More are turned away at once: the agents come again.
pub const MAX_WAITING: usize = 4_096;
/// How many reports are written in one transaction at most.
pub const MAX_TOGETHER: usize = 512;

/// A report whose signature holds.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// The id of the device whose key signed it.
    pub device: String,
    /// The counter that was signed with it.
    pub counter: u64,
    /// The report, within the bounds of the protocol.
    pub report: Report,
    /// When it came.
    pub received_at: Timestamp,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckInOutcome {
    /// It is on the disk, and judged.
    Accepted {
        /// Areas whose fact is not known: the agent sends them again, whole.
        need: Vec<String>,
        /// Areas that this version of Khiên does not know; they were not kept.
        unknown_areas: Vec<String>,
    },
    /// Nothing of it was kept.
    Refused(CheckInRefusal),
}

/// Why nothing of a report was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckInRefusal {
    /// There is no such device.
    UnknownDevice,
    /// The device is shut out or out of use.
    Revoked,
    /// A report with this counter, or a higher one, was accepted before.
    OldCounter {
        /// The highest one accepted.
        highest: u64,
    },
    /// A fact is not in the form that facts of its area have.
    Malformed {
        /// Where: the name of the area, or `counter`.
        path: String,
        /// What is wrong.
        problem: String,
    },
}

impl Store {
    /// Keeps a report and judges what it says. When this returns, the report is on the disk.
    ///
    /// # Errors
    /// [`Unavailable::Busy`](crate::Unavailable::Busy) when more reports wait than can be written; whatever keeps the
    /// database from writing. The device may send the same again.
    pub async fn check_in(&self, check_in: CheckIn) -> Result<CheckInOutcome, StoreError> {
        match Waiting::of(check_in) {
            Ok(waiting) => self.reports().hand_in(waiting).await.map_err(|error| error.about(self.place())),
            Err(refusal) => Ok(CheckInOutcome::Refused(refusal)),
        }
    }
}

/// A report that is in order by itself.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    device: String,
    counter: i64,
    received_at: Timestamp,
    /// When the device looked, but never later than we heard of it.
    collected_at: i64,
    digest: String,
    areas: Vec<ReportedArea>,
    unknown_areas: Vec<String>,
}

/// An area of a report.
#[derive(Debug, Clone)]
struct ReportedArea {
    area: String,
    hash: String,
    /// The fact and when it was observed.
    fact: Option<(String, i64)>,
}

impl Waiting {
    /// Looks through a report before anybody waits for it.
    fn of(check_in: CheckIn) -> Result<Self, CheckInRefusal> {
        let CheckIn { device, counter, report, received_at } = check_in;
        let malformed = |path: &str, problem: String| CheckInRefusal::Malformed { path: path.to_owned(), problem };
        let counter = i64::try_from(counter).map_err(|_| malformed("counter", format!("{counter} is too high")))?;
        let received = micros(received_at);
        let digest = report.digest().to_string();
        let known = areas_of(SubjectKind::Device);
        let (mut areas, mut unknown_areas) = (Vec::with_capacity(report.areas.len()), Vec::new());
        for (area, content) in report.areas {
            // Whether it reports nobody takes a device's word for.
            if known.field(&area).is_none() || area == DeviceFacts::REPORTING {
                unknown_areas.push(area);
                continue;
            }
            let fact = content.fact.map(|fact| (fact.content.get().to_owned(), micros(fact.observed_at).min(received)));
            areas.push(ReportedArea { area, hash: content.hash.to_string(), fact });
        }
        check_facts(SubjectKind::Device, &device, areas.iter().filter_map(ReportedArea::as_stored))
            .map_err(|(path, problem)| malformed(&path, problem))?;
        let collected_at = micros(report.collected_at).min(received);
        Ok(Self { device, counter, received_at, collected_at, digest, areas, unknown_areas })
    }
}

impl ReportedArea {
    fn as_stored(&self) -> Option<StoredFact> {
        let (fact, observed_at) = self.fact.clone()?;
        let (area, hash) = (self.area.clone(), self.hash.clone());
        Some(StoredFact { area, fact, hash, observed_at, changed_at: observed_at })
    }
}

/// Whether each fact is in the form that facts of its area have; if not, the first area that is not, and what is wrong.
pub(crate) fn check_facts(
    kind: SubjectKind,
    id: &str,
    facts: impl IntoIterator<Item = StoredFact>,
) -> Result<(), (String, String)> {
    let subject = Subject { kind, id: id.to_owned() };
    for fact in facts {
        // By itself it must be one JSON object: only then can it be put into a document.
        if let Err(error) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&fact.fact) {
            return Err((fact.area, error.to_string()));
        }
        let text = text_of(kind, id, &[&fact], None);
        match FactDocument::from_json(&text) {
            Ok(document) if document.subject() == subject => {}
            Ok(_) => return Err((fact.area, "the fact does not end where it should".to_owned())),
            Err(error) => return Err((fact.area, error.to_string())),
        }
    }
    Ok(())
}
