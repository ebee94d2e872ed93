//! What a scanner goes by.

use std::path::PathBuf;
use std::time::Duration;

use khien_inspect::{Limits, Policy};
use serde::{Deserialize, Serialize};

/// The most workers a scanner has, however many are asked for.
pub(crate) const MAX_WORKERS: usize = 64;

/// How old rules may be before it is said, in days, if the settings say nothing else.
pub const MAX_RULES_AGE_DAYS: u64 = 30;
/// How often the folder of packs is looked at, in seconds, if the settings say nothing else.
const RELOAD_SECONDS: u64 = 30;

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
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            processor_seconds: 10,
            seconds: 30,
            memory_bytes: 512 * 1024 * 1024,
            remembered: 4096,
        }
    }
}

impl Settings {
    /// How long one file may take.
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// How many workers there are.
    pub(crate) fn workers(&self) -> usize {
        self.workers.clamp(1, MAX_WORKERS)
    }
}
