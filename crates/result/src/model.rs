//! What a check has to tell, ready to be shown: the one value that every output format is made of.

use jiff::Timestamp;
use khien_directive::{Clause, Control, Directive, Due, ToldSteps};
use khien_judge::told_steps;
use khien_model::facts::{DeviceFacts, FactDocument};
use khien_model::{AppliedExemption, Because, Evidence, Finding, Gap, Severity, State, Subject};
use khien_texts::Bilingual;
use khien_texts::basis::{CitedDocument, basis_of};
use khien_texts::labels::Label;

use crate::follow_up::FollowUp;

/// The id of a subject that has no name.
pub const UNNAMED: &str = "unnamed";

/// The result of judging one subject against one directive.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The directive.
    pub directive: DirectiveHead,
    /// Who was judged.
    pub subject: Subject,
    /// What kind of machine it is, as it names itself (`Debian GNU/Linux 12`), where that is known.
    pub system: Option<String>,
    /// The moment for which it was judged.
    pub at: Timestamp,
    /// When the facts of a file were collected; the oldest, when they differ.
    pub collected_at: Option<Timestamp>,
    /// The clauses that were asked for; empty when all were.
    pub only: Vec<String>,
    /// The clauses judged, in the order of the directive.
    pub clauses: Vec<ClauseReport>,
    /// How to go on from here.
    pub follow_up: FollowUp,
}

/// The directive as a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveHead {
    /// The id, e.g. `thads-2026`.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// Whether it is in force at the moment that is judged.
    pub in_force: bool,
    /// Where it comes from, where that is worth saying.
    pub origin: Option<Origin>,
}

/// Where a directive comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The server judges by it.
    Server,
    /// It came with the program.
    Program,
}

/// One clause and what was found under it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClauseReport {
    /// The id, e.g. `4.1`.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// The legal documents it rests on, each once.
    pub basis: Vec<CitedDocument>,
    /// One entry per control, in the order of the directive.
    pub findings: Vec<FindingReport>,
}

/// One finding with what a reader needs to act on it.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingReport {
    /// The control, e.g. `antivirus-running`.
    pub control: String,
    /// The control's title.
    pub title: Bilingual,
    /// What was concluded.
    pub state: State,
    /// How much harm it can do.
    pub severity: Severity,
    /// What decided.
    pub because: Vec<DecidingFact>,
    /// What exactly offends.
    pub offenders: Vec<String>,
    /// How many offenders the judge left out of the list.
    pub offenders_left_out: usize,
    /// The steps that mend it on this machine.
    pub fix: ToldSteps,
    /// How long mending may take.
    pub due: Due,
    /// Until when the state holds if nothing changes.
    pub holds_until: Option<Timestamp>,
    /// The exemption in force.
    pub exemption: Option<AppliedExemption>,
}

/// One value that decided, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct DecidingFact {
    /// The path and the value, or the reason why there is none.
    pub because: Because,
    /// What a reader calls it.
    pub label: Label,
}

/// How many findings are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Requirements met.
    pub pass: usize,
    /// Requirements not met.
    pub fail: usize,
    /// Requirements nobody can tell about.
    pub unknown: usize,
    /// Requirements that somebody answers for leaving unmet.
    pub exempt: usize,
}

impl Summary {
    /// How many findings are in `state`.
    pub const fn of(&self, state: State) -> usize {
        match state {
            State::Pass => self.pass,
            State::Fail => self.fail,
            State::Unknown => self.unknown,
            State::Exempt => self.exempt,
        }
    }

    /// How many findings there are.
    pub const fn total(&self) -> usize {
        self.pass + self.fail + self.unknown + self.exempt
    }

    fn add(&mut self, state: State) {
        match state {
            State::Pass => self.pass += 1,
            State::Fail => self.fail += 1,
            State::Unknown => self.unknown += 1,
            State::Exempt => self.exempt += 1,
        }
    }
}

/// What a report amounts to: programs end by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing fails.
    Good,
    /// Something fails.
    Fails,
    /// Nothing could be judged.
    NothingJudged,
}

impl Summary {
    /// What it amounts to. An exempt finding counts as judged: somebody answers for it.
    pub const fn conclusion(&self) -> Conclusion {
        if self.fail > 0 {
            Conclusion::Fails
        } else if self.pass + self.exempt == 0 {
            Conclusion::NothingJudged
        } else {
            Conclusion::Good
        }
    }
}

/// The states in the order in which they are shown: what needs work first.
pub const WORST_FIRST: [State; 4] = [State::Fail, State::Unknown, State::Exempt, State::Pass];

impl<'f> FromIterator<&'f FindingReport> for Summary {
    fn from_iter<I: IntoIterator<Item = &'f FindingReport>>(findings: I) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            summary.add(finding.state);
        }
        summary
    }
}

/// What kind of machine a device is, as it names itself.
fn system_of(document: &FactDocument) -> Option<String> {
    let FactDocument::Device(device) = document else { return None };
    let os = device.facts.os.as_ref().and_then(|fact| fact.outcome.as_ref().ok());
    os.and_then(|os| os.name.known()).cloned()
}

impl ClauseReport {
    fn new(directive: &Directive, clause: &Clause, first: FindingReport) -> Self {
        Self {
            id: clause.id.clone(),
            title: clause.title.clone(),
            basis: basis_of(directive, clause),
            findings: vec![first],
        }
    }

    /// How many findings are in each state.
    pub fn summary(&self) -> Summary {
        self.findings.iter().collect()
    }
}

/// Whether `control` says anything about what `document` is about. A machine that reports to no server is not asked whether its
/// reports come: nobody waits for them.
pub fn applies(control: &Control, document: &FactDocument) -> bool {
    let facts = document.facts();
    let reporting = matches!(document, FactDocument::Device(_))
        .then(|| facts.shape().field(DeviceFacts::REPORTING))
        .flatten()
        .map(|(area, _)| area);
    reporting.is_none_or(|area| facts.area(area).is_some() || !control.pass.program.areas_read().contains(&area))
}

impl Report {
    /// Puts findings together with what the directive says about their controls. Those of controls that do not apply are left
    /// out.
    pub fn of(
        directive: &Directive,
        document: &FactDocument,
        findings: Vec<Finding>,
        at: Timestamp,
        follow_up: FollowUp,
    ) -> Self {
        let mut clauses: Vec<ClauseReport> = Vec::new();
        for finding in findings {
            let Some((clause, control)) = directive.control(&finding.control) else { continue };
            if !applies(control, document) {
                continue;
            }
            let label = |path: &str| Label::of(path, document.facts(), directive);
            let because = finding.because.into_iter();
            let reported = FindingReport {
                control: finding.control,
                title: control.title.clone(),
                state: finding.state,
                severity: finding.severity,
                because: because.map(|because| DecidingFact { label: label(&because.path), because }).collect(),
                offenders: finding.offenders,
                offenders_left_out: finding.offenders_left_out,
                fix: told_steps(control, document),
                due: control.due,
                holds_until: finding.holds_until,
                exemption: finding.exemption,
            };
            match clauses.last_mut() {
                Some(last) if last.id == clause.id => last.findings.push(reported),
                _ => clauses.push(ClauseReport::new(directive, clause, reported)),
            }
        }
        Self {
            directive: DirectiveHead {
                id: directive.id.clone(),
                title: directive.title.clone(),
                in_force: directive.valid_from_at() <= at && directive.valid_to_at().is_none_or(|end| at < end),
                origin: None,
            },
            subject: document.subject(),
            system: system_of(document),
            at,
            collected_at: None,
            only: Vec::new(),
            clauses,
            follow_up,
        }
    }

    /// How many findings are in each state.
    pub fn summary(&self) -> Summary {
        self.clauses.iter().flat_map(|clause| &clause.findings).collect()
    }

    /// The one reason for which nothing at all is known, when there is but one: it is then said once.
    pub fn reason_for_everything(&self) -> Option<&Gap> {
        let findings = || self.clauses.iter().flat_map(|clause| &clause.findings);
        let mut reasons = findings().flat_map(|finding| &finding.because).map(|fact| match &fact.because.evidence {
            Evidence::Reason(gap) => Some(gap),
            Evidence::Value(_) => None,
        });
        let first = reasons.next()??;
        let is_alone = reasons.all(|reason| reason == Some(first))
            && findings().all(|finding| finding.state == State::Unknown)
            && findings().nth(1).is_some();
        is_alone.then_some(first)
    }

    /// Puts the clauses that need work most to the front, and within each clause the findings. What is equally bad stays
    /// in the order of the directive.
    #[must_use]
    pub fn worst_first(mut self) -> Self {
        for clause in &mut self.clauses {
            clause.findings.sort_by_key(FindingReport::badness);
        }
        self.clauses.sort_by_key(|clause| clause.findings.first().map(FindingReport::badness));
        self
    }
}

impl FindingReport {
    /// A key that sorts the worst first.
    fn badness(&self) -> (usize, Severity) {
        let rank = WORST_FIRST.iter().position(|state| *state == self.state).unwrap_or(WORST_FIRST.len());
        (rank, self.severity)
    }
}
