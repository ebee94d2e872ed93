//! What the safe interface of the registry leaves out.

use std::io;

use windows::Win32::Foundation::FILETIME;
use windows::Win32::System::Registry::{HKEY, RegQueryInfoKeyW};
use windows_registry::Key;

/// When a key was last written to, in steps of 100 ns since 1601.
pub fn last_written(key: &Key) -> io::Result<u64> {
    let mut at = FILETIME::default();
    // SAFETY: the key is open as long as it is borrowed; the place for the answer is ours.
    let error = unsafe {
        RegQueryInfoKeyW(
            HKEY(key.as_raw()),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            Some(&raw mut at),
        )
    };
    if error.is_err() {
        return Err(io::Error::from_raw_os_error(error.0.cast_signed()));
    }
    Ok((u64::from(at.dwHighDateTime) << 32) | u64::from(at.dwLowDateTime))
}
