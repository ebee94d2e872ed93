//! The system that runs now: its registry, its files, and what it answers when it is asked.

mod calls;
mod files;
mod registry;

use std::sync::Arc;

use self::calls::Calls;
use self::files::LiveFiles;
use self::registry::LiveRegistry;
use super::context::System;

/// The system that this process runs on.
pub(crate) fn this_machine() -> System {
    System {
        registry: Arc::new(LiveRegistry),
        files: Arc::new(LiveFiles::default()),
        running: Arc::new(Calls),
        is_running: Ok(()),
    }
}
