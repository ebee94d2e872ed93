//! What the verdicts of `WinVerifyTrust` mean, and what they were the last time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use khien_model::Gap;

use super::refusal::gap_of_number;

/// The signature is valid.
const VALID: i32 = 0;

/// Verdicts by which a file has no valid signature: it has none, or is none of a form that can have one; its content was
/// changed; it is distrusted, revoked, expired, or made for something else; its issuer is nobody.
const NOT_VALID: [u32; 10] = [
    0x800b_0100, // TRUST_E_NOSIGNATURE
    0x800b_0003, // TRUST_E_SUBJECT_FORM_UNKNOWN
    0x800b_0004, // TRUST_E_SUBJECT_NOT_TRUSTED
    0x8009_6010, // TRUST_E_BAD_DIGEST
    0x800b_0111, // TRUST_E_EXPLICIT_DISTRUST
    0x800b_010c, // CERT_E_REVOKED
    0x800b_0101, // CERT_E_EXPIRED
    0x800b_0110, // CERT_E_WRONG_USAGE
    0x800b_0109, // CERT_E_UNTRUSTEDROOT
    0x8009_6004, // TRUST_E_CERT_SIGNATURE
];

/// Whether a file has a valid signature, by the verdict on the one in it and on that of a catalog that lists it. What is
/// neither valid nor invalid for certain (a missing certificate that is not fetched) is unknown.
pub(crate) fn is_valid(embedded: i32, catalog: Option<i32>) -> Result<bool, Gap> {
    if embedded == VALID || catalog == Some(VALID) {
        return Ok(true);
    }
    for verdict in [Some(embedded), catalog].into_iter().flatten() {
        if !NOT_VALID.contains(&verdict.cast_unsigned()) {
            return Err(gap_of_number("WinVerifyTrust", verdict));
        }
    }
    Ok(false)
}

/// How long a verdict is remembered: a list of distrusted publishers may come at any time.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How many verdicts are remembered.
const MAX_REMEMBERED: usize = 2000;

/// What tells that a file is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileState {
    pub(crate) length: u64,
    pub(crate) modified_at: Option<Timestamp>,
}

/// The verdicts of looks before: reading every program anew each time would keep the disk of an old PC busy.
#[derive(Debug, Default)]
pub struct SignatureMemory {
    known: Mutex<BTreeMap<String, (FileState, Timestamp, bool)>>,
}

#[cfg_attr(not(windows), allow(dead_code, reason = "only the running Windows has verdicts"))]
impl SignatureMemory {
    /// What was found not long before `now`, where the file is still the same.
    pub(crate) fn recall(&self, path: &str, state: FileState, now: Timestamp) -> Option<bool> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, at, valid) = *known.get(path)?;
        let age = now.duration_since(at);
        (before == state && age >= SignedDuration::ZERO && age < REMEMBERED_FOR).then_some(valid)
    }

    /// Remembers what was found at `now`.
    pub(crate) fn remember(&self, path: &str, state: FileState, now: Timestamp, valid: bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED && !known.contains_key(path) {
            known.clear();
        }
        known.insert(path.to_owned(), (state, now, valid));
    }
}

#[cfg(test)]
mod tests {
    use khien_model::GapCode;

    use super::*;

    #[test]
    fn a_verdict_is_remembered_for_a_day_while_the_file_is_the_same() {
        let memory = SignatureMemory::default();
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let state = FileState { length: 10, modified_at: Some(at("2026-01-01T00:00:00Z")) };
        let path = r"C:\Users\lan\Desktop\a.exe";
        memory.remember(path, state, at("2026-11-23T08:00:00Z"), true);
        let longer = FileState { length: 11, ..state };
        for (path, state, now, expected) in [
            (path, state, "2026-11-23T08:00:00Z", Some(true)),
            (path, state, "2026-11-24T07:59:59Z", Some(true)),
            (path, state, "2026-11-24T08:00:00Z", None),
            (path, state, "2026-11-23T07:59:59Z", None),
            (path, longer, "2026-11-23T08:00:00Z", None),
            (path, FileState { modified_at: None, ..state }, "2026-11-23T08:00:00Z", None),
            ("b.exe", state, "2026-11-23T08:00:00Z", None),
        ] {
            assert_eq!(memory.recall(path, state, at(now)), expected, "{path} {now}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let memory = SignatureMemory::default();
        let (state, now) = (FileState { length: 1, modified_at: None }, Timestamp::UNIX_EPOCH);
        for number in 0..MAX_REMEMBERED {
            memory.remember(&number.to_string(), state, now, false);
        }
        memory.remember("0", state, now, true);
        assert_eq!(memory.recall("1", state, now), Some(false));
        memory.remember("one more", state, now, true);
        assert_eq!(memory.recall("1", state, now), None);
        assert_eq!(memory.recall("one more", state, now), Some(true));
    }

    #[test]
    fn a_verdict_is_valid_invalid_or_unknown() {
        let no_signature = 0x800b_0100_u32.cast_signed();
        let changed = 0x8009_6010_u32.cast_signed();
        let chain_cut_off = 0x800b_010a_u32.cast_signed();
        for (embedded, catalog, expected) in [
            (0, None, Ok(true)),
            (no_signature, None, Ok(false)),
            (no_signature, Some(0), Ok(true)),
            (changed, None, Ok(false)),
            (no_signature, Some(changed), Ok(false)),
            (chain_cut_off, None, Err("WinVerifyTrust: error 0x800b010a")),
            (chain_cut_off, Some(0), Ok(true)),
            (no_signature, Some(chain_cut_off), Err("WinVerifyTrust: error 0x800b010a")),
        ] {
            let expected = expected.map_err(|detail| Gap::with_detail(GapCode::Unreadable, detail));
            assert_eq!(is_valid(embedded, catalog), expected, "{embedded:#x} {catalog:?}");
        }
    }
}
