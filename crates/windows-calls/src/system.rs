//! The system itself, and this process in it.

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::OsStringExt as _;
use std::path::{Component, PathBuf};

use windows::Win32::System::SystemInformation::GetSystemWindowsDirectoryW;
use windows::Win32::System::Threading::{
    BELOW_NORMAL_PRIORITY_CLASS, GetCurrentProcess, SetPriorityClass, TerminateProcess,
};

use crate::error_of;

/// The longest path of the folder of Windows, in UTF-16 units.
const MAX_FOLDER_UNITS: usize = 1024;

/// The folder of Windows: `C:\Windows`. Asked of the system, not of a variable that anybody may set.
pub fn windows_folder() -> io::Result<PathBuf> {
    let mut units = [0; MAX_FOLDER_UNITS];
    // SAFETY: the length of the buffer goes with it.
    let length = unsafe { GetSystemWindowsDirectoryW(Some(&mut units)) };
    match units.get(..length as usize) {
        Some(path) if length > 0 => Ok(OsString::from_wide(path).into()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The root of the drive that Windows lies on: `C:\`.
pub fn system_drive() -> io::Result<PathBuf> {
    let folder = windows_folder()?;
    Ok(folder.components().filter(|part| matches!(part, Component::Prefix(_) | Component::RootDir)).collect())
}

/// Lets everything else on the machine go first.
pub fn lower_priority() -> io::Result<()> {
    // SAFETY: the handle of the current process is a constant that is always good.
    unsafe { SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS) }.map_err(|error| error_of(&error))
}

/// Ends this process at once, with its threads wherever they are. The ordinary end takes one library after the other away from
/// threads that still wait in COM, which may then fail in what is left of them. What is to be written must be written before.
pub fn end_process(code: u8) -> ! {
    // SAFETY: the handle of the current process is a constant that is always good. Nothing of the process is left after it.
    let _ = unsafe { TerminateProcess(GetCurrentProcess(), u32::from(code)) };
    // It does not come back unless it was refused.
    ordinary_end(code)
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "the process was to end at once, which was refused")]
fn ordinary_end(code: u8) -> ! {
    std::process::exit(i32::from(code))
}
