//! Functions that not every Windows has, found when they are called.

use std::io;

use windows::Win32::Foundation::{FreeLibrary, HMODULE};
use windows::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows::core::{PCSTR, PCWSTR};

use crate::error_of;
use crate::system::windows_folder;
use crate::text::wide;

/// A function before it is known of which form.
pub(crate) type Function = unsafe extern "system" fn() -> isize;

/// A library of Windows, out of its own folder and no other.
pub(crate) struct Library(HMODULE);

impl Library {
    /// Loads it.
    pub(crate) fn load(name: &str) -> io::Result<Self> {
        let path = wide(windows_folder()?.join("System32").join(name));
        // SAFETY: the path ends in a zero and lives during the call; what lies there is a part of Windows.
        unsafe { LoadLibraryW(PCWSTR(path.as_ptr())) }.map(Self).map_err(|error| error_of(&error))
    }

    /// The function with this name, which ends in a zero; it may be called as long as the library is there.
    pub(crate) fn function(&self, name: &'static std::ffi::CStr) -> io::Result<Function> {
        // SAFETY: the library is loaded as long as `self` is there, and the name is a constant with a zero at its end.
        let found = unsafe { GetProcAddress(self.0, PCSTR(name.as_ptr().cast())) };
        found.ok_or_else(io::Error::last_os_error)
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: it was loaded once by `load`, and no function of it is kept longer than it. A library that stays loaded
        // does no harm.
        let _ = unsafe { FreeLibrary(self.0) };
    }
}
