//! Archives and images that are known and not opened here: said, so that nobody takes them for looked into.

use crate::walk::{Inside, Part};
use crate::{FileType, Reason};

/// The types that are not opened.
const NOT_OPENED: &[FileType] =
    &[FileType::Ace, FileType::Dmg, FileType::Hwp, FileType::Vhdx, FileType::Vmdk, FileType::Wim];

/// Says what the file is.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    for own in part.types.iter().filter(|own| NOT_OPENED.contains(own)) {
        inside.reason(Reason::unsupported(own.id()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::opened;
    use super::*;

    #[test]
    fn every_type_that_is_not_opened_is_said() {
        for own in NOT_OPENED {
            let inspection = opened(*own, open, b"x");
            assert_eq!(inspection.nodes[0].not_inspected, [Reason::unsupported(own.id())]);
        }
    }
}
