//! What a password must be like, and when it is due to be changed.
//!
//! The documents that bind an office name different thresholds; the strictest counts, and every threshold is a setting or a
//! parameter of the directive in force, never a constant here. Defaults and their sources:
//!
//! | Threshold | Default | Source |
//! | --- | --- | --- |
//! | length and classes, with a second factor | 8, 3 of 4 | the ministry's rule for its mailboxes (26/5/2020) |
//! | length and classes, password alone | 14, 4 of 4 | TCVN 14423:2026 |
//! | earlier passwords not used again | 10 | TCVN 14423:2026, level 3 |
//! | age | 90 days | 535/TCTHADS-NV3 (5/2/2024), 03 months |
//! | age for administrators | 60 days | TCVN 14423:2026, 2 months |

use jiff::{SignedDuration, Timestamp};
use khien_directive::Directive;
use khien_expr::Value;
use khien_model::text::{fold, nfc};

use crate::common::is_common;
use crate::judged::Rule;

/// The longest password that is looked at, in bytes. Longer ones are refused before they cost anything.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// How many classes of letters there are: small, capital, digits, others.
pub const CLASSES: usize = 4;

/// The shortest part of a login that a password must not contain. Shorter ones are in many words by chance.
pub const LEAST_LOGIN_LETTERS: usize = 3;

/// How long and how mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The least number of letters.
    pub letters: usize,
    /// The least number of classes among them.
    pub classes: usize,
}

/// The rules in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// For logins with a second factor.
    pub with_second_factor: Demand,
    /// For logins with a password alone.
    pub alone: Demand,
    /// How many earlier passwords may not be used again.
    pub not_reused: usize,
    /// How long a password may stand.
    pub max_age: SignedDuration,
    /// How long an administrator's password may stand.
    pub administrator_max_age: SignedDuration,
}

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Fewer letters than asked.
    TooShort {
        /// How many are asked.
        letters: usize,
    },
    /// More bytes than are looked at.
    TooLong,
    /// Fewer classes than asked.
    TooFewClasses {
        /// How many are asked.
        classes: usize,
    },
    /// It contains the name of the account.
    ContainsLogin,
    /// Everybody's first guess.
    Common,
    /// It is the one that is to be replaced, or one of the last.
    UsedBefore {
        /// How many earlier ones count.
        last: usize,
    },
    /// The two fields differ.
    NotRepeated,
}

/// Why a password must be changed before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It was handed out or set by somebody else.
    Initial,
    /// It has stood for too long.
    TooOld {
        /// How long it may stand.
        days: i64,
    },
}

impl Rules {
    /// What is asked of a login with or without a second factor.
    pub const fn demand(&self, second_factor: bool) -> Demand {
        if second_factor { self.with_second_factor } else { self.alone }
    }

    /// Everything that is wrong with `password` for `login`, but whether it was used before, which takes hashing.
    pub fn flaws(&self, password: &str, login: &str, second_factor: bool) -> Vec<Flaw> {
        let password = nfc(password);
        let demand = self.demand(second_factor);
        let mut flaws = Vec::new();
        if password.chars().count() < demand.letters {
            flaws.push(Flaw::TooShort { letters: demand.letters });
        }
        if password.len() > MAX_PASSWORD_BYTES {
            flaws.push(Flaw::TooLong);
        }
        if classes(&password) < demand.classes {
            flaws.push(Flaw::TooFewClasses { classes: demand.classes });
        }
        if contains_login(&password, login) {
            flaws.push(Flaw::ContainsLogin);
        }
        if is_common(&password) {
            flaws.push(Flaw::Common);
        }
        flaws
    }

    /// The same, with what `directive` asks at `now` where that is stricter.
    #[must_use]
    pub fn bound_by(mut self, directive: &Directive, now: Timestamp) -> Self {
        let count = |rule: Rule| rule.asked_by(directive, now).map_or(0, |asked| asked.number);
        for demand in [&mut self.with_second_factor, &mut self.alone] {
            demand.letters = demand.letters.max(count(Rule::Letters));
            demand.classes = demand.classes.max(count(Rule::Classes)).min(CLASSES);
        }
        self.alone.letters = self.alone.letters.max(count(Rule::LettersAlone));
        self.alone.classes = self.alone.classes.max(count(Rule::ClassesAlone)).min(CLASSES);
        self.not_reused = self.not_reused.max(count(Rule::NotReused));
        for parameter in &directive.parameters {
            let Some(Value::Duration(age)) = parameter.at(now).map(|value| &value.value) else { continue };
            match parameter.name.as_str() {
                "password_max_age" => self.max_age = self.max_age.min(*age),
                "administrator_password_max_age" => {
                    self.administrator_max_age = self.administrator_max_age.min(*age);
                }
                _ => {}
            }
        }
        self
    }

    /// Whether a password that was set at `changed_at` is due to be changed.
    pub fn due(
        &self,
        must_change: bool,
        changed_at: Option<Timestamp>,
        administrator: bool,
        now: Timestamp,
    ) -> Option<Due> {
        if must_change {
            return Some(Due::Initial);
        }
        let max_age = if administrator { self.max_age.min(self.administrator_max_age) } else { self.max_age };
        let age = now.duration_since(changed_at?);
        (age >= max_age).then(|| Due::TooOld { days: max_age.as_hours() / 24 })
    }
}

impl Flaw {
    /// The keys of all the sentences.
    pub const KEYS: &[&str] = &[
        "password-too-short",
        "password-too-long",
        "password-too-few-classes",
        "password-contains-login",
        "password-common",
        "password-used-before",
        "password-not-repeated",
    ];

    /// The key of the sentence that says so.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::TooFewClasses { .. } => "password-too-few-classes",
            Self::ContainsLogin => "password-contains-login",
            Self::Common => "password-common",
            Self::UsedBefore { .. } => "password-used-before",
            Self::NotRepeated => "password-not-repeated",
        }
    }

    /// The number in that sentence.
    pub const fn number(&self) -> usize {
        match *self {
            Self::TooShort { letters } => letters,
            Self::TooFewClasses { classes } => classes,
            Self::UsedBefore { last } => last,
            Self::TooLong => MAX_PASSWORD_BYTES,
            Self::ContainsLogin | Self::Common | Self::NotRepeated => 0,
        }
    }
}

pub(crate) fn classes(password: &str) -> usize {
    let kinds: [fn(char) -> bool; CLASSES] =
        [char::is_lowercase, char::is_uppercase, |letter| letter.is_ascii_digit(), |letter| !letter.is_alphanumeric()];
    kinds.into_iter().filter(|is_kind| password.chars().any(is_kind)).count()
}

pub(crate) fn contains_login(password: &str, login: &str) -> bool {
    let password = fold(password);
    let login = fold(login);
    let local = login.split('@').next().unwrap_or_default();
    local.chars().count() >= LEAST_LOGIN_LETTERS && password.contains(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_force() -> (Directive, Timestamp) {
        let now: Timestamp = "2026-11-22T08:00:00+07:00".parse().unwrap();
        (khien_content::in_force(now).unwrap().unwrap(), now)
    }

    #[test]
    fn a_directive_makes_rules_stricter_and_never_looser() {
        let (directive, now) = in_force();
        let loose = Demand { letters: 1, classes: 1 };
        let long = SignedDuration::from_hours(24 * 999);
        let rules = Rules {
            with_second_factor: loose,
            alone: loose,
            not_reused: 0,
            max_age: long,
            administrator_max_age: long,
        };
        assert_eq!(rules.bound_by(&directive, now), RULES);
        let strict = Demand { letters: 20, classes: 4 };
        let short = SignedDuration::from_hours(24);
        let rules = Rules {
            with_second_factor: strict,
            alone: strict,
            not_reused: 24,
            max_age: short,
            administrator_max_age: short,
        };
        assert_eq!(rules.bound_by(&directive, now), rules);
    }

    const RULES: Rules = Rules {
        with_second_factor: Demand { letters: 8, classes: 3 },
        alone: Demand { letters: 14, classes: 4 },
        not_reused: 10,
        max_age: SignedDuration::from_hours(90 * 24),
        administrator_max_age: SignedDuration::from_hours(60 * 24),
    };

    #[test]
    fn each_flaw_is_found_and_nothing_else() {
        use Flaw::{Common, ContainsLogin, TooFewClasses, TooLong, TooShort};
        let short = TooShort { letters: 8 };
        let few = TooFewClasses { classes: 3 };
        let longest = format!("Aa1-{}", "x".repeat(MAX_PASSWORD_BYTES - 4));
        let longer = format!("{longest}x");
        let cases: &[(&str, &[Flaw])] = &[
            ("Trời-mưa-8", &[]),
            ("Tr8-mưa", &[short]),
            ("Tr8-mưaa", &[]),
            // Eight code points of a keyboard that composes, nine of one that does not.
            ("Tru\u{31b}\u{301}a-", &[short]),
            ("trời mưa to", &[few]),
            ("TRỜI mưa to", &[]),
            ("", &[short, few]),
            ("Xin-LANNT-chào1", &[ContainsLogin]),
            ("Lần-n.t 77 lần", &[]),
            ("Matkhau@123", &[Common]),
            ("Mật Khẩu 2026", &[Common]),
            (&longest, &[]),
            (&longer, &[TooLong]),
        ];
        for (password, expected) in cases {
            assert_eq!(RULES.flaws(password, "lannt@moj.gov.vn", true), *expected, "{password:?}");
        }
    }

    #[test]
    fn a_password_alone_must_be_stronger() {
        let found = |password: &str| RULES.flaws(password, "lannt", false);
        assert_eq!(found("Trời-mưa-8"), [Flaw::TooShort { letters: 14 }]);
        assert_eq!(found("Trời mưa rất to"), [Flaw::TooFewClasses { classes: 4 }]);
        assert_eq!(found("Trời mưa to 8 g"), []);
    }

    #[test]
    fn a_login_of_two_letters_is_in_many_words() {
        assert_eq!(RULES.flaws("Trời-an-lành-8", "an", true), []);
        assert_eq!(RULES.flaws("Trời-ann-lành-8", "ann", true), [Flaw::ContainsLogin]);
    }

    #[test]
    fn a_password_falls_due_on_its_day() {
        let now: Timestamp = "2026-11-22T08:00:00+07:00".parse().unwrap();
        let days = |days: i64| Some(now - SignedDuration::from_hours(24 * days));
        let due = |changed_at, administrator| RULES.due(false, changed_at, administrator, now);
        assert_eq!(due(days(59), true), None);
        assert_eq!(due(days(60), true), Some(Due::TooOld { days: 60 }));
        assert_eq!(due(days(60), false), None);
        assert_eq!(due(days(89), false), None);
        assert_eq!(due(days(90), false), Some(Due::TooOld { days: 90 }));
        assert_eq!(due(None, true), None);
        assert_eq!(RULES.due(true, days(0), false, now), Some(Due::Initial));
    }
}
