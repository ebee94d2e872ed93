//! Overlays: a file repeats an id of an included file, and its fields override the ones there.

use std::collections::BTreeMap;

use crate::Texts;
use crate::diagnostic::{Code, Mistake, Report};
use crate::source::Span;
use crate::yaml::{Entry, Kind, Node};

/// `overlay` over `base`, both whole files.
pub(super) fn merge(base: Node, overlay: Node) -> Node {
    merge_fields(base, overlay, |name, base, overlay| match name {
        "documents" | "params" => merge_fields(base, overlay, |_, base, overlay| merge_fields(base, overlay, replace)),
        "clauses" => merge_by_id(base, overlay, |base, overlay| {
            merge_fields(base, overlay, |name, base, overlay| match name {
                "controls" => merge_by_id(base, overlay, |base, overlay| merge_fields(base, overlay, replace)),
                _ => overlay,
            })
        }),
        _ => overlay,
    })
}

fn replace(_name: &str, _base: Node, overlay: Node) -> Node {
    overlay
}

/// The fields of both maps; a field that both have becomes what `both` makes of it. Anything but two maps: the overlay.
fn merge_fields(base: Node, overlay: Node, both: impl Fn(&str, Node, Node) -> Node) -> Node {
    let (mut entries, overlaid) = match (base.kind, overlay.kind) {
        (Kind::Map(base), Kind::Map(overlay)) => (base, overlay),
        (_, kind) => return Node { span: overlay.span, kind },
    };
    let mut places: BTreeMap<String, usize> =
        entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
    for entry in overlaid {
        if let Some(slot) = places.get(&entry.key).and_then(|at| entries.get_mut(*at)) {
            let hole = Node { span: slot.value.span, kind: Kind::Broken };
            let old = std::mem::replace(&mut slot.value, hole);
            let value = both(&entry.key, old, entry.value);
            *slot = Entry { value, ..entry };
        } else {
            places.insert(entry.key.clone(), entries.len());
            entries.push(entry);
        }
    }
    Node { span: overlay.span, kind: Kind::Map(entries) }
}

/// The items of both lists; items with the same `id` become what `both` makes of them.
fn merge_by_id(base: Node, overlay: Node, both: impl Fn(Node, Node) -> Node) -> Node {
    let (mut items, overlaid) = match (base.kind, overlay.kind) {
        (Kind::List(base), Kind::List(overlay)) => (base, overlay),
        (_, kind) => return Node { span: overlay.span, kind },
    };
    let id = |node: &Node| node.get("id").and_then(Node::text).map(str::to_owned);
    let mut places: BTreeMap<String, usize> =
        items.iter().enumerate().filter_map(|(at, item)| Some((id(item)?, at))).collect();
    for item in overlaid {
        let place = id(&item).and_then(|id| places.get(&id).copied());
        if let Some(slot) = place.and_then(|at| items.get_mut(at)) {
            let hole = Node { span: slot.span, kind: Kind::Broken };
            let old = std::mem::replace(slot, hole);
            *slot = both(old, item);
        } else {
            if let Some(id) = id(&item) {
                places.insert(id, items.len());
            }
            items.push(item);
        }
    }
    Node { span: overlay.span, kind: Kind::List(items) }
}

/// Reports clauses with the same id, and controls with the same id wherever they stand.
pub(super) fn check_ids(tree: &Node, report: &mut Report) {
    let clauses = tree.get("clauses").map_or(&[][..], Node::items);
    let controls = clauses.iter().flat_map(|clause| clause.get("controls").map_or(&[][..], Node::items));
    check_distinct(clauses.iter().filter_map(id_of), &Texts::new("khoản", "clauses"), report);
    check_distinct(controls.filter_map(id_of), &Texts::new("biện pháp", "controls"), report);
}

fn id_of(node: &Node) -> Option<(&str, Span)> {
    let id = node.get("id")?;
    Some((id.text()?, id.span))
}

/// Reports each name that stands a second time.
pub(super) fn check_distinct<'n>(names: impl Iterator<Item = (&'n str, Span)>, what: &Texts, report: &mut Report) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, span) in names {
        if let Some(first) = seen.get(name) {
            let mistake = Mistake::new(Code::DuplicateId, span)
                .with("id", name)
                .with_texts("what", what.clone())
                .label(*first, Texts::new("lần đầu ở đây", "first here"));
            report.add(mistake);
        } else {
            seen.insert(name, span);
        }
    }
}
