//! What the tests of these pages share.

use khien_texts::{Language, Texts};

/// The texts of these pages.
pub(crate) fn texts(language: Language) -> Texts {
    Texts::new(language, crate::texts::sources(language))
}
