//! A page on which a password is tried. The browser judges it; nothing is sent.
//!
//! The rules and their thresholds go to the page as data, out of `khien_password` and the directive in force. A test runs the
//! page's script on the same passwords as `khien_password::judge` and compares.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use khien_directive::Directive;
use khien_password::{Asked, Demand, MAX_PASSWORD_BYTES, Rule};
use khien_texts::{Texts, text};

use crate::assets;
use crate::page::{Crumb, Frame, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct View<'a> {
    frame: Frame<'a>,
    rules: String,
    rows: Vec<Row>,
    script: String,
    zxcvbn: String,
}

/// One rule in the table: with a second factor it may say something else.
struct Row {
    rule: &'static str,
    said: String,
    with_second_factor: Option<String>,
    source: String,
}

/// The rules as data for the script.
pub(super) fn rules(directive: Option<&Directive>, now: Timestamp) -> serde_json::Value {
    let asked = |rule: Rule| directive.and_then(|directive| rule.asked_by(directive, now));
    let demand = |second_factor| {
        let Demand { letters, classes } = demand(directive, second_factor, now);
        serde_json::json!({ "letters": letters, "classes": classes })
    };
    serde_json::json!({
        "with_second_factor": demand(true),
        "alone": demand(false),
        "score": asked(Rule::Score).map(|asked| asked.number),
        "max_bytes": MAX_PASSWORD_BYTES,
        "least_login": khien_password::LEAST_LOGIN_LETTERS,
        "least_different": khien_password::common::LEAST_DIFFERENT_LETTERS,
        "common": khien_password::common::words(),
        "trade": khien_password::WORDS_OF_THE_TRADE,
    })
}

/// What the directive asks of a password; nothing where it does not say.
fn demand(directive: Option<&Directive>, second_factor: bool, now: Timestamp) -> Demand {
    let number = |rule: Rule, alone: Rule| {
        directive
            .and_then(|directive| rule.asked_by_strictest(alone, second_factor, directive, now))
            .map_or(0, |asked| asked.number)
    };
    Demand { letters: number(Rule::Letters, Rule::LettersAlone), classes: number(Rule::Classes, Rule::ClassesAlone) }
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let context = state.store.judge_context().await?;
    let directive = context.directive();
    Page::new(&View {
        rules: rules(directive, visit.now).to_string(),
        rows: rows(directive, visit.now, texts),
        script: assets::url("password.js"),
        zxcvbn: assets::url("zxcvbn.js"),
        frame: Frame::new(&state, &visit, texts.text("try-title"))
            .below(vec![Crumb::new(texts.text("my-title"), "/my")]),
    })
}

fn rows(directive: Option<&Directive>, now: Timestamp, texts: &Texts) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(directive) = directive {
        let source = |asked: &Asked| {
            directive
                .document(&asked.source)
                .map_or_else(String::new, |document| texts.pick(&document.title).to_owned())
        };
        for (name, key, rule, alone) in [
            ("letters", "try-rule-letters", Rule::Letters, Rule::LettersAlone),
            ("classes", "try-rule-classes", Rule::Classes, Rule::ClassesAlone),
        ] {
            let of = |second_factor| rule.asked_by_strictest(alone, second_factor, directive, now);
            let Some(asked) = of(false) else { continue };
            let said = |asked: &Asked| text!(texts, key, number = asked.number);
            rows.push(Row {
                rule: name,
                said: said(&asked),
                with_second_factor: of(true).map(|asked| said(&asked)),
                source: source(&asked),
            });
        }
        if let Some(asked) = Rule::Score.asked_by(directive, now) {
            let said = text!(texts, "try-rule-score", number = asked.number);
            rows.push(Row { rule: "score", said, with_second_factor: None, source: source(&asked) });
        }
    }
    for (rule, key) in [("login", "try-rule-login"), ("common", "try-rule-common"), ("length", "try-rule-length")] {
        let said = text!(texts, key, number = MAX_PASSWORD_BYTES);
        rows.push(Row { rule, said, with_second_factor: None, source: texts.text("try-rule-ours") });
    }
    rows
}

#[cfg(test)]
mod tests {
    #![allow(clippy::print_stderr, reason = "a test that misses its peer says so")]

    use std::path::Path;

    use khien_password::{Candidate, Verdict, judge};
    use khien_test_support::judge_passwords;
    use serde_json::{Value, json};

    use super::*;

    /// Passwords of every sort: short, long, of the office, with marks composed and not, rows of keys, dates, passphrases.
    const PASSWORDS: &[&str] = &[
        "x",
        "12345678",
        "Password1!",
        "P@ssw0rd",
        "Matkhau@123",
        "Mật Khẩu 2026",
        "Thads@2026",
        "ThiHanhAn@2026",
        "qwertyuiop",
        "1qaz2wsx",
        "aaaaaaaaaaaa1A!",
        "14/02/1985",
        "Tr8-mưa",
        "Trời-mưa-8",
        "Tro\u{300}\u{31b}i-mu\u{31b}a-8",
        "Trời mưa to 8 g",
        "Voi-leo-cầu-thang-7",
        "Voi-lannt-leo-cầu-thang-7",
        "LẦN-NT-đi-chợ-7",
        "kQ8#vT2m!xZ5w",
        "correct horse battery staple",
        "Đường Láng 2026!",
        "ǅ-Ⅷ-٣-chữ-lạ-9",
        "   khoảng   trắng   Rộng 1 ",
    ];

    #[test]
    fn the_browser_judges_as_everybody_else_does() {
        let now: Timestamp = "2026-11-22T08:00:00+07:00".parse().expect("a moment");
        let directive = khien_content::in_force(now).expect("it loads").expect("one is in force");
        let longest = format!("Aa1-{}", "x".repeat(MAX_PASSWORD_BYTES - 4));
        let longer = format!("{longest}x");
        let mut cases: Vec<(&str, &str, bool)> = Vec::new();
        for password in PASSWORDS.iter().copied().chain([longest.as_str(), longer.as_str()]) {
            cases.extend([(password, "", true), (password, "lannt@moj.gov.vn", false), (password, "an", true)]);
        }
        let asked: Vec<Value> = cases
            .iter()
            .map(|(password, login, second)| json!({ "password": password, "login": login, "second_factor": second }))
            .collect();
        let asked = json!({ "rules": rules(Some(&directive), now), "cases": asked }).to_string();
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let answers = match judge_passwords(&assets, &asked) {
            Ok(answers) => answers,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        let answers: Vec<Value> = serde_json::from_str(&answers).expect("JSON");
        assert_eq!(answers.len(), cases.len());
        for ((password, login, second_factor), answer) in cases.into_iter().zip(answers) {
            let login = (!login.is_empty()).then_some(login);
            let (judged, _) = judge(Candidate { password, login, second_factor }, &directive, now);
            for judged in judged {
                let name = match judged.rule {
                    Rule::Letters | Rule::LettersAlone => "letters",
                    Rule::Classes | Rule::ClassesAlone => "classes",
                    Rule::Length => "length",
                    Rule::Login => "login",
                    Rule::Common => "common",
                    Rule::Score => "score",
                    // Nobody but the system knows.
                    Rule::NotReused => continue,
                };
                let expected = match judged.verdict {
                    Verdict::Kept => json!(true),
                    Verdict::Broken => json!(false),
                    Verdict::NotTold => json!(null),
                };
                assert_eq!(answer[name], expected, "{name} of {password:?} for {login:?}, {second_factor}");
            }
        }
    }
}
