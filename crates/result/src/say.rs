//! The words of a report.

use khien_texts::Language;

/// The Fluent source of these words: a program puts it beside its own.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Vi => include_str!("../i18n/result.vi.ftl"),
        Language::En => include_str!("../i18n/result.en.ftl"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use khien_texts::audit;

    use super::*;

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_values() {
        let (vietnamese, english) = (source(Language::Vi), source(Language::En));
        assert_eq!(audit::differences(&[vietnamese], &[english]), [""; 0]);
        assert!(audit::not_composed(&[vietnamese]).is_empty());
    }

    #[test]
    fn every_text_is_there_and_used() {
        let mut used = audit::advice_about_gaps();
        let texts = audit::texts_of(&[source(Language::Vi)]);
        let missing: Vec<&String> = used.iter().filter(|key| !texts.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for folder in ["src", "templates"] {
            audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut used);
        }
        assert_eq!(audit::unused(&[source(Language::Vi)], &used), [""; 0]);
    }
}
