//! What a directive would make of what is known now, beside the one in force.

use std::collections::BTreeMap;

use jiff::Timestamp;
use khien_directive::Directive;
use khien_judge::{Counts, Judge};
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Organisation, State, SubjectKind};
use khien_store::{Store, StoreError, facts, subjects};

/// How many subjects are judged for it: the whole country has fewer devices.
pub(crate) const MAX_SUBJECTS: usize = 20_000;

/// What would change under one clause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ClauseImpact {
    /// Findings that would turn red, or be red from the start.
    pub(crate) turns_red: u64,
    /// Findings that would turn green, or be green from the start.
    pub(crate) turns_green: u64,
    /// Findings that would become unknown, or be so from the start.
    pub(crate) turns_unknown: u64,
    /// Findings that there would be no longer.
    pub(crate) vanish: u64,
    /// How it would stand afterwards.
    pub(crate) after: Counts,
}

/// What would change.
#[derive(Debug, Default)]
pub(crate) struct Impact {
    /// By clause, in the order of the directive; clauses that vanish come last.
    pub(crate) clauses: Vec<(String, ClauseImpact)>,
    /// How many subjects were judged.
    pub(crate) subjects: usize,
    /// Whether there are more than [`MAX_SUBJECTS`].
    pub(crate) is_cut: bool,
}

/// The facts of every subject in use, as they would be judged at `now`.
pub(crate) async fn documents(store: &Store, now: Timestamp) -> Result<(Vec<FactDocument>, bool), StoreError> {
    let mut documents = Vec::new();
    for kind in SubjectKind::ALL {
        for subject in subjects::of_kind(store, *kind).await? {
            if subject.retired_at.is_some() {
                continue;
            }
            if documents.len() == MAX_SUBJECTS {
                return Ok((documents, true));
            }
            documents.extend(facts::document_at(store, &subject.subject, now).await?);
        }
    }
    Ok((documents, false))
}

/// Judges `documents` by both directives. Without one in force, everything is new.
pub(crate) fn impact(
    documents: &[FactDocument],
    before: Option<&Directive>,
    after: &Directive,
    exemptions: &Exemptions,
    organisation: &Organisation,
    now: Timestamp,
) -> Impact {
    let old = before.map(|before| Judge::new(before, exemptions, organisation, now));
    let new = Judge::new(after, exemptions, organisation, now);
    let mut clauses: BTreeMap<&str, ClauseImpact> = BTreeMap::new();
    for document in documents {
        let mut was: BTreeMap<&str, (State, &str)> = BTreeMap::new();
        if let Some(old) = &old {
            for judgement in old.judgements(document) {
                was.insert(&judgement.control.id, (judgement.state, &judgement.clause.id));
            }
        }
        for judgement in new.judgements(document) {
            let entry = clauses.entry(&judgement.clause.id).or_default();
            entry.after.record(judgement.state);
            let before = was.remove(judgement.control.id.as_str()).map(|(state, _)| state);
            if before != Some(judgement.state) {
                match judgement.state {
                    State::Fail => entry.turns_red += 1,
                    State::Pass => entry.turns_green += 1,
                    State::Unknown => entry.turns_unknown += 1,
                    State::Exempt => {}
                }
            }
        }
        for (_, clause) in was.into_values() {
            clauses.entry(clause).or_default().vanish += 1;
        }
    }
    let mut ordered: Vec<(String, ClauseImpact)> = Vec::new();
    for clause in &after.clauses {
        if let Some(found) = clauses.remove(clause.id.as_str()) {
            ordered.push((clause.id.clone(), found));
        }
    }
    ordered.extend(clauses.into_iter().map(|(id, found)| (id.to_owned(), found)));
    Impact { clauses: ordered, subjects: documents.len(), is_cut: false }
}
