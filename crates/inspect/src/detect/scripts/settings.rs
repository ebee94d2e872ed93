//! Changes of the registry, settings of Windows, tables: texts that are no scripts and run something all the same.

use crate::detect::commands;
use crate::detect::packages::dde_formula;
use crate::detect::signs::Signs;
use crate::kinds::{packages, scripts as kinds};
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason, text};

/// How many lines of one file are read.
const MAX_LINES: usize = 1_000_000;

/// Keys of the registry whose values Windows starts, in lower case.
const STARTING_KEYS: &[&str] = &[
    "\\currentversion\\run",
    "\\currentversion\\policies\\explorer\\run",
    "\\image file execution options\\",
    "\\currentversion\\winlogon",
    "\\silentprocessexit\\",
    "\\shell\\open\\command",
    "\\appinit_dlls",
    "\\inprocserver32",
    "\\command processor",
    "\\currentcontrolset\\services\\",
];

/// Keys that turn off the defence of the machine.
const DEFENCE_KEYS: &[&str] = &["\\windows defender", "\\policies\\microsoft\\windowsfirewall", "\\windowsfirewall\\"];

/// Looks at changes of the registry.
pub(in crate::detect) fn look_reg(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let mut signs = Signs::default();
    bounded(&text, inside);
    let mut key = String::new();
    for (number, line) in (1..).zip(text.lines()).take(MAX_LINES) {
        let line = line.trim();
        if line.starts_with('[') {
            key = line.to_lowercase();
            continue;
        }
        let value = line.split_once('=').filter(|(name, value)| !name.starts_with(';') && *value != "-");
        if value.is_none() || key.starts_with("[-") {
            continue;
        }
        if STARTING_KEYS.iter().any(|own| key.contains(own)) && starts(line) {
            signs.add(&kinds::REGISTRY_STARTS, Location::Line(number), format!("{key} {line}"));
        } else if DEFENCE_KEYS.iter().any(|own| key.contains(own)) && line.to_lowercase().contains("disable") {
            signs.add(&kinds::DEFENCE_OFF, Location::Line(number), format!("{key} {line}"));
        }
    }
    signs.tell(inside);
}

/// Says that a text has more lines than are read.
fn bounded(text: &str, inside: &mut Inside<'_, '_>) {
    if text.lines().count() > MAX_LINES {
        inside.reason(Reason::limit(Limit::Reader, MAX_LINES as u64));
    }
}

/// Whether a value names a program or file; numbers do not.
fn starts(line: &str) -> bool {
    let value = line.split_once('=').map_or("", |(_, value)| value).to_lowercase();
    value.starts_with('"') && value.len() > 2 || value.starts_with("hex(2)")
}

/// Sections of settings that run commands, in lower case.
const RUNNING_SECTIONS: &[&str] =
    &["runpresetupcommands", "runpostsetupcommands", "run", "unregisterocxs", "registerocxs", "runonce"];

/// Looks at settings of Windows.
pub(in crate::detect) fn look_inf(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let mut signs = Signs::default();
    bounded(&text, inside);
    let mut section = String::new();
    for (number, line) in (1..).zip(text.lines()).take(MAX_LINES) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_lowercase();
            continue;
        }
        let place = || Location::Line(number);
        let lower = line.to_lowercase();
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        let runs_itself = RUNNING_SECTIONS.iter().any(|own| section.starts_with(own));
        if runs_itself && commands::starts_program(line) || lower.contains("scrobj.dll") {
            signs.add(&kinds::SETTINGS_RUN, place(), line);
        }
        let (name, value) = lower.split_once('=').unwrap_or_default();
        let opens = matches!(name.trim(), "open" | "shellexecute") || name.trim().starts_with("shell\\");
        if section.starts_with("autorun") && opens && !value.trim().is_empty() {
            signs.add(&kinds::SETTINGS_RUN, place(), line);
        }
    }
    signs.tell(inside);
}

/// Looks at tables of values: cells that a spreadsheet takes for formulas which run programs.
pub(in crate::detect) fn look_table(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = text::decoded(part.bytes);
    let mut signs = Signs::default();
    bounded(&text, inside);
    for (number, line) in (1..).zip(text.lines()).take(MAX_LINES) {
        if !line.contains('|') {
            continue;
        }
        for cell in line.split([',', ';', '\t']) {
            let cell = cell.trim().trim_matches('"').trim_start();
            let formula = cell.starts_with(['=', '+', '-', '@']);
            if let Some((program, topic)) = dde_formula(cell).filter(|_| formula)
                && commands::starts_program(&format!("{program} {topic}"))
            {
                signs.add(&packages::TABLE_COMMAND, Location::Line(number), cell);
            }
        }
    }
    signs.tell(inside);
}
