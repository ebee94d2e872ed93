//! What the tests of readers share: an inspection as lines of text, bytes from hexadecimal digits, damage of every kind.

use super::Opener;
use crate::{Context, FileType, Inspection, Limits, NoRules, Policy, Verdict, inspect};

/// The harmless content of test files.
pub(super) const HELLO: &[u8] = b"KHIEN-HARMLESS-TEST KHIEN-HARMLESS-TEST KHIEN-HARMLESS-TEST\n";

/// What an inspection with the usual limits comes to.
pub(super) fn inspected(name: &str, bytes: &[u8], passwords: &[&str]) -> Inspection {
    inspected_within(name, bytes, passwords, &Limits::default())
}

/// What an inspection comes to.
pub(super) fn inspected_within(name: &str, bytes: &[u8], passwords: &[&str], limits: &Limits) -> Inspection {
    let passwords: Vec<String> = passwords.iter().map(|word| (*word).to_owned()).collect();
    inspect(name, bytes, &Context { rules: &NoRules, limits, policy: &Policy::default(), passwords: &passwords })
}

/// An inspection as text: the verdict, each node below the first with its reasons, each finding.
pub(super) fn shown(inspection: &Inspection) -> String {
    let mut text = format!("{}\n", inspection.verdict.as_str());
    for (place, node) in inspection.nodes.iter().enumerate() {
        if place > 0 {
            let size = node.size.map_or_else(|| "?".to_owned(), |size| size.to_string());
            let types: Vec<&str> = node.types.iter().map(|own| own.id()).collect();
            text += &format!("{} [{}] {size} {}\n", node.path, node.how, types.join("+"));
        }
        for reason in &node.not_inspected {
            text += &format!("  not: {reason}\n");
        }
    }
    for finding in &inspection.findings {
        text += &format!("! {} {:?}: {}\n", finding.id, finding.location, finding.evidence);
    }
    text
}

/// Bytes from hexadecimal digits; blanks between them are left out.
pub(super) fn hex(digits: &str) -> Vec<u8> {
    let digits: String = digits.split_whitespace().collect();
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// What comes of giving `bytes` to an opener as a file of type `of`.
pub(super) fn opened(of: FileType, opener: Opener, bytes: &[u8]) -> Inspection {
    crate::walk::testing::opened_as(&[of], "a", bytes, opener, &Limits::default())
}

/// A copy of `bytes` with some changes.
pub(super) fn changed(bytes: &[u8], changes: &[(u16, u8)]) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    for (at, value) in changes {
        let place = usize::from(*at) % copy.len();
        copy[place] = *value;
    }
    copy
}

/// Gives copies of some bytes with some changes to a closure. The target of the fuzzer is the test that says this.
macro_rules! with_any_changes {
    ($bytes:expr, $look:expr) => {{
        let (bytes, look): (&[u8], _) = (&$bytes, $look);
        bolero::check!()
            .with_type::<Vec<(u16, u8)>>()
            .for_each(|changes| look(&crate::unpack::testing::changed(bytes, changes)));
    }};
}
pub(super) use with_any_changes;

/// Looks into every beginning of `bytes` and every copy with one byte changed: none panics, and none is clean that leaves
/// out what the whole has, unless the whole is clean and the same parts come out.
pub(super) fn damaged_in_every_way(bytes: &[u8], look: impl Fn(&[u8]) -> Inspection) {
    let whole = contents(&look(bytes));
    for length in 0..bytes.len() {
        let inspection = look(&bytes[..length]);
        assert_said(&inspection, &whole, &format!("the first {length} bytes"));
    }
    let mut copy = bytes.to_vec();
    for at in 0..bytes.len() {
        for change in [0x01, 0x80, 0xff] {
            copy[at] ^= change;
            let inspection = look(&copy);
            assert_said(&inspection, &whole, &format!("byte {at} changed by {change:#x}"));
            copy[at] ^= change;
        }
    }
}

/// The checksums of what came out of a file.
fn contents(inspection: &Inspection) -> Vec<String> {
    inspection.nodes.iter().skip(1).filter_map(|node| node.sha256.clone()).collect()
}

/// Clean is only what shows everything that the whole shows, or is no longer recognised as an archive and says what it is instead.
fn assert_said(inspection: &Inspection, whole: &[String], case: &str) {
    let parts = contents(inspection);
    let missing = whole.iter().any(|part| !parts.contains(part));
    let opened = inspection.nodes.first().is_some_and(|node| node.types.iter().any(|own| own.id() != "text"));
    if missing && opened {
        assert_ne!(inspection.verdict, Verdict::Clean, "{case}: {}", shown(inspection));
    }
}
