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

use std::collections::{BTreeMap, HashMap};

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
        let mut found: BTreeMap<usize, Hit> = BTreeMap::new();
        let singly: Vec<Vec<Span>> = terms.iter().map(|term| self.spans(&term.folded)).collect();
        let mut terms_in: BTreeMap<usize, usize> = BTreeMap::new();
        for (term, spans) in terms.iter().zip(&singly) {
            let written = self.written.get(term.written.as_str()).copied();
            let has_marks = term.written != term.folded;
            for Hit { entry, score, spans } in self.weighed(spans, written.filter(|_| has_marks)) {
                *terms_in.entry(entry).or_default() += 1;
                let hit = found.entry(entry).or_insert_with(|| Hit { entry, score: 0.0, spans: Vec::new() });
                hit.score += score;
                hit.spans.extend(spans);
            }
        }
        found.retain(|entry, _| terms_in.get(entry) == Some(&terms.len()));
        // The words together, as they were typed; also what was typed with stray spaces.
        if terms.len() > 1 {
            let together: String = terms.iter().map(|term| term.folded.as_str()).collect();
            for Hit { entry, score, spans } in self.weighed(&self.spans(&together), None) {
                let hit = found.entry(entry).or_insert_with(|| Hit { entry, score: 0.0, spans: Vec::new() });
                hit.score += TOGETHER * score;
                hit.spans.extend(spans);
            }
        }
        let mut hits: Vec<Hit> = found.into_values().collect();
        hits.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.entry.cmp(&other.entry)));
        let count = hits.len();
        hits.truncate(limit);
        for hit in &mut hits {
            hit.spans.sort_unstable();
            hit.spans.dedup();
        }
        (hits, count)
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

    /// What `spans` are worth in each document: a hit for each of these.
    fn weighed(&self, spans: &[Span], written: Option<u32>) -> Vec<Hit> {
        let of = |span: &Span| usize::try_from(span.first >> 32).unwrap_or(usize::MAX);
        let documents: Vec<&[Span]> = spans.chunk_by(|one, other| of(one) == of(other)).collect();
        let rarity = rarity(self.entries.len(), documents.len());
        let mut weighed = Vec::with_capacity(documents.len());
        for spans in documents {
            let Some((number, entry)) = spans.first().map(of).and_then(|n| Some((n, self.entries.get(n)?))) else {
                continue;
            };
            let words: Vec<(u32, u32)> = spans.iter().map(|span| (low(span.first), low(span.last))).collect();
            let weight: f64 = words.iter().map(|(first, _)| f64::from(entry.weight_at(*first))).sum();
            let same = |(first, last): &(u32, u32)| {
                first == last && written.is_some() && entry.written.get(*first as usize).copied() == written
            };
            let marks = if words.iter().any(same) { 1.0 + SAME_MARKS } else { 1.0 };
            let score = rarity * marks * weight / (weight + SATURATION) * entry.best_weight(&words);
            weighed.push(Hit { entry: number, score, spans: words });
        }
        weighed
    }
}

impl Indexed {
    fn field_at(&self, word: u32) -> Option<&IndexedField> {
        self.fields.iter().rev().find(|field| field.first <= word)
    }

    fn weight_at(&self, word: u32) -> u8 {
        self.field_at(word).map_or(0, |field| field.weight)
    }

    /// The weight of the weightiest part that any of the words stand in.
    fn best_weight(&self, words: &[(u32, u32)]) -> f64 {
        f64::from(words.iter().map(|(first, _)| self.weight_at(*first)).max().unwrap_or(0))
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
