//! SYLK: tables as lines of text, in which Excel runs macros all the same.

use super::super::dde;
use super::macros::{Macros, Shown, is_auto};
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// How many lines are read.
const MAX_LINES: usize = 1_000_000;

/// Looks at a table.
pub(crate) fn sylk(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let text = String::from_utf8_lossy(part.bytes);
    let mut macros = Macros::default();
    let (mut row, mut column) = (String::from("1"), String::from("1"));
    for (number, line) in text.lines().enumerate() {
        if number >= MAX_LINES {
            macros.reason(Reason::limit(Limit::Reader, MAX_LINES as u64));
            break;
        }
        let fields = fields(line);
        let of = |kind: char| fields.iter().find_map(|field| field.strip_prefix(kind));
        match fields.first().map(String::as_str) {
            // The options say that it is a sheet of macros.
            Some("O") if fields.iter().skip(1).any(|field| field == "E") => {
                macros.add_sheet("SYLK", Shown::Yes);
            }
            Some("NN") => {
                let name = fields.iter().skip(1).find_map(|field| field.strip_prefix('N'));
                if let Some(name) = name.filter(|name| is_auto(name)) {
                    macros.add_auto(name);
                }
            }
            Some("C" | "F") => {
                row = of('Y').map_or(row, str::to_owned);
                column = of('X').map_or(column, str::to_owned);
                let formula = fields.iter().skip(1).find_map(|field| field.strip_prefix('E'));
                if let Some(formula) = formula {
                    if formula.contains('|') && formula.contains('!') {
                        dde::tell(formula.trim_start_matches('='), Location::Line(number as u64 + 1), inside);
                    }
                    macros.add(format!("R{row}C{column}"), formula.to_owned());
                }
            }
            _ => {}
        }
    }
    // Ordinary tables have formulas too: they are told of only where a macro can be.
    if !macros.sheets.is_empty() || !macros.auto.is_empty() {
        macros.tell(part.name, inside);
    }
}

/// The fields of a line: `;` divides them, `;;` is a letter.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.trim_end().chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == ';' && letters.next_if_eq(&';').is_none() {
            fields.push(String::new());
        } else if let Some(field) = fields.last_mut() {
            field.push(letter);
        }
    }
    fields
}
