//! How a directory is reached and what is read there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest setting, in bytes.
pub const MAX_SETTING_BYTES: usize = 64 * 1024;
const LDAP_PORT: u16 = 389;
const LDAPS_PORT: u16 = 636;

/// How a directory is reached and what is read there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `ldaps://HOST[:PORT]`, or `ldap://HOST[:PORT]` with StartTLS. Nothing is ever sent in the clear.
    pub url: String,
    /// What the accounts belong to, e.g. `mail.moj.gov.vn`: it stands after the login in their ids.
    pub system: String,
    /// As whom we read; nobody where the directory lets everybody read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bind: Option<Bind>,
    /// Whose certificates are trusted.
    #[serde(default)]
    pub authorities: Authorities,
    /// Where the search begins; where nothing is said, at the directory's own beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Which entries are accounts; where nothing is said, those of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The attributes that say who an entry is, where they are others than usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// The distinguished names of groups whose direct members administrate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub administrators: Vec<String>,
}

/// As whom we read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bind {
    /// The distinguished name, or with Active Directory `name@domain`.
    pub name: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Bind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Bind").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whose certificates are trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorities {
    /// Those the machine trusts.
    #[default]
    System,
    /// These and no others, in PEM.
    Pem(String),
}

/// The attributes that say who an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// The name by which somebody signs in.
    pub login: String,
    /// The name of the person.
    pub name: String,
    /// The address of the mailbox.
    pub mail: String,
    /// The number by which the office knows the person.
    pub employee: String,
}

/// How what is said is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS from the first byte.
    Tls,
    /// TLS begun on an open connection before anything is said.
    StartTls,
}

/// Where the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// How it is spoken to.
    pub transport: Transport,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What is wrong with settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsProblem {
    /// Neither `ldap://` nor `ldaps://`, or no host, or a wrong port, or something after them.
    Url,
    /// The name of the system is empty, or is none that can stand in an id.
    System,
    /// Not a filter (RFC 4515).
    Filter,
    /// Not the name of an attribute.
    Attribute,
    /// No certificate in PEM.
    Certificate,
    /// A name without a password: servers take that for a guest who may read nothing.
    NoPassword,
    /// Longer than [`MAX_SETTING_BYTES`].
    TooLong,
}

impl Settings {
    /// Where the server is.
    pub fn server(&self) -> Result<Server, SettingsProblem> {
        let (transport, rest, port) = match (self.url.strip_prefix("ldaps://"), self.url.strip_prefix("ldap://")) {
            (Some(rest), _) => (Transport::Tls, rest, LDAPS_PORT),
            (None, Some(rest)) => (Transport::StartTls, rest, LDAP_PORT),
            (None, None) => return Err(SettingsProblem::Url),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.split_once(':') {
            None => (rest, port),
            Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0).ok_or(SettingsProblem::Url)?),
        };
        let is_part_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        if host.is_empty() || !host.chars().all(is_part_of_a_name) {
            return Err(SettingsProblem::Url);
        }
        Ok(Server { transport, host: host.to_owned(), port })
    }

    /// Everything about the settings that can be told without the server.
    pub fn check(&self) -> Result<Server, SettingsProblem> {
        let pem = match &self.authorities {
            Authorities::System => "",
            Authorities::Pem(pem) => pem,
        };
        let bind = self.bind.iter().flat_map(|bind| [bind.name.as_str(), bind.password.as_str()]);
        let named = self.attributes.iter().flat_map(Attributes::all);
        let texts = [self.base.as_deref(), self.filter.as_deref()].into_iter().flatten();
        let all = [self.url.as_str(), self.system.as_str(), pem].into_iter().chain(bind).chain(texts);
        if all.chain(self.administrators.iter().map(String::as_str)).any(|text| text.len() > MAX_SETTING_BYTES) {
            return Err(SettingsProblem::TooLong);
        }
        let server = self.server()?;
        if self.system.is_empty() || self.system.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        {
            return Err(SettingsProblem::System);
        }
        if self.bind.as_ref().is_some_and(|bind| bind.name.is_empty() || bind.password.is_empty()) {
            return Err(SettingsProblem::NoPassword);
        }
        if self.filter.as_ref().is_some_and(|filter| ldap3::parse_filter(filter).is_err()) {
            return Err(SettingsProblem::Filter);
        }
        // `description` and `1.2.840.113556.1.4.221` (RFC 4512 §2.5).
        let is_attribute = |name: &str| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.'))
        };
        if named.into_iter().any(|name| !is_attribute(name)) {
            return Err(SettingsProblem::Attribute);
        }
        super::tls::roots(&self.authorities)?;
        Ok(server)
    }
}

impl Attributes {
    /// All four.
    pub fn all(&self) -> [&str; 4] {
        [&self.login, &self.name, &self.mail, &self.employee]
    }
}

impl Server {
    /// As an address.
    pub fn url(&self) -> String {
        let scheme = match self.transport {
            Transport::Tls => "ldaps",
            Transport::StartTls => "ldap",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings { url: "ldaps://dc.thads.test".into(), system: "thads.test".into(), ..Settings::default() }
    }

    #[test]
    fn an_address_is_taken_apart() {
        let cases = [
            ("ldaps://dc.thads.test", Ok("ldaps://dc.thads.test:636")),
            ("ldap://dc.thads.test/", Ok("ldap://dc.thads.test:389")),
            ("ldap://127.0.0.1:3389", Ok("ldap://127.0.0.1:3389")),
            ("ldapi://%2Frun", Err(SettingsProblem::Url)),
            ("http://dc", Err(SettingsProblem::Url)),
            ("dc.thads.test", Err(SettingsProblem::Url)),
            ("ldaps://", Err(SettingsProblem::Url)),
            ("ldaps://:636", Err(SettingsProblem::Url)),
            ("ldaps://dc:0", Err(SettingsProblem::Url)),
            ("ldaps://dc:65536", Err(SettingsProblem::Url)),
            ("ldaps://dc/dc=x??sub", Err(SettingsProblem::Url)),
            ("ldaps://an@dc", Err(SettingsProblem::Url)),
        ];
        for (url, expected) in cases {
            let found = Settings { url: url.into(), ..settings() }.server().map(|server| server.url());
            assert_eq!(found, expected.map(str::to_owned), "{url:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_before_anything_is_sent() {
        let bind = |password: &str| Some(Bind { name: "cn=doc".into(), password: password.into() });
        let named = |login: &str| {
            let name = |text: &str| text.to_owned();
            Some(Attributes { login: login.into(), name: name("cn"), mail: name("mail"), employee: name("x") })
        };
        let filter = |length: usize| Some(format!("(cn={})", "x".repeat(length - 5)));
        let cases: Vec<(Settings, Result<(), SettingsProblem>)> = vec![
            (settings(), Ok(())),
            (Settings { system: String::new(), ..settings() }, Err(SettingsProblem::System)),
            (Settings { system: "a b".into(), ..settings() }, Err(SettingsProblem::System)),
            (Settings { bind: bind("x"), ..settings() }, Ok(())),
            (Settings { bind: bind(""), ..settings() }, Err(SettingsProblem::NoPassword)),
            (Settings { filter: Some("(uid=*)".into()), ..settings() }, Ok(())),
            (Settings { filter: Some("(uid=*".into()), ..settings() }, Err(SettingsProblem::Filter)),
            (Settings { filter: filter(MAX_SETTING_BYTES), ..settings() }, Ok(())),
            (Settings { filter: filter(MAX_SETTING_BYTES + 1), ..settings() }, Err(SettingsProblem::TooLong)),
            (Settings { attributes: named("1.2.840.113556.1.4.221"), ..settings() }, Ok(())),
            (Settings { attributes: named("tên"), ..settings() }, Err(SettingsProblem::Attribute)),
            (Settings { attributes: named(""), ..settings() }, Err(SettingsProblem::Attribute)),
            (
                Settings { authorities: Authorities::Pem("no certificate".into()), ..settings() },
                Err(SettingsProblem::Certificate),
            ),
        ];
        for (settings, expected) in cases {
            assert_eq!(settings.check().map(|_| ()), expected, "{settings:?}");
        }
    }

    #[test]
    fn nobody_prints_a_password_by_accident() {
        let bind = Bind { name: "cn=doc".into(), password: "Bí-mật-1".into() };
        assert!(!format!("{:?}", Settings { bind: Some(bind), ..settings() }).contains("mật"));
    }
}
