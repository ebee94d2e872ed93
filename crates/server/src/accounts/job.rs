//! What the server does about accounts by itself: reads directories, and follows who comes, moves and leaves.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_store::{accounts, connectors};

use super::reading::carry_out;
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job that reads directories.
pub(crate) const READING: &str = "connectors";
/// The word of the job that follows what changes without a reading.
pub(crate) const FOLLOWING: &str = "accounts";
/// How long one run goes on to the next directory; what is left is for the next run.
const GO_ON_WITHIN: Duration = Duration::from_mins(5);

/// Reads the directories that are due.
pub(crate) async fn read(state: AppState, _: Timestamp) -> Result<String, Trouble> {
    let begun = Instant::now();
    let (mut done, mut failed) = (0, 0);
    while begun.elapsed() < GO_ON_WITHIN {
        let Some(connector) = connectors::due(&state.store, (state.clock)()).await? else { break };
        let run = carry_out(&state, &connector).await?;
        match run.problem {
            None => done += 1,
            // It is written down with the reading, for whoever looks after the connector.
            Some((key, detail)) => {
                failed += 1;
                tracing::warn!(connector = connector.id, problem = key, detail, "a directory was not read");
            }
        }
    }
    Ok(format!("{done} directories read, {failed} failed"))
}

/// Brings accounts up to what the office knows now.
pub(crate) async fn follow(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let written = accounts::refresh(&state.store, now).await?;
    Ok(format!("{written} accounts brought up to date"))
}
