//! What a scanner goes by.

use std::path::PathBuf;
use std::time::Duration;

use khien_inspect::{Limits, Policy};
use serde::{Deserialize, Serialize};

use crate::clamd::{self, ClamdDetector};
use crate::wire::MOST_HANDED;

/// The most workers a scanner has, however many are asked for.
pub(crate) const MAX_WORKERS: usize = 64;

/// The longest that one file may take, or keep the processor, in seconds; the least is one.
pub(crate) const MAX_SECONDS: u64 = 3600;
/// The least memory of a worker, in bytes: with less it does not get so far as to read a file.
const MIN_MEMORY_BYTES: u64 = 128 * 1024 * 1024;
/// The most memory of a worker, in bytes.
const MAX_MEMORY_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// The most verdicts that are remembered.
const MAX_REMEMBERED: u64 = 1_000_000;
/// What the id of a finding by a rule begins with.
const OF_RULE: &str = "rule:";

/// How old rules may be before it is said, in days, if the settings say nothing else.
pub const MAX_RULES_AGE_DAYS: u64 = 30;
/// How often the folder of packs is looked at, in seconds, if the settings say nothing else.
const RELOAD_SECONDS: u64 = 30;
/// The rarest that the folder of packs is looked at, in seconds: once a day.
const MAX_RELOAD_SECONDS: u64 = 24 * 60 * 60;
/// The oldest that rules may be without a word, in days: a hundred years.
const MOST_AGE_DAYS: u64 = 36_500;

/// The tables of a file of settings.
const SCAN: &str = "scan";
/// See `SCAN`.
const RULES: &str = "rules";
/// See `SCAN`.
const CLAMD_DETECTOR: &str = "clamd_detector";

/// Which packs of rules are used: the table `[rules]` of settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSettings {
    /// The folder that they are installed in, instead of the machine's and the user's own.
    pub folder: Option<PathBuf>,
    /// How old rules may be before it is said, in days.
    pub max_age_days: u64,
    /// How often a program that goes on looks whether a pack was loaded, in seconds; 0 for never.
    pub reload_seconds: u64,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self { folder: None, max_age_days: MAX_RULES_AGE_DAYS, reload_seconds: RELOAD_SECONDS }
    }
}

impl RuleSettings {
    /// What cannot be used in settings that somebody wrote.
    pub fn mistakes(&self) -> Vec<SettingsMistake> {
        let bounded = [
            ("max_age_days", self.max_age_days, 0, MOST_AGE_DAYS),
            ("reload_seconds", self.reload_seconds, 0, MAX_RELOAD_SECONDS),
        ];
        beyond(RULES, bounded).collect()
    }
}

impl ClamdDetector {
    /// What cannot be used in settings that somebody wrote.
    pub fn mistakes(&self) -> Vec<SettingsMistake> {
        let bounded = [
            ("seconds", self.seconds, 1, MAX_SECONDS),
            ("parts", count(self.parts), 0, count(MOST_HANDED.count)),
            ("part_bytes", self.part_bytes, 0, MOST_HANDED.bytes),
        ];
        beyond(CLAMD_DETECTOR, bounded).collect()
    }
}

/// What a scanner goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How much of a file is looked at.
    pub limits: Limits,
    /// What the organisation thinks of findings.
    pub policy: Policy,
    /// How many files are looked at at the same time; at least one, by default as many as there are cores.
    pub workers: usize,
    /// How long one file may keep the processor, in seconds.
    pub processor_seconds: u64,
    /// How long one file may take, in seconds.
    pub seconds: u64,
    /// How much memory a worker may have, in bytes.
    pub memory_bytes: u64,
    /// How many verdicts are remembered.
    pub remembered: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            policy: Policy::default(),
            workers: std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS),
            processor_seconds: 10,
            seconds: 30,
            memory_bytes: 512 * 1024 * 1024,
            remembered: 4096,
        }
    }
}

/// A value that nothing can be looked into by, or that does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsMistake {
    /// A number beyond its bounds.
    Range {
        /// The table that it stands in.
        table: &'static str,
        /// What it is called.
        name: &'static str,
        /// The least that is taken.
        least: u64,
        /// The most that is taken.
        most: u64,
    },
    /// The policy gives an effect to a finding that nothing ever finds.
    UnknownEffect {
        /// What the policy calls it.
        id: String,
    },
}

impl SettingsMistake {
    /// The keys that lead to the value in a file of settings, from its table on.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Range { table, name, .. } => vec![table, name],
            Self::UnknownEffect { id } => vec![SCAN, "policy", "effects", id],
        }
    }

    /// The ids that a policy may give another effect, in their order. Those of rules, `rule:` and a name, come on top.
    pub fn known_effects() -> impl Iterator<Item = &'static str> {
        let mut known: Vec<&str> =
            khien_inspect::kinds::ALL.iter().flat_map(|area| area.iter()).map(|kind| kind.id).collect();
        known.push(clamd::ID);
        known.sort_unstable();
        known.into_iter()
    }
}

/// A number of a table: what it is called, its value, the least and the most that is taken.
type Bounded = (&'static str, u64, u64, u64);

/// Which of these numbers are beyond their bounds.
fn beyond(table: &'static str, bounded: impl IntoIterator<Item = Bounded>) -> impl Iterator<Item = SettingsMistake> {
    let beyond = bounded.into_iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
    beyond.map(move |(name, _, least, most)| SettingsMistake::Range { table, name, least, most })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Settings {
    /// What cannot be used in settings that somebody wrote.
    pub fn mistakes(&self) -> Vec<SettingsMistake> {
        let bounded = [
            ("seconds", self.seconds, 1, MAX_SECONDS),
            ("processor_seconds", self.processor_seconds, 1, MAX_SECONDS),
            ("memory_bytes", self.memory_bytes, MIN_MEMORY_BYTES, MAX_MEMORY_BYTES),
            ("workers", count(self.workers), 1, count(MAX_WORKERS)),
            ("remembered", count(self.remembered), 0, MAX_REMEMBERED),
        ];
        let is_known = |id: &str| id.starts_with(OF_RULE) || SettingsMistake::known_effects().any(|known| known == id);
        let unknown = self.policy.effects.keys().filter(|id| !is_known(id));
        beyond(SCAN, bounded).chain(unknown.map(|id| SettingsMistake::UnknownEffect { id: id.clone() })).collect()
    }

    /// How long one file may take.
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// How many workers there are.
    pub(crate) fn workers(&self) -> usize {
        self.workers.clamp(1, MAX_WORKERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_up_to_their_bounds() {
        let usual = Settings::default();
        assert_eq!(usual.mistakes(), []);
        let least = Settings {
            seconds: 1,
            processor_seconds: 1,
            memory_bytes: MIN_MEMORY_BYTES,
            workers: 1,
            remembered: 0,
            ..usual.clone()
        };
        assert_eq!(least.mistakes(), []);
        let most = Settings {
            seconds: MAX_SECONDS,
            processor_seconds: MAX_SECONDS,
            memory_bytes: MAX_MEMORY_BYTES,
            workers: MAX_WORKERS,
            remembered: 1_000_000,
            ..usual.clone()
        };
        assert_eq!(most.mistakes(), []);
        for (name, settings) in [
            ("seconds", Settings { seconds: 0, ..usual.clone() }),
            ("seconds", Settings { seconds: MAX_SECONDS + 1, ..usual.clone() }),
            ("processor_seconds", Settings { processor_seconds: 0, ..usual.clone() }),
            ("processor_seconds", Settings { processor_seconds: MAX_SECONDS + 1, ..usual.clone() }),
            ("memory_bytes", Settings { memory_bytes: MIN_MEMORY_BYTES - 1, ..usual.clone() }),
            ("memory_bytes", Settings { memory_bytes: MAX_MEMORY_BYTES + 1, ..usual.clone() }),
            ("workers", Settings { workers: 0, ..usual.clone() }),
            ("workers", Settings { workers: MAX_WORKERS + 1, ..usual.clone() }),
            ("remembered", Settings { remembered: 1_000_001, ..usual.clone() }),
        ] {
            let mistakes = settings.mistakes();
            assert_eq!(mistakes.iter().map(SettingsMistake::keys).collect::<Vec<_>>(), [[SCAN, name]], "{settings:?}");
        }
    }

    #[test]
    fn numbers_of_the_other_tables_have_bounds_too() {
        let clamd = ClamdDetector::new("/run/clamd".to_owned());
        let rules = RuleSettings::default();
        for (mistakes, wrong) in [
            (clamd.mistakes(), None),
            (ClamdDetector { seconds: MAX_SECONDS, parts: 0, part_bytes: 0, ..clamd.clone() }.mistakes(), None),
            (ClamdDetector { seconds: 0, ..clamd.clone() }.mistakes(), Some("seconds")),
            (ClamdDetector { seconds: MAX_SECONDS + 1, ..clamd.clone() }.mistakes(), Some("seconds")),
            (ClamdDetector { parts: MOST_HANDED.count + 1, ..clamd.clone() }.mistakes(), Some("parts")),
            (ClamdDetector { part_bytes: MOST_HANDED.bytes + 1, ..clamd }.mistakes(), Some("part_bytes")),
            (rules.mistakes(), None),
            (RuleSettings { reload_seconds: 0, max_age_days: 0, ..rules.clone() }.mistakes(), None),
            (
                RuleSettings { reload_seconds: MAX_RELOAD_SECONDS + 1, ..rules.clone() }.mistakes(),
                Some("reload_seconds"),
            ),
            (RuleSettings { max_age_days: MOST_AGE_DAYS + 1, ..rules }.mistakes(), Some("max_age_days")),
        ] {
            let names: Vec<&str> = mistakes.iter().filter_map(|mistake| mistake.keys().pop()).collect();
            assert_eq!(names, Vec::from_iter(wrong));
        }
    }

    #[test]
    fn a_policy_speaks_of_what_can_be_found() {
        let policy = |id: &str| Policy { effects: [(id.to_owned(), khien_inspect::Effect::Note)].into() };
        for (id, is_known) in [("program", true), ("clamav", true), ("rule:x", true), ("programm", false), ("", false)]
        {
            let settings = Settings { policy: policy(id), ..Settings::default() };
            assert_eq!(settings.mistakes().is_empty(), is_known, "{id}");
        }
    }
}
