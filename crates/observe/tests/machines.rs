//! Machines in folders: each is described by a text file, unpacked, looked at, and its facts compared with golden ones.
//!
//! `machines/NAME.machine` describes the machine, `machines/NAME.facts.json` holds its facts (rewritten with
//! `UPDATE_EXPECT=1`). The description is a list of entries, each a line that starts with `== `:
//!
//! ```text
//! == file etc/passwd [0644]        the lines that follow are the content
//! == gzip|lz4 var/lib/…            the same, packed
//! == append etc/passwd             the same, added to what an earlier entry wrote
//! == folder home/an [0700]
//! == link etc/mtab -> /proc/mounts
//! == fifo etc/shadow
//! == sparse etc/samba/smb.conf 10737418240
//! == sqlite path                   the lines that follow are SQL
//! == hive path                     the lines that follow are keys and values: see `machines/hives.rs`
//! == accounts path                 the hive of the accounts of a Windows: see `machines/accounts.rs`
//! == unfinished path               a hive that Windows was writing to when it was switched off
//! == cut path 5000                 only so many bytes of an earlier file
//! == rpmdb path                    the lines that follow are `name version release vendor…`
//! == process 1 /sbin/init          a running process
//! == as nobody                     look without the rights of root
//! ```
//!
//! In paths and contents, `\u{302}` and `\xff` stand for a letter and a byte.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "tests make the files that the crate looks at")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

#[path = "machines/accounts.rs"]
mod accounts;
#[path = "machines/hives.rs"]
mod hives;
#[path = "machines/logs.rs"]
mod logs;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use expect_test::expect_file;
use jiff::Timestamp;
use khien_model::facts::DeviceFacts;
use khien_observe::{AREA_DEADLINE, Options, collect};

/// When every machine is looked at.
const NOW: &str = "2026-11-22T08:00:00Z";

/// When every file was last modified.
const MODIFIED: i64 = 1_795_305_600;

/// The user without rights.
const NOBODY: u32 = 65_534;

macro_rules! machines {
    ($($test:ident: $name:literal,)+) => {
        $(
            #[test]
            fn $test() {
                let machine = Machine::unpack(include_str!(concat!("machines/", $name, ".machine")));
                let facts = serde_json::to_string_pretty(&machine.look()).unwrap() + "\n";
                expect_file![concat!("machines/", $name, ".facts.json")].assert_eq(&facts);
            }
        )+

        #[test]
        fn every_description_is_tested() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines");
            let mut there: Vec<String> = fs::read_dir(folder)
                .unwrap()
                .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".machine").map(str::to_owned))
                .collect();
            there.sort_unstable();
            let mut tested = vec![$($name),+];
            tested.sort_unstable();
            assert_eq!(there, tested);
        }
    };
}

machines! {
    badly_kept_pc: "badly-kept-pc",
    broken_databases: "broken-databases",
    clean_debian: "clean-debian",
    clean_fedora: "clean-fedora",
    damaged_files: "damaged-files",
    disk_that_does_not_run: "disk-that-does-not-run",
    endless_files: "endless-files",
    home_not_mounted: "home-not-mounted",
    links: "links",
    no_accounts: "no-accounts",
    no_rights: "no-rights",
    no_system: "no-system",
    pipes_for_files: "pipes-for-files",
    ubuntu_with_snaps: "ubuntu-with-snaps",
    vietnamese_names: "vietnamese-names",
    windows_10_badly_kept: "windows-10-badly-kept",
    windows_11_healthy: "windows-11-healthy",
    windows_7_old: "windows-7-old",
    windows_damaged_hives: "windows-damaged-hives",
    windows_decomposed_names: "windows-decomposed-names",
    windows_server: "windows-server",
    windows_unfinished_hives: "windows-unfinished-hives",
}

#[test]
fn a_windows_in_three_languages_has_the_same_facts() {
    let template = include_str!("machines/windows-in-languages.template");
    let facts: Vec<DeviceFacts> = (0..3)
        .map(|language| {
            // What stands between marks is there once per language.
            let mut description = String::new();
            for (part, text) in template.split(['«', '»']).enumerate() {
                let marked = part % 2 == 1;
                description.push_str(if marked { text.split('|').nth(language).unwrap() } else { text });
            }
            Machine::unpack(&description).look()
        })
        .collect();
    assert!(facts[0].os.as_ref().unwrap().outcome.is_ok());
    assert_eq!(facts[0], facts[1]);
    assert_eq!(facts[0], facts[2]);
}

/// The names of hives, in capitals.
const HIVES: [&str; 5] = ["SOFTWARE", "SYSTEM", "SAM", "NTUSER.DAT", "USRCLASS.DAT"];

#[test]
fn a_windows_switched_off_while_it_was_writing_has_the_same_facts() {
    for description in [
        include_str!("machines/windows-10-badly-kept.machine"),
        include_str!("machines/windows-11-healthy.machine"),
        include_str!("machines/windows-7-old.machine"),
        include_str!("machines/windows-decomposed-names.machine"),
        include_str!("machines/windows-server.machine"),
    ] {
        let finished = Machine::unpack(description).look();
        for in_new_form in [true, false] {
            let machine = Machine::unpack(description);
            assert!(machine.leave_unfinished(in_new_form) > 1);
            assert_eq!(machine.look(), finished);
        }
    }
}

/// A Windows with so many profiles; the first ones have their settings in hives of their own, and folders that lead in circles.
fn crowded(profiles: usize) -> Machine {
    let mut software = String::from(
        "[Microsoft\\Windows NT\\CurrentVersion]\n\"CurrentBuildNumber\"=\"19045\"\n\
         [Microsoft\\Windows\\CurrentVersion\\Uninstall\\A]\n\"DisplayName\"=\"A\"\n",
    );
    let mut entries = String::new();
    for number in 0..profiles {
        let list = r"Microsoft\Windows NT\CurrentVersion\ProfileList";
        let _ = writeln!(software, r"[{list}\S-1-5-21-9-9-9-{number:05}]");
        let _ = writeln!(software, r#""ProfileImagePath"="C:\\Users\\u{number}""#);
        if number < CIRCLES {
            for place in ["Downloads", "Desktop", "AppData/Local"] {
                let _ = writeln!(entries, "== link Users/u{number}/{place}/circle -> ..");
            }
            let _ = writeln!(entries, "== file Users/u{number}/Downloads/a.exe\nMZ");
        }
    }
    let machine =
        Machine::unpack(&format!("A crowd.\n\n== hive Windows/System32/config/SOFTWARE\n{software}{entries}"));
    let settings = hives::hive("[Control Panel\\Desktop]\n\"ScreenSaveActive\"=\"0\"\n");
    for number in 0..WITH_SETTINGS {
        machine.write(&format!("Users/u{number}/NTUSER.DAT"), &settings);
    }
    machine
}

/// How many of a crowd have folders that lead in circles.
const CIRCLES: usize = 3;

/// How many of a crowd have settings: more than are held at once.
const WITH_SETTINGS: usize = 100;

/// How long an area may take on a busy machine that tests something else too.
const PATIENCE: Duration = Duration::from_mins(5);

/// How many of a crowd are looked at.
const MAX_PROFILES: usize = khien_observe::windows::MAX_PROFILES;

#[test]
fn ten_thousand_profiles_are_bounded_and_it_is_said() {
    let too_many = "more than 1000 profiles";
    for (profiles, expected) in [(MAX_PROFILES, None), (MAX_PROFILES + 1, Some(too_many)), (10_000, Some(too_many))] {
        let facts = serde_json::to_value(crowded(profiles).look_within(PATIENCE)).unwrap();
        let said = |listing: &serde_json::Value| {
            listing["incomplete"]["detail"].as_str().is_some_and(|detail| detail.contains(too_many))
        };
        // Every area that goes from profile to profile, in time.
        let locks = &facts["session"]["value"]["lock_settings"];
        let settings = locks.as_array().or(locks["items"].as_array());
        let settings = settings.unwrap_or_else(|| panic!("{:#}", facts["session"]));
        assert_eq!(settings.len(), MAX_PROFILES, "{profiles}");
        let known = settings.iter().filter(|setting| setting["locks"] == false).count();
        assert_eq!(known, WITH_SETTINGS, "{profiles}");
        for (area, listing) in [
            ("session", locks),
            ("browsers", &facts["browsers"]["value"]["profiles"]),
            ("software", &facts["software"]["value"]["programs"]),
            ("software", &facts["software"]["value"]["unknown_executables"]),
            ("downloads", &facts["downloads"]["value"]["risky"]),
        ] {
            assert_eq!(said(listing), expected.is_some(), "{profiles} {area}: {:#}", listing["incomplete"]);
        }
        // What leads in a circle is not followed: each program is found once.
        let found = &facts["software"]["value"]["unknown_executables"];
        let found = found.as_array().or(found["items"].as_array()).unwrap();
        assert_eq!(found.len(), CIRCLES, "{found:#?}");
    }
}

struct Machine {
    folder: tempfile::TempDir,
    as_nobody: bool,
}

impl Machine {
    fn unpack(description: &str) -> Self {
        let mut machine = Self { folder: tempfile::tempdir().unwrap(), as_nobody: false };
        fs::set_permissions(machine.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut modes = Vec::new();
        let entries = description.split("\n== ").skip(1);
        for entry in entries {
            let (head, content) = entry.split_once('\n').unwrap_or((entry, ""));
            let content =
                if content.is_empty() || content.ends_with('\n') { content.to_owned() } else { format!("{content}\n") };
            let (kind, rest) = head.split_once(' ').unwrap();
            let (rest, mode) = match rest.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")) {
                Some((rest, mode)) => (rest, Some(u32::from_str_radix(mode, 8).unwrap())),
                None => (rest, None),
            };
            machine.add(kind, rest, &content);
            if let Some(mode) = mode {
                modes.push((machine.path(rest), mode));
            }
        }
        set_times(machine.folder.path());
        // Rights are taken away last: what is below must be written first.
        for (path, mode) in modes.iter().rev() {
            fs::set_permissions(path, fs::Permissions::from_mode(*mode)).unwrap();
        }
        machine
    }

    /// A path of the machine as one of this system.
    fn path(&self, written: &str) -> PathBuf {
        let bytes = unescaped(written);
        assert!(!bytes.starts_with(b"/"), "{written}: paths are relative to the root");
        self.folder.path().join(std::ffi::OsStr::from_bytes(&bytes))
    }

    fn add(&mut self, kind: &str, rest: &str, content: &str) {
        if kind == "as" {
            self.as_nobody = rest == "nobody";
            return;
        }
        if kind == "process" {
            let (pid, program) = rest.split_once(' ').unwrap();
            let name = program.rsplit('/').next().unwrap();
            self.write(&format!("proc/{pid}/comm"), format!("{name}\n").as_bytes());
            self.write(&format!("proc/{pid}/cmdline"), format!("{program}\0").as_bytes());
            return;
        }
        let (path, argument) = match kind {
            "link" => rest.split_once(" -> ").unwrap(),
            "sparse" | "cut" => rest.rsplit_once(' ').unwrap(),
            _ => (rest, ""),
        };
        let target = self.path(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        match kind {
            "file" => self.write(path, &unescaped(content)),
            "append" => self.write(path, &[fs::read(&target).unwrap(), unescaped(content)].concat()),
            "gzip" => self.write(path, &gzip(content.as_bytes())),
            "lz4" => self.write(path, &lz4(content.as_bytes())),
            "folder" => fs::create_dir_all(target).unwrap(),
            "link" => symlink(argument, target).unwrap(),
            "fifo" => {
                rustix::fs::mknodat(rustix::fs::CWD, target, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
                    .unwrap();
            }
            "sparse" => fs::File::create(target).unwrap().set_len(argument.parse().unwrap()).unwrap(),
            "sqlite" => rusqlite::Connection::open(target).unwrap().execute_batch(content).unwrap(),
            "hive" => self.write(path, &hives::hive(&String::from_utf8(unescaped(content)).unwrap())),
            "accounts" => {
                self.write(path, &hives::hive(&accounts::hive(&String::from_utf8(unescaped(content)).unwrap())));
            }
            "unfinished" => {
                let mut file = fs::read(&target).unwrap();
                hives::leave_unfinished(&mut file);
                self.write(path, &file);
            }
            "cut" => fs::File::options().write(true).open(target).unwrap().set_len(argument.parse().unwrap()).unwrap(),
            "rpmdb" => rpmdb(&target, content),
            other => panic!("no entry of the kind {other}"),
        }
    }

    /// Makes of every hive one that holds something else, and puts what it was to hold into its logs.
    fn leave_unfinished(&self, in_new_form: bool) -> usize {
        let mut made = 0;
        let mut waiting = vec![self.folder.path().to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
                if entry.file_type().unwrap().is_dir() {
                    waiting.push(entry.path());
                } else if HIVES.contains(&entry.file_name().to_str().unwrap_or_default().to_uppercase().as_str()) {
                    let later = fs::read(entry.path()).unwrap();
                    let earlier = hives::hive("[Microsoft\\Windows NT]\n\"Before\"=\"outdated\"\n");
                    let logs::Unfinished { hive, logs } = if in_new_form {
                        logs::new_form(&earlier, &later, 41, 3)
                    } else {
                        logs::old_form(&earlier, &later, 41)
                    };
                    fs::write(entry.path(), hive).unwrap();
                    for (number, log) in logs.iter().enumerate() {
                        let mut name = entry.path().into_os_string();
                        name.push(format!(".LOG{}", number + 1));
                        fs::write(name, log).unwrap();
                    }
                    made += 1;
                }
            }
        }
        set_times(self.folder.path());
        made
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Collects all facts, on a thread of its own: rights are given up by a thread, and inherited by those it starts.
    fn look(&self) -> DeviceFacts {
        self.look_within(AREA_DEADLINE)
    }

    /// The same, with so much time for each area.
    fn look_within(&self, area_deadline: Duration) -> DeviceFacts {
        let now: Timestamp = NOW.parse().unwrap();
        let options = Options { root: self.folder.path().to_owned(), area_deadline, ..Options::this_machine(now) };
        let as_nobody = self.as_nobody && rustix::process::geteuid().is_root();
        let look = move || {
            if as_nobody {
                give_up_rights();
            }
            collect(&options, &mut |_| {})
        };
        std::thread::spawn(look).join().unwrap()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // A folder without rights cannot be emptied by somebody who is not root.
        let mut waiting = vec![self.folder.path().to_owned()];
        while let Some(folder) = waiting.pop() {
            let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o755));
            let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
            waiting.extend(
                entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()),
            );
        }
    }
}

/// Makes this thread, and no other, the thread of a user without rights.
fn give_up_rights() {
    let (uid, gid) = (rustix::fs::Uid::from_raw(NOBODY), rustix::fs::Gid::from_raw(NOBODY));
    rustix::thread::set_thread_groups(&[]).unwrap();
    rustix::thread::set_thread_res_gid(gid, gid, gid).unwrap();
    rustix::thread::set_thread_res_uid(uid, uid, uid).unwrap();
}

/// Gives everything the same time of modification.
fn set_times(folder: &Path) {
    let modified = rustix::fs::Timespec { tv_sec: MODIFIED, tv_nsec: 0 };
    let times = rustix::fs::Timestamps { last_access: modified, last_modification: modified };
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            set_times(&entry.path());
        }
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        rustix::fs::utimensat(rustix::fs::CWD, entry.path(), &times, flags).unwrap();
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        rest = if let Some(byte) =
            after.strip_prefix('x').and_then(|after| after.get(..2)).and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            bytes.push(byte);
            after.get(3..).unwrap_or_default()
        } else if let Some((hex, after)) = after.strip_prefix("u{").and_then(|after| after.split_once('}')) {
            let letter = char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
            bytes.extend(letter.to_string().as_bytes());
            after
        } else {
            bytes.push(b'\\');
            after
        };
    }
    bytes.extend(rest.as_bytes());
    bytes
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

fn lz4(content: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

/// A database of RPM with one header per line: `name version release vendor…`, all signed.
fn rpmdb(path: &Path, lines: &str) {
    let database = rusqlite::Connection::open(path).unwrap();
    database
        .execute_batch("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
        .unwrap();
    for line in lines.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let texts = [(268, "signature"), (1000, words[0]), (1001, words[1]), (1002, words[2]), (1011, words[3])];
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for (tag, text) in texts {
            let offset = u32::try_from(data.len()).unwrap();
            for number in [tag, 6, offset, 1_u32] {
                index.extend(number.to_be_bytes());
            }
            data.extend(format!("{text}\0").as_bytes());
        }
        let sizes = [texts.len(), data.len()].map(|size| u32::try_from(size).unwrap().to_be_bytes()).concat();
        let header = [sizes, index, data].concat();
        database.execute("INSERT INTO Packages (blob) VALUES (?1)", [header]).unwrap();
    }
}
