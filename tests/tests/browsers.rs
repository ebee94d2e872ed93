//! `browsers` against real browsers: Debian's Chromium and Firefox make the profiles, hold their databases, keep the cookies
//! of a ministry host and obey a policy; the facts, and the findings of clause 4.5, follow.
#![expect(clippy::unwrap_used, reason = "a machine that cannot be built fails its test")]
#![expect(clippy::disallowed_methods, reason = "it starts real programs, whose files carry the time of now")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_directive::Directive;
use khien_model::facts::{BrowserProfile, Browsers, DeviceFacts};
use khien_model::{Observed, State};
use khien_observe::{Options, collect};
use khien_tests::{findings, is_installed, shipped_directive};

/// How long a browser may take to start, load one page and end.
const PATIENCE: Duration = Duration::from_secs(90);

/// The host that stands for a system of the ministry. Only this machine answers for it.
const MINISTRY: &str = "thads.moj.gov.vn";

const SECRET: &[u8] = b"v11 not a password";

/// A machine in a folder, with a user whose browsers are real.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap() };
        machine.write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        machine.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nan:x:1000:1000:Nguyễn Thị Ẩn:/home/an:/bin/sh\n");
        for home in ["home/an", "root"] {
            fs::create_dir_all(machine.path(home)).unwrap();
        }
        machine
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn facts(&self) -> DeviceFacts {
        let options = Options { root: self.folder.path().to_owned(), ..Options::this_machine(Timestamp::now()) };
        collect(&options, &mut |_| {})
    }

    fn browsers(&self) -> Browsers {
        self.facts().browsers.unwrap().outcome.unwrap()
    }

    fn only_profile(&self) -> BrowserProfile {
        let profiles = self.browsers().profiles.known().cloned().unwrap();
        assert_eq!(profiles.incomplete, None);
        assert_eq!(profiles.items.len(), 1, "{:?}", profiles.items);
        profiles.items.into_iter().next().unwrap()
    }

    /// The state of a control of the shipped directive.
    fn state(&self, directive: &Directive, control: &str) -> State {
        let findings = findings(directive, self.facts(), Timestamp::now());
        findings.iter().find(|finding| finding.control == control).unwrap().state
    }
}

/// A process that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn wait(mut self) {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert!(status.success(), "the browser ended with {status}");
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the browser did not end within {PATIENCE:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A web server that sets one cookie that lasts and one that does not. It answers until the test ends.
fn serve_cookies() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { continue };
            // A browser opens connections ahead of need; one that asks nothing must not hold up the others.
            thread::spawn(move || {
                let mut request = [0; 4096];
                if connection.read(&mut request).is_ok_and(|bytes| bytes > 0) {
                    let page = "<title>x</title>";
                    let _ = write!(
                        connection,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\
                         Set-Cookie: REMEMBER=1; Max-Age=864000; Path=/; HttpOnly\r\nSet-Cookie: SESSION=1; Path=/\r\n\
                         Set-Cookie: _ga_X=1; Max-Age=864000; Path=/\r\n\r\n{page}",
                        page.len()
                    );
                }
            });
        }
    });
    port
}

fn chromium(machine: &Machine) -> Command {
    let mut command = Command::new("chromium");
    command.env("HOME", machine.path("home/an")).args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]);
    command.arg(format!("--host-resolver-rules=MAP {MINISTRY} 127.0.0.1"));
    command.arg(format!("--user-data-dir={}", machine.path("home/an/.config/chromium").display()));
    command
}

/// Saves a login as the browser does, all but the encryption: a row in its own table.
fn save_login(profile: &Path, origin: &str, user: &str) {
    let database = rusqlite::Connection::open(profile.join("Login Data")).unwrap();
    let added = database
        .execute(
            "INSERT INTO logins (origin_url, username_element, username_value, password_element, password_value, \
             signon_realm, date_created, blacklisted_by_user, scheme) VALUES (?1, 'u', ?2, 'p', ?3, ?1, 0, 0, 0)",
            (origin, user, SECRET),
        )
        .unwrap();
    assert_eq!(added, 1);
}

#[test]
fn a_real_chromium() {
    if !is_installed("chromium") {
        return;
    }
    let machine = Machine::new();
    let directive = shipped_directive("thads-2026.yaml");
    let port = serve_cookies();

    // A fresh profile, made by the browser, that has visited the ministry.
    Running::start(chromium(&machine).args(["--dump-dom", &format!("http://{MINISTRY}:{port}/")])).wait();
    let profile = machine.only_profile();
    assert_eq!(profile.saved_logins, Observed::Known(0));
    assert_eq!(profile.saved_logins_protected, Observed::Known(0));
    assert_eq!(profile.offers_to_save, Observed::Known(true));
    assert_eq!(
        profile.lasting_sessions_protected,
        Observed::Known(1),
        "REMEMBER lasts, SESSION and _ga_X do not count"
    );
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Pass);
    assert_eq!(machine.state(&directive, "password-saving-forbidden-by-policy"), State::Fail);
    assert_eq!(machine.state(&directive, "ministry-sessions-closed"), State::Fail);

    // Logins are saved: one for the ministry, one for a shop under an official address, one for a look-alike.
    let folder = machine.path("home/an/.config/chromium/Default");
    save_login(&folder, "https://thads.moj.gov.vn/dang-nhap", "an.nt");
    save_login(&folder, "https://shop.example/", "an.nt@moj.gov.vn");
    save_login(&folder, "https://moj.gov.vn.example.com/", "an.nt");
    let profile = machine.only_profile();
    assert_eq!(profile.saved_logins, Observed::Known(3));
    assert_eq!(profile.saved_logins_protected, Observed::Known(1));
    assert_eq!(profile.saved_logins_official_elsewhere, Observed::Known(1));
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Fail);
    assert_eq!(machine.state(&directive, "no-saved-passwords"), State::Fail);

    // The same while the browser runs and holds its databases: read, or unknown, but never nothing.
    let running = Running::start(chromium(&machine).args(["--remote-debugging-port=0", "about:blank"]));
    let started = Instant::now();
    let port_file = machine.path("home/an/.config/chromium/DevToolsActivePort");
    while !port_file.exists() {
        assert!(started.elapsed() < PATIENCE, "the browser did not start");
        thread::sleep(Duration::from_millis(50));
    }
    for _ in 0..5 {
        let saved = machine.only_profile().saved_logins;
        assert!(matches!(saved, Observed::Known(3) | Observed::Unknown(_)), "{saved:?}");
    }
    drop(running);

    // A policy.
    machine.write("etc/chromium/policies/managed/khien.json", "{\"PasswordManagerEnabled\": false}\n");
    assert_eq!(machine.only_profile().offers_to_save, Observed::Known(false));
    assert_eq!(machine.state(&directive, "password-saving-forbidden-by-policy"), State::Pass);
    // What was saved before stays saved.
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Fail);

    // A broken database is not an empty one.
    fs::write(folder.join("Login Data"), "broken").unwrap();
    assert_eq!(machine.only_profile().saved_logins.known(), None);
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Unknown);
}

#[test]
fn a_real_firefox() {
    if !is_installed("firefox-esr") {
        return;
    }
    let machine = Machine::new();
    let directive = shipped_directive("thads-2026.yaml");
    let port = serve_cookies();
    let folder = machine.path("home/an/.mozilla/firefox/ab12cd34.default-esr");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("user.js"), format!("user_pref(\"network.dns.localDomains\", \"{MINISTRY}\");\n")).unwrap();
    let mut firefox = Command::new("firefox-esr");
    firefox.env("HOME", machine.path("home/an")).args(["--headless", "--no-remote", "--profile"]).arg(&folder);
    firefox.arg("--screenshot").arg(machine.path("shot.png")).arg(format!("http://{MINISTRY}:{port}/"));
    Running::start(&mut firefox).wait();

    let profile = machine.only_profile();
    assert_eq!(profile.profile, "ab12cd34.default-esr".into());
    assert_eq!(profile.saved_logins, Observed::Known(0));
    assert_eq!(profile.saved_logins_official_elsewhere, Observed::Known(0));
    assert_eq!(profile.offers_to_save, Observed::Known(true));
    assert_eq!(
        profile.lasting_sessions_protected,
        Observed::Known(1),
        "REMEMBER lasts, SESSION and _ga_X do not count"
    );
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Pass);
    assert_eq!(machine.state(&directive, "ministry-sessions-closed"), State::Fail);

    let login = |number: u32, host: &str| {
        format!(
            "{{\"id\":{number},\"hostname\":\"{host}\",\"httpRealm\":null,\"formSubmitURL\":\"\",\"usernameField\":\"\",\
             \"passwordField\":\"\",\"encryptedUsername\":\"MDoE\",\"encryptedPassword\":\"MDoE\",\"guid\":\"{{x}}\",\
             \"encType\":1,\"timeCreated\":1,\"timeLastUsed\":1,\"timePasswordChanged\":1,\"timesUsed\":1}}"
        )
    };
    let logins = [login(1, "https://thads.moj.gov.vn"), login(2, "https://shop.example")].join(",");
    fs::write(folder.join("logins.json"), format!("{{\"nextId\":3,\"logins\":[{logins}],\"version\":3}}")).unwrap();
    let profile = machine.only_profile();
    assert_eq!(profile.saved_logins, Observed::Known(2));
    assert_eq!(profile.saved_logins_protected, Observed::Known(1));
    assert_eq!(profile.saved_logins_official_elsewhere.known(), None, "Firefox encrypts user names");
    assert_eq!(machine.state(&directive, "no-saved-ministry-passwords"), State::Fail);

    machine.write("etc/firefox/policies/policies.json", "{\"policies\": {\"OfferToSaveLogins\": false}}");
    assert_eq!(machine.only_profile().offers_to_save, Observed::Known(false));
    assert_eq!(machine.state(&directive, "password-saving-forbidden-by-policy"), State::Pass);
}
