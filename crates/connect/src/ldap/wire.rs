//! Speaking with the directory: connect, bind, ask, leave.

use std::time::Duration;

use jiff::Timestamp;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::asn1::StructureTag;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, ResultEntry, Scope};

use super::settings::{Server, Settings, Transport};
use super::{Attributes, Entry, Kind, Mapped, Problem, accounts, tls};

/// How long the server has to take our connection, TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long it has for each answer.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it has for everything.
pub const READ_TIMEOUT: Duration = Duration::from_mins(5);
/// How long it has for everything when it is only tried whether it lets us read.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(20);
/// How many entries are asked for at once: half of what Active Directory sends at most.
pub const PAGE_SIZE: i32 = 500;
/// The most entries that are taken.
pub const MAX_ENTRIES: usize = 100_000;
/// The most referrals to other servers that are named.
pub const MAX_REFERRALS: usize = 20;

/// Active Directory says by this that it is one ([MS-ADTS] 3.1.1.3.4.3, `LDAP_CAP_ACTIVE_DIRECTORY_OID`).
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What kind of directory it is.
    pub kind: Kind,
    /// Where the search began.
    pub base: String,
    /// What its entries mean.
    pub mapped: Mapped,
    /// Other servers that hold part of the directory. They are not asked.
    pub referrals: Vec<String>,
}

/// What kind of directory answers, and where the search would begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What kind of directory it is.
    pub kind: Kind,
    /// Where the search begins.
    pub base: String,
}

/// Reads every account, all of them or none. `now` is what their age is counted from.
pub async fn read(settings: &Settings, now: Timestamp) -> Result<Reading, Problem> {
    let server = settings.check()?;
    within(READ_TIMEOUT, read_all(settings.clone(), server, now)).await
}

/// Tries whether the directory lets us in and has the place where the search begins, without reading anybody.
pub async fn probe(settings: &Settings) -> Result<Probe, Problem> {
    let server = settings.check()?;
    within(PROBE_TIMEOUT, try_out(settings.clone(), server)).await
}

async fn within<T: Send + 'static>(
    time: Duration,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let task = tokio::spawn(work);
    let abort = task.abort_handle();
    match tokio::time::timeout(time, task).await {
        Ok(Ok(outcome)) => outcome,
        // The library gives up on an answer that is no LDAP by panicking; that ends its task and no other.
        Ok(Err(_)) => Err(Problem::Malformed { detail: "an answer that cannot be read".to_owned() }),
        Err(_) => {
            abort.abort();
            Err(Problem::TimedOut { seconds: time.as_secs() })
        }
    }
}

/// Goes in, and asks what kind of directory it is and where the search begins.
async fn enter(settings: &Settings, server: &Server) -> Result<(Ldap, Probe), Problem> {
    let mut ldap = connect(settings, server).await?;
    if let Some(bind) = &settings.bind {
        ldap.with_timeout(STEP_TIMEOUT);
        let answer = ldap.simple_bind(&bind.name, &bind.password).await.map_err(Problem::of)?;
        if answer.rc != 0 {
            return Err(Problem::of_result(&answer, ""));
        }
    }
    let root = root(&mut ldap).await?;
    let base = settings.base.clone().or_else(|| beginning(&root)).ok_or(Problem::NoBase)?;
    Ok((ldap, Probe { kind: kind(&root), base }))
}

async fn try_out(settings: Settings, server: Server) -> Result<Probe, Problem> {
    // The one attribute of which a directory sends nothing (RFC 4511 §4.5.1.8).
    const NOTHING: [&str; 1] = ["1.1"];
    let (mut ldap, probe) = enter(&settings, &server).await?;
    ldap.with_timeout(STEP_TIMEOUT);
    let found = ldap.search(&probe.base, Scope::Base, "(objectClass=*)", NOTHING).await.map_err(Problem::of)?;
    let _ = ldap.unbind().await;
    if found.1.rc != 0 {
        return Err(Problem::of_result(&found.1, &probe.base));
    }
    // A directory hides a place from whoever may not see it by sending nothing.
    if found.0.is_empty() { Err(Problem::NoSuchBase { base: probe.base }) } else { Ok(probe) }
}

async fn read_all(settings: Settings, server: Server, now: Timestamp) -> Result<Reading, Problem> {
    let (mut ldap, Probe { kind, base }) = enter(&settings, &server).await?;
    let names = settings.attributes.clone().unwrap_or_else(|| kind.names());
    let filter = settings.filter.as_deref().unwrap_or(kind.filter());
    let (entries, referrals) = search(&mut ldap, &base, filter, &wanted(kind, &names)).await?;
    // Whoever does not hear us leave loses nothing.
    let _ = ldap.unbind().await;
    let mapped = accounts(kind, &names, &settings.administrators, &entries, now);
    Ok(Reading { kind, base, mapped, referrals })
}

async fn connect(settings: &Settings, server: &Server) -> Result<Ldap, Problem> {
    let roots = tls::roots(&settings.authorities)?;
    let config = tls::config(roots).map_err(|error| Problem::NotTrusted { detail: error.to_string() })?;
    let connection = LdapConnSettings::new()
        .set_conn_timeout(CONNECT_TIMEOUT)
        .set_starttls(server.transport == Transport::StartTls)
        .set_config(config);
    let (connection, ldap) =
        LdapConnAsync::with_settings(connection, &server.url()).await.map_err(|error| match Problem::of(error) {
            Problem::TimedOut { .. } => Problem::TimedOut { seconds: CONNECT_TIMEOUT.as_secs() },
            // What goes wrong before anything is asked but TLS is about TLS.
            Problem::Other { detail, .. } => Problem::NotTrusted { detail },
            problem => problem,
        })?;
    // It ends with the last handle; what goes wrong shows in the answers that do not come.
    tokio::spawn(async move { connection.drive().await });
    Ok(ldap)
}

/// What the directory says about itself.
async fn root(ldap: &mut Ldap) -> Result<Entry, Problem> {
    const ABOUT: [&str; 3] = ["supportedCapabilities", "defaultNamingContext", "namingContexts"];
    ldap.with_timeout(STEP_TIMEOUT);
    let found = ldap.search("", Scope::Base, "(objectClass=*)", ABOUT).await.map_err(Problem::of)?;
    if found.1.rc != 0 {
        return Err(Problem::of_result(&found.1, ""));
    }
    found.0.into_iter().next().map_or_else(|| Ok(Entry::default()), entry_of)
}

fn kind(root: &Entry) -> Kind {
    let (capabilities, _) = root.texts("supportedCapabilities");
    if capabilities.iter().any(|oid| oid == ACTIVE_DIRECTORY) { Kind::ActiveDirectory } else { Kind::Plain }
}

/// Where a directory begins by its own word: Active Directory names one place; others may have several, of which none is
/// more right than another.
fn beginning(root: &Entry) -> Option<String> {
    let only = || match root.texts("namingContexts") {
        ([only], true) if !only.is_empty() => Some(only.clone()),
        _ => None,
    };
    root.text("defaultNamingContext").map(str::to_owned).or_else(only)
}

fn wanted(kind: Kind, names: &Attributes) -> Vec<String> {
    let mut wanted: Vec<String> = names.all().iter().chain(kind.attributes()).map(|&name| name.to_owned()).collect();
    wanted.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    wanted.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    wanted
}

/// Every entry below `base` that `filter` takes, and the servers that hold others.
async fn search(
    ldap: &mut Ldap,
    base: &str,
    filter: &str,
    wanted: &[String],
) -> Result<(Vec<Entry>, Vec<String>), Problem> {
    let adapters: Vec<Box<dyn Adapter<'_, String, Vec<String>>>> =
        vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(PAGE_SIZE))];
    ldap.with_timeout(STEP_TIMEOUT);
    let mut stream = ldap
        .streaming_search_with(adapters, base, Scope::Subtree, filter, wanted.to_vec())
        .await
        .map_err(Problem::of)?;
    let mut entries = Vec::new();
    loop {
        // A server that stops in the middle of a page is not waited for to the end of everything.
        let next = tokio::time::timeout(STEP_TIMEOUT, stream.next()).await;
        let next = next.map_err(|_| Problem::TimedOut { seconds: STEP_TIMEOUT.as_secs() })?;
        let Some(entry) = next.map_err(Problem::of)? else { break };
        if entries.len() == MAX_ENTRIES {
            return Err(Problem::TooMany { limit: MAX_ENTRIES });
        }
        entries.push(entry_of(entry)?);
    }
    let mut answer = stream.finish().await;
    if answer.rc != 0 {
        return Err(Problem::of_result(&answer, base));
    }
    answer.refs.truncate(MAX_REFERRALS);
    Ok((entries, answer.refs))
}

/// An entry as it came over the wire (RFC 4511 §4.5.2).
fn entry_of(found: ResultEntry) -> Result<Entry, Problem> {
    parsed(found.0).ok_or_else(|| Problem::Malformed { detail: "a search entry".to_owned() })
}

fn parsed(tag: StructureTag) -> Option<Entry> {
    let text = |tag: StructureTag| String::from_utf8(tag.expect_primitive()?).ok();
    let mut parts = tag.expect_constructed()?.into_iter();
    let mut entry = Entry::named(text(parts.next()?)?);
    for attribute in parts.next()?.expect_constructed()? {
        let mut parts = attribute.expect_constructed()?.into_iter();
        let name = text(parts.next()?)?;
        let values = parts.next()?.expect_constructed()?.into_iter().map(StructureTag::expect_primitive);
        entry.add(&name, values.collect::<Option<Vec<Vec<u8>>>>()?);
    }
    Some(entry)
}
