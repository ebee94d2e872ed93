//! What Windows knows of an open file.

use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStringExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::PathBuf;

use windows::Win32::Foundation::HANDLE;
use windows::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_NAME_NORMALIZED, GetFileInformationByHandle, GetFinalPathNameByHandleW,
};

use crate::error_of;

/// The longest path that Windows knows, in UTF-16 units.
const MAX_PATH_UNITS: usize = 1 << 15;

/// What tells one file from every other on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The volume.
    pub volume: u32,
    /// The file on it.
    pub file: u64,
}

/// Where an open file really lies, all links and junctions on the way to it followed.
pub fn final_path(file: &File) -> io::Result<PathBuf> {
    let mut units = vec![0; MAX_PATH_UNITS];
    // SAFETY: the handle is open as long as `file` is borrowed, and the length of the buffer goes with it.
    let length = unsafe { GetFinalPathNameByHandleW(HANDLE(file.as_raw_handle()), &mut units, FILE_NAME_NORMALIZED) };
    match units.get(..length as usize) {
        Some(path) if length > 0 => Ok(std::ffi::OsString::from_wide(path).into()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Which file it is.
pub fn identity(file: &File) -> io::Result<Identity> {
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open as long as `file` is borrowed, and the place for the answer is ours.
    unsafe { GetFileInformationByHandle(HANDLE(file.as_raw_handle()), &raw mut found) }
        .map_err(|error| error_of(&error))?;
    let index = (u64::from(found.nFileIndexHigh) << 32) | u64::from(found.nFileIndexLow);
    Ok(Identity { volume: found.dwVolumeSerialNumber, file: index })
}
