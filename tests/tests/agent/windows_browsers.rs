//! The browsers of a Windows that runs, as far as Wine goes: what is counted, what is refused, what is kept locked, and the
//! settings of somebody who is logged off.

#[path = "../../../crates/observe/tests/machines/hives.rs"]
#[expect(dead_code, reason = "the machines of observe use all of it")]
#[expect(clippy::unwrap_used, reason = "in a test the panic is the message")]
mod hives;

use std::fs;
use std::path::Path;

use khien_agent::{Browsers, Settings};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::wine::Pc;

/// What Chromium keeps logins in, as far as it is looked at.
const LOGINS: &str = "CREATE TABLE logins (origin_url VARCHAR NOT NULL, username_value VARCHAR, password_value BLOB, \
    signon_realm VARCHAR NOT NULL, blacklisted_by_user INTEGER NOT NULL);";

const COOKIES: &str = "CREATE TABLE cookies (host_key TEXT NOT NULL, name TEXT NOT NULL, expires_utc INTEGER NOT NULL, \
    is_persistent INTEGER NOT NULL); INSERT INTO cookies VALUES ('.moj.gov.vn', 'SESSION', 99999999999999999, 1);";

pub(crate) const CHROME: &str = "AppData/Local/Google/Chrome/User Data/Default";
const EDGE: &str = "AppData/Local/Microsoft/Edge/User Data/Default";
const COC_COC: &str = "AppData/Local/CocCoc/Browser/User Data";
const FIREFOX: &str = "AppData/Roaming/Mozilla/Firefox";

/// Somebody who is not logged in, and the folder of that profile.
const BINH: &str = "S-1-5-21-1-2-3-1001";
const PROFILE_LIST: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

/// Where the agent's state is, for a test that has its own.
const STATE: &str = "khien-state";

/// Opens a file so that nobody else may, and runs a program meanwhile: for hosts of scripts, which Wine has.
const HOLDS: &str = r#"
var files = new ActiveXObject("Scripting.FileSystemObject");
var held = files.OpenTextFile(WScript.Arguments(0), 1);
var code = new ActiveXObject("WScript.Shell").Run(WScript.Arguments(1), 0, true);
held.Close();
WScript.Quit(code);
"#;

fn make_folder(path: &Path) {
    fs::create_dir_all(path).expect("a folder");
}

/// A profile with a password for an official site, one for another site, and one that is not to be saved.
pub(crate) fn logins(profile: &Path) {
    make_folder(profile);
    let database = Connection::open(profile.join("Login Data")).expect("a database");
    database.execute_batch(LOGINS).expect("a table");
    for (origin, user, password, blacklisted) in [
        ("https://thads.moj.gov.vn/dang-nhap", "an", &b"v10x"[..], false),
        ("https://shop.example/", "an.nv@moj.gov.vn", b"v10y", false),
        ("https://never.example/", "", b"", true),
    ] {
        let row = (origin, user, password, blacklisted);
        database.execute("INSERT INTO logins VALUES (?1, ?2, ?3, ?1, ?4)", row).expect("a row");
    }
}

/// Nothing that the agent made to copy into is left anywhere on the disk.
fn expect_no_copies(pc: &Pc) {
    let mut folders = vec![pc.place("")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a kind").is_dir() {
                let name = entry.file_name();
                assert!(!name.to_string_lossy().starts_with("khien-copy"), "{}", entry.path().display());
                folders.push(entry.path());
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "no disk of Windows");
}

/// What the agent sees of an area.
fn area(pc: &Pc, name: &str, words: &[&str]) -> Value {
    let agent = pc.agent();
    let looked = pc.run(&[&[agent.as_str(), "check", "--facts"], words].concat());
    assert!(looked.status.success(), "{looked:?}");
    fact(&looked.stdout, name)
}

fn fact(printed: &[u8], area: &str) -> Value {
    let document: Value = serde_json::from_slice(printed).expect("JSON");
    document["device"]["facts"][area]["value"].clone()
}

/// What is in a listing, whether or not it is whole.
fn items(listing: &Value) -> &[Value] {
    listing.as_array().or(listing["items"].as_array()).map(Vec::as_slice).unwrap_or_default()
}

/// The profile of a browser.
fn profile_of<'a>(browsers: &'a Value, browser: &str) -> &'a Value {
    let found: Vec<&Value> =
        items(&browsers["profiles"]).iter().filter(|profile| profile["browser"] == browser).collect();
    assert_eq!(found.len(), 1, "{browser}: {browsers:#}");
    found[0]
}

#[test]
fn saved_passwords_are_counted_on_a_running_pc() {
    let Some(pc) = Pc::new() else { return };
    let home = pc.home();
    logins(&home.join(CHROME));
    make_folder(&home.join(CHROME).join("Network"));
    let cookies = Connection::open(home.join(CHROME).join("Network/Cookies")).expect("a database");
    // Firefox and Chromium write ahead; what is in the log alone counts too.
    cookies.execute_batch(&format!("PRAGMA journal_mode = WAL; {COOKIES}")).expect("a table");
    assert!(home.join(CHROME).join("Network/Cookies-wal").metadata().expect("a log").len() > 0);
    fs::write(home.join(CHROME).join("Preferences"), r#"{"credentials_enable_service":false}"#).expect("written");
    let firefox = home.join(FIREFOX).join("Profiles/ab12.default-release");
    make_folder(&firefox);
    fs::write(
        home.join(FIREFOX).join("profiles.ini"),
        "[Profile0]\r\nIsRelative=1\r\nPath=Profiles/ab12.default-release\r\n",
    )
    .expect("written");
    let logins = json!({ "logins": [{ "hostname": "https://moj.gov.vn", "encryptedPassword": "x" }] });
    fs::write(firefox.join("logins.json"), logins.to_string()).expect("written");
    // A folder of profiles that leads elsewhere is not followed: it could lead into what only the system may read.
    let elsewhere = pc.place("elsewhere");
    self::logins(&elsewhere.join("Default"));
    make_folder(home.join(COC_COC).parent().expect("a parent"));
    std::os::unix::fs::symlink(&elsewhere, home.join(COC_COC)).expect("a link");

    let seen = area(&pc, "browsers", &[]);
    let chrome = profile_of(&seen, "chrome");
    for (fact, expected) in [
        ("profile", json!("Default")),
        ("saved_logins", json!(2)),
        ("saved_logins_protected", json!(1)),
        ("saved_logins_official_elsewhere", json!(1)),
        ("lasting_sessions_protected", json!(1)),
        ("offers_to_save", json!(false)),
    ] {
        assert_eq!(chrome[fact], expected, "{fact}: {seen:#}");
    }
    let firefox = profile_of(&seen, "firefox");
    assert_eq!((&firefox["saved_logins"], &firefox["offers_to_save"]), (&json!(1), &json!(true)), "{seen:#}");
    let incomplete = seen["profiles"]["incomplete"]["detail"].as_str().expect("a reason").to_owned();
    assert!(incomplete.contains("CocCoc") && incomplete.contains("which is not followed"), "{incomplete}");
    expect_no_copies(&pc);
    drop(cookies);
}

#[test]
fn a_store_that_another_program_keeps_to_itself_is_not_known() {
    let Some(pc) = Pc::new() else { return };
    let home = pc.home();
    logins(&home.join(CHROME));
    logins(&home.join(EDGE));
    fs::write(pc.place("hold.js"), HOLDS).expect("written");
    let held = format!(r"C:\users\{}\{CHROME}\Login Data", home.file_name().expect("a name").to_string_lossy());
    let look = format!(r#"cmd /c ""{}" check --facts > C:\facts.json""#, pc.agent());
    let looked = pc.run(&["cscript", "//nologo", r"C:\hold.js", &held.replace('/', r"\"), &look]);
    assert!(looked.status.success(), "{looked:?}");
    let seen = fact(&fs::read(pc.place("facts.json")).expect("what was printed"), "browsers");
    let unknown = &profile_of(&seen, "chrome")["saved_logins"]["unknown"];
    assert_eq!(unknown["code"], "unreadable", "{seen:#}");
    assert!(
        unknown["detail"].as_str().is_some_and(|why| why.contains("another program keeps it to itself")),
        "{unknown}"
    );
    assert_eq!(profile_of(&seen, "edge")["saved_logins"], 2, "{seen:#}");
    expect_no_copies(&pc);
}

#[test]
fn an_office_can_have_policies_alone_looked_at() {
    let Some(pc) = Pc::new() else { return };
    logins(&pc.home().join(CHROME));
    Settings { browsers: Browsers::Policies }.write(&pc.place(STATE)).expect("written");
    let at_state = ["--state", &format!(r"C:\{STATE}")];
    let policy = r"HKLM\SOFTWARE\Policies\Google\Chrome";
    let forbids = ["reg", "add", policy, "/v", "PasswordManagerEnabled", "/t", "REG_DWORD", "/d", "0", "/f"];
    assert!(pc.run(&forbids).status.success());
    let seen = area(&pc, "browsers", &at_state);
    let chrome = profile_of(&seen, "chrome");
    for fact in
        ["saved_logins", "saved_logins_protected", "saved_logins_official_elsewhere", "lasting_sessions_protected"]
    {
        assert_eq!(chrome[fact]["unknown"]["code"], "switched_off", "{fact}: {seen:#}");
    }
    assert_eq!(chrome["offers_to_save"], false, "{seen:#}");
    let policies = [json!({ "browser": "chrome", "saving_forbidden": true })];
    assert_eq!(items(&seen["policies"]), policies, "{seen:#}");
    // What nobody looked at is no pass.
    let judged = pc.run(&[&pc.agent(), "check", "--all", "--lang", "en", at_state[0], at_state[1]]);
    let judged = String::from_utf8(judged.stdout).expect("text");
    let why = "the organisation switched this collection off";
    assert!(judged.contains(why) && judged.contains("UNKNOWN  "), "{judged}");
}

#[test]
fn the_settings_of_somebody_who_is_logged_off_are_read() {
    let Some(pc) = Pc::new() else { return };
    let folder = pc.place("users/Bình");
    make_folder(&folder);
    let value = [r"\", BINH].concat();
    let key = format!("{PROFILE_LIST}{value}");
    let known =
        pc.run(&["reg", "add", &key, "/v", "ProfileImagePath", "/t", "REG_EXPAND_SZ", "/d", r"C:\users\Bình", "/f"]);
    assert!(known.status.success(), "{known:?}");
    let lock_of_binh = || {
        let seen = area(&pc, "session", &[]);
        let found = items(&seen["lock_settings"]).iter().find(|lock| lock["user"] == "Bình");
        found.unwrap_or_else(|| panic!("{seen:#}")).clone()
    };
    let hive = "[Control Panel\\Desktop]\n\"ScreenSaveActive\"=\"1\"\n\"ScreenSaverIsSecure\"=\"1\"\n\
        \"ScreenSaveTimeOut\"=\"600\"\n\"SCRNSAVE.EXE\"=\"C:\\\\Windows\\\\scrnsave.scr\"\n";
    fs::write(folder.join("NTUSER.DAT"), hives::hive(hive)).expect("written");
    assert_eq!(lock_of_binh()["locks_after"], "PT10M", "{:#}", lock_of_binh());
    // Cut off while Windows wrote it: a reason, and no guess.
    fs::write(folder.join("NTUSER.DAT"), b"regf").expect("written");
    assert_eq!(lock_of_binh()["locks_after"]["unknown"]["code"], "malformed");
    fs::remove_file(folder.join("NTUSER.DAT")).expect("removed");
    assert_eq!(lock_of_binh()["locks_after"]["unknown"]["code"], "unreadable");
}
