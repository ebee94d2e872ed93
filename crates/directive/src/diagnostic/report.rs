//! Collects mistakes while a file is read, and turns them into diagnostics at the end.

use std::borrow::Cow;
use std::cmp::Ordering;

use unicode_width::UnicodeWidthChar as _;

use super::{Code, Diagnostic, Label, Level, Place};
use crate::limits::{MAX_DIAGNOSTICS, MAX_EXCERPT_COLUMNS};
use crate::source::{Files, Span};
use crate::{Lang, Texts};

/// How alike (of 1.0) two words must be for a "did you mean".
const LIKENESS: f64 = 0.75;

/// More words than this are not listed in a hint.
const MAX_LISTED: usize = 24;

/// One mistake, before its place is looked up.
#[derive(Debug)]
pub(crate) struct Mistake {
    code: Code,
    span: Span,
    arguments: Vec<(&'static str, Texts)>,
    hint: Option<Texts>,
    labels: Vec<(Span, Texts)>,
}

impl Mistake {
    pub(crate) fn new(code: Code, span: Span) -> Self {
        Self { code, span, arguments: Vec::new(), hint: None, labels: Vec::new() }
    }

    /// Fills `{name}` in the code's texts with something that is the same in both languages.
    pub(crate) fn with(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with_texts(name, Texts::same(value.to_string()))
    }

    /// Fills `{name}` in the code's texts.
    pub(crate) fn with_texts(mut self, name: &'static str, value: Texts) -> Self {
        self.arguments.push((name, value));
        self
    }

    /// Replaces the code's hint.
    pub(crate) fn hint(mut self, hint: Texts) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Points at a second place.
    pub(crate) fn label(mut self, span: Span, message: Texts) -> Self {
        self.labels.push((span, message));
        self
    }

    /// Hints at the allowed word nearest to `word`, or else lists the words when they are few.
    pub(crate) fn suggest<'w>(self, word: &str, allowed: impl IntoIterator<Item = &'w str>) -> Self {
        let allowed: Vec<&str> = allowed.into_iter().collect();
        match nearest(word, &allowed) {
            Some(nearest) => self
                .hint(Texts::new(format!("có phải bạn muốn viết `{nearest}`?"), format!("did you mean `{nearest}`?"))),
            None if allowed.is_empty() || allowed.len() > MAX_LISTED => self,
            None => {
                let list = allowed.join(", ");
                self.hint(Texts::new(format!("ở đây có thể viết: {list}"), format!("possible here: {list}")))
            }
        }
    }

    fn fill(&self, template: &str, lang: Lang) -> String {
        // One pass, so that braces inside an argument stay what they are.
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            if let Some((name, after)) = after.split_once('}') {
                match self.arguments.iter().find(|(argument, _)| *argument == name) {
                    Some((_, value)) => filled.push_str(value.get(lang)),
                    None => filled.extend(["{", name, "}"]),
                }
                rest = after;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn texts(&self, template: (&str, &str)) -> Texts {
        Texts { vi: self.fill(template.0, Lang::Vi), en: self.fill(template.1, Lang::En) }
    }

    fn resolve(self, files: &Files) -> Diagnostic {
        let message = self.texts((self.code.vietnamese(), self.code.english()));
        let hint = match (&self.hint, self.code.hint()) {
            (Some(hint), _) => Some(hint.clone()),
            (None, Some(template)) => Some(self.texts(template)),
            (None, None) => None,
        };
        Diagnostic {
            code: self.code,
            level: self.code.level(),
            place: place(files, self.span),
            message,
            hint,
            labels: self
                .labels
                .into_iter()
                .map(|(span, message)| Label { place: place(files, span), message })
                .collect(),
        }
    }
}

/// The candidate most like `word`, when one is like it at all.
pub(crate) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    candidates
        .iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), *candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|left, right| left.0.partial_cmp(&right.0).unwrap_or(Ordering::Equal))
        .map(|(_, candidate)| candidate)
}

/// All mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    mistakes: Vec<Mistake>,
    /// How many were not kept, and whether an error was among them.
    dropped: usize,
    errors: usize,
}

impl Report {
    pub(crate) fn add(&mut self, mistake: Mistake) {
        if mistake.code.level() == Level::Error {
            self.errors += 1;
        }
        let known = self.mistakes.iter().any(|other| {
            other.code == mistake.code && other.span == mistake.span && other.arguments == mistake.arguments
        });
        if known {
            return;
        }
        if self.mistakes.len() >= MAX_DIAGNOSTICS {
            self.dropped += 1;
        } else {
            self.mistakes.push(mistake);
        }
    }

    /// How many errors there are, the ones that are not kept included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// The diagnostics in the order in which they stand in the files.
    pub(crate) fn finish(mut self, files: &Files) -> Vec<Diagnostic> {
        if self.dropped > 0
            && let Some(last) = self.mistakes.iter().map(|mistake| mistake.span).max()
        {
            let limit = MAX_DIAGNOSTICS;
            let more = Mistake::new(Code::TooManyMistakes, last).with("limit", limit).with("more", self.dropped);
            self.mistakes.push(more);
        }
        // The sort is stable and TooManyMistakes was added last, so it stays last.
        self.mistakes.sort_by_key(|mistake| mistake.span);
        self.mistakes.into_iter().map(|mistake| mistake.resolve(files)).collect()
    }
}

/// What stands for a character on a screen: never something that moves the cursor or turns the text around.
fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' => {
            '\u{fffd}'
        }
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    }
}

fn screen_width(text: &str) -> usize {
    text.chars().map(|character| printable(character).width().unwrap_or(0)).sum()
}

fn place(files: &Files, span: Span) -> Place {
    let Some(file) = files.get(span.file) else {
        return Place {
            file: String::new(),
            line: 1,
            column: 1,
            excerpt: String::new(),
            caret_start: 0,
            caret_width: 1,
        };
    };
    let start = file.floor(span.start as usize);
    let line = file.line_of(start);
    let text = file.line(line);
    let line_start = file.line_start(line);
    let before = text.get(..start - line_start).unwrap_or(text);
    let marked_end = file.floor(span.end as usize).saturating_sub(line_start).min(text.len());
    let marked = text.get(before.len()..marked_end).unwrap_or("").trim_end();
    let column = 1 + before.chars().filter(|character| printable(*character).width().unwrap_or(0) > 0).count();
    let (excerpt, cut) = excerpt(text, screen_width(before));
    let caret_start = screen_width(before) - cut + usize::from(cut > 0);
    let room = MAX_EXCERPT_COLUMNS.saturating_sub(caret_start).max(1);
    Place {
        file: file.name.clone(),
        line,
        column,
        excerpt: excerpt.into_owned(),
        caret_start,
        caret_width: screen_width(marked).clamp(1, room),
    }
}

/// The part of a line that is shown, and how many screen columns were cut before it.
fn excerpt(line: &str, column: usize) -> (Cow<'_, str>, usize) {
    let clean: String = line.chars().map(printable).collect();
    if screen_width(&clean) <= MAX_EXCERPT_COLUMNS {
        return (Cow::Owned(clean), 0);
    }
    let wanted_start = column.saturating_sub(MAX_EXCERPT_COLUMNS / 2);
    let mut shown = String::new();
    let mut cut = 0;
    let mut width = 0;
    let mut ended = true;
    for character in clean.chars() {
        let columns = character.width().unwrap_or(0);
        if cut < wanted_start {
            cut += columns;
            continue;
        }
        if width + columns > MAX_EXCERPT_COLUMNS {
            ended = false;
            break;
        }
        width += columns;
        shown.push(character);
    }
    let left = if cut > 0 { "…" } else { "" };
    let right = if ended { "" } else { "…" };
    (Cow::Owned(format!("{left}{shown}{right}")), cut)
}
