//! `khien password check`: is this a good password? It is read without being shown, judged here, and forgotten.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use khien_directive::Directive;
use khien_password::{Candidate, Judged, Rule, STRONGEST, Strength, Verdict, judge};

use crate::cli::PasswordCheckArguments;
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::input::{read_bytes, text_of};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use crate::terminal::{Emphasis, Terminal};
use crate::{Session, content, facts};

/// How much is read where somebody pipes a file in; what is beyond the longest password is refused by its rule.
const MAX_INPUT_BYTES: u64 = 1024 * 1024;

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Carries out `khien password check`.
pub(crate) fn check(arguments: &PasswordCheckArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let at = arguments.at.as_deref().map(facts::moment_of).transpose()?.unwrap_or(session.now);
    let directive = content::directive(arguments.directive.as_deref(), at, session)?;
    let password = read(texts)?;
    let login = arguments.login.as_deref().filter(|login| !login.is_empty());
    let candidate = Candidate { password: &password, login, second_factor: arguments.second_factor };
    let (judged, strength) = judge(candidate, &directive, at);
    let broken = judged.iter().any(|judged| judged.verdict == Verdict::Broken);
    let page = page(&judged, &strength, &directive, texts, session.terminal);
    Ok(Answer { text: page, exit: if broken { Exit::Fails } else { Exit::Good } })
}

/// The password: typed without being shown, or the one line of standard input.
fn read(texts: &Texts) -> Result<String, Problem> {
    let written = if io::stdin().is_terminal() {
        rpassword::prompt_password(texts.text("password-prompt")).map_err(|error| Problem::Worded {
            what: text!(texts, "password-cannot-ask", detail = error.to_string()),
            hints: vec![texts.text("password-hint-pipe")],
        })?
    } else {
        let path = Path::new(STANDARD_INPUT);
        text_of(read_bytes(path, MAX_INPUT_BYTES)?, path)?
    };
    let line = written.strip_suffix('\n').unwrap_or(&written);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let refused =
        |what: &str| Problem::Worded { what: texts.text(what), hints: vec![texts.text("password-hint-pipe")] };
    if line.is_empty() {
        return Err(refused("password-empty"));
    }
    if line.contains(['\n', '\r']) {
        return Err(refused("password-lines"));
    }
    Ok(line.to_owned())
}

/// What is said: made of the verdicts alone, so that nothing of the password can be in it.
fn page(judged: &[Judged], strength: &Strength, directive: &Directive, texts: &Texts, terminal: Terminal) -> String {
    let mut lines = Vec::new();
    for judged in judged {
        let (key, emphasis) = match judged.verdict {
            Verdict::Kept => ("state-pass", Emphasis::Good),
            Verdict::Broken => ("state-fail", Emphasis::Bad),
            Verdict::NotTold => ("state-unknown", Emphasis::Unsure),
        };
        let state = texts.text(key);
        let mut sentence = text!(texts, sentence(judged.rule), number = judged.number);
        if let Some(source) = &judged.source {
            let number = directive.document(source).map_or(source.as_str(), |document| document.number.as_str());
            sentence.push(' ');
            sentence.push_str(&text!(texts, "password-source", source = number));
        }
        if judged.verdict == Verdict::NotTold {
            sentence.push(' ');
            sentence.push_str(&texts.text(if judged.rule == Rule::Login {
                "password-no-login"
            } else {
                "password-no-past"
            }));
        }
        let wrapped = terminal.wrap(&format!("{state}: "), "  ", &sentence);
        lines.extend(wrapped.iter().enumerate().map(|(index, line)| match line.strip_prefix(state.as_str()) {
            Some(rest) if index == 0 => format!("{}{rest}", terminal.paint(emphasis, &state)),
            _ => line.clone(),
        }));
    }
    lines.push(String::new());
    let measured =
        text!(texts, "password-strength", score = strength.score, most = STRONGEST, power = strength.guesses_power);
    lines.extend(terminal.wrap("", "  ", &measured));
    for advice in &strength.advice {
        lines.extend(terminal.wrap("  • ", "    ", &texts.text(advice.key())));
    }
    lines.push(String::new());
    lines.extend(terminal.wrap("", "", &texts.text("password-forgotten")));
    lines.push(String::new());
    lines.join("\n")
}

const fn sentence(rule: Rule) -> &'static str {
    match rule {
        Rule::Letters | Rule::LettersAlone => "password-rule-letters",
        Rule::Classes | Rule::ClassesAlone => "password-rule-classes",
        Rule::Length => "password-rule-length",
        Rule::Login => "password-rule-login",
        Rule::Common => "password-rule-common",
        Rule::Score => "password-rule-score",
        Rule::NotReused => "password-rule-reuse",
    }
}

/// The keys of what can be advised, which the test of our texts needs.
#[cfg(test)]
pub(crate) fn keys() -> impl Iterator<Item = String> {
    khien_password::Advice::ALL.iter().map(|advice| advice.key().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::i18n::Language;

    fn said(password: &str, language: Language) -> String {
        let texts = crate::i18n::texts(language);
        let now = "2026-11-22T08:00:00+07:00".parse().unwrap();
        let directive = khien_content::in_force(now).unwrap().unwrap();
        let candidate = Candidate { password, login: Some("lannt"), second_factor: false };
        let (judged, strength) = judge(candidate, &directive, now);
        page(&judged, &strength, &directive, &texts, Terminal { width: 80, coloured: false })
    }

    proptest! {
        // Each case loads the directive and judges several times.
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        /// Letters that stand in none of our sentences give away the least part of a password.
        #[test]
        fn no_part_of_a_password_is_ever_said(password in "[\u{416}\u{42F}\u{3A9}\u{3A8}a-z0-9]{0,40}[\u{416}\u{42F}]") {
            for language in Language::ALL {
                let said = said(&password, language);
                prop_assert!(!said.contains(&password));
                prop_assert!(!said.contains(['\u{416}', '\u{42F}', '\u{3A9}', '\u{3A8}']), "a letter of the password shows");
            }
        }

        #[test]
        fn what_is_said_depends_on_the_verdicts_alone(one in "[a-z]{6}", other in "[a-z]{6}") {
            let now = "2026-11-22T08:00:00+07:00".parse().unwrap();
            let directive = khien_content::in_force(now).unwrap().unwrap();
            let judged = |password: &str| judge(Candidate { password, login: Some("lannt"), second_factor: false }, &directive, now);
            if judged(&one) == judged(&other) {
                prop_assert_eq!(said(&one, Language::Vi), said(&other, Language::Vi));
            }
        }
    }
}
