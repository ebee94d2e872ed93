//! What keeps a server from working, in the user's words.

use std::path::Path;

use khien_server::Trouble;
use khien_server::config::{FIELDS, Mistake, Place, Wrong};
use khien_server::serve::ServeProblem;
use khien_server::tls::TlsProblem;
use khien_store::{StoreError, Unavailable};

use crate::facts::nearest;
use crate::i18n::{Texts, text};
use crate::problem::Problem;

/// Settings that cannot be used: every mistake on a line of its own.
pub(super) fn of_settings(mistakes: &[Mistake], file: Option<&Path>, texts: &Texts) -> Problem {
    let hints = mistakes.iter().map(|mistake| line(mistake, file, texts)).collect();
    Problem::Worded { what: text!(texts, "problem-settings", count = mistakes.len()), hints }
}

fn line(mistake: &Mistake, file: Option<&Path>, texts: &Texts) -> String {
    let file = file.map(|path| path.display().to_string()).unwrap_or_default();
    let at = |place: &Place| format!("{file}:{}:{}: ", place.line, place.column);
    let meant = |name: &str, known: &[String]| {
        let nearest = nearest(name, known.iter().map(String::as_str));
        nearest.map(|meant| format!(" {}", text!(texts, "hint-did-you-mean", meant = meant))).unwrap_or_default()
    };
    match mistake {
        Mistake::NotToml { place, detail } => {
            format!("{}{}", at(place), text!(texts, "settings-not-toml", detail = detail.as_str()))
        }
        Mistake::Unknown { place, name } => {
            let known: Vec<String> = FIELDS.iter().map(|field| field.name.to_owned()).collect();
            let what = text!(texts, "settings-unknown", name = name.as_str());
            format!("{}{what}{}", at(place), meant(name, &known))
        }
        Mistake::UnknownVariable { name } => {
            let known: Vec<String> = FIELDS.iter().map(khien_server::config::Field::variable).collect();
            format!("{}{}", text!(texts, "settings-unknown-variable", name = name.as_str()), meant(name, &known))
        }
        Mistake::Value { place, name, wrong } => {
            let place = place.as_ref().map(at).unwrap_or_default();
            format!("{place}{}: {}", name, value(wrong, texts))
        }
        Mistake::NoListener => texts.text("settings-no-listener"),
        Mistake::OpenHttp { address } => text!(texts, "settings-open-http", address = address.to_string()),
        Mistake::HalfTls => texts.text("settings-half-tls"),
        Mistake::NoAuthority => texts.text("settings-no-authority"),
        Mistake::HalfOpenId => texts.text("settings-half-openid"),
        Mistake::HalfMail => texts.text("settings-half-mail"),
    }
}

fn value(wrong: &Wrong, texts: &Texts) -> String {
    match wrong {
        Wrong::Kind("whole") => texts.text("settings-value-whole"),
        Wrong::Kind("list") => texts.text("settings-value-list"),
        Wrong::Kind("flag") => text!(texts, "settings-value-word", words = "true, false"),
        Wrong::Kind(_) => texts.text("settings-value-text"),
        Wrong::Word(words) => text!(texts, "settings-value-word", words = words.join(", ")),
        Wrong::Range(least, most) => text!(texts, "settings-value-range", least = *least, most = *most),
        Wrong::Address => texts.text("settings-value-address"),
        Wrong::Url => texts.text("settings-value-url"),
        Wrong::Database => texts.text("settings-value-database"),
        Wrong::Length => texts.text("settings-value-length"),
        Wrong::Form(detail) => text!(texts, "settings-value-form", detail = detail.as_str()),
    }
}

/// A server that cannot begin.
pub(super) fn of_start(problem: &ServeProblem, texts: &Texts) -> Problem {
    match problem {
        ServeProblem::Listen { address, taken, detail } => {
            let hint = if *taken { "server-hint-taken" } else { "server-hint-listen" };
            let what = text!(texts, "server-cannot-listen", address = address.to_string(), detail = detail.as_str());
            Problem::Worded { what, hints: vec![texts.text(hint)] }
        }
        ServeProblem::Tls(problem) => of_tls(problem, texts),
        ServeProblem::Store(error) => of_store(error, texts),
    }
}

/// A server without a certificate.
pub(super) fn of_tls(problem: &TlsProblem, texts: &Texts) -> Problem {
    let what = text!(texts, "server-no-tls", detail = problem.to_string());
    Problem::Worded { what, hints: vec![texts.text("server-hint-tls")] }
}

/// A server without a database. What the engine itself says stands beside it, in its own words.
pub(crate) fn of_store(error: &StoreError, texts: &Texts) -> Problem {
    let (what, hint) = match error {
        StoreError::Unavailable { reason, detail } => {
            let (what, hint) = match reason {
                Unavailable::Away => ("database-away", "database-hint-away"),
                Unavailable::DiskFull => ("database-disk-full", "database-hint-disk-full"),
                Unavailable::ReadOnly => ("database-read-only", "database-hint-read-only"),
                Unavailable::Locked => ("database-locked", "database-hint-locked"),
                Unavailable::Busy => ("database-busy", "database-hint-busy"),
            };
            (text!(texts, what, detail = detail.as_str()), hint)
        }
        StoreError::Corrupt { what } => {
            (text!(texts, "database-damaged", detail = what.as_str()), "database-hint-damaged")
        }
        other => (text!(texts, "server-no-database", detail = other.to_string()), "database-hint-away"),
    };
    Problem::Worded { what, hints: vec![texts.text(hint)] }
}

/// A first step that failed.
pub(super) fn of_trouble(trouble: &Trouble, texts: &Texts) -> Problem {
    let what = text!(texts, "server-trouble", detail = trouble.to_string());
    Problem::Worded { what, hints: vec![texts.text("server-hint-trouble")] }
}
