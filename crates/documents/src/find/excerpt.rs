//! A few lines of a document around what was found in it, with what was found marked.

use std::ops::Range;

use super::{Hit, Index, Indexed, IndexedField, words};

/// How many letters an excerpt has, but for the words at its ends.
pub const MAX_EXCERPT_LETTERS: usize = 240;

/// How many places are marked and compared: thousands are no better than the first hundred.
const LOOKED_AT: usize = 100;
/// How many letters stand before what was found, so that a reader sees where they are.
const BEFORE: usize = 40;

/// A part of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands there.
    pub text: String,
    /// Whether it was looked for.
    pub is_hit: bool,
}

impl Index {
    /// The part `field` of a document that was found, shortened to the lines with the most of what was found, which is marked.
    /// A part in which nothing was found has its beginning.
    pub fn excerpt(&self, hit: &Hit, field: usize) -> Vec<Piece> {
        let entry = self.entries.get(hit.entry);
        let Some((entry, field)) = entry.and_then(|entry| Some((entry, entry.fields.get(field)?))) else {
            return Vec::new();
        };
        let marked = marked(entry, field, hit);
        let (from, to) = window(&field.text, &marked);
        let mut pieces = Vec::new();
        let mut push = |range: Range<usize>, is_hit| {
            let text = field.text.get(range).unwrap_or_default();
            if !text.is_empty() {
                pieces.push(Piece { text: text.replace('\n', " "), is_hit });
            }
        };
        let mut at = from;
        for mark in marked.iter().filter(|mark| from <= mark.start && mark.end <= to && !mark.is_empty()) {
            push(at..mark.start, false);
            push(mark.clone(), true);
            at = mark.end;
        }
        push(at..to, false);
        if from > 0 {
            pieces.insert(0, Piece { text: "… ".to_owned(), is_hit: false });
        }
        if to < field.text.trim_end().len() {
            pieces.push(Piece { text: " …".to_owned(), is_hit: false });
        }
        pieces
    }

    /// Whether anything was found in the part `field` of a document.
    pub fn is_in(&self, hit: &Hit, field: usize) -> bool {
        let entry = self.entries.get(hit.entry);
        let Some((entry, this)) = entry.and_then(|entry| Some((entry, entry.fields.get(field)?))) else { return false };
        let is_here = |word: u32| entry.field_at(word).is_some_and(|found| std::ptr::eq(found, this));
        hit.spans.iter().any(|(first, _)| is_here(*first))
    }
}

/// What was found in a part, in bytes of its text, in order, none over another; the first [`LOOKED_AT`] places.
fn marked(entry: &Indexed, field: &IndexedField, hit: &Hit) -> Vec<Range<usize>> {
    let start =
        |word: u32| entry.starts.get(usize::try_from(word).ok()?).and_then(|start| usize::try_from(*start).ok());
    let is_here = |word: u32| entry.field_at(word).is_some_and(|found| std::ptr::eq(found, field));
    let mut marked: Vec<Range<usize>> = Vec::new();
    for (first, last) in hit.spans.iter().filter(|(first, _)| is_here(*first)) {
        let (Some(begin), Some(last)) = (start(*first), start(*last)) else { continue };
        let end = words::end_of(&field.text, last);
        let is_full = marked.len() == LOOKED_AT;
        match marked.last_mut() {
            Some(before) if begin <= before.end => before.end = before.end.max(end),
            _ if is_full => break,
            _ => marked.push(begin..end),
        }
    }
    marked
}

/// From where to where the text is shown: the stretch that begins with something found and has the most of it.
fn window(text: &str, marked: &[Range<usize>]) -> (usize, usize) {
    let end_of = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let cut = rest.char_indices().nth(MAX_EXCERPT_LETTERS).map(|(at, _)| from + at);
        cut.map_or(text.trim_end().len(), |cut| up_to_word(text, cut))
    };
    let covered = |from: usize| {
        let to = end_of(from);
        marked.iter().filter(|mark| from <= mark.start && mark.end <= to).map(Range::len).sum::<usize>()
    };
    let best = marked.iter().map(|mark| mark.start).max_by_key(|from| (covered(*from), usize::MAX - from));
    let Some(best) = best else { return (0, end_of(0)) };
    let before = text.get(..best).unwrap_or_default();
    let begin = before.char_indices().rev().take(BEFORE).last().map_or(0, |(at, _)| at);
    let from = if begin == 0 { 0 } else { next_word(text, begin) };
    (from.min(best), end_of(best))
}

/// The end of the word that `at` stands in.
fn up_to_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(char::is_whitespace).map_or(text.trim_end().len(), |space| at + space)
}

/// The beginning of the first word behind the one that `at` stands in.
fn next_word(text: &str, at: usize) -> usize {
    let end = up_to_word(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + (rest.len() - rest.trim_start().len())
}
