//! Until when an answer is due: so many working days, as a parameter of the directive says.

use jiff::Timestamp;
use khien_directive::Directive;

/// The parameter with the number of working days.
const ANSWER: &str = "ticket_answer_working_days";

/// The end of the time for an answer to what is asked at `now`; `None` when the directive does not say.
pub(crate) fn answer_due(directive: Option<&Directive>, now: Timestamp) -> Option<Timestamp> {
    let days = directive?.whole_at(ANSWER, now)?;
    khien_content::calendar().deadline(now, days).ok()
}
