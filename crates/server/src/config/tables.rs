//! The settings of scanning: tables that are read as a whole, because the same stand in the file of `khien scan --settings`.

use khien_scan::SettingsMistake;
use serde::Serialize;
use toml::Value;

use super::{Config, Mistake, Origin, Place, Settings, Wrong, file};

/// How files are looked into.
const SCAN: &str = "scan";
/// Which packs of rules look.
const RULES: &str = "rules";
/// The clamd that looks too.
const CLAMD: &str = "clamd_detector";
/// All of them, in the order in which they are shown.
pub(super) const TABLES: &[&str] = &[SCAN, RULES, CLAMD];

/// Reads these tables out of a file.
pub(super) fn read(text: &str, settings: &mut Settings, mistakes: &mut Vec<Mistake>) {
    if let Some(scan) = file::whole::<khien_scan::Settings>(text, SCAN, mistakes) {
        mistakes.extend(scan.mistakes().iter().map(|mistake| of_scan(mistake, text)));
        settings.scan = scan;
    }
    if let Some(rules) = file::whole::<khien_scan::RuleSettings>(text, RULES, mistakes) {
        mistakes.extend(rules.mistakes().iter().map(|mistake| of_scan(mistake, text)));
        settings.rules = rules;
    }
    if let Some(detector) = file::whole::<khien_scan::ClamdDetector>(text, CLAMD, mistakes) {
        mistakes.extend(detector.mistakes().iter().map(|mistake| of_scan(mistake, text)));
        settings.clamd_detector = Some(detector);
    }
}

fn of_scan(mistake: &SettingsMistake, text: &str) -> Mistake {
    let keys = mistake.keys();
    let (place, name) = (file::place_of(text, &keys), keys.join("."));
    match mistake {
        SettingsMistake::Range { least, most, .. } => {
            let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            Mistake::Value { place, name, wrong: Wrong::Range(bound(*least), bound(*most)) }
        }
        SettingsMistake::UnknownEffect { .. } => {
            Mistake::Unknown { place: place.unwrap_or(Place { line: 1, column: 1 }), name }
        }
    }
}

/// Every setting of scanning as it would stand in the file, with where it comes from: its full name, its value (empty when it
/// is not set), its origin.
pub fn shown(config: &Config) -> Vec<(String, String, Origin)> {
    let Settings { scan, rules, clamd_detector, .. } = &config.settings;
    let mut values = Vec::new();
    below(SCAN, &written(scan), &mut values);
    if rules.folder.is_none() {
        values.push((format!("{RULES}.folder"), String::new()));
    }
    below(RULES, &written(rules), &mut values);
    match clamd_detector {
        Some(detector) => below(CLAMD, &written(detector), &mut values),
        None => values.push((CLAMD.to_owned(), String::new())),
    }
    let with_origin = |(name, value): (String, String)| {
        let origin = config.lines.get(&name).map_or(Origin::Default, |line| Origin::File { line: *line });
        (name, value, origin)
    };
    values.into_iter().map(with_origin).collect()
}

/// A table as a file has it.
fn written(table: &impl Serialize) -> Value {
    // What a file can hold was read from one: only a number beyond those of TOML has no form in it.
    Value::try_from(table).unwrap_or_else(|error| Value::String(error.to_string()))
}

fn below(name: &str, value: &Value, values: &mut Vec<(String, String)>) {
    match value {
        Value::Table(table) => table.iter().for_each(|(key, value)| below(&format!("{name}.{key}"), value, values)),
        value => values.push((name.to_owned(), value.to_string())),
    }
}
