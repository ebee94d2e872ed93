//! One password against every rule, each with the document that sets it.

use jiff::Timestamp;
use khien_directive::{Directive, Parameter};
use khien_expr::Value;
use khien_model::text::nfc;

use crate::common::is_common;
use crate::rules::{MAX_PASSWORD_BYTES, classes, contains_login};
use crate::strength::{Strength, strength};

/// A rule about passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// At least so many letters.
    Letters,
    /// At least so many letters where the password stands alone.
    LettersAlone,
    /// At least so many classes of letters.
    Classes,
    /// At least so many classes where the password stands alone.
    ClassesAlone,
    /// No more bytes than are looked at.
    Length,
    /// Not containing the name of the account.
    Login,
    /// Not one of the first guesses.
    Common,
    /// Hard to guess, by the score of zxcvbn.
    Score,
    /// None of the last so many.
    NotReused,
}

/// A threshold and the document it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The threshold.
    pub number: usize,
    /// The key of the document in the directive.
    pub source: String,
}

/// Whether a rule is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// It cannot be told from what is at hand.
    NotTold,
}

/// One rule and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The rule.
    pub rule: Rule,
    /// Its threshold; 0 for a rule without one.
    pub number: usize,
    /// The key of the document that sets the threshold; nothing for rules of our own.
    pub source: Option<String>,
    /// Whether it is kept.
    pub verdict: Verdict,
}

/// What is known about the password that is tried out. It has no `Debug`: nothing can print it by accident.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The password.
    pub password: &'a str,
    /// The name of the account, where it was said.
    pub login: Option<&'a str>,
    /// Whether the account has a second factor.
    pub second_factor: bool,
}

impl Rule {
    /// The parameter that holds the threshold.
    const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Letters => Some("password_min_length"),
            Self::LettersAlone => Some("password_alone_min_length"),
            Self::Classes => Some("password_min_classes"),
            Self::ClassesAlone => Some("password_alone_min_classes"),
            Self::NotReused => Some("passwords_not_reused"),
            Self::Score => Some("password_min_score"),
            Self::Length | Self::Login | Self::Common => None,
        }
    }

    /// What `directive` asks at `now`; nothing where it has no such parameter, or none that is valid.
    pub fn asked_by(self, directive: &Directive, now: Timestamp) -> Option<Asked> {
        let name = self.parameter()?;
        let parameter: &Parameter = directive.parameters.iter().find(|parameter| parameter.name == name)?;
        let value = parameter.at(now)?;
        let Value::Int(number) = value.value else { return None };
        Some(Asked { number: usize::try_from(number).unwrap_or_default(), source: value.source.clone() })
    }

    /// The stricter of two rules about the same thing: that of every password, and `alone`, that of one that stands without a
    /// second factor.
    pub fn asked_by_strictest(
        self,
        alone: Self,
        second_factor: bool,
        directive: &Directive,
        now: Timestamp,
    ) -> Option<Asked> {
        let asked = self.asked_by(directive, now);
        let alone = if second_factor { None } else { alone.asked_by(directive, now) };
        // Where both ask the same, the document that asks it of every password is named.
        match (asked, alone) {
            (Some(asked), Some(alone)) if asked.number >= alone.number => Some(asked),
            (asked, None) => asked,
            (_, alone) => alone,
        }
    }
}

/// Judges `candidate` by every rule of `directive` at `now`, and how hard it is to guess.
pub fn judge(candidate: Candidate<'_>, directive: &Directive, now: Timestamp) -> (Vec<Judged>, Strength) {
    let password = nfc(candidate.password);
    let strength = strength(&password, candidate.login);
    let kept = |kept: bool| if kept { Verdict::Kept } else { Verdict::Broken };
    let mut judged = Vec::new();
    let mut say = |rule: Rule, asked: Option<Asked>, verdict: &dyn Fn(usize) -> Verdict| {
        if let Some(Asked { number, source }) = asked {
            judged.push(Judged { rule, number, source: Some(source), verdict: verdict(number) });
        }
    };
    let letters = Rule::Letters.asked_by_strictest(Rule::LettersAlone, candidate.second_factor, directive, now);
    say(Rule::Letters, letters, &|number| kept(password.chars().count() >= number));
    let mixed = Rule::Classes.asked_by_strictest(Rule::ClassesAlone, candidate.second_factor, directive, now);
    say(Rule::Classes, mixed, &|number| kept(classes(&password) >= number));
    let score = Rule::Score.asked_by(directive, now);
    say(Rule::Score, score, &|number| kept(usize::from(strength.score) >= number));
    // Earlier passwords are known to the system alone.
    say(Rule::NotReused, Rule::NotReused.asked_by(directive, now), &|_| Verdict::NotTold);
    let login = candidate.login.map_or(Verdict::NotTold, |login| kept(!contains_login(&password, login)));
    let ours = [
        (Rule::Login, 0, login),
        (Rule::Common, 0, kept(!is_common(&password))),
        (Rule::Length, MAX_PASSWORD_BYTES, kept(password.len() <= MAX_PASSWORD_BYTES)),
    ];
    judged.extend(ours.map(|(rule, number, verdict)| Judged { rule, number, source: None, verdict }));
    (judged, strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str, login: Option<&str>, second_factor: bool) -> Vec<(Rule, usize, Verdict)> {
        let now: Timestamp = "2026-11-22T08:00:00+07:00".parse().unwrap();
        let directive = khien_content::in_force(now).unwrap().unwrap();
        let (judged, _) = judge(Candidate { password, login, second_factor }, &directive, now);
        judged.into_iter().map(|judged| (judged.rule, judged.number, judged.verdict)).collect()
    }

    #[test]
    fn every_rule_is_judged_on_its_own() {
        use Rule::{Classes, Common, Length, Letters, Login, NotReused, Score};
        use Verdict::{Broken, Kept, NotTold};
        type Case<'a> = (&'a str, Option<&'a str>, bool, &'a [(Rule, usize, Verdict)]);
        let cases: &[Case<'_>] = &[
            (
                "Trời-mưa-8",
                Some("lannt"),
                true,
                &[
                    (Letters, 8, Kept),
                    (Classes, 3, Kept),
                    (Score, 3, Kept),
                    (NotReused, 10, NotTold),
                    (Login, 0, Kept),
                    (Common, 0, Kept),
                    (Length, MAX_PASSWORD_BYTES, Kept),
                ],
            ),
            (
                "Matkhau@1",
                None,
                false,
                &[
                    (Letters, 14, Broken),
                    (Classes, 4, Kept),
                    (Score, 3, Broken),
                    (NotReused, 10, NotTold),
                    (Login, 0, NotTold),
                    (Common, 0, Broken),
                    (Length, MAX_PASSWORD_BYTES, Kept),
                ],
            ),
            (
                "Voi-lannt-leo-cầu-thang-7",
                Some("lannt@moj.gov.vn"),
                false,
                &[
                    (Letters, 14, Kept),
                    (Classes, 4, Kept),
                    (Score, 3, Kept),
                    (NotReused, 10, NotTold),
                    (Login, 0, Broken),
                    (Common, 0, Kept),
                    (Length, MAX_PASSWORD_BYTES, Kept),
                ],
            ),
        ];
        for (password, login, second_factor, expected) in cases {
            assert_eq!(judged(password, *login, *second_factor), *expected, "{password:?}");
        }
    }

    #[test]
    fn a_password_at_the_bound_is_looked_at_and_one_beyond_is_not() {
        let verdict = |bytes: usize| judged(&"x".repeat(bytes), None, true).pop().unwrap().2;
        assert_eq!(verdict(MAX_PASSWORD_BYTES), Verdict::Kept);
        assert_eq!(verdict(MAX_PASSWORD_BYTES + 1), Verdict::Broken);
    }

    #[test]
    fn each_threshold_names_its_document() {
        let now: Timestamp = "2026-11-22T08:00:00+07:00".parse().unwrap();
        let directive = khien_content::in_force(now).unwrap().unwrap();
        for second_factor in [true, false] {
            let candidate = Candidate { password: "x", login: None, second_factor };
            let (judged, _) = judge(candidate, &directive, now);
            for Judged { rule, number, source, .. } in judged {
                let Some(source) = source else { continue };
                assert!(directive.document(&source).is_some(), "{rule:?} {number}: {source}");
            }
        }
    }
}
