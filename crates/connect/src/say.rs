//! Why a directory or a feed was not read, in the reader's language: what happened, and what to do.

use khien_texts::{Language, Texts, text};

/// The Fluent source of these sentences: a program puts it beside its own.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Vi => include_str!("../i18n/connect.vi.ftl"),
        Language::En => include_str!("../i18n/connect.en.ftl"),
    }
}

/// What happened, and what to do about it, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub what: String,
    /// What to do.
    pub todo: Vec<String>,
}

/// The sentence `key` of [`crate::ldap::Problem::key`] or [`crate::feed::FeedProblem::key`] with its `detail`.
pub fn problem(key: &str, detail: &str, texts: &Texts) -> Said {
    let said = text!(texts, key, detail = detail);
    // What happened stands in the first line, what to do in those after it.
    let mut lines = said.lines().map(|line| line.trim().to_owned());
    Said { what: lines.next().unwrap_or_default(), todo: lines.collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use khien_texts::audit;

    use super::*;
    use crate::feed::FeedProblem;
    use crate::ldap::Problem;

    #[test]
    fn every_problem_has_its_sentence_in_both_languages() {
        let [vi, en] = Language::ALL.map(|language| [source(language)]);
        let different = audit::differences(&vi, &en);
        assert!(different.is_empty(), "these differ: {different:#?}");
        assert!(audit::not_composed(&vi).is_empty());
        let there: BTreeSet<String> = audit::texts_of(&vi).into_keys().collect();
        let asked: BTreeSet<String> =
            Problem::KEYS.iter().chain(FeedProblem::KEYS).map(|&key| key.to_owned()).collect();
        assert_eq!(there, asked);
    }

    #[test]
    fn what_to_do_stands_apart() {
        let texts = Texts::new(Language::En, &[source(Language::En)]);
        let said = problem("ldap-unreachable", "refused", &texts);
        assert!(said.what.contains("refused"), "{said:?}");
        assert_eq!(said.todo.len(), 1);
    }
}
