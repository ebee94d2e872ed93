//! The sentences of the server: `i18n/AREA.LANGUAGE.ftl`, one pair of files for each area of pages.

use khien_texts::{Language, Texts};

/// The Fluent sources of `language`.
pub const fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::Vi => &[
            include_str!("../i18n/admin.vi.ftl"),
            include_str!("../i18n/frame.vi.ftl"),
            include_str!("../i18n/pages.vi.ftl"),
            include_str!("../i18n/sign_in.vi.ftl"),
            include_str!("../i18n/trouble.vi.ftl"),
        ],
        Language::En => &[
            include_str!("../i18n/admin.en.ftl"),
            include_str!("../i18n/frame.en.ftl"),
            include_str!("../i18n/pages.en.ftl"),
            include_str!("../i18n/sign_in.en.ftl"),
            include_str!("../i18n/trouble.en.ftl"),
        ],
    }
}

/// The texts of all languages, Vietnamese first.
pub fn load() -> [Texts; 2] {
    Language::ALL.map(|language| Texts::new(language, sources(language)))
}
