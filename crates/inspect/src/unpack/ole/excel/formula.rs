//! Formulas of Excel in their parsed form, back into text: as much as a reader needs to see what a macro calls.

use super::super::letters::{decode, utf16};
use super::functions::Functions;
use crate::bytes::{at_most, place_le, u8_at, u16_le};

/// How formulas are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Excel 5 and 95.
    Biff5,
    /// Excel 97 to 2003.
    Biff8,
    /// The binary form of Excel since 2007.
    Biff12,
}

/// How many parts of one formula are read.
const MAX_TOKENS: usize = 8192;
/// How many letters of a text of one formula are kept.
const MAX_LETTERS: usize = 4096;
/// Functions by which a formula in an ordinary sheet shows that it is a macro.
const MACRO_FUNCTIONS: &[u16] = &[0x6E, 0x95, 0x96, 0x84, 0x89, 0x8A, 0xAF, 0xB2, 0x8060, 0x8061, 0x8011];

/// A formula as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Formula {
    /// As a reader would write it, without `=`.
    pub(crate) text: String,
    /// Why it could not be read to its end.
    pub(crate) fault: Option<&'static str>,
    /// How many parts it has.
    pub(crate) tokens: usize,
}

/// A part of a formula that was read: its text, and what it is if it is a text put together of texts.
#[derive(Clone)]
struct Operand {
    text: String,
    value: Option<String>,
}

/// Reads a parsed formula.
pub(crate) struct Reader<'r> {
    form: Form,
    page: u16,
    functions: &'r Functions,
    names: &'r [String],
    stack: Vec<Operand>,
}

/// The operators that take two operands, from 3 on.
const BINARY: [&str; 15] = ["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"];

/// Whether a formula may call what only macros call: quick, and sometimes wrong.
pub(crate) fn may_be_macro(tokens: &[u8]) -> bool {
    tokens.windows(4).any(|window| {
        let &[token, _, low, high] = window else { return false };
        matches!(token, 0x22 | 0x42 | 0x62) && MACRO_FUNCTIONS.contains(&u16::from_le_bytes([low, high]))
    })
}

impl<'r> Reader<'r> {
    /// A reader for formulas of one workbook, whose defined names are `names`.
    pub(crate) fn new(form: Form, page: u16, functions: &'r Functions, names: &'r [String]) -> Self {
        Self { form, page, functions, names, stack: Vec::new() }
    }

    /// Reads one formula.
    pub(crate) fn read(&mut self, tokens: &[u8]) -> Formula {
        self.stack.clear();
        let mut formula = Formula::default();
        let mut place = 0;
        while let Some(token) = u8_at(tokens, place) {
            if formula.tokens >= MAX_TOKENS {
                formula.fault = Some("a formula is longer than is read");
                break;
            }
            formula.tokens += 1;
            match self.token(token, tokens, place + 1) {
                Some(next) => place = next,
                None => {
                    formula.fault = Some("a formula is cut or has an unknown part");
                    break;
                }
            }
        }
        let texts: Vec<&str> = self.stack.iter().map(|operand| operand.text.as_str()).collect();
        formula.text = texts.join(" ");
        formula
    }

    fn push(&mut self, text: impl Into<String>) {
        self.stack.push(Operand { text: shortened(text.into()), value: None });
    }

    fn pop(&mut self) -> Operand {
        self.stack.pop().unwrap_or_else(|| Operand { text: "?".to_owned(), value: None })
    }

    /// Reads one part whose body begins at `place`: where the next one begins.
    fn token(&mut self, token: u8, tokens: &[u8], place: usize) -> Option<usize> {
        let three = |biff5: usize, biff8: usize, biff12: usize| match self.form {
            Form::Biff5 => biff5,
            Form::Biff8 => biff8,
            Form::Biff12 => biff12,
        };
        // The three classes of a part differ in what becomes of its value, which does not matter here.
        let base = if token >= 0x40 { (token & 0x1F) | 0x20 } else { token };
        let length = match base {
            0x03..=0x11 => {
                self.binary(base);
                0
            }
            0x12..=0x15 => {
                self.unary(base);
                0
            }
            0x16 => {
                self.push("");
                0
            }
            0x17 => return self.string(tokens, place),
            0x19 => return self.attribute(tokens, place),
            0x1C | 0x1D => {
                let value = u8_at(tokens, place)?;
                self.push(if base == 0x1C { format!("#{value}") } else { (value != 0).to_string().to_uppercase() });
                1
            }
            0x1E => {
                let number = u16_le(tokens, place)?;
                self.push(number.to_string());
                2
            }
            0x1F => {
                let number = f64::from_le_bytes(crate::bytes::array(tokens, place)?);
                self.push(number.to_string());
                8
            }
            0x20 => self.opaque("{…}", three(7, 7, 14)),
            0x21 => {
                let id = u16_le(tokens, place)?;
                self.call(id, self.functions.arguments(id).unwrap_or(1));
                2
            }
            0x22 => {
                let count = usize::from(u8_at(tokens, place)? & 0x7F);
                self.call(u16_le(tokens, place + 1)?, count);
                3
            }
            0x23 => self.name(tokens, place, three(14, 4, 4)),
            0x24 | 0x2C => self.reference(tokens, place, three(3, 4, 6)),
            0x25 | 0x2D => self.area(tokens, place, three(6, 8, 12)),
            0x26..=0x28 => three(6, 6, 6),
            0x29 | 0x2E | 0x2F => 2,
            0x2A => self.opaque("#REF!", three(3, 4, 6)),
            0x2B => self.opaque("#REF!", three(6, 8, 12)),
            0x39 => self.opaque("external", three(24, 6, 6)),
            0x3A => self.far_reference(tokens, place, three(17, 6, 8)),
            0x3B => self.opaque("sheet!area", three(20, 10, 14)),
            0x3C => self.opaque("#REF!", three(17, 6, 8)),
            0x3D => self.opaque("#REF!", three(20, 10, 14)),
            0x01 | 0x02 => self.opaque("shared", 4),
            0x18 => self.extended(tokens, place)?,
            _ => return None,
        };
        let next = place.checked_add(length)?;
        (next <= tokens.len()).then_some(next)
    }

    fn opaque(&mut self, text: &str, length: usize) -> usize {
        self.push(text);
        length
    }

    fn binary(&mut self, token: u8) {
        let (right, left) = (self.pop(), self.pop());
        let operator = BINARY.get(usize::from(token) - 3).copied().unwrap_or("?");
        if let ("&", Some(left), Some(right)) = (operator, &left.value, &right.value) {
            self.text(shortened(format!("{left}{right}")));
        } else {
            self.push(format!("{}{operator}{}", left.text, right.text));
        }
    }

    fn unary(&mut self, token: u8) {
        let operand = self.pop();
        match token {
            0x12 => self.push(format!("+{}", operand.text)),
            0x13 => self.push(format!("-{}", operand.text)),
            0x14 => self.push(format!("{}%", operand.text)),
            _ if operand.value.is_some() => self.stack.push(operand),
            _ => self.push(format!("({})", operand.text)),
        }
    }

    fn text(&mut self, value: String) {
        self.stack.push(Operand { text: format!("\"{}\"", value.replace('"', "\"\"")), value: Some(value) });
    }

    fn string(&mut self, tokens: &[u8], place: usize) -> Option<usize> {
        let (value, next) = match self.form {
            Form::Biff12 => {
                let length = usize::from(u16_le(tokens, place)?) * 2;
                (utf16(tokens.get(place + 2..place + 2 + length)?), place + 2 + length)
            }
            Form::Biff8 => short_string(tokens, place)?,
            Form::Biff5 => {
                let length = usize::from(u8_at(tokens, place)?);
                (decode(tokens.get(place + 1..place + 1 + length)?, self.page), place + 1 + length)
            }
        };
        self.text(value);
        Some(next)
    }

    /// Hints for the calculation; a choice brings a table with it, a sum of one argument is a call.
    fn attribute(&mut self, tokens: &[u8], place: usize) -> Option<usize> {
        let (flags, number) = (u8_at(tokens, place)?, usize::from(u16_le(tokens, place + 1)?));
        if flags & 0x10 != 0 {
            self.call(4, 1);
        }
        let table = if flags & 0x04 == 0 { 0 } else { (number + 1) * 2 };
        let next = place + 3 + table;
        (next <= tokens.len()).then_some(next)
    }

    /// Parts that only newer versions have.
    fn extended(&mut self, tokens: &[u8], place: usize) -> Option<usize> {
        let kind = u8_at(tokens, place)?;
        self.push("table");
        match (self.form, kind) {
            (Form::Biff12, 0x19) => Some(13),
            (_, 0x01..=0x1D) => Some(5),
            _ => None,
        }
    }

    /// A call of `count` arguments.
    fn call(&mut self, id: u16, count: usize) {
        let first = self.stack.len().saturating_sub(count);
        let arguments = self.stack.split_off(first);
        if let (0x6F, [only]) = (id, arguments.as_slice())
            && let Some(letter) = only.text.parse().ok().and_then(char::from_u32)
        {
            self.text(letter.to_string());
            return;
        }
        let texts: Vec<&str> = arguments.iter().map(|operand| operand.text.as_str()).collect();
        if let (0xFF, Some((name, arguments))) = (id, texts.split_first()) {
            self.push(format!("{name}({})", arguments.join(",")));
            return;
        }
        let name = self.functions.name(id).map_or_else(|| format!("FUNCTION.{id}"), str::to_owned);
        self.push(format!("{name}({})", texts.join(",")));
    }

    fn name(&mut self, tokens: &[u8], place: usize, length: usize) -> usize {
        let number = match self.form {
            Form::Biff5 => u16_le(tokens, place).map(usize::from),
            Form::Biff8 | Form::Biff12 => place_le(tokens, place),
        };
        let name = number.and_then(|number| self.names.get(number.checked_sub(1)?));
        self.push(name.cloned().unwrap_or_else(|| "name".to_owned()));
        length
    }

    fn reference(&mut self, tokens: &[u8], place: usize, length: usize) -> usize {
        let body = at_most(tokens, place, length);
        let cell = match self.form {
            Form::Biff5 => u16_le(body, 0).map(|row| usize::from(row & 0x3FFF)).zip(u8_at(body, 2).map(usize::from)),
            Form::Biff8 => {
                u16_le(body, 0).map(usize::from).zip(u16_le(body, 2).map(|column| usize::from(column & 0xFF)))
            }
            Form::Biff12 => place_le(body, 0).zip(u16_le(body, 4).map(|column| usize::from(column & 0x3FFF))),
        };
        self.push(cell.map_or_else(|| "cell".to_owned(), |(row, column)| address(row, column)));
        length
    }

    fn area(&mut self, tokens: &[u8], place: usize, length: usize) -> usize {
        let body = at_most(tokens, place, length);
        let cells = match self.form {
            Form::Biff5 => None,
            Form::Biff8 => cells(u16_le(body, 0).map(usize::from), u16_le(body, 2).map(usize::from), body, 4),
            Form::Biff12 => cells(place_le(body, 0), place_le(body, 4), body, 8),
        };
        self.push(cells.unwrap_or_else(|| "area".to_owned()));
        length
    }

    fn far_reference(&mut self, tokens: &[u8], place: usize, length: usize) -> usize {
        let body = at_most(tokens, place, length);
        let cell = match self.form {
            Form::Biff5 => None,
            Form::Biff8 => {
                u16_le(body, 2).map(usize::from).zip(u16_le(body, 4).map(|column| usize::from(column & 0xFF)))
            }
            Form::Biff12 => place_le(body, 2).zip(u16_le(body, 6).map(|column| usize::from(column & 0x3FFF))),
        };
        self.push(
            cell.map_or_else(|| "sheet!cell".to_owned(), |(row, column)| format!("sheet!{}", address(row, column))),
        );
        length
    }
}

fn cells(first: Option<usize>, last: Option<usize>, body: &[u8], columns: usize) -> Option<String> {
    let (left, right) = (u16_le(body, columns)? & 0x3FFF, u16_le(body, columns + 2)? & 0x3FFF);
    Some(format!("{}:{}", address(first?, usize::from(left)), address(last?, usize::from(right))))
}

/// A text with its length in one byte, its letters in one byte or two: where it ends.
pub(crate) fn short_string(bytes: &[u8], place: usize) -> Option<(String, usize)> {
    let letters = usize::from(u8_at(bytes, place)?);
    flagged_string(bytes, place + 1, letters)
}

/// A text of so many letters behind a byte that tells their width: where it ends.
pub(crate) fn flagged_string(bytes: &[u8], place: usize, letters: usize) -> Option<(String, usize)> {
    let wide = u8_at(bytes, place)? & 1 != 0;
    let length = if wide { letters * 2 } else { letters };
    let body = bytes.get(place + 1..place + 1 + length)?;
    let text = if wide { utf16(body) } else { body.iter().map(|byte| char::from(*byte)).collect() };
    Some((text, place + 1 + length))
}

/// A cell as people call it, counted from 0.
pub(crate) fn address(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row.saturating_add(1))
}

fn shortened(text: String) -> String {
    if text.len() <= MAX_LETTERS {
        return text;
    }
    text.chars().take(MAX_LETTERS / 4).chain(std::iter::once('…')).collect()
}
