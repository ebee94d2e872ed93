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
    let files = Arc::new(LiveFiles::new(options.private_folder.clone()));
    System {
        registry: Arc::new(LiveRegistry::new(Arc::<LiveFiles>::clone(&files))),
        files: Arc::<LiveFiles>::clone(&files),
        reader: files,
        running: Arc::new(Calls {
            updates: options.updates.clone(),
            signatures: Arc::clone(&options.signatures),
            now: options.now,
        }),
        is_running: Ok(()),
    }
}
