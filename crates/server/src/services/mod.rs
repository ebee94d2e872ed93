//! Dịch vụ công trực tuyến (clause 1.5): the figures of each month by form or out of a list, with their course.

mod import;
mod list;
mod unit;

use axum::routing::{get, post};
use jiff::ToSpan as _;
use jiff::civil::Date;
use khien_store::services::ServiceMonth;

use crate::rights::{Action, Resource, Right};
use crate::routes::{Kind, Route};

const SEE: Right = Right::May(Action::View, Resource::OnlineServices);
const RECORD: Right = Right::May(Action::Change, Resource::OnlineServices);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/services", SEE, "Online services in the month before, unit by unit.", || get(list::show)),
    Route::post(Kind::Upload, "/services", RECORD, "Take figures out of a list.", || post(import::take)),
    Route::get(Kind::Page, "/services/units/{id}", SEE, "Online services of one unit, month by month.", || get(unit::show)),
    Route::post(Kind::Form, "/services/units/{id}", RECORD, "Record the figures of a month.", || post(unit::record)),
];

/// The first day of the month before `today`: the last one that is over.
fn month_before(today: Date) -> Date {
    today.first_of_month().checked_sub(1.month()).unwrap_or(today.first_of_month())
}

/// A month for a reader.
fn month_shown(month: Date) -> String {
    format!("{:02}/{:04}", month.month(), month.year())
}

/// How many of a hundred files came online; `None` in a month without files.
fn online_share(month: &ServiceMonth) -> Option<u64> {
    (u64::from(month.received_online) * 100).checked_div(u64::from(month.received))
}

/// The names of the figures, as forms and lists have them, and the keys of their texts.
const FIGURES: [(&str, &str); 6] = [
    ("received", "service-received"),
    ("received_online", "service-received-online"),
    ("settled", "service-settled"),
    ("settled_on_time", "service-settled-on-time"),
    ("digitised", "service-digitised"),
    ("paid_online", "service-paid-online"),
];

/// The key of the name of a figure.
fn figure_key(name: &str) -> &'static str {
    FIGURES.iter().find(|(figure, _)| *figure == name).map_or("service-received", |(_, key)| *key)
}
