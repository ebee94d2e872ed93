//! What differs between two directives: pure.

use std::collections::BTreeMap;

use khien_directive::{Control, Directive, Parameter};
use khien_texts::explain::value_in_words;
use khien_texts::{Texts, moment};

/// What differs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Clause and id of controls that are new.
    pub(crate) added: Vec<(String, String)>,
    /// Clause and id of controls that are gone.
    pub(crate) removed: Vec<(String, String)>,
    /// Clause and id of controls that ask something else, with the keys of what is different.
    pub(crate) changed: Vec<(String, String, Vec<&'static str>)>,
    /// Name of a parameter, its values before, its values after; empty where there is none.
    pub(crate) parameters: Vec<(String, String, String)>,
}

impl Comparison {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What changes from `before` to `after`.
pub(crate) fn compare(before: &Directive, after: &Directive, texts: &Texts) -> Comparison {
    let mut comparison = Comparison::default();
    for (clause, control) in after.controls() {
        match before.control(&control.id) {
            None => comparison.added.push((clause.id.clone(), control.id.clone())),
            Some((clause_before, control_before)) => {
                let mut differences = differences(control_before, control);
                if clause_before.id != clause.id {
                    differences.push("difference-clause");
                }
                if !differences.is_empty() {
                    comparison.changed.push((clause.id.clone(), control.id.clone(), differences));
                }
            }
        }
    }
    for (clause, control) in before.controls() {
        if after.control(&control.id).is_none() {
            comparison.removed.push((clause.id.clone(), control.id.clone()));
        }
    }
    let values = |directive: &Directive| -> BTreeMap<String, String> {
        directive.parameters.iter().map(|parameter| (parameter.name.clone(), values(parameter, texts))).collect()
    };
    let (old, new) = (values(before), values(after));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (was, is) = (old.get(name).cloned().unwrap_or_default(), new.get(name).cloned().unwrap_or_default());
        if was != is {
            comparison.parameters.push((name.clone(), was, is));
        }
    }
    comparison
}

fn differences(before: &Control, after: &Control) -> Vec<&'static str> {
    let source = |check: &khien_directive::Check| without_layout(&check.source);
    let mut differences = Vec::new();
    let mut differs = |is: bool, key: &'static str| {
        if is {
            differences.push(key);
        }
    };
    differs(before.subject != after.subject, "difference-subject");
    differs(source(&before.pass) != source(&after.pass), "difference-condition");
    differs(before.severity != after.severity, "difference-severity");
    differs(before.due != after.due, "difference-due");
    differs(before.fresh_within != after.fresh_within, "difference-fresh");
    differs(before.title != after.title, "difference-title");
    differences
}

/// A line break in an expression changes nothing.
fn without_layout(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each value with the day from which it is valid and its source.
fn values(parameter: &Parameter, texts: &Texts) -> String {
    let values = parameter.values.iter().map(|value| {
        format!(
            "{} ({}, {})",
            value_in_words(&value.value, texts),
            moment::day_shown(value.valid_from, texts),
            value.source
        )
    });
    values.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_shipped_directives_are_told_apart() {
        let directive = |id| khien_content::shipped(id).expect("a shipped directive").directive;
        let (old, new) = (directive("thads-2024"), directive("thads-2026"));
        let [texts, _] = crate::texts::load();
        assert!(compare(&new, &new, &texts).is_empty());
        let (there, back) = (compare(&old, &new, &texts), compare(&new, &old, &texts));
        assert_eq!(there.added, back.removed);
        assert_eq!(there.removed, back.added);
        let names = |comparison: &Comparison| -> Vec<String> {
            comparison.changed.iter().map(|(_, control, _)| control.clone()).collect()
        };
        let (mut one, mut other) = (names(&there), names(&back));
        one.sort();
        other.sort();
        assert_eq!(one, other);
        assert!(!there.is_empty());
        let raw = there.parameters.iter().find(|(_, was, is)| was.contains("PT") || is.contains("PT"));
        assert_eq!(raw, None, "a length of time is said in days or hours");
    }
}
