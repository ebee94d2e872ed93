//! Files of risky types: which they are, and how far back they matter.

use std::sync::LazyLock;

use jiff::SignedDuration;
use khien_model::{Gap, GapCode};
use serde::Deserialize;

use crate::text;

/// How far back the record is read.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How many files are reported. A machine that has more has its answer.
pub(crate) const MAX_FILES: usize = 2_000;

/// Which types of files are risky, from `content/risky-files.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RiskyFiles {
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// For the reader of the file.
    #[serde(rename = "what")]
    _what: String,
    /// Whether opening such a file can run something.
    executable: bool,
    extensions: Vec<String>,
}

static RISKY: LazyLock<Result<RiskyFiles, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../content/risky-files.json")).map_err(|error| error.to_string())
});

impl RiskyFiles {
    pub(crate) fn shipped() -> Result<&'static Self, Gap> {
        RISKY.as_ref().map_err(|error| Gap::with_detail(GapCode::Malformed, format!("risky-files.json: {error}")))
    }

    /// Whether files with this extension can run; `None` when they are not risky.
    pub(crate) fn can_run(&self, extension: &str) -> Option<bool> {
        let group = self.groups.iter().find(|group| group.extensions.iter().any(|known| known == extension));
        group.map(|group| group.executable)
    }
}

/// What stands after the last dot, in lower case and NFC; spaces and dots at the end do not count, as on Windows.
pub(crate) fn extension_of(name: &[u8]) -> String {
    let name = text::name(name).to_lowercase();
    let name = name.trim_end_matches([' ', '.']);
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_what_the_system_goes_by() {
        for (name, extension) in [
            ("a.EXE", "exe"),
            ("a.pdf.scr ", "scr"),
            ("a.exe...", "exe"),
            ("exe", ""),
            (".exe", "exe"),
            ("a.ĐỌC", "đọc"),
        ] {
            assert_eq!(extension_of(name.as_bytes()), extension, "{name}");
        }
        for group in &RiskyFiles::shipped().unwrap().groups {
            for extension in &group.extensions {
                assert_eq!(extension_of(format!("x.{extension}").as_bytes()), *extension);
            }
        }
    }
}
