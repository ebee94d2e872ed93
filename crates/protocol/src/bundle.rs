//! The directive that the server judges by, so that an agent can judge by the same one offline.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::limits::MAX_DIRECTIVE_FILES;

/// Which directive the server judges by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectiveMark {
    /// The directive's id, e.g. `thads-2026`.
    pub id: String,
    /// The digest of its files: [`DirectiveBundle::digest_of`].
    pub digest: Digest,
}

/// A directive with the files that it includes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectiveBundle {
    /// Its id and digest.
    pub mark: DirectiveMark,
    /// The name of the file to load.
    pub main: String,
    /// File name -> text.
    pub files: BTreeMap<String, String>,
}

/// What is wrong with a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleProblem {
    /// The digest is not that of the files.
    Digest,
    /// The file to load is not among the files.
    NoMain,
    /// There are more files than [`MAX_DIRECTIVE_FILES`].
    TooManyFiles,
}

impl DirectiveBundle {
    /// Puts the files of the directive `id` together.
    pub fn new(id: impl Into<String>, main: impl Into<String>, files: BTreeMap<String, String>) -> Self {
        let main = main.into();
        let mark = DirectiveMark { id: id.into(), digest: Self::digest_of(&main, &files) };
        Self { mark, main, files }
    }

    /// The digest of a directive's files: over the main file's name, then each name and text with their lengths before
    /// them.
    pub fn digest_of(main: &str, files: &BTreeMap<String, String>) -> Digest {
        let texts = std::iter::once(main).chain(files.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]));
        let parts: Vec<([u8; 8], &str)> = texts.map(|text| ((text.len() as u64).to_be_bytes(), text)).collect();
        let flat: Vec<&[u8]> = parts.iter().flat_map(|(length, text)| [length.as_slice(), text.as_bytes()]).collect();
        Digest::of_parts(&flat)
    }

    /// Whether it is whole.
    pub fn check(&self) -> Result<(), BundleProblem> {
        if self.files.len() > MAX_DIRECTIVE_FILES {
            return Err(BundleProblem::TooManyFiles);
        }
        if !self.files.contains_key(&self.main) {
            return Err(BundleProblem::NoMain);
        }
        if Self::digest_of(&self.main, &self.files) != self.mark.digest {
            return Err(BundleProblem::Digest);
        }
        Ok(())
    }
}

impl fmt::Display for BundleProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest => formatter.write_str("the digest is not that of the files"),
            Self::NoMain => formatter.write_str("the file to load is not among the files"),
            Self::TooManyFiles => write!(formatter, "there are more than {MAX_DIRECTIVE_FILES} files"),
        }
    }
}

impl std::error::Error for BundleProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_whole_bundle_is_told_from_a_changed_one() {
        let whole = DirectiveBundle::new("a", "a.yaml", files(&[("a.yaml", "id: a"), ("b.yaml", "")]));
        assert_eq!(whole.check(), Ok(()));

        let mut changed = whole.clone();
        changed.files.insert("b.yaml".into(), "x".into());
        assert_eq!(changed.check(), Err(BundleProblem::Digest));

        let mut renamed = whole.clone();
        renamed.main = "c.yaml".into();
        assert_eq!(renamed.check(), Err(BundleProblem::NoMain));

        let many = (0..=MAX_DIRECTIVE_FILES).map(|number| (format!("{number}"), String::new())).collect();
        assert_eq!(DirectiveBundle::new("a", "1", many).check(), Err(BundleProblem::TooManyFiles));
    }

    #[test]
    fn where_a_name_ends_counts() {
        let one = DirectiveBundle::digest_of("a", &files(&[("a", "bc")]));
        let other = DirectiveBundle::digest_of("a", &files(&[("ab", "c")]));
        assert_ne!(one, other);
    }
}
