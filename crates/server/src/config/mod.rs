//! How a server is set: a file, over it the environment, over it what was typed.
//!
//! Every setting but those of scanning stands in one table ([`FIELDS`]): its name, its bounds, where it goes. The file, the variables, the command
//! `khien config show` and the documentation are made from it. Those of scanning ([`tables`]) are read as `khien scan --settings` reads them. Mistakes are values with a place; the program that was
//! started says them in the user's language.

mod fields;
mod file;
pub mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

pub use fields::{FIELDS, Field, field, is_database_address, is_this_machine};

/// The largest file of settings, in bytes.
pub const MAX_FILE_BYTES: usize = 256 * 1024;
/// The longest value, in letters.
pub const MAX_VALUE_LETTERS: usize = 2_000;
/// The most values of a list.
pub const MAX_LIST: usize = 64;

/// What stands for a secret that is set.
pub const MASK: &str = "••••••";

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object on each line.
    Json,
}

/// How the connection to a mail server is kept secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// TLS after STARTTLS, usually on port 587; without it nothing is sent.
    #[default]
    StartTls,
    /// None: only for a mail server on this machine.
    None,
}

/// Where messages are sent from. Nothing is sent while no host is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// The mail server.
    pub host: Option<String>,
    /// Its port; without one the usual port of the security.
    pub port: Option<u16>,
    /// How the connection is kept secret.
    pub security: MailSecurity,
    /// The name to sign in with.
    pub user: Option<String>,
    /// The password to sign in with.
    pub password: Option<String>,
    /// Who the messages are from: an address, or `Name <address>`.
    pub from: Option<String>,
}

/// Signing in through an OpenID Connect provider. Off while no issuer is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenId {
    /// The address of the provider, exactly as it names itself.
    pub issuer: Option<String>,
    /// The name by which it knows this server.
    pub client_id: Option<String>,
    /// The secret shared with it.
    pub client_secret: Option<String>,
    /// A file with the certificates (PEM) that its certificate comes from, beside those of the system.
    pub authority: Option<PathBuf>,
}

/// How feeds of security advisories are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feeds {
    /// A file with the certificates (PEM) that those of their servers come from, beside those of the system.
    pub authority: Option<PathBuf>,
    /// Whether a feed may lie on this machine.
    pub this_machine: bool,
}

/// TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// The server's certificate with those between it and its authority (PEM). Without one the server makes its own.
    pub certificate: Option<PathBuf>,
    /// Its private key (PEM).
    pub key: Option<PathBuf>,
    /// The certificate of the authority (PEM), which agents pin.
    pub authority: Option<PathBuf>,
    /// Names and addresses by which this server is reached, beside those that it finds out.
    pub names: Vec<String>,
}

/// Every setting of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder for everything the server keeps on this machine.
    pub data: PathBuf,
    /// The database; without one, SQLite in the data folder.
    pub database: Option<String>,
    /// The address by which people and agents reach the server.
    pub public_url: Option<String>,
    /// Where to listen with TLS.
    pub https: Option<SocketAddr>,
    /// Where to listen without TLS: on this machine, or behind a proxy.
    pub http: Option<SocketAddr>,
    /// Whether a proxy in front does TLS and says who asks.
    pub behind_proxy: bool,
    /// TLS.
    pub tls: Tls,
    /// How many connections at once.
    pub max_connections: usize,
    /// How often agents report, in minutes.
    pub report_every_minutes: u32,
    /// How many devices may enrol in a minute from one address.
    pub enrolments_per_minute: u32,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// What is logged, as `tracing` filters write it.
    pub log_level: String,
    /// Lets whoever has it read `/metrics` from elsewhere.
    pub metrics_token: Option<String>,
    /// The folder out of which lists of cases are taken.
    pub cases_folder: Option<PathBuf>,
    /// Where messages are sent from.
    pub mail: Mail,
    /// Signing in elsewhere.
    pub openid: OpenId,
    /// How feeds are reached.
    pub feeds: Feeds,
    /// How files are looked into: the table `[scan]` of the file, in the form that `khien scan --settings` reads.
    pub scan: khien_scan::Settings,
    /// Which packs of rules look into files: the table `[rules]`.
    pub rules: khien_scan::RuleSettings,
    /// The clamd that looks into files too: the table `[clamd_detector]`.
    pub clamd_detector: Option<khien_scan::ClamdDetector>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("/var/lib/khien"),
            database: None,
            public_url: None,
            https: Some(SocketAddr::from(([0, 0, 0, 0], 8443))),
            http: None,
            behind_proxy: false,
            tls: Tls::default(),
            max_connections: 16_384,
            report_every_minutes: 60,
            enrolments_per_minute: 60,
            log_format: LogFormat::default(),
            log_level: "info".to_owned(),
            metrics_token: None,
            cases_folder: None,
            mail: Mail::default(),
            openid: OpenId::default(),
            feeds: Feeds::default(),
            scan: khien_scan::Settings::default(),
            rules: khien_scan::RuleSettings::default(),
            clamd_detector: None,
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The file, at this line.
    File {
        /// The line, from 1.
        line: usize,
    },
    /// The environment.
    Variable,
    /// What was typed.
    Typed,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Another kind of value is needed; the word is a key of the texts: `text`, `list`, `whole`, `flag`.
    Kind(&'static str),
    /// One of these words is needed.
    Word(&'static [&'static str]),
    /// A number from the first to the second is needed.
    Range(i64, i64),
    /// An address with a port is needed.
    Address,
    /// An `http://` or `https://` address without path is needed.
    Url,
    /// A `sqlite://` or `postgres://` address is needed.
    Database,
    /// It is empty or too long.
    Length,
    /// A table that is read as a whole does not have its form; what does not fit, in the words of the reader.
    Form(String),
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// The file is no TOML.
    NotToml {
        /// Where.
        place: Place,
        /// What, in the words of the reader.
        detail: String,
    },
    /// The file names something that is no setting.
    Unknown {
        /// Where.
        place: Place,
        /// What it names.
        name: String,
    },
    /// A variable that begins like ours is no setting.
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// A value that cannot be used.
    Value {
        /// Where in the file, when it comes from there.
        place: Option<Place>,
        /// The setting, or the variable it comes from.
        name: String,
        /// What is wrong.
        wrong: Wrong,
    },
    /// Nothing is listened on.
    NoListener,
    /// Without TLS others could read along.
    OpenHttp {
        /// The address.
        address: SocketAddr,
    },
    /// One of a certificate and its key is missing.
    HalfTls,
    /// A certificate was given, but not the authority it comes from: agents cannot pin it.
    NoAuthority,
    /// An OpenID provider without the name by which it knows this server, or without an address to return to.
    HalfOpenId,
    /// A mail server without a sender.
    HalfMail,
}

/// A place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in letters.
    pub column: usize,
}

/// A value as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A text. From the environment everything is one.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Flag(bool),
    /// Texts.
    List(Vec<String>),
    /// Something else, which no setting takes.
    Other,
}

/// Settings with where each comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// What they come to.
    pub settings: Settings,
    origins: BTreeMap<&'static str, Origin>,
    /// The lines of what stands in the tables that are read as a whole, by full names.
    lines: BTreeMap<String, usize>,
}

impl Config {
    /// Puts the settings together: `file` is the text of the file, `variables` the environment, `typed` what was typed, by
    /// the names of the fields.
    pub fn gather(
        base: Settings,
        file: Option<&str>,
        variables: &[(String, String)],
        typed: &[(&'static str, String)],
    ) -> Result<Self, Vec<Mistake>> {
        let mut config = Self { settings: base, ..Self::default() };
        let mut mistakes = Vec::new();
        if let Some(text) = file {
            tables::read(text, &mut config.settings, &mut mistakes);
            config.lines = file::lines(text);
        }
        for (name, place, given) in file.map(|text| file::values(text, &mut mistakes)).unwrap_or_default() {
            let Some(field) = field(&name) else {
                mistakes.push(Mistake::Unknown { place, name });
                continue;
            };
            let put = config.put(field, &given, Origin::File { line: place.line });
            mistakes.extend(put.err().map(|wrong| Mistake::Value { place: Some(place), name, wrong }));
        }
        for (name, value) in variables {
            let Some(field) = FIELDS.iter().find(|field| field.variable() == *name) else {
                // Variables of the program itself begin alike.
                if !OTHER_VARIABLES.contains(&name.as_str()) {
                    mistakes.push(Mistake::UnknownVariable { name: name.clone() });
                }
                continue;
            };
            let put = config.put(field, &Given::Text(value.clone()), Origin::Variable);
            mistakes.extend(put.err().map(|wrong| Mistake::Value { place: None, name: name.clone(), wrong }));
        }
        for (name, value) in typed {
            let Some(field) = field(name) else { continue };
            let put = config.put(field, &Given::Text(value.clone()), Origin::Typed);
            mistakes.extend(put.err().map(|wrong| Mistake::Value { place: None, name: (*name).to_owned(), wrong }));
        }
        if mistakes.is_empty() {
            config.settings.contradictions(&mut mistakes);
        }
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    fn put(&mut self, field: &'static Field, given: &Given, origin: Origin) -> Result<(), Wrong> {
        field.put(&mut self.settings, given)?;
        self.origins.insert(field.name, origin);
        Ok(())
    }

    /// Where the value of `field` comes from.
    pub fn origin(&self, field: &Field) -> Origin {
        self.origins.get(field.name).copied().unwrap_or(Origin::Default)
    }
}

/// How the variables of the settings begin.
pub const VARIABLE_PREFIX: &str = "KHIEN_";

/// Variables that begin like those of the settings and are none.
const OTHER_VARIABLES: &[&str] = &["KHIEN_LANG", "KHIEN_CONFIG"];

impl Settings {
    /// What each setting alone allows and all of them together do not.
    fn contradictions(&self, mistakes: &mut Vec<Mistake>) {
        if self.https.is_none() && self.http.is_none() {
            mistakes.push(Mistake::NoListener);
        }
        if let Some(address) = self.http.filter(|address| !address.ip().is_loopback() && !self.behind_proxy) {
            mistakes.push(Mistake::OpenHttp { address });
        }
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            mistakes.push(Mistake::HalfTls);
        } else if self.tls.certificate.is_some() && self.tls.authority.is_none() {
            mistakes.push(Mistake::NoAuthority);
        }
        if self.openid.issuer.is_some() && (self.openid.client_id.is_none() || self.public_url.is_none()) {
            mistakes.push(Mistake::HalfOpenId);
        }
        if self.mail.host.is_some() && self.mail.from.is_none() {
            mistakes.push(Mistake::HalfMail);
        }
    }

    /// The address by which people and agents reach the server: the one that is set, or what can be said without it.
    pub fn reached_by(&self) -> String {
        let host = |address: &SocketAddr| {
            let ip = address.ip();
            if ip.is_unspecified() {
                host_name().unwrap_or_else(|| "localhost".to_owned())
            } else if ip.is_loopback() {
                "localhost".to_owned()
            } else {
                SocketAddr::new(ip, 0).to_string().trim_end_matches(":0").to_owned()
            }
        };
        let over_tls = self.https.as_ref().map(|address| format!("https://{}:{}", host(address), address.port()));
        let plain = || self.http.as_ref().map(|address| format!("http://{}:{}", host(address), address.port()));
        self.public_url.clone().or(over_tls).or_else(plain).unwrap_or_else(|| "http://localhost".to_owned())
    }

    /// The database: the one that is set, or SQLite in the data folder.
    pub fn database_url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("khien.db").display()))
    }
}

/// The name of this machine, by which others may reach it.
pub fn host_name() -> Option<String> {
    let named =
        ["/proc/sys/kernel/hostname", "/etc/hostname"].into_iter().find_map(|file| std::fs::read_to_string(file).ok());
    let named = named.or_else(|| std::env::var("COMPUTERNAME").ok());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    named.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty() && name.bytes().all(is_name))
}
