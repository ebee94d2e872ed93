//! The forms by which a unit is changed. Each leads to the dry run first.

use khien_model::{TreeOnDay, Unit};
use khien_texts::text;

use super::asked::MAX_PARTS;
use crate::admin::desk::{Desk, unit_choices, unit_name};
use crate::admin::sheet::{Field, Form};

/// Where all of them are sent, with the word of the reform at the end, so that each form of a page has ids of its own.
pub(super) fn action(what: &str) -> String {
    format!("/admin/unit-reforms/{what}")
}

fn form(desk: &Desk<'_>, what: &str, unit: Option<&str>, mut fields: Vec<Field>) -> Form {
    fields.insert(0, Field::hidden("unit", unit.unwrap_or_default()));
    let day = Field::date("day", desk.t("reform-day"), desk.today.to_string());
    fields.push(day.required().hint(desk.t("reform-day-hint")));
    Form::post(desk.visit, action(what), desk.t("reform-look"), fields)
}

fn new_unit(desk: &Desk<'_>, prefix: &str) -> Vec<Field> {
    vec![
        Field::line(format!("{prefix}name"), desk.t("units-name"), ""),
        Field::line(format!("{prefix}abbreviation"), desk.t("units-abbreviation"), ""),
    ]
}

/// A new unit below `parent`, or one that belongs to none.
pub(super) fn found(desk: &Desk<'_>, parent: Option<&str>) -> Form {
    let mut fields = new_unit(desk, "");
    fields.push(Field::line("kind", desk.t("units-kind"), "").hint(desk.t("units-kind-hint")));
    form(desk, "found", parent, fields)
}

/// Another name.
pub(super) fn rename(desk: &Desk<'_>, unit: &Unit, on: &TreeOnDay<'_>) -> Form {
    let name = on.tree().find(&unit.id).and_then(|index| on.name(index));
    let (name, abbreviation) =
        name.map_or_else(Default::default, |name| (name.name.clone(), name.abbreviation.clone().unwrap_or_default()));
    form(
        desk,
        "rename",
        Some(&unit.id),
        vec![
            Field::line("name", desk.t("units-name"), name).required(),
            Field::line("abbreviation", desk.t("units-abbreviation"), abbreviation),
        ],
    )
}

/// Another parent.
pub(super) fn moved(desk: &Desk<'_>, unit: &Unit, on: &TreeOnDay<'_>) -> Form {
    let index = on.tree().find(&unit.id);
    let parent = index.and_then(|index| on.parent(index)).map(|parent| on.tree().unit(parent).id.clone());
    let is_below = |id: &str| on.tree().find(id).zip(index).is_some_and(|(other, index)| on.is_within(other, index));
    let choices = unit_choices(on, parent.as_deref(), Some(desk.t("reform-no-parent")), |id| !is_below(id));
    form(desk, "move", Some(&unit.id), vec![Field::choice("parent", desk.t("reform-parent"), choices)])
}

/// Becoming one with others.
pub(super) fn merge(desk: &Desk<'_>, unit: &Unit, on: &TreeOnDay<'_>) -> Form {
    let others = unit_choices(on, None, None, |id| id != unit.id);
    let others: Vec<_> = others.into_iter().map(|(id, name, _)| (id, name, false)).collect();
    let mut into = vec![(String::new(), desk.t("reform-into-new"), true)];
    into.extend(unit_choices(on, None, None, |_| true));
    let mut fields = vec![
        Field::several("with", desk.t("reform-with"), others),
        Field::choice("into", desk.t("reform-into"), into).hint(desk.t("reform-into-hint")),
    ];
    fields.extend(new_unit(desk, "new-"));
    form(desk, "merge", Some(&unit.id), fields)
}

/// Becoming several.
pub(super) fn split(desk: &Desk<'_>, unit: &Unit, on: &TreeOnDay<'_>) -> Form {
    let keeps = text!(desk.texts, "reform-keeps", unit = unit_name(on, &unit.id));
    let mut fields = vec![Field::tick("keeps", keeps, false).hint(desk.t("reform-keeps-hint"))];
    for part in 1..=MAX_PARTS {
        let label = |key: &str| text!(desk.texts, key, part = part);
        fields.push(Field::line(format!("part-{part}-name"), label("reform-part-name"), ""));
        fields.push(Field::line(format!("part-{part}-abbreviation"), label("reform-part-abbreviation"), ""));
        fields.push(Field::whole(format!("part-{part}-share"), label("reform-part-share"), 0, 100, ""));
    }
    form(desk, "split", Some(&unit.id), fields)
}

/// The end.
pub(super) fn close(desk: &Desk<'_>, unit: &Unit) -> Form {
    form(desk, "close", Some(&unit.id), vec![]).dangerous()
}
