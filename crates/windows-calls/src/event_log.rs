//! Messages in the Event Log of Windows, under *Application*.

use std::io;

use windows::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, RegisterEventSourceW,
    ReportEventW,
};
use windows::core::{PCWSTR, w};
use windows_registry::LOCAL_MACHINE;

use crate::error_of;
use crate::text::wide;

/// The name of the source, as people see it.
const SOURCE: PCWSTR = w!("khien-agent");

/// Where the source is described.
const SOURCE_KEY: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application\khien-agent";

/// The program of Windows whose table of messages says for each number up to 1000 "show the text as it is". So no table of
/// our own has to be registered, which a removed program would leave behind as a dead reference.
const MESSAGES: &str = r"%SystemRoot%\System32\EventCreate.exe";

/// The number of every message of ours in that table.
const MESSAGE: u32 = 1;

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Something happened as it should.
    Information,
    /// Something did not work and is tried again.
    Warning,
    /// The service cannot go on.
    Error,
}

/// Makes the source known, so that messages are shown as they are.
pub fn register_source() -> io::Result<()> {
    let key = LOCAL_MACHINE.create(SOURCE_KEY).map_err(|error| error_of(&error))?;
    key.set_expand_string("EventMessageFile", MESSAGES).map_err(|error| error_of(&error))?;
    key.set_u32("TypesSupported", 7).map_err(|error| error_of(&error))
}

/// Takes the source away again.
pub fn unregister_source() -> io::Result<()> {
    LOCAL_MACHINE.remove_tree(SOURCE_KEY).map_err(|error| error_of(&error))
}

/// Writes a message.
pub fn report(kind: EventKind, message: &str) -> io::Result<()> {
    let kind = match kind {
        EventKind::Information => EVENTLOG_INFORMATION_TYPE,
        EventKind::Warning => EVENTLOG_WARNING_TYPE,
        EventKind::Error => EVENTLOG_ERROR_TYPE,
    };
    let text = wide(message);
    // SAFETY: both names are constants; no server means this machine.
    let source = unsafe { RegisterEventSourceW(PCWSTR::null(), SOURCE) }.map_err(|error| error_of(&error))?;
    // SAFETY: the source is open, and the text with its zero lives during the call.
    let reported = unsafe { ReportEventW(source, kind, 0, MESSAGE, None, 0, Some(&[PCWSTR(text.as_ptr())]), None) };
    // SAFETY: the source was opened above and is used by nobody else.
    let closed = unsafe { DeregisterEventSource(source) };
    reported.and(closed).map_err(|error| error_of(&error))
}
