//! The state file that a guard of Khiên keeps while it runs, by which its presence is told.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::Guard;
use khien_model::{Gap, GapCode, Listing, Observed};
use serde::Deserialize;

use crate::text;

pub(crate) const MAX_STATE_BYTES: u64 = 1 << 20;

/// A guard writes its state this often or oftener; one that fell silent protects nothing.
const SILENT_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The state file.
#[derive(Debug, Deserialize)]
struct State {
    /// Whether it stands between programs and files.
    in_force: bool,
    /// When it wrote this.
    written_at: Timestamp,
    protected_folders: Vec<String>,
    #[serde(default)]
    last_restore_drill_at: Option<Timestamp>,
}

/// What the state file at `path` says `now`; without the file there is no guard. `running` is the reason why nothing can be
/// in force.
pub(crate) fn told_by(
    state: Option<Vec<u8>>,
    path: &str,
    now: Timestamp,
    running: &Result<(), Gap>,
) -> Result<Guard, Gap> {
    let Some(bytes) = state else {
        return Ok(Guard {
            in_force: Observed::Known(false),
            protected_folders: Observed::Known(Listing::default()),
            last_restore_drill_at: Observed::default(),
        });
    };
    let state: State = serde_json::from_slice(&bytes).map_err(|error| {
        let place = format!("{path}: not the state of a guard at line {}, column {}", error.line(), error.column());
        Gap::with_detail(GapCode::Malformed, place)
    })?;
    let since = now.duration_since(state.written_at);
    let in_force = match running {
        // A clock is wrong: such a state would otherwise pass for fresh until that day comes.
        Ok(()) if since < -SILENT_AFTER => Observed::unknown(GapCode::FromFuture, format!("{path}: written_at")),
        Ok(()) => Observed::Known(state.in_force && since <= SILENT_AFTER),
        Err(gap) => Observed::Unknown(gap.clone()),
    };
    let folders: Vec<String> = state.protected_folders.iter().map(|folder| text::nfc(folder).into_owned()).collect();
    Ok(Guard {
        in_force,
        protected_folders: folders.into(),
        last_restore_drill_at: state.last_restore_drill_at.map_or_else(Observed::default, Observed::Known),
    })
}
