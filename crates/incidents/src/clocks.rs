//! The clocks: what is due to whom until when, and whether that was kept.

use jiff::{SignedDuration, Timestamp};
use khien_directive::{Directive, LegalDocument};
use khien_expr::Value;
use khien_model::words;

use crate::acts::Act;
use crate::sheet::{FactSheet, Severity, YesNo};

words! {
    /// A report that may be owed.
    pub enum Step {
        /// Whoever sees it tells the IT focal officer of the unit.
        FocalOfficer = "focal_officer",
        /// The unit tells the office of the province.
        Office = "office",
        /// The office tells the owner of the systems: the departments of the ministry.
        Superior = "superior",
        /// At once, to the force for cybersecurity of the Ministry of Public Security.
        AtOnce = "at_once",
        /// The first notice of a serious incident, to the same.
        FirstNotice = "first_notice",
        /// Cause, reach and mending, to the same.
        Detailed = "detailed",
        /// The notice to the authority for personal data.
        PersonalData = "personal_data",
        /// The closing report, when everything is over: no document says within what time.
        Closing = "closing",
    }

    /// How a clock stands.
    pub enum ClockState {
        /// It runs.
        Running = "running",
        /// The report was made in time.
        Kept = "kept",
        /// The time is over, or was when the report was made.
        Late = "late",
        /// It cannot be told.
        Unknown = "unknown",
    }

    /// Why it cannot be told.
    pub enum Doubt {
        /// No source gives a limit for the day of the discovery.
        NoLimit = "no_limit",
        /// Nobody has said how bad it is.
        NotAssessed = "not_assessed",
        /// Nobody has said whether personal data is concerned.
        PersonalDataNotKnown = "personal_data_not_known",
    }
}

impl Step {
    /// The parameter of the directive with its limit.
    pub const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::FocalOfficer => Some("incident_to_focal_officer"),
            Self::Office => Some("incident_to_office"),
            Self::Superior => Some("incident_to_superior"),
            Self::AtOnce => Some("incident_report_at_once"),
            Self::FirstNotice => Some("incident_first_notice"),
            Self::Detailed => Some("incident_detailed_report"),
            Self::PersonalData => Some("incident_personal_data_notice"),
            Self::Closing => None,
        }
    }

    /// Whether it is owed for such an incident; the reason why that cannot be told.
    fn is_owed(self, sheet: &FactSheet) -> Result<bool, Doubt> {
        if sheet.severity == Some(Severity::FalseAlarm) {
            return Ok(self == Self::FocalOfficer);
        }
        let at_least = |least| sheet.severity.map(|severity| severity >= least).ok_or(Doubt::NotAssessed);
        match self {
            Self::FocalOfficer | Self::Office | Self::Detailed => Ok(true),
            Self::Superior | Self::FirstNotice => at_least(Severity::Serious),
            Self::AtOnce => at_least(Severity::Grave),
            Self::PersonalData => {
                sheet.personal_data.map(|answer| answer == YesNo::Yes).ok_or(Doubt::PersonalDataNotKnown)
            }
            Self::Closing => Ok(false),
        }
    }
}

/// One clock.
#[derive(Debug, Clone)]
pub struct Clock<'a> {
    /// What is owed.
    pub step: Step,
    /// Within what time, when a source says so.
    pub limit: Option<SignedDuration>,
    /// The document that says so.
    pub source: Option<&'a LegalDocument>,
    /// Until when: the very moment is in time.
    pub due: Option<Timestamp>,
    /// How it stands.
    pub state: ClockState,
    /// Why that cannot be told.
    pub doubt: Option<Doubt>,
    /// The report that stopped it: the first one that was made.
    pub done: Option<&'a Act>,
}

impl Clock<'_> {
    /// Whether the report is late and still not made.
    pub fn is_overdue(&self) -> bool {
        self.state == ClockState::Late && self.done.is_none()
    }
}

/// The limit of a step as the directive has it on the day of the discovery, and the document that it comes from.
fn limit_of(
    step: Step,
    directive: Option<&Directive>,
    discovered_at: Timestamp,
) -> Option<(SignedDuration, Option<&LegalDocument>)> {
    let (name, directive) = (step.parameter()?, directive?);
    let valid = directive.parameters.iter().find(|parameter| parameter.name == name)?.at(discovered_at)?;
    let Value::Duration(limit) = valid.value else { return None };
    Some((limit, directive.documents.iter().find(|document| document.key == valid.source)))
}

/// The clocks of an incident at `now`, from the first report to the last. Of each limit that value counts which is valid on the
/// day of the discovery.
pub fn clocks<'a>(
    sheet: &FactSheet,
    acts: &'a [Act],
    directive: Option<&'a Directive>,
    now: Timestamp,
) -> Vec<Clock<'a>> {
    Step::ALL.iter().filter_map(|step| clock(*step, sheet, acts, directive, now)).collect()
}

fn clock<'a>(
    step: Step,
    sheet: &FactSheet,
    acts: &'a [Act],
    directive: Option<&'a Directive>,
    now: Timestamp,
) -> Option<Clock<'a>> {
    let doubt = match step.is_owed(sheet) {
        Ok(false) => return None,
        Ok(true) => None,
        Err(doubt) => Some(doubt),
    };
    let limit = limit_of(step, directive, sheet.discovered_at);
    let due = limit.and_then(|(limit, _)| sheet.discovered_at.checked_add(limit).ok());
    let done = acts.iter().filter(|act| act.is_valid() && act.step == step).min_by_key(|act| act.done_at);
    let doubt = match (due, done) {
        (None, _) => Some(Doubt::NoLimit),
        // What was reported in time is kept, whether it was owed or not.
        (Some(due), Some(act)) if act.done_at <= due => None,
        _ => doubt,
    };
    let state = match (due, done) {
        (Some(due), Some(act)) if act.done_at <= due => ClockState::Kept,
        _ if doubt.is_some() => ClockState::Unknown,
        (Some(due), None) if now <= due => ClockState::Running,
        _ => ClockState::Late,
    };
    let source = limit.and_then(|(_, source)| source);
    Some(Clock { step, limit: limit.map(|(limit, _)| limit), source, due, state, doubt, done })
}

/// The document by which the report of a step is owed, if it is one: a proposal of ours is none.
pub(crate) fn basis(step: Step, directive: Option<&Directive>, discovered_at: Timestamp) -> Option<&LegalDocument> {
    let document = limit_of(step, directive, discovered_at)?.1?;
    document.number.chars().any(|letter| letter.is_ascii_digit()).then_some(document)
}
