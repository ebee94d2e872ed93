//! What a form asks for, as a reform.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{Founded, Part, Reform, Subject, SubjectKind, Successor, TreeOnDay, UnitTree};
use khien_store::ids;

use crate::admin::desk::{day_of_form, filled};
use crate::trouble::Trouble;

/// How many new units a split may make. A larger one is done in steps.
pub(super) const MAX_PARTS: usize = 4;

/// The fields of a form, in order.
pub(super) type Fields = Vec<(String, String)>;

/// What is asked for: a reform on a day, or the keys of what is wrong with each field.
pub(super) type Asked = Result<(Reform, Date), Vec<(&'static str, &'static str)>>;

pub(super) fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
}

/// Reads the form for the reform called `what`. New units get ids of `now`.
pub(super) fn asked(what: &str, fields: &Fields, tree: &UnitTree, now: Timestamp) -> Result<Asked, Trouble> {
    let Some(day) = day_of_form(value(fields, "day")) else { return Ok(Err(vec![("day", "reform-wrong-day")])) };
    let unit = value(fields, "unit").to_owned();
    let on = tree.on(day);
    let text = |name: &str| filled(value(fields, name));
    let name_missing = |field: &'static str| Ok(Err(vec![(field, "reform-wrong-name")]));
    let reform = match what {
        "found" => {
            let Some(name) = text("name") else { return name_missing("name") };
            let (kind, abbreviation, parent) = (text("kind"), text("abbreviation"), filled(&unit));
            Reform::Found(Founded { id: ids::fresh(now)?, kind, name, abbreviation, parent })
        }
        "rename" => {
            let Some(name) = text("name") else { return name_missing("name") };
            Reform::Rename { unit, name, abbreviation: text("abbreviation") }
        }
        "move" => Reform::Move { unit, parent: text("parent") },
        "merge" => match merge(unit, fields, &on, now)? {
            Ok(reform) => reform,
            Err(wrong) => return Ok(Err(vec![wrong])),
        },
        "split" => match split(unit, fields, &on, now)? {
            Ok(reform) => reform,
            Err(wrong) => return Ok(Err(vec![wrong])),
        },
        "close" => Reform::Close { unit },
        _ => return Err(Trouble::NotFound),
    };
    Ok(Ok((reform, day)))
}

type Read = Result<Result<Reform, (&'static str, &'static str)>, Trouble>;

/// What the unit belongs to on that day, and its kind: a unit that takes its place gets the same.
fn place_of(unit: &str, on: &TreeOnDay<'_>) -> (Option<String>, Option<String>) {
    let Some(index) = on.tree().find(unit) else { return (None, None) };
    let parent = on.parent(index).map(|parent| on.tree().unit(parent).id.clone());
    (parent, on.tree().unit(index).kind.clone())
}

fn merge(unit: String, fields: &Fields, on: &TreeOnDay<'_>, now: Timestamp) -> Read {
    let (parent, kind) = place_of(&unit, on);
    let mut old = vec![unit];
    old.extend(fields.iter().filter(|(name, _)| name == "with").map(|(_, id)| id.clone()));
    let into = match filled(value(fields, "into")) {
        Some(id) => Successor::Existing(id),
        None => {
            let Some(name) = filled(value(fields, "new-name")) else {
                return Ok(Err(("new-name", "reform-wrong-name")));
            };
            // A parent that is merged away itself is none.
            let parent = parent.filter(|parent| !old.contains(parent));
            let abbreviation = filled(value(fields, "new-abbreviation"));
            Successor::Founded(Founded { id: ids::fresh(now)?, kind, name, abbreviation, parent })
        }
    };
    if old.len() < 2 && old.first().is_some_and(|id| id == into.id()) {
        return Ok(Err(("with", "reform-wrong-with")));
    }
    Ok(Ok(Reform::Merge { old, into }))
}

fn split(unit: String, fields: &Fields, on: &TreeOnDay<'_>, now: Timestamp) -> Read {
    let (parent, kind) = place_of(&unit, on);
    let mut parts = Vec::new();
    if !value(fields, "keeps").is_empty() {
        parts.push(Part { successor: Successor::Existing(unit.clone()), share_percent: 0 });
    }
    for number in 1..=MAX_PARTS {
        let Some(name) = filled(value(fields, &format!("part-{number}-name"))) else { continue };
        let share = value(fields, &format!("part-{number}-share"));
        let Some(share_percent) = share.parse().ok().filter(|share| (1..=100).contains(share)) else {
            return Ok(Err(("part-1-share", "reform-wrong-share")));
        };
        let (id, abbreviation) = (ids::fresh(now)?, filled(value(fields, &format!("part-{number}-abbreviation"))));
        let founded = Founded { id, kind: kind.clone(), name, abbreviation, parent: parent.clone() };
        parts.push(Part { successor: Successor::Founded(founded), share_percent });
    }
    if parts.len() < 2 {
        return Ok(Err(("part-1-name", "reform-wrong-parts")));
    }
    let (mut subjects, mut children) = (BTreeMap::new(), BTreeMap::new());
    for (name, place) in fields {
        let Ok(place) = place.trim().parse::<usize>() else { continue };
        if let Some(id) = name.strip_prefix("child:") {
            children.insert(id.to_owned(), place);
        } else if let Some((kind, id)) = name.strip_prefix("goes:").and_then(|rest| rest.split_once(':'))
            && let Ok(kind) = kind.parse::<SubjectKind>()
        {
            subjects.insert(Subject { kind, id: id.to_owned() }, place);
        }
    }
    Ok(Ok(Reform::Split { old: unit, parts, subjects, children }))
}
