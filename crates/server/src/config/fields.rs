//! The table of settings.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::{Given, LogFormat, MASK, MAX_LIST, MAX_VALUE_LETTERS, MailSecurity, Settings, VARIABLE_PREFIX, Wrong};

/// A setting: where it stands in the file and where its value goes. What it means stands in the texts and in
/// `docs/operations.md`.
pub struct Field {
    /// Its name: the table and the key of the file, with a dot between.
    pub name: &'static str,
    /// Whether nobody may see its value.
    pub secret: bool,
    put: fn(&mut Settings, &Given) -> Result<(), Wrong>,
    show: fn(&Settings) -> String,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Field {
    /// The variable of the environment that sets it.
    pub fn variable(&self) -> String {
        format!("{VARIABLE_PREFIX}{}", self.name.replace('.', "_").to_ascii_uppercase())
    }

    /// Its value in `settings`, as it would stand in the file; empty when it is not set, masked when it is secret.
    pub fn shown(&self, settings: &Settings) -> String {
        let value = (self.show)(settings);
        if self.secret && !value.is_empty() { masked(&value) } else { value }
    }

    pub(super) fn put(&self, settings: &mut Settings, given: &Given) -> Result<(), Wrong> {
        (self.put)(settings, given)
    }
}

/// A secret that is shown: of an address with a password in it all but the password, of anything else nothing.
fn masked(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return MASK.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:{MASK}@{place}")
        }
        None => value.split('?').next().unwrap_or_default().to_owned(),
    }
}

/// The setting called `name`.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

const fn open(
    name: &'static str,
    put: fn(&mut Settings, &Given) -> Result<(), Wrong>,
    show: fn(&Settings) -> String,
) -> Field {
    Field { name, secret: false, put, show }
}

const fn secret(
    name: &'static str,
    put: fn(&mut Settings, &Given) -> Result<(), Wrong>,
    show: fn(&Settings) -> String,
) -> Field {
    Field { name, secret: true, put, show }
}

/// Puts a value where it goes.
macro_rules! put {
    ($($place:ident).+ = $read:expr) => {
        |settings, given| {
            settings.$($place).+ = $read(given)?;
            Ok(())
        }
    };
}

/// Every setting, in the order in which they are documented.
pub const FIELDS: &[Field] = &[
    open("data", put!(data = path), |settings| settings.data.display().to_string()),
    secret("database", put!(database = database), |settings| optional(settings.database.as_ref())),
    open("public_url", put!(public_url = url), |settings| optional(settings.public_url.as_ref())),
    open("listen.https", put!(https = address), |settings| optional(settings.https.as_ref())),
    open("listen.http", put!(http = address), |settings| optional(settings.http.as_ref())),
    open("listen.behind_proxy", put!(behind_proxy = flag), |settings| settings.behind_proxy.to_string()),
    open("tls.certificate", put!(tls.certificate = some_path), |settings| {
        shown_path(settings.tls.certificate.as_ref())
    }),
    open("tls.key", put!(tls.key = some_path), |settings| shown_path(settings.tls.key.as_ref())),
    open("tls.authority", put!(tls.authority = some_path), |settings| shown_path(settings.tls.authority.as_ref())),
    open("tls.names", put!(tls.names = list), |settings| settings.tls.names.join(", ")),
    open("limits.connections", put!(max_connections = connections), |settings| settings.max_connections.to_string()),
    open("limits.enrolments_per_minute", put!(enrolments_per_minute = enrolments), |settings| {
        settings.enrolments_per_minute.to_string()
    }),
    open("agents.report_every_minutes", put!(report_every_minutes = minutes), |settings| {
        settings.report_every_minutes.to_string()
    }),
    open("log.format", put!(log_format = log_format), |settings| match settings.log_format {
        LogFormat::Text => "text".to_owned(),
        LogFormat::Json => "json".to_owned(),
    }),
    open("log.level", put!(log_level = text), |settings| settings.log_level.clone()),
    secret("metrics.token", put!(metrics_token = some_text), |settings| optional(settings.metrics_token.as_ref())),
    open("cases.folder", put!(cases_folder = some_path), |settings| shown_path(settings.cases_folder.as_ref())),
    open("mail.host", put!(mail.host = some_text), |settings| optional(settings.mail.host.as_ref())),
    open("mail.port", put!(mail.port = port), |settings| optional(settings.mail.port.as_ref())),
    open("mail.security", put!(mail.security = mail_security), |settings| match settings.mail.security {
        MailSecurity::Tls => "tls".to_owned(),
        MailSecurity::StartTls => "starttls".to_owned(),
        MailSecurity::None => "none".to_owned(),
    }),
    open("mail.user", put!(mail.user = some_text), |settings| optional(settings.mail.user.as_ref())),
    secret("mail.password", put!(mail.password = some_text), |settings| optional(settings.mail.password.as_ref())),
    open("mail.from", put!(mail.from = some_text), |settings| optional(settings.mail.from.as_ref())),
    open("openid.issuer", put!(openid.issuer = some_text), |settings| optional(settings.openid.issuer.as_ref())),
    open("openid.client_id", put!(openid.client_id = some_text), |settings| {
        optional(settings.openid.client_id.as_ref())
    }),
    secret("openid.client_secret", put!(openid.client_secret = some_text), |settings| {
        optional(settings.openid.client_secret.as_ref())
    }),
    open("openid.authority", put!(openid.authority = some_path), |settings| {
        shown_path(settings.openid.authority.as_ref())
    }),
    open("feeds.authority", put!(feeds.authority = some_path), |settings| {
        shown_path(settings.feeds.authority.as_ref())
    }),
    open("feeds.this_machine", put!(feeds.this_machine = flag), |settings| settings.feeds.this_machine.to_string()),
];

fn optional(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn shown_path(path: Option<&PathBuf>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

fn text(given: &Given) -> Result<String, Wrong> {
    let Given::Text(text) = given else { return Err(Wrong::Kind("text")) };
    let length = text.chars().count();
    if length == 0 || length > MAX_VALUE_LETTERS { Err(Wrong::Length) } else { Ok(text.clone()) }
}

/// A text that an empty one takes away again.
fn some_text(given: &Given) -> Result<Option<String>, Wrong> {
    if is_empty(given) { Ok(None) } else { text(given).map(Some) }
}

fn is_empty(given: &Given) -> bool {
    matches!(given, Given::Text(text) if text.is_empty())
}

fn path(given: &Given) -> Result<PathBuf, Wrong> {
    text(given).map(PathBuf::from)
}

fn some_path(given: &Given) -> Result<Option<PathBuf>, Wrong> {
    Ok(some_text(given)?.map(PathBuf::from))
}

fn address(given: &Given) -> Result<Option<SocketAddr>, Wrong> {
    let text = some_text(given)?;
    text.map(|text| text.parse().map_err(|_| Wrong::Address)).transpose()
}

fn database(given: &Given) -> Result<Option<String>, Wrong> {
    let text = some_text(given)?;
    if text.as_deref().is_none_or(is_database_address) { Ok(text) } else { Err(Wrong::Database) }
}

/// Whether a text begins like the address of a database.
pub fn is_database_address(text: &str) -> bool {
    ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Whether an address of the web leads to the machine itself, whichever machine that is.
pub fn is_this_machine(url: &str) -> bool {
    let uri = url.parse::<axum::http::Uri>().ok();
    let host = uri.as_ref().and_then(axum::http::Uri::host).unwrap_or_default();
    let is_loopback = |ip: IpAddr| ip.is_loopback();
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(is_loopback)
}

fn url(given: &Given) -> Result<Option<String>, Wrong> {
    let Some(text) = some_text(given)? else { return Ok(None) };
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest)).unwrap_or_default();
    let is_host = |host: &str| {
        !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
    };
    if is_host(host) { Ok(Some(text.strip_suffix('/').unwrap_or(&text).to_owned())) } else { Err(Wrong::Url) }
}

fn flag(given: &Given) -> Result<bool, Wrong> {
    match given {
        Given::Flag(flag) => Ok(*flag),
        Given::Text(text) => match text.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Wrong::Word(&["true", "false"])),
        },
        _ => Err(Wrong::Kind("flag")),
    }
}

fn whole(given: &Given, least: i64, most: i64) -> Result<i64, Wrong> {
    let number = match given {
        Given::Whole(number) => Some(*number),
        Given::Text(text) => text.parse().ok(),
        _ => None,
    };
    let number = number.ok_or(Wrong::Kind("whole"))?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(Wrong::Range(least, most)) }
}

fn narrowed<T: TryFrom<i64>>(given: &Given, least: i64, most: i64) -> Result<T, Wrong> {
    T::try_from(whole(given, least, most)?).map_err(|_| Wrong::Range(least, most))
}

fn connections(given: &Given) -> Result<usize, Wrong> {
    narrowed(given, 16, 1_000_000)
}

fn enrolments(given: &Given) -> Result<u32, Wrong> {
    narrowed(given, 1, 100_000)
}

fn minutes(given: &Given) -> Result<u32, Wrong> {
    narrowed(given, 1, 24 * 60)
}

fn port(given: &Given) -> Result<Option<u16>, Wrong> {
    if is_empty(given) { Ok(None) } else { narrowed(given, 1, i64::from(u16::MAX)).map(Some) }
}

fn list(given: &Given) -> Result<Vec<String>, Wrong> {
    let list = match given {
        Given::List(list) => list.clone(),
        Given::Text(text) => {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        }
        _ => return Err(Wrong::Kind("list")),
    };
    let good = list.len() <= MAX_LIST && list.iter().all(|part| !part.is_empty() && part.len() <= MAX_VALUE_LETTERS);
    if good { Ok(list) } else { Err(Wrong::Length) }
}

/// One of a few words, each with what it stands for.
fn word<T: Copy>(given: &Given, words: &'static [&'static str], meanings: &[T]) -> Result<T, Wrong> {
    let text = text(given)?;
    let place = words.iter().position(|word| *word == text);
    place.and_then(|place| meanings.get(place)).copied().ok_or(Wrong::Word(words))
}

fn log_format(given: &Given) -> Result<LogFormat, Wrong> {
    word(given, &["text", "json"], &[LogFormat::Text, LogFormat::Json])
}

fn mail_security(given: &Given) -> Result<MailSecurity, Wrong> {
    word(given, &["tls", "starttls", "none"], &[MailSecurity::Tls, MailSecurity::StartTls, MailSecurity::None])
}
