//! Finding documents by words, as Vietnamese offices write them.
//!
//! - Marks and capitals do not matter, `đ` is `d`: `nghi dinh` finds `Nghị định`. Who types marks gets what has the same marks
//!   first.
//! - A word may be broken by stray spaces, in the text or in what is typed: `nghị định` finds `Ngh ị định`, as official PDFs
//!   really read. Pieces count only from the beginning of a word to the end of one: `an toàn` does not find `ban toàn`.
//! - All words must be there. Rare words, words in titles and numbers, and words that stand together count more.

mod excerpt;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;

use khien_model::text::nfc;

pub use excerpt::{MAX_EXCERPT_LETTERS, Piece};

/// How many documents an index may have; further ones are not found.
pub const MAX_ENTRIES: usize = 20_000;
/// How many words of one document are looked at: ten times the longest law.
pub const MAX_WORDS: usize = 400_000;
/// How many letters of what is typed are looked at.
pub const MAX_QUERY_LETTERS: usize = 100;
/// How many words of what is typed are looked for.
pub const MAX_TERMS: usize = 12;

/// How quickly more of the same word stops to matter.
const SATURATION: f64 = 2.0;
/// What words that stand together as they were typed add.
const TOGETHER: f64 = 1.5;
/// What the same marks add.
const SAME_MARKS: f64 = 0.25;

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// How much a word in it counts.
    pub weight: u8,
    /// What stands in it.
    pub text: String,
}

/// A document as it is looked through: its parts.
pub type Entry = Vec<Field>;

/// Where a word stands: the document in the upper half, the number of the word in it in the lower half.
type Place = u64;

/// Documents, ready to be looked through.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Indexed>,
    /// Where each folded word stands, in order.
    places: HashMap<Box<str>, Vec<Place>>,
    /// A number for each word with its marks.
    written: HashMap<Box<str>, u32>,
}

#[derive(Debug)]
struct Indexed {
    fields: Vec<IndexedField>,
    /// The numbers of its words with their marks, at the places of the words.
    written: Vec<u32>,
    /// Where its words begin, in bytes of the text of their part.
    starts: Vec<u32>,
}

#[derive(Debug)]
struct IndexedField {
    weight: u8,
    text: String,
    /// The number of its first word.
    first: u32,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its place among those the index was made of.
    pub entry: usize,
    /// How well it fits: more is better.
    pub score: f64,
    /// The numbers of the first and last words of what was found, in order.
    spans: Vec<(u32, u32)>,
}

/// What stands at these places, from a first to a last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    last: Place,
    first: Place,
}

impl Index {
    /// Makes an index of `entries`.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut index = Self::default();
        for entry in entries.into_iter().take(MAX_ENTRIES) {
            index.add(entry);
        }
        index
    }

    fn add(&mut self, entry: Entry) {
        let base = (self.entries.len() as Place) << 32;
        let mut indexed = Indexed { fields: Vec::new(), written: Vec::new(), starts: Vec::new() };
        for field in entry {
            // No word reaches from one part into the next: between them lies a place without a word.
            if !indexed.written.is_empty() {
                indexed.written.push(u32::MAX);
                indexed.starts.push(u32::MAX);
            }
            let text = nfc(&field.text).into_owned();
            let first = u32::try_from(indexed.written.len()).unwrap_or(u32::MAX);
            let room = MAX_WORDS.saturating_sub(indexed.written.len());
            for word in words::words(&text).take(room) {
                let place = base | indexed.written.len() as Place;
                self.places.entry(word.folded.into_boxed_str()).or_default().push(place);
                let number = u32::try_from(self.written.len()).unwrap_or(u32::MAX);
                indexed.starts.push(u32::try_from(word.start).unwrap_or(u32::MAX));
                indexed.written.push(*self.written.entry(word.written.into_boxed_str()).or_insert(number));
            }
            indexed.fields.push(IndexedField { weight: field.weight, text, first });
        }
        self.entries.push(indexed);
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The documents with the words of `query`, the best first, at most `limit`; and how many there are in all.
    pub fn search(&self, query: &str, limit: usize) -> (Vec<Hit>, usize) {
        let query: String = nfc(query).chars().take(MAX_QUERY_LETTERS).collect();
        let terms: Vec<words::Word> = words::words(&query).take(MAX_TERMS).collect();
        if terms.is_empty() {
            return (Vec::new(), 0);
        }
        let mut found: Vec<Tally> = vec![Tally::default(); self.entries.len()];
        let mut all: Vec<Vec<Span>> = Vec::with_capacity(terms.len() + 1);
        for term in &terms {
            let written = self.written.get(term.written.as_str()).copied();
            let has_marks = term.written != term.folded;
            let spans = self.spans(&term.folded);
            self.weigh(&spans, written.filter(|_| has_marks), |entry, score| {
                if let Some(tally) = found.get_mut(entry) {
                    tally.terms += 1;
                    tally.score += score;
                }
            });
            all.push(spans);
        }
        for tally in &mut found {
            tally.is_hit = tally.terms == terms.len();
            if !tally.is_hit {
                tally.score = 0.0;
            }
        }
        // The words together, as they were typed; also what was typed with stray spaces.
        if terms.len() > 1 {
            let together: String = terms.iter().map(|term| term.folded.as_str()).collect();
            let spans = self.spans(&together);
            self.weigh(&spans, None, |entry, score| {
                if let Some(tally) = found.get_mut(entry) {
                    tally.is_hit = true;
                    tally.score += TOGETHER * score;
                }
            });
            all.push(spans);
        }
        let hits = found.iter().enumerate().filter(|(_, tally)| tally.is_hit);
        let mut hits: Vec<(usize, f64)> = hits.map(|(entry, tally)| (entry, tally.score)).collect();
        hits.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let count = hits.len();
        hits.truncate(limit);
        // Where everything stands is looked up for those alone that are shown.
        let is_all = |entry: usize| found.get(entry).is_some_and(|tally| tally.terms == terms.len());
        let hit = |(entry, score): (usize, f64)| {
            let shown = if is_all(entry) { all.as_slice() } else { all.get(terms.len()..).unwrap_or_default() };
            let mut spans: Vec<(u32, u32)> = shown.iter().flat_map(|spans| words_in(spans, entry)).collect();
            spans.sort_unstable();
            spans.dedup();
            Hit { entry, score, spans }
        };
        (hits.into_iter().map(hit).collect(), count)
    }

    /// Every place where words one after the other have the letters `letters` together.
    ///
    /// `ends[n]` holds where the first `n` letters are together; each further word of the index that fits leads on from there.
    fn spans(&self, letters: &str) -> Vec<Span> {
        let mut cuts: Vec<usize> = letters.char_indices().map(|(at, _)| at).collect();
        cuts.push(letters.len());
        let mut ends: Vec<Vec<Span>> = vec![Vec::new()];
        for end in 1..cuts.len() {
            let mut here: Vec<Span> = Vec::new();
            for begin in 0..end {
                let (Some(from), Some(to)) = (cuts.get(begin), cuts.get(end)) else { continue };
                let places = letters.get(*from..*to).and_then(|piece| self.places.get(piece));
                let Some(places) = places else { continue };
                if begin == 0 {
                    here.extend(places.iter().map(|place| Span { last: *place, first: *place }));
                } else if let Some(before) = ends.get(begin) {
                    lead_on(before, places, &mut here);
                }
            }
            here.sort_unstable();
            here.dedup_by_key(|span| span.last);
            ends.push(here);
        }
        ends.pop().unwrap_or_default()
    }

    /// Says of each document what `spans` are worth in it.
    fn weigh(&self, spans: &[Span], written: Option<u32>, mut say: impl FnMut(usize, f64)) {
        let count = spans.chunk_by(|one, other| one.entry() == other.entry()).count();
        let rarity = rarity(self.entries.len(), count);
        for spans in spans.chunk_by(|one, other| one.entry() == other.entry()) {
            let Some(number) = spans.first().map(Span::entry) else { continue };
            let Some(entry) = self.entries.get(number) else { continue };
            let (mut weight, mut best, mut marks) = (0.0, 0.0_f64, 1.0);
            for span in spans {
                let (first, last) = (low(span.first), low(span.last));
                let here = f64::from(entry.weight_at(first));
                weight += here;
                best = best.max(here);
                if written.is_some() && first == last && entry.written.get(first as usize).copied() == written {
                    marks = 1.0 + SAME_MARKS;
                }
            }
            say(number, rarity * marks * weight / (weight + SATURATION) * best);
        }
    }
}

/// How well a document fits so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    /// How many of the words that are looked for stand in it.
    terms: usize,
    score: f64,
    is_hit: bool,
}

impl Span {
    /// The document.
    fn entry(&self) -> usize {
        usize::try_from(self.last >> 32).unwrap_or(usize::MAX)
    }
}

/// The first and last words of those of `spans` that stand in a document.
fn words_in(spans: &[Span], entry: usize) -> impl Iterator<Item = (u32, u32)> {
    let from = spans.partition_point(|span| span.entry() < entry);
    let rest = spans.get(from..).unwrap_or_default();
    rest.iter().take_while(move |span| span.entry() == entry).map(|span| (low(span.first), low(span.last)))
}

impl Indexed {
    fn field_at(&self, word: u32) -> Option<&IndexedField> {
        self.fields.iter().rev().find(|field| field.first <= word)
    }

    fn weight_at(&self, word: u32) -> u8 {
        self.field_at(word).map_or(0, |field| field.weight)
    }
}

/// From the ends in `before`, with the word right behind each.
fn lead_on(before: &[Span], places: &[Place], here: &mut Vec<Span>) {
    let mut places = places.iter().copied().peekable();
    for span in before {
        let wanted = span.last + 1;
        while places.next_if(|place| *place < wanted).is_some() {}
        if places.peek() == Some(&wanted) {
            here.push(Span { last: wanted, first: span.first });
        }
    }
}

/// The number of the word in its document.
fn low(place: Place) -> u32 {
    u32::try_from(place & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

/// What a word is worth that stands in so many documents of all.
fn rarity(all: usize, with: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are never so many documents that it matters")]
    let (all, with) = (all as f64, with as f64);
    (1.0 + all / (1.0 + with)).ln()
}
