//! What is wrong with a file of facts, at which line and column, and what was probably meant.

use std::path::Path;

use serde_json::error::Category;

use crate::i18n::{Texts, text};
use khien_texts::labels::shortened;

/// How many characters of the line are shown on either side of the mistake.
const EXCERPT_CHARACTERS: usize = 36;
/// How alike (of 1.0) two words must be for a "did you mean".
const LIKENESS: f64 = 0.75;

/// One mistake in a file of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    kind: Kind,
    line: usize,
    /// Counted in characters, from 1.
    column: usize,
    excerpt: String,
    /// How many characters of the excerpt stand before the mistake.
    before: usize,
    detail: String,
}

/// What kind of mistake it is, by the words of serde.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    NotJson,
    UnknownField { field: String, possible: Vec<String> },
    UnknownWord { word: String, possible: Vec<String> },
    MissingField { field: String },
    WrongType,
    Other,
}

impl Mistake {
    /// What `error` complains about in `source`.
    pub(crate) fn new(error: &serde_json::Error, source: &str) -> Self {
        let (line, byte_column) = (error.line(), error.column());
        let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let column = characters_before(text, byte_column.saturating_sub(1));
        let start = column.saturating_sub(EXCERPT_CHARACTERS);
        let excerpt: String = text.chars().skip(start).take(2 * EXCERPT_CHARACTERS).collect();
        let message = error.to_string();
        // serde_json ends every message with the place, which we say in our own words.
        let detail = message.rsplit_once(" at line ").map_or(message.as_str(), |(detail, _)| detail).to_owned();
        let kind = match error.classify() {
            Category::Syntax | Category::Eof | Category::Io => Kind::NotJson,
            Category::Data => Kind::of(&detail),
        };
        Self { kind, line, column: column + 1, excerpt: shortened(&excerpt), before: column - start, detail }
    }

    /// What is wrong, in one sentence.
    pub(crate) fn what(&self, path: &Path, texts: &Texts) -> String {
        let (key, field) = match &self.kind {
            Kind::NotJson => ("problem-facts-not-json", ""),
            Kind::UnknownField { field, .. } => ("problem-facts-unknown-field", field.as_str()),
            Kind::UnknownWord { word, .. } => ("problem-facts-unknown-word", word.as_str()),
            Kind::MissingField { field } => ("problem-facts-missing-field", field.as_str()),
            Kind::WrongType => ("problem-facts-wrong-type", ""),
            Kind::Other => ("problem-facts-other", ""),
        };
        let path = shortened(&path.to_string_lossy());
        text!(texts, key, path = path, line = self.line, column = self.column, field = shortened(field))
    }

    /// The line itself, and what to do.
    pub(crate) fn hints(&self, texts: &Texts) -> Vec<String> {
        let mut hints = Vec::new();
        if !self.excerpt.trim().is_empty() {
            hints.push(format!("| {}", self.excerpt));
            hints.push(format!("| {}^", " ".repeat(self.before)));
        }
        match &self.kind {
            Kind::UnknownField { field: word, possible } | Kind::UnknownWord { word, possible } => {
                let meant = nearest(word, possible.iter().map(String::as_str));
                if let Some(meant) = meant {
                    hints.push(text!(texts, "hint-did-you-mean", meant = meant));
                }
                // Where only one thing is possible it has just been said.
                if possible.len() > usize::from(meant.is_some()) {
                    hints.push(text!(texts, "hint-known", known = possible.join(", ")));
                }
            }
            Kind::NotJson | Kind::WrongType | Kind::Other => {
                hints.push(text!(texts, "hint-detail", detail = shortened(&self.detail)));
            }
            Kind::MissingField { .. } => {}
        }
        hints.push(texts.text("hint-facts-shape"));
        hints
    }
}

impl Kind {
    /// Reads the stable first words of serde's messages. A message in other words is still shown, as a detail.
    pub(crate) fn of(detail: &str) -> Self {
        let mut quoted = detail.split('`').skip(1).step_by(2).map(str::to_owned);
        if detail.starts_with("unknown field") {
            Self::UnknownField { field: quoted.next().unwrap_or_default(), possible: quoted.collect() }
        } else if detail.starts_with("unknown variant") {
            Self::UnknownWord { word: quoted.next().unwrap_or_default(), possible: quoted.collect() }
        } else if detail.starts_with("missing field") {
            Self::MissingField { field: quoted.next().unwrap_or_default() }
        } else if detail.starts_with("invalid type") || detail.starts_with("invalid value") {
            Self::WrongType
        } else {
            Self::Other
        }
    }
}

/// The word among `known` that was probably meant by `written`.
pub(crate) fn nearest<'w>(written: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let likeness = known.into_iter().map(|word| (strsim::jaro_winkler(written, word), word));
    let best = likeness.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness >= LIKENESS).map(|(_, word)| word)
}

/// How many characters of `text` begin before the byte at `offset`.
fn characters_before(text: &str, offset: usize) -> usize {
    text.char_indices().take_while(|(start, _)| *start < offset).count()
}
