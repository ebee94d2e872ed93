//! RTF as tokens, as Word reads them: nothing is too broken to go on.

/// The longest name of a control word that Word takes.
const MAX_NAME: usize = 255;

/// The most digits of the number of a control word that are read; the rest is taken and changes nothing.
const MAX_DIGITS: usize = 18;

/// One token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'r> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\name` or `\name12`
    Word { name: &'r [u8], number: Option<i64> },
    /// `\'41`; nothing if no two digits follow.
    Escaped(Option<u8>),
    /// A backslash and a character that is no letter.
    Symbol(u8),
    /// The bytes that follow `\bin12`.
    Binary(&'r [u8]),
    /// Everything else, up to the next of the above.
    Text(&'r [u8]),
}

/// The tokens of a document.
pub(super) struct Tokens<'r> {
    rest: &'r [u8],
    at: usize,
}

impl<'r> Tokens<'r> {
    pub(super) fn new(bytes: &'r [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Takes up to `count` bytes.
    fn take(&mut self, count: usize) -> &'r [u8] {
        let count = count.min(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.at += taken.len();
        taken
    }

    fn take_while(&mut self, most: usize, of: impl Fn(u8) -> bool) -> &'r [u8] {
        let count = self.rest.iter().take(most).take_while(|byte| of(**byte)).count();
        self.take(count)
    }

    /// What follows a backslash.
    fn control(&mut self) -> Option<Token<'r>> {
        let first = *self.rest.first()?;
        if first == b'\'' {
            self.take(1);
            return Some(Token::Escaped(self.escaped()));
        }
        if !first.is_ascii_alphabetic() {
            self.take(1);
            return Some(Token::Symbol(first));
        }
        let name = self.take_while(MAX_NAME, |byte| byte.is_ascii_alphabetic());
        let number = self.number();
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        if name == b"bin" {
            let count = usize::try_from(number.unwrap_or(0).max(0)).unwrap_or(usize::MAX);
            return Some(Token::Binary(self.take(count)));
        }
        Some(Token::Word { name, number })
    }

    fn escaped(&mut self) -> Option<u8> {
        let digits = self.rest.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        let byte = std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        self.take(2);
        byte
    }

    fn number(&mut self) -> Option<i64> {
        let negative = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(u8::is_ascii_digit);
        if negative {
            self.take(1);
        }
        let digits = self.take_while(usize::MAX, |byte| byte.is_ascii_digit());
        if digits.is_empty() {
            return None;
        }
        let value = digits
            .iter()
            .take(MAX_DIGITS)
            .fold(0i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0'))));
        Some(if negative { value.saturating_neg() } else { value })
    }
}

impl<'r> Iterator for Tokens<'r> {
    type Item = Token<'r>;

    fn next(&mut self) -> Option<Token<'r>> {
        match self.rest.first()? {
            b'{' => {
                self.take(1);
                Some(Token::Open)
            }
            b'}' => {
                self.take(1);
                Some(Token::Close)
            }
            b'\\' => {
                self.take(1);
                self.control()
            }
            _ => Some(Token::Text(self.take_while(usize::MAX, |byte| !matches!(byte, b'{' | b'}' | b'\\')))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_word() {
        let tokens: Vec<Token<'_>> = Tokens::new(b"{\\rtf1 a\\'4Fb\\'zz\\bin3 }\\{c\\*\\u-10?\\par}\\").collect();
        assert_eq!(
            tokens,
            [
                Token::Open,
                Token::Word { name: b"rtf", number: Some(1) },
                Token::Text(b"a"),
                Token::Escaped(Some(0x4f)),
                Token::Text(b"b"),
                Token::Escaped(None),
                Token::Text(b"zz"),
                Token::Binary(b"}\\{"),
                Token::Text(b"c"),
                Token::Symbol(b'*'),
                Token::Word { name: b"u", number: Some(-10) },
                Token::Text(b"?"),
                Token::Word { name: b"par", number: None },
                Token::Close,
            ]
        );
    }

    #[test]
    fn any_bytes_are_tokens_to_the_end() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let mut tokens = Tokens::new(bytes);
            while tokens.next().is_some() {}
            assert_eq!(tokens.at(), bytes.len());
        });
    }
}
