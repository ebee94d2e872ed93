//! What was concluded about one subject under one control.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Gap, Subject};

words! {
    /// The state of a finding. Unknown is never pass.
    pub enum State {
        /// The requirement is met (đạt).
        Pass = "pass",
        /// The requirement is not met (không đạt).
        Fail = "fail",
        /// Nobody can say (chưa xác định).
        Unknown = "unknown",
        /// It is not met or nobody can say, and somebody answers for leaving it so (miễn trừ).
        Exempt = "exempt",
    }

    /// How much harm a failing control can do. The order is from worst to least.
    pub enum Severity {
        /// An attacker needs nothing more (nghiêm trọng).
        Critical = "critical",
        /// One more mistake is enough (cao).
        High = "high",
        /// A layer of defence is missing (trung bình).
        Medium = "medium",
        /// Good order (thấp).
        Low = "low",
    }
}

/// The state of one control for one subject, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Whom it is about.
    pub subject: Subject,
    /// The clause, e.g. `4.1`.
    pub clause: String,
    /// The control, e.g. `antivirus-running`.
    pub control: String,
    /// How much harm it can do.
    pub severity: Severity,
    /// What was concluded.
    pub state: State,
    /// The smallest set of values, and of reasons for missing values, that decided the check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
    /// What exactly offends, when the check says fail: the names of products, shares, programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offenders: Vec<String>,
    /// How many more offend than are listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offenders_left_out: usize,
    /// Since when the state is what it is, where a history is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When it must be mended, for a fail whose beginning is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The state cannot change before this moment unless a fact, the directive, an exemption or a unit is edited. Absent
    /// when time alone never changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<Timestamp>,
    /// The exemption in force, shown whether or not it was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<AppliedExemption>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One value that decided a check, or the reason why it is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Because {
    /// Where in the facts or parameters, e.g. `antivirus.products[0].running`.
    pub path: String,
    /// What stood there.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// The `value` or `reason` of a [`Because`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The value. A list that mattered as a whole stands as `{"items": 3}`, one or a record that only had to be there as
    /// `{"present": true}`.
    Value(serde_json::Value),
    /// Why there is none.
    Reason(Gap),
}

/// An exemption as shown in a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppliedExemption {
    /// Which one.
    pub id: String,
    /// Who answers for it.
    pub approved_by: String,
    /// Why.
    pub reason: String,
    /// The first day on which it no longer counts.
    pub until: Date,
    /// What the check itself said. A pass stays a pass, and shows that the exemption is no longer needed.
    pub without: State,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GapCode, SubjectKind};

    #[test]
    fn a_finding_keeps_its_shape_in_json() {
        let finding = Finding {
            subject: Subject { kind: SubjectKind::Device, id: "pc-07".into() },
            clause: "4.1".into(),
            control: "antivirus-running".into(),
            severity: Severity::Critical,
            state: State::Fail,
            because: vec![
                Because { path: "antivirus.products[0].running".into(), evidence: Evidence::Value(false.into()) },
                Because {
                    path: "antivirus.products[1].running".into(),
                    evidence: Evidence::Reason(Gap::with_detail(GapCode::Unreadable, "/run/x")),
                },
            ],
            offenders: vec!["ClamAV".into()],
            offenders_left_out: 0,
            since: None,
            due: None,
            holds_until: Some("2026-11-29T17:00:00Z".parse().expect("a timestamp")),
            exemption: None,
        };
        let json = serde_json::to_string_pretty(&finding).expect("a finding serializes");
        expect_test::expect![[r#"
            {
              "subject": {
                "kind": "device",
                "id": "pc-07"
              },
              "clause": "4.1",
              "control": "antivirus-running",
              "severity": "critical",
              "state": "fail",
              "because": [
                {
                  "path": "antivirus.products[0].running",
                  "value": false
                },
                {
                  "path": "antivirus.products[1].running",
                  "reason": {
                    "code": "unreadable",
                    "detail": "/run/x"
                  }
                }
              ],
              "offenders": [
                "ClamAV"
              ],
              "holds_until": "2026-11-29T17:00:00Z"
            }"#]]
        .assert_eq(&json);
        let back: Finding = serde_json::from_str(&json).expect("its JSON reads back");
        assert_eq!(back, finding);
    }

    #[test]
    fn severities_sort_worst_first() {
        let mut severities = [Severity::Low, Severity::Critical, Severity::Medium, Severity::High];
        severities.sort_unstable();
        assert_eq!(severities, Severity::ALL);
    }
}
