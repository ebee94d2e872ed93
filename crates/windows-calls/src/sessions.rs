//! Who is logged in.

use std::io;
use std::time::Duration;

use windows::Win32::System::RemoteDesktop::{
    WTS_CURRENT_SERVER_HANDLE, WTS_SESSION_INFO_1W, WTSClientProtocolType, WTSEnumerateSessionsExW, WTSFreeMemory,
    WTSFreeMemoryExW, WTSINFOEXW, WTSQuerySessionInformationW, WTSSessionInfoEx, WTSTypeSessionInfoLevel1,
};
use windows::core::PWSTR;

use crate::apartment::answered;
use crate::error_of;
use crate::text::text_at;

/// How many sessions are looked at.
const MAX_SESSIONS: usize = 4096;

/// The session of services, in which nobody sits.
const SERVICES: u32 = 0;

/// The protocol of Remote Desktop among those of sessions.
const REMOTE_DESKTOP: u16 = 2;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user; empty when nobody is logged in.
    pub user: String,
    /// Whether somebody sits elsewhere.
    pub is_remote: bool,
    /// `SessionFlags`; all ones when they were not told.
    pub flags: u32,
    /// When somebody last typed, in steps of 100 ns since 1601; 0 when it is not told.
    pub last_input: u64,
}

/// The sessions of people; what answers is the service of Remote Desktop, which may hang.
pub fn sessions(deadline: Duration) -> io::Result<Vec<Session>> {
    answered("sessions", deadline, all_sessions)
}

fn all_sessions() -> io::Result<Vec<Session>> {
    let (mut level, mut count) = (1, 0);
    let mut rows: *mut WTS_SESSION_INFO_1W = std::ptr::null_mut();
    // SAFETY: the places for the answer are ours; what it allocates is freed below.
    unsafe {
        WTSEnumerateSessionsExW(Some(WTS_CURRENT_SERVER_HANDLE), &raw mut level, 0, &raw mut rows, &raw mut count)
    }
    .map_err(|error| error_of(&error))?;
    if rows.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: Windows wrote `count` structures of the level asked for there.
    let listed = unsafe { std::slice::from_raw_parts(rows, (count as usize).min(MAX_SESSIONS)) };
    let sessions = listed.iter().filter(|row| row.SessionId != SERVICES).map(session).collect();
    // SAFETY: this is how what the call above gave is freed; nothing refers to it any more.
    let freed = unsafe { WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, rows.cast(), count) };
    freed.map(|()| sessions).map_err(|error| error_of(&error))
}

fn session(row: &WTS_SESSION_INFO_1W) -> Session {
    // SAFETY: the texts of a row lie in the answer, which lives until all rows are read.
    let user = unsafe { text_at(row.pUserName) };
    let protocol = told(row.SessionId, WTSClientProtocolType, |protocol: &u16| *protocol);
    let (flags, last_input) = told(row.SessionId, WTSSessionInfoEx, |info: &WTSINFOEXW| {
        // SAFETY: the union has one member, that of level 1.
        let level = unsafe { info.Data.WTSInfoExLevel1 };
        (level.SessionFlags.cast_unsigned(), u64::try_from(level.LastInputTime).unwrap_or_default())
    })
    .unwrap_or((u32::MAX, 0));
    Session { user, is_remote: protocol == Some(REMOTE_DESKTOP), flags, last_input }
}

/// What Windows tells of a session, in the form that belongs to what is asked.
fn told<T, R>(
    session: u32,
    what: windows::Win32::System::RemoteDesktop::WTS_INFO_CLASS,
    read: impl FnOnce(&T) -> R,
) -> Option<R> {
    let mut answer = PWSTR::null();
    let mut length = 0;
    // SAFETY: the places for the answer are ours; what it allocates is freed below.
    unsafe {
        WTSQuerySessionInformationW(Some(WTS_CURRENT_SERVER_HANDLE), session, what, &raw mut answer, &raw mut length)
    }
    .ok()?;
    if answer.is_null() {
        return None;
    }
    // SAFETY: it is read as `T` only when so many bytes are there; Windows aligns what it allocates.
    let result = (length as usize >= size_of::<T>()).then(|| read(unsafe { &*answer.0.cast::<T>() }));
    // SAFETY: the answer was allocated for this call, and nothing refers to it any more.
    unsafe { WTSFreeMemory(answer.0.cast()) };
    result
}
