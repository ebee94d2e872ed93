//! Texts in Vietnamese and English. Every sentence that a person reads stands in a `.ftl` file, never in code.
//!
//! What all programs share is here: the names of facts, states, severities and subjects, the forms of times and values,
//! paths and values of facts in words ([`labels`]), documents as they are cited ([`basis`]), controls explained
//! ([`explain`]) and their checks in plain words ([`check`]). A program adds sentences of its own: [`Texts::new`].

#![forbid(unsafe_code)]

#[cfg(feature = "audit")]
pub mod audit;
pub mod basis;
pub mod check;
pub mod explain;
pub mod labels;
pub mod listing;
pub mod moment;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use khien_directive::Lang;

pub use fluent_bundle::FluentValue;
/// A text of a directive, in both languages.
pub use khien_directive::Texts as Bilingual;

/// A language of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The language tag, as in HTML's `lang`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language called `tag`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language beside this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// The Fluent sources that every program shares: names and forms, the names of facts, and checks in words.
    pub const fn shared_sources(self) -> [&'static str; 3] {
        match self {
            Self::Vi => [
                include_str!("../i18n/shared.vi.ftl"),
                include_str!("../i18n/facts.vi.ftl"),
                include_str!("../i18n/checks.vi.ftl"),
            ],
            Self::En => [
                include_str!("../i18n/shared.en.ftl"),
                include_str!("../i18n/facts.en.ftl"),
                include_str!("../i18n/checks.en.ftl"),
            ],
        }
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Vi => Self::Vi,
            Language::En => Self::En,
        }
    }
}

/// The texts of one language. One value serves every thread.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Texts").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Texts {
    /// Loads the shared texts of `language` and beside them the program's own Fluent `sources`.
    ///
    /// # Panics
    /// When a source, which is part of the program, is not Fluent or names a text twice.
    pub fn new(language: Language, sources: &[&str]) -> Self {
        let tag = language.tag().parse().expect("a language tag of our own");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks around inserted values help in web pages with mixed directions and show as boxes in terminals.
        bundle.set_use_isolating(false);
        for source in language.shared_sources().iter().chain(sources) {
            let resource = FluentResource::try_new((*source).to_owned()).expect("our own texts are Fluent");
            bundle.add_resource(resource).expect("no text is named twice");
        }
        Self { language, bundle }
    }

    /// The language of these texts.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A directive's text in this language.
    pub fn pick<'t>(&self, both: &'t Bilingual) -> &'t str {
        both.get(self.language.into())
    }

    /// The text called `key`.
    pub fn text(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The text called `key`, with values put in.
    pub fn fill(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.find(key, values).unwrap_or_else(|| {
            debug_assert!(false, "no text {key:?} in {}", self.language.tag());
            key.to_owned()
        })
    }

    /// The text called `key`, if there is one.
    pub fn find(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "text {key:?} in {}: {errors:?}", self.language.tag());
        Some(text)
    }
}

/// `text!(texts, "key", name = value, …)`: a text with values put in.
#[macro_export]
macro_rules! text {
    ($texts:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $texts.fill($key, &[$((stringify!($name), $crate::FluentValue::from($value))),*])
    };
}

#[cfg(test)]
mod tests;
