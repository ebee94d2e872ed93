//! The outcome of looking into one file.

use serde::Serialize;

use crate::{Finding, Node, Reason, Verdict};

/// The outcome of looking into one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// What is said of the file.
    pub verdict: Verdict,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub sha256: String,
    /// The id of the rules that looked at it.
    pub rules: String,
    /// The file and everything that came out of it; each stands after what it lies in.
    pub nodes: Vec<Node>,
    /// What was found, in the order of the nodes.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// Everything that was not looked into: the node and the reason.
    pub fn not_inspected(&self) -> impl Iterator<Item = (&Node, &Reason)> {
        self.nodes.iter().flat_map(|node| node.not_inspected.iter().map(move |reason| (node, reason)))
    }

    /// The verdict that follows from the findings and reasons.
    pub(crate) fn judged(nodes: &[Node], findings: &[Finding]) -> Verdict {
        let found = findings.iter().map(|finding| finding.effect.verdict()).max().unwrap_or(Verdict::Clean);
        let unread = nodes.iter().any(|node| !node.not_inspected.is_empty());
        if unread { found.max(Verdict::NotInspected) } else { found }
    }
}
