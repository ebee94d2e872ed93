//! Secrets that only this machine can read: DPAPI with the key of the machine.

use std::io;

use windows::Win32::Foundation::{HLOCAL, LocalFree};
use windows::Win32::Security::Cryptography::{
    CRYPT_INTEGER_BLOB, CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN, CryptProtectData, CryptUnprotectData,
};
use windows::core::PCWSTR;

use crate::error_of;

/// Seals a secret. A copy of it on another machine, or on the disk taken out, is of no use.
pub fn seal(secret: &[u8]) -> io::Result<Vec<u8>> {
    let flags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;
    transformed(secret, |input, output| {
        // SAFETY: both blobs live during the call; `output` receives memory that `transformed` frees.
        unsafe { CryptProtectData(input, PCWSTR::null(), None, None, None, flags, output) }
    })
}

/// Opens what was sealed on this machine.
pub fn unseal(sealed: &[u8]) -> io::Result<Vec<u8>> {
    transformed(sealed, |input, output| {
        // SAFETY: as above.
        unsafe { CryptUnprotectData(input, None, None, None, None, CRYPTPROTECT_UI_FORBIDDEN, output) }
    })
}

fn transformed(
    bytes: &[u8],
    call: impl FnOnce(*const CRYPT_INTEGER_BLOB, *mut CRYPT_INTEGER_BLOB) -> windows::core::Result<()>,
) -> io::Result<Vec<u8>> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    // Windows declares it as changeable and does not change it.
    let input = CRYPT_INTEGER_BLOB { cbData: length, pbData: bytes.as_ptr().cast_mut() };
    let mut output = CRYPT_INTEGER_BLOB::default();
    call(&raw const input, &raw mut output).map_err(|error| error_of(&error))?;
    if output.pbData.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the call succeeded, so that `cbData` bytes lie there.
    let result = unsafe { std::slice::from_raw_parts(output.pbData, output.cbData as usize) }.to_vec();
    // SAFETY: Windows allocated it for us with `LocalAlloc`, and nothing refers to it any more.
    unsafe { LocalFree(Some(HLOCAL(output.pbData.cast()))) };
    Ok(result)
}
