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
    /// Each folded word.
    words: HashMap<Box<str>, Occurrences>,
    /// The documents with each word as it was written, with its marks, in order.
    written: HashMap<Box<str>, Vec<u32>>,
}

/// Where a word stands.
#[derive(Debug, Default)]
struct Occurrences {
    /// In order.
    places: Vec<Place>,
    /// What it is worth in each document, in order: a frequent word stands in all of them thousands of times, and nobody who
    /// searches should wait until they are counted.
    sums: Vec<Sum>,
}

/// What a word is worth in a document.
#[derive(Debug, Clone, Copy)]
struct Sum {
    /// The document.
    entry: u32,
    /// The weights of all places together.
    weight: u32,
    /// The weight of the best place.
    best: u8,
}

#[derive(Debug)]
struct Indexed {
    fields: Vec<IndexedField>,
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

/// Where letters stand together: a place is in one of both alone, since the word there is all of the letters or it is not.
#[derive(Debug, Default)]
struct Found<'i> {
    /// As one word.
    whole: Option<&'i Occurrences>,
    /// As several words one after the other, in order.
    broken: Vec<Span>,
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
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let base = Place::from(number) << 32;
        let mut indexed = Indexed { fields: Vec::new(), starts: Vec::new() };
        for field in entry {
            // No word reaches from one part into the next: between them lies a place without a word.
            if !indexed.starts.is_empty() {
                indexed.starts.push(u32::MAX);
            }
            let text = nfc(&field.text).into_owned();
            let first = u32::try_from(indexed.starts.len()).unwrap_or(u32::MAX);
            let room = MAX_WORDS.saturating_sub(indexed.starts.len());
            for word in words::words(&text).take(room) {
                let place = base | indexed.starts.len() as Place;
                let occurrences = self.words.entry(word.folded.into_boxed_str()).or_default();
                occurrences.places.push(place);
                add(&mut occurrences.sums, Sum::of(number, field.weight));
                let written = self.written.entry(word.written.into_boxed_str()).or_default();
                if written.last() != Some(&number) {
                    written.push(number);
                }
                indexed.starts.push(u32::try_from(word.start).unwrap_or(u32::MAX));
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
        let mut tallies: Vec<Tally> = vec![Tally::default(); self.entries.len()];
        let mut all: Vec<Found<'_>> = Vec::with_capacity(terms.len() + 1);
        for term in &terms {
            let same_marks = self.written.get(term.written.as_str()).filter(|_| term.written != term.folded);
            let found = self.find(&term.folded);
            self.weigh(&found, same_marks.map_or(&[], Vec::as_slice), |entry, score| {
                if let Some(tally) = tallies.get_mut(entry) {
                    tally.terms += 1;
                    tally.score += score;
                }
            });
            all.push(found);
        }
        for tally in &mut tallies {
            tally.is_hit = tally.terms == terms.len();
            if !tally.is_hit {
                tally.score = 0.0;
            }
        }
        // The words together, as they were typed; also what was typed with stray spaces.
        if terms.len() > 1 {
            let together: String = terms.iter().map(|term| term.folded.as_str()).collect();
            let found = self.find(&together);
            self.weigh(&found, &[], |entry, score| {
                if let Some(tally) = tallies.get_mut(entry) {
                    tally.is_hit = true;
                    tally.score += TOGETHER * score;
                }
            });
            all.push(found);
        }
        let hits = tallies.iter().enumerate().filter(|(_, tally)| tally.is_hit);
        let mut hits: Vec<(usize, f64)> = hits.map(|(entry, tally)| (entry, tally.score)).collect();
        hits.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let count = hits.len();
        hits.truncate(limit);
        // Where everything stands is looked up for those alone that are shown.
        let is_all = |entry: usize| tallies.get(entry).is_some_and(|tally| tally.terms == terms.len());
        let hit = |(entry, score): (usize, f64)| {
            let shown = if is_all(entry) { all.as_slice() } else { all.get(terms.len()..).unwrap_or_default() };
            let mut spans: Vec<(u32, u32)> = shown.iter().flat_map(|found| found.words_in(entry)).collect();
            spans.sort_unstable();
            spans.dedup();
            Hit { entry, score, spans }
        };
        (hits.into_iter().map(hit).collect(), count)
    }

    /// Every place where words one after the other have the letters `letters` together.
    ///
    /// `ends[n]` holds where the first `n` letters are together; each further word of the index that fits leads on from there.
    fn find(&self, letters: &str) -> Found<'_> {
        let mut cuts: Vec<usize> = letters.char_indices().map(|(at, _)| at).collect();
        cuts.push(letters.len());
        let mut ends: Vec<Found<'_>> = vec![Found::default()];
        for end in 1..cuts.len() {
            let mut here = Found::default();
            for begin in 0..end {
                let (Some(from), Some(to)) = (cuts.get(begin), cuts.get(end)) else { continue };
                let Some(word) = letters.get(*from..*to).and_then(|piece| self.words.get(piece)) else { continue };
                if begin == 0 {
                    here.whole = Some(word);
                } else if let Some(before) = ends.get(begin) {
                    lead_on(before.whole().map(|place| Span { last: place, first: place }), word, &mut here.broken);
                    lead_on(before.broken.iter().copied(), word, &mut here.broken);
                }
            }
            here.broken.sort_unstable();
            ends.push(here);
        }
        ends.pop().unwrap_or_default()
    }

    /// Says of each document what was found is worth in it; more in those `same_marks` names, which are in order.
    fn weigh(&self, found: &Found<'_>, same_marks: &[u32], mut say: impl FnMut(usize, f64)) {
        let mut sums: Vec<Sum> = found.whole.map_or_else(Vec::new, |word| word.sums.clone());
        let mut broken: Vec<Sum> = Vec::new();
        for span in &found.broken {
            let entry = span.entry();
            let weight = self.entries.get(entry).map_or(0, |entry| entry.weight_at(low(span.first)));
            add(&mut broken, Sum::of(u32::try_from(entry).unwrap_or(u32::MAX), weight));
        }
        sums.append(&mut broken);
        sums.sort_by_key(|sum| sum.entry);
        let sums = sums.into_iter().fold(Vec::new(), |mut sums, sum| {
            add(&mut sums, sum);
            sums
        });
        let rarity = rarity(self.entries.len(), sums.len());
        for Sum { entry, weight, best } in sums {
            let marks = if same_marks.binary_search(&entry).is_ok() { 1.0 + SAME_MARKS } else { 1.0 };
            let weight = f64::from(weight);
            say(entry as usize, rarity * marks * weight / (weight + SATURATION) * f64::from(best));
        }
    }
}

impl Sum {
    /// What one place is worth.
    fn of(entry: u32, weight: u8) -> Self {
        Self { entry, weight: u32::from(weight), best: weight }
    }
}

/// Adds to what is known of the last document, or begins the next one.
fn add(sums: &mut Vec<Sum>, sum: Sum) {
    match sums.last_mut().filter(|last| last.entry == sum.entry) {
        Some(last) => {
            last.weight += sum.weight;
            last.best = last.best.max(sum.best);
        }
        None => sums.push(sum),
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
        high(self.last)
    }
}

impl Found<'_> {
    fn whole(&self) -> impl Iterator<Item = Place> {
        self.whole.into_iter().flat_map(|word| word.places.iter().copied())
    }

    /// The first and last words of what stands in a document.
    fn words_in(&self, entry: usize) -> impl Iterator<Item = (u32, u32)> {
        let places = self.whole.map_or(&[][..], |word| in_entry(&word.places, entry, |place| *place));
        let whole = places.iter().map(|place| (low(*place), low(*place)));
        let broken = in_entry(&self.broken, entry, |span| span.last).iter();
        whole.chain(broken.map(|span| (low(span.first), low(span.last))))
    }
}

/// Those of `all`, which are in order of their places, that stand in a document.
fn in_entry<T>(all: &[T], entry: usize, place: impl Fn(&T) -> Place) -> &[T] {
    let from = all.partition_point(|one| high(place(one)) < entry);
    let to = all.partition_point(|one| high(place(one)) <= entry);
    all.get(from..to).unwrap_or_default()
}

impl Indexed {
    fn field_at(&self, word: u32) -> Option<&IndexedField> {
        self.fields.iter().rev().find(|field| field.first <= word)
    }

    fn weight_at(&self, word: u32) -> u8 {
        self.field_at(word).map_or(0, |field| field.weight)
    }
}

/// From the ends in `before`, which are in order, with `word` right behind each.
fn lead_on(before: impl Iterator<Item = Span>, word: &Occurrences, here: &mut Vec<Span>) {
    let mut places = word.places.as_slice();
    for span in before {
        let wanted = span.last + 1;
        places = from_place(places, wanted);
        match places.first() {
            Some(place) if *place == wanted => here.push(Span { last: wanted, first: span.first }),
            Some(_) => {}
            None => break,
        }
    }
}

/// The part of `places` from `wanted` on. It is looked for by steps that grow, since it is mostly near or very far.
fn from_place(places: &[Place], wanted: Place) -> &[Place] {
    let mut step = 1;
    while places.get(step).is_some_and(|place| *place < wanted) {
        step *= 2;
    }
    let (near, _) = places.split_at(places.len().min(step + 1));
    places.get(near.partition_point(|place| *place < wanted)..).unwrap_or_default()
}

/// The number of the document.
fn high(place: Place) -> usize {
    usize::try_from(place >> 32).unwrap_or(usize::MAX)
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
