//! The data of `content/`, embedded: the shipped directives, the working-day calendar, the questions about the duties.
//!
//! A program that judges stands alone: it needs no file beside it to know what is asked.

#![forbid(unsafe_code)]

pub mod quiz;
pub mod register;

use jiff::Timestamp;
use khien_directive::{Diagnostic, Directive, Loaded, Source, load};
use khien_model::WorkingDays;

/// The files of `content/directives`, by name. Files that others include are among them.
pub const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/directives.rs"));

/// The ids of the shipped directives, newest first. The file is called like the id.
pub const SHIPPED: &[&str] = &["thads-2026", "thads-2024"];

/// The working-day calendar of Vietnam, as its file says it.
const CALENDAR: &str = include_str!("../../../content/calendars/vn.json");

/// The shipped files as the loader asks for them.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShippedFiles;

impl Source for ShippedFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let file = FILES.iter().find(|(file, _)| *file == name);
        file.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| "not shipped with the program".to_owned())
    }
}

/// The shipped directive called `id`.
pub fn shipped(id: &str) -> Result<Loaded, Vec<Diagnostic>> {
    load(&format!("{id}.yaml"), &ShippedFiles)
}

/// The newest shipped directive that applies at `at`; `None` when no shipped one does.
pub fn in_force(at: Timestamp) -> Result<Option<Directive>, Vec<Diagnostic>> {
    for id in SHIPPED {
        let directive = shipped(id)?.directive;
        if is_in_force(&directive, at) {
            return Ok(Some(directive));
        }
    }
    Ok(None)
}

/// Whether `directive` applies at `at`.
pub fn is_in_force(directive: &Directive, at: Timestamp) -> bool {
    directive.valid_from_at() <= at && directive.valid_to_at().is_none_or(|end| at < end)
}

/// The working-day calendar of Vietnam.
///
/// # Panics
/// When the embedded calendar, which is part of the program, is not in order.
pub fn calendar() -> WorkingDays {
    let document = serde_json::from_str(CALENDAR).expect("our own calendar reads");
    WorkingDays::new(document).expect("our own calendar is in order")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_directive_loads_under_its_id() {
        for id in SHIPPED {
            let loaded = shipped(id).unwrap_or_else(|diagnostics| panic!("{id}: {diagnostics:#?}"));
            assert_eq!(loaded.directive.id, *id);
        }
    }

    #[test]
    fn every_file_that_declares_an_id_is_listed() {
        for (name, bytes) in FILES {
            let declares = String::from_utf8_lossy(bytes).lines().any(|line| line.starts_with("id:"));
            let listed = name.strip_suffix(".yaml").is_some_and(|id| SHIPPED.contains(&id));
            assert_eq!(declares, listed, "{name}");
        }
    }

    #[test]
    fn the_newest_directive_in_force_is_taken() {
        let id = |at: &str| in_force(at.parse().expect("a timestamp")).expect("it loads").map(|found| found.id);
        assert_eq!(id("2026-11-22T00:00:00Z").as_deref(), Some("thads-2026"));
        assert_eq!(id("2025-11-22T00:00:00Z").as_deref(), Some("thads-2024"));
        assert_eq!(id("1999-01-01T00:00:00Z"), None);
    }

    #[test]
    fn the_calendar_is_in_order() {
        let friday: Timestamp = "2026-11-13T16:00:00+07:00".parse().expect("a timestamp");
        let monday_over: Timestamp = "2026-11-17T00:00:00+07:00".parse().expect("a timestamp");
        assert_eq!(calendar().deadline(friday, 1), Ok(monday_over));
    }
}
