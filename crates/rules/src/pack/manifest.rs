//! What a pack says of itself.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::{
    Contents, Licence, MAX_FILE_BYTES, MAX_FILES, MAX_LICENCES_BYTES, MAX_PATH_BYTES, MAX_SOURCES, MAX_TEXT_BYTES,
    PackProblem, Sharing, hexadecimal,
};
use crate::source::parse;

/// The version of the manifest.
const VERSION: u32 = 1;

/// Where rules come from, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the source calls itself.
    pub name: String,
    /// Where it was fetched.
    pub url: String,
    /// Which version or day.
    pub version: String,
    /// The licence, as the source names it.
    pub license: String,
    /// Who is to be named.
    pub attribution: String,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name, with the folders it lies in, separated by `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// The place of its source in the list of sources.
    pub source: usize,
}

/// The text of a licence, as it lay beside the rules. Most licences want it handed on with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceText {
    /// The place of its source in the list of sources.
    pub source: usize,
    /// The name of its file.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// The list of what is in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form.
    pub khien_rules: u32,
    /// What the pack is called.
    pub name: String,
    /// When it was packed.
    pub created_at: Timestamp,
    /// Whether every licence in it allows to hand it on.
    pub for_others: bool,
    /// Where the rules come from.
    pub sources: Vec<Source>,
    /// The texts of their licences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<LicenceText>,
    /// The files, in the order in which they are packed.
    pub files: Vec<ManifestFile>,
}

impl Manifest {
    /// The manifest of `contents`, if it is in order.
    pub(crate) fn of(contents: &Contents) -> Result<Self, PackProblem> {
        let file = |(source, file): &(usize, crate::RuleFile)| ManifestFile {
            path: file.path.clone(),
            size: file.text.len() as u64,
            sha256: hexadecimal(digest(&SHA256, file.text.as_bytes()).as_ref()),
            source: *source,
        };
        let manifest = Self {
            khien_rules: VERSION,
            name: contents.name.clone(),
            created_at: contents.created_at,
            for_others: contents.for_others,
            sources: contents.sources.clone(),
            licences: contents.licences.clone(),
            files: contents.files.iter().map(file).collect(),
        };
        manifest.check()?;
        if contents.for_others {
            rules_may_be_handed_on(contents)?;
        }
        Ok(manifest)
    }

    /// How old the rules are at `now`, in whole days; 0 for a pack from the future, whose clock was wrong.
    pub fn age_days(&self, now: Timestamp) -> u64 {
        let hours = now.duration_since(self.created_at).as_hours();
        u64::try_from(hours / 24).unwrap_or(0)
    }

    /// How large all files are together, in bytes.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.files.iter().fold(0, |total: u64, file| total.saturating_add(file.size))
    }

    /// Whether everything in it is within its bounds and fits together.
    pub(crate) fn check(&self) -> Result<(), PackProblem> {
        let wrong = |what: String| Err(PackProblem::Manifest { what });
        if self.khien_rules != VERSION {
            return wrong(format!("khien_rules: {}", self.khien_rules));
        }
        if self.name.is_empty() || !is_line(&self.name) {
            return wrong("name".to_owned());
        }
        if self.sources.len() > MAX_SOURCES {
            return Err(PackProblem::too_large("sources", self.sources.len(), MAX_SOURCES));
        }
        if self.files.len() > MAX_FILES {
            return Err(PackProblem::too_large("files", self.files.len(), MAX_FILES));
        }
        self.licence_texts_fit()?;
        let mut seen = BTreeSet::new();
        for file in &self.files {
            if !is_path(&file.path) || !seen.insert(&file.path) {
                return wrong(format!("path: {:?}", file.path));
            }
            if file.source >= self.sources.len() {
                return wrong(format!("source of {}", file.path));
            }
            if file.size > MAX_FILE_BYTES as u64 {
                return Err(PackProblem::too_large(
                    "file",
                    usize::try_from(file.size).unwrap_or(usize::MAX),
                    MAX_FILE_BYTES,
                ));
            }
        }
        let total = self.total_bytes();
        if total > MAX_TEXT_BYTES as u64 {
            return Err(PackProblem::too_large("files", usize::try_from(total).unwrap_or(usize::MAX), MAX_TEXT_BYTES));
        }
        self.licences_fit()
    }

    /// Texts of licences are few and belong to a source.
    fn licence_texts_fit(&self) -> Result<(), PackProblem> {
        let total = self.licences.iter().fold(0, |total: usize, licence| total.saturating_add(licence.text.len()));
        if total > MAX_LICENCES_BYTES {
            return Err(PackProblem::too_large("licences", total, MAX_LICENCES_BYTES));
        }
        let is_lost = |licence: &&LicenceText| !is_line(&licence.path) || licence.source >= self.sources.len();
        match self.licences.iter().find(is_lost) {
            Some(lost) => Err(PackProblem::Manifest { what: format!("source of {:?}", lost.path) }),
            None => Ok(()),
        }
    }

    /// What is for others has licences that allow it.
    fn licences_fit(&self) -> Result<(), PackProblem> {
        let forbids = |source: &&Source| Licence(&source.license).sharing() != Sharing::Allowed;
        match self.sources.iter().find(forbids).filter(|_| self.for_others) {
            Some(source) => Err(PackProblem::Licence { of: source.name.clone(), licence: source.license.clone() }),
            None => Ok(()),
        }
    }
}

/// A rule can have another licence than the source it came with.
fn rules_may_be_handed_on(contents: &Contents) -> Result<(), PackProblem> {
    for (_, file) in &contents.files {
        for meta in parse(file).pieces.into_iter().filter_map(|piece| piece.rule) {
            let keeps = |licence: &&String| Licence(licence).sharing() == Sharing::OwnUse;
            if let Some(licence) = meta.license.as_ref().filter(keeps) {
                return Err(PackProblem::Licence {
                    of: format!("{}: {}", file.path, meta.rule),
                    licence: licence.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Whether it is one line that people can read.
fn is_line(text: &str) -> bool {
    text.len() <= MAX_PATH_BYTES && !text.chars().any(char::is_control)
}

/// Whether it names a file beneath where the pack lies, in one way only.
fn is_path(path: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    is_line(path) && !path.contains(['\\', ':']) && path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_beneath_its_folder() {
        let longest = "a".repeat(MAX_PATH_BYTES);
        for good in ["a.yar", "apt/a b.yar", "luật/hóa đơn.yar", &longest] {
            assert!(is_path(good), "{good}");
        }
        let too_long = "a".repeat(MAX_PATH_BYTES + 1);
        for bad in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "c:a", "a\nb", &too_long] {
            assert!(!is_path(bad), "{bad}");
        }
    }
}
