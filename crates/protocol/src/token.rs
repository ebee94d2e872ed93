//! Enrolment tokens: the secret that names a unit, and the fingerprint of the server's certificate authority.
//!
//! `KHIEN1-<secret>-<fingerprint>-<check>`, in letters that cannot be confused. Because the token says which authority to
//! trust, the first connection is as safe as every later one.

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_TOKEN_BYTES;
use crate::refusal::Bilingual;
use crate::{Digest, base32};

/// What every token begins with; the digit is the version of the form.
const PREFIX: &str = "KHIEN1";

/// How a token of another version begins.
const ANY_VERSION: &str = "KHIEN";

/// How many bytes of the digest make the check: a typing mistake goes unseen once in a million.
const CHECK_BYTES: usize = 3;

/// An enrolment token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: [u8; Token::SECRET_BYTES],
    fingerprint: Digest,
}

/// Why a text is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenProblem {
    /// It does not begin as a token does.
    NotAToken,
    /// It is of a version that this program does not know.
    OtherVersion,
    /// It is longer than any token.
    TooLong,
    /// It has too few or too many letters.
    Length {
        /// How many it has after the beginning.
        got: usize,
        /// How many it should have.
        expected: usize,
    },
    /// It has a letter that no token has.
    Letter {
        /// The letter.
        letter: char,
        /// Which letter it is, counted from 1, dashes and blanks left out.
        place: usize,
    },
    /// Its check does not fit: a letter was mistyped.
    Check,
}

impl Token {
    /// How long the secret is: 128 bits, which nobody guesses.
    pub const SECRET_BYTES: usize = 16;

    /// A token out of random bytes and the SHA-256 of the authority's certificate (DER).
    pub const fn new(secret: [u8; Self::SECRET_BYTES], fingerprint: Digest) -> Self {
        Self { secret, fingerprint }
    }

    /// The SHA-256 of the secret, which is all that the server keeps of it.
    pub fn secret_hash(&self) -> Digest {
        Digest::of(&self.secret)
    }

    /// The SHA-256 of the certificate (DER) of the authority that the server's certificate must come from.
    pub const fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    fn check(&self) -> [u8; CHECK_BYTES] {
        let digest = Digest::of_parts(&[PREFIX.as_bytes(), &self.secret, self.fingerprint.as_bytes()]);
        let [first, second, third, ..] = *digest.as_bytes();
        // 20 of these 24 bits are written: four letters.
        [first, second, third & 0xf0]
    }
}

/// How many letters the check has.
const CHECK_LETTERS: usize = 4;

/// How many letters follow the beginning, dashes left out.
const LETTERS: usize = base32::length(Token::SECRET_BYTES) + base32::length(Digest::BYTES) + CHECK_LETTERS;

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check: String = base32::encode(&self.check()).chars().take(CHECK_LETTERS).collect();
        let (secret, fingerprint) = (base32::encode(&self.secret), base32::encode(self.fingerprint.as_bytes()));
        write!(formatter, "{PREFIX}-{secret}-{fingerprint}-{check}")
    }
}

impl fmt::Debug for Token {
    /// The secret is not shown: logs are read by more people than may enrol devices.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token(secret of hash {}, authority {})", self.secret_hash(), self.fingerprint)
    }
}

impl FromStr for Token {
    type Err = TokenProblem;

    /// Reads a token as it was copied or typed: in small letters too, with blanks and line ends in it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenProblem::TooLong);
        }
        let letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        let begins = |with: &str| {
            letters.iter().take(with.len()).copied().eq_by_letter(with.chars()) && letters.len() >= with.len()
        };
        if !begins(PREFIX) {
            return Err(if begins(ANY_VERSION) { TokenProblem::OtherVersion } else { TokenProblem::NotAToken });
        }
        let letters = letters.get(PREFIX.len()..).unwrap_or_default();
        let values = values(letters)?;
        if values.len() != LETTERS {
            return Err(TokenProblem::Length { got: values.len(), expected: LETTERS });
        }
        let (secret, rest) = values.split_at(base32::length(Self::SECRET_BYTES));
        let (fingerprint, check) = rest.split_at(base32::length(Digest::BYTES));
        let (secret, fingerprint) = (exactly(secret), exactly(fingerprint));
        let (Some(secret), Some(fingerprint)) = (secret, fingerprint) else { return Err(TokenProblem::Check) };
        let token = Self { secret, fingerprint: Digest::from_bytes(fingerprint) };
        let expected = base32::encode(&token.check());
        let fits = check.iter().copied().map(Some).eq(expected.chars().take(CHECK_LETTERS).map(base32::value));
        if fits { Ok(token) } else { Err(TokenProblem::Check) }
    }
}

/// Comparing letters without regard to case.
trait EqByLetter: Iterator<Item = char> + Sized {
    fn eq_by_letter(self, other: impl Iterator<Item = char>) -> bool {
        self.map(|letter| letter.to_ascii_uppercase()).eq(other)
    }
}

impl<I: Iterator<Item = char>> EqByLetter for I {}

/// What the letters after the beginning stand for.
fn values(letters: &[char]) -> Result<Vec<u8>, TokenProblem> {
    let places = letters.iter().zip(PREFIX.len() + 1..);
    places
        .map(|(letter, place)| base32::value(*letter).ok_or(TokenProblem::Letter { letter: *letter, place }))
        .collect()
}

/// As many bytes as wanted, no bit more.
fn exactly<const N: usize>(values: &[u8]) -> Option<[u8; N]> {
    base32::decode(values)?.try_into().ok()
}

impl TokenProblem {
    /// What is wrong and what to do, for a person.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::NotAToken => Bilingual::new(
                "Đây không phải là mã ghi danh. Mã ghi danh bắt đầu bằng “KHIEN1-”; hãy sao chép lại toàn bộ mã từ tờ hướng dẫn.",
                "This is not an enrolment token. A token begins with “KHIEN1-”; copy it whole from the instruction sheet.",
            ),
            Self::OtherVersion => Bilingual::new(
                "Mã ghi danh này dành cho phiên bản khác của chương trình. Hãy cập nhật chương trình trên máy này, hoặc xin mã mới.",
                "This enrolment token is for another version of the program. Update the program on this machine, or ask for a new token.",
            ),
            Self::TooLong => Bilingual::new(
                "Nội dung này dài hơn mọi mã ghi danh. Hãy chỉ sao chép phần bắt đầu bằng “KHIEN1-”.",
                "This is longer than any enrolment token. Copy only the part that begins with “KHIEN1-”.",
            ),
            Self::Length { got, expected } => Bilingual::new(
                format!(
                    "Mã ghi danh có {got} ký tự sau “KHIEN1”, đúng ra phải có {expected}. Hãy sao chép lại toàn bộ mã."
                ),
                format!(
                    "The enrolment token has {got} letters after “KHIEN1”, but should have {expected}. Copy it again, whole."
                ),
            ),
            Self::Letter { letter, place } => Bilingual::new(
                format!(
                    "Ký tự thứ {place} của mã ghi danh là “{letter}”, không có trong bất kỳ mã nào. Hãy xem lại chỗ đó."
                ),
                format!(
                    "Letter {place} of the enrolment token is “{letter}”, which no token has. Look at that place again."
                ),
            ),
            Self::Check => Bilingual::new(
                "Mã ghi danh bị gõ sai ở đâu đó: phần kiểm tra ở cuối không khớp. Hãy sao chép thay vì gõ lại, hoặc so từng nhóm ký tự.",
                "The enrolment token was mistyped somewhere: the check at its end does not fit. Copy it instead of typing, or compare it part by part.",
            ),
        }
    }
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message().en)
    }
}

impl std::error::Error for TokenProblem {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token() -> Token {
        Token::new([7; Token::SECRET_BYTES], Digest::of(b"a certificate"))
    }

    #[test]
    fn a_token_looks_like_this() {
        expect_test::expect![
            "KHIEN1-0W3GE1R70W3GE1R70W3GE1R70W-G6PDERGM1YK958A2G8PJZFJDRVTMQJN507V8NCVYBBQD1EQY9PCG-N1PH"
        ]
        .assert_eq(&token().to_string());
    }

    #[test]
    fn a_token_is_read_as_people_type_it() {
        let text = token().to_string();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('0', "o").replace('1', "l").replacen('l', "1", 1),
            format!("  {}\n", text.replace('-', " - ")),
            text.replace('-', "-\n"),
        ] {
            assert_eq!(typed.parse(), Ok(token()), "{typed}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = token().to_string();
        let problem = |text: &str| text.parse::<Token>().expect_err("no token");
        assert_eq!(problem(""), TokenProblem::NotAToken);
        assert_eq!(problem("hello"), TokenProblem::NotAToken);
        assert_eq!(problem("KHIEN"), TokenProblem::OtherVersion);
        assert_eq!(problem(&text.replace("KHIEN1", "KHIEN2")), TokenProblem::OtherVersion);
        assert_eq!(problem("KHIEN1"), TokenProblem::Length { got: 0, expected: LETTERS });
        assert_eq!(problem(&format!("{text}0")), TokenProblem::Length { got: LETTERS + 1, expected: LETTERS });
        assert_eq!(problem(&text.replacen("-0", "-U", 1)), TokenProblem::Letter { letter: 'U', place: 7 });
        assert_eq!(problem(&text.replacen("-0", "-ư", 1)), TokenProblem::Letter { letter: 'ư', place: 7 });
        assert_eq!(problem(&text.replacen("-0", "-1", 1)), TokenProblem::Check);
        assert_eq!(problem(&"K".repeat(MAX_TOKEN_BYTES + 1)), TokenProblem::TooLong);
        assert_eq!(format!("{text:MAX_TOKEN_BYTES$}").parse(), Ok(token()));
    }

    #[test]
    fn the_secret_is_not_in_what_logs_show() {
        let text = token().to_string();
        let secret = text.split('-').nth(1).expect("a secret");
        assert!(!format!("{:?}", token()).contains(secret));
    }

    proptest! {
        #[test]
        fn tokens_read_back(secret: [u8; Token::SECRET_BYTES], fingerprint: [u8; Digest::BYTES]) {
            let token = Token::new(secret, Digest::from_bytes(fingerprint));
            prop_assert_eq!(token.to_string().parse(), Ok(token));
        }

        #[test]
        fn a_mistyped_letter_is_seen(place in 0..LETTERS, step in 1..32_usize) {
            let text = token().to_string();
            let alphabet: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
            let mut left = place;
            let typed: String = text.char_indices().map(|(at, letter)| {
                if at < PREFIX.len() || letter == '-' {
                    return letter;
                }
                let is_it = left == 0;
                left = left.wrapping_sub(1);
                let value = alphabet.iter().position(|known| *known == letter).expect("a letter of the alphabet");
                if is_it { alphabet[(value + step) % 32] } else { letter }
            }).collect();
            prop_assert_eq!(typed.parse::<Token>(), Err(TokenProblem::Check));
        }
    }

    #[test]
    fn fuzz_token() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            match text.parse::<Token>() {
                Ok(token) => assert_eq!(token.to_string().parse(), Ok(token)),
                Err(problem) => assert!(!problem.message().vi.is_empty()),
            }
        });
    }
}
