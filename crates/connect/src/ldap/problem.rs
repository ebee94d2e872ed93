//! Why nothing was read.

use std::error::Error;

use ldap3::{LdapError, LdapResult};

use super::settings::SettingsProblem;

/// The longest text of a server that is shown, in letters.
const MAX_SHOWN_LETTERS: usize = 300;

/// What Windows and Samba say to whoever asks before saying who they are, beside a code that means anything. It is English in
/// every installation.
const UNKNOWN_ASKERS: &[&str] = &["successful bind must be completed", "unavailable without authentication"];

/// Result codes of RFC 4511 that mean something of their own here.
mod code {
    pub(super) const OPERATIONS_ERROR: u32 = 1;
    pub(super) const TIME_LIMIT: u32 = 3;
    pub(super) const SIZE_LIMIT: u32 = 4;
    pub(super) const STRONGER_NEEDED: u32 = 8;
    pub(super) const ADMIN_LIMIT: u32 = 11;
    pub(super) const CONFIDENTIALITY_NEEDED: u32 = 13;
    pub(super) const NO_SUCH_OBJECT: u32 = 32;
    pub(super) const INVALID_NAME: u32 = 34;
    pub(super) const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
    pub(super) const INVALID_CREDENTIALS: u32 = 49;
    pub(super) const NO_RIGHTS: u32 = 50;
}

/// Why nothing was read. Nothing is read by halves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The settings are wrong.
    Settings(SettingsProblem),
    /// The server cannot be reached.
    Unreachable {
        /// What the system said.
        detail: String,
    },
    /// The server is not who it should be, or does not speak TLS.
    NotTrusted {
        /// What TLS said.
        detail: String,
    },
    /// It was too slow.
    TimedOut {
        /// How long it had, in seconds.
        seconds: u64,
    },
    /// The server does not let us in.
    Refused(BindRefusal),
    /// There is nothing at the place where the search begins.
    NoSuchBase {
        /// The place.
        base: String,
    },
    /// The directory does not say where it begins, and neither do the settings.
    NoBase,
    /// We may not search there.
    NoRights {
        /// What the server said.
        detail: String,
    },
    /// The directory sends no more than part of its entries to us.
    CutShort {
        /// What the server said.
        detail: String,
    },
    /// More entries than are taken.
    TooMany {
        /// How many are taken.
        limit: usize,
    },
    /// What the server says is no LDAP.
    Malformed {
        /// What was found.
        detail: String,
    },
    /// It answered with another error.
    Other {
        /// The result code.
        code: u32,
        /// What the server said.
        detail: String,
    },
}

/// Why a server does not let us in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindRefusal {
    /// Name or password are wrong.
    WrongPassword,
    /// The password is too old, or must be changed first.
    PasswordExpired,
    /// The account is disabled or expired.
    Disabled,
    /// The account is locked after wrong passwords.
    Locked,
    /// The server wants to know who we are, or wants another way of saying it.
    NeedsName,
}

impl From<SettingsProblem> for Problem {
    fn from(problem: SettingsProblem) -> Self {
        Self::Settings(problem)
    }
}

impl Problem {
    /// What the library could not do.
    pub(super) fn of(error: LdapError) -> Self {
        match error {
            LdapError::LdapResult { result } => Self::of_result(&result, ""),
            LdapError::Io { source } => {
                let of_tls = source.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some();
                let detail = shown(&source.to_string());
                if of_tls { Self::NotTrusted { detail } } else { Self::Unreachable { detail } }
            }
            LdapError::Rustls { .. } | LdapError::DNSName { .. } => {
                Self::NotTrusted { detail: shown(&error.source().map_or_else(String::new, ToString::to_string)) }
            }
            LdapError::Timeout { .. } => Self::TimedOut { seconds: super::wire::STEP_TIMEOUT.as_secs() },
            LdapError::EndOfStream | LdapError::ResultRecv { .. } | LdapError::OpSend { .. } => {
                Self::Unreachable { detail: "the server ended the connection".to_owned() }
            }
            other => Self::Malformed { detail: shown(&other.to_string()) },
        }
    }

    /// What the server answered, which is not success. `base` is where it was to search.
    pub(super) fn of_result(result: &LdapResult, base: &str) -> Self {
        let detail = shown(&result.text);
        match result.rc {
            code::INVALID_CREDENTIALS => Self::Refused(refusal(&result.text)),
            code::STRONGER_NEEDED | code::CONFIDENTIALITY_NEEDED | code::INAPPROPRIATE_AUTHENTICATION => {
                Self::Refused(BindRefusal::NeedsName)
            }
            code::OPERATIONS_ERROR if UNKNOWN_ASKERS.iter().any(|words| result.text.contains(words)) => {
                Self::Refused(BindRefusal::NeedsName)
            }
            code::NO_SUCH_OBJECT | code::INVALID_NAME => Self::NoSuchBase { base: base.to_owned() },
            code::NO_RIGHTS => Self::NoRights { detail },
            code::SIZE_LIMIT | code::TIME_LIMIT | code::ADMIN_LIMIT => Self::CutShort { detail },
            code => Self::Other { code, detail },
        }
    }

    /// The key of the sentence that says so.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Settings(SettingsProblem::Url) => "ldap-url",
            Self::Settings(SettingsProblem::System) => "ldap-system",
            Self::Settings(SettingsProblem::Filter) => "ldap-filter",
            Self::Settings(SettingsProblem::Attribute) => "ldap-attribute",
            Self::Settings(SettingsProblem::Certificate) => "ldap-certificate",
            Self::Settings(SettingsProblem::NoPassword) => "ldap-no-password",
            Self::Settings(SettingsProblem::TooLong) => "ldap-too-long",
            Self::Unreachable { .. } => "ldap-unreachable",
            Self::NotTrusted { .. } => "ldap-not-trusted",
            Self::TimedOut { .. } => "ldap-timed-out",
            Self::Refused(BindRefusal::WrongPassword) => "ldap-wrong-password",
            Self::Refused(BindRefusal::PasswordExpired) => "ldap-password-expired",
            Self::Refused(BindRefusal::Disabled) => "ldap-disabled",
            Self::Refused(BindRefusal::Locked) => "ldap-locked",
            Self::Refused(BindRefusal::NeedsName) => "ldap-needs-name",
            Self::NoSuchBase { .. } => "ldap-no-such-base",
            Self::NoBase => "ldap-no-base",
            Self::NoRights { .. } => "ldap-no-rights",
            Self::CutShort { .. } => "ldap-cut-short",
            Self::TooMany { .. } => "ldap-too-many",
            Self::Malformed { .. } => "ldap-malformed",
            Self::Other { .. } => "ldap-other",
        }
    }

    /// Every key.
    pub const KEYS: &[&str] = &[
        "ldap-url",
        "ldap-system",
        "ldap-filter",
        "ldap-attribute",
        "ldap-certificate",
        "ldap-no-password",
        "ldap-too-long",
        "ldap-unreachable",
        "ldap-not-trusted",
        "ldap-timed-out",
        "ldap-wrong-password",
        "ldap-password-expired",
        "ldap-disabled",
        "ldap-locked",
        "ldap-needs-name",
        "ldap-no-such-base",
        "ldap-no-base",
        "ldap-no-rights",
        "ldap-cut-short",
        "ldap-too-many",
        "ldap-malformed",
        "ldap-other",
    ];

    /// What stands in that sentence: a text of the server, a place, a number.
    pub fn detail(&self) -> String {
        match self {
            Self::Unreachable { detail }
            | Self::NotTrusted { detail }
            | Self::NoRights { detail }
            | Self::CutShort { detail }
            | Self::Malformed { detail } => detail.clone(),
            Self::Other { code, detail } => format!("{code} {detail}"),
            Self::NoSuchBase { base } => base.clone(),
            Self::TimedOut { seconds } => seconds.to_string(),
            Self::TooMany { limit } => limit.to_string(),
            Self::Settings(_) | Self::Refused(_) | Self::NoBase => String::new(),
        }
    }
}

/// Active Directory says more in its text: `80090308: LdapErr: DSID-…, comment: AcceptSecurityContext error, data 775, v4f7c`.
/// The numbers are those of Windows' logon errors, in hexadecimal.
fn refusal(text: &str) -> BindRefusal {
    let data = text.split("data ").nth(1).and_then(|rest| rest.split([',', ' ']).next()).unwrap_or_default();
    match data {
        "532" | "773" => BindRefusal::PasswordExpired,
        "533" | "701" => BindRefusal::Disabled,
        "775" => BindRefusal::Locked,
        _ => BindRefusal::WrongPassword,
    }
}

/// A text of the server, on one line and not endless.
fn shown(text: &str) -> String {
    let line = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    line.take(MAX_SHOWN_LETTERS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(rc: u32, text: &str) -> Problem {
        let result =
            LdapResult { rc, matched: String::new(), text: text.to_owned(), refs: Vec::new(), ctrls: Vec::new() };
        Problem::of_result(&result, "dc=x")
    }

    #[test]
    fn what_active_directory_says_about_a_refusal_is_understood() {
        let text = |data: &str| {
            format!("80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data {data}, v4563\u{0}")
        };
        let cases = [
            ("52e", BindRefusal::WrongPassword),
            ("532", BindRefusal::PasswordExpired),
            ("773", BindRefusal::PasswordExpired),
            ("533", BindRefusal::Disabled),
            ("701", BindRefusal::Disabled),
            ("775", BindRefusal::Locked),
        ];
        for (data, expected) in cases {
            assert_eq!(answer(49, &text(data)), Problem::Refused(expected), "{data}");
        }
        assert_eq!(answer(49, ""), Problem::Refused(BindRefusal::WrongPassword));
    }

    #[test]
    fn an_answer_is_on_one_line_and_bounded() {
        let long = format!("a\nb{}", "x".repeat(MAX_SHOWN_LETTERS));
        let Problem::Other { code: 80, detail } = answer(80, &long) else { panic!("another problem") };
        assert_eq!(detail.chars().count(), MAX_SHOWN_LETTERS);
        assert!(detail.starts_with("a b"));
    }

    #[test]
    fn every_answer_has_its_meaning() {
        assert_eq!(answer(4, ""), Problem::CutShort { detail: String::new() });
        assert_eq!(answer(32, ""), Problem::NoSuchBase { base: "dc=x".into() });
        assert_eq!(answer(50, "no"), Problem::NoRights { detail: "no".into() });
        assert_eq!(answer(1, "00002020: Operation unavailable without authentication").key(), "ldap-needs-name");
        assert_eq!(answer(1, "else").key(), "ldap-other");
        assert_eq!(answer(8, ""), Problem::Refused(BindRefusal::NeedsName));
    }
}
