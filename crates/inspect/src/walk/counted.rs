//! Packed bytes on their way into a decoder, and how many of them it took.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Packed bytes that count how many of them were taken. Copies count together.
#[derive(Clone)]
pub(crate) struct Counted<'p> {
    rest: &'p [u8],
    taken: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.rest.read(buffer)?;
        self.count(read);
        Ok(read)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.rest)
    }

    fn consume(&mut self, amount: usize) {
        self.rest = self.rest.get(amount..).unwrap_or_default();
        self.count(amount);
    }
}

impl<'p> Counted<'p> {
    /// Counts what is taken of `rest` in `taken`.
    pub(super) fn new(rest: &'p [u8], taken: Rc<Cell<u64>>) -> Self {
        Self { rest, taken }
    }

    /// What was not taken yet.
    pub(crate) fn rest(&self) -> &'p [u8] {
        self.rest
    }

    /// Goes on with the last `left` bytes, which a copy did not take.
    pub(crate) fn go_on_with(&mut self, left: usize) {
        self.rest = self.rest.get(self.rest.len().saturating_sub(left)..).unwrap_or_default();
    }

    fn count(&self, taken: usize) {
        self.taken.set(self.taken.get().saturating_add(taken as u64));
    }
}
