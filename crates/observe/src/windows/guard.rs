//! `guard`: whether a ransomware guard is in force, by the state file that a guard of Khiên keeps while it runs.

use khien_model::Gap;
use khien_model::facts::Guard;

use super::context::Context;
use crate::guard::{MAX_STATE_BYTES, told_by};

/// Where a guard says what it does.
const STATE: &str = r"ProgramData\Khien\guard\state.json";

pub(crate) fn collect(context: &Context) -> Result<Guard, Gap> {
    let state = context.files().read(STATE, MAX_STATE_BYTES)?;
    told_by(state, &format!(r"C:\{STATE}"), context.now, &context.system.is_running)
}
