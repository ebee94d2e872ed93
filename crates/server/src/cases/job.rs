//! What was left behind: lists whose check broke off, files that nobody asks for any more.

use jiff::Timestamp;
use khien_store::cases::{self, UploadState};

use super::check;
use crate::spool;
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "cases";
/// How many of the last lists are looked at.
const LOOKED_AT: u32 = 500;

/// Looks for it.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let mut broken_off = 0;
    for upload in cases::recent(&state.store, LOOKED_AT).await? {
        let is_silent = now.duration_since(upload.changed_at) > check::SILENT_FOR;
        if upload.state == UploadState::Checking && is_silent {
            check::interrupted(&state, &upload.id).await?;
            broken_off += 1;
        }
    }
    let swept = spool::sweep(&state.settings.data).await;
    let files = swept.map_err(|error| Trouble::StoreAway { detail: format!("the spool: {error}") })?;
    Ok(format!("{broken_off} lists broken off, {files} files removed"))
}
