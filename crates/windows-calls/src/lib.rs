//! The calls of Windows that need `unsafe`, each behind a safe function that says what it does and how it can fail.
//!
//! This crate is the one place of the workspace where `unsafe` is written (a rule of `cargo xtask architecture`). It decides
//! nothing and knows nothing of facts: what is called, what comes back, or the number of the error. On other systems it is
//! empty.
#![cfg(windows)]
#![allow(unsafe_code, reason = "it is the one crate for that; clippy wants a SAFETY comment at each block")]

mod access;
mod apartment;
mod chip;
mod desktop;
mod event_log;
mod files;
mod firewall;
mod library;
mod licensing;
mod management;
mod network;
mod ports;
mod protection;
mod proxy;
mod registry;
mod security_center;
mod service;
mod sessions;
mod signatures;
mod system;
mod text;
mod updates;
mod volumes;

pub use access::{create_private_folder, is_private, let_users_read};
pub use chip::{Oaep, chip_key, make_chip_key, remove_chip_key, unwrap_by_chip, wrap_by_chip};
pub use desktop::{leave_own_console, open_document, warn};
pub use event_log::{EventKind, register_source, report, unregister_source};
pub use files::{Identity, final_path, identity};
pub use firewall::{FirewallProfile, firewall_profiles};
pub use licensing::genuine_state;
pub use management::{EncryptedVolume, Property, encrypted_volumes, query};
pub use network::{Account, Share, accounts, administrators_group, password_policy, shares};
pub use ports::{Protocol, listeners};
pub use protection::{seal, unseal};
pub use proxy::system_proxy;
pub use registry::last_written;
pub use security_center::{RegisteredProduct, antivirus_products, firewall_products};
pub use service::{ServiceDescription, ServiceState, Started, install, run, state, uninstall};
pub use sessions::{Session, sessions};
pub use signatures::{SignatureVerdict, signature};
pub use system::{end_process, lower_priority, system_drive, windows_folder};
pub use updates::{Installed, Update, WindowsUpdate, windows_update};
pub use volumes::{Drive, drives};

/// The error of a call as the rest of the program takes it: the number that Windows gives, never its translated text.
fn error_of(error: &windows::core::Error) -> std::io::Error {
    let code = error.code().0;
    let number = win32_of(code).unwrap_or(code);
    std::io::Error::from_raw_os_error(number)
}

/// The number that an `HRESULT` wraps, when it wraps one of the ordinary kind.
fn win32_of(code: i32) -> Option<i32> {
    const WIN32: u32 = 0x8007_0000;
    let code = code.cast_unsigned();
    (code & 0xffff_0000 == WIN32).then_some((code & 0xffff).cast_signed())
}
