//! `session`: when screens lock, and who is logged in.

use jiff::SignedDuration;
use khien_model::facts::{LockSetting, OpenSession, Session, SessionKind};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::registry::{KeyPath, UserProfile, Value};
use super::running::TerminalSession;
use crate::text;

/// The policy that locks every session after so many seconds.
const MACHINE_POLICY: &str = r"Microsoft\Windows\CurrentVersion\Policies\System";

/// The settings of the screen saver: the policy, which users cannot change, then their own.
const POLICY: &str = r"Software\Policies\Microsoft\Windows\Control Panel\Desktop";
const OWN: &str = r"Control Panel\Desktop";

/// Where the time stands in which a screen saver goes away without a password, and that time where nothing stands.
const WINLOGON: &str = r"Microsoft\Windows NT\CurrentVersion\Winlogon";
const GRACE: &str = "ScreenSaverGracePeriod";
const DEFAULT_GRACE_SECONDS: u64 = 5;

/// Builds before this one tell locked and unlocked sessions the wrong way round.
const FIRST_RIGHT_FLAGS: u32 = 9_200;

pub(crate) fn collect(context: &Context) -> Result<Session, Gap> {
    Ok(Session { lock_settings: lock_settings(context).into(), open: open(context).into() })
}

fn lock_settings(context: &Context) -> Result<Listing<LockSetting>, Gap> {
    let policy = KeyPath::software(MACHINE_POLICY);
    let machine = context.registry().number(&policy, "InactivityTimeoutSecs")?.filter(|seconds| *seconds > 0);
    if let Some(seconds) = machine {
        let after = seconds_long(seconds);
        return Ok(Listing::complete(vec![setting("", Ok(Lock { after: Some(after), enforced: true }))]));
    }
    let profiles = context.registry().profiles()?;
    let of = |profile: &UserProfile| {
        context.cancel.check()?;
        Ok(setting(&profile.name(), screen_saver(context, profile)))
    };
    let items = profiles.items.iter().map(of).collect::<Result<_, Gap>>()?;
    Ok(Listing { items, incomplete: profiles.incomplete })
}

/// When a screen locks; `None` is never.
#[derive(Debug, Clone, Copy)]
struct Lock {
    after: Option<SignedDuration>,
    enforced: bool,
}

fn setting(user: &str, lock: Result<Lock, Gap>) -> LockSetting {
    let user = user.into();
    match lock {
        Ok(Lock { after: Some(after), enforced }) => {
            LockSetting { user, locks: true.into(), locks_after: after.into(), enforced: enforced.into() }
        }
        Ok(Lock { after: None, enforced }) => LockSetting {
            user,
            locks: false.into(),
            locks_after: Observed::unknown(GapCode::NotObserved, "it never locks"),
            enforced: enforced.into(),
        },
        Err(gap) => LockSetting {
            user,
            locks: Err(gap.clone()).into(),
            locks_after: Err(gap.clone()).into(),
            enforced: Err(gap).into(),
        },
    }
}

/// A screen saver that asks for the password. All four settings have to be there: without one of them nothing locks.
fn screen_saver(context: &Context, profile: &UserProfile) -> Result<Lock, Gap> {
    let keys = [POLICY, OWN].map(|path| KeyPath::user(&profile.sid, path));
    let mut enforced = true;
    let mut read = |name: &str| {
        for (key, is_policy) in keys.iter().zip([true, false]) {
            if let Some(text) = context.registry().text(key, name)?.filter(|text| !text.trim().is_empty()) {
                enforced &= is_policy;
                return Ok::<_, Gap>(Some(text.trim().to_owned()));
            }
        }
        enforced = false;
        Ok(None)
    };
    let (active, secure) = (read("ScreenSaveActive")?, read("ScreenSaverIsSecure")?);
    let (seconds, saver) = (read("ScreenSaveTimeOut")?, read("SCRNSAVE.EXE")?);
    let is_on = |flag: &Option<String>| flag.as_deref() == Some("1");
    let seconds = match seconds {
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("{}: ScreenSaveTimeOut is {text:?}", keys[1])))?,
        None => 0,
    };
    let locks = is_on(&active) && is_on(&secure) && saver.is_some() && seconds > 0;
    let after = if locks { Some(seconds_long(seconds.saturating_add(grace_beyond_default(context)?))) } else { None };
    Ok(Lock { after, enforced })
}

/// For how long after the screen saver came on nobody is asked for a password, beyond the seconds that every Windows grants.
fn grace_beyond_default(context: &Context) -> Result<u64, Gap> {
    let key = KeyPath::software(WINLOGON);
    let granted = match context.registry().value(&key, GRACE)? {
        None => DEFAULT_GRACE_SECONDS,
        Some(Value::Number(seconds)) => seconds,
        Some(Value::Text(text)) => text
            .trim()
            .parse()
            .map_err(|_| Gap::with_detail(GapCode::Malformed, format!("{key}: {GRACE} is {text:?}")))?,
        Some(other) => return Err(Gap::with_detail(GapCode::Malformed, format!("{key}: {GRACE} is {}", other.kind()))),
    };
    Ok(granted.saturating_sub(DEFAULT_GRACE_SECONDS))
}

fn seconds_long(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn open(context: &Context) -> Result<Listing<OpenSession>, Gap> {
    let sessions = context.running().sessions()?;
    let build = context.build();
    let of = |session: &TerminalSession| OpenSession {
        user: text::nfc(&session.user).into_owned().into(),
        kind: if session.is_remote { SessionKind::Remote } else { SessionKind::Graphical }.into(),
        locked: build.clone().and_then(|build| is_locked(session.flags, build)).into(),
        idle_since: session.last_input_at.map_or_else(Observed::default, Observed::Known),
    };
    let items = sessions.items.iter().filter(|session| !session.user.is_empty()).map(of).collect();
    Ok(Listing { items, incomplete: sessions.incomplete })
}

fn is_locked(flags: u32, build: u32) -> Result<bool, Gap> {
    match flags {
        0 | 1 => Ok((flags == 0) == (build >= FIRST_RIGHT_FLAGS)),
        other => Err(Gap::with_detail(GapCode::NotObserved, format!("the state {other:#x} of a session"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::testing::{Told, context_with};

    #[test]
    fn a_long_grace_makes_the_lock_later() {
        for (granted, expected) in [
            (None, Ok(0)),
            (Some(Value::Text("5".into())), Ok(0)),
            (Some(Value::Text(" 0 ".into())), Ok(0)),
            (Some(Value::Text("605".into())), Ok(600)),
            (Some(Value::Number(6)), Ok(1)),
            (Some(Value::Number(u64::MAX)), Ok(u64::MAX - 5)),
            (Some(Value::Text("soon".into())), Err(GapCode::Malformed)),
            (Some(Value::Texts(vec!["5".into()])), Err(GapCode::Malformed)),
        ] {
            let value = granted.clone().map(|value| (format!(r"HKLM\SOFTWARE\{WINLOGON}"), GRACE, value));
            let context = context_with(value.as_slice(), Told::default());
            assert_eq!(grace_beyond_default(&context).map_err(|gap| gap.code), expected, "{granted:?}");
        }
    }

    #[test]
    fn windows_7_tells_locked_sessions_the_wrong_way_round() {
        for (flags, build, expected) in [
            (0, 19_045, Ok(true)),
            (1, 19_045, Ok(false)),
            (0, 7_601, Ok(false)),
            (1, 7_601, Ok(true)),
            (u32::MAX, 19_045, Err(GapCode::NotObserved)),
        ] {
            assert_eq!(is_locked(flags, build).map_err(|gap| gap.code), expected, "{flags} {build}");
        }
    }
}
