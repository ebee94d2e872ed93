//! bzip2.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;

use super::Stream;
use crate::Reason;
use crate::walk::Counted;

/// One member.
pub(super) struct Member<'p>(BzDecoder<Counted<'p>>);

impl Read for Member<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<'p> Stream<'p> for Member<'p> {
    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"BZh")
    }

    fn begin(packed: Counted<'p>) -> Result<Self, Reason> {
        Ok(Self(BzDecoder::new(packed)))
    }

    fn end(self) -> Result<usize, Reason> {
        Ok(self.0.into_inner().rest().len())
    }
}
