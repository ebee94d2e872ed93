//! The part of a request before its body.

use jiff::Timestamp;

use super::{COUNTER_HEADER, COVERED};
use crate::limits::MAX_HEADER_BYTES;
use crate::{Refusal, RefusalCode};

/// What a signature says something about, as it came in: method, path and the headers that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestHead<'a> {
    method: &'a str,
    path: &'a str,
    pub(super) content_digest: Option<&'a str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) counter: Option<&'a str>,
    pub(super) signature_input: Option<&'a str>,
    pub(super) signature: Option<&'a str>,
}

impl<'a> RequestHead<'a> {
    /// Picks the headers that matter out of all there are; the rest is not looked at.
    ///
    /// `target` is the path with the query, if there is one: it is refused then. A header that matters must be there once
    /// at most, in printable ASCII, and no longer than [`MAX_HEADER_BYTES`].
    pub fn new(
        method: &'a str,
        target: &'a str,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let malformed = |detail: String| Err(Refusal::with_detail(RefusalCode::Malformed, detail, now));
        if target.contains('?') {
            return malformed("the path has a query".to_owned());
        }
        let mut head = Self {
            method,
            path: target,
            content_digest: None,
            content_type: None,
            counter: None,
            signature_input: None,
            signature: None,
        };
        for (name, value) in headers {
            let Some((known, place)) = head.place_of(name) else { continue };
            if place.is_some() {
                return malformed(format!("{known} is there twice"));
            }
            if value.len() > MAX_HEADER_BYTES {
                return malformed(format!("{known} has {} bytes, at most {MAX_HEADER_BYTES}", value.len()));
            }
            match std::str::from_utf8(value) {
                Ok(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => *place = Some(text.trim()),
                _ => return malformed(format!("{known} is not printable ASCII")),
            }
        }
        Ok(head)
    }

    /// Where the header called `name` goes, in whatever case it is written.
    fn place_of(&mut self, name: &str) -> Option<(&'static str, &mut Option<&'a str>)> {
        let places = [
            ("content-digest", &mut self.content_digest),
            ("content-type", &mut self.content_type),
            (COUNTER_HEADER, &mut self.counter),
            ("signature-input", &mut self.signature_input),
            ("signature", &mut self.signature),
        ];
        places.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known))
    }

    /// The covered components with their values.
    pub(super) fn lines(&self) -> Vec<(&'static str, &'a str)> {
        let values = [Some(self.method), Some(self.path), self.content_digest, self.content_type, self.counter];
        COVERED.into_iter().zip(values.map(Option::unwrap_or_default)).collect()
    }
}
