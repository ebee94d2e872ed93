//! A newer version takes the place of an older one: what was enrolled and chosen stays, and of the older one nothing does.

use std::fs;
use std::time::{Duration, Instant};

use khien_agent::{Browsers, Readable};
use serde_json::Value;

use crate::office::Office;
use crate::wine::Pc;

/// The version that was there before.
const OLDER: &str = "0.0.1";

/// Where an installed agent keeps its state.
const INSTALLED: &str = "ProgramData/Khien";

/// How long a service may take until a report is there, and how often it is looked for.
const REPORT: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// `SW_SHOWMINNOACTIVE`, and where a shortcut says how the window of its program is shown.
const MINIMIZED: u32 = 7;
const SHOWN_AT: usize = 0x3c;

/// The versions of the agent that the PC says are installed.
fn versions(pc: &Pc) -> Vec<String> {
    let looked = pc.run(&[&pc.agent(), "check", "--facts"]);
    assert!(looked.status.success(), "{looked:?}");
    let document: Value = serde_json::from_slice(&looked.stdout).expect("JSON");
    let programs = &document["device"]["facts"]["software"]["value"]["programs"];
    let programs = programs.as_array().or(programs["items"].as_array()).expect("programs");
    let own = programs.iter().filter(|program| program["name"] == "Khiên");
    own.map(|program| program["version"].as_str().expect("a version").to_owned()).collect()
}

#[test]
fn a_newer_version_goes_on_as_the_same_device() {
    let Some(pc) = Pc::new() else { return };
    let (Some(older), Some(newer)) = (pc.installer_of(OLDER), pc.installer()) else { return };
    let office = Office::open();
    let (server, token) = (format!("SERVER={}", office.url()), format!("TOKEN={}", office.token(1)));
    let state = Readable::at(&pc.place(INSTALLED));
    let delivered_at = || state.contact().unwrap_or_default().delivered_at;
    let wait_for_report = |before| {
        let began = Instant::now();
        while delivered_at() <= before {
            assert!(began.elapsed() < REPORT, "no report: {:?}", state.contact());
            std::thread::sleep(LOOK_EVERY);
        }
    };
    let installed = pc.run(&["msiexec", "/i", &older, "/qn", &server, &token, "BROWSERS=policies"]);
    assert!(installed.status.success(), "{installed:?}");
    wait_for_report(None);
    assert_eq!(versions(&pc), [OLDER]);
    let kept = || {
        let enrolment = state.enrolment().expect("readable").expect("there");
        let key = fs::read(pc.place(INSTALLED).join("key.pk8")).expect("a key");
        (enrolment.device_id, key, state.settings().expect("readable").browsers)
    };
    let (before, last_report) = (kept(), delivered_at());
    assert_eq!(before.2, Browsers::Policies);

    // Nothing is said of the server, the token or the browsers.
    let upgraded = pc.run(&["msiexec", "/i", &newer, "/qn"]);
    assert!(upgraded.status.success(), "{upgraded:?}");
    assert_eq!(versions(&pc), [env!("CARGO_PKG_VERSION")]);
    wait_for_report(last_report);
    assert!(kept() == before, "another device, key or choice: {:?}", (kept().0, kept().2));
    assert!(pc.place("Program Files/Khien/khien-agent.exe").is_file());
    // Whoever looks by the start menu sees no console.
    let shortcut = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Khien - Kiem tra may nay.lnk";
    let shortcut = fs::read(pc.home().join(shortcut)).expect("a shortcut");
    let shown = shortcut.get(SHOWN_AT..).and_then(|rest| rest.first_chunk()).copied().map(u32::from_le_bytes);
    assert_eq!(shown, Some(MINIMIZED));
    // An older one does not take its place.
    let downgraded = pc.run(&["msiexec", "/i", &older, "/qn"]);
    assert!(!downgraded.status.success(), "{downgraded:?}");
    assert_eq!(versions(&pc), [env!("CARGO_PKG_VERSION")]);

    let removed = pc.run(&["msiexec", "/x", &newer, "/qn", "PURGE=1"]);
    assert!(removed.status.success(), "{removed:?}");
    assert!(!pc.place(INSTALLED).exists());
    assert_eq!(versions(&pc), [""; 0]);
}
