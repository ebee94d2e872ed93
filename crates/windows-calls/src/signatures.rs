//! Whether the signature of a program is valid: the one in the file itself, or the one of a catalog that lists it.
//!
//! Nothing is fetched from the network: neither lists of revoked certificates nor missing ones.

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use windows::Win32::Foundation::{HANDLE, HWND};
use windows::Win32::Security::Cryptography::Catalog::{
    CATALOG_INFO, CryptCATAdminAcquireContext, CryptCATAdminCalcHashFromFileHandle, CryptCATAdminEnumCatalogFromHash,
    CryptCATAdminReleaseCatalogContext, CryptCATAdminReleaseContext, CryptCATCatalogInfoFromContext,
};
use windows::Win32::Security::WinTrust::{
    WINTRUST_ACTION_GENERIC_VERIFY_V2, WINTRUST_CATALOG_INFO, WINTRUST_DATA, WINTRUST_DATA_0,
    WINTRUST_DATA_UNION_CHOICE, WINTRUST_FILE_INFO, WTD_CACHE_ONLY_URL_RETRIEVAL, WTD_CHOICE_CATALOG, WTD_CHOICE_FILE,
    WTD_REVOCATION_CHECK_NONE, WTD_REVOKE_NONE, WTD_STATEACTION_CLOSE, WTD_STATEACTION_VERIFY, WTD_UI_NONE,
    WinVerifyTrust,
};
use windows::core::{BOOL, GUID, PCWSTR, w};

use crate::apartment::answered;
use crate::error_of;
use crate::library::{Function, Library};
use crate::text::wide;

/// The longest hash of a file in a catalog, in bytes: SHA-256 has 32.
const MAX_HASH_BYTES: usize = 64;

/// How many catalogs are looked at that list a file.
const MAX_CATALOGS: usize = 8;

/// The library with the functions for catalogs that list files by SHA-256, which Windows 7 lacks.
const LIBRARY: &str = "wintrust.dll";

/// What was found, each by the number that `WinVerifyTrust` gave: 0 is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignatureVerdict {
    /// On the signature in the file.
    pub embedded: i32,
    /// On the signature of a catalog that lists the file; the best one where there are several, `None` where there is none.
    pub catalog: Option<i32>,
}

/// Looks at the signatures of an open file, until the deadline.
pub fn signature(file: File, path: &Path, deadline: Duration) -> io::Result<SignatureVerdict> {
    let path: PathBuf = path.to_owned();
    answered("signature", deadline, move || {
        let embedded = embedded(&file, &path);
        let catalog = if embedded == 0 { None } else { catalog(&file, &path)? };
        Ok(SignatureVerdict { embedded, catalog })
    })
}

fn embedded(file: &File, path: &Path) -> i32 {
    let path = wide(path);
    let mut subject = WINTRUST_FILE_INFO {
        cbStruct: length_of::<WINTRUST_FILE_INFO>(),
        pcwszFilePath: PCWSTR(path.as_ptr()),
        hFile: HANDLE(file.as_raw_handle()),
        ..Default::default()
    };
    // SAFETY: the structure, the path and the open file live until the call is over.
    unsafe { verdict(WTD_CHOICE_FILE, WINTRUST_DATA_0 { pFile: &raw mut subject }) }
}

/// The best verdict on the catalogs that list the file.
fn catalog(file: &File, path: &Path) -> io::Result<Option<i32>> {
    let mut best = None;
    for admin in [Admin::with_sha_256(), Admin::with_sha_1().map(Some)] {
        let Some(admin) = admin? else { continue };
        let hash = admin.hash(file)?;
        let mut previous = 0;
        for _ in 0..MAX_CATALOGS {
            // SAFETY: the context is open; the one before it is either none or what the last call gave, which frees it.
            let found =
                unsafe { CryptCATAdminEnumCatalogFromHash(admin.context, &hash, None, Some(&raw mut previous)) };
            previous = 0;
            if found == 0 {
                break;
            }
            let verdict = admin.verdict(found, &hash, file, path);
            previous = found;
            match verdict {
                Some(0) => {
                    admin.release(previous);
                    return Ok(Some(0));
                }
                other => best = best.or(other),
            }
        }
        if previous != 0 {
            admin.release(previous);
        }
    }
    Ok(best)
}

/// Asks `WinVerifyTrust`.
///
/// # Safety
/// `subject` is what belongs to `choice`, and everything it leads to stays as it is during the call.
unsafe fn verdict(choice: WINTRUST_DATA_UNION_CHOICE, subject: WINTRUST_DATA_0) -> i32 {
    let mut data = WINTRUST_DATA {
        cbStruct: length_of::<WINTRUST_DATA>(),
        dwUIChoice: WTD_UI_NONE,
        fdwRevocationChecks: WTD_REVOKE_NONE,
        dwUnionChoice: choice,
        Anonymous: subject,
        dwStateAction: WTD_STATEACTION_VERIFY,
        dwProvFlags: WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_REVOCATION_CHECK_NONE,
        ..Default::default()
    };
    let mut action: GUID = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    let nobody = HWND(std::ptr::without_provenance_mut(usize::MAX));
    // SAFETY: both structures are ours and as long as they say; the caller promises the rest. Nothing is shown: no window.
    let verdict = unsafe { WinVerifyTrust(nobody, &raw mut action, (&raw mut data).cast()) };
    data.dwStateAction = WTD_STATEACTION_CLOSE;
    // SAFETY: as above; this frees what the first call keeps in `data`, and what it says is nothing new.
    let _ = unsafe { WinVerifyTrust(nobody, &raw mut action, (&raw mut data).cast()) };
    verdict
}

/// Access to the catalogs of Windows.
struct Admin {
    context: isize,
    /// The library with the newer functions, when they were used.
    newer: Option<Library>,
}

/// `BOOL CryptCATAdminAcquireContext2(HCATADMIN *, const GUID *, PCWSTR, PCCERT_STRONG_SIGN_PARA, DWORD)`
type Acquire = unsafe extern "system" fn(*mut isize, *const GUID, PCWSTR, *const c_void, u32) -> BOOL;

/// `BOOL CryptCATAdminCalcHashFromFileHandle2(HCATADMIN, HANDLE, DWORD *, BYTE *, DWORD)`
type Calculate = unsafe extern "system" fn(isize, HANDLE, *mut u32, *mut u8, u32) -> BOOL;

impl Admin {
    /// Files are listed by their SHA-1: every Windows.
    fn with_sha_1() -> io::Result<Self> {
        let mut context = 0;
        // SAFETY: the place for the answer is ours; it is freed with what is made here.
        unsafe { CryptCATAdminAcquireContext(&raw mut context, None, None) }.map_err(|error| error_of(&error))?;
        Ok(Self { context, newer: None })
    }

    /// Files are listed by their SHA-256: Windows 8 and later; `None` where that is not known.
    fn with_sha_256() -> io::Result<Option<Self>> {
        let library = Library::load(LIBRARY)?;
        let Ok(function) = library.function(c"CryptCATAdminAcquireContext2") else { return Ok(None) };
        // SAFETY: this is the form in which Windows declares the function of this name.
        let acquire = unsafe { std::mem::transmute::<Function, Acquire>(function) };
        let mut context = 0;
        // SAFETY: the library is still loaded; the name of the hash is a constant, and the place for the answer ours.
        let acquired = unsafe { acquire(&raw mut context, std::ptr::null(), w!("SHA256"), std::ptr::null(), 0) };
        // A Windows that knows the function and not the hash has no such catalogs.
        Ok(acquired.as_bool().then_some(Self { context, newer: Some(library) }))
    }

    fn hash(&self, file: &File) -> io::Result<Vec<u8>> {
        let handle = HANDLE(file.as_raw_handle());
        let mut hash = vec![0; MAX_HASH_BYTES];
        let mut length = u32::try_from(hash.len()).unwrap_or_default();
        let calculated = match &self.newer {
            Some(library) => {
                let function = library.function(c"CryptCATAdminCalcHashFromFileHandle2")?;
                // SAFETY: this is the form in which Windows declares the function of this name.
                let calculate = unsafe { std::mem::transmute::<Function, Calculate>(function) };
                // SAFETY: the context and the file are open; the length of the buffer goes with it.
                unsafe { calculate(self.context, handle, &raw mut length, hash.as_mut_ptr(), 0) }
            }
            // SAFETY: as above.
            None => unsafe {
                CryptCATAdminCalcHashFromFileHandle(handle, &raw mut length, Some(hash.as_mut_ptr()), None)
            },
        };
        calculated.ok().map_err(|error| error_of(&error))?;
        hash.truncate(length as usize);
        Ok(hash)
    }

    /// The verdict on the signature of one catalog; `None` when Windows does not say where it lies.
    fn verdict(&self, catalog: isize, hash: &[u8], file: &File, path: &Path) -> Option<i32> {
        let mut info = CATALOG_INFO { cbStruct: length_of::<CATALOG_INFO>(), ..Default::default() };
        // SAFETY: the catalog is open, and the place for the answer ours.
        unsafe { CryptCATCatalogInfoFromContext(catalog, &raw mut info, 0) }.ok()?;
        // Catalogs name their members by the hash, in capitals.
        let tag: String = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        let (path, tag, mut hash) = (wide(path), wide(tag), hash.to_vec());
        let mut subject = WINTRUST_CATALOG_INFO {
            cbStruct: length_of::<WINTRUST_CATALOG_INFO>(),
            pcwszCatalogFilePath: PCWSTR(info.wszCatalogFile.as_ptr()),
            pcwszMemberTag: PCWSTR(tag.as_ptr()),
            pcwszMemberFilePath: PCWSTR(path.as_ptr()),
            hMemberFile: HANDLE(file.as_raw_handle()),
            pbCalculatedFileHash: hash.as_mut_ptr(),
            cbCalculatedFileHash: u32::try_from(hash.len()).unwrap_or_default(),
            hCatAdmin: self.context,
            ..Default::default()
        };
        // SAFETY: the structure, the texts, the hash and the open file live until the call is over.
        Some(unsafe { verdict(WTD_CHOICE_CATALOG, WINTRUST_DATA_0 { pCatalog: &raw mut subject }) })
    }

    fn release(&self, catalog: isize) {
        // SAFETY: the catalog came from this context and is used by nobody else; that it stays open does no harm.
        let _ = unsafe { CryptCATAdminReleaseCatalogContext(self.context, catalog, 0) };
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        // SAFETY: the context was acquired once and is used by nobody else; that it stays open does no harm.
        let _ = unsafe { CryptCATAdminReleaseContext(self.context, 0) };
    }
}

fn length_of<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or_default()
}
