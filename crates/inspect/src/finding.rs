//! What was found, where, and what it means.

use serde::{Deserialize, Serialize};

use crate::Effect;

/// The longest piece of a file that a finding quotes, in letters.
pub const MAX_EVIDENCE_LETTERS: usize = 200;

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    /// In Vietnamese.
    pub vi: &'static str,
    /// In English.
    pub en: &'static str,
}

/// One kind of thing that can be found: what it is called, what it does to the verdict, what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable, in lower case with hyphens: receipts, policies and tests refer to it.
    pub id: &'static str,
    /// What it does to the verdict, if the policy says nothing else.
    pub effect: Effect,
    /// The technique of MITRE ATT&CK that it belongs to, e.g. `T1566.001`.
    pub attack: Option<&'static str>,
    /// What it is, one sentence.
    pub title: Words,
    /// What the person who wants to upload the file can do, one or two sentences.
    pub fix: Words,
}

/// Where in a node something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// The node as a whole.
    Whole,
    /// Its name.
    Name,
    /// At so many bytes from its beginning.
    Offset(u64),
    /// In this line of its text, counted from 1.
    Line(u64),
    /// In the stream, object or field of this name.
    Field(String),
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The [`Kind::id`], or `rule:` and the name of a rule.
    pub id: String,
    /// What it does to the verdict, after the policy had its say.
    pub effect: Effect,
    /// The place of the node in [`Inspection::nodes`](crate::Inspection::nodes).
    pub node: usize,
    /// Where in the node.
    pub location: Location,
    /// What stood there, at most [`MAX_EVIDENCE_LETTERS`] letters, without control characters.
    pub evidence: String,
    /// The technique of MITRE ATT&CK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attack: Option<String>,
    /// What it is, in Vietnamese and English.
    pub title_vi: String,
    /// See `title_vi`.
    pub title_en: String,
    /// What to do, in Vietnamese and English.
    pub fix_vi: String,
    /// See `fix_vi`.
    pub fix_en: String,
}

/// `text` as evidence: its control characters and what turns the direction of writing shown as `\u{…}`, cut at the limit.
pub(crate) fn evidence(text: &str) -> String {
    let mut shown = String::new();
    for (letters, letter) in text.chars().enumerate() {
        if letters == MAX_EVIDENCE_LETTERS {
            shown.push('…');
            break;
        }
        if hides(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a letter is not seen, or changes how others are seen.
pub(crate) fn hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}
