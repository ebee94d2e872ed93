//! The methods of the eighties (shrink, reduce, implode), by the readers of the crate `zip`. They are not to be had without an
//! archive around them, so the packed bytes get a header of their own. Archives of floppy disks still have them, and programs
//! on every PC open them.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};

use super::records::Header;
use crate::walk::{Inside, Unpacked};

/// The bits by which a header says how implode packed: the size of the window, and whether letters have a tree.
const FLAGS_OF_IMPLODE: u16 = 0b110;

/// Unpacks what `packed` gives, at most `length` bytes, as `header` says. What comes out is bounded while it is read.
pub(super) fn unpacked(
    header: &Header<'_>,
    packed: impl Read,
    length: usize,
    inside: &mut Inside<'_, '_>,
) -> Unpacked<'static> {
    let head = local_header(header, length);
    let mut archive = head.as_slice().chain(packed);
    // A header without sizes leaves the end to be found: what is missing there is said as damage, never taken for the end.
    let size = if header.is_bare { u64::from(u32::MAX) } else { header.unpacked };
    let options = ZipReadOptions::new().ignore_crc32(true).override_uncompressed_size(size);
    let file = read_zipfile_from_stream_with_options(&mut archive, options);
    let reader: Box<dyn Read + '_> = match file {
        Ok(Some(file)) => Box::new(ToTheEnd { reader: file, error: None, is_down: false }),
        Ok(None) => Box::new(super::methods::Failing::with(io::Error::other("it could not be begun"))),
        Err(error) => Box::new(super::methods::Failing::with(io::Error::other(error.to_string()))),
    };
    inside.read(reader, || length as u64)
}

/// A header without a name for `length` bytes packed as `header` says.
fn local_header(header: &Header<'_>, length: usize) -> Vec<u8> {
    let size = u32::try_from(length).unwrap_or(u32::MAX);
    let unpacked = u32::try_from(header.unpacked).unwrap_or(u32::MAX);
    let numbers: [&[u8]; 5] = [
        &20_u16.to_le_bytes(),
        &header.flags_of(FLAGS_OF_IMPLODE).to_le_bytes(),
        &header.method.to_le_bytes(),
        // 1 January 1980, and no checksum.
        &[0, 0, 0x21, 0, 0, 0, 0, 0],
        &size.to_le_bytes(),
    ];
    [b"PK\x03\x04", numbers.concat().as_slice(), &unpacked.to_le_bytes(), &[0; 4]].concat()
}

/// Gives what was unpacked before a mistake, which the readers keep back with the rest of a step.
struct ToTheEnd<R> {
    reader: R,
    error: Option<io::Error>,
    /// Whether the reader panicked: it is asked no more.
    is_down: bool,
}

impl<R: Read> ToTheEnd<R> {
    /// Asks the reader. That of shrink (zip 9.8.1) panics when it is asked once more after a mistake in the first code.
    fn ask(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let fallen = || io::Error::other("its reader stopped at what makes no sense");
        if self.is_down {
            return Err(fallen());
        }
        catch_unwind(AssertUnwindSafe(|| self.reader.read(buffer))).unwrap_or_else(|_| {
            self.is_down = true;
            Err(fallen())
        })
    }
}

impl<R: Read> Read for ToTheEnd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_none() {
            match self.ask(buffer) {
                Ok(read) => return Ok(read),
                Err(error) => self.error = Some(error),
            }
        }
        match buffer.get_mut(..1).map(|one| self.ask(one)) {
            Some(Ok(read @ 1..)) => Ok(read),
            _ => Err(self.error.take().unwrap_or_else(|| io::Error::other("it ends with a mistake"))),
        }
    }
}
