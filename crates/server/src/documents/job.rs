//! Says again what is known of studying: of newcomers, of who has moved, and before it is taken for stale.

use jiff::Timestamp;
use khien_store::studies;

use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "documents";

/// Brings what is known up to the tasks and assignments of today.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let said = studies::refresh(&state.store, now).await?;
    Ok(format!("{said} said again"))
}
