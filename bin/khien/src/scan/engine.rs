//! The scanner as a command uses it: our rules, the packs that are installed, clamd where it is asked for. And the same for
//! programs that run for months, which take up a pack that was loaded meanwhile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use khien_rules::{ENGINE, Pack, files_of, released_at, to_bytes};
use khien_scan::receipt::RuleSource;
use khien_scan::{ClamdDetector, ScanProblem, Scanner, Settings};
use serde::{Deserialize, Serialize};

use super::ScanSettings;
use crate::i18n::{Language, Texts, text, texts};
use crate::output;
use crate::problem::Problem;
use crate::rules::folder::{Fingerprint, Folder, fingerprint};

/// How old rules may be before every scan says so, in days, if the settings say nothing else.
pub(crate) const MAX_RULES_AGE_DAYS: u64 = 30;
/// What our own rules are called where the age of rules is told.
pub(crate) const OUR_RULES: &str = "khien";
/// What the signatures of clamd are called there.
const CLAMAV: &str = "clamav";
/// How clamd writes the day of its signatures, behind its version and theirs.
const DAY_OF_SIGNATURES: &str = "%a %b %d %H:%M:%S %Y";
/// How often the folder of packs is looked at, in seconds, if the settings say nothing else.
const RELOAD_SECONDS: u64 = 30;

/// Which packs of rules are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RuleSettings {
    /// The folder that they are installed in, instead of the machine's and the user's own.
    pub(crate) folder: Option<PathBuf>,
    /// How old rules may be before every scan says so, in days.
    pub(crate) max_age_days: u64,
    /// How often a gate looks whether a pack was loaded, in seconds; 0 for never.
    pub(crate) reload_seconds: u64,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self { folder: None, max_age_days: MAX_RULES_AGE_DAYS, reload_seconds: RELOAD_SECONDS }
    }
}

/// A scanner, and which rules it looks by.
pub(crate) struct Engine {
    pub(crate) scanner: Scanner,
    packs: Vec<RuleSource>,
}

impl Engine {
    /// A scanner with our rules and those of all installed packs that are in order. What is not in order is said aloud, and no
    /// file is clean without it: whoever installed it counts on it.
    pub(crate) fn start(settings: &ScanSettings, folders: &[Folder], texts: &Texts) -> Result<Self, Problem> {
        let (packs, mut missing) = usable(folders, texts);
        let rules = to_bytes(&files_of(&packs));
        let clamd = settings.clamd_detector.clone();
        let scanner = match scanner(settings.scan.clone(), rules, clamd.clone()) {
            Ok(scanner) => scanner,
            // Together they may be more than a worker can take: ours alone are better than none.
            Err(problem) if !packs.is_empty() => {
                let alone =
                    scanner(settings.scan.clone(), Vec::new(), clamd).map_err(|problem| said(problem, texts))?;
                missing.push(text!(texts, "rules-not-together", detail = problem.to_string()));
                return Ok(Self { scanner: told(alone, missing, texts), packs: Vec::new() });
            }
            Err(problem) => return Err(said(problem, texts)),
        };
        let sources = packs.iter().map(|pack| RuleSource {
            name: pack.manifest.name.clone(),
            id: pack.content_id.clone(),
            made_at: Some(pack.manifest.created_at.to_string()),
            age_days: None,
        });
        let packs = sources.collect();
        Ok(Self { scanner: told(scanner, missing, texts), packs })
    }

    /// Which rules and signatures look at files, and how old they are at `now`.
    pub(crate) fn rule_sources(&self, now: Timestamp) -> Vec<RuleSource> {
        let ours = RuleSource {
            name: OUR_RULES.to_owned(),
            id: format!("{} ({ENGINE})", env!("CARGO_PKG_VERSION")),
            made_at: Some(released_at().to_string()),
            age_days: None,
        };
        let clamd = self.scanner.clamd_version().map(|version| signatures(&version));
        let all = std::iter::once(ours).chain(self.packs.iter().cloned()).chain(clamd);
        all.map(|source| RuleSource { age_days: age(source.made_at.as_deref(), now), ..source }).collect()
    }

    /// When the newest of the rules was made.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        let packs = self.packs.iter().filter_map(|pack| pack.made_at.as_deref()?.parse().ok());
        packs.chain([released_at()]).max()
    }
}

/// Whole days since a moment; a clock that was wrong makes nothing younger than new.
fn age(made_at: Option<&str>, now: Timestamp) -> Option<u64> {
    let made_at: Timestamp = made_at?.parse().ok()?;
    Some(u64::try_from(now.duration_since(made_at).as_hours() / 24).unwrap_or(0))
}

/// `ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026`: the day is that of the machine that clamd runs on, which is exact enough.
fn signatures(version: &str) -> RuleSource {
    let mut parts = version.splitn(3, '/');
    let id: Vec<&str> = parts.by_ref().take(2).collect();
    let day = parts.next().and_then(|day| DateTime::strptime(DAY_OF_SIGNATURES, day.trim()).ok());
    let made_at = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|day| day.timestamp().to_string());
    RuleSource { name: CLAMAV.to_owned(), id: id.join("/"), made_at, age_days: None }
}

/// The rules and signatures that are older than they may be, a line each.
pub(crate) fn old(sources: &[RuleSource], most_days: u64, texts: &Texts) -> String {
    let lines = sources.iter().filter_map(|source| {
        let days = source.age_days.filter(|days| *days > most_days)?;
        let todo = match source.name.as_str() {
            OUR_RULES => "rules-old-ours",
            CLAMAV => "rules-old-clamav",
            _ => "rules-old-pack",
        };
        let todo = texts.text(todo);
        Some(format!("{}\n", text!(texts, "rules-old", name = source.name.as_str(), days = days, todo = todo)))
    });
    lines.collect()
}

/// The packs that are in order, each content once, and what is not in order.
fn usable(folders: &[Folder], texts: &Texts) -> (Vec<Pack>, Vec<String>) {
    let (mut packs, mut missing, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for installed in folders.iter().flat_map(Folder::packs) {
        let name = installed.name();
        match installed.pack {
            Ok(pack) if seen.insert(pack.content_id.clone()) => packs.push(pack),
            Ok(_) => {}
            Err(trouble) => {
                let path = installed.path.display().to_string();
                let why = trouble.words(texts);
                output::complain(&format!("{}\n", text!(texts, "rules-broken", path = path, why = why)));
                missing.push(text!(texts, "rules-missing", name = name));
            }
        }
    }
    (packs, missing)
}

fn scanner(settings: Settings, rules: Vec<u8>, clamd: Option<ClamdDetector>) -> Result<Scanner, ScanProblem> {
    let scanner = Scanner::new(settings, rules)?;
    Ok(match clamd {
        Some(clamd) => scanner.with_clamd(clamd),
        None => scanner,
    })
}

fn told(scanner: Scanner, missing: Vec<String>, texts: &Texts) -> Scanner {
    if !missing.is_empty() {
        output::complain(&format!("{}\n", texts.text("rules-missing-so")));
    }
    scanner.without(missing)
}

fn said(problem: ScanProblem, texts: &Texts) -> Problem {
    let detail = match problem {
        ScanProblem::NoWorker(why) => why,
        ScanProblem::Unreadable(error) => error.to_string(),
    };
    let hints = vec![texts.text("scan-no-worker-todo")];
    Problem::Worded { what: text!(texts, "scan-no-worker", detail = detail), hints }
}

/// The folders of packs: the one that was typed, the one in the settings, or the usual ones.
pub(crate) fn folders(settings: &RuleSettings, typed: Option<&Path>) -> Vec<Folder> {
    Folder::in_use(typed.or(settings.folder.as_deref()))
}

/// An engine that is replaced by a new one when the folder of packs changes. What is asked meanwhile is answered by the old one.
pub(crate) struct Current {
    engine: RwLock<Arc<Engine>>,
    settings: ScanSettings,
    folders: Vec<Folder>,
    language: Language,
    seen: Mutex<Fingerprint>,
}

impl Current {
    /// An engine, and a thread that looks after the folder.
    pub(crate) fn start(settings: &ScanSettings, typed: Option<&Path>, texts: &Texts) -> Result<Arc<Self>, Problem> {
        let folders = folders(&settings.rules, typed);
        // Looked at first: a change while the packs are read is seen the next time.
        let seen = Mutex::new(fingerprint(&folders));
        let engine = RwLock::new(Arc::new(Engine::start(settings, &folders, texts)?));
        let current = Arc::new(Self { engine, settings: settings.clone(), folders, language: texts.language(), seen });
        if settings.rules.reload_seconds > 0 {
            let watched = Arc::downgrade(&current);
            let every = Duration::from_secs(settings.rules.reload_seconds);
            thread::spawn(move || {
                loop {
                    thread::sleep(every);
                    let Some(current) = watched.upgrade() else { return };
                    current.look();
                }
            });
        }
        Ok(current)
    }

    /// The engine of this moment.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up what has changed in the folder.
    fn look(&self) {
        let now = fingerprint(&self.folders);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return;
        }
        *seen = now;
        let texts = texts(self.language);
        match Engine::start(&self.settings, &self.folders, &texts) {
            Ok(engine) => {
                *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
                output::complain(&format!("{}\n", texts.text("rules-taken-up")));
            }
            // The old rules go on; the next change is tried again.
            Err(problem) => output::complain(&problem.message(&texts)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_signatures_is_read() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let read = |version: &str| {
            let source = signatures(version);
            (source.id.clone(), age(source.made_at.as_deref(), now))
        };
        assert_eq!(read("ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026"), ("ClamAV 1.4.3/27800".to_owned(), Some(2)));
        assert_eq!(read("ClamAV 1.4.3/27800/Mon Nov  2 08:00:00 2026").1, Some(23));
        assert_eq!(read("ClamAV 1.4.6"), ("ClamAV 1.4.6".to_owned(), None));
        assert_eq!(read("ClamAV 1.4.6/1/hôm qua").1, None);
        assert_eq!(read("ClamAV 1.4.3/27800/Mon Nov 30 08:00:00 2026").1, Some(0));
    }

    #[test]
    fn only_what_is_too_old_is_said() {
        let texts = texts(Language::Vi);
        let source =
            |days: Option<u64>| RuleSource {
                name: "gói".to_owned(), id: String::new(), made_at: None, age_days: days
            };
        for (days, is_said) in [(None, false), (Some(0), false), (Some(30), false), (Some(31), true)] {
            assert_eq!(old(&[source(days)], MAX_RULES_AGE_DAYS, &texts).is_empty(), !is_said, "{days:?}");
        }
    }
}
