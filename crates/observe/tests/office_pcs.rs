//! PCs as offices have them, each a folder made here, with the facts that come out of it in `office_pcs/*.json`.
//!
//! `UPDATE_EXPECT=1 cargo test -p khien-observe --test office_pcs` writes the golden files anew; read the difference.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a PC that cannot be built fails its test")]

use std::fs;
use std::path::PathBuf;

use expect_test::expect_file;
use jiff::Timestamp;
use khien_model::facts::DeviceFacts;
use khien_observe::{Options, collect};
use rusqlite::Connection;

/// When every PC is looked at.
const NOW: &str = "2026-11-22T08:00:00Z";

/// The microseconds between 1601 and [`NOW`], as Chromium counts.
const CHROMIUM_NOW: i64 = 13_439_808_000_000_000;

const SECRET: &[u8] = b"v11 not a password";

/// The tables of Chromium 156 that are read, with every column that has no default.
const LOGINS_SCHEMA: &str = "CREATE TABLE logins (origin_url VARCHAR NOT NULL, action_url VARCHAR, \
    username_element VARCHAR, username_value VARCHAR, password_element VARCHAR, password_value BLOB, \
    submit_element VARCHAR, signon_realm VARCHAR NOT NULL, date_created INTEGER NOT NULL, \
    blacklisted_by_user INTEGER NOT NULL, scheme INTEGER NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT, \
    UNIQUE (origin_url, username_element, username_value, password_element, signon_realm))";
const COOKIES_SCHEMA: &str = "CREATE TABLE cookies (host_key TEXT NOT NULL, name TEXT NOT NULL, \
    expires_utc INTEGER NOT NULL, is_persistent INTEGER NOT NULL)";
const HISTORY_SCHEMA: &str = "CREATE TABLE downloads (id INTEGER PRIMARY KEY, target_path LONGVARCHAR NOT NULL, \
    start_time INTEGER NOT NULL, state INTEGER NOT NULL);\
    CREATE TABLE downloads_url_chains (id INTEGER NOT NULL, chain_index INTEGER NOT NULL, url LONGVARCHAR NOT NULL)";

/// A PC in a folder.
struct Pc {
    folder: tempfile::TempDir,
}

impl Pc {
    /// A running Debian with these users, who all have homes.
    fn with_users(users: &[&str]) -> Self {
        let pc = Self { folder: tempfile::tempdir().unwrap() };
        pc.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        let mut passwd = vec!["root:x:0:0:root:/root:/bin/bash".to_owned()];
        for (user, uid) in users.iter().zip(1000..) {
            passwd.push(format!("{user}:x:{uid}:{uid}::/home/{user}:/bin/bash"));
            pc.folder(&format!("home/{user}"));
        }
        pc.file("etc/passwd", passwd.join("\n"));
        pc.process(1, "systemd");
        pc.file("proc/net/tcp", TCP_HEAD);
        pc.file("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        pc.disk("pci0000:00/ata1", "sda", "sda1", "8:1");
        pc.folder("run/systemd/sessions");
        pc.folder("etc/systemd/system");
        pc
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn folder(&self, path: &str) {
        fs::create_dir_all(self.path(path)).unwrap();
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn link(&self, path: &str, target: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    fn process(&self, pid: u32, program: &str) {
        let comm: String = program.chars().take(15).collect();
        self.file(&format!("proc/{pid}/comm"), format!("{comm}\n"));
        self.file(&format!("proc/{pid}/cmdline"), format!("/usr/bin/{program}\0--daemon\0"));
    }

    fn enabled_unit(&self, unit: &str) {
        self.file(&format!("lib/systemd/system/{unit}"), "[Install]\nWantedBy=multi-user.target\n");
        self.link(
            &format!("etc/systemd/system/multi-user.target.wants/{unit}"),
            &format!("/lib/systemd/system/{unit}"),
        );
    }

    fn disk(&self, bus: &str, disk: &str, partition: &str, number: &str) {
        let place = format!("devices/{bus}/block/{disk}");
        self.file(&format!("sys/{place}/removable"), "0\n");
        self.folder(&format!("sys/{place}/{partition}"));
        self.link(&format!("sys/class/block/{disk}"), &format!("../../{place}"));
        self.link(&format!("sys/class/block/{partition}"), &format!("../../{place}/{partition}"));
        self.link(&format!("sys/dev/block/{number}"), &format!("../../{place}/{partition}"));
    }

    fn database(&self, path: &str, schema: &str) -> Connection {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(schema).unwrap();
        connection
    }

    /// Saved logins: origin and user name of each.
    fn logins(&self, path: &str, rows: &[(&str, &str)]) {
        let logins = self.database(path, LOGINS_SCHEMA);
        for (origin, user) in rows {
            let insert = "INSERT INTO logins (origin_url, username_value, password_value, signon_realm, date_created, \
                blacklisted_by_user, scheme) VALUES (?1, ?2, ?3, ?1, 0, 0, 0)";
            logins.execute(insert, (origin, user, SECRET)).unwrap();
        }
    }

    /// Cookies of a protected host that last.
    fn lasting_cookie(&self, path: &str, host: &str) {
        let cookies = self.database(path, COOKIES_SCHEMA);
        cookies.execute("INSERT INTO cookies VALUES (?1, 'S', ?2, 1)", (host, CHROMIUM_NOW + 1)).unwrap();
    }

    /// What the areas of this file see, in JSON.
    fn facts(&self) -> String {
        let now: Timestamp = NOW.parse().unwrap();
        let options = Options { root: self.folder.path().to_owned(), ..Options::this_machine(now) };
        let all = collect(&options, &mut |_| {});
        let facts = DeviceFacts {
            browsers: all.browsers,
            downloads: all.downloads,
            session: all.session,
            firewall: all.firewall,
            disk: all.disk,
            usb: all.usb,
            remote_access: all.remote_access,
            guard: all.guard,
            ..DeviceFacts::default()
        };
        let text = serde_json::to_string_pretty(&facts).unwrap();
        for secret in ["not a password", "an.nt", "@moj.gov.vn"] {
            assert!(!text.contains(secret), "{secret} became a fact");
        }
        format!("{text}\n")
    }
}

const TCP_HEAD: &str = "  sl  local_address rem_address   st\n";

#[test]
fn many_browsers_under_vietnamese_names() {
    // The second user's name and the profile come decomposed, as a Mac or an old archive writes them.
    let decomposed = "hie\u{302}\u{300}n";
    let pc = Pc::with_users(&["Ẩn", decomposed]);
    let chrome = "home/Ẩn/.config/google-chrome";
    pc.file(&format!("{chrome}/Local State"), "{}");
    pc.file(&format!("{chrome}/Default/Preferences"), r#"{"credentials_enable_service": true}"#);
    pc.logins(
        &format!("{chrome}/Default/Login Data"),
        &[
            ("https://thads.moj.gov.vn/", "an.nt"),
            ("https://shopee.vn/", "an.nt@moj.gov.vn"),
            ("https://zalo.me/", "an.nt"),
        ],
    );
    pc.lasting_cookie(&format!("{chrome}/Default/Cookies"), ".moj.gov.vn");
    let profile = format!("{chrome}/Ho\u{302}\u{300} so\u{31b} co\u{302}ng vu\u{323}");
    pc.file(&format!("{profile}/Preferences"), r#"{"credentials_enable_service": false}"#);
    let coccoc = format!("home/{decomposed}/.config/coccoc-browser/Default");
    pc.file(&format!("{coccoc}/Preferences"), "{}");
    pc.logins(&format!("{coccoc}/Login Data"), &[("https://moj.gov.vn.example.com/", "an.nt")]);
    let wine =
        format!("home/{decomposed}/.wine/drive_c/users/{decomposed}/AppData/Local/CocCoc/Browser/User Data/Default");
    pc.file(&format!("{wine}/Preferences"), "{}");
    pc.lasting_cookie(&format!("{wine}/Network/Cookies"), "thads.moj.gov.vn");
    pc.file(&format!("home/{decomposed}/.config/microsoft-edge/Default/Preferences"), "{}");
    pc.file("etc/opt/edge/policies/managed/khien.json", r#"{"PasswordManagerEnabled": false}"#);
    let firefox = format!("home/{decomposed}/.mozilla/firefox");
    pc.file(&format!("{firefox}/profiles.ini"), "[Profile0]\nName=default\nIsRelative=1\nPath=ab.default\n");
    pc.file(&format!("{firefox}/ab.default/prefs.js"), "user_pref(\"signon.rememberSignons\", false);\n");
    pc.file(
        &format!("{firefox}/ab.default/logins.json"),
        r#"{"logins":[{"hostname":"https://thads.moj.gov.vn","encryptedUsername":"x","encryptedPassword":"y"}]}"#,
    );
    let history = pc.database(&format!("{chrome}/Default/History"), HISTORY_SCHEMA);
    history
        .execute_batch(&format!(
            "INSERT INTO downloads VALUES (1, '/home/Ẩn/Tải xuống/Giấy triệu tập.pdf.exe', {CHROMIUM_NOW}, 1);\
             INSERT INTO downloads_url_chains VALUES (1, 0, 'https://drive.example/f'), (1, 1, 'https://cdn.example/f.exe');"
        ))
        .unwrap();
    drop(history);
    pc.file("home/Ẩn/Tải xuống/Giấy triệu tập.pdf.exe", "MZ");
    expect_file!["office_pcs/many_browsers.json"].assert_eq(&pc.facts());
}

#[test]
fn databases_that_cannot_be_trusted() {
    let pc = Pc::with_users(&["an"]);
    let data = "home/an/.config/chromium";
    pc.file(&format!("{data}/Broken/Login Data"), "SQLite format 3\0 and then nothing");
    pc.logins(&format!("{data}/Changing/Login Data"), &[("https://moj.gov.vn/", "an.nt")]);
    pc.file(&format!("{data}/Changing/Login Data-journal"), [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    pc.folder(&format!("{data}/Huge"));
    fs::File::create(pc.path(&format!("{data}/Huge/Login Data"))).unwrap().set_len(10 << 30).unwrap();
    drop(pc.database(&format!("{data}/Newer/Login Data"), "CREATE TABLE passwords (x)"));
    pc.link(&format!("{data}/Elsewhere/Login Data"), "/mnt/stick/Login Data");
    pc.link(&format!("{data}/Folder/Login Data"), "/etc");
    pc.link(&format!("{data}/Circle"), "Circle");
    pc.file(&format!("{data}/Settings/Preferences"), "{\"credentials_enable_service\": \"yes\"}");
    pc.file("home/an/.mozilla/firefox/x.default/logins.json", "{");
    pc.file("home/an/.mozilla/firefox/x.default/cookies.sqlite", "no database");
    pc.file("home/an/.mozilla/firefox/x.default/places.sqlite", "no database");
    expect_file!["office_pcs/untrusted_databases.json"].assert_eq(&pc.facts());
}

#[test]
fn browsers_from_snap_and_flatpak() {
    let pc = Pc::with_users(&["an"]);
    let policy = r#"{"PasswordManagerEnabled": false}"#;
    pc.file("home/an/snap/chromium/common/chromium/Default/Preferences", "{}");
    pc.file("home/an/.var/app/org.chromium.Chromium/config/chromium/Default/Preferences", "{}");
    pc.file("home/an/.var/app/com.google.Chrome/config/google-chrome/Default/Preferences", "{}");
    pc.file("home/an/snap/firefox/common/.mozilla/firefox/x.default/prefs.js", "");
    pc.file("home/an/.var/app/org.mozilla.firefox/.mozilla/firefox/y.default/prefs.js", "");
    pc.file("etc/chromium-browser/policies/managed/khien.json", policy);
    pc.file("etc/chromium/policies/managed/khien.json", policy);
    pc.file("etc/opt/chrome/policies/managed/khien.json", policy);
    pc.file("etc/firefox/policies/policies.json", r#"{"policies": {"PasswordManagerEnabled": false}}"#);
    expect_file!["office_pcs/snap_and_flatpak.json"].assert_eq(&pc.facts());
}

#[test]
fn a_hardened_pc() {
    let pc = Pc::with_users(&["an"]);
    pc.file("opt/google/chrome/chrome", "");
    pc.file("home/an/.config/google-chrome/Default/Preferences", "{}");
    pc.file("etc/opt/chrome/policies/managed/khien.json", r#"{"PasswordManagerEnabled": false}"#);
    pc.file("usr/share/wayland-sessions/plasma.desktop", "");
    pc.file("etc/xdg/kscreenlockerrc", "[Daemon][$i]\nAutolock=true\nTimeout=10\nLockGrace=0\n");
    pc.file("run/systemd/sessions/2", "USER=an\nCLASS=user\nTYPE=wayland\nREMOTE=0\nSTATE=active\nTTY=tty2\n");
    pc.file("etc/nftables.conf", "flush ruleset\ntable inet filter {\n chain input {\n  type filter hook input priority filter; policy drop;\n  iif lo accept\n }\n}\n");
    pc.enabled_unit("nftables.service");
    pc.file("etc/modprobe.d/khien.conf", "install usb-storage /bin/false\ninstall uas /bin/false\n");
    pc.file("usr/sbin/sshd", "");
    pc.file("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n");
    pc.file(
        "etc/ssh/sshd_config.d/khien.conf",
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\n",
    );
    pc.enabled_unit("ssh.service");
    pc.process(90, "sshd");
    pc.file("proc/net/tcp", format!("{TCP_HEAD} 0: 00000000:0016 00000000:0000 0A\n"));
    let crypt = "devices/virtual/block/dm-0";
    pc.file(&format!("sys/{crypt}/dm/uuid"), "CRYPT-LUKS2-0123-sda1_crypt\n");
    pc.file(&format!("sys/{crypt}/dm/name"), "sda1_crypt\n");
    pc.link(&format!("sys/{crypt}/slaves/sda1"), "../../../../../class/block/sda1");
    pc.link("sys/class/block/dm-0", &format!("../../{crypt}"));
    pc.link("sys/dev/block/254:0", &format!("../../{crypt}"));
    pc.file(
        "proc/self/mountinfo",
        "22 1 254:0 / / rw - ext4 /dev/mapper/sda1_crypt rw\n23 22 8:1 / /boot rw - ext4 /dev/sda1 rw\n",
    );
    pc.file(
        "var/lib/khien/guard/state.json",
        r#"{"in_force": true, "written_at": "2026-11-22T07:59:00Z", "protected_folders": ["/home/an/Hồ sơ"],
            "last_restore_drill_at": "2026-10-01T02:00:00Z"}"#,
    );
    expect_file!["office_pcs/hardened.json"].assert_eq(&pc.facts());
}

#[test]
fn a_pc_that_everybody_can_control() {
    let pc = Pc::with_users(&["an"]);
    pc.file("usr/sbin/sshd", "");
    pc.file("etc/ssh/sshd_config", "PermitRootLogin yes\nMatch Address 10.0.0.0/8\nPasswordAuthentication yes\n");
    pc.enabled_unit("ssh.service");
    pc.process(90, "sshd");
    pc.file("usr/sbin/xrdp", "");
    pc.enabled_unit("xrdp.service");
    pc.process(91, "xrdp");
    pc.file("usr/bin/x11vnc", "");
    pc.process(92, "x11vnc");
    pc.file("usr/bin/anydesk", "");
    pc.enabled_unit("anydesk.service");
    pc.process(93, "anydesk");
    pc.file("usr/bin/rustdesk", "");
    pc.file("home/an/.wine/drive_c/Program Files (x86)/UltraViewer/UltraViewer_Desktop.exe", "MZ");
    pc.process(94, "UltraViewer_Desktop.exe");
    pc.file(
        "proc/net/tcp",
        format!("{TCP_HEAD} 0: 00000000:0016 0:0 0A\n 1: 00000000:0D3D 0:0 0A\n 2: 00000000:170C 0:0 0A\n 3: 0100007F:0277 0:0 0A\n"),
    );
    pc.file("run/systemd/sessions/7", "USER=an\nCLASS=user\nTYPE=tty\nREMOTE=1\nSTATE=online\nTTY=pts/0\n");
    pc.file("etc/ufw/ufw.conf", "ENABLED=no\n");
    pc.file("etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\n");
    pc.folder("sys/module/nf_tables");
    pc.file("usr/share/xsessions/xfce.desktop", "");
    pc.file("usr/share/xsessions/icewm.desktop", "");
    pc.disk("pci0000:00/usb1/1-1", "sdb", "sdb1", "8:17");
    pc.file(
        "proc/self/mountinfo",
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 8:17 / /media/an/USB\\040của\\040Ẩn rw - vfat /dev/sdb1 rw\n",
    );
    expect_file!["office_pcs/controlled_by_everybody.json"].assert_eq(&pc.facts());
}

#[test]
fn a_disk_taken_out_of_its_pc() {
    let pc = Pc::with_users(&["an"]);
    fs::remove_dir_all(pc.path("proc")).unwrap();
    fs::remove_dir_all(pc.path("sys")).unwrap();
    fs::remove_dir_all(pc.path("run")).unwrap();
    pc.file("home/an/.config/google-chrome/Default/Preferences", "{}");
    pc.file("etc/fstab", "/dev/mapper/root_crypt / ext4 defaults 0 1\nUUID=ab /home ext4 defaults 0 2\n");
    pc.file("etc/crypttab", "root_crypt UUID=cd none luks\n");
    pc.file("usr/sbin/sshd", "");
    pc.file("etc/ssh/sshd_config", "PermitRootLogin no\n");
    pc.enabled_unit("ssh.service");
    pc.file("var/lib/khien/guard/state.json", "broken");
    pc.folder("root");
    expect_file!["office_pcs/disk_alone.json"].assert_eq(&pc.facts());
}
