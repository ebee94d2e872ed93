//! How a collection tells its areas to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use khien_model::{Gap, GapCode};

/// Set once, when nobody waits for the areas any more. Long loops ask it and give up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Tells everybody who holds a copy to stop.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Fails once the collection is over.
    pub(crate) fn check(&self) -> Result<(), Gap> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Gap::with_detail(GapCode::TimedOut, "the collection was over before this area"));
        }
        Ok(())
    }
}
