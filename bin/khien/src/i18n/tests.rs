use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use khien_model::facts::areas_of;
use khien_model::reflect::{RecordShape, Shape};
use khien_model::{GapCode, Severity, State, SubjectKind};

use super::*;

/// The texts of a language, each with the variables it uses.
fn texts_of(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for source in language.sources() {
        let resource = fluent_syntax::parser::parse(source).expect("Fluent");
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

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let (vietnamese, english) = (texts_of(Language::Vi), texts_of(Language::En));
    let keys: BTreeSet<&String> = vietnamese.keys().chain(english.keys()).collect();
    let different: Vec<_> = keys.into_iter().filter(|key| vietnamese.get(*key) != english.get(*key)).collect();
    assert!(different.is_empty(), "these differ: {different:#?}");
}

#[test]
fn vietnamese_is_composed() {
    for language in [Language::Vi, Language::En] {
        for source in language.sources() {
            assert_eq!(khien_model::text::nfc(source), source);
        }
    }
}

/// Every text that can be asked for: those named in the sources, those of the arguments, those of closed lists.
fn used() -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "templates"] {
        literals(&sources.join(folder), &mut used);
    }
    used.extend(crate::cli::help::keys());
    used.extend(State::WORDS.iter().map(|word| format!("state-{word}")));
    used.extend(Severity::WORDS.iter().map(|word| format!("severity-{word}")));
    for kind in SubjectKind::ALL {
        used.extend([format!("subject-{kind}"), format!("subject-kind-{kind}")]);
        fields(areas_of(*kind), &mut used);
    }
    for code in GapCode::WORDS {
        let key = format!("gap-{}", code.replace('_', "-"));
        used.extend([format!("{key}-todo"), key]);
    }
    used
}

/// Every text between quotation marks in the files below `folder`.
fn literals(folder: &Path, used: &mut BTreeSet<String>) {
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

fn fields(record: &RecordShape, used: &mut BTreeSet<String>) {
    for field in record.fields {
        used.insert(crate::labels::field_key(record, field));
        let mut shape = field.shape;
        while let Shape::List(item) = shape {
            shape = *item;
        }
        if let Shape::Record(inner) = shape {
            fields(inner, used);
        }
    }
}

#[test]
fn every_text_is_used() {
    let used = used();
    let unused: Vec<String> = texts_of(Language::Vi).into_keys().filter(|key| !used.contains(key)).collect();
    assert!(unused.is_empty(), "nobody asks for these texts: {unused:#?}");
}

#[test]
fn every_fact_reason_and_argument_has_a_text() {
    let texts = texts_of(Language::Vi);
    let mut wanted: BTreeSet<String> = crate::cli::help::keys().into_iter().collect();
    for kind in SubjectKind::ALL {
        wanted.extend([format!("subject-{kind}"), format!("subject-kind-{kind}")]);
        fields(areas_of(*kind), &mut wanted);
    }
    for code in GapCode::WORDS {
        let key = format!("gap-{}", code.replace('_', "-"));
        wanted.extend([format!("{key}-todo"), key]);
    }
    wanted.extend(State::WORDS.iter().map(|word| format!("state-{word}")));
    wanted.extend(Severity::WORDS.iter().map(|word| format!("severity-{word}")));
    let missing: Vec<&String> = wanted.iter().filter(|key| !texts.contains_key(*key)).collect();
    assert!(missing.is_empty(), "these texts are missing: {missing:#?}");
}
