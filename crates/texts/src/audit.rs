//! What the tests of a program ask about its texts: the same keys and values in both languages, every key used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use khien_model::facts::areas_of;
use khien_model::reflect::{RecordShape, Shape};
use khien_model::{GapCode, Severity, State, SubjectKind};

use crate::labels::field_key;

/// The texts of these Fluent sources, each with the variables it uses.
///
/// # Panics
/// When a source is not Fluent, or a text has no value or is there twice: that is what the tests look for.
pub fn texts_of(sources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for source in sources {
        let resource = fluent_syntax::parser::parse(*source).expect("Fluent");
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let mut variables = BTreeSet::new();
                collect(message.value.as_ref().expect("a text has a value"), &mut variables);
                let before = texts.insert(message.id.name.to_owned(), variables);
                assert!(before.is_none(), "{} is there twice", message.id.name);
            }
        }
    }
    texts
}

fn collect(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    collect(&variant.value, variables);
                }
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            variables.insert(id.name.to_owned());
        }
    }
}

/// The keys that one language lacks, or that take other values there.
pub fn differences(vietnamese: &[&str], english: &[&str]) -> Vec<String> {
    let (vietnamese, english) = (texts_of(vietnamese), texts_of(english));
    let keys: BTreeSet<&String> = vietnamese.keys().chain(english.keys()).collect();
    keys.into_iter().filter(|key| vietnamese.get(*key) != english.get(*key)).cloned().collect()
}

/// The sources that hold Vietnamese in any form but the composed one.
pub fn not_composed<'s>(sources: &[&'s str]) -> Vec<&'s str> {
    sources.iter().copied().filter(|source| khien_model::text::nfc(source) != *source).collect()
}

/// The keys that nobody asks for.
pub fn unused(sources: &[&str], used: &BTreeSet<String>) -> Vec<String> {
    texts_of(sources).into_keys().filter(|key| !used.contains(key)).collect()
}

/// Every text between quotation marks in the Rust and HTML files below `folder`.
///
/// # Panics
/// When the folder cannot be read.
pub fn literals(folder: &Path, used: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            literals(&path, used);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
            let source = std::fs::read_to_string(&path).expect("a source file");
            used.extend(source.split('"').map(str::to_owned));
        }
    }
}

/// The keys under which the names of facts, states, severities, subjects and reasons stand.
pub fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    names.extend(State::WORDS.iter().map(|word| format!("state-{word}")));
    names.extend(Severity::WORDS.iter().map(|word| format!("severity-{word}")));
    for kind in SubjectKind::ALL {
        names.extend([format!("subject-{kind}"), format!("subject-kind-{kind}")]);
        fields(areas_of(*kind), &mut names);
    }
    names.extend(GapCode::WORDS.iter().map(|code| format!("gap-{}", code.replace('_', "-"))));
    names
}

/// The keys under which a program says what to do about each reason why something is not known.
pub fn advice_about_gaps() -> BTreeSet<String> {
    GapCode::WORDS.iter().map(|code| format!("gap-{}-todo", code.replace('_', "-"))).collect()
}

fn fields(record: &RecordShape, names: &mut BTreeSet<String>) {
    for field in record.fields {
        names.insert(field_key(record, field));
        let mut shape = field.shape;
        while let Shape::List(item) = shape {
            shape = *item;
        }
        if let Shape::Record(inner) = shape {
            fields(inner, names);
        }
    }
}
