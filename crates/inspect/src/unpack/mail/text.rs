//! Files that plain text carries: uuencode and yEnc.

use super::transfer::{MAX_FILES, carried};
use crate::walk::{Inside, Part};
use crate::{Limit, Reason};

/// Opens what a text carries.
pub(in crate::unpack) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    for (count, file) in carried(part.bytes).into_iter().enumerate() {
        if count >= MAX_FILES {
            return Err(Reason::limit(Limit::Reader, MAX_FILES as u64));
        }
        let unpacked = inside.take(file.bytes);
        let unpacked = if file.whole { unpacked } else { unpacked.cut_short(Reason::incomplete(file.how)) };
        inside.child(if file.name.is_empty() { "content" } else { &file.name }, file.how, &unpacked);
    }
    Ok(())
}
