//! What a detector found, before it is told.

use crate::walk::Inside;
use crate::{Kind, Location};

/// The most findings of one kind that are told of one node.
const MAX_OF_A_KIND: usize = 20;

/// How many bytes of the text around a place are shown.
const SHOWN: usize = 160;

/// What was found in a node, in the order of its text.
#[derive(Default)]
pub(crate) struct Signs(Vec<(&'static Kind, Location, String)>);

impl Signs {
    /// Adds one, unless enough of its kind are told.
    pub(crate) fn add(&mut self, kind: &'static Kind, location: Location, text: impl Into<String>) {
        if self.0.iter().filter(|(own, ..)| own.id == kind.id).count() < MAX_OF_A_KIND {
            self.0.push((kind, location, text.into()));
        }
    }

    /// Tells them all.
    pub(crate) fn tell(self, inside: &mut Inside<'_, '_>) {
        for (kind, location, text) in self.0 {
            inside.found(kind, location, text);
        }
    }

    /// Whether one of this kind is among them.
    pub(crate) fn has(&self, kind: &Kind) -> bool {
        self.0.iter().any(|(own, ..)| own.id == kind.id)
    }

    /// Whether nothing was found.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text from a place on, as far as it is shown.
pub(crate) fn around(text: &str, at: usize) -> &str {
    let start = text.floor_char_boundary(at);
    let end = text.floor_char_boundary(at.saturating_add(SHOWN));
    text.get(start..end).unwrap_or_default()
}
