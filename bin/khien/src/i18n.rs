//! The texts of the command line. Its own sentences stand in `i18n/*.ftl`, what all programs share in `khien-texts`.

pub(crate) use khien_texts::{Language, Texts, text};

/// The environment variable that chooses the language where `--lang` does not.
pub(crate) const LANGUAGE_VARIABLE: &str = "KHIEN_LANG";

/// The sentences of the command line in `language`.
pub(crate) const fn sources(language: Language) -> [&'static str; 1] {
    match language {
        Language::Vi => [include_str!("../i18n/vi.ftl")],
        Language::En => [include_str!("../i18n/en.ftl")],
    }
}

/// Loads the texts of `language`.
pub(crate) fn texts(language: Language) -> Texts {
    let [own] = sources(language);
    let tables = khien_tables::say::source(language);
    let report = khien_result::say::source(language);
    Texts::new(
        language,
        &[own, report, tables, khien_connect::say::source(language), khien_cases::say::source(language)],
    )
}

#[cfg(test)]
mod tests;
