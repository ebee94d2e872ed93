//! From the spool to the server, oldest first.

use std::collections::BTreeMap;

use khien_protocol::limits::MAX_BODY_BYTES;
use khien_protocol::{
    AreaReport, DIRECTIVE_PATH, DirectiveBundle, DirectiveMark, REPORTS_PATH, RefusalCode, Report, ReportAnswer,
};

use crate::client::Client;
use crate::state::State;
use crate::{Bilingual, Problem, texts};

/// How much of a body is left for what stands around the facts, in bytes.
const ROOM_AROUND_FACTS: usize = 64 << 10;

/// What the server said when it had everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// How many reports it took.
    pub(crate) reports: usize,
    /// When it wants the next one, in seconds; `None` when there was nothing to deliver.
    pub(crate) report_after_seconds: Option<u32>,
    /// The directive that it judges by.
    pub(crate) directive: Option<DirectiveMark>,
}

/// Delivers everything that waits. What was taken is out of the spool when this returns, whatever it returns.
pub(crate) fn deliver(state: &State, client: &Client<'_>, say: &mut dyn FnMut(&Bilingual)) -> Result<Told, Problem> {
    let mut spool = state.spool()?;
    let mut told = Told::default();
    for number in spool.numbers().to_vec() {
        let Some(entry) = spool.entry(number)? else {
            say(&texts::entry_unreadable());
            continue;
        };
        for part in parts(entry.report, MAX_BODY_BYTES - ROOM_AROUND_FACTS) {
            match send(state, client, &part) {
                Ok(answer) => {
                    told.report_after_seconds = Some(answer.report_after_seconds);
                    told.directive = answer.directive;
                }
                Err(Problem::Refused(refusal)) if is_about_content(refusal.code) => {
                    // It would be refused for ever, and everything after it would wait for ever. What it changed is asked
                    // for by the server when the next report names it.
                    say(&texts::report_refused(&Problem::Refused(refusal).message()));
                }
                Err(problem) => return Err(problem),
            }
        }
        spool.remove(number)?;
        told.reports += 1;
    }
    Ok(told)
}

/// Whether the server would refuse the same content again, whenever it is sent.
const fn is_about_content(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::BodyTooLarge | RefusalCode::Malformed)
}

/// Sends one report, and once more what the server lacks.
fn send(state: &State, client: &Client<'_>, report: &Report) -> Result<ReportAnswer, Problem> {
    let answer: ReportAnswer = client.post(REPORTS_PATH, report)?;
    if answer.need.is_empty() {
        return Ok(answer);
    }
    let whole = whole(state, report, &answer.need)?;
    if whole.areas.is_empty() { Ok(answer) } else { client.post(REPORTS_PATH, &whole) }
}

/// The areas that the server lacks, with their facts: those of the report itself, or of the latest look where nothing has
/// changed since. What has changed since is in a later report, whole.
fn whole(state: &State, report: &Report, need: &[String]) -> Result<Report, Problem> {
    let mut latest = state.latest()?.map(|latest| latest.areas).unwrap_or_default();
    let mut areas = BTreeMap::new();
    for name in need {
        let Some(wanted) = report.areas.get(name) else { continue };
        let same = latest.remove(name).filter(|area| area.hash == wanted.hash).and_then(|area| area.fact);
        let Some(fact) = wanted.fact.clone().or(same) else { continue };
        areas.insert(name.clone(), AreaReport::whole(fact));
    }
    Ok(Report { collected_at: report.collected_at, areas })
}

/// The report in as many parts as are needed for each to fit into a body.
fn parts(report: Report, room: usize) -> Vec<Report> {
    let length = |area: &AreaReport| area.fact.as_ref().map_or(0, |fact| fact.content.get().len());
    let mut parts = Vec::new();
    let mut part = Report { collected_at: report.collected_at, areas: BTreeMap::new() };
    let mut taken = 0;
    for (name, area) in report.areas {
        let length = length(&area);
        if taken + length > room && !part.areas.is_empty() {
            let next = Report { collected_at: report.collected_at, areas: BTreeMap::new() };
            parts.push(std::mem::replace(&mut part, next));
            taken = 0;
        }
        taken += length;
        part.areas.insert(name, area);
    }
    parts.push(part);
    parts
}

/// Fetches the directive that the server judges by, when it is not the one that is here.
pub(crate) fn fetch_directive(
    state: &State,
    client: &Client<'_>,
    mark: Option<&DirectiveMark>,
) -> Result<Option<String>, Problem> {
    let Some(mark) = mark else { return Ok(None) };
    // A broken file is fetched anew, like one that is not there.
    let here = state.directive().ok().flatten();
    if here.is_some_and(|bundle| bundle.mark == *mark) {
        return Ok(None);
    }
    let bundle: DirectiveBundle = client.get(DIRECTIVE_PATH)?;
    bundle.check().map_err(|problem| Problem::NoDirective { detail: problem.to_string() })?;
    state.set_directive(&bundle)?;
    Ok(Some(bundle.mark.id))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use khien_protocol::AreaFact;
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn a_report_that_is_too_long_goes_in_parts_that_say_the_same() {
        let area = |length: usize| {
            let content = RawValue::from_string(format!("\"{}\"", "x".repeat(length - 2))).expect("JSON");
            AreaReport::whole(AreaFact { observed_at: Timestamp::UNIX_EPOCH, content })
        };
        let areas = [("a", area(40)), ("b", area(60)), ("c", area(10)), ("d", area(200)), ("e", area(10))];
        let areas: BTreeMap<String, AreaReport> =
            areas.into_iter().map(|(name, area)| (name.to_owned(), area)).collect();
        let report = Report { collected_at: Timestamp::UNIX_EPOCH, areas };
        let names = |room| {
            let parts = parts(report.clone(), room);
            parts.iter().map(|part| part.areas.keys().cloned().collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(names(1000), ["abcde"]);
        assert_eq!(names(100), ["ab", "c", "d", "e"]);
        assert_eq!(names(99), ["a", "bc", "d", "e"]);
        let empty = Report { collected_at: Timestamp::UNIX_EPOCH, areas: BTreeMap::new() };
        assert_eq!(parts(empty, 10).len(), 1);
    }
}
