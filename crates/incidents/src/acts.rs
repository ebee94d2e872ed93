//! Reports that were made: what stops a clock.

use jiff::Timestamp;
use khien_model::text;

use crate::clocks::Step;
use crate::sheet::{FactSheet, MAX_LINE, Wrong, minute, past_moment, too_long};

/// A report that was made, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    /// Which one.
    pub step: Step,
    /// When it was made.
    pub done_at: Timestamp,
    /// By whom.
    pub done_by: String,
    /// How: by telephone, by letter of which number.
    pub how: String,
}

/// A report that was made, as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// From 0 on.
    pub number: u64,
    /// Which one.
    pub step: Step,
    /// When it was made.
    pub done_at: Timestamp,
    /// By whom.
    pub done_by: String,
    /// How.
    pub how: String,
    /// Who recorded it: the id of a person.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it turned out to be a mistake.
    pub withdrawn_at: Option<Timestamp>,
}

impl Act {
    /// Whether it stands.
    pub const fn is_valid(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}

/// The fields of the form, by their names.
pub const FIELDS: [&str; 4] = ["step", "done_at", "done_by", "how"];

impl NewAct {
    /// Reads a form. `value` gives what was typed for the field of a name.
    ///
    /// # Errors
    /// Everything that is wrong, each with the name of its field.
    pub fn read<'v>(
        value: impl Fn(&str) -> &'v str,
        sheet: &FactSheet,
        now: Timestamp,
    ) -> Result<Self, Vec<(&'static str, Wrong)>> {
        let [step_field, at_field, by_field, how_field] = FIELDS;
        let mut mistakes = Vec::new();
        let step: Option<Step> = value(step_field).parse().ok();
        if step.is_none() {
            mistakes.push((step_field, Wrong::NoSuchWord));
        }
        let done_at = match value(at_field).trim() {
            "" => Err(Wrong::Missing),
            typed => past_moment(typed, now).and_then(|moment| not_before(moment, sheet)),
        };
        let done_at = done_at.map_err(|wrong| mistakes.push((at_field, wrong))).ok();
        let mut line = |field: &'static str| {
            let typed = text::nfc(value(field).trim()).into_owned();
            if let Some(wrong) = line_mistake(&typed) {
                mistakes.push((field, wrong));
            }
            typed
        };
        let (done_by, how) = (line(by_field), line(how_field));
        match (step, done_at) {
            (Some(step), Some(done_at)) if mistakes.is_empty() => Ok(Self { step, done_at, done_by, how }),
            _ => Err(mistakes),
        }
    }

    /// What is wrong with it, with the name of the field.
    pub fn mistake(&self, sheet: &FactSheet, now: Timestamp) -> Option<(&'static str, Wrong)> {
        let [_, at_field, by_field, how_field] = FIELDS;
        if self.done_at > now {
            return Some((at_field, Wrong::Future));
        }
        if let Err(wrong) = not_before(self.done_at, sheet) {
            return Some((at_field, wrong));
        }
        let lines = [(by_field, &self.done_by), (how_field, &self.how)];
        lines.into_iter().find_map(|(field, line)| Some((field, line_mistake(line)?)))
    }
}

/// Nothing is reported before it is discovered.
fn not_before(moment: Timestamp, sheet: &FactSheet) -> Result<Timestamp, Wrong> {
    if minute(moment) < minute(sheet.discovered_at) { Err(Wrong::BeforeDiscovery) } else { Ok(moment) }
}

fn line_mistake(line: &str) -> Option<Wrong> {
    if line.trim().is_empty() { Some(Wrong::Missing) } else { too_long(line, MAX_LINE) }
}
