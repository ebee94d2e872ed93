//! The rules of `content/rules`, built in.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;

use crate::RuleFile;

/// When the rules were released, as `content/rules-release.json` says it.
#[derive(Debug, Deserialize)]
struct Release {
    /// The moment.
    released_at: Timestamp,
    /// The id of the set that was released then: a test compares it, so that nobody changes a rule and keeps the date.
    #[cfg_attr(not(test), expect(dead_code, reason = "only a test compares it"))]
    id: String,
}

/// A date that cannot be read is none: the rules then count as old as can be, which every scan says.
static RELEASE: LazyLock<Option<Release>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../content/rules-release.json")).ok());

/// When our own rules were released: their age is that of the content, not that of the build.
pub fn released_at() -> Timestamp {
    RELEASE.as_ref().map_or(Timestamp::UNIX_EPOCH, |release| release.released_at)
}

/// Beneath what our own files stand; no pack has files there.
pub(crate) const FOLDER: &str = "khien/";

/// The files, by their names.
const FILES: &[(&str, &str)] = &[
    ("archives.yar", include_str!("../../../content/rules/archives.yar")),
    ("html.yar", include_str!("../../../content/rules/html.yar")),
    ("lures.yar", include_str!("../../../content/rules/lures.yar")),
    ("macros.yar", include_str!("../../../content/rules/macros.yar")),
    ("pdf.yar", include_str!("../../../content/rules/pdf.yar")),
    ("programs.yar", include_str!("../../../content/rules/programs.yar")),
    ("rtf.yar", include_str!("../../../content/rules/rtf.yar")),
    ("scripts.yar", include_str!("../../../content/rules/scripts.yar")),
    ("shortcuts.yar", include_str!("../../../content/rules/shortcuts.yar")),
    ("webshells.yar", include_str!("../../../content/rules/webshells.yar")),
];

/// Our own rules, as files.
pub fn shipped() -> Vec<RuleFile> {
    FILES.iter().map(|(name, text)| RuleFile { path: format!("{FOLDER}{name}"), text: (*text).to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, RuleSet};

    #[test]
    fn whoever_changes_a_rule_changes_the_date() {
        let id = RuleSet::compile(&shipped(), Mode::Whole).0.unwrap().id;
        let release = RELEASE.as_ref().unwrap();
        assert_eq!(release.id, id, "set released_at and id in content/rules-release.json");
        assert!(released_at() > Timestamp::UNIX_EPOCH);
    }
}
