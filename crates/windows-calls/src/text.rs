//! Text on its way to Windows and back.

use std::ffi::OsStr;
use std::os::windows::ffi::OsStrExt as _;

use windows::core::PWSTR;

/// The longest text that is read behind a pointer, in UTF-16 units.
const MAX_UNITS: usize = 1 << 16;

/// The text as Windows takes it: UTF-16 with a zero at its end.
pub(crate) fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// The text behind a pointer; empty where there is none, and cut off after [`MAX_UNITS`].
///
/// # Safety
/// The pointer is null, or leads to UTF-16 that ends in a zero and stays as it is during the call.
pub(crate) unsafe fn text_at(pointer: PWSTR) -> String {
    if pointer.is_null() {
        return String::new();
    }
    let mut length = 0;
    // SAFETY: everything up to the zero may be read, as the caller promises, and reading ends there.
    while length < MAX_UNITS && unsafe { *pointer.0.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: the loop has just read these units.
    String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(pointer.0, length) })
}
