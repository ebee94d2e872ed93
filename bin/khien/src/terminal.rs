//! What the screen can show.

use std::io::{self, IsTerminal as _};

pub(crate) use khien_result::{Emphasis, Terminal};
use khien_result::{MAX_WIDTH, MIN_WIDTH};

/// The width where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 80;

/// Asks standard output. `NO_COLOR` and `COLUMNS` are honoured.
pub(crate) fn of_stdout() -> Terminal {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let stdout = io::stdout();
    let choice = anstream::AutoStream::choice(&stdout);
    Terminal {
        width: named.or_else(asked).unwrap_or(DEFAULT_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH),
        coloured: stdout.is_terminal() && choice != anstream::ColorChoice::Never,
    }
}
