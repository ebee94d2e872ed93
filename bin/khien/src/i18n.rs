//! Texts in Vietnamese and English. Every sentence a user reads stands in `i18n/*.ftl`, never in code.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use khien_directive::Lang;

/// A text of a directive, in both languages.
pub(crate) use khien_directive::Texts as Bilingual;

/// The environment variable that chooses the language where `--lang` does not.
pub(crate) const LANGUAGE_VARIABLE: &str = "KHIEN_LANG";

/// A language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// The language tag, as in HTML's `lang`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language called `tag`.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        [Self::Vi, Self::En].into_iter().find(|language| language.tag() == tag)
    }

    /// The language beside this one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// The Fluent sources: the program's own sentences, and the names of facts.
    pub(crate) const fn sources(self) -> [&'static str; 2] {
        match self {
            Self::Vi => [include_str!("../i18n/vi.ftl"), include_str!("../i18n/facts.vi.ftl")],
            Self::En => [include_str!("../i18n/en.ftl"), include_str!("../i18n/facts.en.ftl")],
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

/// The texts of one language.
pub(crate) struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Loads the texts of `language`.
    ///
    /// # Panics
    /// When the sources, which are part of the program, are not Fluent or name a text twice.
    pub(crate) fn new(language: Language) -> Self {
        let tag = language.tag().parse().expect("a language tag of our own");
        let mut bundle = FluentBundle::new(vec![tag]);
        // The marks around inserted values help in web pages with mixed directions and show as boxes in terminals.
        bundle.set_use_isolating(false);
        for source in language.sources() {
            let resource = FluentResource::try_new(source.to_owned()).expect("our own texts are Fluent");
            bundle.add_resource(resource).expect("no text is named twice");
        }
        Self { language, bundle }
    }

    /// The language of these texts.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// A directive's text in this language.
    pub(crate) fn pick<'t>(&self, both: &'t Bilingual) -> &'t str {
        both.get(self.language.into())
    }

    /// The text called `key`.
    pub(crate) fn text(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The text called `key`, with values put in.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.find(key, values).unwrap_or_else(|| {
            debug_assert!(false, "no text {key:?} in {}", self.language.tag());
            key.to_owned()
        })
    }

    /// The text called `key`, if there is one.
    pub(crate) fn find(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> Option<String> {
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
macro_rules! text {
    ($texts:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $texts.fill($key, &[$((stringify!($name), fluent_bundle::FluentValue::from($value))),*])
    };
}
pub(crate) use text;

#[cfg(test)]
mod tests;
