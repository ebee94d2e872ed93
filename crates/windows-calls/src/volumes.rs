//! The drives of this machine.

use std::io;
use std::time::Duration;

use windows::Win32::Storage::FileSystem::{GetDriveTypeW, GetLogicalDrives, GetVolumeInformationW};
use windows::Win32::System::Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SetThreadErrorMode};
use windows::core::PCWSTR;

use crate::apartment::answered;
use crate::error_of;
use crate::text::wide;

/// `DRIVE_REMOVABLE` and `DRIVE_FIXED`.
const REMOVABLE: u32 = 2;
const FIXED: u32 = 3;

/// The number for a drive in which nothing lies: a reader of cards.
const NOT_READY: i32 = 21;

/// The longest name of a file system, in UTF-16 units.
const MAX_NAME_UNITS: usize = 261;

/// A drive on which something lies.
#[derive(Debug)]
pub struct Drive {
    /// Its letter: `C:`.
    pub name: String,
    /// Whether it can be taken out.
    pub removable: bool,
    /// `NTFS`, `FAT32`, …
    pub file_system: io::Result<String>,
}

/// The drives of this machine but for networks and discs.
pub fn drives(deadline: Duration) -> io::Result<Vec<Drive>> {
    answered("drives", deadline, || {
        // SAFETY: it concerns this thread alone: nobody is asked to put in a card.
        let _ = unsafe { SetThreadErrorMode(SEM_FAILCRITICALERRORS, None) };
        // SAFETY: a call without arguments.
        let letters = unsafe { GetLogicalDrives() };
        if letters == 0 {
            return Err(io::Error::last_os_error());
        }
        let present = ('A'..='Z').enumerate().filter(|(index, _)| letters & (1 << index) != 0);
        Ok(present.filter_map(|(_, letter)| drive(letter)).collect())
    })
}

fn drive(letter: char) -> Option<Drive> {
    let root = wide(format!(r"{letter}:\"));
    // SAFETY: the name ends in a zero and lives during the call.
    let kind = unsafe { GetDriveTypeW(PCWSTR(root.as_ptr())) };
    if kind != REMOVABLE && kind != FIXED {
        return None;
    }
    let mut name = [0; MAX_NAME_UNITS];
    // SAFETY: as above; the length of the buffer goes with it.
    let told = unsafe { GetVolumeInformationW(PCWSTR(root.as_ptr()), None, None, None, None, Some(&mut name)) };
    let file_system = told.map_err(|error| error_of(&error)).map(|()| {
        let name = name.split(|unit| *unit == 0).next().unwrap_or_default();
        String::from_utf16_lossy(name)
    });
    let is_empty = matches!(&file_system, Err(error) if error.raw_os_error() == Some(NOT_READY));
    (!is_empty).then(|| Drive { name: format!("{letter}:"), removable: kind == REMOVABLE, file_system })
}
