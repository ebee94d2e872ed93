//! Structured header fields (RFC 8941), as far as HTTP Message Signatures need them: dictionaries of inner lists and of
//! items, with integers, strings, tokens, byte sequences and booleans.
//!
//! Strict: what the RFC leaves to be cleaned up (a key given twice, a number with a fraction) is refused. Bounded: the
//! text by [`MAX_HEADER_BYTES`], the counts by [`MAX_SIGNATURES`] and [`MAX_STRUCTURED_ITEMS`]. Nothing here recurses.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::limits::{MAX_HEADER_BYTES, MAX_SIGNATURES, MAX_STRUCTURED_ITEMS};

/// A value without parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bare {
    Integer(i64),
    Text(String),
    Token(String),
    Bytes(Vec<u8>),
    Boolean(bool),
}

/// Name and value, in the order in which they stand.
pub(crate) type Parameters = Vec<(String, Bare)>;

/// A value with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) value: Bare,
    pub(crate) parameters: Parameters,
}

/// A list in brackets with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InnerList {
    pub(crate) items: Vec<Item>,
    pub(crate) parameters: Parameters,
}

/// What stands under a key of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Member {
    Item(Item),
    List(InnerList),
}

/// A dictionary, in the order in which it stands.
pub(crate) type Dictionary = Vec<(String, Member)>;

/// Where a field is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The byte at which it shows, counted from 0.
    pub(crate) at: usize,
    /// What should have been.
    pub(crate) what: &'static str,
}

/// The most digits of an integer (RFC 8941, 3.3.1).
const MAX_DIGITS: usize = 15;

/// Reads a dictionary.
pub(crate) fn dictionary(text: &str) -> Result<Dictionary, Mistake> {
    if text.len() > MAX_HEADER_BYTES {
        return Err(Mistake { at: MAX_HEADER_BYTES, what: "a shorter header" });
    }
    let mut reader = Reader { text: text.as_bytes(), at: 0 };
    let mut members: Dictionary = Vec::new();
    reader.skip(b" ");
    loop {
        let start = reader.at;
        let key = reader.key()?;
        if members.iter().any(|(known, _)| *known == key) {
            return Err(Mistake { at: start, what: "a key that was not given before" });
        }
        let member = if reader.take(b'=') {
            reader.member()?
        } else {
            Member::Item(Item { value: Bare::Boolean(true), parameters: reader.parameters()? })
        };
        members.push((key, member));
        reader.skip(b" \t");
        if reader.is_at_end() {
            return Ok(members);
        }
        if members.len() == MAX_SIGNATURES {
            return Err(reader.mistake("fewer signatures"));
        }
        reader.expect(b',', "a comma")?;
        reader.skip(b" \t");
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn mistake(&self, what: &'static str) -> Mistake {
        Mistake { at: self.at, what }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Mistake> {
        if self.take(byte) { Ok(()) } else { Err(self.mistake(what)) }
    }

    fn skip(&mut self, blanks: &[u8]) {
        while self.peek().is_some_and(|byte| blanks.contains(&byte)) {
            self.at += 1;
        }
    }

    /// The bytes from here that are `wanted`. They are ASCII by every use of it.
    fn run(&mut self, wanted: impl Fn(u8) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default().iter().copied().map(char::from).collect()
    }

    fn key(&mut self) -> Result<String, Mistake> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'*') {
            return Err(self.mistake("a key"));
        }
        Ok(self.run(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)))
    }

    fn member(&mut self) -> Result<Member, Mistake> {
        if self.take(b'(') { self.inner_list().map(Member::List) } else { self.item().map(Member::Item) }
    }

    fn inner_list(&mut self) -> Result<InnerList, Mistake> {
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return Ok(InnerList { items, parameters: self.parameters()? });
            }
            if items.len() == MAX_STRUCTURED_ITEMS {
                return Err(self.mistake("fewer items"));
            }
            items.push(self.item()?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(self.mistake("a space or a closing bracket"));
            }
        }
    }

    fn item(&mut self) -> Result<Item, Mistake> {
        Ok(Item { value: self.bare()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Result<Parameters, Mistake> {
        let mut parameters: Parameters = Vec::new();
        while self.take(b';') {
            self.skip(b" ");
            let start = self.at;
            let key = self.key()?;
            if parameters.iter().any(|(known, _)| *known == key) {
                return Err(Mistake { at: start, what: "a parameter that was not given before" });
            }
            if parameters.len() == MAX_STRUCTURED_ITEMS {
                return Err(Mistake { at: start, what: "fewer parameters" });
            }
            let value = if self.take(b'=') { self.bare()? } else { Bare::Boolean(true) };
            parameters.push((key, value));
        }
        Ok(parameters)
    }

    fn bare(&mut self) -> Result<Bare, Mistake> {
        match self.peek() {
            Some(b'"') => self.text_value(),
            Some(b':') => self.bytes(),
            Some(b'?') => self.boolean(),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'*' => Ok(Bare::Token(self.run(is_token_byte))),
            _ => Err(self.mistake("a value")),
        }
    }

    fn text_value(&mut self) -> Result<Bare, Mistake> {
        self.expect(b'"', "a quotation mark")?;
        let mut text = String::new();
        loop {
            let Some(byte) = self.peek() else { return Err(self.mistake("a closing quotation mark")) };
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(Bare::Text(text));
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(escaped @ (b'"' | b'\\')) => text.push(char::from(escaped)),
                        _ => return Err(self.mistake("a quotation mark or a backslash")),
                    }
                }
                b' '..=b'~' => text.push(char::from(byte)),
                _ => return Err(self.mistake("a printable ASCII character")),
            }
            self.at += 1;
        }
    }

    fn bytes(&mut self) -> Result<Bare, Mistake> {
        let start = self.at;
        self.expect(b':', "a colon")?;
        let text = self.run(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        self.expect(b':', "a closing colon")?;
        let decoded = STANDARD.decode(text).map_err(|_| Mistake { at: start, what: "base64 with padding" })?;
        Ok(Bare::Bytes(decoded))
    }

    fn boolean(&mut self) -> Result<Bare, Mistake> {
        self.expect(b'?', "a question mark")?;
        match self.peek() {
            Some(digit @ (b'0' | b'1')) => {
                self.at += 1;
                Ok(Bare::Boolean(digit == b'1'))
            }
            _ => Err(self.mistake("0 or 1")),
        }
    }

    fn integer(&mut self) -> Result<Bare, Mistake> {
        let start = self.at;
        let negative = self.take(b'-');
        let digits = self.run(|byte| byte.is_ascii_digit());
        let mistake = Mistake { at: start, what: "a whole number of at most 15 digits" };
        if digits.len() > MAX_DIGITS || self.peek() == Some(b'.') {
            return Err(mistake);
        }
        let number: i64 = digits.parse().map_err(|_| mistake)?;
        Ok(Bare::Integer(if negative { -number } else { number }))
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)
}

impl fmt::Display for Bare {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Text(text) => write!(formatter, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::Token(token) => formatter.write_str(token),
            Self::Bytes(bytes) => write!(formatter, ":{}:", STANDARD.encode(bytes)),
            Self::Boolean(value) => write!(formatter, "?{}", u8::from(*value)),
        }
    }
}

fn write_parameters(parameters: &Parameters, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    parameters.iter().try_for_each(|(key, value)| match value {
        Bare::Boolean(true) => write!(formatter, ";{key}"),
        _ => write!(formatter, ";{key}={value}"),
    })
}

impl fmt::Display for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.value)?;
        write_parameters(&self.parameters, formatter)
    }
}

impl fmt::Display for InnerList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(")?;
        for (number, item) in self.items.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(formatter, "{space}{item}")?;
        }
        formatter.write_str(")")?;
        write_parameters(&self.parameters, formatter)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at byte {}: expected {}", self.at, self.what)
    }
}

#[cfg(test)]
mod tests;
