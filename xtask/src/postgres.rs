//! The throw-away PostgreSQL of tests (see `tests/support`): one for a whole run, or one that waits for a developer.

use khien_test_support::{POSTGRES_VARIABLE, Postgres};

use crate::tool::{Failure, Outcome};

/// Starts the server that all tests of a run share. Where there is none, the tests that need it say so and are counted as
/// skipped. A server that somebody hands us is used as it is.
pub(crate) fn start_for_tests() -> Option<Postgres> {
    if std::env::var_os(POSTGRES_VARIABLE).is_some_and(|url| !url.is_empty()) {
        return None;
    }
    match Postgres::start() {
        Ok(server) => Some(server),
        Err(reason) => {
            println!("No PostgreSQL for the tests: {reason}");
            None
        }
    }
}

/// Starts a server, says how tests find it, and keeps it until a line (or the end) of input.
pub(crate) fn keep_running() -> Outcome {
    let server = Postgres::start().map_err(Failure)?;
    println!("export {POSTGRES_VARIABLE}={}", server.url());
    println!("The server runs until you press Enter here.");
    let mut line = String::new();
    // An input that cannot be read is at its end.
    let _ = std::io::stdin().read_line(&mut line);
    Ok(())
}
