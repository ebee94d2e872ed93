//! `khien rules`: rules of others are fetched, packed and signed, carried to where they are needed, and used there.

pub(crate) mod folder;
mod gather;
mod make;
mod show;
mod store;

use khien_rules::{PackProblem, PublisherKey, known_sources};
use serde_json::json;

use crate::Session;
use crate::cli::RulesCommand;
use crate::i18n::{Language, Texts, text};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;

/// Carries out `khien rules …`.
pub(crate) fn run(command: &RulesCommand, session: &Session) -> Outcome {
    match command {
        RulesCommand::Sources { json } => Ok(sources(*json, &session.texts)),
        RulesCommand::Pull(arguments) => make::pull(arguments, session),
        RulesCommand::Pack(arguments) => make::pack(arguments, session),
        RulesCommand::Verify(arguments) => show::verify(arguments, session),
        RulesCommand::Load(arguments) => store::load(arguments, session),
        RulesCommand::List { folder, json } => show::list(folder, *json, session),
        RulesCommand::Unload { name, folder } => store::unload(name, folder, session),
        RulesCommand::Trust { public_key, remove, folder } => store::trust(public_key, *remove, folder, session),
    }
}

/// Sources that are worth it.
fn sources(as_json: bool, texts: &Texts) -> Answer {
    let known = known_sources();
    if as_json {
        return Answer::good(format!("{:#}\n", json!({ "sources": known })));
    }
    let mut page = String::new();
    for source in &known {
        let note = if texts.language() == Language::Vi { &source.note_vi } else { &source.note_en };
        page.push_str(&text!(
            texts,
            "rules-known",
            id = source.id.as_str(),
            name = source.name.as_str(),
            licence = source.license.as_str(),
            url = source.url.as_str(),
            note = note.as_str()
        ));
        page.push('\n');
    }
    Answer::good(page)
}

/// A problem of a pack, in words.
fn worded(problem: &PackProblem, texts: &Texts) -> Problem {
    Problem::Worded { what: words(problem, texts), hints: Vec::new() }
}

/// What is wrong with a pack, in the user's language.
fn words(problem: &PackProblem, texts: &Texts) -> String {
    if texts.language() == Language::Vi { problem.vi() } else { problem.en() }
}

/// Keys that were typed.
fn keys(typed: &[String], texts: &Texts) -> Result<Vec<PublisherKey>, Problem> {
    typed.iter().map(|text| key(text, texts)).collect()
}

fn key(typed: &str, texts: &Texts) -> Result<PublisherKey, Problem> {
    typed.parse().map_err(|_| Problem::Worded {
        what: text!(texts, "rules-bad-key", key = khien_texts::labels::shortened(typed)),
        hints: vec![texts.text("rules-bad-key-todo")],
    })
}
