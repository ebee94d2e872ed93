//! The users of `/etc/passwd` (passwd(5)).

use std::path::PathBuf;

use khien_model::{Gap, GapCode, Listing};

use crate::root::Root;
use crate::text;

/// The bound of `/etc/passwd`.
const MAX_BYTES: u64 = 4 << 20;

/// Accounts of people start here (`UID_MIN` of login.defs in every distribution of today).
pub(crate) const FIRST_PERSON: u32 = 1000;

/// `nobody`, and those above it, are not people (`UID_MAX` of login.defs).
const LAST_PERSON: u32 = 60_000;

/// The shells of accounts that nobody logs in with.
const NO_SHELLS: [&str; 5] = ["nologin", "false", "sync", "halt", "shutdown"];

/// One line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    /// The name as in the file, for finding it in other files.
    pub(crate) raw_name: Vec<u8>,
    /// The name as people see it.
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) home: PathBuf,
    pub(crate) shell: String,
    /// The second field: `x` when the hash is in `/etc/shadow`.
    pub(crate) password: PasswordField,
}

/// What the password field of `/etc/passwd` says. The hash itself is never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordField {
    /// `x`: see `/etc/shadow`.
    Shadowed,
    /// Nothing: anybody may log in.
    Empty,
    /// `*` or `!`: nobody may.
    Locked,
    /// A hash, as of old.
    Hash,
}

impl User {
    /// Whether somebody can log in with this account: root, or one with a shell.
    pub(crate) fn can_log_in(&self) -> bool {
        let program = self.shell.rsplit('/').next().unwrap_or_default();
        self.uid == 0 || !NO_SHELLS.contains(&program)
    }

    /// Whether a person owns this account.
    pub(crate) fn is_person(&self) -> bool {
        (FIRST_PERSON..=LAST_PERSON).contains(&self.uid)
    }
}

/// All users; incomplete when a line could not be read.
pub(crate) fn read(root: &Root) -> Result<Listing<User>, Gap> {
    let content = root
        .read("etc/passwd", MAX_BYTES)?
        .ok_or_else(|| Gap::with_detail(GapCode::Unreadable, "/etc/passwd is not there"))?;
    checked(parse(&content))
}

/// Every system has an administrator: a file that names none is damaged, and says nothing about who else there is.
fn checked(mut users: Listing<User>) -> Result<Listing<User>, Gap> {
    if users.items.iter().any(|user| user.uid == 0) {
        return Ok(users);
    }
    let gap = Gap::with_detail(GapCode::Malformed, "/etc/passwd names no account with the number 0");
    if users.items.is_empty() {
        return Err(users.incomplete.unwrap_or(gap));
    }
    users.note_gap(gap);
    Ok(users)
}

fn parse(content: &[u8]) -> Listing<User> {
    let mut users = Listing::default();
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // NIS entries (`+`, `-`) name accounts that are not in this file.
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if let Some(user) = parse_line(line) {
            users.items.push(user);
        } else {
            let detail = format!("/etc/passwd: line {}", number + 1);
            users.note_gap(Gap::with_detail(GapCode::Malformed, detail));
        }
    }
    users
}

fn parse_line(line: &[u8]) -> Option<User> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut fields = line.split(|byte| *byte == b':');
    let raw_name = fields.next().filter(|name| !name.is_empty() && !matches!(name.first(), Some(b'+' | b'-')))?;
    let password = match fields.next()? {
        b"x" => PasswordField::Shadowed,
        b"" => PasswordField::Empty,
        [b'*' | b'!', ..] => PasswordField::Locked,
        _ => PasswordField::Hash,
    };
    let uid = number(fields.next()?)?;
    let gid = number(fields.next()?)?;
    let _comment = fields.next()?;
    let home = PathBuf::from(std::ffi::OsStr::from_bytes(fields.next()?));
    let shell = text::name(fields.next().unwrap_or_default());
    Some(User { raw_name: raw_name.to_vec(), name: text::name(raw_name), uid, gid, home, shell, password })
}

pub(crate) fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_users() {
        let users = parse(
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n\n# note\n\
             nguye\u{302}\u{303}n:!:1001:1001:Nguyễn,,,:/home/nguye\u{302}\u{303}n:\n\
             old:aaBBccDDeeFFg:1002:100::/home/old:/bin/sh\nopen::1003:100::/home/open:/bin/sh\n"
                .as_bytes(),
        );
        assert_eq!(users.incomplete, None);
        let seen: Vec<_> = users
            .items
            .iter()
            .map(|user| (user.name.as_str(), user.uid, user.password, user.can_log_in(), user.is_person()))
            .collect();
        assert_eq!(
            seen,
            [
                ("root", 0, PasswordField::Shadowed, true, false),
                ("daemon", 1, PasswordField::Shadowed, false, false),
                ("nguyễn", 1001, PasswordField::Locked, true, true),
                ("old", 1002, PasswordField::Hash, true, true),
                ("open", 1003, PasswordField::Empty, true, true),
            ]
        );
    }

    #[test]
    fn a_line_that_cannot_be_read_makes_the_list_incomplete() {
        for line in ["+::::::", "name:x:ten:0::/:/bin/sh", "name", ":x:0:0::/:/bin/sh", "name:x:99999999999:0::/:"] {
            let users = parse(format!("root:x:0:0::/root:/bin/sh\n{line}\n").as_bytes());
            assert_eq!(users.items.len(), 1, "{line}");
            assert_eq!(users.incomplete.unwrap().to_string(), "malformed: /etc/passwd: line 2");
        }
    }

    #[test]
    fn a_file_without_an_administrator_is_not_the_list_of_accounts() {
        for (content, items) in
            [("", None), ("# nobody\n", None), ("\0\0\0", None), ("an:x:1000:1000::/home/an:/bin/sh", Some(1))]
        {
            let users = checked(parse(content.as_bytes()));
            assert_eq!(users.as_ref().ok().map(|users| users.items.len()), items, "{content:?}");
            let gap = users.map_or_else(Some, |users| users.incomplete);
            assert_eq!(gap.unwrap().code, GapCode::Malformed, "{content:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(content: Vec<u8>) {
            parse(&content);
        }
    }
}
