//! What the server does about gates by itself: notices which of them are silent.

use jiff::Timestamp;
use khien_store::gates;

use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "gates";

/// Says anew what time has changed, and counts for the metrics.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let said = gates::refresh(&state.store, now).await?;
    let in_use = gates::all(&state.store).await?.into_iter().filter(|gate| gate.ended_at.is_none());
    let (mut heard, mut silent) = (0, 0);
    for gate in in_use {
        if gate.is_heard(now) { heard += 1 } else { silent += 1 }
    }
    state.metrics.gates.get_or_create(&crate::metrics::OfState { state: "heard" }).set(heard);
    state.metrics.gates.get_or_create(&crate::metrics::OfState { state: "silent" }).set(silent);
    Ok(format!("{said} systems said again, {heard} gates heard, {silent} silent"))
}
