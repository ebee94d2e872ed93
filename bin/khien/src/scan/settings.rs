//! The file of settings for scanning and for gates, and what is wrong in it: where, what, and what is possible instead.

use std::ops::Range;
use std::path::Path;

use khien_gates::GatePolicy;
use khien_gates::clamd::ClamdSettings;
use khien_gates::icap::IcapSettings;
use khien_scan::{ClamdDetector, RuleSettings, Settings, SettingsMistake};
use khien_texts::labels::{printable, shortened};
use toml::de::{DeTable, DeValue};

use crate::facts::{MistakeKind, nearest};
use crate::gate::ReportSettings;
use crate::i18n::{Texts, text};
use crate::input;
use crate::problem::Problem;

/// The largest file of settings, and of passwords, in bytes.
pub(super) const MAX_SETTINGS_BYTES: u64 = 1024 * 1024;

/// What can be set for scanning and for gates, in one file.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScanSettings {
    pub(crate) scan: Settings,
    pub(crate) gate: GatePolicy,
    pub(crate) icap: IcapSettings,
    pub(crate) clamd: ClamdSettings,
    pub(crate) report: ReportSettings,
    pub(crate) rules: RuleSettings,
    pub(crate) clamd_detector: Option<ClamdDetector>,
}

/// The settings in a file, or the usual ones.
pub(crate) fn settings(path: Option<&Path>, texts: &Texts) -> Result<ScanSettings, Problem> {
    let Some(path) = path else { return Ok(ScanSettings::default()) };
    let source = input::text_of(input::read_bytes(path, MAX_SETTINGS_BYTES)?, path)?;
    parsed(source.trim_start_matches('\u{feff}'), path, texts)
}

/// The settings in `source`, the text of the file at `path`.
fn parsed(source: &str, path: &Path, texts: &Texts) -> Result<ScanSettings, Problem> {
    let settings: ScanSettings = toml::from_str(source).map_err(|error| of_toml(&error, source, path, texts))?;
    let of_detector = settings.clamd_detector.iter().flat_map(ClamdDetector::mistakes);
    let mistakes: Vec<_> =
        settings.scan.mistakes().into_iter().chain(settings.rules.mistakes()).chain(of_detector).collect();
    if mistakes.is_empty() {
        return Ok(settings);
    }
    let hints = mistakes.iter().flat_map(|mistake| of_value(mistake, source, texts)).collect();
    let what = text!(texts, "scan-settings", path = shortened(&path.to_string_lossy()), count = mistakes.len());
    Err(Problem::Worded { what, hints })
}

/// What the reader of TOML complains about.
fn of_toml(error: &toml::de::Error, source: &str, path: &Path, texts: &Texts) -> Problem {
    let message = error.message();
    let (key, word, possible) = match MistakeKind::of(message) {
        _ if DeTable::parse(source).is_err() => ("scan-settings-not-toml", String::new(), None),
        MistakeKind::UnknownField { field, possible } => ("scan-settings-unknown", field, Some(possible)),
        MistakeKind::UnknownWord { word, possible } => ("scan-settings-value", word, Some(possible)),
        MistakeKind::MissingField { field } => ("scan-settings-missing", field, None),
        _ => ("scan-settings-wrong", String::new(), None),
    };
    let (line, column) = place(source, error.span());
    let path = shortened(&path.to_string_lossy());
    let what = text!(texts, key, path = path, line = line, column = column, word = shortened(&word));
    let hints = match possible {
        Some(possible) => hints(&word, &possible, texts),
        // The words of the reader may go over several lines; they are for a technician.
        None => {
            let detail = message.lines().map(printable).collect::<Vec<_>>().join("; ");
            vec![text!(texts, "hint-detail", detail = detail)]
        }
    };
    Problem::Worded { what, hints }
}

/// A value that has the right form and cannot be used: its place with what is wrong, and what is possible.
fn of_value(mistake: &SettingsMistake, source: &str, texts: &Texts) -> Vec<String> {
    let keys = mistake.keys();
    let (line, column) = place(source, span_of(source, &keys));
    let name = shortened(&keys.join("."));
    match mistake {
        SettingsMistake::Range { least, most, .. } => {
            vec![text!(
                texts,
                "scan-settings-range",
                line = line,
                column = column,
                name = name,
                least = least.to_string(),
                most = most.to_string()
            )]
        }
        SettingsMistake::UnknownEffect { id } => {
            let what = text!(texts, "scan-settings-effect", line = line, column = column, name = name);
            let known: Vec<String> = SettingsMistake::known_effects().map(str::to_owned).collect();
            std::iter::once(what).chain(hints(id, &known, texts)).collect()
        }
    }
}

/// What was probably meant, and everything that is possible.
fn hints(word: &str, possible: &[String], texts: &Texts) -> Vec<String> {
    let meant = nearest(word, possible.iter().map(String::as_str));
    let meant = meant.map(|meant| text!(texts, "hint-did-you-mean", meant = meant));
    meant.into_iter().chain([text!(texts, "hint-known", known = possible.join(", "))]).collect()
}

/// Where the value lies that these keys lead to.
fn span_of(source: &str, keys: &[&str]) -> Option<Range<usize>> {
    let parsed = DeTable::parse(source).ok()?;
    let mut table = parsed.get_ref();
    let (last, before) = keys.split_last()?;
    for key in before {
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
        let DeValue::Table(inner) = value.get_ref() else { return None };
        table = inner;
    }
    table.iter().find(|(name, _)| name.get_ref() == last).map(|(name, _)| name.span())
}

/// The line and the column, in characters, both from 1.
fn place(source: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let before = source.get(..span.unwrap_or_default().start).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    (before.matches('\n').count() + 1, column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, texts};

    /// What is said of this file, on the lines that a person reads.
    fn said(source: &str) -> String {
        let texts = texts(Language::Vi);
        let problem = parsed(source, Path::new("s.toml"), &texts).map(|_| ()).unwrap_err();
        let said = problem.message(&texts);
        assert!(!said.contains('\u{fffd}'), "{said}");
        said
    }

    #[test]
    fn a_mistake_is_said_with_its_place_and_what_is_possible() {
        for (source, wanted) in [
            ("[scan\n", &["dòng 1", "TOML"][..]),
            ("[scan]\nsecs = 3\n", &["dòng 2, cột 1", "“secs”", "seconds, memory_bytes"]),
            ("[scan.policy.effects]\nprogram = \"block\"\n", &["dòng 2", "“block”", "note, suspicious, blocked"]),
            (
                "[scan.policy.effects]\n  programm = \"note\"\n",
                &["dòng 2, cột 3", "scan.policy.effects.programm", "là: program\n"],
            ),
            ("[scan]\nseconds = \"3\"\n", &["dòng 2", "u64"]),
            ("[scan]\nseconds = 0\nworkers = 100000\n", &["dòng 2", "scan.seconds", "dòng 3", "scan.workers", "64"]),
            ("[gate]\nx = 1\n", &["dòng 2, cột 1", "“x”"]),
            ("[clamd_detector]\n", &["“socket”"]),
            ("[clamd_detector]\nsocket = \"/s\"\nseconds = 9999999\n", &["dòng 3", "clamd_detector.seconds", "3600"]),
            ("[rules]\nreload_seconds = 9999999\n", &["dòng 2", "rules.reload_seconds", "86400"]),
        ] {
            let said = said(source);
            for wanted in wanted {
                assert!(said.contains(wanted), "{source}: {wanted}: {said}");
            }
        }
    }

    #[test]
    fn rules_of_any_name_may_have_another_effect() {
        let source = "[scan.policy.effects]\n\"rule:goi/x\" = \"note\"\nclamav = \"suspicious\"\nprogram = \"note\"\n";
        assert!(parsed(source, Path::new("s.toml"), &texts(Language::Vi)).is_ok());
    }
}
