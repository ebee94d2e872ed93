//! When the screen of a user locks, desktop by desktop. Defaults are the desktops' own, written out.

use std::path::Path;

use jiff::SignedDuration;
use khien_model::facts::LockSetting;
use khien_model::{Gap, GapCode, Listing};

use super::xfconf;
use crate::keyfile;
use crate::linux::context::Context;
use crate::linux::dconf::{Settings, Value, distribution_default};
use crate::linux::desktops::{self, Desktop};
use crate::linux::homes::{Home, homes};
use crate::root::Root;

const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// The settings of a desktop that keeps them in dconf.
struct DconfDesktop {
    desktop: Desktop,
    /// Whether the screen locks at all, and the default.
    lock: (&'static str, bool),
    /// After how many units of idleness the screen blanks; 0 is never.
    idle: (&'static str, i64),
    /// How many units later it locks.
    delay: (&'static str, i64),
    /// Forbids locking altogether.
    forbidden: &'static str,
    unit_seconds: i64,
}

const DCONF_DESKTOPS: [DconfDesktop; 3] = [
    DconfDesktop {
        desktop: Desktop::Gnome,
        lock: ("/org/gnome/desktop/screensaver/lock-enabled", true),
        idle: ("/org/gnome/desktop/session/idle-delay", 300),
        delay: ("/org/gnome/desktop/screensaver/lock-delay", 0),
        forbidden: "/org/gnome/desktop/lockdown/disable-lock-screen",
        unit_seconds: 1,
    },
    DconfDesktop {
        desktop: Desktop::Cinnamon,
        lock: ("/org/cinnamon/desktop/screensaver/lock-enabled", true),
        idle: ("/org/cinnamon/desktop/session/idle-delay", 900),
        delay: ("/org/cinnamon/desktop/screensaver/lock-delay", 2),
        forbidden: "/org/cinnamon/desktop/lockdown/disable-lock-screen",
        unit_seconds: 1,
    },
    DconfDesktop {
        desktop: Desktop::Mate,
        lock: ("/org/mate/screensaver/lock-enabled", true),
        idle: ("/org/mate/desktop/session/idle-delay", 5),
        delay: ("/org/mate/screensaver/lock-delay", 0),
        forbidden: "/org/mate/desktop/lockdown/disable-lock-screen",
        unit_seconds: 60,
    },
];

/// What decides when a screen locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lock {
    /// After how long; `None` is never.
    pub(super) after: Option<SignedDuration>,
    /// Whether the user cannot change it.
    pub(super) enforced: bool,
}

/// One setting per person and desktop. A machine without desktops has no screen to lock.
pub(super) fn settings(context: &Context) -> Result<Listing<LockSetting>, Gap> {
    let desktops = desktops::installed(&context.root)?;
    if desktops.is_empty() {
        return Ok(Listing::default());
    }
    let homes = homes(context);
    let mut settings = Listing { items: Vec::new(), incomplete: homes.incomplete };
    for desktop in &desktops {
        if let Desktop::Other(name) = desktop {
            settings
                .note_gap(Gap::with_detail(GapCode::Unsupported, format!("how the desktop {name} locks is not known")));
            continue;
        }
        // Root has a home but no desktop.
        for home in homes.items.iter().filter(|home| home.user != "root") {
            settings.items.push(record(home, of_desktop(&context.root, desktop, home)));
        }
    }
    Ok(settings)
}

fn record(home: &Home, lock: Result<Lock, Gap>) -> LockSetting {
    let user = home.user.clone().into();
    match lock {
        Ok(Lock { after: Some(after), enforced }) => {
            LockSetting { user, locks: true.into(), locks_after: after.into(), enforced: enforced.into() }
        }
        Ok(Lock { after: None, enforced }) => {
            let never = Gap::with_detail(GapCode::NotObserved, "it never locks");
            LockSetting { user, locks: false.into(), locks_after: Err(never).into(), enforced: enforced.into() }
        }
        Err(gap) => LockSetting {
            user,
            locks: Err(gap.clone()).into(),
            locks_after: Err(gap.clone()).into(),
            enforced: Err(gap).into(),
        },
    }
}

fn of_desktop(root: &Root, desktop: &Desktop, home: &Home) -> Result<Lock, Gap> {
    match desktop {
        Desktop::Plasma => plasma(root, home),
        Desktop::Xfce => xfce(root, home),
        known => {
            let keys = DCONF_DESKTOPS.iter().find(|keys| keys.desktop == *known);
            keys.map_or_else(|| Err(Gap::new(GapCode::Unsupported)), |keys| by_dconf(root, keys, home))
        }
    }
}

fn by_dconf(root: &Root, keys: &DconfDesktop, home: &Home) -> Result<Lock, Gap> {
    let wanted = [keys.lock.0, keys.idle.0, keys.delay.0, keys.forbidden];
    let settings = Settings::read(root, &home.path, &wanted)?;
    let value = |key| match settings.value(key) {
        Some(value) => Ok(Some(value.clone())),
        None => distribution_default(root, key),
    };
    let boolean = |key, default| {
        Ok::<_, Gap>(match value(key)? {
            Some(Value::Bool(value)) => value,
            _ => default,
        })
    };
    let number = |key, default| {
        Ok::<_, Gap>(match value(key)? {
            Some(Value::Int(value)) => value,
            _ => default,
        })
    };
    let locks = boolean(keys.lock.0, keys.lock.1)? && !boolean(keys.forbidden, false)?;
    let idle = number(keys.idle.0, keys.idle.1)?;
    let delay = number(keys.delay.0, keys.delay.1)?;
    let after = idle.saturating_add(delay).saturating_mul(keys.unit_seconds);
    let enforced = [keys.lock.0, keys.idle.0, keys.delay.0].iter().all(|key| settings.is_locked(key));
    Ok(Lock { after: (locks && idle > 0).then(|| SignedDuration::from_secs(after)), enforced })
}

/// KDE: minutes in `kscreenlockerrc`, the machine's file beneath the user's. A mark `[$i]` on a key, a group or the first line
/// makes it immutable.
fn plasma(root: &Root, home: &Home) -> Result<Lock, Gap> {
    let (mut locks, mut minutes, mut grace) = (true, 5_i64, 5_i64);
    let (mut locks_fixed, mut minutes_fixed) = (false, false);
    for path in [Path::new("etc/xdg/kscreenlockerrc").to_owned(), home.path.join(".config/kscreenlockerrc")] {
        let text = root.read_text(&path, MAX_SETTINGS_BYTES)?.unwrap_or_default();
        let all_fixed = text.trim_start().starts_with("[$i]");
        let (locks_was, minutes_was) = (locks_fixed, minutes_fixed);
        for setting in keyfile::settings(&text) {
            let fixed_group = setting.group.ends_with("][$i");
            if setting.group != "Daemon" && !(fixed_group && setting.group == "Daemon][$i") {
                continue;
            }
            let (key, fixed_key) = match setting.key.split_once("[$") {
                Some((key, mark)) => (key, mark.contains('i')),
                None => (setting.key, false),
            };
            let fixed = all_fixed || fixed_group || fixed_key;
            match key {
                "Autolock" if !locks_was => {
                    locks = setting.value != "false";
                    locks_fixed |= fixed;
                }
                "Timeout" if !minutes_was => {
                    minutes = setting.value.parse().unwrap_or(minutes);
                    minutes_fixed |= fixed;
                }
                "LockGrace" => grace = setting.value.parse().unwrap_or(grace),
                _ => {}
            }
        }
    }
    let seconds = minutes.saturating_mul(60).saturating_add(grace.max(0));
    let after = (locks && minutes > 0).then(|| SignedDuration::from_secs(seconds));
    Ok(Lock { after, enforced: locks_fixed && minutes_fixed })
}

/// XFCE has the locker that is installed.
fn xfce(root: &Root, home: &Home) -> Result<Lock, Gap> {
    if root.exists("usr/bin/xfce4-screensaver")? {
        let path = home.path.join(".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml");
        let text = root.read_text(&path, MAX_SETTINGS_BYTES)?.unwrap_or_default();
        let boolean = |name| xfconf::value(&text, name).is_none_or(|value| value != "false");
        let number = |name, default| xfconf::value(&text, name).and_then(|value| value.parse().ok()).unwrap_or(default);
        let locks =
            ["/saver/enabled", "/saver/idle-activation/enabled", "/lock/enabled", "/lock/saver-activation/enabled"]
                .into_iter()
                .all(boolean);
        let minutes: i64 = number("/saver/idle-activation/delay", 5);
        let minutes = minutes.saturating_add(number("/lock/saver-activation/delay", 0));
        let after = locks.then(|| SignedDuration::from_secs(minutes.saturating_mul(60)));
        return Ok(Lock { after, enforced: false });
    }
    if root.exists("usr/bin/xscreensaver")? {
        let text = root.read_text(home.path.join(".xscreensaver"), MAX_SETTINGS_BYTES)?.unwrap_or_default();
        return Ok(Lock { after: xscreensaver(&text), enforced: false });
    }
    for locker in ["usr/bin/light-locker", "usr/bin/xfce4-screenlock", "usr/bin/gnome-screensaver"] {
        if root.exists(locker)? {
            return Err(Gap::with_detail(GapCode::Unsupported, format!("the settings of {locker} are not known")));
        }
    }
    Ok(Lock { after: None, enforced: false })
}

/// `~/.xscreensaver`: `key: value` lines; without `lock: True` it never locks.
fn xscreensaver(text: &str) -> Option<SignedDuration> {
    let value = |key: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.rev().find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
    };
    let on = |key, default| value(key).map_or(default, |value| value.eq_ignore_ascii_case("true"));
    let off = matches!(value("mode"), Some("off"));
    if off || !on("lock", false) {
        return None;
    }
    let timeout = value("timeout").map_or(Some(600), clock_seconds)?;
    let grace = value("lockTimeout").map_or(Some(0), clock_seconds)?;
    Some(SignedDuration::from_secs(timeout.saturating_add(grace)))
}

/// `H:MM:SS`.
fn clock_seconds(text: &str) -> Option<i64> {
    text.split(':').try_fold(0_i64, |sum, part| sum.checked_mul(60)?.checked_add(part.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::dconf::write_database;
    use crate::linux::testing::Machine;
    use proptest::prelude::*;

    type Answer = (String, Result<bool, GapCode>, Option<i64>, Option<bool>);

    fn answers(machine: &Machine) -> Vec<Answer> {
        let settings = settings(&machine.context()).unwrap();
        assert_eq!(settings.incomplete, None);
        let answer = |setting: &LockSetting| {
            let locks = match &setting.locks {
                khien_model::Observed::Known(locks) => Ok(*locks),
                khien_model::Observed::Unknown(gap) => Err(gap.code),
            };
            let after = setting.locks_after.known().map(SignedDuration::as_secs);
            (setting.user.known().unwrap().clone(), locks, after, setting.enforced.known().copied())
        };
        settings.items.iter().map(answer).collect()
    }

    fn an(locks: bool, after: Option<i64>, enforced: bool) -> Vec<Answer> {
        vec![("an".to_owned(), Ok(locks), after, Some(enforced))]
    }

    #[test]
    fn a_server_has_no_screen_to_lock() {
        assert_eq!(answers(&Machine::with_user()), []);
    }

    #[test]
    fn an_unknown_desktop_is_said() {
        let machine = Machine::with_user();
        machine.file("usr/share/xsessions/i3.desktop", "");
        let settings = settings(&machine.context()).unwrap();
        assert_eq!(settings.incomplete.unwrap().to_string(), "unsupported: how the desktop i3 locks is not known");
    }

    #[test]
    fn gnome_locks_by_default_until_the_user_says_otherwise() {
        let [lock, idle, delay] = [DCONF_DESKTOPS[0].lock.0, DCONF_DESKTOPS[0].idle.0, DCONF_DESKTOPS[0].delay.0];
        let machine = Machine::with_user();
        machine.file("usr/share/wayland-sessions/gnome.desktop", "");
        assert_eq!(answers(&machine), an(true, Some(300), false));
        machine.file("home/an/.config/dconf/user", write_database(&[(lock, &[0], "b")], &[]));
        assert_eq!(answers(&machine), an(false, None, false));
        machine.file("home/an/.config/dconf/user", write_database(&[(idle, &[0; 4], "u")], &[]));
        assert_eq!(answers(&machine), an(false, None, false));
        machine.file("etc/dconf/profile/user", "user-db:user\nsystem-db:local\n");
        let values: [(&str, &[u8], &str); 3] =
            [(lock, &[1], "b"), (idle, &600_u32.to_le_bytes(), "u"), (delay, &10_u32.to_le_bytes(), "u")];
        machine.file("etc/dconf/db/local", write_database(&values, &[lock, idle, delay]));
        assert_eq!(answers(&machine), an(true, Some(610), true));
        machine.file("home/an/.config/dconf/user", b"GVariant");
        assert_eq!(answers(&machine), [("an".to_owned(), Err(GapCode::Malformed), None, None)]);
    }

    #[test]
    fn plasma_counts_minutes() {
        let machine = Machine::with_user();
        machine.file("usr/share/wayland-sessions/plasma.desktop", "");
        assert_eq!(answers(&machine), an(true, Some(305), false));
        machine.file("home/an/.config/kscreenlockerrc", "[Daemon]\nAutolock=false\nTimeout=10\n");
        assert_eq!(answers(&machine), an(false, None, false));
        machine.file("etc/xdg/kscreenlockerrc", "[Daemon][$i]\nAutolock=true\nTimeout=15\nLockGrace=0\n");
        assert_eq!(answers(&machine), an(true, Some(900), true));
        machine.file("etc/xdg/kscreenlockerrc", "[Daemon]\nAutolock[$i]=true\nTimeout=15\n");
        assert_eq!(answers(&machine), an(true, Some(605), false));
    }

    #[test]
    fn xfce_has_the_locker_that_is_installed() {
        let machine = Machine::with_user();
        machine.file("usr/share/xsessions/xfce.desktop", "");
        assert_eq!(answers(&machine), an(false, None, false));
        machine.file("usr/bin/light-locker", "");
        assert_eq!(answers(&machine), [("an".to_owned(), Err(GapCode::Unsupported), None, None)]);
        machine.file("usr/bin/xscreensaver", "");
        assert_eq!(answers(&machine), an(false, None, false));
        machine.file("home/an/.xscreensaver", "timeout:\t0:05:00\nlock:\tTrue\nlockTimeout:\t0:00:30\nmode: one\n");
        assert_eq!(answers(&machine), an(true, Some(330), false));
        machine.file("usr/bin/xfce4-screensaver", "");
        assert_eq!(answers(&machine), an(true, Some(300), false));
        machine.file(
            "home/an/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml",
            "<channel name=\"xfce4-screensaver\"><property name=\"lock\" type=\"empty\">\
             <property name=\"enabled\" type=\"bool\" value=\"false\"/></property></channel>",
        );
        assert_eq!(answers(&machine), an(false, None, false));
    }

    proptest! {
        #[test]
        fn any_text_is_a_file_of_xscreensaver(text in "\\PC{0,40}|((lock|timeout|lockTimeout):[ 0-9:Tt]{0,30}(rue)?\n){0,4}") {
            xscreensaver(&text);
        }
    }
}
