//! Every kind of finding, area by area: its id, its effect, its words.

pub mod archives;
pub mod chm;
pub mod mail;
pub mod names;
pub(crate) mod office;
pub mod packages;
pub mod pdf;
pub mod programs;
pub mod scripts;
pub mod streams;
pub mod types;
pub mod web;
mod words;

use crate::Kind;

/// Every kind there is, area by area.
pub const ALL: &[&[&Kind]] = &[
    // One line for each area: `names::ALL,`
    chm::ALL,
    mail::ALL,
    pdf::ALL,
    archives::ALL,
    packages::ALL,
    programs::ALL,
    scripts::ALL,
    web::ALL,
    names::ALL,
    streams::ALL,
    types::ALL,
    office::ALL,
];

/// The kind called `id`.
pub fn by_id(id: &str) -> Option<&'static Kind> {
    ALL.iter().flat_map(|area| area.iter()).find(|kind| kind.id == id).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_an_id_of_its_own_and_whole_sentences() {
        let mut ids = BTreeSet::new();
        for kind in ALL.iter().copied().flatten() {
            assert!(ids.insert(kind.id), "{} twice", kind.id);
            assert!(
                kind.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{}",
                kind.id
            );
            for text in [kind.title.vi, kind.title.en, kind.fix.vi, kind.fix.en] {
                assert!(text.ends_with('.'), "{}: {text}", kind.id);
                assert_eq!(khien_model::text::nfc(text), text, "{}", kind.id);
            }
            assert_eq!(by_id(kind.id), Some(*kind));
        }
    }
}
