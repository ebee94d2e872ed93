//! The outcome of looking into one file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Finding, Node, Reason, Verdict};

/// The outcome of looking into one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The outcome, with the verdict that follows from findings and reasons: the gravest of them counts.
    pub(crate) fn judged(sha256: String, rules: String, nodes: Vec<Node>, findings: Vec<Finding>) -> Self {
        let found = findings.iter().map(|finding| finding.effect.verdict()).max().unwrap_or(Verdict::Clean);
        let unread = nodes.iter().any(|node| !node.not_inspected.is_empty());
        let verdict = if unread { found.max(Verdict::NotInspected) } else { found };
        Self { verdict, sha256, rules, nodes, findings }
    }

    /// What is said of a file that was not looked into at all. `size` in bytes.
    pub fn not_begun(name: &str, size: u64, sha256: String, rules: String, reason: Reason) -> Self {
        let node = Node {
            path: crate::finding::evidence(name),
            name: name.to_owned(),
            parent: None,
            how: Cow::Borrowed(""),
            types: Vec::new(),
            size: Some(size),
            sha256: Some(sha256.clone()),
            not_inspected: vec![reason],
        };
        Self::judged(sha256, rules, vec![node], Vec::new())
    }

    /// Everything that was not looked into: the node and the reason.
    pub fn not_inspected(&self) -> impl Iterator<Item = (&Node, &Reason)> {
        self.nodes.iter().flat_map(|node| node.not_inspected.iter().map(move |reason| (node, reason)))
    }
}
