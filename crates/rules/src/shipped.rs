//! The rules of `content/rules`, built in.

use crate::RuleFile;

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
