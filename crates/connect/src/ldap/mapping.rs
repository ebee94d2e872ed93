//! From entries to accounts: what both kinds of directories have in common.

use std::collections::BTreeSet;

use jiff::Timestamp;
use khien_model::text::nfc;
use khien_model::{GapCode, Observed};
use serde::Serialize;

use super::settings::Attributes;
use super::{Entry, active_directory, plain};
use crate::account::{Account, login_of};

/// The longest name of a person that is kept, in letters.
const MAX_NAME_LETTERS: usize = 255;

/// A kind of directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Active Directory, of Windows or Samba.
    ActiveDirectory,
    /// OpenLDAP and its like: the attributes of RFC 2307 and of the password policy draft.
    Plain,
}

/// What entries became.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// The accounts, in the order of the directory.
    pub accounts: Vec<Account>,
    /// The entries that are no account for us, and why.
    pub skipped: Vec<Skipped>,
}

/// An entry that is no account for us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its distinguished name.
    pub name: String,
    /// Why.
    pub why: Why,
}

/// Why an entry is no account for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has no login.
    NoLogin,
    /// Its login is longer than is taken, or holds what no login holds.
    OddLogin,
    /// Another entry has the same login.
    SameLogin,
}

impl Kind {
    /// The filter by which accounts of people are found.
    pub const fn filter(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "(&(objectCategory=person)(objectClass=user))",
            Self::Plain => "(|(objectClass=inetOrgPerson)(objectClass=posixAccount)(objectClass=shadowAccount))",
        }
    }

    /// The attributes that say who an entry is.
    pub fn names(self) -> Attributes {
        let (login, name, employee) = match self {
            Self::ActiveDirectory => ("sAMAccountName", "displayName", "employeeID"),
            Self::Plain => ("uid", "cn", "employeeNumber"),
        };
        Attributes { login: login.into(), name: name.into(), mail: "mail".into(), employee: employee.into() }
    }

    /// The attributes that facts are read from.
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::ActiveDirectory => active_directory::ATTRIBUTES,
            Self::Plain => plain::ATTRIBUTES,
        }
    }
}

/// What `entries` of a directory of this kind mean at `now`.
pub fn accounts(
    kind: Kind,
    names: &Attributes,
    administrators: &[String],
    entries: &[Entry],
    now: Timestamp,
) -> Mapped {
    let mut mapped = Mapped::default();
    let mut logins = BTreeSet::new();
    for entry in entries {
        let login = match entry.text(&names.login) {
            None => Err(Why::NoLogin),
            Some(written) => login_of(written).ok_or(Why::OddLogin),
        };
        match login.and_then(|login| if logins.insert(login.clone()) { Ok(login) } else { Err(Why::SameLogin) }) {
            Ok(login) => mapped.accounts.push(account(kind, names, administrators, entry, login, now)),
            Err(why) => mapped.skipped.push(Skipped { name: entry.name.clone(), why }),
        }
    }
    mapped
}

fn account(
    kind: Kind,
    names: &Attributes,
    administrators: &[String],
    entry: &Entry,
    login: String,
    now: Timestamp,
) -> Account {
    let word = |attribute: &str| {
        let text: String = nfc(entry.text(attribute)?).chars().take(MAX_NAME_LETTERS).collect();
        Some(text)
    };
    let (credential, mut lifecycle) = match kind {
        Kind::ActiveDirectory => active_directory::facts(entry, now),
        Kind::Plain => plain::facts(entry, now),
    };
    if lifecycle.administrator.known() != Some(&true) && !administrators.is_empty() {
        lifecycle.administrator = is_member(entry, administrators);
    }
    Account {
        login,
        name: word(&names.name),
        mail: word(&names.mail),
        employee: word(&names.employee),
        credential,
        lifecycle,
    }
}

/// Whether the entry is a direct member of one of `groups`.
fn is_member(entry: &Entry, groups: &[String]) -> Observed<bool> {
    let (found, complete) = entry.texts("memberOf");
    if found.iter().any(|name| groups.iter().any(|group| same_name(group, name))) {
        return Observed::Known(true);
    }
    if !entry.has("memberOf") {
        return Observed::unknown(GapCode::NotObserved, "memberOf");
    }
    if complete { Observed::Known(false) } else { Observed::unknown(GapCode::TooLarge, "memberOf") }
}

/// Whether two distinguished names are the same but for case and blanks beside their commas and equals signs.
fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let parts = name.split(',').map(|part| part.split('=').map(str::trim).collect::<Vec<_>>().join("="));
        parts.collect::<Vec<_>>().join(",").to_lowercase()
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T08:00:00+07:00";

    fn mapped(entries: &[Entry], administrators: &[&str]) -> Mapped {
        let groups: Vec<String> = administrators.iter().map(|&group| group.to_owned()).collect();
        accounts(Kind::Plain, &Kind::Plain.names(), &groups, entries, NOW.parse().unwrap())
    }

    #[test]
    fn what_is_no_account_is_said_with_its_reason() {
        let entries = [
            Entry::named("uid=an,dc=x").with("uid", &["An"]),
            Entry::named("cn=máy in,dc=x").with("cn", &["máy in"]),
            Entry::named("uid=an,ou=cũ,dc=x").with("uid", &["an"]),
            Entry::named("uid=b b,dc=x").with("uid", &["b b"]),
        ];
        let mapped = mapped(&entries, &[]);
        assert_eq!(mapped.accounts.iter().map(|account| account.login.as_str()).collect::<Vec<_>>(), ["an"]);
        let skipped: Vec<(&str, Why)> =
            mapped.skipped.iter().map(|skipped| (skipped.name.as_str(), skipped.why)).collect();
        let expected =
            [("cn=máy in,dc=x", Why::NoLogin), ("uid=an,ou=cũ,dc=x", Why::SameLogin), ("uid=b b,dc=x", Why::OddLogin)];
        assert_eq!(skipped, expected);
    }

    #[test]
    fn administrators_are_members_of_the_named_groups() {
        let group = "cn=Quản trị, dc=x";
        let with = |groups: &[&str]| Entry::named("uid=an,dc=x").with("uid", &["an"]).with("memberOf", groups);
        let cut = Entry::named("x").with("uid", &["an"]).with("memberOf;range=0-0", &["cn=khác,dc=x"]);
        let cases = [
            (with(&["CN=Quản trị,DC=x"]), Observed::Known(true)),
            (with(&["cn=khác,dc=x"]), Observed::Known(false)),
            (Entry::named("x").with("uid", &["an"]), Observed::unknown(GapCode::NotObserved, "memberOf")),
            (cut, Observed::unknown(GapCode::TooLarge, "memberOf")),
        ];
        for (entry, expected) in cases {
            let found = mapped(std::slice::from_ref(&entry), &[group]);
            assert_eq!(found.accounts[0].lifecycle.administrator, expected, "{entry:?}");
        }
        let nobody_asked = mapped(&[with(&["CN=Quản trị,DC=x"])], &[]);
        assert_eq!(nobody_asked.accounts[0].lifecycle.administrator.known(), None);
    }
}
