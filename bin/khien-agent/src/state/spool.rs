//! Reports that the server does not have yet, oldest first, bounded in number and bytes.
//!
//! Each entry holds the facts of the areas that changed since the entry before it. When a bound is reached the two oldest
//! become one: of each area the newer value stays, so that what is lost is how a value was on the way, never how it is.

use std::fs;
use std::path::{Path, PathBuf};

use khien_protocol::Report;
use serde::{Deserialize, Serialize};

use super::MAX_FACTS_BYTES;
use super::files::{self, UNFINISHED};
use crate::Problem;

/// How many reports wait at most: ten days of one an hour.
const MAX_SPOOL_FILES: usize = 240;

/// How many bytes waiting reports take at most.
const MAX_SPOOL_BYTES: u64 = 16 << 20;

/// The ending of an entry.
const ENTRY: &str = "json";

/// How many digits the number of an entry has in its name, so that names sort like numbers.
const DIGITS: usize = 20;

/// Bounds of a spool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpoolLimits {
    /// How many entries it holds.
    pub(crate) files: usize,
    /// How many bytes they take.
    pub(crate) bytes: u64,
}

impl Default for SpoolLimits {
    fn default() -> Self {
        Self { files: MAX_SPOOL_FILES, bytes: MAX_SPOOL_BYTES }
    }
}

/// A report that waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// How many older reports it stands for as well.
    #[serde(default)]
    pub(crate) merged: u32,
    /// The report.
    pub(crate) report: Report,
}

/// What happened when a report was put into the spool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pushed {
    /// How many times two reports became one.
    pub(crate) merged: usize,
    /// How many older values of areas were dropped by that.
    pub(crate) dropped: usize,
}

/// The spool.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    limits: SpoolLimits,
    /// The numbers of the entries, oldest first.
    numbers: Vec<u64>,
}

impl Spool {
    /// Opens the spool in `folder`. What a crash left unfinished is removed: it was never promised to anybody.
    pub(super) fn open(folder: PathBuf, limits: SpoolLimits) -> Result<Self, Problem> {
        files::make_folder(&folder)?;
        let mut numbers = Vec::new();
        for path in paths(&folder)? {
            match number_of(&path) {
                Some(number) => numbers.push(number),
                None if path.extension().is_some_and(|ending| ending == UNFINISHED) => files::remove(&path)?,
                None => {}
            }
        }
        numbers.sort_unstable();
        Ok(Self { folder, limits, numbers })
    }

    /// The numbers of the entries, oldest first.
    pub(crate) fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:0DIGITS$}.{ENTRY}"))
    }

    /// The entry with this number; `None` when it cannot be read as one. Such an entry is removed: the server asks for what
    /// it lacks, and gets it from the latest facts.
    pub(crate) fn entry(&mut self, number: u64) -> Result<Option<Entry>, Problem> {
        let path = self.path(number);
        let read = match files::read(&path, MAX_FACTS_BYTES) {
            Ok(bytes) => bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
            Err(Problem::StateBroken { .. }) => None,
            Err(problem) => return Err(problem),
        };
        if read.is_none() {
            self.remove(number)?;
        }
        Ok(read)
    }

    /// Puts a report at the end. It is on the disk when this returns.
    pub(crate) fn push(&mut self, report: Report) -> Result<Pushed, Problem> {
        let number = self.numbers.last().map_or(1, |last| last + 1);
        self.write(number, &Entry { merged: 0, report })?;
        self.numbers.push(number);
        self.keep_within_limits()
    }

    /// Takes an entry away: the server has it.
    pub(crate) fn remove(&mut self, number: u64) -> Result<(), Problem> {
        files::remove(&self.path(number))?;
        self.numbers.retain(|known| *known != number);
        Ok(())
    }

    fn write(&self, number: u64, entry: &Entry) -> Result<(), Problem> {
        let path = self.path(number);
        let bytes = serde_json::to_vec(entry)
            .map_err(|error| Problem::StateBroken { path: path.clone(), detail: error.to_string() })?;
        files::write(&path, &bytes)
    }

    fn bytes(&self) -> u64 {
        let length = |number: &u64| fs::metadata(self.path(*number)).map_or(0, |metadata| metadata.len());
        self.numbers.iter().map(length).sum()
    }

    fn keep_within_limits(&mut self) -> Result<Pushed, Problem> {
        let mut pushed = Pushed::default();
        while self.numbers.len() > 1 && (self.numbers.len() > self.limits.files || self.bytes() > self.limits.bytes) {
            pushed.dropped += self.merge_oldest()?;
            pushed.merged += 1;
        }
        Ok(pushed)
    }

    /// Makes one of the two oldest, under the number of the newer: when the power goes in between, the older one is
    /// delivered first, and the newer one says the rest. Says how many values were dropped.
    fn merge_oldest(&mut self) -> Result<usize, Problem> {
        let [first, second, ..] = *self.numbers.as_slice() else { return Ok(0) };
        let (Some(older), Some(newer)) = (self.entry(first)?, self.entry(second)?) else {
            // One of them could not be read and is gone: there is one less.
            return Ok(0);
        };
        let (entry, dropped) = merge(older, newer);
        self.write(second, &entry)?;
        self.remove(first)?;
        Ok(dropped)
    }
}

/// The newer entry with what only the older one knows, and how many values of the older one are dropped.
fn merge(older: Entry, newer: Entry) -> (Entry, usize) {
    let mut dropped = 0;
    let merged = older.merged.saturating_add(newer.merged).saturating_add(1);
    let mut report = newer.report;
    for (name, old) in older.report.areas {
        match report.areas.get_mut(&name) {
            None => {
                if old.fact.is_none() {
                    report.collected_at = report.collected_at.min(older.report.collected_at);
                }
                report.areas.insert(name, old);
            }
            Some(new) if new.hash == old.hash => new.fact = new.fact.take().or(old.fact),
            Some(_) => dropped += usize::from(old.fact.is_some()),
        }
    }
    let facts = report.areas.values().filter_map(|area| area.fact.as_ref().map(|fact| fact.observed_at));
    report.collected_at = facts.chain([report.collected_at]).min().unwrap_or(report.collected_at);
    (Entry { merged, report }, dropped)
}

/// How many entries wait in `folder`.
pub(super) fn waiting(folder: &Path) -> Result<usize, Problem> {
    if !folder.exists() {
        return Ok(0);
    }
    Ok(paths(folder)?.iter().filter_map(|path| number_of(path)).count())
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let unusable = |error: std::io::Error| files::unusable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unusable)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(unusable)).collect()
}

/// The number in the name of an entry.
fn number_of(path: &Path) -> Option<u64> {
    let is_entry = path.extension().is_some_and(|ending| ending == ENTRY);
    path.file_stem()?.to_str().filter(|name| is_entry && name.len() == DIGITS)?.parse().ok()
}

#[cfg(test)]
#[path = "spool_tests.rs"]
mod tests;
