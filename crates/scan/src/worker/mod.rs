//! The worker: reads files from its standard input and answers what is in them. Nothing else is left to it.

#[cfg(target_os = "linux")]
mod confine;
mod handing;
pub(crate) mod start;

use std::io::{self, Read, Write};

use khien_inspect::{Context, Rules, inspect};

use self::handing::Handing;
use crate::wire::{self, MAX_RULES_BYTES, Ready, Setup, Task};

/// The one argument by which this program becomes a worker. It is in no help: no person types it.
pub const ARGUMENT: &str = "scan-worker";

/// How a worker makes rules out of the bytes it is handed; the error is for a technician.
pub type LoadRules = fn(&[u8]) -> Result<Box<dyn Rules>, String>;

/// Works until standard input ends: reads the set-up, gives up all rights, and answers one file after the other.
///
/// # Errors
///
/// When the other side cannot be read from or written to.
pub fn run(load: LoadRules) -> io::Result<()> {
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    let Some(setup) = wire::receive::<Setup>(&mut from)? else { return Ok(()) };
    let rules = match prepare(&setup, &mut from, load)? {
        Ok(rules) => rules,
        Err(why) => return wire::send(&mut to, &Ready::Cannot(why)),
    };
    wire::send(&mut to, &Ready::Begin { rules: rules.id().to_owned() })?;
    while let Some(task) = wire::receive::<Task>(&mut from)? {
        answer(&setup, rules.as_ref(), &task, &mut from, &mut to)?;
    }
    Ok(())
}

/// Loads the rules, then gives up everything that is not needed any more.
fn prepare(setup: &Setup, from: &mut dyn Read, load: LoadRules) -> io::Result<Result<Box<dyn Rules>, String>> {
    if setup.rules_bytes > MAX_RULES_BYTES {
        return Ok(Err(format!("the rules are larger than {MAX_RULES_BYTES} bytes")));
    }
    let bytes = wire::exactly(from, setup.rules_bytes)?;
    let rules = match load(&bytes) {
        Ok(rules) => rules,
        Err(why) => return Ok(Err(why)),
    };
    drop(bytes);
    Ok(confine(setup).map(|()| rules))
}

#[cfg(target_os = "linux")]
fn confine(setup: &Setup) -> Result<(), String> {
    confine::confine(setup.memory_bytes)
}

/// Where there is nothing to confine a worker with, there is no worker.
#[cfg(not(target_os = "linux"))]
fn confine(_: &Setup) -> Result<(), String> {
    Err("a worker can only be confined on Linux".to_owned())
}

fn answer(setup: &Setup, rules: &dyn Rules, task: &Task, from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    if task.size > setup.limits.input_bytes {
        // The scanner sends no such file; one that does is not to be obeyed.
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a file is larger than the limit"));
    }
    let bytes = wire::exactly(from, task.size)?;
    allow_time(setup)?;
    let context = Context { rules, limits: &setup.limits, policy: &setup.policy, passwords: &task.passwords };
    let Some(bounds) = task.hand_over else {
        return wire::send(to, &inspect(&task.name, &bytes, &context));
    };
    let handing = Handing::new(rules, bounds);
    wire::send(to, &inspect(&task.name, &bytes, &Context { rules: &handing, ..context }))?;
    let (handed, parts) = handing.finish();
    wire::send(to, &handed)?;
    parts.iter().try_for_each(|part| to.write_all(part))?;
    to.flush()
}

/// From now on, so many seconds of the processor: the kernel ends this process when they are over.
#[cfg(target_os = "linux")]
fn allow_time(setup: &Setup) -> io::Result<()> {
    confine::allow_processor_seconds(setup.processor_seconds)
}

#[cfg(not(target_os = "linux"))]
fn allow_time(_: &Setup) -> io::Result<()> {
    Ok(())
}
