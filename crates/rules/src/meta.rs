//! What a rule says of itself: for which types it is, what a hit means, who wrote it.

use boreal_parser::rule::{Metadata, MetadataValue, Rule};
use khien_inspect::{Effect, FileType};

use crate::problem::Code;
use crate::types::types_of;

/// The longest text of a meta that is shown, in letters.
const MAX_LETTERS: usize = 400;

/// What a rule says of itself. All texts are there: what its author left out is put in general words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The rule's name.
    pub rule: String,
    /// The types that it looks at; `None` for all.
    pub types: Option<Vec<FileType>>,
    /// What a hit does to the verdict.
    pub effect: Effect,
    /// What a hit means, in Vietnamese.
    pub title_vi: String,
    /// What a hit means, in English.
    pub title_en: String,
    /// What to do, in Vietnamese.
    pub fix_vi: String,
    /// What to do, in English.
    pub fix_en: String,
    /// The technique of MITRE ATT&CK.
    pub attack: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where more is said.
    pub reference: Option<String>,
    /// Its licence, if the rule names one of its own.
    pub license: Option<String>,
}

/// A mistake in the meta of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetaMistake {
    /// Which kind.
    pub(crate) code: Code,
    /// The key it is at.
    pub(crate) key: &'static str,
    /// What stands there.
    pub(crate) value: String,
}

impl Meta {
    /// Reads the meta of `rule`. Every mistake in it is told, not the first one alone.
    pub(crate) fn of(rule: &Rule) -> Result<Self, Vec<MetaMistake>> {
        let texts = Texts(&rule.metadatas);
        let mut mistakes = Vec::new();
        let types = told(types(&texts), &mut mistakes).flatten();
        let effect = told(effect(&texts), &mut mistakes).unwrap_or(Effect::Suspicious);
        let attack = told(attack(&texts), &mut mistakes).flatten();
        let mut text = |key: &'static str| told(texts.get(key), &mut mistakes).flatten();
        let (author, description) = (text("author"), text("description"));
        let said = [description.as_deref(), author.as_deref()];
        let meta = Self {
            title_vi: text("title_vi").unwrap_or_else(|| general_title(&rule.name, said, Language::Vietnamese)),
            title_en: text("title_en").unwrap_or_else(|| general_title(&rule.name, said, Language::English)),
            fix_vi: text("fix_vi").unwrap_or_else(|| GENERAL_FIX_VI.to_owned()),
            fix_en: text("fix_en").unwrap_or_else(|| GENERAL_FIX_EN.to_owned()),
            reference: text("reference"),
            license: text("license"),
            types,
            effect,
            attack,
            author,
            rule: rule.name.clone(),
        };
        if mistakes.is_empty() { Ok(meta) } else { Err(mistakes) }
    }

    /// Whether the rule looks at something of these types; a file of unknown type is looked at by all rules.
    pub fn looks_at(&self, types: &[FileType]) -> bool {
        let own = self.types.as_deref();
        types.is_empty() || own.is_none_or(|own| types.iter().any(|of_file| own.contains(of_file)))
    }
}

/// What was read, or nothing and a mistake more.
fn told<T>(read: Result<T, MetaMistake>, mistakes: &mut Vec<MetaMistake>) -> Option<T> {
    read.map_err(|mistake| mistakes.push(mistake)).ok()
}

const GENERAL_FIX_VI: &str =
    "Không tải tệp này lên. Hãy gửi tệp cho đầu mối công nghệ thông tin của đơn vị để kiểm tra trước.";
const GENERAL_FIX_EN: &str = "Do not upload this file. Have the IT officer of your unit look at it first.";

#[derive(Clone, Copy)]
enum Language {
    Vietnamese,
    English,
}

/// The title of a rule that has none: its name, what it says of itself, and its author, whom some licences want named.
fn general_title(name: &str, [description, author]: [Option<&str>; 2], language: Language) -> String {
    let (begin, by) = match language {
        Language::Vietnamese => ("Tệp khớp với quy tắc nhận dạng", "tác giả"),
        Language::English => ("The file matches the rule", "by"),
    };
    let said = description.map(|said| format!(": {said}")).unwrap_or_default();
    let author = author.map(|author| format!(" ({by} {author})")).unwrap_or_default();
    format!("{begin} {name}{said}{author}")
}

fn types(texts: &Texts<'_>) -> Result<Option<Vec<FileType>>, MetaMistake> {
    let key = "khien_types";
    let Some(words) = texts.get(key)? else { return Ok(None) };
    let mut types = Vec::new();
    for word in words.split(',').map(str::trim) {
        let meant = types_of(word);
        if meant.is_empty() {
            return Err(MetaMistake { code: Code::Type, key, value: word.to_owned() });
        }
        types.extend(meant);
    }
    types.sort_unstable();
    types.dedup();
    Ok(Some(types))
}

fn effect(texts: &Texts<'_>) -> Result<Effect, MetaMistake> {
    let key = "khien_effect";
    match texts.get(key)?.as_deref() {
        None | Some("suspicious") => Ok(Effect::Suspicious),
        Some("blocked") => Ok(Effect::Blocked),
        Some("note") => Ok(Effect::Note),
        Some(other) => Err(MetaMistake { code: Code::Effect, key, value: other.to_owned() }),
    }
}

fn attack(texts: &Texts<'_>) -> Result<Option<String>, MetaMistake> {
    let key = "attack";
    match texts.get(key)? {
        Some(technique) if !is_technique(&technique) => Err(MetaMistake { code: Code::Attack, key, value: technique }),
        technique => Ok(technique),
    }
}

/// Whether it is written like `T1566` or `T1566.001`.
fn is_technique(text: &str) -> bool {
    let is_number = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = text.strip_prefix('T') else { return false };
    match number.split_once('.') {
        None => is_number(number, 4),
        Some((technique, part)) => is_number(technique, 4) && is_number(part, 3),
    }
}

struct Texts<'r>(&'r [Metadata]);

impl Texts<'_> {
    /// The text at `key`, the first one if it stands there twice.
    fn get(&self, key: &'static str) -> Result<Option<String>, MetaMistake> {
        let Some(metadata) = self.0.iter().find(|metadata| metadata.name == key) else { return Ok(None) };
        let text = match &metadata.value {
            MetadataValue::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            // Rules of others give numbers where a text is meant; ours are asked to be exact.
            MetadataValue::Integer(number) if !key.starts_with("khien_") => number.to_string(),
            MetadataValue::Boolean(value) if !key.starts_with("khien_") => value.to_string(),
            MetadataValue::Integer(_) | MetadataValue::Boolean(_) => {
                return Err(MetaMistake { code: Code::NotText, key, value: key.to_owned() });
            }
        };
        Ok(Some(text.chars().take(MAX_LETTERS).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_are_written_in_two_ways() {
        for good in ["T1566", "T1566.001"] {
            assert!(is_technique(good), "{good}");
        }
        for bad in ["", "T", "1566", "T156", "T15666", "T1566.", "T1566.01", "T1566.001.1", "Tabcd", "t1566"] {
            assert!(!is_technique(bad), "{bad}");
        }
    }
}
