//! `khien-agent`: looks at this machine and reports to its server. The edge: arguments, the clock, signals.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use khien_agent::Stop;
use khien_agent::command::{Exit, World, run};

fn main() -> ExitCode {
    let world =
        World { arguments: std::env::args_os().collect(), variable: |name| std::env::var_os(name), clock: now, listen };
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let exit = run(&world, &mut out, &mut err);
    // Nobody is helped when the reader is gone.
    let _ = out.flush().and_then(|()| err.flush());
    end(exit)
}

/// Ends the program, with threads that still wait for an answer of Windows.
#[cfg(windows)]
fn end(exit: Exit) -> ExitCode {
    khien_windows_calls::end_process(exit as u8)
}

/// Elsewhere threads end with it by themselves.
#[cfg(not(windows))]
fn end(exit: Exit) -> ExitCode {
    exit.into()
}

#[expect(clippy::disallowed_methods, reason = "the edge of the program is where the clock is read")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Stops the service when the system or the person in front of it says so.
#[cfg(unix)]
fn listen(stop: &Stop) -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let stop = stop.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            stop.stop();
        }
    })?;
    Ok(())
}

/// Elsewhere the system ends the program; what it was writing is whole or not there.
#[cfg(not(unix))]
fn listen(_: &Stop) -> std::io::Result<()> {
    Ok(())
}
