//! Takes what `rars` unpacks, up to a bound.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crate::bytes::size;

/// Takes what is unpacked, up to one byte more than there is room for: that one says that there was more.
#[derive(Clone)]
pub(super) struct Sink {
    bytes: Rc<RefCell<Vec<u8>>>,
    room: usize,
}

impl Sink {
    pub(super) fn of(room: u64) -> Self {
        Self { bytes: Rc::default(), room: size(room).saturating_add(1) }
    }

    /// What was unpacked.
    pub(super) fn taken(self) -> Vec<u8> {
        self.bytes.take()
    }
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut bytes = self.bytes.borrow_mut();
        let free = self.room.saturating_sub(bytes.len());
        if free == 0 && !buffer.is_empty() {
            return Err(io::Error::other("there is no room for more"));
        }
        let taken = buffer.get(..free).unwrap_or(buffer);
        bytes.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
