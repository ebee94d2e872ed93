//! How many guesses a password takes, by zxcvbn, which tries what people who guess try: words, names, dates, rows of keys.

use khien_model::text::fold;
use zxcvbn::Entropy;
use zxcvbn::feedback::{Suggestion, Warning};

use crate::common;
use crate::rules::MAX_PASSWORD_BYTES;

/// The highest score.
pub const STRONGEST: u8 = 4;

/// Words that are guessed first here and stand in no English list. Their parts in `common_passwords.txt` are added.
pub const WORDS_OF_THE_TRADE: &[&str] =
    &["thads", "tuphap", "botuphap", "thihanhan", "chaphanhvien", "congchuc", "thuly"];

/// How hard a password is to guess.
#[derive(Debug, Clone, PartialEq)]
pub struct Strength {
    /// From 0 (at once) to [`STRONGEST`].
    pub score: u8,
    /// The power of ten nearest to the guesses it takes.
    pub guesses_power: u32,
    /// What is weak about it and what would help, most important first.
    pub advice: Vec<Advice>,
}

macro_rules! advice {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal;)+) => {
        /// What is weak about a password, or what would help.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Advice {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Advice {
            /// Everything that can be advised.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The key of the sentence that says so.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }
        }
    };
}

advice! {
    /// It lies in a row on the keyboard.
    RowOfKeys = "password-advice-row-of-keys";
    /// It repeats itself.
    Repeats = "password-advice-repeats";
    /// It is, or resembles, one that many people have.
    Known = "password-advice-known";
    /// It counts up or down.
    Sequence = "password-advice-sequence";
    /// A year or a date.
    Date = "password-advice-date";
    /// One word alone.
    OneWord = "password-advice-one-word";
    /// A name.
    Name = "password-advice-name";
    /// A capital, a sign for a letter or a reversed word, which all who guess try.
    Disguise = "password-advice-disguise";
    /// More words help most.
    MoreWords = "password-advice-more-words";
}

/// Judges `password`; the name of the account counts as a word that is guessed first.
pub fn strength(password: &str, login: Option<&str>) -> Strength {
    // What is longer than we look at is refused anyway, and no time is spent on it.
    if password.len() > MAX_PASSWORD_BYTES {
        return Strength { score: 0, guesses_power: 0, advice: Vec::new() };
    }
    let login = login.map(fold).unwrap_or_default();
    let known = WORDS_OF_THE_TRADE.iter().chain(common::words());
    let mut words: Vec<&str> = known.copied().collect();
    words.extend(login.split('@').filter(|part| !part.is_empty()));
    // Whoever guesses writes Vietnamese without marks first; the marks must not count as noise.
    let folded: String = fold(password).split_whitespace().collect();
    let as_written = zxcvbn::zxcvbn(password, &words);
    let plain = zxcvbn::zxcvbn(&folded, &words);
    let weaker = if plain.guesses() < as_written.guesses() { plain } else { as_written };
    let rounded = weaker.guesses_log10().round().max(0.0);
    Strength {
        score: u8::from(weaker.score()),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 20, by rounding")]
        guesses_power: rounded as u32,
        advice: advice(&weaker),
    }
}

fn advice(entropy: &Entropy) -> Vec<Advice> {
    let Some(feedback) = entropy.feedback() else { return Vec::new() };
    let warning = feedback.warning().map(of_warning);
    let mut all: Vec<Advice> = Vec::new();
    for advice in warning.into_iter().chain(feedback.suggestions().iter().copied().map(of_suggestion)) {
        if !all.contains(&advice) {
            all.push(advice);
        }
    }
    all
}

const fn of_warning(warning: Warning) -> Advice {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => Advice::RowOfKeys,
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            Advice::Repeats
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => Advice::Known,
        Warning::SequencesLikeAbcAreEasyToGuess => Advice::Sequence,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Advice::Date,
        Warning::AWordByItselfIsEasyToGuess => Advice::OneWord,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess | Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            Advice::Name
        }
    }
}

const fn of_suggestion(suggestion: Suggestion) -> Advice {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
        | Suggestion::AddAnotherWordOrTwo => Advice::MoreWords,
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Advice::Disguise,
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => Advice::RowOfKeys,
        Suggestion::AvoidRepeatedWordsAndCharacters => Advice::Repeats,
        Suggestion::AvoidSequences => Advice::Sequence,
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Advice::Date,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_the_office_are_guessed_and_passphrases_are_not() {
        let cases = [
            ("", None, 0..=0),
            ("qwertyuiop", None, 0..=1),
            ("Thads@2026", None, 0..=2),
            ("mật khẩu", None, 0..=1),
            ("lannt1985", Some("lannt@moj.gov.vn"), 0..=2),
            ("Voi-leo-cầu-thang-7", None, 3..=4),
            ("kQ8#vT2m!xZ5w", None, 4..=4),
        ];
        for (password, login, expected) in cases {
            let strength = strength(password, login);
            assert!(expected.contains(&strength.score), "{password:?}: {strength:?}");
        }
    }

    #[test]
    fn what_is_weak_is_said() {
        for (password, expected) in [
            ("qwertyuiop", Advice::Known),
            ("abcdefghijk", Advice::Sequence),
            ("aaaaaaaaaaaa", Advice::Repeats),
            ("14/02/1985", Advice::Date),
        ] {
            let advice = strength(password, None).advice;
            assert!(advice.contains(&expected), "{password:?}: {advice:?}");
        }
        assert_eq!(strength("kQ8#vT2m!xZ5w", None).advice, []);
    }

    #[test]
    fn nobody_waits_for_a_password_that_is_too_long() {
        let longest = "ab7-".repeat(MAX_PASSWORD_BYTES / 4);
        assert!(strength(&longest, None).guesses_power > 0);
        assert_eq!(strength(&format!("{longest}x"), None).guesses_power, 0);
    }

    proptest! {
        #[test]
        fn marks_make_no_password_weaker_than_it_is_without(password in "[a-zđơưăâêô ]{0,24}") {
            let written = strength(&password, None);
            let plain = strength(&fold(&password).split_whitespace().collect::<String>(), None);
            prop_assert!(written.score <= plain.score);
            prop_assert!(written.score <= STRONGEST);
        }
    }
}
