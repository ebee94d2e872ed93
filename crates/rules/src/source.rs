//! A file of rules, cut into its rules, so that each is compiled on its own and every mistake is told at once.

use boreal_parser::file::{YaraFile, YaraFileComponent};
use boreal_parser::rule::Rule;

use crate::meta::Meta;
use crate::problem::{Code, Problem};

/// One file of rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleFile {
    /// Its name, with the folders it lies in.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A piece of a file: an `import`, or one rule with the comments after it.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Where in the text it begins and ends, in bytes.
    pub(crate) begin: usize,
    /// See `begin`.
    pub(crate) end: usize,
    /// What the rule says of itself; none for an import.
    pub(crate) rule: Option<Meta>,
    /// Whether hits of the rule are for other rules only.
    pub(crate) is_private: bool,
}

/// A file that was read.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// Its pieces, in their order.
    pub(crate) pieces: Vec<Piece>,
    /// What is wrong with it.
    pub(crate) problems: Vec<Problem>,
}

/// Reads a file.
pub(crate) fn parse(file: &RuleFile) -> Parsed {
    let problem = |at: usize, code: Code, detail: String| Problem::at(&file.path, &file.text, at, code, detail);
    let parsed = match boreal_parser::parse(&file.text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let diagnostic = error.to_diagnostic();
            let at = diagnostic.labels.first().map_or(0, |label| label.range.start);
            let problems = vec![problem(at, Code::Syntax, diagnostic.message)];
            return Parsed { problems, ..Parsed::default() };
        }
    };
    let begins = begins(&file.text, &parsed);
    let ends = begins.iter().skip(1).copied().chain([file.text.len()]);
    let mut result = Parsed::default();
    for ((component, begin), end) in parsed.components.iter().zip(&begins).zip(ends) {
        let piece = Piece { begin: *begin, end, rule: None, is_private: false };
        match component {
            YaraFileComponent::Import(_) => result.pieces.push(piece),
            YaraFileComponent::Include(include) => {
                result.problems.push(problem(include.span.start, Code::Include, include.path.clone()));
            }
            YaraFileComponent::Rule(rule) if rule.is_global => {
                result.problems.push(problem(rule.name_span.start, Code::Global, rule.name.clone()));
            }
            YaraFileComponent::Rule(rule) => match Meta::of(rule) {
                Ok(meta) => result.pieces.push(Piece { rule: Some(meta), is_private: rule.is_private, ..piece }),
                Err(mistakes) => result.problems.extend(mistakes.into_iter().map(|mistake| {
                    let at = place_of_key(&file.text, rule.name_span.start, mistake.key);
                    problem(at, mistake.code, mistake.value)
                })),
            },
        }
    }
    result
}

/// Where each component begins.
fn begins(text: &str, parsed: &YaraFile) -> Vec<usize> {
    let begin = |component: &YaraFileComponent| match component {
        YaraFileComponent::Import(import) => import.span.start,
        YaraFileComponent::Include(include) => include.span.start,
        YaraFileComponent::Rule(rule) => begin_of_rule(text, rule),
    };
    parsed.components.iter().map(begin).collect()
}

/// Where the words before the name of a rule begin: `private rule `. Only words that the rule has are looked for, since a
/// comment before it may end with one of them.
fn begin_of_rule(text: &str, rule: &Rule) -> usize {
    let mut begin = rule.name_span.start;
    let modifiers = usize::from(rule.is_private) + usize::from(rule.is_global);
    for words in std::iter::once(&["rule"][..]).chain(std::iter::repeat_n(&["private", "global"][..], modifiers)) {
        let before = text.get(..begin).unwrap_or_default().trim_end();
        let bare = without_trailing_comment(before);
        if let Some(rest) = words.iter().find_map(|word| bare.strip_suffix(word)) {
            begin = rest.len();
        }
    }
    begin
}

/// `text` without a comment `/* … */` at its end.
fn without_trailing_comment(text: &str) -> &str {
    let inside = text.strip_suffix("*/").and_then(|text| text.rfind("/*"));
    inside.and_then(|begin| text.get(..begin)).map_or(text, str::trim_end)
}

/// Where `key` stands in the meta of the rule whose name stands at `name`.
fn place_of_key(text: &str, name: usize, key: &str) -> usize {
    let after = text.get(name..).unwrap_or_default();
    after.find(key).map_or(name, |place| name + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let parsed = parse(&RuleFile { path: "a.yar".into(), text: text.into() });
        assert_eq!(parsed.problems, []);
        parsed.pieces.iter().filter_map(|piece| text.get(piece.begin..piece.end)).map(str::to_owned).collect()
    }

    #[test]
    fn a_file_is_cut_where_its_rules_begin() {
        let text = "import \"math\"\n// about the first rule\nprivate rule a { condition: true }\n\
                    /* global rule */ rule /* named */ b { condition: a }\nrule c{condition:false}// rule\n";
        assert_eq!(
            pieces(text),
            [
                "import \"math\"\n// about the first rule\n",
                "private rule a { condition: true }\n/* global rule */ ",
                "rule /* named */ b { condition: a }\n",
                "rule c{condition:false}// rule\n",
            ]
        );
    }
}
