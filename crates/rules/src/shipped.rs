//! The rules of `content/rules`, built in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;

use crate::source::parse;
use crate::{Meta, RuleFile};

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
    ("test-file.yar", include_str!("../../../content/rules/test-file.yar")),
    ("webshells.yar", include_str!("../../../content/rules/webshells.yar")),
];

/// Our own rules, as files.
pub fn shipped() -> Vec<RuleFile> {
    FILES.iter().map(|(name, text)| RuleFile { path: format!("{FOLDER}{name}"), text: (*text).to_owned() }).collect()
}

/// What each of our own rules says of itself, by its name: read, not compiled.
static METAS: LazyLock<BTreeMap<String, Meta>> = LazyLock::new(|| {
    let rules = shipped().into_iter().flat_map(|file| parse(&file).pieces).filter_map(|piece| piece.rule);
    rules.map(|meta| (meta.rule.clone(), meta)).collect()
});

/// What the rule called `name` says of itself, if it is one of ours: for logs that keep its name alone.
pub fn shipped_meta(name: &str) -> Option<&'static Meta> {
    METAS.get(name)
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

    #[test]
    fn our_own_rules_are_known_by_name() {
        let meta = shipped_meta("program_named_like_official_letter").unwrap();
        assert!(meta.title_en.starts_with("A program bears the name"), "{meta:?}");
        assert!(shipped_meta("of_a_pack").is_none());
    }
}
