//! The one door to things that belong to a unit or a person: whether somebody may, and who saw whose data.
//!
//! A handler that shows something asks [`view`], one that changes something asks [`check`] (what changes writes its own
//! entry). Because [`view`] both asks for the right and writes the audit entry, no page can do the one and forget the other;
//! a test goes through the table of routes to see that none goes round it.

use std::collections::BTreeSet;

use khien_model::TreeOnDay;
use khien_store::roles;
use serde_json::json;

use crate::rights::{Action, Denied, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Whether the visitor may do this to the `resource` at `place`, on the day of the tree.
pub fn check(
    visit: &Visit,
    action: Action,
    resource: Resource,
    place: &Place<'_>,
    tree: &TreeOnDay<'_>,
) -> Result<(), Trouble> {
    may(&visit.rights, action, resource, place, tree).map_err(Trouble::from)
}

/// Whether the visitor may see the `resource` at `place` as it was on the day of the tree; when it is about other people, it
/// is written down that they saw it.
pub async fn view(
    state: &AppState,
    visit: &Visit,
    resource: Resource,
    place: &Place<'_>,
    tree: &TreeOnDay<'_>,
) -> Result<(), Trouble> {
    check(visit, Action::View, resource, place, tree)?;
    seen(state, visit, resource, place.people).await
}

/// Writes down that the visitor saw something about `people`. Looking at one's own things is nobody's business.
pub async fn seen(state: &AppState, visit: &Visit, resource: Resource, people: &[&str]) -> Result<(), Trouble> {
    let others: Vec<&str> = people.iter().copied().filter(|person| *person != visit.rights.person()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let mut change = state.store.begin(visit.actor(), visit.now).await?;
    for person in others {
        let detail = json!({ "resource": resource, "path": visit.uri.path(), "request": visit.request_id });
        change.audit("person.view", "person", person, detail).await?;
    }
    change.commit().await?;
    Ok(())
}

/// A list on which people stand by name.
#[derive(Debug, Clone, Copy)]
pub struct NamedList<'l> {
    /// What the list is of.
    pub resource: Resource,
    /// The unit that it was narrowed to; empty for all that the visitor reaches.
    pub unit: &'l str,
    /// The words that were looked for.
    pub words: &'l str,
}

/// Writes down that the visitor saw `people`, given by id or by name, on a list: one entry for the list with how many they
/// were, not one for each of them.
pub async fn listed<'p>(
    state: &AppState,
    visit: &Visit,
    list: NamedList<'_>,
    people: impl IntoIterator<Item = &'p str>,
) -> Result<(), Trouble> {
    let own_name = visit.signed_in.as_ref().map(|person| person.name.as_str());
    let is_other = |person: &&str| *person != visit.rights.person() && Some(*person) != own_name;
    let others: BTreeSet<&str> = people.into_iter().filter(is_other).collect();
    if others.is_empty() {
        return Ok(());
    }
    let detail = json!({
        "resource": list.resource,
        "unit": list.unit,
        "words": list.words,
        "people": others.len(),
        "request": visit.request_id,
    });
    let mut change = state.store.begin(visit.actor(), visit.now).await?;
    change.audit("people.list", "list", visit.uri.path(), detail).await?;
    change.commit().await?;
    Ok(())
}

/// Whether the visitor may hand out roles wherever `person` has or will have one.
///
/// Whoever can reset a login, or change the address by which an OpenID provider knows somebody, can be that person. Who does
/// so must reach everything that the person reaches; otherwise an administrator of one unit could become administrator of all.
pub async fn reaches_roles_of(
    state: &AppState,
    visit: &Visit,
    person: &str,
    tree: &TreeOnDay<'_>,
) -> Result<bool, Trouble> {
    let today = visit.rights.today();
    let appointed = roles::of_person(&state.store, person).await?;
    Ok(appointed.iter().filter(|role| role.valid_to.is_none_or(|end| today < end)).all(|role| {
        let place = Place { unit: role.unit.as_deref().and_then(|unit| tree.tree().find(unit)), ..Place::default() };
        may(&visit.rights, Action::Change, Resource::Role, &place, tree).is_ok()
    }))
}

impl From<Denied> for Trouble {
    fn from(denied: Denied) -> Self {
        tracing::info!(%denied, "refused");
        Self::NotAllowed
    }
}
