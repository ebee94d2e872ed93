use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use khien_model::GapCode;
use khien_model::facts::BrowserProfile;
use rusqlite::Connection;

use super::*;
use crate::browsers::{Engine, MAX_PROFILES};
use crate::linux::testing::{Machine, NOW};

/// The table of saved logins as Chromium 156 makes it (version 41 of its schema).
const LOGINS_SCHEMA: &str = "CREATE TABLE logins (origin_url VARCHAR NOT NULL, action_url VARCHAR, \
    username_element VARCHAR, username_value VARCHAR, password_element VARCHAR, password_value BLOB, \
    submit_element VARCHAR, signon_realm VARCHAR NOT NULL, date_created INTEGER NOT NULL, \
    blacklisted_by_user INTEGER NOT NULL, scheme INTEGER NOT NULL, password_type INTEGER, times_used INTEGER, \
    form_data BLOB, display_name VARCHAR, icon_url VARCHAR, federation_url VARCHAR, skip_zero_click INTEGER, \
    generation_upload_status INTEGER, possible_username_pairs BLOB, id INTEGER PRIMARY KEY AUTOINCREMENT, \
    date_last_used INTEGER NOT NULL DEFAULT 0, moving_blocked_for BLOB, \
    date_password_modified INTEGER NOT NULL DEFAULT 0, \
    UNIQUE (origin_url, username_element, username_value, password_element, signon_realm));";

const COOKIES_SCHEMA: &str = "CREATE TABLE cookies (creation_utc INTEGER NOT NULL, host_key TEXT NOT NULL, \
    top_frame_site_key TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, encrypted_value BLOB NOT NULL, \
    path TEXT NOT NULL, expires_utc INTEGER NOT NULL, is_secure INTEGER NOT NULL, is_httponly INTEGER NOT NULL, \
    last_access_utc INTEGER NOT NULL, has_expires INTEGER NOT NULL, is_persistent INTEGER NOT NULL, \
    priority INTEGER NOT NULL, samesite INTEGER NOT NULL, source_scheme INTEGER NOT NULL, \
    source_port INTEGER NOT NULL, last_update_utc INTEGER NOT NULL, source_type INTEGER NOT NULL, \
    has_cross_site_ancestor INTEGER NOT NULL);";

const MOZ_COOKIES_SCHEMA: &str = "CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, \
    originAttributes TEXT NOT NULL DEFAULT '', name TEXT, value TEXT, host TEXT, path TEXT, expiry INTEGER, \
    lastAccessed INTEGER, creationTime INTEGER, isSecure INTEGER, isHttpOnly INTEGER);";

/// A row of `logins`: origin, user name, password, blacklisted.
type LoginRow<'a> = (&'a str, &'a str, &'a [u8], bool);

fn database(path: &Path, schema: &str) -> Connection {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(schema).unwrap();
    connection
}

fn logins(path: &Path, rows: &[LoginRow<'_>]) -> Connection {
    let connection = database(path, LOGINS_SCHEMA);
    for (origin, user, password, blacklisted) in rows {
        connection
            .execute(
                "INSERT INTO logins (origin_url, username_value, password_value, signon_realm, date_created, \
                 blacklisted_by_user, scheme) VALUES (?1, ?2, ?3, ?1, 13400000000000000, ?4, 0)",
                (origin, user, password, blacklisted),
            )
            .unwrap();
    }
    connection
}

fn cookie(connection: &Connection, host: &str, name: &str, expires: i64, persistent: bool) {
    connection
        .execute(
            "INSERT INTO cookies VALUES (0, ?1, '', ?2, '', x'00', '/', ?3, 1, 1, 0, ?4, ?4, 1, 0, 2, 443, 0, 0, 0)",
            (host, name, expires, persistent),
        )
        .unwrap();
}

const SECRET: &[u8] = b"v11\x01\x02\x03";

const ROWS: &[LoginRow<'_>] = &[
    ("https://thads.moj.gov.vn/login", "an.nv", SECRET, false),
    ("https://moj.gov.vn.example.com/", "an.nv@moj.gov.vn", SECRET, false),
    ("https://shop.example/", "an@gmail.com", SECRET, false),
    // Never save here: no password.
    ("https://moj.gov.vn/", "", b"", true),
    ("https://never.example/", "an.nv@moj.gov.vn", SECRET, true),
    // Signed in by another site: no password.
    ("https://federated.example/", "an.nv@moj.gov.vn", b"", false),
];

const DEFAULT: &str = "home/an/.config/google-chrome/Default";

fn profiles_of(machine: &Machine) -> Listing<BrowserProfile> {
    match collect(&machine.context()).unwrap().profiles {
        Observed::Known(profiles) => profiles,
        Observed::Unknown(gap) => panic!("{gap}"),
    }
}

fn only_profile(machine: &Machine) -> BrowserProfile {
    let profiles = profiles_of(machine);
    assert_eq!(profiles.incomplete, None);
    assert_eq!(profiles.items.len(), 1);
    profiles.items.into_iter().next().unwrap()
}

fn forbidden(machine: &Machine) -> Vec<(BrowserKind, Result<bool, GapCode>)> {
    let policies = match collect(&machine.context()).unwrap().policies {
        Observed::Known(policies) => policies.items,
        Observed::Unknown(gap) => panic!("{gap}"),
    };
    let answer = |policy: BrowserPolicy| {
        let forbidden = match policy.saving_forbidden {
            Observed::Known(forbidden) => Ok(forbidden),
            Observed::Unknown(gap) => Err(gap.code),
        };
        (*policy.browser.known().unwrap(), forbidden)
    };
    policies.into_iter().map(answer).collect()
}

fn code<T>(observed: &Observed<T>) -> Option<GapCode> {
    match observed {
        Observed::Known(_) => None,
        Observed::Unknown(gap) => Some(gap.code),
    }
}

#[test]
fn a_machine_without_browsers_has_no_profiles() {
    let machine = Machine::with_user();
    assert_eq!(profiles_of(&machine), Listing::default());
    assert_eq!(forbidden(&machine), []);
}

#[test]
fn saved_logins_are_counted_and_weighed() {
    let machine = Machine::with_user();
    logins(&machine.path(DEFAULT).join("Login Data"), ROWS);
    logins(
        &machine.path(DEFAULT).join("Login Data For Account"),
        &[("https://x.example/", "Binh@MOJ.gov.vn", SECRET, false)],
    );
    machine.file(&format!("{DEFAULT}/Preferences"), r#"{"profile": {"name": "Người dùng 1"}}"#);
    let profile = only_profile(&machine);
    assert_eq!(
        profile,
        BrowserProfile {
            browser: BrowserKind::Chrome.into(),
            user: "an".into(),
            profile: "Default".into(),
            saved_logins: 4.into(),
            saved_logins_protected: 1.into(),
            saved_logins_official_elsewhere: 2.into(),
            lasting_sessions_protected: 0.into(),
            offers_to_save: true.into(),
        }
    );
    assert_eq!(forbidden(&machine), [(BrowserKind::Chrome, Ok(false))]);
}

#[test]
fn the_database_of_a_running_browser_is_read_and_not_touched() {
    let machine = Machine::with_user();
    let path = machine.path(DEFAULT).join("Login Data");
    let owner = logins(&path, ROWS);
    // Chromium holds its databases with an exclusive lock.
    owner.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;").unwrap();
    let before = std::fs::read(&path).unwrap();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(machine.path(DEFAULT)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let names_before = names();
    assert_eq!(only_profile(&machine).saved_logins, Observed::Known(3));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(names(), names_before);
    // While it writes, nobody knows.
    owner
        .execute_batch("PRAGMA cache_spill = 1; PRAGMA cache_size = 1; BEGIN; UPDATE logins SET times_used = 1;")
        .unwrap();
    owner.execute_batch("CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 9999) SELECT i, randomblob(500) AS b FROM n").unwrap();
    let profile = only_profile(&machine);
    assert_eq!(code(&profile.saved_logins), Some(GapCode::Unreadable), "{:?}", profile.saved_logins);
    owner.execute_batch("ROLLBACK").unwrap();
    assert_eq!(only_profile(&machine).saved_logins, Observed::Known(3));
}

#[test]
fn a_write_ahead_log_is_read_along() {
    let machine = Machine::with_user();
    let path = machine.path(DEFAULT).join("Login Data");
    let owner = database(&path, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;");
    owner.execute_batch(LOGINS_SCHEMA).unwrap();
    owner
        .execute_batch(
            "INSERT INTO logins (origin_url, username_value, password_value, signon_realm, date_created, \
             blacklisted_by_user, scheme) VALUES ('https://moj.gov.vn/', 'a', x'01', 'https://moj.gov.vn/', 0, 0, 0)",
        )
        .unwrap();
    assert!(std::fs::metadata(machine.path(DEFAULT).join("Login Data-wal")).unwrap().len() > 0);
    assert_eq!(only_profile(&machine).saved_logins_protected, Observed::Known(1));
}

#[test]
fn what_is_no_database_of_logins_is_unknown_and_never_zero() {
    let folder = Path::new(DEFAULT);
    let whole = {
        let machine = Machine::with_user();
        drop(logins(&machine.path("x/Login Data"), ROWS));
        std::fs::read(machine.path("x/Login Data")).unwrap()
    };
    let mut torn = whole.clone();
    torn.iter_mut().skip(4096).for_each(|byte| *byte = 0xff);
    let cases: &[(&str, &[u8], GapCode)] = &[
        ("no database", b"Khi\xc3\xaan", GapCode::Unreadable),
        ("empty", b"", GapCode::Malformed),
        ("cut", whole.get(..whole.len() / 2).unwrap(), GapCode::Unreadable),
        ("broken", &torn, GapCode::Unreadable),
    ];
    for (name, content, expected) in cases {
        let machine = Machine::with_user();
        machine.file(folder.join("Login Data").to_str().unwrap(), content);
        let profile = only_profile(&machine);
        assert_eq!(code(&profile.saved_logins), Some(*expected), "{name}: {:?}", profile.saved_logins);
        assert_eq!(code(&profile.saved_logins_protected), Some(*expected), "{name}");
        assert_eq!(profile.lasting_sessions_protected, Observed::Known(0), "{name}");
    }
    for (name, schema) in [
        ("another table", "CREATE TABLE other (x)"),
        ("a column is missing", "CREATE TABLE logins (origin_url, signon_realm, username_value, password_value)"),
        (
            "a view",
            "CREATE VIEW logins AS SELECT '' AS origin_url, '' AS signon_realm, '' AS username_value, x'01' AS password_value, 0 AS blacklisted_by_user",
        ),
        (
            "a virtual table",
            "CREATE VIRTUAL TABLE logins USING fts5(origin_url, signon_realm, username_value, password_value, blacklisted_by_user)",
        ),
    ] {
        let machine = Machine::with_user();
        drop(database(&machine.path(DEFAULT).join("Login Data"), schema));
        assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Malformed), "{name}");
    }
}

#[test]
fn a_huge_or_special_file_is_unknown() {
    let machine = Machine::with_user();
    machine.folder(DEFAULT);
    let path = machine.path(DEFAULT).join("Login Data");
    std::fs::File::create(&path).unwrap().set_len(crate::sqlite::MAX_DATABASE_BYTES + 1).unwrap();
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::TooLarge));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Unreadable));
}

#[test]
fn a_journal_of_a_stranger_deletes_nothing() {
    let machine = Machine::with_user();
    drop(logins(&machine.path(DEFAULT).join("Login Data"), ROWS));
    machine.file("victim", "keep me");
    // A journal whose end names another file, which SQLite would delete after rolling back.
    let victim = machine.path("victim");
    let victim = victim.to_str().unwrap().as_bytes();
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    journal.resize(512, 0);
    journal.extend(0x4000_0001_u32.to_be_bytes());
    journal.extend(victim);
    journal.extend(u32::try_from(victim.len()).unwrap().to_be_bytes());
    journal.extend(victim.iter().fold(0_u32, |sum, byte| sum + u32::from(*byte)).to_be_bytes());
    journal.extend([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    machine.file(&format!("{DEFAULT}/Login Data-journal"), journal);
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Unreadable));
    assert!(machine.path("victim").exists());
    // A journal that is not in use is none.
    machine.file(&format!("{DEFAULT}/Login Data-journal"), [0; 512]);
    assert_eq!(only_profile(&machine).saved_logins, Observed::Known(3));
}

#[test]
fn no_private_copy_stays_behind() {
    let machine = Machine::with_user();
    drop(logins(&machine.path(DEFAULT).join("Login Data"), ROWS));
    let context = machine.context();
    let snapshot =
        crate::sqlite::Snapshot::take(&context.root, Path::new(DEFAULT).join("Login Data")).unwrap().unwrap();
    let folder = snapshot.folder().to_owned();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    drop(snapshot);
    assert!(!folder.exists());
}

#[test]
fn cookies_of_protected_hosts_that_last_are_sessions() {
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let microseconds = |time: jiff::Timestamp| time.as_microsecond() + 11_644_473_600_000_000;
    let later = microseconds(now) + 1;
    for folder in ["Network", "."] {
        let machine = Machine::with_user();
        let cookies = database(&machine.path(DEFAULT).join(folder).join("Cookies"), COOKIES_SCHEMA);
        cookie(&cookies, "thads.moj.gov.vn", "SESSION", later, true);
        cookie(&cookies, ".moj.gov.vn", "remember", i64::MAX, true);
        cookie(&cookies, "moj.gov.vn", "over", microseconds(now), true);
        cookie(&cookies, "moj.gov.vn", "until-close", 0, false);
        cookie(&cookies, ".moj.gov.vn", "_ga_1", later, true);
        cookie(&cookies, "xmoj.gov.vn", "SESSION", later, true);
        drop(cookies);
        assert_eq!(only_profile(&machine).lasting_sessions_protected, Observed::Known(2), "{folder}");
    }
}

/// Its name, the texts of user and policy, whether the browser then offers to save, and whether that is forbidden.
type PolicyCase<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Result<bool, GapCode>, Result<bool, GapCode>);

#[test]
fn a_policy_decides_before_the_user() {
    let preferences = format!("{DEFAULT}/Preferences");
    let managed = "etc/opt/chrome/policies/managed/khien.json";
    let off = r#"{"PasswordManagerEnabled": false}"#;
    let cases: &[PolicyCase<'_>] = &[
        ("nothing is set", None, None, Ok(true), Ok(false)),
        ("the user says no", Some(r#"{"credentials_enable_service": false}"#), None, Ok(false), Ok(false)),
        ("the policy says no", Some(r#"{"credentials_enable_service": true}"#), Some(off), Ok(false), Ok(true)),
        ("broken settings do not matter then", Some("{"), Some(off), Ok(false), Ok(true)),
        ("broken settings", Some("{"), None, Err(GapCode::Malformed), Ok(false)),
        ("broken policy", None, Some("no"), Err(GapCode::Malformed), Err(GapCode::Malformed)),
    ];
    for (name, user, policy, offers, saving_forbidden) in cases {
        let machine = Machine::with_user();
        machine.folder(DEFAULT);
        machine.file(&format!("{DEFAULT}/Cookies"), "");
        if let Some(user) = user {
            machine.file(&preferences, user);
        }
        if let Some(policy) = policy {
            machine.file(managed, policy);
        }
        let profile = only_profile(&machine);
        let observed = match profile.offers_to_save {
            Observed::Known(offers) => Ok(offers),
            Observed::Unknown(gap) => Err(gap.code),
        };
        assert_eq!(observed, *offers, "{name}");
        assert_eq!(forbidden(&machine), [(BrowserKind::Chrome, *saving_forbidden)], "{name}");
    }
}

#[test]
fn an_installed_browser_has_a_policy_without_having_profiles() {
    let machine = Machine::with_user();
    machine.file("opt/microsoft/msedge/msedge", "");
    assert_eq!(forbidden(&machine), [(BrowserKind::Edge, Ok(false))]);
}

#[test]
fn a_browser_installed_twice_is_forbidden_to_save_only_when_both_are() {
    let machine = Machine::with_user();
    let policy = r#"{"PasswordManagerEnabled": false}"#;
    machine.file("usr/lib/chromium/chromium", "");
    machine.file("etc/chromium/policies/managed/a.json", policy);
    assert_eq!(forbidden(&machine), [(BrowserKind::Chromium, Ok(true))]);
    machine.folder("snap/chromium/current");
    assert_eq!(forbidden(&machine), [(BrowserKind::Chromium, Ok(false))]);
    machine.file("etc/chromium-browser/policies/managed/a.json", policy);
    assert_eq!(forbidden(&machine), [(BrowserKind::Chromium, Ok(true))]);
    machine.folder("var/lib/flatpak/app/org.chromium.Chromium");
    assert_eq!(forbidden(&machine), [(BrowserKind::Chromium, Err(GapCode::Unsupported))]);
}

#[test]
fn every_browser_in_every_place_is_found() {
    let machine = Machine::with_user();
    let mut expected = Vec::new();
    for installation in INSTALLATIONS {
        for data in installation.data() {
            let data = data.replace('*', "Ẩn");
            let (profile, file) = match installation.engine {
                Engine::Chromium => ("Hồ sơ 1", "Preferences"),
                Engine::Firefox => ("ab12.default", "prefs.js"),
            };
            machine.file(&format!("home/an/{data}/{profile}/{file}"), "{}");
            machine.file(&format!("home/an/{data}/System Profile/Preferences"), "{}");
            expected.push((installation.browser, profile.to_owned()));
        }
    }
    let profiles = profiles_of(&machine);
    assert_eq!(profiles.incomplete, None);
    let found: Vec<_> = profiles
        .items
        .iter()
        .map(|profile| (*profile.browser.known().unwrap(), profile.profile.known().unwrap().clone()))
        .collect();
    assert_eq!(found, expected);
    let kinds: std::collections::BTreeSet<_> = found.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), BrowserKind::ALL);
}

#[test]
fn decomposed_names_are_composed() {
    let machine = Machine::new();
    machine.file(
        "etc/passwd",
        "root:x:0:0::/:/bin/sh\nhie\u{302}\u{300}n:x:1000:1000::/home/hie\u{302}\u{300}n:/bin/sh\n",
    );
    machine.file("home/hie\u{302}\u{300}n/.config/coccoc-browser/Ho\u{302}\u{300} so\u{31b}/Preferences", "{}");
    let profile = only_profile(&machine);
    assert_eq!(profile.browser, BrowserKind::CocCoc.into());
    assert_eq!(profile.user, "hiền".into());
    assert_eq!(profile.profile, "Hồ sơ".into());
    // Nobody knows where it looks for policies.
    assert_eq!(code(&profile.offers_to_save), Some(GapCode::Unsupported));
    assert_eq!(profile.saved_logins, Observed::Known(0));
}

const FIREFOX: &str = "home/an/.mozilla/firefox";

#[test]
fn firefox_keeps_logins_and_cookies_its_own_way() {
    let machine = Machine::with_user();
    machine.file(&format!("{FIREFOX}/profiles.ini"), "[Profile0]\nName=default\nIsRelative=1\nPath=ab12.default\n");
    let folder = format!("{FIREFOX}/ab12.default");
    machine.file(&format!("{folder}/prefs.js"), "user_pref(\"signon.rememberSignons\", true);\n");
    machine.file(&format!("{folder}/user.js"), "user_pref(\"signon.rememberSignons\", false);\n");
    let login =
        |host: &str| format!(r#"{{"id":1,"hostname":"{host}","encryptedUsername":"u","encryptedPassword":"p"}}"#);
    let file = |hosts: &[&str]| {
        let logins: Vec<_> = hosts.iter().map(|host| login(host)).collect();
        format!(r#"{{"nextId":9,"logins":[{}],"version":3}}"#, logins.join(","))
    };
    machine.file(&format!("{folder}/logins.json"), file(&["https://moj.gov.vn", "chrome://FirefoxAccounts"]));
    let cookies = database(&machine.path(&folder).join("cookies.sqlite"), MOZ_COOKIES_SCHEMA);
    let now: jiff::Timestamp = NOW.parse().unwrap();
    for (host, name, expiry) in [
        ("thads.moj.gov.vn", "SESSION", now.as_second() + 1),
        (".moj.gov.vn", "remember", now.as_millisecond() + 1),
        ("moj.gov.vn", "over", now.as_second()),
        ("example.com", "SESSION", now.as_second() + 1),
    ] {
        cookies
            .execute("INSERT INTO moz_cookies (host, name, expiry) VALUES (?1, ?2, ?3)", (host, name, expiry))
            .unwrap();
    }
    drop(cookies);
    let profile = only_profile(&machine);
    assert_eq!(profile.saved_logins, Observed::Known(1));
    assert_eq!(profile.saved_logins_protected, Observed::Known(1));
    assert_eq!(profile.saved_logins_official_elsewhere, Observed::Known(0));
    assert_eq!(profile.lasting_sessions_protected, Observed::Known(2));
    assert_eq!(profile.offers_to_save, Observed::Known(false));
    machine.file(&format!("{folder}/logins.json"), file(&["https://moj.gov.vn", "https://shop.example"]));
    let profile = only_profile(&machine);
    assert_eq!(profile.saved_logins, Observed::Known(2));
    assert_eq!(code(&profile.saved_logins_official_elsewhere), Some(GapCode::Unsupported));
    machine.file(&format!("{folder}/logins.json"), r#"{"version":3}"#);
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Malformed));
    std::fs::remove_file(machine.path(&folder).join("logins.json")).unwrap();
    assert_eq!(only_profile(&machine).saved_logins, Observed::Known(0));
    machine.file(&format!("{folder}/logins.db"), "");
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Unsupported));
}

#[test]
fn what_lies_behind_a_link_to_nothing_is_unknown() {
    let machine = Machine::with_user();
    machine.folder(DEFAULT);
    machine.file(&format!("{DEFAULT}/Preferences"), "{}");
    machine.link(&format!("{DEFAULT}/Login Data"), "/mnt/stick/Login Data");
    assert_eq!(code(&only_profile(&machine).saved_logins), Some(GapCode::Unreadable));
    for link in [".config/chromium", ".mozilla"] {
        let machine = Machine::with_user();
        machine.link(&format!("home/an/{link}"), "/mnt/stick/browser");
        let gap = profiles_of(&machine).incomplete.unwrap();
        assert_eq!(gap.to_string(), format!("unreadable: home/an/{link}: a link that leads nowhere"));
    }
    let machine = Machine::with_user();
    machine.link("home/an/Access-Your-Private-Data.desktop", "/usr/share/ecryptfs-utils/x.desktop");
    assert_eq!(profiles_of(&machine).incomplete.unwrap().code, GapCode::Unsupported);
}

#[test]
fn too_many_profiles_are_said() {
    let machine = Machine::with_user();
    for number in 0..=MAX_PROFILES {
        machine.file(&format!("home/an/.config/chromium/Profile {number}/Preferences"), "{}");
    }
    let profiles = profiles_of(&machine);
    assert_eq!(profiles.items.len(), MAX_PROFILES);
    assert_eq!(profiles.incomplete.unwrap().code, GapCode::TooLarge);
}
