//! The pages of the administrator: people, devices, units, lists out of spreadsheets, directives, settings; the exemptions
//! that everybody with a role asks for; and the weekly reminders.

mod audit;
pub(crate) mod desk;
mod devices;
mod directives;
mod exemptions;
mod home;
pub mod import;
mod listing;
mod people;
pub(crate) mod reminders;
mod settings;
mod setup;
pub(crate) mod sheet;
#[cfg(test)]
pub(crate) mod tests;
mod tokens;
mod units;

use axum::routing::{get, post};

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};
use import::pages as lists;

const fn may(action: Action, resource: Resource) -> Right {
    Right::May(action, resource)
}

const SEE_UNITS: Right = may(Action::View, Resource::Organisation);
const CHANGE_UNITS: Right = may(Action::Change, Resource::Organisation);
const SEE_PEOPLE: Right = may(Action::View, Resource::Person);
const CHANGE_PEOPLE: Right = may(Action::Change, Resource::Person);
const CHANGE_ROLES: Right = may(Action::Change, Resource::Role);
const SEE_DEVICES: Right = may(Action::View, Resource::Subject);
const CHANGE_DEVICES: Right = may(Action::Change, Resource::Subject);
const SEE_TOKENS: Right = may(Action::View, Resource::EnrolmentToken);
const CHANGE_TOKENS: Right = may(Action::Change, Resource::EnrolmentToken);
const SEE_LISTS: Right = may(Action::View, Resource::Import);
const CHANGE_LISTS: Right = may(Action::Change, Resource::Import);
const SEE_DIRECTIVES: Right = may(Action::View, Resource::Directive);
const CHANGE_DIRECTIVES: Right = may(Action::Change, Resource::Directive);
const SEE_SETTINGS: Right = may(Action::View, Resource::Setting);
const CHANGE_SETTINGS: Right = may(Action::Change, Resource::Setting);
const SEE_EXEMPTIONS: Right = may(Action::View, Resource::Exemption);
const ASK_EXEMPTIONS: Right = may(Action::Ask, Resource::Exemption);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/admin", Right::SignedIn, "Where the administrator begins.", || get(home::show)),
    Route::get(Kind::Page, "/admin/setup", CHANGE_SETTINGS, "The first steps of an installation.", || get(setup::show)),
    Route::post(Kind::Form, "/admin/setup", CHANGE_SETTINGS, "Answer the first questions.", || post(setup::save)),
    Route::post(Kind::Form, "/admin/setup/enough", CHANGE_SETTINGS, "Leave the first steps.", || post(setup::enough)),

    Route::get(Kind::Page, "/admin/import", SEE_LISTS, "The form for a new list.", || get(lists::start)),
    Route::post(Kind::Upload, "/admin/import", CHANGE_LISTS, "Upload a list.", || post(lists::upload)),
    Route::get(Kind::Page, "/admin/import/sample/{file}", SEE_LISTS, "An example of a list.", || get(lists::example)),
    Route::get(Kind::Page, "/admin/import/{id}", SEE_LISTS, "What a list would change.", || get(lists::show)),
    Route::post(Kind::Form, "/admin/import/{id}/mapping", CHANGE_LISTS, "Say what the columns hold.", || post(lists::map)),
    Route::post(Kind::Form, "/admin/import/{id}/carry-out", CHANGE_LISTS, "Carry a list out.", || post(lists::finish)),
    Route::post(Kind::Form, "/admin/import/{id}/discard", CHANGE_LISTS, "Throw a list away.", || post(lists::discard)),

    Route::get(Kind::Page, "/admin/units", SEE_UNITS, "The tree of units on a day.", || get(units::show)),
    Route::get(Kind::Page, "/admin/units/{id}", SEE_UNITS, "One unit and its history.", || get(units::show_unit)),
    Route::post(Kind::Form, "/admin/unit-reforms/{what}", CHANGE_UNITS, "Try or carry out a reform.", || post(units::send)),

    Route::get(Kind::Page, "/admin/people", SEE_PEOPLE, "The list of people.", || get(people::show)),
    Route::post(Kind::Form, "/admin/people", CHANGE_PEOPLE, "Enter a person.", || post(people::enter)),
    Route::get(Kind::Page, "/admin/people/{person}", SEE_PEOPLE, "One person.", || get(people::show_person)),
    Route::post(Kind::Form, "/admin/people/{person}/details", CHANGE_PEOPLE, "Change a person.", || post(people::change)),
    Route::post(Kind::Form, "/admin/people/{person}/unit", CHANGE_PEOPLE, "Move a person.", || post(people::assign)),
    Route::post(Kind::Form, "/admin/people/{person}/roles", CHANGE_ROLES, "Appoint a person.", || post(people::grant)),
    Route::post(Kind::Form, "/admin/people/{person}/roles/{role}/qualified", CHANGE_ROLES, "Record a qualification.", || post(people::role_qualified)),
    Route::post(Kind::Form, "/admin/people/{person}/roles/{role}/end", CHANGE_ROLES, "End a role.", || post(people::end_role)),

    Route::get(Kind::Page, "/admin/devices", SEE_DEVICES, "The list of devices.", || get(devices::show)),
    Route::get(Kind::Page, "/admin/devices/{id}", SEE_DEVICES, "One device.", || get(devices::show_device)),
    Route::post(Kind::Form, "/admin/devices/{id}/unit", CHANGE_DEVICES, "Move a device.", || post(devices::assign)),
    Route::post(Kind::Form, "/admin/devices/{id}/holder", CHANGE_DEVICES, "Give a device away.", || post(devices::give)),
    Route::post(Kind::Form, "/admin/devices/{id}/retire", CHANGE_DEVICES, "Retire a device.", || post(devices::retire)),
    Route::post(Kind::Form, "/admin/devices/{id}/take-back", CHANGE_DEVICES, "Use it again.", || post(devices::take_back)),
    Route::post(Kind::Form, "/admin/devices/{id}/revoke", CHANGE_DEVICES, "Shut a key out.", || post(devices::revoke)),

    Route::get(Kind::Page, "/admin/tokens", SEE_TOKENS, "The enrolment tokens.", || get(tokens::show)),
    Route::post(Kind::Form, "/admin/tokens", CHANGE_TOKENS, "Make a token.", || post(tokens::make)),
    Route::post(Kind::Form, "/admin/tokens/{id}/revoke", CHANGE_TOKENS, "Take a token back.", || post(tokens::revoke)),

    Route::get(Kind::Page, "/admin/directives", SEE_DIRECTIVES, "The versions of the directive.", || get(directives::show)),
    Route::post(Kind::Upload, "/admin/directives/files", CHANGE_DIRECTIVES, "Load a directive.", || post(directives::load)),
    Route::post(Kind::Form, "/admin/directives/shipped", CHANGE_DIRECTIVES, "Load a shipped one.", || {
        post(directives::load_shipped)
    }),
    Route::get(Kind::Page, "/admin/directives/{digest}", SEE_DIRECTIVES, "One version and what it would do.", || {
        get(directives::show_version)
    }),
    Route::post(Kind::Form, "/admin/directives/{digest}/activate", CHANGE_DIRECTIVES, "Put a version in force.", || {
        post(directives::activate)
    }),

    Route::get(Kind::Page, "/admin/audit", may(Action::View, Resource::AuditLog), "The audit log.", || get(audit::show)),
    Route::get(Kind::Page, "/admin/settings", SEE_SETTINGS, "The settings.", || get(settings::show)),
    Route::post(Kind::Form, "/admin/settings", CHANGE_SETTINGS, "Change settings.", || post(settings::save)),
    Route::post(Kind::Form, "/admin/settings/test-mail", CHANGE_SETTINGS, "Send a test mail.", || post(settings::test_mail)),

    Route::get(Kind::Page, "/exemptions", SEE_EXEMPTIONS, "The exemptions.", || get(exemptions::show)),
    Route::get(Kind::Page, "/exemptions/new", ASK_EXEMPTIONS, "The form for an exemption.", || get(exemptions::new)),
    Route::post(Kind::Form, "/exemptions", ASK_EXEMPTIONS, "Ask for an exemption.", || post(exemptions::ask)),
    Route::get(Kind::Page, "/exemptions/{id}", SEE_EXEMPTIONS, "One exemption.", || get(exemptions::show_one)),
    Route::post(Kind::Form, "/exemptions/{id}/{what}", SEE_EXEMPTIONS, "Decide about an exemption.", || post(exemptions::decide)),
];
