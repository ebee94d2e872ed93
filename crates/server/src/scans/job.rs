//! What the server does about uploads by itself: those that are too long ago to count are counted no longer.

use jiff::Timestamp;
use khien_store::scans::uploads::{self, MAX_SAID};

use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "own-uploads";

/// Brings what is known up to the day.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let said = uploads::refresh(&state.store, now, MAX_SAID).await?;
    Ok(format!("{said} said again"))
}
