//! The security chip (TPM), through the provider of keys that Windows has for it since Windows 8. Its keys are those of the
//! machine; their private halves never leave the chip.

use std::io;
use std::time::Duration;

use windows::Win32::Security::Cryptography::{
    BCRYPT_OAEP_PADDING_INFO, BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, BCRYPT_SHA1_ALGORITHM,
    BCRYPT_SHA256_ALGORITHM, CERT_KEY_SPEC, MS_PLATFORM_CRYPTO_PROVIDER, NCRYPT_ALLOW_DECRYPT_FLAG,
    NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_HANDLE, NCRYPT_IMPL_HARDWARE_FLAG, NCRYPT_IMPL_TYPE_PROPERTY,
    NCRYPT_KEY_HANDLE, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_LENGTH_PROPERTY, NCRYPT_MACHINE_KEY_FLAG,
    NCRYPT_OVERWRITE_KEY_FLAG, NCRYPT_PAD_OAEP_FLAG, NCRYPT_PROV_HANDLE, NCRYPT_SILENT_FLAG, NCryptCreatePersistedKey,
    NCryptDecrypt, NCryptDeleteKey, NCryptEncrypt, NCryptExportKey, NCryptFinalizeKey, NCryptFreeObject,
    NCryptGetProperty, NCryptOpenKey, NCryptOpenStorageProvider, NCryptSetProperty,
};
use windows::Win32::Security::OBJECT_SECURITY_INFORMATION;
use windows::core::PCWSTR;

use crate::apartment::answered;
use crate::error_of;
use crate::text::wide;

/// How many bits a key has: every chip can do these, not every one can do more.
const KEY_BITS: u32 = 2048;

/// The longest answer that is taken, in bytes: the public half of a key of 4096 bits, with its head.
const MAX_ANSWER_BYTES: usize = 1024;

/// The errors that mean that there is no key of a name: `NTE_BAD_KEYSET`, `NTE_NO_KEY`, `NTE_NOT_FOUND`.
const NO_SUCH_KEY: [u32; 3] = [0x8009_0016, 0x8009_000D, 0x8009_0011];

/// How a secret is filled up before it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oaep {
    /// With SHA-256.
    Sha256,
    /// With SHA-1, for chips that know no other.
    Sha1,
}

/// The public half of the chip's key with this name; `None` when it has none. [`io::ErrorKind::Unsupported`] when the machine
/// has no chip that works, here as in the other functions.
pub fn chip_key(name: &str, deadline: Duration) -> io::Result<Option<Vec<u8>>> {
    let name = name.to_owned();
    answered("security-chip", deadline, move || match Key::open(&name) {
        Ok(key) => key.public().map(Some),
        Err(error) if is_no_such_key(&error) => Ok(None),
        Err(error) => Err(error),
    })
}

/// Makes a key in the chip, in place of the one that has this name, and gives its public half.
pub fn make_chip_key(name: &str, deadline: Duration) -> io::Result<Vec<u8>> {
    let name = name.to_owned();
    answered("security-chip", deadline, move || Key::make(&name)?.public())
}

/// Encrypts a short secret for the chip's key with this name.
pub fn wrap_by_chip(name: &str, oaep: Oaep, secret: &[u8], deadline: Duration) -> io::Result<Vec<u8>> {
    let (name, secret) = (name.to_owned(), secret.to_vec());
    answered("security-chip", deadline, move || Key::open(&name)?.encrypted(oaep, &secret))
}

/// Has the chip decrypt what was encrypted for its key with this name.
pub fn unwrap_by_chip(name: &str, oaep: Oaep, wrapped: &[u8], deadline: Duration) -> io::Result<Vec<u8>> {
    let (name, wrapped) = (name.to_owned(), wrapped.to_vec());
    answered("security-chip", deadline, move || Key::open(&name)?.decrypted(oaep, &wrapped))
}

/// Removes the chip's key with this name; one that is not there is no mistake.
pub fn remove_chip_key(name: &str, deadline: Duration) -> io::Result<()> {
    let name = name.to_owned();
    answered("security-chip", deadline, move || match Key::open(&name) {
        Ok(key) => key.delete(),
        Err(error) if is_no_such_key(&error) => Ok(()),
        Err(error) => Err(error),
    })
}

fn is_no_such_key(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|number| NO_SUCH_KEY.contains(&number.cast_unsigned()))
}

/// Something that the provider gave us, given back at the end.
struct Object(NCRYPT_HANDLE);

impl Drop for Object {
    fn drop(&mut self) {
        if self.0.is_invalid() {
            return;
        }
        // SAFETY: the handle was given to us, nobody else has it, and it is given back once. Where that fails it ends with
        // the process.
        let _ = unsafe { NCryptFreeObject(self.0) };
    }
}

/// The provider of the chip's keys; an error of kind [`io::ErrorKind::Unsupported`] where there is none.
fn provider() -> io::Result<Object> {
    let mut handle = NCRYPT_PROV_HANDLE::default();
    // SAFETY: the name is a constant with a zero at its end; the handle is written into `handle`.
    let opened = unsafe { NCryptOpenStorageProvider(&raw mut handle, MS_PLATFORM_CRYPTO_PROVIDER, 0) };
    opened.map_err(|error| io::Error::new(io::ErrorKind::Unsupported, error_of(&error)))?;
    let provider = Object(NCRYPT_HANDLE(handle.0));
    // Something that stands in for the provider, as in Wine, keeps its keys in no chip.
    let mut kind = [0; 4];
    let mut length = 0;
    // SAFETY: the handle is that of the provider that was opened; the length of the buffer goes with it.
    let told = unsafe {
        NCryptGetProperty(
            provider.0,
            NCRYPT_IMPL_TYPE_PROPERTY,
            Some(&mut kind),
            &raw mut length,
            OBJECT_SECURITY_INFORMATION(0),
        )
    };
    told.map_err(|error| io::Error::new(io::ErrorKind::Unsupported, error_of(&error)))?;
    if u32::from_le_bytes(kind) & NCRYPT_IMPL_HARDWARE_FLAG == 0 {
        return Err(io::ErrorKind::Unsupported.into());
    }
    Ok(provider)
}

/// A key of the chip. It is given back before its provider.
struct Key {
    object: Object,
    _provider: Object,
}

impl Key {
    fn open(name: &str) -> io::Result<Self> {
        let provider = provider()?;
        let name = wide(name);
        let mut handle = NCRYPT_KEY_HANDLE::default();
        let flags = NCRYPT_MACHINE_KEY_FLAG | NCRYPT_SILENT_FLAG;
        // SAFETY: the provider is open; the name ends in a zero and lives during the call; the handle is written into `handle`.
        let opened = unsafe {
            NCryptOpenKey(
                NCRYPT_PROV_HANDLE(provider.0.0),
                &raw mut handle,
                PCWSTR(name.as_ptr()),
                CERT_KEY_SPEC(0),
                flags,
            )
        };
        opened.map_err(|error| error_of(&error))?;
        Ok(Self { object: Object(NCRYPT_HANDLE(handle.0)), _provider: provider })
    }

    fn make(name: &str) -> io::Result<Self> {
        let provider = provider()?;
        let name = wide(name);
        let mut handle = NCRYPT_KEY_HANDLE::default();
        let flags = NCRYPT_MACHINE_KEY_FLAG | NCRYPT_OVERWRITE_KEY_FLAG;
        // SAFETY: the provider is open; both names end in a zero and live during the call; the handle is written into `handle`.
        let made = unsafe {
            NCryptCreatePersistedKey(
                NCRYPT_PROV_HANDLE(provider.0.0),
                &raw mut handle,
                BCRYPT_RSA_ALGORITHM,
                PCWSTR(name.as_ptr()),
                CERT_KEY_SPEC(0),
                flags,
            )
        };
        made.map_err(|error| error_of(&error))?;
        let key = Self { object: Object(NCRYPT_HANDLE(handle.0)), _provider: provider };
        key.set(NCRYPT_LENGTH_PROPERTY, KEY_BITS)?;
        // Keys of this provider never leave the chip; some of its releases refuse to be told so, or what a key is for.
        let _ = key.set(NCRYPT_EXPORT_POLICY_PROPERTY, 0);
        let _ = key.set(NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_DECRYPT_FLAG);
        // SAFETY: the key was made above and is not finished yet.
        unsafe { NCryptFinalizeKey(key.handle(), NCRYPT_SILENT_FLAG) }.map_err(|error| error_of(&error))?;
        Ok(key)
    }

    const fn handle(&self) -> NCRYPT_KEY_HANDLE {
        NCRYPT_KEY_HANDLE(self.object.0.0)
    }

    fn set(&self, property: PCWSTR, value: u32) -> io::Result<()> {
        let value = value.to_le_bytes();
        // SAFETY: the handle is that of a key that is open; the property is a constant with a zero at its end; the length of
        // the value goes with it.
        unsafe { NCryptSetProperty(self.object.0, property, &value, NCRYPT_SILENT_FLAG) }
            .map_err(|error| error_of(&error))
    }

    fn public(&self) -> io::Result<Vec<u8>> {
        taken(|answer, length| {
            // SAFETY: the key is open; the kind of the answer is a constant with a zero at its end; the length of the buffer
            // goes with it.
            unsafe {
                NCryptExportKey(
                    self.handle(),
                    None,
                    BCRYPT_RSAPUBLIC_BLOB,
                    None,
                    Some(answer),
                    length,
                    NCRYPT_SILENT_FLAG,
                )
            }
        })
    }

    fn encrypted(&self, oaep: Oaep, secret: &[u8]) -> io::Result<Vec<u8>> {
        let padding = oaep.info();
        taken(|answer, length| {
            // SAFETY: the key is open; the padding is of the kind that the flag names and lives during the call; the lengths
            // of both buffers go with them.
            unsafe {
                NCryptEncrypt(
                    self.handle(),
                    Some(secret),
                    Some((&raw const padding).cast()),
                    Some(answer),
                    length,
                    NCRYPT_PAD_OAEP_FLAG | NCRYPT_SILENT_FLAG,
                )
            }
        })
    }

    fn decrypted(&self, oaep: Oaep, wrapped: &[u8]) -> io::Result<Vec<u8>> {
        let padding = oaep.info();
        taken(|answer, length| {
            // SAFETY: as above.
            unsafe {
                NCryptDecrypt(
                    self.handle(),
                    Some(wrapped),
                    Some((&raw const padding).cast()),
                    Some(answer),
                    length,
                    NCRYPT_PAD_OAEP_FLAG | NCRYPT_SILENT_FLAG,
                )
            }
        })
    }

    /// Removes the key; Windows gives its handle back by itself then.
    fn delete(mut self) -> io::Result<()> {
        // SAFETY: the key is open.
        unsafe { NCryptDeleteKey(self.handle(), NCRYPT_SILENT_FLAG.0) }.map_err(|error| error_of(&error))?;
        self.object.0 = NCRYPT_HANDLE::default();
        Ok(())
    }
}

impl Oaep {
    fn info(self) -> BCRYPT_OAEP_PADDING_INFO {
        let hash = match self {
            Self::Sha256 => BCRYPT_SHA256_ALGORITHM,
            Self::Sha1 => BCRYPT_SHA1_ALGORITHM,
        };
        BCRYPT_OAEP_PADDING_INFO { pszAlgId: hash, ..BCRYPT_OAEP_PADDING_INFO::default() }
    }
}

/// What a call writes into a buffer, as long as it says.
fn taken(call: impl FnOnce(&mut [u8], *mut u32) -> windows::core::Result<()>) -> io::Result<Vec<u8>> {
    let mut answer = vec![0; MAX_ANSWER_BYTES];
    let mut length = 0;
    call(&mut answer, &raw mut length).map_err(|error| error_of(&error))?;
    answer.truncate(length as usize);
    Ok(answer)
}
