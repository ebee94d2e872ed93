//! From facts to what differs from the findings that are open. Pure, on all processors.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::Due;
use khien_judge::{Judge, Judgement, due};
use khien_model::facts::{DeviceFacts, Fact, FactDocument, Reporting};
use khien_model::{State, Subject, SubjectKind, UnitIndex, WorkingDays, start_of_day};

use super::{Case, OpenFinding, Standing, StoredFact, Verdict};
use crate::context::JudgeContext;
use crate::findings::Detail;
use crate::times::{OPEN_END, micros};

/// What counts have to be moved by: (unit, clause) → one number per state, in the order of [`State::ALL`]. Sorted, so that
/// everybody takes the rows in the same order.
pub(crate) type Deltas = BTreeMap<(String, String), [i64; State::ALL.len()]>;

/// One move: unit and clause, state, up or down by one.
pub(super) type Move = (String, String, State, i64);

/// On how many threads a lot of cases is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Threads {
    /// On this one.
    One,
    /// On all processors.
    All,
}

/// Judges all cases.
pub(super) fn decide(
    context: &JudgeContext,
    calendar: Option<&WorkingDays>,
    cases: Vec<Case>,
    now: Timestamp,
    threads: Threads,
) -> Vec<Verdict> {
    let Some(directive) = context.directive() else {
        return cases.into_iter().map(|case| close_all(case, now)).collect();
    };
    let judge = Judge::new(directive, context.exemptions(), context.organisation(), now);
    let reporting = DeviceFacts::AREAS.field(DeviceFacts::REPORTING).map(|(index, _)| index);
    let bench = Bench { context, calendar, judge: &judge, now, reporting };
    // Few subjects are not worth waking other threads for.
    if threads == Threads::One || cases.len() < WORTH_SHARING {
        return cases.into_iter().map(|case| bench.judge(case)).collect();
    }
    let mut verdicts = Vec::with_capacity(cases.len());
    judge.stream(cases, |_, case| bench.judge(case), |verdict| verdicts.push(verdict));
    verdicts
}

/// What the tally is to be moved by.
pub(super) fn deltas(verdicts: &[Verdict]) -> Deltas {
    let mut deltas = Deltas::new();
    for (unit, clause, state, step) in verdicts.iter().flat_map(|verdict| &verdict.moves) {
        deltas.entry((unit.clone(), clause.clone())).or_default()[place(*state)] += step;
    }
    deltas.retain(|_, counts| counts.iter().any(|count| *count != 0));
    deltas
}

/// From so many subjects on they are judged on all processors.
const WORTH_SHARING: usize = 8;

/// The place of a state in [`Deltas`].
pub(crate) const fn place(state: State) -> usize {
    match state {
        State::Pass => 0,
        State::Fail => 1,
        State::Unknown => 2,
        State::Exempt => 3,
    }
}

/// What is judged with.
struct Bench<'b> {
    context: &'b JudgeContext,
    calendar: Option<&'b WorkingDays>,
    judge: &'b Judge<'b>,
    now: Timestamp,
    /// The place of [`DeviceFacts::REPORTING`] among the areas of a device.
    reporting: Option<usize>,
}

impl<'b> Bench<'b> {
    fn judge(&self, case: Case) -> Verdict {
        if case.standing.is_retired {
            return close_all(case, self.now);
        }
        let subject = Subject { kind: case.standing.kind, id: case.standing.id.clone() };
        let unit = self.home(&subject);
        if subject.kind == SubjectKind::Unit && unit.is_empty() {
            // A unit that has ended, or has not begun, owes nothing.
            let verdict = close_all(case, self.now);
            return Verdict { next_judge_at: self.next_look(&subject), ..verdict };
        }
        let Case { standing, facts, open } = case;
        let at = standing.next_moment(self.now);
        let mut document = document_of(standing.kind, &standing.id, &facts, standing.confirmed_at);
        tell_silence(&mut document, standing.silent_since, self.now);
        let mut before: HashMap<&str, &OpenFinding> =
            open.iter().map(|finding| (finding.control.as_str(), finding)).collect();
        let mut verdict = Verdict {
            number: standing.number,
            at,
            next_judge_at: self.next_look(&subject),
            judge_on_report: self.is_stale(&standing, &facts),
            unit,
            closed: Vec::new(),
            edited: Vec::new(),
            opened: Vec::new(),
            moves: Vec::new(),
        };
        let (mut went, mut came, mut stayed) = (Vec::new(), Vec::new(), Vec::new());
        for judgement in self.judge.judgements(&document) {
            if let Some(border) = judgement.holds_until {
                verdict.next_judge_at = verdict.next_judge_at.min(micros(border));
            }
            verdict.judge_on_report |= self.is_about_silence(&judgement);
            let known = before.remove(judgement.control.id.as_str());
            let same = known.filter(|known| known.state == judgement.state && known.clause == judgement.clause.id);
            let since = same.map_or(at, |known| known.valid_from);
            let severity = judgement.control.severity;
            let due = (judgement.state == State::Fail).then(|| self.due(&judgement, since)).flatten();
            let detail = self.detail(&judgement, &document);
            if let Some(known) = same {
                stayed.push((known.clause.as_str(), known.state));
                // Most findings stay as they are: nothing is made for them.
                if known.severity == severity && known.due == due && known.detail == detail {
                    continue;
                }
            }
            let finding = OpenFinding {
                control: judgement.control.id.clone(),
                clause: judgement.clause.id.clone(),
                valid_from: since,
                state: judgement.state,
                severity,
                due,
                detail,
            };
            if same.is_some() {
                verdict.edited.push(finding);
            } else {
                came.push((judgement.clause.id.as_str(), judgement.state));
                verdict.opened.push(finding);
                went.extend(known);
            }
        }
        // Controls that the directive in force does not have.
        went.extend(before.into_values());
        for finding in went {
            verdict.closed.push((finding.control.clone(), finding.valid_from));
            verdict.moves.push((standing.counted_unit.clone(), finding.clause.clone(), finding.state, -1));
        }
        let unit = &verdict.unit;
        verdict.moves.extend(came.iter().map(|(clause, state)| (unit.clone(), (*clause).to_owned(), *state, 1)));
        if verdict.unit != standing.counted_unit {
            for (clause, state) in stayed {
                verdict.moves.push((standing.counted_unit.clone(), clause.to_owned(), state, -1));
                verdict.moves.push((verdict.unit.clone(), clause.to_owned(), state, 1));
            }
        }
        verdict
    }

    /// The unit the subject belongs to today; empty for none, and for one that does not exist today.
    fn home(&self, subject: &Subject) -> String {
        unit_on(self.context, subject, self.judge.today())
    }

    /// When the subject may stand elsewhere than today. Where time alone changes nothing, this is the next look at it.
    fn next_look(&self, subject: &Subject) -> i64 {
        let change = self.context.organisation().next_change(subject, self.judge.today());
        change.map_or(OPEN_END, |day| micros(start_of_day(day)))
    }

    /// Whether some fact is so old that a report which only confirms it may change a state; or from the future, since the
    /// clock was set back.
    fn is_stale(&self, standing: &Standing, facts: &[StoredFact]) -> bool {
        let Some(freshness) = self.context.shortest_freshness(standing.kind) else { return false };
        let oldest = micros(self.now.saturating_sub(freshness).unwrap_or(Timestamp::MIN));
        let now = micros(self.now);
        facts.iter().map(|fact| seen_at(fact, standing.confirmed_at)).any(|seen| seen <= oldest || seen > now)
    }

    /// Whether the next report, whatever it says, may mend this by coming.
    fn is_about_silence(&self, judgement: &Judgement<'b>) -> bool {
        judgement.state != State::Pass
            && judgement.control.subject == SubjectKind::Device
            && self.reporting.is_some_and(|area| judgement.control.pass.program.areas_read().contains(&area))
    }

    /// Why it is so; empty for a plain pass.
    fn detail(&self, judgement: &Judgement<'b>, document: &FactDocument) -> String {
        if judgement.state == State::Pass && judgement.exemption.is_none() {
            return String::new();
        }
        Detail::of(self.judge.finding(judgement, document)).to_text()
    }

    /// Until when it must be mended; `None` beyond the days that the calendar covers.
    fn due(&self, judgement: &Judgement<'_>, since: i64) -> Option<i64> {
        let since = Timestamp::from_microsecond(since).ok()?;
        let rule = judgement.control.due;
        match (self.calendar, rule) {
            (Some(calendar), _) => due(since, rule, calendar).ok().map(micros),
            (None, Due::AtOnce) => Some(micros(since)),
            (None, Due::After(length)) => Some(micros(since.checked_add(length).unwrap_or(Timestamp::MAX))),
            (None, Due::WorkingDays(_)) => None,
        }
    }
}

/// The unit that `subject` belongs to on `day`; empty for none, and for one that does not exist on that day.
pub(crate) fn unit_on(context: &JudgeContext, subject: &Subject, day: Date) -> String {
    let organisation = context.organisation();
    let exists = |unit: &UnitIndex| organisation.tree().unit(*unit).validity().contains(day);
    let home = organisation.unit_of(subject, day).filter(exists);
    home.map(|unit| organisation.tree().unit(unit).id.clone()).unwrap_or_default()
}

/// A subject that is no longer judged.
fn close_all(case: Case, now: Timestamp) -> Verdict {
    let Case { standing, open, .. } = case;
    let moves =
        open.iter().map(|finding| (standing.counted_unit.clone(), finding.clause.clone(), finding.state, -1)).collect();
    Verdict {
        number: standing.number,
        at: standing.next_moment(now),
        unit: standing.counted_unit,
        next_judge_at: OPEN_END,
        judge_on_report: false,
        closed: open.into_iter().map(|finding| (finding.control, finding.valid_from)).collect(),
        edited: Vec::new(),
        opened: Vec::new(),
        moves,
    }
}

/// When somebody last saw that the fact is so.
fn seen_at(fact: &StoredFact, confirmed_at: Option<i64>) -> i64 {
    confirmed_at.map_or(fact.observed_at, |confirmed| fact.observed_at.max(confirmed))
}

/// Says in the facts of a device with an agent since when nothing has come from it, as the server's own records say at this
/// moment: the fact is never stale. A report from the future, before the clock was set back, is one that nobody can date.
pub(crate) fn tell_silence(document: &mut FactDocument, silent_since: Option<i64>, now: Timestamp) {
    let FactDocument::Device(device) = document else { return };
    device.facts.reporting = silent_since.and_then(|since| Timestamp::from_microsecond(since).ok()).map(|since| Fact {
        outcome: Ok(Reporting { silent_since: since.into() }),
        observed_at: now.max(since),
        source: SERVER_SOURCE.to_owned(),
    });
}

/// Who says what the server knows by itself.
const SERVER_SOURCE: &str = "server";

/// The facts as one document. An area that this version of Khiên cannot read (an older one wrote it) is left out: it is not
/// known then.
pub(crate) fn document_of(
    kind: SubjectKind,
    id: &str,
    facts: &[StoredFact],
    confirmed_at: Option<i64>,
) -> FactDocument {
    let read = |facts: &[&StoredFact]| FactDocument::from_json(&text_of(kind, id, facts, confirmed_at));
    let all: Vec<&StoredFact> = facts.iter().collect();
    if let Ok(document) = read(&all) {
        return document;
    }
    let readable: Vec<&StoredFact> = facts.iter().filter(|fact| read(&[*fact]).is_ok()).collect();
    tracing::warn!(%kind, id, "kept facts that this version cannot read are taken for unknown");
    read(&readable).unwrap_or_else(|_| FactDocument::empty(Subject { kind, id: id.to_owned() }))
}

/// The facts as the text of one document.
pub(crate) fn text_of(kind: SubjectKind, id: &str, facts: &[&StoredFact], confirmed_at: Option<i64>) -> String {
    let length: usize = facts.iter().map(|fact| fact.fact.len() + fact.area.len() + 64).sum();
    let mut text = String::with_capacity(length + 128);
    let id = serde_json::Value::from(id);
    let _ = write!(text, "{{\"{kind}\":{{\"id\":{id},\"facts\":{{");
    for (place, fact) in facts.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let seen_at = Timestamp::from_microsecond(seen_at(fact, confirmed_at)).unwrap_or(Timestamp::MIN);
        let _ = write!(text, "{comma}\"{}\":", fact.area);
        khien_protocol::write_fact_document(&mut text, &fact.fact, seen_at);
    }
    text.push_str("}}}");
    text
}
