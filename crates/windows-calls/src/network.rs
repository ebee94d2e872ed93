//! What the network interfaces of Windows tell: shares, accounts, the rules for passwords. Servers elsewhere are never asked.

use std::io;
use std::time::Duration;

use windows::Win32::NetworkManagement::NetManagement::{
    FILTER_NORMAL_ACCOUNT, LOCALGROUP_USERS_INFO_0, NetApiBufferFree, NetUserEnum, NetUserGetLocalGroups,
    NetUserModalsGet, USER_INFO_3, USER_MODALS_INFO_0,
};
use windows::Win32::Security::{
    CreateWellKnownSid, GetSecurityDescriptorLength, LookupAccountSidW, MakeSelfRelativeSD, PSECURITY_DESCRIPTOR, PSID,
    SID_NAME_USE, WinBuiltinAdministratorsSid,
};
use windows::Win32::Storage::FileSystem::{NetShareEnum, SHARE_INFO_1, SHARE_INFO_502};
use windows::core::{PCWSTR, PWSTR};

use crate::apartment::answered;
use crate::error_of;
use crate::text::{text_at, wide};

/// "As much as there is": this machine answers itself.
const EVERYTHING: u32 = u32::MAX;

/// The longest security identifier, in words of 32 bits, and the longest name of an account, in UTF-16 units.
const MAX_SID_WORDS: usize = 17;
const MAX_NAME_UNITS: usize = 260;

/// How many entries of one answer are taken.
const MAX_ENTRIES: usize = 20_000;

/// The number for "access denied": the level with the descriptor is for administrators.
const ACCESS_DENIED: i32 = 5;

/// A row of `NetShareEnum`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Its type, with the bits for special ones.
    pub kind: u32,
    /// Its folder and its descriptor (self-relative); `None` where the caller has no right to see them.
    pub details: Option<(String, Option<Vec<u8>>)>,
}

/// A row of `NetUserEnum` at level 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub name: String,
    /// The bits of the account.
    pub flags: u32,
    /// How old the password is, in seconds.
    pub password_age: u32,
    /// Whether it must be changed at the next login.
    pub password_expired: bool,
    /// The last login, in seconds since 1970; 0 when there was none.
    pub last_logon: u32,
    /// The local groups that it is in, by name; the error's number when they were not told.
    pub groups: Result<Vec<String>, i32>,
}

/// An answer that Windows allocated, freed with it.
struct Answer {
    rows: *mut u8,
    count: u32,
}

impl Drop for Answer {
    fn drop(&mut self) {
        if !self.rows.is_null() {
            // SAFETY: the functions of this family allocate answers for this very call. It cannot fail for such a buffer.
            unsafe { NetApiBufferFree(Some(self.rows.cast())) };
        }
    }
}

impl Answer {
    /// Makes a call that gives rows.
    fn of(call: impl FnOnce(*mut *mut u8, *mut u32, *mut u32) -> u32) -> io::Result<Self> {
        let mut answer = Self { rows: std::ptr::null_mut(), count: 0 };
        let mut total = 0;
        match call(&raw mut answer.rows, &raw mut answer.count, &raw mut total) {
            0 => Ok(answer),
            error => Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }

    /// The rows.
    ///
    /// # Safety
    /// `T` is the structure of the level that was asked for.
    unsafe fn rows<T>(&self) -> &[T] {
        if self.rows.is_null() {
            return &[];
        }
        let count = (self.count as usize).min(MAX_ENTRIES);
        // SAFETY: Windows wrote `count` structures there, aligned as it allocates, and they live as long as `self`.
        unsafe { std::slice::from_raw_parts(self.rows.cast(), count) }
    }
}

/// What this machine shares; what answers is the service of shares, which may hang.
pub fn shares(deadline: Duration) -> io::Result<Vec<Share>> {
    answered("shares", deadline, all_shares)
}

fn all_shares() -> io::Result<Vec<Share>> {
    // SAFETY: no server means this machine; the places for the answer are those of `Answer`.
    let answer = Answer::of(|rows, count, total| unsafe {
        NetShareEnum(PCWSTR::null(), 502, rows, EVERYTHING, count, total, None)
    });
    match answer {
        Err(error) if error.raw_os_error() == Some(ACCESS_DENIED) => return shares_by_name(),
        _ => {}
    }
    let answer = answer?;
    // SAFETY: level 502 was asked for.
    let rows = unsafe { answer.rows::<SHARE_INFO_502>() };
    rows.iter()
        .map(|row| {
            // SAFETY: texts and descriptors of a row lie in the answer.
            let (name, path) = unsafe { (text_at(row.shi502_netname), text_at(row.shi502_path)) };
            // SAFETY: as above.
            let descriptor = unsafe { self_relative(row.shi502_security_descriptor) }?;
            Ok(Share { name, kind: row.shi502_type.0, details: Some((path, descriptor)) })
        })
        .collect()
}

fn shares_by_name() -> io::Result<Vec<Share>> {
    // SAFETY: as in `all_shares`.
    let answer = Answer::of(|rows, count, total| unsafe {
        NetShareEnum(PCWSTR::null(), 1, rows, EVERYTHING, count, total, None)
    })?;
    // SAFETY: level 1 was asked for.
    let rows = unsafe { answer.rows::<SHARE_INFO_1>() };
    let share = |row: &SHARE_INFO_1| {
        // SAFETY: the texts of a row lie in the answer.
        let name = unsafe { text_at(row.shi1_netname) };
        Share { name, kind: row.shi1_type.0, details: None }
    };
    Ok(rows.iter().map(share).collect())
}

/// The bytes of a descriptor, whatever its form; `None` when there is none.
///
/// # Safety
/// The descriptor is null, or good during the call.
unsafe fn self_relative(descriptor: PSECURITY_DESCRIPTOR) -> io::Result<Option<Vec<u8>>> {
    if descriptor.0.is_null() {
        return Ok(None);
    }
    // SAFETY: the descriptor is good, as the caller promises.
    let mut length = unsafe { GetSecurityDescriptorLength(descriptor) };
    let mut bytes = vec![0; length as usize];
    // SAFETY: as above; the length of the buffer goes with it.
    let made = unsafe {
        MakeSelfRelativeSD(descriptor, Some(PSECURITY_DESCRIPTOR(bytes.as_mut_ptr().cast())), &raw mut length)
    };
    if made.is_err() {
        // It has that form already: it is one piece of so many bytes.
        // SAFETY: so many bytes belong to a self-relative descriptor.
        bytes = unsafe { std::slice::from_raw_parts(descriptor.0.cast::<u8>(), length as usize) }.to_vec();
    }
    Ok(Some(bytes))
}

/// The accounts of people on this machine; their groups may be those of a domain, which may be far away.
pub fn accounts(deadline: Duration) -> io::Result<Vec<Account>> {
    answered("accounts", deadline, all_accounts)
}

fn all_accounts() -> io::Result<Vec<Account>> {
    // SAFETY: as in `all_shares`.
    let answer = Answer::of(|rows, count, total| unsafe {
        NetUserEnum(PCWSTR::null(), 3, FILTER_NORMAL_ACCOUNT, rows, EVERYTHING, count, total, None)
    })?;
    // SAFETY: level 3 was asked for.
    let rows = unsafe { answer.rows::<USER_INFO_3>() };
    let account = |row: &USER_INFO_3| {
        // SAFETY: the texts of a row lie in the answer.
        let name = unsafe { text_at(row.usri3_name) };
        let groups = groups_of(&name).map_err(|error| error.raw_os_error().unwrap_or_default());
        Account {
            flags: row.usri3_flags.0,
            password_age: row.usri3_password_age,
            password_expired: row.usri3_password_expired != 0,
            last_logon: row.usri3_last_logon,
            groups,
            name,
        }
    };
    Ok(rows.iter().map(account).collect())
}

fn groups_of(name: &str) -> io::Result<Vec<String>> {
    let name = wide(name);
    // SAFETY: the name ends in a zero and lives during the call; the rest as in `all_shares`.
    let answer = Answer::of(|rows, count, total| unsafe {
        NetUserGetLocalGroups(PCWSTR::null(), PCWSTR(name.as_ptr()), 0, 0, rows, EVERYTHING, count, total)
    })?;
    // SAFETY: level 0 was asked for.
    let rows = unsafe { answer.rows::<LOCALGROUP_USERS_INFO_0>() };
    // SAFETY: the texts of a row lie in the answer.
    Ok(rows.iter().map(|row| unsafe { text_at(row.lgrui0_name) }).collect())
}

/// The shortest password, in letters, and the longest time until it must be changed, in seconds.
pub fn password_policy(deadline: Duration) -> io::Result<(u32, u32)> {
    answered("password-policy", deadline, own_password_policy)
}

fn own_password_policy() -> io::Result<(u32, u32)> {
    // SAFETY: no server means this machine; the place for the answer is that of `Answer`.
    let answer = Answer::of(|rows, count, _| unsafe {
        *count = 1;
        NetUserModalsGet(PCWSTR::null(), 0, rows)
    })?;
    // SAFETY: level 0 was asked for, of which there is one.
    let rows = unsafe { answer.rows::<USER_MODALS_INFO_0>() };
    let row = rows.first().ok_or_else(|| error_of(&windows::core::Error::empty()))?;
    Ok((row.usrmod0_min_passwd_len, row.usrmod0_max_passwd_age))
}

/// The name of the group of administrators (S-1-5-32-544) in the language of this system.
pub fn administrators_group(deadline: Duration) -> io::Result<String> {
    answered("administrators", deadline, own_administrators_group)
}

fn own_administrators_group() -> io::Result<String> {
    let mut identifier = [0_u32; MAX_SID_WORDS];
    let mut length = u32::try_from(size_of_val(&identifier)).unwrap_or_default();
    let sid = PSID(identifier.as_mut_ptr().cast());
    // SAFETY: the buffer is ours, aligned, and its length goes with it.
    unsafe { CreateWellKnownSid(WinBuiltinAdministratorsSid, None, Some(sid), &raw mut length) }
        .map_err(|error| error_of(&error))?;
    let (mut name, mut domain) = ([0_u16; MAX_NAME_UNITS], [0_u16; MAX_NAME_UNITS]);
    let mut name_length = u32::try_from(name.len()).unwrap_or_default();
    let mut domain_length = name_length;
    let mut kind = SID_NAME_USE::default();
    // SAFETY: the identifier was made above; both buffers are ours and their lengths go with them.
    unsafe {
        LookupAccountSidW(
            PCWSTR::null(),
            sid,
            Some(PWSTR(name.as_mut_ptr())),
            &raw mut name_length,
            Some(PWSTR(domain.as_mut_ptr())),
            &raw mut domain_length,
            &raw mut kind,
        )
    }
    .map_err(|error| error_of(&error))?;
    // SAFETY: the call succeeded, so that the name ends in a zero within the buffer.
    Ok(unsafe { text_at(PWSTR(name.as_mut_ptr())) })
}
