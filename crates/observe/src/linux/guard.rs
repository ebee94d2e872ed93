//! `guard`: the ransomware guard. This edition has none yet, and says so: a machine without a guard is not protected.

use khien_model::facts::Guard;
use khien_model::{Gap, Listing, Observed};

use super::context::Context;

#[expect(clippy::unnecessary_wraps, reason = "every collector has this form")]
pub(crate) fn collect(_: &Context) -> Result<Guard, Gap> {
    Ok(Guard {
        in_force: Observed::Known(false),
        protected_folders: Observed::Known(Listing::default()),
        last_restore_drill_at: Observed::default(),
    })
}
