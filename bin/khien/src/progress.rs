//! One line on a terminal that says how far something has got.

use std::io::{IsTerminal as _, stderr};

use crate::output;

/// The line. It goes to standard error, and only when somebody looks at it.
#[derive(Debug)]
pub(crate) struct Progress {
    is_seen: bool,
    last: String,
}

impl Default for Progress {
    fn default() -> Self {
        Self { is_seen: stderr().is_terminal(), last: String::new() }
    }
}

impl Progress {
    /// Writes over the line before.
    pub(crate) fn show(&mut self, line: impl FnOnce() -> String) {
        if self.is_seen {
            let line = line();
            // Blanks where the line before was longer.
            let width = self.last.chars().count();
            output::complain(&format!("\r{line:width$}"));
            self.last = line;
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&mut self) {
        if !self.last.is_empty() {
            output::complain(&format!("\r{:width$}\r", "", width = self.last.chars().count()));
            self.last.clear();
        }
    }
}
