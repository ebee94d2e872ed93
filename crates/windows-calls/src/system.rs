//! The system itself, and this process in it.

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::OsStringExt as _;
use std::path::{Component, PathBuf};

use windows::Win32::System::SystemInformation::GetSystemWindowsDirectoryW;
use windows::Win32::System::Threading::{BELOW_NORMAL_PRIORITY_CLASS, GetCurrentProcess, SetPriorityClass};

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
