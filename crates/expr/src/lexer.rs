//! Source text to tokens.

use crate::ast::{Literal, Span};
use crate::problem::{Problem, ProblemCode};
use crate::text_literal;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A name or keyword.
    Word(String),
    /// A name in backquotes; only as a field.
    QuotedWord(String),
    /// A number, text or bytes.
    Literal(Literal),
    /// A number without sign that fits only behind a minus: 9223372036854775808.
    MinInt,
    /// An operator or bracket.
    Symbol(&'static str),
    /// The end of the source.
    End,
}

impl Token {
    /// How it is named in "expected …, found …".
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Word(word) | Self::QuotedWord(word) => format!("`{word}`"),
            Self::Literal(Literal::Text(_)) => "a text".to_owned(),
            Self::Literal(Literal::Bytes(_)) => "bytes".to_owned(),
            Self::Literal(_) | Self::MinInt => "a number".to_owned(),
            Self::Symbol(symbol) => format!("`{symbol}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ",", ".", "(", ")", "[", "]",
    "{", "}",
];

/// Cuts `source` into tokens, ending with [`Token::End`]. What cannot be read is reported and left out.
pub(crate) fn lex(source: &str, problems: &mut Vec<Problem>) -> Vec<(Token, Span)> {
    let mut lexer = Lexer { source, at: 0, problems };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        let Some(first) = lexer.peek() else {
            tokens.push((Token::End, Span::new(start, start)));
            return tokens;
        };
        if let Some(token) = lexer.token(first) {
            tokens.push((token, Span::new(start, lexer.at)));
        }
    }
}

struct Lexer<'s, 'p> {
    source: &'s str,
    at: usize,
    problems: &'p mut Vec<Problem>,
}

impl<'s> Lexer<'s, '_> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn problem<'v>(
        &mut self,
        code: ProblemCode,
        start: usize,
        arguments: impl IntoIterator<Item = (&'static str, &'v str)>,
    ) {
        self.problems.push(Problem::new(code, Span::new(start, self.at), arguments));
    }

    fn skip_blank(&mut self) {
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self, first: char) -> Option<Token> {
        let mut following = self.rest().chars().skip(1);
        match first {
            '0'..='9' => self.number(),
            '.' if following.next().is_some_and(|c| c.is_ascii_digit()) => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => self.word_or_text(),
            '"' | '\'' => self.text("", self.at),
            '`' => self.quoted_word(),
            _ => self.symbol(first),
        }
    }

    fn symbol(&mut self, first: char) -> Option<Token> {
        let start = self.at;
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            self.at += symbol.len();
            return Some(Token::Symbol(symbol));
        }
        self.at += first.len_utf8();
        let shown = format!("{first:?}");
        self.problem(ProblemCode::UnexpectedCharacter, start, [("character", &*shown)]);
        if let (Some(problem), Some(hint)) = (self.problems.last_mut(), symbol_hint(first)) {
            problem.hint = Some(hint.to_owned());
        }
        // The parser goes on with what was meant.
        match first {
            '=' => Some(Token::Symbol("==")),
            '&' => Some(Token::Symbol("&&")),
            '|' => Some(Token::Symbol("||")),
            _ => None,
        }
    }

    fn word_or_text(&mut self) -> Option<Token> {
        let start = self.at;
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_prefix = matches!(word, "r" | "R" | "b" | "B" | "rb" | "rB" | "Rb" | "RB" | "br" | "bR" | "Br" | "BR");
        if is_prefix && matches!(self.peek(), Some('"' | '\'')) {
            return self.text(word, start);
        }
        Some(Token::Word(word.to_owned()))
    }

    fn quoted_word(&mut self) -> Option<Token> {
        let start = self.at;
        self.at += 1;
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' '));
        if self.peek() != Some('`') || word.is_empty() {
            self.problem(ProblemCode::UnterminatedText, start, [("quote", "backquote")]);
            return None;
        }
        self.at += 1;
        Some(Token::QuotedWord(word.to_owned()))
    }

    fn text(&mut self, prefix: &str, start: usize) -> Option<Token> {
        let raw = prefix.contains(['r', 'R']);
        let bytes = prefix.contains(['b', 'B']);
        let rest = self.rest();
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("\"");
        self.at += quote.len();
        let body_start = self.at;
        let Some(length) = text_literal::body_length(self.rest(), quote, raw) else {
            self.take_while(|c| quote.len() == 3 || !matches!(c, '\n' | '\r'));
            self.problem(ProblemCode::UnterminatedText, start, [("quote", quote)]);
            return None;
        };
        let body = self.rest().get(..length).unwrap_or("");
        self.at += length + quote.len();
        if raw {
            return Some(Token::Literal(if bytes {
                Literal::Bytes(body.as_bytes().to_vec())
            } else {
                Literal::Text(body.to_owned())
            }));
        }
        let unescaped = if bytes {
            text_literal::unescape_bytes(body).map(Literal::Bytes)
        } else {
            text_literal::unescape(body).map(Literal::Text)
        };
        match unescaped {
            Ok(literal) => Some(Token::Literal(literal)),
            Err(bad) => {
                let span = Span::new(body_start + bad.start, body_start + bad.end);
                let escape = body.get(bad).unwrap_or("");
                self.problems.push(
                    Problem::new(ProblemCode::InvalidEscape, span, [("escape", escape)])
                        .with_hint("a backslash itself is written \\\\, or the text as r\"…\""),
                );
                // The parser goes on as if the text were there.
                Some(Token::Literal(Literal::Text(String::new())))
            }
        }
    }

    fn number(&mut self) -> Option<Token> {
        let start = self.at;
        let digit = |c: char| c.is_ascii_digit();
        if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.at += 2;
            let digits = self.take_while(|c| c.is_ascii_hexdigit());
            return self.integer(digits, 16, start);
        }
        let whole = self.take_while(digit);
        let mut is_double = false;
        let mut following = self.rest().chars();
        if following.next() == Some('.') && following.next().is_some_and(digit) {
            is_double = true;
            self.at += 1;
            self.take_while(digit);
        }
        if let Some(length) = exponent_length(self.rest()) {
            is_double = true;
            self.at += length;
        }
        if !is_double {
            return self.integer(whole, 10, start);
        }
        if self.reject_word_after_number(start) {
            return Some(STAND_IN);
        }
        let text = self.source.get(start..self.at).unwrap_or("");
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(Token::Literal(Literal::Double(value))),
            _ => self.invalid_number(start),
        }
    }

    fn integer(&mut self, digits: &str, radix: u32, start: usize) -> Option<Token> {
        let unsigned = matches!(self.peek(), Some('u' | 'U'));
        if unsigned {
            self.at += 1;
        }
        if self.reject_word_after_number(start) {
            return Some(STAND_IN);
        }
        match u64::from_str_radix(digits, radix) {
            Ok(value) if unsigned => Some(Token::Literal(Literal::Uint(value))),
            Ok(value) => match i64::try_from(value) {
                Ok(value) => Some(Token::Literal(Literal::Int(value))),
                Err(_) if value == i64::MIN.unsigned_abs() => Some(Token::MinInt),
                Err(_) => self.invalid_number(start),
            },
            Err(_) => self.invalid_number(start),
        }
    }

    /// `7days` is a mistake, not the number 7 followed by a name.
    fn reject_word_after_number(&mut self, start: usize) -> bool {
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        if word.is_empty() {
            return false;
        }
        self.invalid_number(start);
        if let Some(problem) = self.problems.last_mut() {
            problem.hint = Some("a length of time is written duration(\"7d\")".to_owned());
        }
        true
    }

    /// Reports it, and lets the parser go on as if a number were there.
    fn invalid_number(&mut self, start: usize) -> Option<Token> {
        let text = self.source.get(start..self.at).unwrap_or("");
        self.problem(ProblemCode::InvalidNumber, start, [("number", text)]);
        Some(STAND_IN)
    }
}

/// What the parser goes on with after a number that cannot be read.
const STAND_IN: Token = Token::Literal(Literal::Int(0));

/// The length of `e+10` at the start of `rest`.
fn exponent_length(rest: &str) -> Option<usize> {
    let unsigned = rest.strip_prefix(['e', 'E'])?;
    let digits = unsigned.strip_prefix(['+', '-']).unwrap_or(unsigned);
    let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (count > 0).then(|| rest.len() - digits.len() + count)
}

/// What people write who come from other languages.
fn symbol_hint(character: char) -> Option<&'static str> {
    match character {
        '=' => Some("two things are compared with =="),
        '&' => Some("\"and\" is written &&"),
        '|' => Some("\"or\" is written ||"),
        '“' | '”' | '‘' | '’' | '«' | '»' => Some("texts stand in straight quotes: \"…\" or '…'"),
        _ => None,
    }
}
