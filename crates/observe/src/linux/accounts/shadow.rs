//! `/etc/shadow` (shadow(5)). Hashes are looked at for their first character and never kept.

use std::collections::BTreeMap;

use khien_model::{Gap, GapCode};

use crate::linux::users::number;
use crate::root::Root;
use crate::text;

/// The bound of the file.
const MAX_BYTES: u64 = 16 << 20;

/// What the password field says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum PasswordState {
    /// No password can match.
    #[default]
    Locked,
    /// Anybody may log in.
    Empty,
    /// A hash.
    Hash,
}

/// One account's line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) password: PasswordState,
    /// Day of the last change since 1970; 0 means "must change".
    pub(super) changed_day: Option<i64>,
    pub(super) max_days: Option<i64>,
    /// The day from which on nobody can log in.
    pub(super) expires_day: Option<i64>,
}

#[derive(Debug, Default)]
pub(super) struct Shadow {
    entries: BTreeMap<Vec<u8>, Entry>,
    malformed: Option<Gap>,
}

impl Shadow {
    pub(super) fn read(root: &Root) -> Result<Self, Gap> {
        let content = root
            .read("etc/shadow", MAX_BYTES)?
            .ok_or_else(|| Gap::with_detail(GapCode::Unreadable, "/etc/shadow is not there"))?;
        Ok(Self::parse(&content))
    }

    /// The line of an account. Every account whose password is said to be here has one, unless the file is damaged.
    pub(super) fn entry(&self, name: &[u8]) -> Result<Entry, Gap> {
        match (self.entries.get(name), &self.malformed) {
            (Some(entry), _) => Ok(*entry),
            (None, Some(gap)) => Err(gap.clone()),
            (None, None) => {
                let detail = format!("/etc/shadow has no line for {}", text::name(name));
                Err(Gap::with_detail(GapCode::Malformed, detail))
            }
        }
    }

    fn parse(content: &[u8]) -> Self {
        let mut shadow = Self::default();
        for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            if let Some((name, entry)) = parse_line(line) {
                // The first line of a name is the one that counts.
                shadow.entries.entry(name.to_vec()).or_insert(entry);
            } else {
                let detail = format!("/etc/shadow: line {}", index + 1);
                shadow.malformed.get_or_insert(Gap::with_detail(GapCode::Malformed, detail));
            }
        }
        shadow
    }
}

fn parse_line(line: &[u8]) -> Option<(&[u8], Entry)> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b':').collect();
    let [name, hash, changed, _min, max, _warn, _inactive, expires, ..] = fields.as_slice() else {
        return None;
    };
    let day = |field: &[u8]| if field.is_empty() { Some(None) } else { number(field).map(Some) };
    let password = match hash.first() {
        None => PasswordState::Empty,
        Some(b'!' | b'*') => PasswordState::Locked,
        // What is no hash of any kind (`x`, `NP`, `LK`) matches no password.
        Some(_) if hash.len() < SHORTEST_HASH => PasswordState::Locked,
        Some(_) => PasswordState::Hash,
    };
    let entry = Entry { password, changed_day: day(changed)?, max_days: day(max)?, expires_day: day(expires)? };
    (!name.is_empty()).then_some((name, entry))
}

/// The oldest kind of hash has 13 characters.
const SHORTEST_HASH: usize = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_entries() {
        let entry =
            |password, changed_day, max_days, expires_day| Entry { password, changed_day, max_days, expires_day };
        for (line, expected) in [
            ("an:$y$j9T$abcdefghijk:20000:0:90:7:::", entry(PasswordState::Hash, Some(20000), Some(90), None)),
            ("an::20000:0:99999:7:::", entry(PasswordState::Empty, Some(20000), Some(99999), None)),
            ("an:!:20000::::::", entry(PasswordState::Locked, Some(20000), None, None)),
            ("an:*:::::::", entry(PasswordState::Locked, None, None, None)),
            ("an:!$6$abcdefghijkl:0:0:90:7::20500:", entry(PasswordState::Locked, Some(0), Some(90), Some(20500))),
            ("an:NP:1::::::", entry(PasswordState::Locked, Some(1), None, None)),
        ] {
            assert_eq!(Shadow::parse(line.as_bytes()).entry(b"an"), Ok(expected), "{line}");
        }
    }

    #[test]
    fn a_broken_line_leaves_its_account_unknown() {
        for line in ["", "root:*:1::::::", "an", "an:$6$abcdefghijkl:x:::::", "an:a:b", ":x:1::::::"] {
            assert_eq!(Shadow::parse(line.as_bytes()).entry(b"an").unwrap_err().code, GapCode::Malformed, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(content: Vec<u8>) {
            let _ = Shadow::parse(&content).entry(b"an");
        }
    }
}
