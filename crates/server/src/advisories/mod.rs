//! Security advisories (clause 2.4): feeds that the server reads, posts of the office, and who has read what.

mod feeds;
pub(crate) mod job;
mod lines;
mod list;
mod one;
mod post;
mod readers;
#[cfg(test)]
mod tests;

use axum::routing::{get, post as on_post};
use khien_model::TreeOnDay;
use khien_store::advisories::{self, Audience};
use khien_store::roles::RoleKind;
use khien_texts::text;

use crate::admin::desk::{Desk, unit_name};
use crate::page::in_address;
use crate::rights::{Action, Reach, Resource, Right};
use crate::routes::{Kind, Route};
use crate::state::AppState;
use crate::trouble::Trouble;

const SEE: Right = Right::May(Action::View, Resource::Advisory);
const KEEP: Right = Right::May(Action::Change, Resource::Advisory);
const OWN: Right = Right::May(Action::Sign, Resource::AdvisoryReads);
const WATCH: Right = Right::May(Action::View, Resource::AdvisoryReads);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/advisories", SEE, "The security advisories for the reader.", || get(list::show)),
    Route::get(Kind::Page, "/advisories/new", KEEP, "Write an advisory.", || get(post::new)),
    Route::post(Kind::Form, "/advisories/new", KEEP, "Publish an advisory.", || on_post(post::publish)),
    Route::get(Kind::Page, "/advisories/{id}", SEE, "One advisory.", || get(one::show)),
    Route::post(Kind::Form, "/advisories/{id}/read", OWN, "One has read an advisory to its end.", || on_post(one::read)),
    Route::get(Kind::Page, "/advisories/{id}/edit", KEEP, "Change an advisory.", || get(post::edit)),
    Route::post(Kind::Form, "/advisories/{id}/edit", KEEP, "Change an advisory.", || on_post(post::save)),
    Route::post(Kind::Form, "/advisories/{id}/withdraw", KEEP, "Withdraw an advisory.", || on_post(post::withdraw)),
    Route::get(Kind::Page, "/advisories/{id}/readers", WATCH, "Who has read an advisory.", || get(readers::show)),
    Route::get(Kind::Page, "/admin/feeds", KEEP, "Feeds of advisories.", || get(feeds::list)),
    Route::post(Kind::Form, "/admin/feeds", KEEP, "Make a feed.", || on_post(feeds::make)),
    Route::get(Kind::Page, "/admin/feeds/new", KEEP, "Make a feed.", || get(feeds::new)),
    Route::get(Kind::Page, "/admin/feeds/{id}", KEEP, "One feed.", || get(feeds::show)),
    Route::post(Kind::Form, "/admin/feeds/{id}", KEEP, "Change a feed.", || on_post(feeds::save)),
    Route::post(Kind::Form, "/admin/feeds/{id}/read", KEEP, "Read a feed now.", || on_post(feeds::ask)),
    Route::post(Kind::Form, "/admin/feeds/{id}/end", KEEP, "Give a feed up.", || on_post(feeds::end)),
];

/// How many people's facts follow before a page answers; the others follow with the next run of the job.
const SAID_AT_ONCE: usize = 300;

/// The roles to which an audience can be narrowed. Everybody is an official.
const ROLES: &[RoleKind] = &[
    RoleKind::UnitHead,
    RoleKind::ItFocalOfficer,
    RoleKind::ProvincialOffice,
    RoleKind::Administrator,
    RoleKind::Assessor,
];

/// The address of an advisory.
fn address(id: &str) -> String {
    format!("/advisories/{}", in_address(id))
}

/// Whether the visitor keeps what is for this audience.
fn may_keep(desk: &Desk<'_>, audience: &Audience, on: &TreeOnDay<'_>) -> bool {
    desk.may(Action::Change, Resource::Advisory, Some(&audience.unit), on)
}

/// Whether the visitor looks after people whom something for this audience may concern.
fn watches(desk: &Desk<'_>, audience: &Audience, on: &TreeOnDay<'_>) -> bool {
    let reach = desk.visit.rights.reach(Action::View, Resource::AdvisoryReads, on);
    let Some(top) = on.tree().find(&audience.unit) else { return false };
    let is_above = || reach.tops(on).into_iter().any(|own| on.is_within(own, top));
    !matches!(reach, Reach::OwnThings) && (reach.contains(Some(top)) || is_above())
}

/// Whom something concerns, for a reader.
fn audience_words(desk: &Desk<'_>, audience: &Audience, on: &TreeOnDay<'_>) -> String {
    let unit = unit_name(on, &audience.unit);
    match audience.role {
        None => text!(desk.texts, "advisories-for-unit", unit = unit),
        Some(role) => text!(desk.texts, "advisories-for-role", unit = unit, role = role_name(desk, role)),
    }
}

fn role_name(desk: &Desk<'_>, role: RoleKind) -> String {
    desk.t(&format!("account-role-{role}"))
}

/// The roles to choose from.
fn role_choices(desk: &Desk<'_>, chosen: &str) -> Vec<(String, String, bool)> {
    let everybody = (String::new(), desk.t("advisories-everybody"), chosen.is_empty());
    let roles = ROLES.iter().map(|role| (role.to_string(), role_name(desk, *role), role.as_str() == chosen));
    std::iter::once(everybody).chain(roles).collect()
}

/// The audience that was chosen; `None` when there is none such, or it is out of the visitor's reach.
fn chosen(desk: &Desk<'_>, unit: &str, role: &str, on: &TreeOnDay<'_>) -> Option<Audience> {
    let role = if role.is_empty() { None } else { Some(role.parse().ok().filter(|role| ROLES.contains(role))?) };
    let is_unit = on.tree().find(unit).is_some_and(|unit| on.contains(unit));
    let audience = Audience { unit: unit.to_owned(), role };
    (is_unit && may_keep(desk, &audience, on)).then_some(audience)
}

/// Lets facts follow what was published or withdrawn.
async fn follow(state: &AppState, now: jiff::Timestamp) -> Result<(), Trouble> {
    advisories::refresh(&state.store, now, SAID_AT_ONCE).await?;
    Ok(())
}
