//! How the documents of a register are linked: each id and number once, every link to something, nothing in a circle.

use std::collections::BTreeMap;

use super::{DocumentStatus, MAX_DOCUMENTS, RegisteredDocument};

/// What is wrong, each in a sentence.
pub(super) fn mistakes(documents: &[RegisteredDocument]) -> Vec<String> {
    let mut mistakes = Vec::new();
    if documents.len() > MAX_DOCUMENTS {
        mistakes.push(format!("more than {MAX_DOCUMENTS} documents"));
        return mistakes;
    }
    let mut by_id: BTreeMap<&str, &RegisteredDocument> = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for document in documents {
        if by_id.insert(&document.id, document).is_some() {
            mistakes.push(format!("document {}: the id stands twice", document.id));
        }
        let issue = (&document.number, document.issued.earliest(), &document.issuer.vi);
        if let Some(other) = numbers.insert(issue, &document.id) {
            mistakes.push(format!("document {}: {} has the same number, day and issuer", document.id, other));
        }
    }
    for document in documents {
        for old in &document.replaces {
            check_link(document, &old.document, old.on, &by_id, &mut mistakes);
        }
    }
    mistakes.extend(circles(&by_id));
    mistakes
}

fn check_link(
    document: &RegisteredDocument,
    old: &str,
    on: Option<jiff::civil::Date>,
    by_id: &BTreeMap<&str, &RegisteredDocument>,
    mistakes: &mut Vec<String>,
) {
    let id = &document.id;
    let Some(old) = by_id.get(old) else {
        mistakes.push(format!("document {id}: it replaces {old}, which is not in the register"));
        return;
    };
    if old.status == DocumentStatus::InForce {
        mistakes.push(format!("document {id}: it replaces {}, which is said to be in force", old.id));
    }
    if document.issued.earliest() < old.issued.earliest() {
        mistakes.push(format!("document {id}: it replaces {}, which was issued later", old.id));
    }
    let Some(on) = on else { return };
    if on < document.issued.earliest() {
        mistakes.push(format!("document {id}: it replaces {} before it was issued", old.id));
    }
    if old.in_force_to.is_some_and(|to| to != on) {
        mistakes.push(format!("document {id}: it replaces {} on another day than that one ends", old.id));
    }
}

/// One mistake for each document from which the links lead back to it.
fn circles(by_id: &BTreeMap<&str, &RegisteredDocument>) -> Vec<String> {
    let mut circles = Vec::new();
    for start in by_id.keys() {
        let (mut reached, mut next) = (vec![*start], 0);
        while let Some(at) = reached.get(next).copied() {
            next += 1;
            let links = by_id.get(at).into_iter().flat_map(|document| &document.replaces);
            for link in links {
                if link.document == *start {
                    circles.push(format!("document {start}: by way of {at} it replaces itself"));
                } else if !reached.contains(&link.document.as_str()) {
                    reached.push(&link.document);
                }
            }
        }
    }
    circles
}
