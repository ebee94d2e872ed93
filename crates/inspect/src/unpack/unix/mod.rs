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

/// The most links out of an archive that are told one by one.
const MAX_LINKS_TOLD: usize = 20;

/// The links of an archive: systems have thousands, which are told together.
#[derive(Default)]
struct Links {
    within: usize,
    outside: usize,
    /// The first one that does not lead out.
    first: Option<(usize, String)>,
}

impl Links {
    /// Takes a link, the file in whose folder it begins, and where it leads.
    fn add(&mut self, at: usize, name: &str, from: &str, target: &str, inside: &mut Inside<'_, '_>) {
        let up = target.split(['/', '\\']).filter(|part| *part == "..").count();
        // A link may go up as far as its own folder is deep.
        let folders = from.split('/').filter(|part| !matches!(*part, "" | "." | "..")).count().saturating_sub(1);
        if target.starts_with(['/', '\\']) || up > folders {
            self.outside += 1;
            if self.outside <= MAX_LINKS_TOLD {
                inside.found(&kinds::LINK_OUTSIDE, Location::Offset(at as u64), format!("{name} → {target}"));
            }
        } else {
            self.within += 1;
            self.first.get_or_insert_with(|| (at, format!("{name} → {target}")));
        }
    }

    /// Says what was not told one by one.
    fn tell(self, inside: &mut Inside<'_, '_>) {
        if let Some((at, first)) = self.first {
            let text = if self.within > 1 { format!("{first}, +{}", self.within - 1) } else { first };
            inside.found(&kinds::LINK, Location::Offset(at as u64), text);
        }
        if let Some(more) = self.outside.checked_sub(MAX_LINKS_TOLD).filter(|more| *more > 0) {
            inside.found(&kinds::LINK_OUTSIDE, Location::Whole, format!("+{more}"));
        }
    }
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
