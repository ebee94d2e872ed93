//! The two languages that everything a person reads is written in.

// `words!` derives with `schemars` and `serde`, which is why this crate depends on both.
use khien_model::words;

words! {
    /// A language of texts. Vietnamese is the default.
    pub enum Lang {
        /// Vietnamese.
        Vi = "vi",
        /// English.
        En = "en",
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Texts {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Texts {
    /// A text that is written differently in the two languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// A name, number or code: the same in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { vi: text.clone(), en: text }
    }

    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}
