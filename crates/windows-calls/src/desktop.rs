//! What the person before the machine sees: a document in its program, a message, no window of a console.

use std::io;
use std::path::Path;

use windows::Win32::System::Console::{FreeConsole, GetConsoleProcessList};
use windows::Win32::UI::Shell::ShellExecuteW;
use windows::Win32::UI::WindowsAndMessaging::{MB_ICONWARNING, MB_OK, MESSAGEBOX_STYLE, MessageBoxW, SW_SHOWNORMAL};
use windows::core::{PCWSTR, w};

use crate::text::wide;

/// What `ShellExecute` gives at least when it could open something; up to it the numbers are those of errors.
const SHELL_SUCCESS: isize = 32;

/// Opens a document with the program that the user has chosen for its kind.
pub fn open_document(path: &Path) -> io::Result<()> {
    let path = wide(path);
    // SAFETY: both texts end in a zero and live during the call; no window and no arguments are handed over.
    let opened = unsafe {
        ShellExecuteW(None, w!("open"), PCWSTR(path.as_ptr()), PCWSTR::null(), PCWSTR::null(), SW_SHOWNORMAL)
    };
    let outcome = opened.0 as isize;
    if outcome > SHELL_SUCCESS {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(i32::try_from(outcome).unwrap_or(0)))
    }
}

/// Lets go of the console when Windows made it for this process alone, as it does where nobody typed the command. Says
/// whether it was so: then there is nowhere to write to any more.
pub fn leave_own_console() -> bool {
    let mut processes = [0; 2];
    // SAFETY: the length of the buffer goes with it.
    let count = unsafe { GetConsoleProcessList(&mut processes) };
    // SAFETY: it takes nothing; a process without a console is told so.
    count == 1 && unsafe { FreeConsole() }.is_ok()
}

/// Shows a warning until it is closed.
pub fn warn(title: &str, text: &str) {
    let (title, text) = (wide(title), wide(text));
    let style: MESSAGEBOX_STYLE = MB_OK | MB_ICONWARNING;
    // SAFETY: both texts end in a zero and live during the call; no window owns the message.
    let _ = unsafe { MessageBoxW(None, PCWSTR(text.as_ptr()), PCWSTR(title.as_ptr()), style) };
}
