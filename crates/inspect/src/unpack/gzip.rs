//! gzip (RFC 1952): one stream, or several in a row.

use flate2::bufread::MultiGzDecoder;

use crate::Reason;
use crate::walk::{Inside, Part};

/// What a compressed file is called without its suffix.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let unpacked = inside.unpack(part.bytes, MultiGzDecoder::new);
    inside.child(without_suffix(part.name, &[".gz", ".gzip"]), "gzip", &unpacked);
    Ok(())
}

/// `name` without the suffix of its packing; `.tgz` and its like keep theirs.
fn without_suffix<'n>(name: &'n str, suffixes: &[&str]) -> &'n str {
    suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)).filter(|rest| !rest.is_empty()).unwrap_or("content")
}
