//! The sentences of the server: `i18n/AREA.LANGUAGE.ftl`, one pair of files for each area of pages.

use khien_texts::{Language, Texts};

/// The Fluent sources of `language`.
pub const fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::Vi => &[
            include_str!("../i18n/accounts.vi.ftl"),
            include_str!("../i18n/admin.vi.ftl"),
            include_str!("../i18n/advisories.vi.ftl"),
            include_str!("../i18n/audit.vi.ftl"),
            include_str!("../i18n/documents.vi.ftl"),
            include_str!("../i18n/cases.vi.ftl"),
            include_str!("../i18n/duties.vi.ftl"),
            include_str!("../i18n/files.vi.ftl"),
            include_str!("../i18n/frame.vi.ftl"),
            include_str!("../i18n/gates.vi.ftl"),
            include_str!("../i18n/incidents.vi.ftl"),
            include_str!("../i18n/pages.vi.ftl"),
            include_str!("../i18n/scans.vi.ftl"),
            include_str!("../i18n/services.vi.ftl"),
            include_str!("../i18n/sign_in.vi.ftl"),
            include_str!("../i18n/tasks.vi.ftl"),
            include_str!("../i18n/tickets.vi.ftl"),
            include_str!("../i18n/trouble.vi.ftl"),
        ],
        Language::En => &[
            include_str!("../i18n/accounts.en.ftl"),
            include_str!("../i18n/admin.en.ftl"),
            include_str!("../i18n/advisories.en.ftl"),
            include_str!("../i18n/audit.en.ftl"),
            include_str!("../i18n/documents.en.ftl"),
            include_str!("../i18n/cases.en.ftl"),
            include_str!("../i18n/duties.en.ftl"),
            include_str!("../i18n/files.en.ftl"),
            include_str!("../i18n/frame.en.ftl"),
            include_str!("../i18n/gates.en.ftl"),
            include_str!("../i18n/incidents.en.ftl"),
            include_str!("../i18n/pages.en.ftl"),
            include_str!("../i18n/scans.en.ftl"),
            include_str!("../i18n/services.en.ftl"),
            include_str!("../i18n/sign_in.en.ftl"),
            include_str!("../i18n/tasks.en.ftl"),
            include_str!("../i18n/tickets.en.ftl"),
            include_str!("../i18n/trouble.en.ftl"),
        ],
    }
}

/// The texts of all languages, Vietnamese first.
pub fn load() -> [Texts; 2] {
    Language::ALL.map(|language| {
        let shared = [
            khien_tables::say::source(language),
            khien_connect::say::source(language),
            khien_cases::say::source(language),
            khien_incidents::say::source(language),
        ];
        Texts::new(language, &[sources(language), &shared].concat())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use khien_texts::audit;

    use super::*;

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_values() {
        let different = audit::differences(sources(Language::Vi), sources(Language::En));
        assert!(different.is_empty(), "these differ: {different:#?}");
        for language in Language::ALL {
            assert!(audit::not_composed(sources(language)).is_empty());
        }
    }

    /// A key is asked for as it stands, or put together after a beginning: `format!("role-{}", role)`.
    #[test]
    fn every_text_is_used() {
        let mut used = audit::advice_about_gaps();
        used.extend(khien_password::Flaw::KEYS.iter().map(|&key| key.to_owned()));
        for folder in ["src", "templates"] {
            audit::literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut used);
        }
        let beginnings: BTreeSet<&str> = used
            .iter()
            .filter_map(|literal| literal.split_once('{').map(|(beginning, _)| beginning))
            .filter(|beginning| beginning.ends_with('-'))
            .collect();
        let mut unused = audit::unused(sources(Language::Vi), &used);
        unused.retain(|key| !beginnings.iter().any(|beginning| key.starts_with(beginning)));
        assert!(unused.is_empty(), "nobody asks for these texts: {unused:#?}");
    }
}
