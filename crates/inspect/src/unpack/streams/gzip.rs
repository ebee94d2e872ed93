//! gzip (RFC 1952).

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::Stream;
use crate::Reason;
use crate::walk::Counted;

/// One member.
pub(super) struct Member<'p>(GzDecoder<Counted<'p>>);

impl Read for Member<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<'p> Stream<'p> for Member<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"\x1f\x8b")
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        Ok(Self(GzDecoder::new(packed)))
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.0.into_inner().rest().len())
    }
}

/// The name that the first member says its content had.
pub(super) fn stored_name(packed: &[u8]) -> Option<String> {
    let decoder = GzDecoder::new(packed);
    let name = decoder.header()?.filename()?;
    let name = crate::text::decoded(name).into_owned();
    (!name.trim().is_empty()).then_some(name)
}
