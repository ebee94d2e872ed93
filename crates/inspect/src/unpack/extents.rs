//! Files whose content lies in several places of an image.

use crate::Reason;
use crate::bytes::{at_most, size};
use crate::walk::{Inside, Unpacked};

/// A piece of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Extent {
    /// Where it lies in the image; nowhere if it is zeros that were never written.
    pub(super) at: Option<u64>,
    /// How long it is, in bytes.
    pub(super) bytes: u64,
}

/// The content of `length` bytes that lies in `extents` of `image`: borrowed if it is in one piece.
pub(super) fn content<'p>(
    image: &'p [u8],
    extents: &[Extent],
    length: u64,
    inside: &mut Inside<'_, '_>,
) -> Unpacked<'p> {
    let missing = || Reason::incomplete("the end of its content");
    if let Some(start) = in_one_piece(extents, length) {
        let bytes = at_most(image, size(start), size(length));
        let unpacked = inside.slice(bytes);
        return if bytes.len() as u64 == length { unpacked } else { unpacked.cut_short(missing()) };
    }
    // One byte more than there is room for says that there is more.
    let most = size(inside.room().saturating_add(1).min(length));
    let mut bytes = Vec::new();
    for extent in extents {
        let wanted = size(extent.bytes).min(most.saturating_sub(bytes.len()));
        match extent.at {
            Some(at) => bytes.extend_from_slice(at_most(image, size(at), wanted)),
            None => bytes.resize(bytes.len().saturating_add(wanted), 0),
        }
        if bytes.len() >= most {
            break;
        }
    }
    let is_short = bytes.len() < most;
    let unpacked = inside.take(bytes);
    if is_short { unpacked.cut_short(missing()) } else { unpacked }
}

/// Where a content begins that lies in one piece.
fn in_one_piece(extents: &[Extent], length: u64) -> Option<u64> {
    let Some(first) = extents.first() else { return (length == 0).then_some(0) };
    let start = first.at?;
    let mut end = start;
    for extent in extents {
        if extent.at? != end {
            return None;
        }
        end = end.checked_add(extent.bytes)?;
    }
    (end - start >= length).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: u64, bytes: u64) -> Extent {
        Extent { at: Some(at), bytes }
    }

    #[test]
    fn extents_that_touch_are_one_piece() {
        assert_eq!(in_one_piece(&[at(4, 4), at(8, 4)], 7), Some(4));
        assert_eq!(in_one_piece(&[at(4, 4), at(9, 4)], 7), None);
        assert_eq!(in_one_piece(&[at(4, 4)], 5), None);
        assert_eq!(in_one_piece(&[Extent { at: None, bytes: 4 }], 4), None);
        assert_eq!(in_one_piece(&[], 0), Some(0));
        assert_eq!(in_one_piece(&[at(u64::MAX, 4)], 4), None);
    }
}
