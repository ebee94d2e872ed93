//! An account as a system knows it, whatever the system.

use jiff::Timestamp;
use khien_model::facts::{AccountFacts, Credential, Fact, FactDocument, Lifecycle, SubjectFacts};
use khien_model::text::nfc;

/// The longest name of an account, in letters.
pub const MAX_LOGIN_LETTERS: usize = 100;

/// An account as a system knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The name by which it signs in, in small letters.
    pub login: String,
    /// Whose it is, as the system writes it.
    pub name: Option<String>,
    /// The address of its mailbox.
    pub mail: Option<String>,
    /// The number by which the office knows its owner.
    pub employee: Option<String>,
    /// Its password and how it is protected.
    pub credential: Credential,
    /// Whether it is open and used.
    pub lifecycle: Lifecycle,
}

impl Account {
    /// The id of the account as a subject: one login may be there in several systems.
    pub fn id(&self, system: &str) -> String {
        format!("{}@{system}", self.login)
    }

    /// The words by which its owner can be found among people: login and mailbox without their domains, the office's number.
    pub fn owner_words(&self) -> impl Iterator<Item = &str> {
        let mail = self.mail.as_deref().and_then(local_part);
        [local_part(&self.login), mail, self.employee.as_deref()].into_iter().flatten()
    }

    /// The facts as a document, observed at `observed_at` by `source`.
    pub fn document(&self, system: &str, observed_at: Timestamp, source: &str) -> FactDocument {
        fn fact<T: Clone>(value: &T, observed_at: Timestamp, source: &str) -> Option<Fact<T>> {
            Some(Fact { outcome: Ok(value.clone()), observed_at, source: source.to_owned() })
        }
        let mut credential = self.credential.clone();
        credential.system = system.into();
        FactDocument::Account(Box::new(SubjectFacts {
            id: self.id(system),
            facts: AccountFacts {
                credential: fact(&credential, observed_at, source),
                lifecycle: fact(&self.lifecycle, observed_at, source),
                ..AccountFacts::default()
            },
        }))
    }
}

/// A login in the one form that is kept: composed, in small letters, without blanks around it. Nothing where it is empty, too
/// long, or holds what no login holds.
pub fn login_of(written: &str) -> Option<String> {
    let login = nfc(written.trim()).to_lowercase();
    let letters = login.chars().count();
    let is_strange = |letter: char| letter.is_control() || letter.is_whitespace();
    ((1..=MAX_LOGIN_LETTERS).contains(&letters) && !login.contains(is_strange)).then_some(login)
}

/// What stands before the first `@`.
fn local_part(address: &str) -> Option<&str> {
    address.split('@').next().filter(|local| !local.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_one_form() {
        let longest = "ă".repeat(MAX_LOGIN_LETTERS);
        let longer = "ă".repeat(MAX_LOGIN_LETTERS + 1);
        let cases = [
            (" LanNT ", Some("lannt")),
            ("la\u{302}n", Some("lân")),
            ("lannt@moj.gov.vn", Some("lannt@moj.gov.vn")),
            (longest.as_str(), Some(longest.as_str())),
            (longer.as_str(), None),
            ("", None),
            ("  ", None),
            ("lan nt", None),
            ("lan\u{0}", None),
        ];
        for (written, expected) in cases {
            assert_eq!(login_of(written).as_deref(), expected, "{written:?}");
        }
    }

    #[test]
    fn an_owner_is_looked_for_by_login_mailbox_and_number() {
        let account = |login: &str, mail: Option<&str>, employee: Option<&str>| Account {
            login: login.into(),
            name: None,
            mail: mail.map(str::to_owned),
            employee: employee.map(str::to_owned),
            credential: Credential::default(),
            lifecycle: Lifecycle::default(),
        };
        let words = |account: Account| account.owner_words().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(account("lannt@moj", Some("lan.nt@moj.gov.vn"), Some("1207"))), ["lannt", "lan.nt", "1207"]);
        assert_eq!(words(account("lannt", Some("@moj.gov.vn"), None)), ["lannt"]);
    }
}
