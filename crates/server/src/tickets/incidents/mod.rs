//! Incidents: reported in three sentences, then one fact sheet, its clocks, and the letters made from it.

pub(super) mod acts;
pub(super) mod clocks;
pub(super) mod letters;
pub(super) mod report;
pub(super) mod sheet;

use khien_incidents::{Part, Wrong, say};
use khien_model::TreeOnDay;
use khien_store::tickets::{Ticket, TicketKind};

use super::{allows, found};
use crate::access;
use crate::admin::desk::Desk;
use crate::admin::sheet::Field;
use crate::rights::{Action, Place, Resource, may};
use crate::trouble::Trouble;

/// The incident with the id `id`, if the visitor may see it; that they did is written down.
async fn seen(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Ticket, Trouble> {
    let ticket = found(desk, id, Action::View, on).await?;
    if ticket.kind != TicketKind::Incident {
        return Err(Trouble::NotFound);
    }
    access::seen(desk.state, desk.visit, Resource::Request, &[ticket.person.as_str()]).await?;
    Ok(ticket)
}

/// Whether the visitor may fill in the sheet and record reports: who answers in the unit, also of what they reported.
fn may_fill(desk: &Desk<'_>, ticket: &Ticket, on: &TreeOnDay<'_>) -> bool {
    let unit = on.tree().find(&ticket.unit).filter(|unit| on.contains(*unit));
    may(&desk.visit.rights, Action::Change, Resource::Request, &Place { unit, ..Place::default() }, on).is_ok()
}

/// The incident with the id `id`, if the visitor may fill in its sheet.
async fn filled(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Ticket, Trouble> {
    let ticket = found(desk, id, Action::View, on).await?;
    if ticket.kind != TicketKind::Incident {
        return Err(Trouble::NotFound);
    }
    if may_fill(desk, &ticket, on) && allows(desk, &ticket, Action::View, on) {
        Ok(ticket)
    } else {
        Err(Trouble::NotAllowed)
    }
}

/// The value of a field that was sent.
fn sent_value<'s>(sent: &'s [(String, String)], name: &str) -> &'s str {
    sent.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
}

/// What is wrong with a field, for the form.
fn mistake(desk: &Desk<'_>, field: &str, wrong: Wrong) -> (String, String) {
    (field.to_owned(), say::wrong(wrong, desk.texts))
}

/// The field for a part of the sheet, filled in with `value`.
fn field_of(desk: &Desk<'_>, part: Part, value: &str) -> Field {
    use khien_incidents::sheet::Shape;
    let (name, label) = (part.as_str(), say::part(part, desk.texts));
    let field = match part.shape() {
        Shape::Line => Field::line(name, label, value),
        Shape::Lines => Field::lines(name, label, value),
        Shape::Moment => Field::moment(name, label, value),
        Shape::Choice(words) => {
            let none = (String::new(), desk.t("incidents-not-known"), value.is_empty());
            let words =
                words.iter().map(|word| ((*word).to_owned(), say::choice(part, word, desk.texts), *word == value));
            Field::choice(name, label, std::iter::once(none).chain(words).collect())
        }
    };
    let field = if part.is_required() { field.required() } else { field };
    match say::hint(part, desk.texts) {
        Some(hint) => field.hint(hint),
        None => field,
    }
}
