//! The statements of VBA source as words, and the texts that they put together.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::Place;

/// How many letters are put together in one module, all together.
const MAX_BUILT_LETTERS: usize = 8 * 1024 * 1024;
/// How many texts are kept from one module.
const MAX_TEXTS: usize = 512;
/// How deep an expression is followed.
const MAX_DEPTH: usize = 16;
/// How many letters a statement may show.
const MAX_SHOWN_WORDS: usize = 64;
/// From how many bytes on a text in digits or letters, or a list of numbers, is taken for data.
const MIN_DATA_BYTES: usize = 32;
/// How many pieces of data are kept.
const MAX_DATA: usize = 64;

/// A word of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// A name or keyword.
    Name(String),
    /// What stands between quotation marks.
    Text(String),
    /// A number.
    Number(i64),
    /// Anything else.
    Sign(char),
}

impl Word {
    /// Whether it is this keyword, given in lower case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Name(name) if name.eq_ignore_ascii_case(keyword))
    }
}

/// The statements of a source, each with its first line: continued lines joined, comments left out.
pub(crate) fn statements(source: &str) -> Vec<(u64, Vec<Word>)> {
    let mut statements = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut begun = 0;
    for (line, number) in source.lines().zip(1_u64..) {
        if words.is_empty() {
            begun = number;
        }
        let trimmed = line.trim_end();
        let continued = trimmed.strip_suffix('_').filter(|rest| rest.is_empty() || rest.ends_with([' ', '\t']));
        let goes_on = add_words(continued.unwrap_or(trimmed), &mut words);
        if continued.is_some() && goes_on {
            continue;
        }
        for statement in words.split(|word| *word == Word::Sign(':')).filter(|statement| !statement.is_empty()) {
            statements.push((begun, statement.to_vec()));
        }
        words.clear();
    }
    if !words.is_empty() {
        statements.push((begun, words));
    }
    statements
}

/// Adds the words of one line; `false` if it ends in a comment.
fn add_words(line: &str, words: &mut Vec<Word>) -> bool {
    let mut letters = line.chars().peekable();
    let before = words.len();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return false,
            '"' => {
                let mut text = String::new();
                while let Some(letter) = letters.next() {
                    if letter != '"' {
                        text.push(letter);
                    } else if letters.next_if_eq(&'"').is_some() {
                        text.push('"');
                    } else {
                        break;
                    }
                }
                words.push(Word::Text(text));
            }
            '&' if letters.peek().is_some_and(|next| matches!(next, 'H' | 'h' | 'O' | 'o')) => {
                let radix = if letters.next().is_some_and(|mark| mark.eq_ignore_ascii_case(&'h')) { 16 } else { 8 };
                let mut digits = String::new();
                while let Some(digit) = letters.next_if(|next| next.is_digit(radix)) {
                    digits.push(digit);
                }
                letters.next_if_eq(&'&');
                words.push(i64::from_str_radix(&digits, radix).map_or(Word::Sign('&'), Word::Number));
            }
            _ if letter.is_ascii_digit() => {
                let mut digits = String::from(letter);
                while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                words.push(digits.parse().map_or(Word::Sign('#'), Word::Number));
            }
            _ if letter.is_alphabetic() || letter == '_' => {
                let mut name = String::from(letter);
                while let Some(next) = letters.next_if(|next| next.is_alphanumeric() || *next == '_') {
                    name.push(next);
                }
                if let Some(mark) = letters.next_if_eq(&'$') {
                    name.push(mark);
                }
                let first = words.len() == before || words.last() == Some(&Word::Sign(':'));
                if first && name.eq_ignore_ascii_case("rem") && letters.peek().is_none_or(|next| next.is_whitespace()) {
                    return false;
                }
                words.push(Word::Name(name));
            }
            _ if letter.is_whitespace() || letter == '\0' => {}
            sign => words.push(Word::Sign(sign)),
        }
    }
    true
}

/// A statement as text.
pub(crate) fn shown(statement: &[Word]) -> String {
    let words = statement.iter().take(MAX_SHOWN_WORDS).map(|word| match word {
        Word::Name(name) => name.clone(),
        Word::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        Word::Number(number) => number.to_string(),
        Word::Sign(sign) => sign.to_string(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What became of an expression.
struct Value {
    text: String,
    /// How many pieces it was put together from.
    pieces: usize,
    /// Whether a function made it out of numbers or turned it round.
    hidden: bool,
}

/// The texts that a module puts together, with the values of its variables as far as they are known.
#[derive(Default)]
pub(crate) struct Text {
    known: BTreeMap<String, (u64, String, bool)>,
    built: Vec<Place>,
    data: Vec<Vec<u8>>,
    letters: usize,
    hidden: usize,
    cut: bool,
}

impl Text {
    /// Follows one statement.
    pub(crate) fn read(&mut self, line: u64, statement: &[Word]) {
        if self.letters > MAX_BUILT_LETTERS {
            self.cut = true;
            return;
        }
        let begin = statement.iter().take_while(|word| is_lead(word)).count();
        let assigned = match (statement.get(begin), statement.get(begin + 1)) {
            (Some(Word::Name(name)), Some(Word::Sign('='))) => Some(name.to_lowercase()),
            _ => None,
        };
        let mut place = if assigned.is_some() { begin + 2 } else { 0 };
        let whole = place;
        while place < statement.len() {
            let Some((value, next)) = self.sum(statement, place, 0) else {
                self.numbers(statement, place);
                place += 1;
                continue;
            };
            self.letters = self.letters.saturating_add(value.text.len() + 1);
            let is_built = value.pieces > 1 || value.hidden;
            self.hidden += usize::from(value.hidden);
            match &assigned {
                Some(name) if place == whole && next >= statement.len() => {
                    self.known.insert(name.clone(), (line, value.text, is_built));
                }
                _ => self.keep(line, value.text, is_built),
            }
            place = next.max(place + 1);
        }
    }

    fn keep(&mut self, line: u64, text: String, built: bool) {
        self.look_for_data(&text);
        if built && !text.trim().is_empty() {
            if self.built.len() < MAX_TEXTS {
                self.built.push(Place { line, what: text });
            } else {
                self.cut = true;
            }
        }
    }

    /// How many texts were made of numbers or turned round.
    pub(crate) fn hidden(&self) -> usize {
        self.hidden
    }

    /// Whether not everything was followed.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The texts and the data, those of variables with their last value.
    pub(crate) fn finish(mut self) -> (Vec<Place>, Vec<Vec<u8>>) {
        let known = std::mem::take(&mut self.known);
        for (line, text, built) in known.into_values() {
            self.keep(line, text, built);
        }
        self.built.sort_by_key(|place| place.line);
        (self.built, self.data)
    }

    /// Pieces joined by `&` or `+`.
    fn sum(&self, words: &[Word], place: usize, depth: usize) -> Option<(Value, usize)> {
        let (mut value, mut next) = self.piece(words, place, depth)?;
        while let Some(Word::Sign('&' | '+')) = words.get(next) {
            let Some((piece, after)) = self.piece(words, next + 1, depth) else { break };
            value.text.push_str(&piece.text);
            value.pieces = value.pieces.saturating_add(piece.pieces);
            value.hidden |= piece.hidden;
            next = after;
            if value.text.len() > MAX_BUILT_LETTERS {
                break;
            }
        }
        Some((value, next))
    }

    fn piece(&self, words: &[Word], place: usize, depth: usize) -> Option<(Value, usize)> {
        if depth > MAX_DEPTH {
            return None;
        }
        match words.get(place)? {
            Word::Text(text) => Some((Value { text: text.clone(), pieces: 1, hidden: false }, place + 1)),
            Word::Sign('(') => {
                let (value, next) = self.sum(words, place + 1, depth + 1)?;
                (words.get(next) == Some(&Word::Sign(')'))).then_some((value, next + 1))
            }
            Word::Name(name) if words.get(place + 1) == Some(&Word::Sign('(')) => {
                self.function(&name.trim_end_matches('$').to_lowercase(), words, place + 2, depth + 1)
            }
            Word::Name(name) if place == 0 || words.get(place - 1) != Some(&Word::Sign('.')) => {
                let (_, text, built) = self.known.get(&name.to_lowercase())?;
                Some((Value { text: text.clone(), pieces: 1 + usize::from(*built), hidden: false }, place + 1))
            }
            _ => None,
        }
    }

    /// A function of texts whose arguments are known.
    fn function(&self, name: &str, words: &[Word], place: usize, depth: usize) -> Option<(Value, usize)> {
        let closed = |next: usize| (words.get(next) == Some(&Word::Sign(')'))).then_some(next + 1);
        match name {
            "chr" | "chrw" | "chrb" => {
                let (number, next) = number(words, place, 0)?;
                let letter = char::from_u32(u32::try_from(number).ok()?)?;
                Some((Value { text: letter.to_string(), pieces: 1, hidden: true }, closed(next)?))
            }
            "strreverse" => {
                let (value, next) = self.sum(words, place, depth)?;
                let text = value.text.chars().rev().collect();
                Some((Value { text, pieces: value.pieces, hidden: true }, closed(next)?))
            }
            "lcase" | "ucase" | "trim" | "ltrim" | "rtrim" | "cstr" => {
                let (value, next) = self.sum(words, place, depth)?;
                let text = match name {
                    "lcase" => value.text.to_lowercase(),
                    "ucase" => value.text.to_uppercase(),
                    "cstr" => value.text,
                    _ => value.text.trim().to_owned(),
                };
                Some((Value { text, pieces: value.pieces, hidden: value.hidden }, closed(next)?))
            }
            "replace" => {
                let mut arguments = Vec::new();
                let mut next = place;
                for argument in 0..3 {
                    if argument > 0 {
                        next = (words.get(next) == Some(&Word::Sign(','))).then_some(next + 1)?;
                    }
                    let (value, after) = self.sum(words, next, depth)?;
                    arguments.push(value.text);
                    next = after;
                }
                let [text, from, to] = arguments.as_slice() else { return None };
                // What is replaced by something longer may grow without bound.
                let text = if from.is_empty() || to.len() > from.len() { text.clone() } else { text.replace(from, to) };
                Some((Value { text, pieces: 2, hidden: true }, closed(next)?))
            }
            _ => None,
        }
    }

    /// A list of numbers that are bytes, as `Array` takes them.
    fn numbers(&mut self, words: &[Word], place: usize) {
        let list =
            words.get(place).is_some_and(|word| word.is("array")) && words.get(place + 1) == Some(&Word::Sign('('));
        if !list || self.data.len() >= MAX_DATA {
            return;
        }
        let mut bytes = Vec::new();
        for word in words.get(place + 2..).unwrap_or_default() {
            match word {
                // Lists of bytes are written with and without sign.
                Word::Number(number) if (-128..256).contains(number) => bytes.push(number.to_le_bytes()[0]),
                Word::Sign(',' | '-') => {}
                _ => break,
            }
        }
        if bytes.len() >= MIN_DATA_BYTES {
            self.data.push(bytes);
        }
    }

    /// Bytes in hexadecimal digits or Base64.
    fn look_for_data(&mut self, text: &str) {
        let text = text.trim();
        if self.data.len() >= MAX_DATA || text.len() < MIN_DATA_BYTES {
            return;
        }
        let even = text.len().is_multiple_of(2);
        let data = if even && text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
            let digit = |letter: &u8| char::from(*letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let pairs = text.as_bytes().chunks_exact(2);
            Some(pairs.map(|pair| pair.iter().filter_map(digit).fold(0, |sum, digit| sum << 4 | digit)).collect())
        } else if text.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/' | b'=')) {
            STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).ok()
        } else {
            None
        };
        if let Some(data) = data.filter(|data: &Vec<u8>| data.len() >= MIN_DATA_BYTES && !self.data.contains(data)) {
            self.data.push(data);
        }
    }
}

/// Whether a word stands before the name in an assignment.
fn is_lead(word: &Word) -> bool {
    ["const", "set", "let", "public", "private", "global"].iter().any(|lead| word.is(lead))
}

/// A number put together from others, from left to right.
fn number(words: &[Word], place: usize, depth: usize) -> Option<(i64, usize)> {
    let (mut sum, mut next) = single(words, place, depth)?;
    loop {
        let (operation, skipped) = match words.get(next) {
            Some(Word::Sign(sign @ ('+' | '-' | '*' | '/' | '\\'))) => (*sign, 1),
            Some(word) if word.is("xor") => ('^', 1),
            Some(word) if word.is("mod") => ('%', 1),
            _ => return Some((sum, next)),
        };
        let (other, after) = single(words, next + skipped, depth)?;
        sum = match operation {
            '+' => sum.checked_add(other)?,
            '-' => sum.checked_sub(other)?,
            '*' => sum.checked_mul(other)?,
            '^' => sum ^ other,
            '%' => sum.checked_rem(other)?,
            _ => sum.checked_div(other)?,
        };
        next = after;
    }
}

fn single(words: &[Word], place: usize, depth: usize) -> Option<(i64, usize)> {
    if depth > MAX_DEPTH {
        return None;
    }
    match words.get(place)? {
        Word::Number(number) => Some((*number, place + 1)),
        Word::Sign('-') => {
            single(words, place + 1, depth + 1).and_then(|(number, next)| Some((number.checked_neg()?, next)))
        }
        Word::Sign('(') => {
            let (value, next) = number(words, place + 1, depth + 1)?;
            (words.get(next) == Some(&Word::Sign(')'))).then_some((value, next + 1))
        }
        Word::Name(_) if words.get(place + 1) == Some(&Word::Sign('(')) => {
            let convert = ["clng", "cint", "cbyte", "int", "fix", "val"]
                .iter()
                .any(|name| words.get(place).is_some_and(|word| word.is(name)));
            convert.then(|| single(words, place + 1, depth + 1)).flatten()
        }
        _ => None,
    }
}
