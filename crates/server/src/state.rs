//! What every request needs, made once when the server starts.

use std::sync::Arc;

use jiff::Timestamp;
use khien_texts::{Language, Texts};

/// Tells what time it is. The server reads the clock through this alone, so that a test can set it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of this machine.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the edge of the server: every request is told when it came")]
    Arc::new(Timestamp::now)
}

/// What every request needs. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct AppState {
    /// What time it is.
    pub clock: Clock,
    /// The texts in every language.
    pub texts: Arc<[Texts; 2]>,
}

impl AppState {
    /// The texts in `language`.
    pub fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::Vi => &self.texts[0],
            Language::En => &self.texts[1],
        }
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AppState").finish_non_exhaustive()
    }
}
