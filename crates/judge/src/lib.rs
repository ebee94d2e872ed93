//! From facts to findings: `judge(directive, facts, exemptions, now)`, and their roll-up over the tree of units.
//!
//! Pure: the same inputs give the same findings, whatever the clock of the machine says. A [`Judge`] is made once for a
//! directive and a moment, then asked about any number of subjects.
//!
//! ```text
//! directive ──┐
//! exemptions ─┤            ┌─ judgements ── state and how long it holds, nothing allocated ──▶ RollUp
//! units ──────┼──▶ Judge ──┤
//! now ────────┘     ▲      └─ finding ──── with reasons, offenders, exemption ──▶ people, reports
//!                 facts
//! ```
//!
//! What never bends:
//!
//! - Unknown is never pass: what the check language cannot decide, a stale fact, a parameter that is not valid at `now`
//!   give an unknown finding with its reason.
//! - Exemptions come after the check. They turn fail and unknown into exempt, leave a pass alone, and are shown either way
//!   with the state that the check itself gave.
//! - Every state says until when it holds if nothing but time changes ([`Judgement::holds_until`]).
//! - Pass, fail, unknown and exempt add up to the total at every unit of a roll-up, subjects without a unit included.

#![forbid(unsafe_code)]

mod due;
mod explain;
mod judgement;
mod mend;
mod roll_up;
mod stream;

pub use due::due;
pub use explain::MAX_OFFENDERS;
pub use judgement::{Judge, Judgement};
pub use mend::told_steps;
pub use roll_up::{Counts, RollUp, roll_up};
pub use stream::CHUNK_SUBJECTS;

use jiff::Timestamp;
use khien_directive::Directive;
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Finding, Organisation};

/// Every finding about one subject, in the order of the directive.
///
/// For many subjects make one [`Judge`] and keep it.
pub fn judge(
    directive: &Directive,
    facts: &FactDocument,
    exemptions: &Exemptions,
    organisation: &Organisation,
    now: Timestamp,
) -> Vec<Finding> {
    Judge::new(directive, exemptions, organisation, now).findings(facts)
}
