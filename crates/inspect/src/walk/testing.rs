//! For tests: looks into bytes as a thing of given types, whatever they look like.

use std::borrow::Cow;

use super::{Arrival, Context, Inside, Part, Unpacked, Walk};
use crate::unpack::Opener;
use crate::{FileType, Finding, Inspection, Limits, NoRules, Policy};

/// The outcome of looking into `bytes` as a thing of `types` that lies in something of the types `within`.
pub(crate) fn inspected_as(name: &str, bytes: &[u8], types: &[FileType], within: &[FileType]) -> Inspection {
    let limits = Limits::default();
    let policy = Policy::default();
    let context = Context { rules: &NoRules, limits: &limits, policy: &policy, passwords: &[] };
    let mut walk = Walk::new(&context, bytes.len() as u64);
    // Its own name and whether it may be in an upload at all are not what is asked.
    let root = Arrival { parent: None, within, name, how: "", depth: 0, expected: true, stated: None };
    walk.look_as(&root, &Unpacked { bytes: Cow::Borrowed(bytes), cut: None }, types);
    walk.judged(bytes)
}

/// What comes of giving a file of these types to one opener and to nobody else.
pub(crate) fn opened_as(types: &[FileType], name: &str, bytes: &[u8], opener: Opener, limits: &Limits) -> Inspection {
    let policy = Policy::default();
    let context = Context { rules: &NoRules, limits, policy: &policy, passwords: &[] };
    let mut walk = Walk::new(&context, bytes.len() as u64);
    let root = Arrival { parent: None, within: &[], name, how: "", depth: 0, expected: false, stated: None };
    let node = walk.enter(&root, types.to_vec(), Some(bytes.len() as u64));
    let mut inside = Inside { walk: &mut walk, node, depth: 0, types };
    if let Err(reason) = opener(&Part { name, bytes, types, within: &[] }, &mut inside) {
        inside.reason(reason);
    }
    walk.judged(bytes)
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

/// The outcome of looking into bytes as a part of the type `own`, whatever they look like.
pub(crate) fn inspected_stated(own: FileType, name: &str, bytes: &[u8], passwords: &[String]) -> Inspection {
    inspected_within(&[], Some(own), name, bytes, passwords)
}

/// The same for a part of something of the types `within`; without `stated` its own types are recognised.
pub(crate) fn inspected_within(
    within: &[FileType],
    stated: Option<FileType>,
    name: &str,
    bytes: &[u8],
    passwords: &[String],
) -> Inspection {
    let (limits, policy) = (Limits::default(), Policy::default());
    let context = Context { rules: &NoRules, limits: &limits, policy: &policy, passwords };
    let mut walk = Walk::new(&context, bytes.len() as u64);
    let root = Arrival { parent: None, within, name, how: "", depth: 0, expected: true, stated };
    walk.look(&root, &Unpacked { bytes: Cow::Borrowed(bytes), cut: None });
    walk.judged(bytes)
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
