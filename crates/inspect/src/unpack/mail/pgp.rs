//! OpenPGP (RFC 9580): encrypted messages are said to be encrypted; keys and signatures have nothing in them.

use crate::Reason;
use crate::bytes::find;
use crate::walk::{Inside, Part};

/// Says whether it is an encrypted message.
pub(in crate::unpack) fn open(part: &Part<'_>, _: &mut Inside<'_, '_>) -> Result<(), Reason> {
    if is_message(part.bytes) || tag(part.bytes).is_some_and(|tag| matches!(tag, 1 | 3 | 8 | 9 | 18 | 20)) {
        return Err(Reason::Encrypted);
    }
    Ok(())
}

/// Whether a text has an armoured message in it.
pub(super) fn is_message(text: &[u8]) -> bool {
    const MARK: &[u8] = b"-----BEGIN PGP MESSAGE";
    find(text, MARK).is_some()
}

/// The kind of the first packet.
fn tag(bytes: &[u8]) -> Option<u8> {
    match bytes.first()? {
        first @ 0xc0.. => Some(first & 0x3f),
        first @ 0x80..0xc0 => Some(first >> 2 & 0xf),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_told_apart() {
        for (first, own) in [(0x85, Some(1)), (0xd2, Some(18)), (0x99, Some(6)), (0xc6, Some(6)), (0x2d, None)] {
            assert_eq!(tag(&[first]), own, "{first:x}");
        }
    }
}
