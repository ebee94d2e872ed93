//! What the macro sheets of a workbook come to, in whatever form it is kept.

use crate::kinds::office::{XLM_AUTO_DANGEROUS, XLM_AUTO_RUN, XLM_DANGEROUS_CALL, XLM_HIDDEN_SHEET, XLM_MACRO_SHEET};
use crate::walk::Inside;
use crate::{Limit, Location, Reason};

/// How many formulas of macros are listed.
pub(super) const MAX_FORMULAS: usize = 20_000;
/// How many calls are told.
const MAX_CALLS: usize = 32;
/// How many sheets and names that run by themselves are kept.
const MAX_KEPT: usize = 256;

/// Functions that start programs, write files or reach other programs.
const GRAVE: &[&str] = &[
    "EXEC",
    "CALL",
    "REGISTER",
    "REGISTER.ID",
    "FWRITE",
    "FWRITELN",
    "EXECUTE",
    "INITIATE",
    "POKE",
    "SEND.KEYS",
    "SEND.MAIL",
    "FILE.DELETE",
    "VBA.INSERT.FILE",
    "SAVE.AS",
    "URLDOWNLOADTOFILE",
];
/// Functions by which macros look around, write themselves or hide.
const MILD: &[&str] = &[
    "FORMULA",
    "FORMULA.FILL",
    "FORMULA.ARRAY",
    "FORMULA.CONVERT",
    "SET.VALUE",
    "SET.NAME",
    "DEFINE.NAME",
    "RUN",
    "FOPEN",
    "GET.WORKSPACE",
    "GET.CELL",
    "GET.WORKBOOK",
    "GET.DOCUMENT",
    "GET.WINDOW",
    "APP.MAXIMIZE",
    "WORKBOOK.HIDE",
    "ON.TIME",
    "FILES",
    "FREAD",
    "ERROR",
    "EVALUATE",
];
/// Functions that write formulas.
const WRITERS: &[&str] = &["FORMULA", "FORMULA.FILL", "FORMULA.ARRAY", "SET.VALUE"];
/// Pieces of texts that name what is called.
const TEXTS: &[&str] = &[
    "URLDOWNLOADTOFILE",
    "SHELLEXECUTE",
    "WINEXEC",
    "CREATEPROCESS",
    "VIRTUALALLOC",
    "CREATETHREAD",
    "RTLCOPYMEMORY",
    "WRITEPROCESSMEMORY",
    "CMD.EXE",
    "CMD /C",
    "POWERSHELL",
    "MSHTA",
    "RUNDLL32",
    "REGSVR32",
    "WSCRIPT",
    "CERTUTIL",
    "EXPLORER.EXE",
    "WMIC",
];

/// Whether a sheet is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As usual.
    Yes,
    /// Can be shown from the menu.
    No,
    /// Can be shown by a program only.
    Never,
}

/// The macros of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Macros {
    /// Sheets of macros: name and whether they are shown.
    pub(crate) sheets: Vec<(String, Shown)>,
    /// Names that Excel runs by itself.
    pub(crate) auto: Vec<String>,
    /// Formulas: where, and as text.
    pub(crate) formulas: Vec<(String, String)>,
    /// Why not all of it was read.
    pub(crate) reasons: Vec<Reason>,
}

/// Whether Excel runs what is called `name` by itself: it looks at the beginning only, and not at what cannot be seen.
pub(crate) fn is_auto(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
        .collect::<String>()
        .to_lowercase();
    ["auto_open", "auto_close", "auto_activate", "auto_deactivate"].iter().any(|auto| plain.contains(auto))
}

/// The gravest call in a formula, and whether it is grave.
pub(crate) fn call(formula: &str) -> Option<(bool, &'static str)> {
    let upper = formula.to_uppercase();
    let calls = |name: &&&'static str| {
        upper.match_indices(**name).any(|(place, _)| {
            let before = upper.get(..place).and_then(|before| before.chars().next_back());
            let after = upper.get(place + name.len()..).is_some_and(|after| after.trim_start().starts_with('('));
            after && before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '.' | '_'))
        })
    };
    let grave = GRAVE.iter().find(calls).or_else(|| TEXTS.iter().find(|text| upper.contains(**text)));
    grave.map(|name| (true, *name)).or_else(|| MILD.iter().find(calls).map(|name| (false, *name)))
}

impl Macros {
    /// Keeps a formula.
    pub(crate) fn add(&mut self, place: String, text: String) {
        if self.formulas.len() < MAX_FORMULAS {
            self.formulas.push((place, text));
        } else {
            self.reason(Reason::limit(Limit::Reader, MAX_FORMULAS as u64));
        }
    }

    /// Keeps a sheet of macros, each once.
    pub(crate) fn add_sheet(&mut self, name: &str, shown: Shown) {
        if self.sheets.len() >= MAX_KEPT {
            self.reason(Reason::limit(Limit::Reader, MAX_KEPT as u64));
        } else if !self.sheets.iter().any(|(known, _)| known == name) {
            self.sheets.push((name.to_owned(), shown));
        }
    }

    /// Keeps a name that runs by itself.
    pub(crate) fn add_auto(&mut self, name: &str) {
        if self.auto.len() >= MAX_KEPT {
            self.reason(Reason::limit(Limit::Reader, MAX_KEPT as u64));
        } else {
            self.auto.push(name.to_owned());
        }
    }

    pub(crate) fn reason(&mut self, reason: Reason) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// Says what was found, and hands on the formulas as text.
    pub(crate) fn tell(self, place: &str, inside: &mut Inside<'_, '_>) {
        let field = || Location::Field(place.to_owned());
        for (name, shown) in &self.sheets {
            inside.found(&XLM_MACRO_SHEET, field(), name);
            if *shown != Shown::Yes {
                inside.found(&XLM_HIDDEN_SHEET, field(), name);
            }
        }
        for name in &self.auto {
            inside.found(&XLM_AUTO_RUN, field(), name);
        }
        let calls: Vec<(bool, &str, &(String, String))> = self
            .formulas
            .iter()
            .filter_map(|formula| call(&formula.1).map(|(grave, name)| (grave, name, formula)))
            .collect();
        let grave = calls.iter().filter(|(grave, ..)| *grave);
        for (_, _, (cell, text)) in grave.clone().chain(calls.iter().filter(|(grave, ..)| !grave)).take(MAX_CALLS) {
            inside.found(&XLM_DANGEROUS_CALL, Location::Field(cell.clone()), text);
        }
        let hidden = self.sheets.iter().any(|(_, shown)| *shown != Shown::Yes);
        let writes = calls.iter().find(|(_, name, _)| hidden && WRITERS.contains(name));
        if let (Some(auto), Some((_, _, (cell, text)))) = (self.auto.first(), grave.clone().next().or(writes)) {
            inside.found(&XLM_AUTO_DANGEROUS, Location::Field(cell.clone()), format!("{auto}; {text}"));
        }
        if !self.formulas.is_empty() {
            let lines: Vec<String> = self.formulas.iter().map(|(cell, text)| format!("{cell}: ={text}")).collect();
            let unpacked = inside.take(lines.join("\n").into_bytes());
            inside.piece(&format!("{place} macros.txt"), "xlm", &unpacked);
        }
        for reason in self.reasons {
            inside.reason(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_from_names_that_look_alike() {
        for (formula, expected) in [
            ("EXEC(\"x\")", Some((true, "EXEC"))),
            ("IF(A1,call( \"a\"),2)", Some((true, "CALL"))),
            ("MYEXEC(1)", None),
            ("RECALL(1)", None),
            ("FORMULA.FILL(A1,B2)", Some((false, "FORMULA.FILL"))),
            ("SUM(1)", None),
        ] {
            assert_eq!(call(formula), expected, "{formula}");
        }
    }

    #[test]
    fn names_that_run_by_themselves_are_known_in_disguise() {
        for (name, auto) in [
            ("Auto_Open", true),
            ("_xlnm.Auto_Open", true),
            ("auto_open213", true),
            ("\u{1}au\u{0}to_\u{200b}close", true),
            ("open", false),
        ] {
            assert_eq!(is_auto(name), auto, "{name:?}");
        }
    }
}
