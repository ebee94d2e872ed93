//! Rules out of what was typed: the name of a well-known source, an address, a ZIP archive, a folder or a file.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use khien_connect::feed::FeedProblem;
use khien_connect::{MAX_DOWNLOAD_BYTES, download};
use khien_rules::{
    Collected, Licence, PackProblem, RuleFile, Sharing, Source, belongs, collect, from_zip, known_sources,
};
use khien_scan::sha256_of;
use khien_texts::labels::shortened;
use serde::{Deserialize, Serialize};

use crate::cli::SourceArguments;
use crate::i18n::{Texts, text};
use crate::input;
use crate::problem::Problem;
use crate::scan::files;

/// What a licence is called that nobody named (SPDX).
const NO_LICENCE: &str = "NOASSERTION";
/// What `khien rules pull` writes beside the rules.
pub(super) const RECORD: &str = "source.json";
/// The largest record, and the largest file of certificates, in bytes.
const MAX_RECORD_BYTES: u64 = 1024 * 1024;
/// What an address begins with.
const ADDRESSES: [&str; 2] = ["https://", "http://"];

/// What is known of rules that were fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    #[serde(flatten)]
    pub(super) source: Source,
    /// SHA-256 of the file that was fetched or read; none for a folder.
    pub(super) sha256: Option<String>,
    /// When.
    pub(super) fetched_at: Timestamp,
}

/// Rules of one source.
pub(super) struct Gathered {
    pub(super) record: Record,
    pub(super) collected: Collected,
}

impl Gathered {
    /// What its licence allows.
    pub(super) fn sharing(&self) -> Sharing {
        Licence(&self.record.source.license).sharing()
    }
}

/// The rules of all sources that were typed.
pub(super) fn all(from: &SourceArguments, now: Timestamp, texts: &Texts) -> Result<Vec<Gathered>, Problem> {
    let is_described = [&from.named, &from.licence, &from.author, &from.edition].iter().any(|told| told.is_some());
    if is_described && from.sources.len() > 1 {
        return Err(Problem::Worded { what: texts.text("rules-one-description"), hints: Vec::new() });
    }
    let mut gathered = Vec::new();
    for typed in &from.sources {
        gathered.extend(one(typed, from, now, texts)?);
    }
    match gathered.iter().find(|one| one.collected.files.is_empty()) {
        Some(empty) => Err(Problem::Worded {
            what: text!(texts, "rules-none-there", source = empty.record.source.name.as_str()),
            hints: vec![texts.text("rules-none-there-todo")],
        }),
        None => Ok(gathered),
    }
}

fn one(typed: &str, from: &SourceArguments, now: Timestamp, texts: &Texts) -> Result<Vec<Gathered>, Problem> {
    let refused = |problem: PackProblem| super::worded(&problem, texts);
    let day = now.strftime("%Y-%m-%d").to_string();
    if let Some(known) = known_sources().into_iter().find(|known| known.id == typed) {
        let bytes = fetched(&known.url, from, texts)?;
        let collected = from_zip(&bytes).map_err(refused)?;
        return Ok(vec![described(known.source(day), Some(sha256_of(&bytes)), collected, from, now)]);
    }
    let source = |name: &str, url: String| Source {
        name: name.to_owned(),
        url,
        version: day.clone(),
        license: String::new(),
        attribution: String::new(),
    };
    if ADDRESSES.iter().any(|begin| typed.starts_with(begin)) {
        let bytes = fetched(typed, from, texts)?;
        let name = typed.rsplit('/').next().unwrap_or(typed).trim_end_matches(".zip");
        let collected = from_zip(&bytes).map_err(refused)?;
        let source = source(name, typed.to_owned());
        return Ok(vec![described(source, Some(sha256_of(&bytes)), collected, from, now)]);
    }
    let path = Path::new(typed);
    if path.is_dir() {
        return folder(path, from, now, &source, texts);
    }
    let hints = || vec![text!(texts, "rules-known-are", known = ids())];
    if !path.exists() {
        let what = text!(texts, "rules-no-source", source = shortened(typed));
        return Err(Problem::Worded { what, hints: hints() });
    }
    let bytes = input::read_bytes(path, MAX_DOWNLOAD_BYTES)?;
    let sha256 = Some(sha256_of(&bytes));
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let collected = if belongs(&file) { collect([(file, bytes)]) } else { from_zip(&bytes) };
    let collected = collected.map_err(refused)?;
    Ok(vec![described(source(&name, shown(path)), sha256, collected, from, now)])
}

fn ids() -> String {
    known_sources().into_iter().map(|known| known.id).collect::<Vec<_>>().join(", ")
}

/// Where something lies on this machine, as a pack says it: a name, not somebody's folders.
fn shown(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// A folder of rules: one that `khien rules pull` wrote has a record, or folders with a record each.
fn folder(
    path: &Path,
    from: &SourceArguments,
    now: Timestamp,
    source: &dyn Fn(&str, String) -> Source,
    texts: &Texts,
) -> Result<Vec<Gathered>, Problem> {
    let entries = fs::read_dir(path).map_err(|error| input::problem(path, &error))?;
    let mut below: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    below.sort();
    let pulled: Vec<_> = below.iter().filter(|folder| folder.join(RECORD).is_file()).collect();
    if !pulled.is_empty() && !path.join(RECORD).exists() {
        let each = pulled.into_iter().map(|folder| self::folder(folder, from, now, source, texts));
        return Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
    }
    let collected = collected(path, texts)?;
    if path.join(RECORD).is_file() {
        let place = path.join(RECORD);
        let bytes = input::read_bytes(&place, MAX_RECORD_BYTES)?;
        let record: Record = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::CannotRead { path: place, detail: error.to_string() })?;
        let (sha256, fetched_at) = (record.sha256, record.fetched_at);
        return Ok(vec![described(record.source, sha256, collected, from, fetched_at)]);
    }
    let name = fs::canonicalize(path).map_or_else(|_| shown(path), |path| shown(&path));
    Ok(vec![described(source(&name, name.clone()), None, collected, from, now)])
}

/// The rules and licences below a folder.
fn collected(top: &Path, texts: &Texts) -> Result<Collected, Problem> {
    let found = files::list(&[top.to_owned()], true)?;
    if let Some(unread) = found.unread.into_iter().next() {
        return Err(unread.problem);
    }
    let mut read = Vec::new();
    for path in found.files {
        let name = path.strip_prefix(top).unwrap_or(&path).to_string_lossy().into_owned();
        if belongs(&name) {
            read.push((name, input::read_bytes(&path, MAX_DOWNLOAD_BYTES)?));
        }
    }
    collect(read).map_err(|problem| super::worded(&problem, texts))
}

/// What is said of a source: what was typed, else what it says itself. A licence that keeps rules where they are is never
/// talked away: if a text beside the rules is one, that counts.
fn described(
    source: Source,
    sha256: Option<String>,
    collected: Collected,
    from: &SourceArguments,
    now: Timestamp,
) -> Gathered {
    let named = named_in(&collected.licences);
    let told = from.licence.clone().or(Some(source.license).filter(|licence| !licence.is_empty()));
    let kept = named.filter(|name| Licence(name).sharing() == Sharing::OwnUse).map(str::to_owned);
    let license = kept.or(told).or(named.map(str::to_owned)).unwrap_or_else(|| NO_LICENCE.to_owned());
    let name = from.named.clone().unwrap_or(source.name);
    let attribution = from.author.clone().or(Some(source.attribution).filter(|text| !text.is_empty()));
    let source = Source {
        attribution: attribution.unwrap_or_else(|| name.clone()),
        name,
        url: source.url,
        version: from.edition.clone().unwrap_or(source.version),
        license,
    };
    Gathered { record: Record { source, sha256, fetched_at: now }, collected }
}

/// The licence that texts beside rules name, the strictest of them.
fn named_in(licences: &[RuleFile]) -> Option<&'static str> {
    let named: Vec<&'static str> = licences.iter().filter_map(|file| Licence::named_in(&file.text)).collect();
    let strict = named.iter().find(|name| Licence(name).sharing() == Sharing::OwnUse);
    strict.or(named.first()).copied()
}

fn fetched(url: &str, from: &SourceArguments, texts: &Texts) -> Result<Vec<u8>, Problem> {
    let authorities = match &from.ca {
        Some(path) => Some(input::text_of(input::read_bytes(path, MAX_RECORD_BYTES)?, path)?),
        None => None,
    };
    download(url, authorities).map_err(|problem| {
        let detail = why(&problem, texts);
        let what = text!(texts, "rules-not-fetched", url = shortened(url), detail = detail);
        Problem::Worded { what, hints: vec![texts.text("rules-not-fetched-todo")] }
    })
}

/// Why something was not fetched.
fn why(problem: &FeedProblem, texts: &Texts) -> String {
    let detail = shortened(&problem.detail());
    match problem {
        FeedProblem::Plain | FeedProblem::OtherScheme { .. } => texts.text("rules-fetch-plain"),
        FeedProblem::Unreachable { .. } => text!(texts, "rules-fetch-unreachable", detail = detail),
        FeedProblem::NotTrusted { .. } => text!(texts, "rules-fetch-not-trusted", detail = detail),
        FeedProblem::TimedOut { .. } => text!(texts, "rules-fetch-timed-out", detail = detail),
        FeedProblem::TooLarge { .. } => text!(texts, "rules-fetch-too-large", detail = detail),
        FeedProblem::TooManyRedirects { .. } => text!(texts, "rules-fetch-redirects", detail = detail),
        FeedProblem::Status { .. } => text!(texts, "rules-fetch-status", detail = detail),
        _ => texts.text("rules-fetch-address"),
    }
}
