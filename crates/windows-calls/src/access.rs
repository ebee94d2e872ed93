//! Who may look into a folder.

use std::io;
use std::path::Path;

use windows::Win32::Foundation::{CloseHandle, ERROR_ALREADY_EXISTS, ERROR_SUCCESS, HANDLE, HLOCAL, LocalFree};
use windows::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
    SetNamedSecurityInfoW,
};
use windows::Win32::Security::{
    ACL, DACL_SECURITY_INFORMATION, EqualSid, GetSecurityDescriptorDacl, GetTokenInformation, IsWellKnownSid,
    OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES,
    TOKEN_QUERY, TOKEN_USER, TokenUser, WinBuiltinAdministratorsSid, WinLocalSystemSid,
};
use windows::Win32::Storage::FileSystem::CreateDirectoryW;
use windows::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows::core::{BOOL, PCWSTR, w};

use crate::error_of;
use crate::text::wide;

/// The system and its administrators may do everything, with what lies below too; nobody else anything; nothing is
/// inherited from above.
const PRIVATE: PCWSTR = w!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");

/// The same for a file that everybody on this machine may read.
const READABLE: PCWSTR = w!("D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;BU)");

/// How much a token says of its user at most: a structure and the longest identifier, in words of the size of a pointer.
const TOKEN_USER_WORDS: usize = 32;

/// A description that Windows allocated, freed with it.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: both calls that give a descriptor allocate it with `LocalAlloc` and leave it to us.
        unsafe { LocalFree(Some(HLOCAL(self.0.0))) };
    }
}

impl Descriptor {
    fn private() -> io::Result<Self> {
        // SAFETY: the text is a constant with a zero at its end.
        unsafe { Self::written(PRIVATE) }
    }

    fn readable() -> io::Result<Self> {
        // SAFETY: the text is a constant with a zero at its end.
        unsafe { Self::written(READABLE) }
    }

    /// # Safety
    /// `text` ends in a zero.
    unsafe fn written(text: PCWSTR) -> io::Result<Self> {
        let mut descriptor = PSECURITY_DESCRIPTOR::default();
        // SAFETY: the text ends in a zero by the caller's promise; the place for the answer is ours.
        unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &raw mut descriptor, None)
        }
        .map_err(|error| error_of(&error))?;
        Ok(Self(descriptor))
    }

    fn access_list(&self) -> io::Result<*const ACL> {
        let (mut present, mut defaulted) = (BOOL::default(), BOOL::default());
        let mut list = std::ptr::null_mut();
        // SAFETY: the descriptor lives as long as `self`; the places for the answers are ours.
        unsafe { GetSecurityDescriptorDacl(self.0, &raw mut present, &raw mut list, &raw mut defaulted) }
            .map_err(|error| error_of(&error))?;
        Ok(list)
    }
}

/// Makes a folder that only the system and its administrators may look into. One that is there already is closed in the same
/// way, unless somebody else made it: then what lies in it may be theirs, and the call fails with "access denied".
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let name = wide(path);
    let descriptor = Descriptor::private()?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: descriptor.0.0,
        bInheritHandle: BOOL::from(false),
    };
    // SAFETY: the name ends in a zero; name, attributes and descriptor live during the call.
    match unsafe { CreateDirectoryW(PCWSTR(name.as_ptr()), Some(&raw const attributes)) } {
        Ok(()) => return Ok(()),
        Err(error) if error.code() == ERROR_ALREADY_EXISTS.to_hresult() => {}
        Err(error) => return Err(error_of(&error)),
    }
    if !is_private(path)? {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    set_access(path, &descriptor)
}

/// Lets everybody on this machine read a file, in whatever folder it lies, and nobody but the system and its administrators
/// write it.
pub fn let_users_read(path: &Path) -> io::Result<()> {
    set_access(path, &Descriptor::readable()?)
}

fn set_access(path: &Path, descriptor: &Descriptor) -> io::Result<()> {
    let name = wide(path);
    let list = descriptor.access_list()?;
    let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    // SAFETY: the name ends in a zero; the list is part of the descriptor, which lives during the call.
    let error =
        unsafe { SetNamedSecurityInfoW(PCWSTR(name.as_ptr()), SE_FILE_OBJECT, what, None, None, Some(list), None) };
    if error == ERROR_SUCCESS { Ok(()) } else { Err(io::Error::from_raw_os_error(error.0.cast_signed())) }
}

/// Whether a file or folder belongs to the system, its administrators or the account that asks: who owns it can give rights
/// to anybody.
pub fn is_private(path: &Path) -> io::Result<bool> {
    let name = wide(path);
    let mut owner = PSID::default();
    let mut descriptor = PSECURITY_DESCRIPTOR::default();
    // SAFETY: the name ends in a zero; the places for the answers are ours, and the descriptor is freed below.
    let error = unsafe {
        GetNamedSecurityInfoW(
            PCWSTR(name.as_ptr()),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            Some(&raw mut owner),
            None,
            None,
            None,
            &raw mut descriptor,
        )
    };
    if error != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(error.0.cast_signed()));
    }
    let held = Descriptor(descriptor);
    // SAFETY: the owner lies inside the descriptor, which `held` keeps.
    let trusted = unsafe {
        IsWellKnownSid(owner, WinLocalSystemSid).as_bool()
            || IsWellKnownSid(owner, WinBuiltinAdministratorsSid).as_bool()
            || is_own_account(owner)?
    };
    drop(held);
    Ok(trusted)
}

/// Whether this process runs as that account.
///
/// # Safety
/// `account` leads to a security identifier that stays as it is during the call.
unsafe fn is_own_account(account: PSID) -> io::Result<bool> {
    let mut token = HANDLE::default();
    // SAFETY: the handle of the current process is a constant that is always good; the place for the answer is ours.
    unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) }.map_err(|error| error_of(&error))?;
    // Words of the size of a pointer, so that the structure at its beginning is aligned.
    let mut answer = [0_usize; TOKEN_USER_WORDS];
    let room = u32::try_from(size_of_val(&answer)).unwrap_or_default();
    let mut length = 0;
    // SAFETY: the token is open; the buffer is ours and its length goes with it.
    let asked =
        unsafe { GetTokenInformation(token, TokenUser, Some(answer.as_mut_ptr().cast()), room, &raw mut length) };
    // SAFETY: the token was opened above and is used by nobody else.
    unsafe { CloseHandle(token) }.map_err(|error| error_of(&error))?;
    asked.map_err(|error| error_of(&error))?;
    // SAFETY: the call succeeded, so that a `TOKEN_USER` lies at the beginning of the aligned buffer.
    let user = unsafe { &*answer.as_ptr().cast::<TOKEN_USER>() };
    // SAFETY: both identifiers are good: one by the caller's promise, one inside `answer`.
    Ok(unsafe { EqualSid(account, user.User.Sid) }.is_ok())
}
