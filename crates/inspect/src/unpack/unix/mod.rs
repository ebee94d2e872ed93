//! The archives of Unix: files one after another, each behind a header of its own. Nothing in them is packed.

mod ar;
mod cpio;
mod pax;
mod rpm;
mod tar;
#[cfg(test)]
mod tests;

pub(super) use self::ar::open as ar;
pub(super) use self::cpio::open as cpio;
pub(super) use self::rpm::open as rpm;
pub(super) use self::tar::open as tar;

use crate::kinds::streams as kinds;
use crate::walk::{Inside, Part};
use crate::{Location, Reason};

/// A name out of an archive: its bytes up to the first zero, in whatever encoding.
fn name_of(field: &[u8]) -> String {
    let bytes = field.split(|byte| *byte == 0).next().unwrap_or_default();
    crate::text::decoded(bytes).into_owned()
}

/// The bytes of a file in an archive, as many as are there.
fn content<'p>(part: &Part<'p>, at: usize, size: usize, inside: &mut Inside<'_, '_>) -> crate::walk::Unpacked<'p> {
    let rest = part.bytes.get(at..).unwrap_or_default();
    match rest.get(..size) {
        Some(whole) => inside.slice(whole),
        None => inside.slice(rest).cut_short(Reason::incomplete(format!("{} of {size} bytes", rest.len()))),
    }
}

/// Says that an archive has a link, and where it leads.
fn link(at: usize, name: &str, target: &str, inside: &mut Inside<'_, '_>) {
    let up = target.split(['/', '\\']).filter(|part| *part == "..").count();
    // A link may go up as far as its own folder is deep.
    let depth = name
        .trim_start_matches("./")
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .count()
        .saturating_sub(1);
    let outside = target.starts_with(['/', '\\']) || up > depth;
    let kind = if outside { &kinds::LINK_OUTSIDE } else { &kinds::LINK };
    inside.found(kind, Location::Offset(at as u64), format!("{name} → {target}"));
}

/// Says that an archive has a device.
fn device(at: usize, name: &str, inside: &mut Inside<'_, '_>) {
    inside.found(&kinds::DEVICE, Location::Offset(at as u64), name);
}

/// Looks into what stands behind the end of an archive, unless it is padding.
fn behind(part: &Part<'_>, end: usize, inside: &mut Inside<'_, '_>) {
    let rest = part.bytes.get(end..).unwrap_or_default();
    if rest.iter().all(|byte| matches!(byte, 0 | b'\n')) {
        return;
    }
    inside.found(&kinds::BEHIND_ARCHIVE, Location::Offset(end as u64), format!("{} byte", rest.len()));
    let slice = inside.slice(rest);
    inside.piece("data behind the end", "behind the end", &slice);
}
