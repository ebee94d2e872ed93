//! Reading what has a bound: what is cut off is never taken for the whole.

use std::io::{self, Read};

/// A reader that fails when more than so many bytes come.
#[derive(Debug)]
pub(crate) struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R> Bounded<R> {
    pub(crate) fn new(inner: R, limit: u64) -> Self {
        Self { inner, left: limit }
    }

    /// What is read from.
    #[cfg(unix)]
    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }
}

/// The error inside an [`io::Error`] of a file that goes on beyond its bound.
#[derive(Debug)]
struct BeyondBound;

impl std::fmt::Display for BeyondBound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("longer than its bound")
    }
}

impl std::error::Error for BeyondBound {}

/// Whether reading failed because more came than the bound allows.
pub(crate) fn is_beyond_bound(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<BeyondBound>())
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // One byte more than allowed tells a source that ends at its bound from one that goes on.
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).saturating_add(1).min(buffer.len());
        let read = self.inner.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(BeyondBound))?;
        Ok(read)
    }
}
