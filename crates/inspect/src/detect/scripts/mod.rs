//! What scripts do: a table of words for each language, over one spelling of the script.

mod plain;
mod settings;
#[rustfmt::skip]
mod table;
mod words;

use self::plain::Plain;
use self::table::{ANYWHERE, NEAR, REQUESTS, RUNS, SIGNS, Sign};
use self::words::{Places, is_whole};
use super::signs::{Signs, around};
use crate::kinds::scripts as kinds;
use crate::walk::{Inside, Part};
use crate::{Location, text};

pub(super) use settings::{look_inf, look_reg, look_table};

/// How many places of one word are looked at.
const MAX_PLACES: usize = 1_000;

/// Looks at a script of any language of the table.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let plain = Plain::of(&text::decoded(part.bytes));
    let places = Places::of(&plain.text);
    let mut signs = Signs::default();
    for sign in SIGNS.iter().filter(|sign| sign.of.iter().any(|own| part.types.contains(own))) {
        if signs.has(sign.kind) {
            continue;
        }
        let at = if sign.near == ANYWHERE { places.of_sign(sign) } else { near(&plain.text, sign) };
        if let Some(at) = at {
            signs.add(sign.kind, Location::Line(plain.line(at)), around(&plain.text, at));
        }
    }
    signs.tell(inside);
}

/// Where a word of the first group stands that has a word of every other group near enough.
fn near(text: &str, sign: &Sign) -> Option<usize> {
    let (first, others) = sign.all.split_first()?;
    let mut places: Vec<usize> = first.iter().flat_map(|word| whole(text, word).take(MAX_PLACES)).collect();
    places.sort_unstable();
    places.into_iter().find(|at| {
        let from = text.floor_char_boundary(at.saturating_sub(sign.near));
        let to = text.ceil_char_boundary(at.saturating_add(sign.near).min(text.len()));
        let around = text.get(from..to).unwrap_or_default();
        others.iter().all(|group| group.iter().any(|word| whole(around, word).next().is_some()))
    })
}

/// Where a word stands that is not the end of a longer one.
fn whole<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| is_whole(text, *at, word))
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
