//! What a check has to tell, ready to be shown: the one value that every output format is made of.

use jiff::Timestamp;
use khien_directive::{Due, ToldSteps};
use khien_model::{AppliedExemption, Because, Evidence, Gap, Severity, State, Subject};

use crate::follow_up::FollowUp;
use crate::i18n::Bilingual;
use khien_texts::basis::CitedDocument;
use khien_texts::labels::Label;

/// The result of judging one subject against one directive.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    /// The directive.
    pub(crate) directive: DirectiveHead,
    /// Who was judged.
    pub(crate) subject: Subject,
    /// What kind of machine it is, as it names itself (`Debian GNU/Linux 12`), where that is known.
    pub(crate) system: Option<String>,
    /// The moment for which it was judged.
    pub(crate) at: Timestamp,
    /// When the facts of a file were collected; the oldest, when they differ.
    pub(crate) collected_at: Option<Timestamp>,
    /// The clauses that were asked for; empty when all were.
    pub(crate) only: Vec<String>,
    /// The clauses judged, in the order of the directive.
    pub(crate) clauses: Vec<ClauseReport>,
    /// How to go on from here.
    pub(crate) follow_up: FollowUp,
}

/// The directive as a report names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectiveHead {
    /// The id, e.g. `thads-2026`.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: Bilingual,
    /// Whether it is in force at the moment that is judged.
    pub(crate) in_force: bool,
}

/// One clause and what was found under it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ClauseReport {
    /// The id, e.g. `4.1`.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: Bilingual,
    /// The legal documents it rests on, each once.
    pub(crate) basis: Vec<CitedDocument>,
    /// One entry per control, in the order of the directive.
    pub(crate) findings: Vec<FindingReport>,
}

/// One finding with what a reader needs to act on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FindingReport {
    /// The control, e.g. `antivirus-running`.
    pub(crate) control: String,
    /// The control's title.
    pub(crate) title: Bilingual,
    /// What was concluded.
    pub(crate) state: State,
    /// How much harm it can do.
    pub(crate) severity: Severity,
    /// What decided.
    pub(crate) because: Vec<DecidingFact>,
    /// What exactly offends.
    pub(crate) offenders: Vec<String>,
    /// How many offenders the judge left out of the list.
    pub(crate) offenders_left_out: usize,
    /// The steps that mend it on this machine.
    pub(crate) fix: ToldSteps,
    /// How long mending may take.
    pub(crate) due: Due,
    /// Until when the state holds if nothing changes.
    pub(crate) holds_until: Option<Timestamp>,
    /// The exemption in force.
    pub(crate) exemption: Option<AppliedExemption>,
}

/// One value that decided, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DecidingFact {
    /// The path and the value, or the reason why there is none.
    pub(crate) because: Because,
    /// What a reader calls it.
    pub(crate) label: Label,
}

/// How many findings are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Summary {
    /// Requirements met.
    pub(crate) pass: usize,
    /// Requirements not met.
    pub(crate) fail: usize,
    /// Requirements nobody can tell about.
    pub(crate) unknown: usize,
    /// Requirements that somebody answers for leaving unmet.
    pub(crate) exempt: usize,
}

impl Summary {
    /// How many findings are in `state`.
    pub(crate) const fn of(&self, state: State) -> usize {
        match state {
            State::Pass => self.pass,
            State::Fail => self.fail,
            State::Unknown => self.unknown,
            State::Exempt => self.exempt,
        }
    }

    /// How many findings there are.
    pub(crate) const fn total(&self) -> usize {
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

/// The states in the order in which they are shown: what needs work first.
pub(crate) const WORST_FIRST: [State; 4] = [State::Fail, State::Unknown, State::Exempt, State::Pass];

impl<'f> FromIterator<&'f FindingReport> for Summary {
    fn from_iter<I: IntoIterator<Item = &'f FindingReport>>(findings: I) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            summary.add(finding.state);
        }
        summary
    }
}

impl ClauseReport {
    /// How many findings are in each state.
    pub(crate) fn summary(&self) -> Summary {
        self.findings.iter().collect()
    }
}

impl Report {
    /// How many findings are in each state.
    pub(crate) fn summary(&self) -> Summary {
        self.clauses.iter().flat_map(|clause| &clause.findings).collect()
    }

    /// The one reason for which nothing at all is known, when there is but one: it is then said once.
    pub(crate) fn reason_for_everything(&self) -> Option<&Gap> {
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
    pub(crate) fn worst_first(mut self) -> Self {
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
