//! What scripts do: a table of words for each language, over one spelling of the script.

mod plain;
mod settings;
#[rustfmt::skip]
mod table;

use self::plain::Plain;
use self::table::{NEAR, REQUESTS, RUNS, SIGNS};
use super::signs::{Signs, around};
use crate::kinds::scripts as kinds;
use crate::walk::{Inside, Part};
use crate::{Location, text};

pub(super) use settings::{look_inf, look_reg, look_table};

/// Looks at a script of any language of the table.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let plain = Plain::of(&text::decoded(part.bytes));
    let mut signs = Signs::default();
    for sign in SIGNS.iter().filter(|sign| sign.of.iter().any(|own| part.types.contains(own))) {
        if signs.has(sign.kind) {
            continue;
        }
        if let Some(at) = place(&plain.text, sign.all) {
            signs.add(sign.kind, Location::Line(plain.line(at)), around(&plain.text, at));
        }
    }
    signs.tell(inside);
}

/// Where the first word of the first group stands, if a word of every group is there.
fn place(text: &str, all: &[&[&str]]) -> Option<usize> {
    let mut first = None;
    for group in all {
        let at = group.iter().filter_map(|word| text.find(word)).min()?;
        first = first.or(Some(at));
    }
    first
}

/// Looks at a page of a server: whether it runs what comes with requests.
pub(super) fn look_server(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let plain = Plain::of(&text::decoded(part.bytes));
    let mut signs = Signs::default();
    let mut first: Option<usize> = None;
    for run in RUNS {
        for (at, _) in plain.text.match_indices(run) {
            let call = plain.text.get(at..plain.text.floor_char_boundary(at + NEAR)).unwrap_or_default();
            if !is_other(plain.text.get(..at).unwrap_or_default()) && REQUESTS.iter().any(|own| call.contains(own)) {
                first = Some(first.map_or(at, |first| first.min(at)));
                break;
            }
        }
    }
    if let Some(at) = first {
        signs.add(&kinds::WEB_SHELL, Location::Line(plain.line(at)), around(&plain.text, at));
    }
    signs.tell(inside);
}

/// Whether what stands before a word makes it another one: the end of a longer name, or a function of an object, which
/// for `exec` is one of databases and patterns.
fn is_other(before: &str) -> bool {
    before.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '>' | ':'))
}

#[cfg(test)]
mod tests;
