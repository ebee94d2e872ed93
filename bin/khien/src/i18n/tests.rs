use std::collections::BTreeSet;
use std::path::Path;

use khien_texts::audit;

use super::*;

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let different = audit::differences(&sources(Language::Vi), &sources(Language::En));
    assert!(different.is_empty(), "these differ: {different:#?}");
}

#[test]
fn vietnamese_is_composed() {
    for language in Language::ALL {
        assert!(audit::not_composed(&sources(language)).is_empty());
    }
}

/// The texts that are asked for by a key put together: those of the arguments, those of closed lists.
fn wanted() -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> = crate::cli::help::keys().into_iter().collect();
    wanted.extend(crate::password::keys());
    wanted
}

#[test]
fn every_text_is_used() {
    let mut used = wanted();
    audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let unused = audit::unused(&sources(Language::Vi), &used);
    assert!(unused.is_empty(), "nobody asks for these texts: {unused:#?}");
}

#[test]
fn every_argument_has_a_text() {
    let texts = audit::texts_of(&sources(Language::Vi));
    let missing: Vec<String> = wanted().into_iter().filter(|key| !texts.contains_key(key)).collect();
    assert!(missing.is_empty(), "these texts are missing: {missing:#?}");
}
