//! For tests: looks into bytes as a thing of given types, whatever they look like.

use std::borrow::Cow;

use super::{Arrival, Context, Unpacked, Walk};
use crate::{FileType, Finding, Inspection, Limits, NoRules, Policy};

/// The outcome of looking into `bytes` as a thing of `types` that lies in something of the types `within`.
pub(crate) fn inspected_as(name: &str, bytes: &[u8], types: &[FileType], within: &[FileType]) -> Inspection {
    let limits = Limits::default();
    let policy = Policy::default();
    let context = Context { rules: &NoRules, limits: &limits, policy: &policy, passwords: &[] };
    let size = bytes.len() as u64;
    let mut walk = Walk {
        context,
        allowed: limits.unpacked_of(size),
        spent: 0,
        tries: 0,
        nodes: Vec::new(),
        findings: Vec::new(),
    };
    let root = Arrival { parent: None, within, name, how: "", depth: 0, expected: false };
    walk.look_as(&root, &Unpacked { bytes: Cow::Borrowed(bytes), cut: None }, types);
    Inspection {
        verdict: Inspection::judged(&walk.nodes, &walk.findings),
        sha256: super::sha256(bytes),
        rules: "none".to_owned(),
        nodes: walk.nodes,
        findings: walk.findings,
    }
}

/// One line for each finding and each node below the first: what golden tests compare.
pub(crate) fn told(inspection: &Inspection) -> String {
    let mut told = String::new();
    for node in &inspection.nodes {
        let types: Vec<&str> = node.types.iter().map(|own| own.id()).collect();
        let size = node.size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        told.push_str(&format!("{} [{}] {size}", node.path, types.join(" ")));
        for reason in &node.not_inspected {
            told.push_str(&format!(" !{reason}"));
        }
        told.push('\n');
    }
    for finding in &inspection.findings {
        told.push_str(&format!("{}\n", line(finding)));
    }
    told
}

/// One finding in one line.
fn line(finding: &Finding) -> String {
    format!("{:?} {} @{} {:?}: {}", finding.effect, finding.id, finding.node, finding.location, finding.evidence)
}

/// The ids of what was found, in their order.
pub(crate) fn ids(inspection: &Inspection) -> Vec<&str> {
    inspection.findings.iter().map(|finding| finding.id.as_str()).collect()
}

/// The header of a program of Windows with no code in it: it is known as one, and cannot run.
pub(crate) fn program() -> Vec<u8> {
    let mut bytes = vec![0; 0x180];
    let parts: [(usize, &[u8]); 7] = [
        (0, b"MZ"),
        (0x3c, &[0x40]),
        (0x40, b"PE\0\0\x4c\x01"),
        (0x54, &[0xe0, 0, 2, 1]),
        (0x58, &[0x0b, 1]),
        (0x58 + 68, &[3]),
        (0x160, b"KHIEN-HARMLESS-TEST"),
    ];
    for (at, part) in parts {
        bytes[at..at + part.len()].copy_from_slice(part);
    }
    bytes
}
