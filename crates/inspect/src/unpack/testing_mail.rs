//! What tests of openers share.

use crate::{Context, Inspection, Limits, NoRules, Policy, inspect};

/// A harmless text that stands for what hostile files carry.
pub(crate) const PAYLOAD: &[u8] = b"KHIEN-HARMLESS-TEST \0\r\n\xff\xfe ends here";

/// Looks into `bytes` under the usual limits.
pub(crate) fn inspected(name: &str, bytes: &[u8]) -> Inspection {
    inspected_with(name, bytes, &[])
}

/// The same with passwords to try.
pub(crate) fn inspected_with(name: &str, bytes: &[u8], passwords: &[&str]) -> Inspection {
    let passwords: Vec<String> = passwords.iter().map(|password| (*password).to_owned()).collect();
    let (limits, policy) = (Limits::default(), Policy::default());
    inspect(name, bytes, &Context { rules: &NoRules, limits: &limits, policy: &policy, passwords: &passwords })
}

/// The SHA-256 that a node of `bytes` has.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names of the nodes that hold exactly `bytes`.
pub(crate) fn holders<'i>(inspection: &'i Inspection, bytes: &[u8]) -> Vec<&'i str> {
    let sha256 = sha256(bytes);
    let holds = inspection.nodes.iter().filter(|node| node.sha256.as_deref() == Some(sha256.as_str()));
    holds.map(|node| node.name.as_str()).collect()
}

/// Each node, reason and finding on a line: for golden values.
pub(crate) fn told(inspection: &Inspection) -> String {
    let mut told = format!("{}\n", inspection.verdict.as_str());
    for (place, node) in inspection.nodes.iter().enumerate() {
        let size = node.size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        let depth = node.path.matches(" › ").count();
        told += &format!("{}{} [{}] {size}\n", "  ".repeat(depth), node.name, node.how);
        for reason in &node.not_inspected {
            told += &format!("{}! {reason}\n", "  ".repeat(depth + 1));
        }
        for finding in inspection.findings.iter().filter(|finding| finding.node == place) {
            told +=
                &format!("{}* {} ({:?}): {}\n", "  ".repeat(depth + 1), finding.id, finding.location, finding.evidence);
        }
    }
    told
}

/// Every beginning of `bytes`, and `bytes` with each byte changed in turn, goes through without a panic.
pub(crate) fn survives_damage(name: &str, bytes: &[u8]) {
    for end in 0..bytes.len() {
        inspected(name, bytes.get(..end).unwrap_or_default());
    }
    for place in 0..bytes.len() {
        for change in [0xff, 0x01, 0x20] {
            let mut damaged = bytes.to_vec();
            if let Some(byte) = damaged.get_mut(place) {
                *byte ^= change;
            }
            inspected(name, &damaged);
        }
    }
}
