//! The system that runs now: its registry, its files, and what it answers when it is asked.

mod calls;
mod files;
mod registry;

use std::sync::Arc;

use self::calls::Calls;
use self::files::LiveFiles;
use self::registry::LiveRegistry;
use super::context::System;
use crate::collect::Options;

/// The system that this process runs on.
pub(crate) fn this_machine(options: &Options) -> System {
    System {
        registry: Arc::new(LiveRegistry),
        files: Arc::new(LiveFiles::default()),
        running: Arc::new(Calls {
            updates: options.updates.clone(),
            signatures: Arc::clone(&options.signatures),
            now: options.now,
        }),
        is_running: Ok(()),
    }
}
