//! What can be wrong with what the user typed or handed in. Every problem ends the program with exit code 2.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::i18n::{Texts, text};
use khien_texts::labels::shortened;

/// Something the user can put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// An option nobody knows.
    UnknownArgument { argument: String, suggestion: Option<String> },
    /// A command nobody knows.
    UnknownCommand { command: String, suggestion: Option<String> },
    /// No command.
    MissingCommand { known: String },
    /// An option without its value.
    MissingValue { argument: String },
    /// One of the next, in a command that was found: its own help says more than that of all.
    In { command: String, problem: Box<Problem> },
    /// An option with a value it does not take.
    BadValue { argument: String, value: String, known: String, suggestion: Option<String> },
    /// Two options that exclude each other.
    ArgumentsConflict { argument: String, other: String },
    /// An option given twice.
    ArgumentTwice { argument: String },
    /// Something that must be typed is missing.
    MissingArgument { argument: String },
    /// More than was asked for.
    TooManyValues { argument: String },
    /// An argument that is not text.
    ArgumentNotText,
    /// Any other wrong use, in the words of the argument parser.
    Misuse { detail: String },
    /// The variable that chooses the language holds something else.
    BadLanguageVariable { variable: &'static str, value: String },
    /// `khien facts --at` without `--root`.
    MomentWithoutRoot,
    /// `--at` is no moment.
    BadMoment { written: String },
    /// There is no such file or folder.
    Missing { path: PathBuf },
    /// A folder where a file is needed.
    IsFolder { path: PathBuf },
    /// A file where a folder is needed.
    IsNoFolder { path: PathBuf },
    /// A pipe, a socket or a device where a file is needed.
    NoRegularFile { path: PathBuf },
    /// A folder that is to be gone through only when that is said.
    FolderWithoutRecursive { path: PathBuf },
    /// More files than one command takes.
    TooManyFiles { limit: usize },
    /// The user may not read it.
    NoRights { path: PathBuf },
    /// It cannot be read for another reason.
    CannotRead { path: PathBuf, detail: String },
    /// The output cannot be written.
    CannotWrite { path: PathBuf, detail: String },
    /// More bytes than are taken in.
    TooLarge { path: PathBuf, limit_mib: u64 },
    /// Not UTF-8.
    NotText { path: PathBuf, line: usize },
    /// Something else than facts.
    WrongKindOfFile { path: PathBuf, kind: crate::facts::WrongKind },
    /// Not JSON, or not facts.
    BadFacts { path: PathBuf, mistake: Box<crate::facts::Mistake> },
    /// Neither the id of a shipped directive nor a file.
    UnknownDirective { name: String, suggestion: Option<String>, known: String },
    /// No shipped directive is valid at the moment asked for.
    NoDirectiveAt { moment: jiff::Timestamp, known: String },
    /// The directive has mistakes; the diagnostics as they are to be printed.
    BadDirective { diagnostics: String, errors: usize },
    /// `--only` names a clause that the directive does not have.
    UnknownClause { clause: String, known: String },
    /// Anything that a command has put into words itself.
    Worded { what: String, hints: Vec<String> },
    /// A control that the directive does not have.
    UnknownControl { control: String, suggestion: Option<String>, directive: String },
}

impl Problem {
    /// The whole message, ending in a line break.
    pub(crate) fn message(&self, texts: &Texts) -> String {
        if let Self::BadDirective { diagnostics, errors } = self {
            return format!("{diagnostics}\n{}\n", text!(texts, "problem-bad-directive", errors = *errors));
        }
        let mut message = text!(texts, "problem", what = self.what(texts));
        for hint in self.hints(texts) {
            let _ = write!(message, "\n  {hint}");
        }
        message.push('\n');
        message
    }

    /// What is wrong, in one sentence.
    pub(crate) fn what(&self, texts: &Texts) -> String {
        match self {
            Self::In { problem, .. } => problem.what(texts),
            Self::Worded { what, .. } => what.clone(),
            Self::UnknownArgument { argument, .. } => {
                text!(texts, "problem-unknown-argument", argument = shortened(argument))
            }
            Self::UnknownCommand { command, .. } => {
                text!(texts, "problem-unknown-command", command = shortened(command))
            }
            Self::MissingCommand { .. } => texts.text("problem-missing-command"),
            Self::MissingValue { argument } => text!(texts, "problem-missing-value", argument = argument.as_str()),
            Self::BadValue { argument, value, .. } => {
                text!(texts, "problem-bad-value", argument = argument.as_str(), value = shortened(value))
            }
            Self::ArgumentsConflict { argument, other } => {
                text!(texts, "problem-arguments-conflict", argument = argument.as_str(), other = other.as_str())
            }
            Self::ArgumentTwice { argument } => text!(texts, "problem-argument-twice", argument = argument.as_str()),
            Self::MissingArgument { argument } => {
                text!(texts, "problem-missing-argument", argument = argument.as_str())
            }
            Self::TooManyValues { argument } => text!(texts, "problem-too-many-values", argument = argument.as_str()),
            Self::ArgumentNotText => texts.text("problem-argument-not-text"),
            Self::Misuse { detail } => text!(texts, "problem-misuse", detail = shortened(detail)),
            Self::BadLanguageVariable { variable, value } => {
                text!(texts, "problem-bad-language-variable", variable = *variable, value = shortened(value))
            }
            Self::MomentWithoutRoot => texts.text("problem-at-without-root"),
            Self::BadMoment { written } => text!(texts, "problem-bad-moment", written = shortened(written)),
            Self::Missing { path } => text!(texts, "problem-missing", path = shown(path)),
            Self::IsFolder { path } => text!(texts, "problem-is-folder", path = shown(path)),
            Self::IsNoFolder { path } => text!(texts, "problem-is-no-folder", path = shown(path)),
            Self::FolderWithoutRecursive { path } => text!(texts, "problem-is-folder", path = shown(path)),
            Self::NoRegularFile { path } => text!(texts, "problem-no-regular-file", path = shown(path)),
            Self::TooManyFiles { limit } => text!(texts, "problem-too-many-files", limit = *limit),
            Self::NoRights { path } => text!(texts, "problem-no-rights", path = shown(path)),
            Self::CannotRead { path, detail } => {
                text!(texts, "problem-cannot-read", path = shown(path), detail = shortened(detail))
            }
            Self::CannotWrite { path, detail } => {
                text!(texts, "problem-cannot-write", path = shown(path), detail = shortened(detail))
            }
            Self::TooLarge { path, limit_mib } => {
                text!(texts, "problem-too-large", path = shown(path), limit = *limit_mib)
            }
            Self::NotText { path, line } => text!(texts, "problem-not-text", path = shown(path), line = *line),
            Self::WrongKindOfFile { path, kind } => text!(texts, kind.key(), path = shown(path)),
            Self::BadFacts { path, mistake } => mistake.what(path, texts),
            Self::UnknownDirective { name, .. } => text!(texts, "problem-unknown-directive", name = shortened(name)),
            Self::NoDirectiveAt { moment, .. } => {
                text!(texts, "problem-no-directive-at", moment = khien_texts::moment::shown(*moment, texts))
            }
            Self::BadDirective { errors, .. } => text!(texts, "problem-bad-directive", errors = *errors),
            Self::UnknownClause { clause, .. } => text!(texts, "problem-unknown-clause", clause = shortened(clause)),
            Self::UnknownControl { control, directive, .. } => {
                text!(texts, "problem-unknown-control", control = shortened(control), directive = shortened(directive))
            }
        }
    }

    /// What to do about it, one line each.
    fn hints(&self, texts: &Texts) -> Vec<String> {
        match self {
            Self::In { command, problem } => problem.hints_about(command, texts),
            problem => problem.hints_about("khien", texts),
        }
    }

    /// The hints, where `command` is what was typed and has help.
    fn hints_about(&self, command: &str, texts: &Texts) -> Vec<String> {
        let help = || text!(texts, "hint-help", command = command);
        let did_you_mean = |suggestion: &Option<String>| {
            suggestion.as_ref().map(|meant| text!(texts, "hint-did-you-mean", meant = meant.as_str()))
        };
        let known = |known: &str| (!known.is_empty()).then(|| text!(texts, "hint-known", known = known));
        match self {
            Self::Worded { hints, .. } => hints.clone(),
            Self::In { problem, .. } => problem.hints_about(command, texts),
            Self::UnknownArgument { suggestion, .. } | Self::UnknownCommand { suggestion, .. } => {
                did_you_mean(suggestion).into_iter().chain([help()]).collect()
            }
            Self::MissingCommand { known: commands } => {
                known(commands).into_iter().chain([texts.text("hint-first-steps")]).collect()
            }
            Self::BadValue { known: values, suggestion, .. } => {
                did_you_mean(suggestion).into_iter().chain(known(values)).collect()
            }
            Self::MissingValue { .. }
            | Self::ArgumentTwice { .. }
            | Self::MissingArgument { .. }
            | Self::TooManyValues { .. }
            | Self::Misuse { .. } => vec![help()],
            Self::ArgumentsConflict { .. } => vec![texts.text("hint-one-of-both")],
            Self::ArgumentNotText
            | Self::MomentWithoutRoot
            | Self::CannotRead { .. }
            | Self::CannotWrite { .. }
            | Self::BadDirective { .. } => Vec::new(),
            Self::BadLanguageVariable { .. } => known("vi, en").into_iter().collect(),
            Self::BadMoment { .. } => vec![texts.text("hint-moment")],
            Self::Missing { .. } => vec![texts.text("hint-missing")],
            Self::IsFolder { .. } => vec![texts.text("hint-is-folder")],
            Self::IsNoFolder { .. } => vec![texts.text("hint-is-no-folder")],
            Self::FolderWithoutRecursive { .. } => vec![texts.text("hint-recursive")],
            Self::NoRegularFile { .. } => vec![texts.text("hint-no-regular-file")],
            Self::TooManyFiles { .. } => vec![texts.text("hint-too-many-files")],
            Self::NoRights { .. } => vec![texts.text("hint-no-rights")],
            Self::TooLarge { .. } => vec![texts.text("hint-too-large")],
            Self::NotText { .. } => vec![texts.text("hint-not-text")],
            Self::WrongKindOfFile { kind: crate::facts::WrongKind::Utf16, .. } => vec![texts.text("hint-not-text")],
            Self::WrongKindOfFile { .. } => vec![texts.text("hint-facts-shape")],
            Self::BadFacts { mistake, .. } => mistake.hints(texts),
            Self::UnknownDirective { suggestion, known: directives, .. } => did_you_mean(suggestion)
                .into_iter()
                .chain(known(directives))
                .chain([texts.text("hint-directive-file")])
                .collect(),
            Self::NoDirectiveAt { known: directives, .. } => known(directives).into_iter().collect(),
            Self::UnknownClause { known: clauses, .. } => known(clauses).into_iter().collect(),
            Self::UnknownControl { suggestion, .. } => {
                did_you_mean(suggestion).into_iter().chain([texts.text("hint-list-controls")]).collect()
            }
        }
    }
}

fn shown(path: &Path) -> String {
    shortened(&path.to_string_lossy())
}
