//! What the tests of these pages share.

use khien_texts::{Language, Texts};

/// The texts of these pages.
pub(crate) fn texts(language: Language) -> Texts {
    let source = match language {
        Language::Vi => include_str!("../../i18n/admin.vi.ftl"),
        Language::En => include_str!("../../i18n/admin.en.ftl"),
    };
    Texts::new(language, &[source])
}
