//! Wrong arguments, said in the reader's language instead of the parser's English.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::problem::Problem;

/// What the parser complains about, as a problem of ours.
pub(crate) fn problem(error: &Error) -> Problem {
    let said = |kind| error.get(kind).map(words).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| error.get(kind).map(words));
    match error.kind() {
        ErrorKind::UnknownArgument => Problem::UnknownArgument { argument, suggestion },
        ErrorKind::InvalidSubcommand => {
            Problem::UnknownCommand { command: said(ContextKind::InvalidSubcommand), suggestion }
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Problem::MissingCommand { known: said(ContextKind::ValidSubcommand) }
        }
        ErrorKind::InvalidValue if said(ContextKind::InvalidValue).is_empty() => Problem::MissingValue { argument },
        ErrorKind::InvalidValue => Problem::BadValue {
            argument,
            value: said(ContextKind::InvalidValue),
            known: said(ContextKind::ValidValue),
            suggestion,
        },
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            if other.is_empty() || other == argument {
                Problem::ArgumentTwice { argument }
            } else {
                Problem::ArgumentsConflict { argument, other }
            }
        }
        ErrorKind::MissingRequiredArgument => Problem::MissingArgument { argument },
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => Problem::TooManyValues { argument },
        ErrorKind::InvalidUtf8 => Problem::ArgumentNotText,
        _ => Problem::Misuse { detail: error.to_string().lines().next().unwrap_or_default().to_owned() },
    }
}

fn words(value: &ContextValue) -> String {
    let words = match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::None => String::new(),
        other => other.to_string(),
    };
    // The dots that say "may be repeated" read like the end of a sentence.
    words.trim_end_matches("...").to_owned()
}
