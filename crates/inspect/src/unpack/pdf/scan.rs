//! The first look at a PDF: every `N G obj` wherever it stands, in one pass, without believing any table of offsets.

use std::collections::BTreeMap;
use std::ops::Range;

use super::object::{Dictionary, Lexer, Object, is_space};
use crate::{Limit, Reason};

/// How many objects are kept.
pub(super) const MAX_OBJECTS: usize = 400_000;

/// How many names, strings and dictionaries are kept, all together.
const MAX_ITEMS: usize = 3_000_000;

/// How many bytes are read for each byte of the file: objects that are never closed are read again by the next.
const WORK_RATIO: usize = 8;

/// How many bytes may be read of any file, however small.
const WORK_LEAST: usize = 1024 * 1024;

/// How far before the word `obj` its numbers are looked for.
const MAX_NUMBERS: usize = 24;

/// An object of the file.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// Its number.
    pub(crate) number: u32,
    /// Its generation.
    pub(crate) generation: u32,
    /// Where it begins in the file; where its container begins, if it is packed.
    pub(crate) offset: usize,
    /// What it is.
    pub(crate) object: Object,
    /// Where the bytes of its stream lie.
    pub(crate) stream: Option<Range<usize>>,
    /// The stream has no end of its own.
    pub(super) cut: bool,
    /// It stands within the bytes of another object.
    pub(super) nested: bool,
}

/// What the first look found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) objects: Vec<Stored>,
    /// Dictionaries behind the word `trailer`.
    pub(super) trailers: Vec<Dictionary>,
    /// Names that were written with `#xx` where letters would do.
    pub(super) obscured: Vec<String>,
    /// Where `%PDF-` stands outside of streams.
    pub(super) headers: Vec<usize>,
    /// Why it is not all there is.
    pub(super) reasons: Vec<Reason>,
    /// How many more objects may be kept.
    pub(super) items_left: usize,
}

/// Looks through the file.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    let mut scan = Scan { items_left: MAX_ITEMS, ..Scan::default() };
    let mut work_left = bytes.len().saturating_mul(WORK_RATIO).max(WORK_LEAST);
    let mut begins = Vec::new();
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(place) = next_mark(bytes, at) {
        at = place + 1;
        let rest = bytes.get(place..).unwrap_or_default();
        if rest.starts_with(b"obj") {
            let Some((number, generation, offset)) = numbers_before(bytes, place) else { continue };
            if scan.objects.len() >= MAX_OBJECTS {
                scan.reasons.push(Reason::limit(Limit::Reader, MAX_OBJECTS as u64));
                break;
            }
            let (object, behind) = scan.object_at(bytes, place + 3, &mut work_left);
            let begin = stream_begin(bytes, behind);
            begins.push(begin);
            let nested = false;
            let stored = Stored { number, generation, offset, object, stream: None, cut: false, nested };
            scan.objects.push(stored);
        } else if rest.starts_with(b"endstream") {
            ends.push(place);
        } else if rest.starts_with(b"trailer") {
            if let (Object::Dictionary(trailer), _) = scan.object_at(bytes, place + b"trailer".len(), &mut work_left) {
                scan.trailers.push(trailer);
            }
        } else if rest.starts_with(b"%PDF-") {
            scan.headers.push(place);
        }
        if work_left == 0 {
            scan.reasons.push(Reason::limit(Limit::Reader, WORK_RATIO as u64));
            break;
        }
        if scan.items_left == 0 {
            scan.reasons.push(Reason::limit(Limit::Reader, MAX_ITEMS as u64));
            break;
        }
    }
    scan.bound_streams(bytes, &begins, &ends);
    scan
}

impl Scan {
    /// The object that begins at `at`, and where it ends.
    fn object_at(&mut self, bytes: &[u8], at: usize, work_left: &mut usize) -> (Object, usize) {
        let mut lexer = Lexer::new(bytes, at, self.items_left);
        let object = lexer.object().unwrap_or(Object::Null);
        self.items_left = lexer.items_left;
        self.obscured.append(&mut lexer.obscured);
        if lexer.too_deep {
            self.reasons.push(Reason::limit(Limit::Reader, super::object::MAX_NESTING as u64));
        }
        *work_left = work_left.saturating_sub(lexer.at.saturating_sub(at));
        (object, lexer.at)
    }

    /// Finds where each stream ends: by its `/Length` if `endstream` stands there, else at the next `endstream`.
    fn bound_streams(&mut self, bytes: &[u8], begins: &[Option<usize>], ends: &[usize]) {
        let mut lengths: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for stored in &self.objects {
            if let Some(length) = stored.object.integer() {
                let known = lengths.entry(stored.number).or_default();
                // The same number in each of many revisions is one length.
                if !known.contains(&length) && known.len() < MAX_NUMBERS {
                    known.push(length);
                }
            }
        }
        let mut outer_end = 0;
        for (stored, begin) in self.objects.iter_mut().zip(begins) {
            stored.nested = stored.offset < outer_end;
            let (Some(begin), Some(dictionary)) = (*begin, stored.object.dictionary()) else { continue };
            let told = match dictionary.get("Length") {
                Some(Object::Reference(number)) => lengths.get(number).map(Vec::as_slice).unwrap_or_default(),
                Some(Object::Integer(length)) => std::slice::from_ref(length),
                _ => &[],
            };
            let end = told
                .iter()
                .filter_map(|length| begin.checked_add(usize::try_from(*length).ok()?))
                .find(|end| ends_at(bytes, *end));
            let next = ends.get(ends.partition_point(|end| *end < begin)).copied();
            stored.cut = end.is_none() && next.is_none();
            let end = end.or_else(|| next.map(|next| without_end_of_line(bytes, begin, next))).unwrap_or(bytes.len());
            stored.stream = Some(begin..end.max(begin));
            outer_end = outer_end.max(end);
        }
        let objects = &self.objects;
        self.headers.retain(|header| {
            let next = objects.partition_point(|stored| stored.offset <= *header);
            let before = next.checked_sub(1).and_then(|before| objects.get(before));
            !before.is_some_and(|stored| {
                stored.nested || stored.stream.as_ref().is_some_and(|stream| stream.contains(header))
            })
        });
    }
}

/// The next place at or behind `at` where one of the words that matter may begin.
fn next_mark(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let found = rest.windows(3).position(|three| matches!(three, b"obj" | b"end" | b"tra" | b"%PD"))?;
    Some(at + found)
}

/// The number and generation of the object whose word `obj` stands at `place`, and where they begin.
fn numbers_before(bytes: &[u8], place: usize) -> Option<(u32, u32, usize)> {
    let window = bytes.get(place.saturating_sub(MAX_NUMBERS)..place)?;
    let (generation, window) = number_at_end(window)?;
    let (number, window) = number_at_end(window)?;
    let offset = place.saturating_sub(MAX_NUMBERS.min(place)).saturating_add(window.len());
    Some((number, generation, offset))
}

/// The number at the end of `window`, behind which white space may stand, and what is before it.
fn number_at_end(window: &[u8]) -> Option<(u32, &[u8])> {
    let end = window.iter().rposition(|byte| !is_space(*byte))? + 1;
    let written = window.get(..end)?;
    let begin = written.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
    let (before, digits) = written.split_at_checked(begin)?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, before))
}

/// Where the bytes of a stream begin, if the word `stream` stands at `at`.
fn stream_begin(bytes: &[u8], at: usize) -> Option<usize> {
    let mut lexer = Lexer::new(bytes, at, 0);
    lexer.skip_space();
    let rest = bytes.get(lexer.at..)?.strip_prefix(b"stream")?;
    let space = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        // Some writers put spaces before the end of the line.
        [b' ', b'\r', b'\n', ..] => 3,
        [b' ', b'\n', ..] => 2,
        _ => 0,
    };
    Some(bytes.len() - rest.len() + space)
}

/// Whether the stream may end at `end`: the word `endstream` follows.
fn ends_at(bytes: &[u8], end: usize) -> bool {
    let Some(rest) = bytes.get(end..) else { return false };
    let space = rest.iter().take(4).take_while(|byte| is_space(**byte)).count();
    rest.get(space..).is_some_and(|rest| rest.starts_with(b"endstream"))
}

/// `end` without the end of line before it.
fn without_end_of_line(bytes: &[u8], begin: usize, end: usize) -> usize {
    let body = bytes.get(begin..end).unwrap_or_default();
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    begin + body.strip_suffix(b"\r").unwrap_or(body).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(file: &[u8]) -> Vec<(u32, &[u8])> {
        let found = scan(file);
        found.objects.iter().filter_map(|stored| Some((stored.number, file.get(stored.stream.clone()?)?))).collect()
    }

    #[test]
    fn streams_end_where_their_length_or_their_end_says() {
        let file = b"%PDF-1.7\n1 0 obj <</Length 2 0 R>> stream\nab endstream c\nendstream\n2 0 obj 14 endobj\n\
            3 0 obj<</Length 99>>stream\r\nxyz\r\nendstream 4 0 obj << >> stream\n";
        assert_eq!(streams(file), [(1, &b"ab endstream c"[..]), (3, b"xyz"), (4, b"")]);
    }

    #[test]
    fn objects_in_objects_are_found_and_told_apart() {
        let file = b"1 0 obj <</Length 20>> stream\n7 0 obj (in it) end\nendstream endobj 8 1 obj(out)endobj x8 0 objx";
        let found = scan(file);
        let seen: Vec<_> =
            found.objects.iter().map(|stored| (stored.number, stored.generation, stored.nested)).collect();
        assert_eq!(seen, [(1, 0, false), (7, 0, true), (8, 1, false), (8, 0, false)]);
    }

    #[test]
    fn work_is_bounded() {
        let file = b"1 0 obj(".repeat(20_000);
        let found = scan(&file);
        assert_eq!(found.reasons, [Reason::limit(Limit::Reader, WORK_RATIO as u64)]);
    }

    #[test]
    fn headers_within_streams_are_not_of_this_file() {
        let file = b"%PDF-1.4\n1 0 obj <</Length 9>> stream\n%PDF-1.4\n\nendstream endobj\n%PDF-1.5\n";
        assert_eq!(scan(file).headers.len(), 2);
    }
}
