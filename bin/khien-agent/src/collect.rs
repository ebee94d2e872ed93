//! One look at the machine, in the form of a report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use khien_model::facts::{Agent, DeviceFacts, Fact, FactDocument, Reporting, SubjectFacts};
use khien_model::{Gap, GapCode};
use khien_observe::Options;
use khien_observe::windows::{SignatureMemory, UpdateSource};
use khien_protocol::{AreaFact, AreaReport, Machine, Report};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::settings::Settings;
use crate::state::Readable;

/// The longest fact of one area, in bytes. What is longer is reported as too large, so that the rest gets through.
const MAX_AREA_BYTES: usize = 1 << 20;

/// The key of the moment in a fact.
const OBSERVED_AT: &str = "observed_at";

/// Why the facts can always be written: our own types have text keys only and no failure of their own.
pub(crate) const FACTS_ARE_JSON: &str = "facts are JSON";

/// Looks at everything on this machine. Whoever looks often keeps it, since it remembers what takes long.
#[derive(Debug, Default)]
pub(crate) struct Looker {
    updates: Option<Arc<dyn UpdateSource>>,
    signatures: Arc<SignatureMemory>,
}

impl Looker {
    /// One that keeps what takes long in the state in `folder`.
    #[cfg(windows)]
    pub(crate) fn kept_in(folder: &Path) -> Self {
        let updates = crate::updates::Updates::kept_in(folder, Arc::new(crate::windows::ask));
        Self { updates: Some(Arc::new(updates)), signatures: Arc::default() }
    }

    /// Elsewhere nothing takes long.
    #[cfg(not(windows))]
    pub(crate) fn kept_in(_: &Path) -> Self {
        Self::default()
    }

    /// Looks at everything that the settings allow; copies of databases are made in a private folder.
    pub(crate) fn look(&self, settings: Settings, private_folder: Option<PathBuf>, now: Timestamp) -> DeviceFacts {
        let options = Options {
            updates: self.updates.clone(),
            signatures: Arc::clone(&self.signatures),
            browsers: settings.browsers.scope(),
            private_folder,
            ..Options::this_machine(now)
        };
        khien_observe::collect(&options, &mut |_| {})
    }
}

/// The machine as an enrolment names it: its host name, and what it is.
pub(crate) fn machine(facts: &DeviceFacts) -> (String, Machine) {
    let os = facts.os.as_ref().and_then(|fact| fact.outcome.as_ref().ok());
    let hostname = os.and_then(|os| os.hostname.known()).filter(|name| !name.is_empty());
    let machine = Machine {
        os_family: os.and_then(|os| os.family.known()).copied(),
        os_name: os.and_then(|os| os.name.known()).filter(|name| !name.is_empty()).cloned(),
    };
    (hostname.cloned().unwrap_or_else(|| khien_result::UNNAMED.to_owned()), machine)
}

/// The facts as a report with every fact in it.
pub(crate) fn report(facts: &DeviceFacts, now: Timestamp) -> Report {
    let by_area = serde_json::to_value(facts).expect(FACTS_ARE_JSON);
    let mut areas = BTreeMap::new();
    let mut collected_at = now;
    for (name, fact) in by_area.as_object().into_iter().flatten() {
        if name == DeviceFacts::REPORTING {
            continue;
        }
        let Some(mut content) = fact.as_object().cloned() else { continue };
        let observed_at = content.remove(OBSERVED_AT).and_then(|at| at.as_str()?.parse().ok()).unwrap_or(now);
        collected_at = collected_at.min(observed_at);
        let content = bounded(&content);
        areas.insert(name.clone(), AreaReport::whole(AreaFact { observed_at, content }));
    }
    Report { collected_at, areas }
}

/// The content as text, or the reason why it is not there when it is longer than [`MAX_AREA_BYTES`].
fn bounded(content: &Map<String, Value>) -> Box<RawValue> {
    let text = to_raw_value(content).expect(FACTS_ARE_JSON);
    let length = text.get().len();
    if length <= MAX_AREA_BYTES {
        return text;
    }
    let detail = format!("{length} bytes of facts, at most {MAX_AREA_BYTES}");
    let source = content.get("source").cloned().unwrap_or_default();
    to_raw_value(&json!({ "error": Gap::with_detail(GapCode::TooLarge, detail), "source": source }))
        .expect(FACTS_ARE_JSON)
}

/// Since when the server has heard nothing from this machine, by our own records; `None` for a machine that is not enrolled. It is
/// never part of a report: the server knows by itself.
pub(crate) fn reporting(state: &Readable, now: Timestamp) -> Option<Fact<Reporting>> {
    let outcome = match state.enrolment() {
        Ok(None) => return None,
        Ok(Some(enrolment)) => state.contact().map(|contact| contact.delivered_at.unwrap_or(enrolment.enrolled_at)),
        Err(problem) => Err(problem),
    };
    // What was delivered before the clock was set back is from the future, and nobody can date it.
    let observed_at = outcome.as_ref().map_or(now, |since| now.max(*since));
    let outcome = outcome.map(|since| Reporting { silent_since: since.into() }).map_err(gap_of);
    Some(Fact { outcome, observed_at, source: OWN_RECORDS.to_owned() })
}

/// What the agent knows of itself: how its key is protected; `None` before it has one.
pub(crate) fn agent(state: &Readable, now: Timestamp) -> Option<Fact<Agent>> {
    let outcome = state.key_protection().transpose()?;
    let outcome = outcome.map(|protection| Agent { key_protection: protection.into() }).map_err(gap_of);
    Some(Fact { outcome, observed_at: now, source: OWN_RECORDS.to_owned() })
}

/// Why the state does not tell something.
fn gap_of(problem: Problem) -> Gap {
    match problem {
        Problem::StateUnusable { path, .. } => Gap::with_detail(GapCode::PermissionDenied, path.display().to_string()),
        problem => Gap::with_detail(GapCode::Unreadable, problem.message().en),
    }
}

/// Who says what the agent knows of itself.
const OWN_RECORDS: &str = "agent:state";

/// The facts as the judge takes them.
pub(crate) fn document(id: String, facts: DeviceFacts) -> FactDocument {
    FactDocument::Device(Box::new(SubjectFacts { id, facts }))
}

#[cfg(test)]
mod tests {
    use khien_model::Listing;
    use khien_model::facts::{Fact, KeyProtection, Os, Software};

    use khien_protocol::NoticeAcceptance;

    use super::*;
    use crate::state::{Contact, Enrolment, State};

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().expect("a timestamp")
    }

    fn fact<T>(value: T, seconds_ago: i64) -> Option<Fact<T>> {
        let observed_at = now() - jiff::SignedDuration::from_secs(seconds_ago);
        Some(Fact { outcome: Ok(value), observed_at, source: "agent:linux".to_owned() })
    }

    fn os() -> Os {
        Os { hostname: "pc-07".into(), name: "Debian GNU/Linux 12".into(), ..Os::default() }
    }

    #[test]
    fn a_report_holds_every_fact_and_reads_back() {
        let facts = DeviceFacts { os: fact(os(), 5), software: fact(Software::default(), 2), ..DeviceFacts::default() };
        let report = report(&facts, now());
        assert_eq!(report.collected_at, now() - jiff::SignedDuration::from_secs(5));
        assert_eq!(report.areas.keys().collect::<Vec<_>>(), ["os", "software"]);
        let whole = report.areas["os"].fact.as_ref().expect("its fact");
        let back: Fact<Os> = serde_json::from_str(&whole.document()).expect("a fact");
        assert_eq!(Some(back), facts.os);
    }

    #[test]
    fn the_moment_of_the_look_does_not_change_a_hash() {
        let at = |seconds_ago| {
            let facts = DeviceFacts { os: fact(os(), seconds_ago), ..DeviceFacts::default() };
            report(&facts, now()).digest()
        };
        assert_eq!(at(1), at(3600));
    }

    #[test]
    fn an_area_that_is_too_large_says_so() {
        let mut content = Map::new();
        content.insert("source".into(), "agent:linux".into());
        let overhead = r#"{"source":"agent:linux","value":""}"#.len();
        content.insert("value".into(), "x".repeat(MAX_AREA_BYTES - overhead).into());
        assert_eq!(bounded(&content).get().len(), MAX_AREA_BYTES);
        content.insert("value".into(), "x".repeat(MAX_AREA_BYTES - overhead + 1).into());
        let fact: Value = serde_json::from_str(bounded(&content).get()).expect("JSON");
        assert_eq!(fact["error"]["code"], "too_large");
        assert_eq!(fact["source"], "agent:linux");
    }

    #[test]
    fn a_machine_is_named_by_what_it_says_of_itself() {
        let facts = DeviceFacts { os: fact(os(), 0), ..DeviceFacts::default() };
        let (hostname, machine) = machine(&facts);
        assert_eq!((hostname.as_str(), machine.os_name.as_deref()), ("pc-07", Some("Debian GNU/Linux 12")));
        let (hostname, machine) = super::machine(&DeviceFacts::default());
        assert_eq!((hostname.as_str(), machine), ("unnamed", Machine::default()));
    }

    #[test]
    fn since_when_it_is_silent_is_told_by_our_own_records_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = State::create(folder.path()).expect("free");
        let since = || reporting(&state, now()).map(|fact| fact.outcome.map(|known| known.silent_since));
        assert_eq!(since(), None, "nobody waits for its reports");
        let enrolled_at = now() - jiff::SignedDuration::from_hours(30);
        let notice = NoticeAcceptance { version: "1".into(), accepted_at: enrolled_at, accepted_by: "an".into() };
        let server = "https://khien.example".parse().expect("an address");
        let (device_id, unit_name) = ("d-1".into(), "Phòng A".into());
        let enrolment = Enrolment { server, device_id, unit_name, enrolled_at, notice, report_every_seconds: 3600 };
        state.set_enrolment(&enrolment).expect("written");
        assert_eq!(since(), Some(Ok(enrolled_at.into())), "it never reported");
        let delivered_at = now() - jiff::SignedDuration::from_hours(2);
        state.set_contact(&Contact { delivered_at: Some(delivered_at), trouble: None }).expect("written");
        assert_eq!(since(), Some(Ok(delivered_at.into())));
        std::fs::write(folder.path().join("contact.json"), "{").expect("written");
        assert_eq!(since().and_then(Result::err).map(|gap| gap.code), Some(GapCode::Unreadable));
        // A folder stands where the file was: it cannot be opened as one.
        std::fs::remove_file(folder.path().join("contact.json")).expect("removed");
        std::fs::create_dir(folder.path().join("contact.json")).expect("made");
        assert_eq!(since().and_then(Result::err).map(|gap| gap.code), Some(GapCode::PermissionDenied));
        let facts = DeviceFacts { os: fact(os(), 0), reporting: reporting(&state, now()), ..DeviceFacts::default() };
        assert_eq!(report(&facts, now()).areas.keys().collect::<Vec<_>>(), ["os"], "the server knows by itself");
    }

    #[test]
    fn how_its_key_is_protected_is_told_once_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = State::create(folder.path()).expect("free");
        let told = || agent(&state, now()).map(|fact| fact.outcome.map(|agent| agent.key_protection.known().copied()));
        assert_eq!(told(), None);
        state.key_or_new().expect("made");
        let expected = if cfg!(windows) { KeyProtection::Dpapi } else { KeyProtection::File };
        assert_eq!(told(), Some(Ok(Some(expected))));
        let facts = DeviceFacts { agent: agent(&state, now()), ..DeviceFacts::default() };
        assert_eq!(report(&facts, now()).areas.keys().collect::<Vec<_>>(), ["agent"], "the server is told");
        std::fs::write(folder.path().join("key.pk8"), "KHIENKEY").expect("written");
        assert_eq!(told().and_then(Result::err).map(|gap| gap.code), Some(GapCode::Unreadable));
        std::fs::remove_file(folder.path().join("key.pk8")).expect("removed");
        std::fs::create_dir(folder.path().join("key.pk8")).expect("made");
        assert_eq!(told().and_then(Result::err).map(|gap| gap.code), Some(GapCode::PermissionDenied));
    }

    #[test]
    fn listings_that_stop_are_still_reported() {
        let software = Software {
            programs: Listing::incomplete(Vec::new(), Gap::new(GapCode::TooLarge)).into(),
            ..Software::default()
        };
        let facts = DeviceFacts { software: fact(software, 0), ..DeviceFacts::default() };
        let report = report(&facts, now());
        assert!(report.areas["software"].fact.as_ref().expect("its fact").content.get().contains("incomplete"));
    }
}
