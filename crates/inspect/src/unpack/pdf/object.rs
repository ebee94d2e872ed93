//! Objects of PDF as they are written: numbers, names, strings, arrays, dictionaries, references (ISO 32000-2, 7.3).
//!
//! Read tolerantly, as the programs that show PDF do: what does not fit is skipped, and what is not closed ends where the
//! file ends. Numbers in arrays (widths of letters, corners of boxes) and most of those in dictionaries are left out: nothing
//! here asks for them, and they are most of what a large file holds.

/// How deeply arrays and dictionaries are read in one another.
pub(crate) const MAX_NESTING: usize = 64;

/// One object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// `null`, and what is no object.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real,
    /// A name, its `#xx` read.
    Name(Vec<u8>),
    /// A string, its escapes read.
    Text(Vec<u8>),
    /// An array without its numbers.
    Array(Vec<Object>),
    /// A dictionary.
    Dictionary(Dictionary),
    /// A reference to an object by its number.
    Reference(u32),
}

impl Object {
    /// The dictionary, if it is one.
    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// The name, if it is one.
    pub(crate) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The bytes of the string, if it is one.
    pub(crate) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members of the array, or the object alone.
    pub(crate) fn members(&self) -> &[Object] {
        match self {
            Self::Array(members) => members,
            other => std::slice::from_ref(other),
        }
    }
}

/// A dictionary in the order in which it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dictionary {
    /// Names and what they stand for; a name can be there twice.
    pub(crate) entries: Vec<(Vec<u8>, Object)>,
}

impl Dictionary {
    /// What `key` stands for. Of two the last counts, as for most programs.
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.entries.iter().rev().find(|(name, _)| name == key.as_bytes()).map(|(_, object)| object)
    }

    /// Whether there is a `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The name that `key` stands for.
    pub(crate) fn name(&self, key: &str) -> Option<&[u8]> {
        self.get(key).and_then(Object::name)
    }

    /// Whether `key` stands for the name `value`.
    pub(crate) fn is(&self, key: &str, value: &str) -> bool {
        self.name(key) == Some(value.as_bytes())
    }

    /// The whole number that `key` stands for.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(Object::integer)
    }
}

/// Reads objects out of bytes.
pub(crate) struct Lexer<'b> {
    bytes: &'b [u8],
    /// Where it stands.
    pub(crate) at: usize,
    /// How many more objects may be kept.
    pub(crate) items_left: usize,
    /// Names that were written with `#xx` where letters would do.
    pub(crate) obscured: Vec<String>,
    /// Whether something lay deeper than is read.
    pub(crate) too_deep: bool,
}

impl<'b> Lexer<'b> {
    /// A reader that begins at `at` and keeps at most `items` objects.
    pub(crate) fn new(bytes: &'b [u8], at: usize, items: usize) -> Self {
        Self { bytes, at, items_left: items, obscured: Vec::new(), too_deep: false }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_next(&self) -> Option<u8> {
        self.bytes.get(self.at.saturating_add(1)).copied()
    }

    /// Passes over spaces and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else {
                return;
            }
        }
    }

    /// The word of regular letters that begins here.
    pub(crate) fn word(&mut self) -> &'b [u8] {
        let begin = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        self.bytes.get(begin..self.at).unwrap_or_default()
    }

    /// The object that begins here; none if something else does: a closing bracket, a word, the end.
    pub(crate) fn object(&mut self) -> Option<Object> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let first = self.peek()?;
        if self.items_left == 0 {
            return None;
        }
        self.items_left -= 1;
        match first {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.peek_next() == Some(b'<') => Some(self.dictionary(depth)),
            b'<' => Some(Object::Text(self.hexadecimal())),
            b'[' => Some(self.array(depth)),
            b'+' | b'-' | b'.' | b'0'..=b'9' => Some(self.number()),
            _ => {
                let begin = self.at;
                let known = match self.word() {
                    b"true" => Some(Object::Bool(true)),
                    b"false" => Some(Object::Bool(false)),
                    b"null" => Some(Object::Null),
                    _ => None,
                };
                if known.is_none() {
                    self.at = begin;
                }
                known
            }
        }
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let word = self.word();
        let mut name = Vec::with_capacity(word.len());
        let (mut rest, mut hidden) = (word, false);
        while let [first, behind @ ..] = rest {
            let code =
                behind.first().zip(behind.get(1)).and_then(|(high, low)| Some(digit(*high)? * 16 + digit(*low)?));
            match code.filter(|_| *first == b'#') {
                Some(code) => {
                    hidden |= code.is_ascii_alphanumeric();
                    name.push(code);
                    rest = behind.get(2..).unwrap_or_default();
                }
                None => {
                    name.push(*first);
                    rest = behind;
                }
            }
        }
        if hidden && self.obscured.len() < MAX_NESTING {
            self.obscured.push(String::from_utf8_lossy(&name).into_owned());
        }
        name
    }

    fn number(&mut self) -> Object {
        let (whole, number) = self.simple_number();
        let Some(number) = number.filter(|_| whole) else { return Object::Real };
        let behind = self.at;
        if let Ok(referred) = u32::try_from(number) {
            self.skip_space();
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                let (whole, generation) = self.simple_number();
                self.skip_space();
                if whole && generation.is_some() && self.word() == b"R" {
                    return Object::Reference(referred);
                }
            }
            self.at = behind;
        }
        Object::Integer(number)
    }

    /// Whether a number is whole, and what it is if it is not too large. Always goes on at least one byte.
    fn simple_number(&mut self) -> (bool, Option<i64>) {
        let begin = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+')) {
            self.at += 1;
        }
        let written = self.bytes.get(begin..self.at).unwrap_or_default();
        let whole = !written.contains(&b'.');
        (whole, std::str::from_utf8(written).ok().and_then(|written| written.parse().ok()))
    }

    fn array(&mut self, depth: usize) -> Object {
        self.at += 1;
        let mut members = Vec::new();
        if depth >= MAX_NESTING {
            self.too_deep = true;
            return Object::Null;
        }
        loop {
            match self.nested(depth + 1) {
                Some(Object::Integer(_) | Object::Real) => self.items_left += 1,
                Some(member) => members.push(member),
                None => match self.peek() {
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    Some(byte) if self.items_left > 0 && byte != b'>' && !self.at_end_of_object() => {
                        self.skip_unknown();
                    }
                    _ => break,
                },
            }
        }
        Object::Array(members)
    }

    fn dictionary(&mut self, depth: usize) -> Object {
        self.at += 2;
        let mut dictionary = Dictionary::default();
        if depth >= MAX_NESTING {
            self.too_deep = true;
            return Object::Null;
        }
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'/') => {
                    let key = self.name();
                    match self.nested(depth + 1) {
                        Some(value) if is_asked_for(&key, &value) => dictionary.entries.push((key, value)),
                        Some(_) => self.items_left += 1,
                        None if self.items_left == 0 => break,
                        None => {}
                    }
                }
                Some(b'>') => {
                    self.at += if self.peek_next() == Some(b'>') { 2 } else { 1 };
                    break;
                }
                Some(_) if !self.at_end_of_object() => self.skip_unknown(),
                _ => break,
            }
        }
        Object::Dictionary(dictionary)
    }

    /// Whether what stands here ends an object, closed or not.
    fn at_end_of_object(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        [b"endobj".as_slice(), b"stream", b"endstream"].iter().any(|word| rest.starts_with(word))
    }

    /// Passes over something that has no place here.
    fn skip_unknown(&mut self) {
        let begin = self.at;
        self.word();
        if self.at == begin {
            self.at += 1;
        }
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escaped(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(next - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xff).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let begin = self.at;
        while self.peek().is_some_and(|byte| byte != b'>') {
            self.at += 1;
        }
        let written = self.bytes.get(begin..self.at).unwrap_or_default();
        self.at += 1;
        hexadecimal(written)
    }
}

/// Whether something here asks for an entry: of numbers and truths few are, and they are most of a large file.
fn is_asked_for(key: &[u8], value: &Object) -> bool {
    const KEYS: &[&[u8]] = &[
        b"Length",
        b"Length1",
        b"N",
        b"First",
        b"Predictor",
        b"Colors",
        b"BitsPerComponent",
        b"Columns",
        b"EarlyChange",
        b"V",
        b"R",
        b"P",
        b"EncryptMetadata",
        b"FunctionType",
        b"ShadingType",
        b"PatternType",
    ];
    !matches!(value, Object::Integer(_) | Object::Real | Object::Bool(_)) || KEYS.contains(&key)
}

/// The bytes that hexadecimal digits stand for; everything else is passed over, and an odd last digit is the upper half.
pub(super) fn hexadecimal(written: &[u8]) -> Vec<u8> {
    let mut digits = written.iter().filter_map(|byte| digit(*byte));
    let mut bytes = Vec::with_capacity(written.len() / 2);
    while let Some(high) = digits.next() {
        bytes.push(high * 16 + digits.next().unwrap_or_default());
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether a byte is white space in PDF.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// A string of PDF as text: UTF-16 or UTF-8 by its mark, otherwise byte for letter (the upper half of `PDFDocEncoding` is
/// almost that of Latin-1).
pub(crate) fn readable(text: &[u8]) -> String {
    match text {
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => match std::str::from_utf8(other) {
            Ok(text) => text.to_owned(),
            Err(_) => other.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Object {
        Lexer::new(written.as_bytes(), 0, 1000).object().unwrap_or(Object::Null)
    }

    #[test]
    fn objects_are_read_as_they_are_written() {
        let cases: &[(&str, Object)] = &[
            ("12", Object::Integer(12)),
            ("12 0 R", Object::Reference(12)),
            ("12 0 obj", Object::Integer(12)),
            ("-.5", Object::Real),
            ("/J#61va#53cript ", Object::Name(b"JavaScript".to_vec())),
            ("/a#2", Object::Name(b"a#2".to_vec())),
            (r"(a\(b\)(c)\101\7\\\n)", Object::Text(b"a(b)(c)A\x07\\\n".to_vec())),
            ("(a\\\r\nb", Object::Text(b"ab".to_vec())),
            ("<48 65 6c6C 7>", Object::Text(b"Hellp".to_vec())),
            ("[1 2.5 /a % note\n (b)]", Object::Array(vec![Object::Name(b"a".to_vec()), Object::Text(b"b".to_vec())])),
            ("99999999999999999999", Object::Real),
            ("foo", Object::Null),
        ];
        for (written, object) in cases {
            assert_eq!(&read(written), object, "{written}");
        }
    }

    #[test]
    fn dictionaries_keep_what_fits() {
        let object = read("<< /N 1 /B << /C (x) >> garbage /D [ << /E true >> ] /F /G /N 2 /Other 3 >>");
        let dictionary = object.dictionary().unwrap();
        assert_eq!((dictionary.integer("N"), dictionary.integer("Other")), (Some(2), None));
        assert!(dictionary.is("F", "G"));
        assert_eq!(
            dictionary.get("B").and_then(Object::dictionary).and_then(|b| b.get("C")).and_then(Object::text),
            Some(&b"x"[..])
        );
        assert_eq!(dictionary.get("D").map(Object::members).map(<[Object]>::len), Some(1));
    }

    #[test]
    fn nesting_is_read_to_its_bound() {
        let nested = |times: usize| format!("{}{}", "[".repeat(times), "]".repeat(times));
        let mut lexer = Lexer::new(nested(MAX_NESTING).as_bytes(), 0, 1000).object().map(|_| ());
        assert_eq!(lexer.take(), Some(()));
        for (times, too_deep) in [(MAX_NESTING, false), (MAX_NESTING + 1, true)] {
            let written = nested(times);
            let mut lexer = Lexer::new(written.as_bytes(), 0, 1000);
            lexer.object();
            assert_eq!(lexer.too_deep, too_deep, "{times}");
        }
    }

    #[test]
    fn strings_are_read_by_their_mark() {
        assert_eq!(readable(b"\xfe\xff\x1e\xa1"), "ạ");
        assert_eq!(readable(b"\xef\xbb\xbfch\xc3\xa0o"), "chào");
        assert_eq!(readable(b"caf\xe9"), "café");
    }
}
