//! What a gate does with each verdict.

use khien_inspect::Verdict;
use serde::{Deserialize, Serialize};

/// Whether a file goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It goes on.
    Pass,
    /// It does not.
    Block,
}

/// What becomes of a file that could not be looked into. In no case is it called clean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotInspected {
    /// It is blocked, with the reason and what to do.
    Block,
    /// The client is told in its own words that it could not be looked into, and decides. A protocol without such words blocks.
    Tell,
    /// It goes on, and the answer says that nobody looked into it. A protocol that cannot say so tells of an error instead.
    Pass,
}

/// What a gate does with each verdict. What is blocked is always blocked, what is clean always goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatePolicy {
    /// With what a person should look at.
    pub suspicious: Action,
    /// With what could not be looked into.
    pub not_inspected: NotInspected,
}

impl Default for GatePolicy {
    fn default() -> Self {
        Self { suspicious: Action::Pass, not_inspected: NotInspected::Block }
    }
}

impl GatePolicy {
    /// Whether a file with this verdict goes on.
    pub fn passes(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Clean => true,
            Verdict::Suspicious => self.suspicious == Action::Pass,
            Verdict::NotInspected => self.not_inspected == NotInspected::Pass,
            Verdict::Blocked => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_looked_into_stays_out_by_default() {
        let usual = GatePolicy::default();
        let passing = [Verdict::Clean, Verdict::Suspicious, Verdict::NotInspected, Verdict::Blocked]
            .map(|verdict| usual.passes(verdict));
        assert_eq!(passing, [true, true, false, false]);
        let open = GatePolicy { suspicious: Action::Block, not_inspected: NotInspected::Pass };
        assert!(
            !open.passes(Verdict::Suspicious) && open.passes(Verdict::NotInspected) && !open.passes(Verdict::Blocked)
        );
    }
}
