//! Sources of rules that are worth fetching, by name: `content/rule-sources.json`. None of their rules are shipped.

use serde::{Deserialize, Serialize};

use crate::Source;

/// A source of rules that is worth fetching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownSource {
    /// What is typed.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Where its rules lie, as a ZIP archive.
    pub url: String,
    /// Its licence.
    pub license: String,
    /// Who is to be named.
    pub attribution: String,
    /// What to know of it, in Vietnamese and English.
    pub note_vi: String,
    /// See `note_vi`.
    pub note_en: String,
}

impl KnownSource {
    /// What a pack says of it. Which version it is, only a fetch can tell.
    pub fn source(&self, version: String) -> Source {
        Source {
            name: self.name.clone(),
            url: self.url.clone(),
            version,
            license: self.license.clone(),
            attribution: self.attribution.clone(),
        }
    }
}

/// The sources, in the order in which they are shown.
pub fn known_sources() -> Vec<KnownSource> {
    // A test reads the file; it is built in.
    serde_json::from_str(include_str!("../../../content/rule-sources.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Licence, Sharing};

    #[test]
    fn the_sources_are_named_dated_and_licensed() {
        let sources = known_sources();
        let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        assert_eq!(ids, ["yara-forge-core", "signature-base", "reversinglabs"]);
        for source in &sources {
            assert!(source.url.starts_with("https://"), "{source:?}");
            assert_ne!(
                Licence(&source.license).sharing(),
                Sharing::OwnUse,
                "rules that may not be handed on are not named"
            );
            assert_eq!(source.source("1".to_owned()).license, source.license);
        }
    }
}
