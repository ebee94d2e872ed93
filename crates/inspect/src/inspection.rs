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

    /// The same with what others found in its nodes and why they could not look, each with the place of its node: the verdict
    /// can only become graver. What names no node of this tree is said of the file.
    #[must_use]
    pub fn with(mut self, findings: Vec<Finding>, reasons: Vec<(usize, Reason)>) -> Self {
        let nodes = self.nodes.len();
        let known = |node: usize| if node < nodes { node } else { 0 };
        let findings = findings.into_iter().map(|finding| Finding { node: known(finding.node), ..finding });
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.node);
        for (node, reason) in reasons {
            if let Some(node) = self.nodes.get_mut(known(node))
                && !node.not_inspected.contains(&reason)
            {
                node.not_inspected.push(reason);
            }
        }
        let before = self.verdict;
        let judged = Self::judged(self.sha256, self.rules, self.nodes, self.findings);
        Self { verdict: judged.verdict.max(before), ..judged }
    }

    /// Everything that was not looked into: the node and the reason.
    pub fn not_inspected(&self) -> impl Iterator<Item = (&Node, &Reason)> {
        self.nodes.iter().flat_map(|node| node.not_inspected.iter().map(move |reason| (node, reason)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Location};

    #[test]
    fn what_others_say_only_makes_the_verdict_graver() {
        let finding = |node: usize, effect: Effect| Finding {
            id: "clamav".to_owned(),
            effect,
            node,
            location: Location::Whole,
            evidence: String::new(),
            attack: None,
            title_vi: String::new(),
            title_en: String::new(),
            fix_vi: String::new(),
            fix_en: String::new(),
        };
        let node = Inspection::not_begun("a", 1, String::new(), String::new(), Reason::UnknownType).nodes;
        let clean = || {
            let nodes = node.iter().cloned().map(|node| Node { not_inspected: Vec::new(), ..node }).collect();
            Inspection::judged(String::new(), String::new(), nodes, Vec::new())
        };
        let away = || Reason::Unavailable { what: "clamd".to_owned() };
        let cases = [
            (vec![], vec![], Verdict::Clean),
            (vec![finding(0, Effect::Note)], vec![], Verdict::Clean),
            (vec![finding(0, Effect::Suspicious)], vec![], Verdict::Suspicious),
            (vec![finding(0, Effect::Suspicious)], vec![(0, away())], Verdict::NotInspected),
            (vec![finding(7, Effect::Blocked)], vec![(7, away()), (0, away())], Verdict::Blocked),
        ];
        for (findings, reasons, verdict) in cases {
            let said = format!("{findings:?} {reasons:?}");
            let together = clean().with(findings, reasons);
            assert_eq!(together.verdict, verdict, "{said}");
            assert!(together.findings.iter().all(|finding| finding.node == 0) && together.not_inspected().count() <= 1);
        }
    }
}
