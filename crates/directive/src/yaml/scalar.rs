//! Scalars: what type they have, and where each of their characters stands in the file.

use std::ops::Range;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`, with escapes.
    DoubleQuoted,
    /// After `|` or `>`.
    Block,
}

/// A scalar: its text after quotes, escapes and folding are undone.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// What a scalar without quotes is (the YAML 1.2 core schema). A quoted one is always text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text,
}

impl Scalar {
    pub(crate) fn plain(&self) -> Plain {
        if self.style != Style::Plain {
            return Plain::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
            "true" | "True" | "TRUE" => return Plain::Bool(true),
            "false" | "False" | "FALSE" => return Plain::Bool(false),
            _ => {}
        }
        let digits = self.text.strip_prefix(['-', '+']).unwrap_or(&self.text);
        if !digits.starts_with(|character: char| character.is_ascii_digit()) {
            return Plain::Text;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number that does not fit is still a number to the reader: it becomes a double, and then the wrong type.
            if let Ok(number) = self.text.parse() {
                return Plain::Int(number);
            }
        }
        let is_number = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        match self.text.parse() {
            Ok(number) if is_number => Plain::Double(number),
            _ => Plain::Text,
        }
    }

    /// Where in the file the bytes `range` of the text stand; `raw` is what the file has in the place of the scalar.
    ///
    /// Folding, indentation and escapes make the two differ. What is not blank stands in both in the same order, so the
    /// walk goes from one such character to the next.
    pub(crate) fn locate(&self, raw: &str, range: Range<usize>) -> Range<usize> {
        let places = self.places(raw);
        let at = |offset: usize| places.get(offset).or(places.last()).cloned().unwrap_or(0..raw.len());
        let start = at(range.start).start;
        let end = if range.end > range.start { at(range.end - 1).end } else { start };
        start..end.max(start)
    }

    /// For each byte of the text, and once more for its end: the bytes of `raw` that it comes from.
    fn places(&self, raw: &str) -> Vec<Range<usize>> {
        let mut places = Vec::with_capacity(self.text.len() + 1);
        let mut cursor = Cursor { raw, at: 0, style: self.style };
        if matches!(self.style, Style::SingleQuoted | Style::DoubleQuoted) {
            cursor.at = raw.chars().next().map_or(0, char::len_utf8);
        }
        for character in self.text.chars() {
            let place = cursor.advance(character);
            places.extend(std::iter::repeat_n(place, character.len_utf8()));
        }
        places.push(cursor.at..cursor.at);
        places
    }
}

struct Cursor<'r> {
    raw: &'r str,
    at: usize,
    style: Style,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        self.raw.get(self.at..).unwrap_or("")
    }

    /// The bytes that `character`, the next of the text, comes from; the cursor moves behind them.
    fn advance(&mut self, character: char) -> Range<usize> {
        if is_blank(character) {
            if let Some(length) = self.escape_length() {
                return self.take(length);
            }
            // A blank comes from a blank, or from a line end with the indentation behind it. The latter is skipped when
            // the next visible character is looked for.
            return match self.rest().chars().next() {
                Some(next) if is_blank(next) => self.take(next.len_utf8()),
                _ => self.at..self.at,
            };
        }
        loop {
            let Some(next) = self.rest().chars().next() else {
                return self.at..self.at;
            };
            if is_blank(next) {
                self.at += next.len_utf8();
            } else if self.is_line_continuation() {
                self.at += 1;
            } else {
                let length = self.escape_length().unwrap_or(next.len_utf8());
                return self.take(length);
            }
        }
    }

    fn take(&mut self, length: usize) -> Range<usize> {
        let start = self.at;
        self.at = (start + length).min(self.raw.len());
        start..self.at
    }

    fn is_line_continuation(&self) -> bool {
        self.style == Style::DoubleQuoted && (self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r"))
    }

    /// How many bytes the escape that begins here has; `None` when none does.
    fn escape_length(&self) -> Option<usize> {
        let mut characters = self.rest().chars();
        match (self.style, characters.next()?, characters.next()?) {
            (Style::SingleQuoted, '\'', '\'') => Some(2),
            (Style::DoubleQuoted, '\\', 'x') => Some(4),
            (Style::DoubleQuoted, '\\', 'u') => Some(6),
            (Style::DoubleQuoted, '\\', 'U') => Some(10),
            (Style::DoubleQuoted, '\\', '\n' | '\r') => None,
            (Style::DoubleQuoted, '\\', escaped) => Some(1 + escaped.len_utf8()),
            _ => None,
        }
    }
}

/// What YAML folds. Other white space is text like any other.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every visible character of the text must be found in the file where it stands.
    fn check(style: Style, raw: &str, text: &str, wanted: &[(&str, usize)]) {
        let scalar = Scalar { text: text.to_owned(), style };
        for (part, place) in wanted {
            let start = text.find(part).expect("the part is in the text");
            assert_eq!(scalar.locate(raw, start..start + part.len()).start, *place, "{part:?} in {raw:?}");
        }
    }

    #[test]
    fn plain_scalars_fold() {
        check(Style::Plain, "a.b\r\n      && c", "a.b && c", &[("a", 0), ("&&", 11), ("c", 14)]);
        check(Style::Plain, "đơn.vị == 1", "đơn.vị == 1", &[("vị", 6), ("==", 11)]);
    }

    #[test]
    fn quotes_have_escapes() {
        check(Style::SingleQuoted, "'it''s x'", "it's x", &[("it", 1), ("s x", 5), ("x", 7)]);
        check(Style::DoubleQuoted, r#""a \"b\" \u0111 z""#, "a \"b\" đ z", &[("b", 5), ("đ", 9), ("z", 16)]);
        check(Style::DoubleQuoted, "\"a\\tb \\\n   c\"", "a\tb c", &[("b", 4), ("c", 11)]);
    }

    #[test]
    fn blocks_have_indentation() {
        check(Style::Block, "a &&\n    b\n\n    c\n", "a && b\nc", &[("b", 9), ("c", 16)]);
        check(Style::Block, "a\n      b\n    c", "a\n  b\nc\n", &[("b", 8), ("c", 14)]);
    }

    #[test]
    fn the_core_schema() {
        let plain = |text: &str| Scalar { text: text.to_owned(), style: Style::Plain }.plain();
        assert_eq!(plain("no"), Plain::Text);
        assert_eq!(plain("-12"), Plain::Int(-12));
        assert_eq!(plain("4.1"), Plain::Double(4.1));
        assert_eq!(plain("2026-07-01"), Plain::Text);
        assert_eq!(plain("90d"), Plain::Text);
        assert_eq!(plain("99999999999999999999"), Plain::Double(1e20));
        assert_eq!(plain("inf"), Plain::Text);
        assert_eq!(plain("~"), Plain::Null);
        assert_eq!(Scalar { text: "12".to_owned(), style: Style::SingleQuoted }.plain(), Plain::Text);
    }
}
