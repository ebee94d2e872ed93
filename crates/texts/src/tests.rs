use std::path::Path;

use crate::{Language, Texts, audit};

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let different = audit::differences(&Language::Vi.shared_sources(), &Language::En.shared_sources());
    assert!(different.is_empty(), "these differ: {different:#?}");
}

#[test]
fn vietnamese_is_composed() {
    for language in Language::ALL {
        assert!(audit::not_composed(&language.shared_sources()).is_empty());
    }
}

#[test]
fn every_shared_text_is_used_and_every_name_is_there() {
    let mut used = audit::names();
    audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let unused = audit::unused(&Language::Vi.shared_sources(), &used);
    assert!(unused.is_empty(), "nobody asks for these texts: {unused:#?}");
    let texts = audit::texts_of(&Language::Vi.shared_sources());
    let missing: Vec<String> = audit::names().into_iter().filter(|key| !texts.contains_key(key)).collect();
    assert!(missing.is_empty(), "these texts are missing: {missing:#?}");
}

#[test]
fn one_value_serves_every_thread() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Texts>();
    let texts = Texts::new(Language::En, &["greeting = Good day, { $name }"]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert_eq!(crate::text!(texts, "greeting", name = "An"), "Good day, An"));
        }
    });
}
