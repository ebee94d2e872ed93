//! `session` and `usb` against a real dconf: Debian's `dconf` compiles the databases, the facts follow.
#![expect(clippy::unwrap_used, reason = "a machine that cannot be built fails its test")]
#![expect(clippy::disallowed_methods, reason = "it starts real programs, whose files carry the time of now")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::{LockSetting, Usb};
use khien_model::{Listing, Observed};
use khien_observe::{Options, collect};
use khien_tests::is_installed;

const MACHINE_KEYS: &str = "[org/gnome/desktop/session]\nidle-delay=uint32 600\n\n\
    [org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 5\n\n\
    [org/gnome/desktop/media-handling]\nautorun-never=true\n";

const LOCKS: &str = "/org/gnome/desktop/session/idle-delay\n/org/gnome/desktop/screensaver/lock-enabled\n\
    /org/gnome/desktop/screensaver/lock-delay\n";

const USER_KEYS: &str = "[org/gnome/desktop/session]\nidle-delay=uint32 0\n\n\
    [org/gnome/desktop/interface]\nfont-name='Noto Sans 11'\nclock-show-date=true\n";

struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// `dconf compile`: the program that makes every database of a machine.
    fn compile(&self, database: &str, folder: &str) {
        let database = self.path(database);
        fs::create_dir_all(database.parent().unwrap()).unwrap();
        let status = Command::new("dconf").arg("compile").arg(&database).arg(self.path(folder)).status().unwrap();
        assert!(status.success(), "dconf ended with {status}");
    }

    fn observe(&self) -> (Listing<LockSetting>, Usb) {
        let options = Options { root: self.folder.path().to_owned(), ..Options::this_machine(Timestamp::now()) };
        let facts = collect(&options, &mut |_| {});
        let session = facts.session.unwrap().outcome.unwrap();
        (session.lock_settings.known().cloned().unwrap(), facts.usb.unwrap().outcome.unwrap())
    }
}

fn setting(
    locks: bool,
    seconds: Option<i64>,
    enforced: bool,
) -> (Observed<bool>, Option<SignedDuration>, Observed<bool>) {
    (locks.into(), seconds.map(SignedDuration::from_secs), enforced.into())
}

#[test]
fn a_real_dconf() {
    if !is_installed("dconf") {
        return;
    }
    let machine = Machine { folder: tempfile::tempdir().unwrap() };
    machine.write("etc/os-release", "ID=debian\n");
    machine.write("etc/passwd", "root:x:0:0::/root:/usr/sbin/nologin\nan:x:1000:1000::/home/an:/bin/sh\n");
    machine.write("usr/share/wayland-sessions/gnome.desktop", "[Desktop Entry]\n");
    for home in ["home/an", "root"] {
        fs::create_dir_all(machine.path(home)).unwrap();
    }
    let answer = |machine: &Machine| {
        let (settings, usb) = machine.observe();
        assert_eq!(settings.incomplete, None);
        assert_eq!(settings.items.len(), 1);
        let one = settings.items.into_iter().next().unwrap();
        ((one.locks, one.locks_after.known().copied(), one.enforced), usb.autorun_off)
    };
    assert_eq!(answer(&machine), (setting(true, Some(300), false), Observed::Known(false)));

    // The user turns it off.
    machine.write("keys/user/a", USER_KEYS);
    machine.compile("home/an/.config/dconf/user", "keys/user");
    assert_eq!(answer(&machine).0, setting(false, None, false));

    // The administrator sets it, and locks it.
    machine.write("etc/dconf/profile/user", "user-db:user\nsystem-db:local\n");
    machine.write("keys/local/a", MACHINE_KEYS);
    machine.compile("etc/dconf/db/local", "keys/local");
    assert_eq!(answer(&machine), (setting(false, None, false), Observed::Known(true)));
    machine.write("keys/local/locks/a", LOCKS);
    machine.compile("etc/dconf/db/local", "keys/local");
    assert_eq!(answer(&machine), (setting(true, Some(605), true), Observed::Known(true)));
}
