//! The scanner as a command uses it: our rules, the packs that are installed, clamd where it is asked for. And the same for
//! programs that run for months, which take up a pack that was loaded meanwhile.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use khien_rules::{ENGINE, Pack, files_of, released_at, to_bytes};
use khien_scan::receipt::{CLAMAV, OUR_RULES, RuleSource};
use khien_scan::{ClamdDetector, RuleSettings, ScanProblem, Scanner, Settings};

use super::ScanSettings;
use crate::i18n::{Language, Texts, text, texts};
use crate::output;
use crate::problem::Problem;
use crate::rules::folder::{Fingerprint, Folder, fingerprint};

/// How clamd writes the day of its signatures, behind its version and theirs.
const DAY_OF_SIGNATURES: &str = "%a %b %d %H:%M:%S %Y";
/// Where it is said that a pack is not in order, or was taken up: on the terminal, or in the log of a server.
pub(crate) type Say = fn(&str);

/// Says it on the terminal.
pub(crate) fn on_terminal(line: &str) {
    output::complain(&format!("{line}\n"));
}

/// A scanner, and which rules it looks by.
pub(crate) struct Engine {
    pub(crate) scanner: Scanner,
    packs: Vec<RuleSource>,
}

impl Engine {
    /// A scanner with our rules and those of all installed packs that are in order. What is not in order is said aloud, and no
    /// file is clean without it: whoever installed it counts on it.
    pub(crate) fn start(settings: &ScanSettings, folders: &[Folder], texts: &Texts, say: Say) -> Result<Self, Problem> {
        let (packs, mut missing) = usable(folders, texts, say);
        let rules = to_bytes(&files_of(&packs));
        let clamd = settings.clamd_detector.clone();
        let scanner = match scanner(settings.scan.clone(), rules, clamd.clone()) {
            Ok(scanner) => scanner,
            // Together they may be more than a worker can take: ours alone are better than none.
            Err(problem) if !packs.is_empty() => {
                let alone =
                    scanner(settings.scan.clone(), Vec::new(), clamd).map_err(|problem| said(problem, texts))?;
                missing.push(text!(texts, "rules-not-together", detail = problem.to_string()));
                return Ok(Self { scanner: told(alone, missing, texts, say), packs: Vec::new() });
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
        Ok(Self { scanner: told(scanner, missing, texts, say), packs })
    }

    /// Which rules and signatures look at files.
    pub(crate) fn rule_sources(&self) -> Vec<RuleSource> {
        let ours = RuleSource {
            name: OUR_RULES.to_owned(),
            id: format!("{} ({ENGINE})", env!("CARGO_PKG_VERSION")),
            made_at: Some(released_at().to_string()),
            age_days: None,
        };
        let clamd = self.scanner.clamd_version().map(|version| signatures(&version));
        std::iter::once(ours).chain(self.packs.iter().cloned()).chain(clamd).collect()
    }

    /// The same, with how old they are at `now`.
    pub(crate) fn aged_rule_sources(&self, now: Timestamp) -> Vec<RuleSource> {
        self.rule_sources().into_iter().map(|source| source.aged(now)).collect()
    }
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
fn usable(folders: &[Folder], texts: &Texts, say: Say) -> (Vec<Pack>, Vec<String>) {
    let (mut packs, mut missing, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for installed in folders.iter().flat_map(Folder::packs) {
        let name = installed.name();
        match installed.pack {
            Ok(pack) if seen.insert(pack.content_id.clone()) => packs.push(pack),
            Ok(_) => {}
            Err(trouble) => {
                let path = output::shown(&installed.path);
                let why = trouble.words(texts);
                say(&text!(texts, "rules-broken", path = path, why = why));
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

fn told(scanner: Scanner, missing: Vec<String>, texts: &Texts, say: Say) -> Scanner {
    if !missing.is_empty() {
        say(&texts.text("rules-missing-so"));
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
    say: Say,
    seen: Mutex<Fingerprint>,
}

impl Current {
    /// An engine, and a thread that looks after the folder.
    pub(crate) fn start(
        settings: &ScanSettings,
        typed: Option<&Path>,
        texts: &Texts,
        say: Say,
    ) -> Result<Arc<Self>, Problem> {
        let folders = folders(&settings.rules, typed);
        // Looked at first: a change while the packs are read is seen the next time.
        let seen = Mutex::new(fingerprint(&folders));
        let engine = RwLock::new(Arc::new(Engine::start(settings, &folders, texts, say)?));
        let current =
            Arc::new(Self { engine, settings: settings.clone(), folders, language: texts.language(), say, seen });
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
        match Engine::start(&self.settings, &self.folders, &texts, self.say) {
            Ok(engine) => {
                *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
                (self.say)(&texts.text("rules-taken-up"));
            }
            // The old rules go on; the next change is tried again.
            Err(problem) => (self.say)(problem.message(&texts).trim_end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use khien_scan::MAX_RULES_AGE_DAYS;

    use super::*;

    #[test]
    fn the_day_of_signatures_is_read() {
        let read = |version: &str| {
            let source = signatures(version);
            (source.id, source.made_at)
        };
        let made = |day: &str| Some(format!("{day}T08:00:00Z"));
        let id = || "ClamAV 1.4.3/27800".to_owned();
        assert_eq!(read("ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026"), (id(), made("2026-11-23")));
        assert_eq!(read("ClamAV 1.4.3/27800/Mon Nov  2 08:00:00 2026"), (id(), made("2026-11-02")));
        assert_eq!(read("ClamAV 1.4.6"), ("ClamAV 1.4.6".to_owned(), None));
        assert_eq!(read("ClamAV 1.4.6/1/hôm qua").1, None);
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
