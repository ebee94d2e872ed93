//! Every kind of finding, area by area: its id, its effect, its words.

pub mod archives;
pub mod chm;
pub mod mail;
pub mod packages;
pub mod pdf;
pub mod web;
mod words;

use crate::Kind;

/// Every kind there is, area by area.
pub const ALL: &[&[&Kind]] = &[
    // One line for each area: `names::ALL,`
    chm::ALL,
    mail::ALL,
    pdf::ALL,
    archives::ALL,
    packages::ALL,
    web::ALL,
];

/// The kind called `id`.
pub fn by_id(id: &str) -> Option<&'static Kind> {
    ALL.iter().flat_map(|area| area.iter()).find(|kind| kind.id == id).copied()
}
