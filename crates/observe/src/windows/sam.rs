//! The accounts of a Windows that does not run, from its hive `SAM`.
//!
//! Passwords are never looked at, nor what is made of them: of a user's value `V` only the name is read, by its own place and
//! length, and `F` holds none. So it stays unknown whether a password is empty.
//!
//! The forms are those that public tools for other systems read (chntpw, RegRipper, winreg-kb).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use khien_model::{Gap, GapCode, Listing};

use super::accounts::{FOR_EVER, NEVER_EXPIRES};
use super::context::Context;
use super::descriptor::identifier;
use super::registry::bytes::{long_at, number_at, short_at, size_at};
use super::registry::{KeyPath, absent, file_time, text_of_units};
use super::running::{LocalUser, PasswordPolicy};

/// The accounts of this machine, and the key of each by its number.
const ACCOUNT: &str = r"SAM\Domains\Account";
const USERS: &str = r"SAM\Domains\Account\Users";

/// The group S-1-5-32-544, whatever the language calls it.
const ADMINISTRATORS: &str = r"SAM\Domains\Builtin\Aliases\00000220";

/// How many accounts, and how many members of a group, are read.
const MAX_ACCOUNTS: usize = 5_000;
const MAX_MEMBERS: usize = 5_000;

/// The longest name, in bytes. Windows takes 20 letters.
const MAX_NAME_BYTES: usize = 512;

/// How long the name of an account's key is: its number in hexadecimal digits.
const KEY_NAME_LENGTH: usize = 8;

/// Bits of an account's control word.
const CONTROL_DISABLED: u32 = 0x1;
const CONTROL_NORMAL: u32 = 0x10;
const CONTROL_NEVER_EXPIRES: u32 = 0x200;

/// What stands for "never" where a moment is expected, besides zero.
const NEVER: [u64; 2] = [i64::MAX.cast_unsigned(), u64::MAX];

/// Where a user's value `V` holds what its table of places tells of, and where a group's value `C` does.
const USER_DATA_AT: usize = 0xcc;
const GROUP_DATA_AT: usize = 0x34;

/// The identifier of the machine at the end of its value `V`.
const MACHINE_SID_BYTES: usize = 24;

/// Steps of 100 ns in a second.
const STEPS_PER_SECOND: u64 = 10_000_000;

/// Who every account is, so that a group with one of these holds all of them: Everyone, Authenticated Users, Interactive,
/// local accounts.
const EVERY_ACCOUNT: [&str; 4] = ["S-1-1-0", "S-1-5-11", "S-1-5-4", "S-1-5-113"];

/// The accounts that people can log in with.
pub(crate) fn users(context: &Context) -> Result<Listing<LocalUser>, Gap> {
    let policy = password_policy(context)?;
    let (registry, key) = (context.registry(), KeyPath::accounts(USERS));
    let keys = registry.subkeys(&key)?.ok_or_else(|| absent(&key))?;
    let administrators = administrators(context);
    let mut users = Listing { items: Vec::new(), incomplete: keys.incomplete };
    for name in &keys.items {
        // Besides the accounts there is a key with their names.
        let Some(number) = number_of(name) else { continue };
        if users.items.len() == MAX_ACCOUNTS {
            users.note_gap(Gap::with_detail(GapCode::TooLarge, format!("{key}: more than {MAX_ACCOUNTS} accounts")));
            break;
        }
        match user(context, &key.child(name), number, policy, &administrators) {
            Ok(user) => users.items.extend(user),
            Err(gap) => users.note_gap(gap),
        }
    }
    Ok(users)
}

/// The rules for the passwords of these accounts.
pub(crate) fn password_policy(context: &Context) -> Result<PasswordPolicy, Gap> {
    if context.is_domain_controller()? {
        let why = "a domain controller has its accounts in its directory, which is not read";
        return Err(Gap::with_detail(GapCode::Unsupported, why));
    }
    let key = KeyPath::accounts(ACCOUNT);
    policy_of(&value(context, &key, "F")?).ok_or_else(|| malformed(&key, "F"))
}

fn value(context: &Context, key: &KeyPath, name: &str) -> Result<Vec<u8>, Gap> {
    context.registry().bytes(key, name)?.ok_or_else(|| absent(key))
}

fn malformed(key: &KeyPath, name: &str) -> Gap {
    Gap::with_detail(GapCode::Malformed, format!("{key}, value {name}"))
}

/// The number of an account by the name of its key.
fn number_of(name: &str) -> Option<u32> {
    let is_number = name.len() == KEY_NAME_LENGTH && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(name, 16).ok().filter(|_| is_number)
}

/// One account; `None` for one that nobody can log in with: disabled, run out, or that of another machine.
fn user(
    context: &Context,
    key: &KeyPath,
    number: u32,
    policy: PasswordPolicy,
    administrators: &Result<Members, Gap>,
) -> Result<Option<LocalUser>, Gap> {
    let record = Record::parse(&value(context, key, "F")?).ok_or_else(|| malformed(key, "F"))?;
    let has_run_out = record.expires_at.is_some_and(|at| at <= context.now);
    if record.control & CONTROL_NORMAL == 0 || record.control & CONTROL_DISABLED != 0 || has_run_out {
        return Ok(None);
    }
    let name = name_of(&value(context, key, "V")?).ok_or_else(|| malformed(key, "V"))?;
    let never_expires = record.control & CONTROL_NEVER_EXPIRES != 0;
    let password_age = record.password_set_at.map(|at| context.now.duration_since(at));
    let lasts = SignedDuration::from_secs(policy.max_age_seconds.into());
    let is_too_old =
        !never_expires && policy.max_age_seconds != FOR_EVER && password_age.is_some_and(|age| age > lasts);
    // Windows goes by the number inside the record. Where it is not that of the key, somebody gave one account the rights
    // of another.
    let is_administrator = |members: &Members| members.has(number) || members.has(record.number);
    Ok(Some(LocalUser {
        name,
        flags: if never_expires { NEVER_EXPIRES } else { 0 },
        password_age,
        password_expired: password_age.is_none() || is_too_old,
        last_logon: record.last_logon_at,
        is_administrator: administrators.as_ref().map(is_administrator).map_err(Clone::clone),
    }))
}

/// What of a user's value `F` is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    last_logon_at: Option<Timestamp>,
    /// `None` when it must be changed at the next login.
    password_set_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    number: u32,
    control: u32,
}

impl Record {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let moment = |at: usize| match long_at(bytes, at)? {
            0 => Some(None),
            never if NEVER.contains(&never) => Some(None),
            steps => file_time(steps).map(Some),
        };
        Some(Self {
            last_logon_at: moment(8)?,
            password_set_at: moment(24)?,
            expires_at: moment(32)?,
            number: number_at(bytes, 48)?,
            control: number_at(bytes, 56)?,
        })
    }
}

/// The name in a user's value `V`: of its table of places the second row, and the bytes there. Nothing else of it is touched.
pub(super) fn name_of(bytes: &[u8]) -> Option<String> {
    let (start, length) = (size_at(bytes, 12)?.checked_add(USER_DATA_AT)?, size_at(bytes, 16)?);
    if length == 0 || length > MAX_NAME_BYTES || !length.is_multiple_of(2) {
        return None;
    }
    let name = bytes.get(start..start.checked_add(length)?)?;
    Some(text_of_units(name.chunks_exact(2).filter_map(|unit| short_at(unit, 0))))
}

/// The rules in the value `F` of all accounts.
pub(super) fn policy_of(bytes: &[u8]) -> Option<PasswordPolicy> {
    // A span of time is kept as its negative.
    let max_age_seconds = match long_at(bytes, 24)?.cast_signed() {
        0 | i64::MIN => FOR_EVER,
        span if span < 0 => u32::try_from(span.unsigned_abs() / STEPS_PER_SECOND).unwrap_or(FOR_EVER),
        _ => return None,
    };
    Some(PasswordPolicy { min_length: short_at(bytes, 80)?.into(), max_age_seconds })
}

/// The accounts of this machine that are in a group.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    numbers: BTreeSet<u32>,
    every_account: bool,
}

impl Members {
    fn has(&self, number: u32) -> bool {
        self.every_account || self.numbers.contains(&number)
    }

    /// Reads a group's value `C`; `machine` is the identifier that those of this machine's accounts begin with.
    pub(super) fn parse(bytes: &[u8], machine: &str) -> Result<Self, Gap> {
        let cut_off = || Gap::with_detail(GapCode::Malformed, "the members of a group are cut off");
        let place = |at: usize| size_at(bytes, at).ok_or_else(cut_off);
        let (start, length, count) = (place(40)?, place(44)?, place(48)?);
        if count > MAX_MEMBERS {
            return Err(Gap::with_detail(GapCode::TooLarge, format!("a group of more than {MAX_MEMBERS} members")));
        }
        let start = start.checked_add(GROUP_DATA_AT).ok_or_else(cut_off)?;
        let list = start.checked_add(length).and_then(|end| bytes.get(start..end));
        let mut rest = list.ok_or_else(cut_off)?;
        let mut members = Self::default();
        for _ in 0..count {
            let parts = rest.get(1).ok_or_else(cut_off)?;
            let who = identifier(rest)?;
            rest = rest.get(8 + usize::from(*parts) * 4..).ok_or_else(cut_off)?;
            let number = who.strip_prefix(machine).and_then(|rest| rest.strip_prefix('-'));
            members.numbers.extend(number.and_then(|number| number.parse::<u32>().ok()));
            members.every_account |= EVERY_ACCOUNT.contains(&who.as_str());
        }
        Ok(members)
    }
}

/// The members of the group of administrators.
fn administrators(context: &Context) -> Result<Members, Gap> {
    let (machine, group) = (KeyPath::accounts(ACCOUNT), KeyPath::accounts(ADMINISTRATORS));
    let bytes = value(context, &machine, "V")?;
    let sid = machine_of(&bytes).ok_or_else(|| malformed(&machine, "V"))?;
    Members::parse(&value(context, &group, "C")?, &sid)
}

/// The identifier of the machine, at the end of the value `V` of all accounts.
pub(super) fn machine_of(bytes: &[u8]) -> Option<String> {
    let sid = bytes.get(bytes.len().checked_sub(MACHINE_SID_BYTES)?..)?;
    let sid = identifier(sid).ok()?;
    (sid.starts_with("S-1-5-21-") && sid.split('-').count() == 7).then_some(sid)
}

#[cfg(test)]
mod tests;
