//! A PC where much stands in the way, as far as Wine goes: each thing is said, and nothing that was kept is lost.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use khien_agent::{Browsers, Readable, Settings};
use khien_store::devices;

use crate::office::Office;
use crate::windows_browsers::{CHROME, logins};
use crate::wine::Pc;

/// Where the agent keeps its state there, for Wine and for us.
const STATE: &str = r"C:\khien-state";
const PLACE: &str = "khien-state";

/// Where an installer has it keep its state.
const INSTALLED: &str = "ProgramData/Khien";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn with_state(pc: &Pc, words: &[&str]) -> Output {
    pc.run(&[&[pc.agent().as_str()], words, &["--state", STATE]].concat())
}

/// Reports once, which cannot be done, and why.
fn refused(pc: &Pc) -> String {
    let tried = with_state(pc, &["run", "--once"]);
    assert_eq!(tried.status.code(), Some(2), "{tried:?}");
    text(&tried.stderr)
}

/// Reports once; how many reports arrived.
fn delivered(pc: &Pc) -> String {
    let reported = with_state(pc, &["run", "--once"]);
    assert!(reported.status.success(), "{reported:?}");
    text(&reported.stdout)
}

fn enrolled(pc: &Pc, office: &Office) -> String {
    let (server, token) = (office.url(), office.token(1).to_string());
    let enrolled = with_state(pc, &["enrol", &server, &token, "--accept-notice"]);
    assert!(enrolled.status.success(), "{enrolled:?}");
    Readable::at(&pc.place(PLACE)).enrolment().expect("readable").expect("there").device_id
}

#[test]
fn what_stands_in_the_way_is_said_and_nothing_is_lost() {
    let Some(pc) = Pc::new() else { return };
    let mut office = Office::open();
    let id = enrolled(&pc, &office);
    let state = Readable::at(&pc.place(PLACE));
    let waiting = || state.waiting().expect("counted");
    assert!(delivered(&pc).contains("1 báo cáo"));

    // The server is gone for a while.
    office.stop();
    for count in 1..=2 {
        let said = refused(&pc);
        assert!(said.contains("Không kết nối được tới") && said.contains("được giữ trên máy này"), "{said}");
        assert_eq!(waiting(), count);
    }
    // A proxy that opens what is sent stands where it was: it hears nothing.
    office.let_somebody_else_answer();
    let said = refused(&pc);
    assert!(said.contains("Không tin được") && said.contains("có thể có thiết bị trung gian"), "{said}");
    assert_eq!(waiting(), 3);
    let status = with_state(&pc, &["status"]);
    assert_eq!(status.status.code(), Some(1), "{status:?}");
    assert!(text(&status.stdout).contains("Không tin được"), "{status:?}");
    office.stop();
    office.start_as_itself();
    assert!(delivered(&pc).contains("4 báo cáo"));
    assert_eq!(waiting(), 0);

    // Nothing can be written where reports wait, as when the disk is full.
    let spool = pc.place(PLACE).join("spool");
    fs::remove_dir_all(&spool).expect("removed");
    fs::write(&spool, "").expect("written");
    let said = refused(&pc);
    assert!(said.contains("spool") && said.contains("kiểm tra ổ đĩa còn chỗ trống"), "{said}");
    fs::remove_file(&spool).expect("removed");
    assert!(delivered(&pc).contains("1 báo cáo"));
    let device = office.on(devices::find(&office.store, &id));
    assert!(device.last_seen_at.is_some_and(|seen| seen > device.enrolled_at));
}

#[test]
fn who_lays_hands_on_the_state_is_found_out() {
    let Some(pc) = Pc::new() else { return };
    let office = Office::open();
    enrolled(&pc, &office);
    assert!(delivered(&pc).contains("1 báo cáo"));
    let place = |name: &str| pc.place(PLACE).join(name);
    // An older state is put back: its counter is one that the server has had.
    let counter = fs::read(place("counter")).expect("a counter");
    delivered(&pc);
    fs::write(place("counter"), counter).expect("written");
    let said = refused(&pc);
    assert!(said.contains("bản sao") || said.contains("sao chép"), "{said}");
    // A key of another machine, or one that was changed: Windows does not open its seal.
    let key = fs::read(place("key.pk8")).expect("a key");
    let mut changed = key.clone();
    if let Some(byte) = changed.last_mut() {
        *byte ^= 1;
    }
    fs::write(place("key.pk8"), &changed).expect("written");
    let said = refused(&pc);
    assert!(said.contains("key.pk8"), "{said}");
    // A key that a security chip sealed, on a machine that has none: it is said, and no other key is made.
    let sealed =
        [b"KHIENKEY\x01\x01".as_slice(), b"0123456789abcdef", &[0; 32], b"\x00\x01w", &[0; 12], b"\x00\x01s"].concat();
    fs::write(place("key.pk8"), &sealed).expect("written");
    let said = refused(&pc);
    assert!(said.contains("key.pk8") && said.contains("chip bảo mật (TPM)") && said.contains("ghi danh lại"), "{said}");
    assert_eq!(fs::read(place("key.pk8")).expect("there"), sealed);
    let uninstalled = with_state(&pc, &["uninstall", "--purge"]);
    assert!(uninstalled.status.success() && !pc.place(PLACE).exists(), "{uninstalled:?}");
}

#[test]
fn what_was_chosen_or_spoilt_in_the_state_is_told() {
    let Some(pc) = Pc::new() else { return };
    let office = Office::open();
    enrolled(&pc, &office);
    let place = |name: &str| pc.place(PLACE).join(name);
    // What was chosen for the machine is told by whoever looks, and a file that was spoilt is not taken for none.
    Settings { browsers: Browsers::Policies }.write(&pc.place(PLACE)).expect("written");
    let status = with_state(&pc, &["status", "--lang", "en"]);
    assert!(text(&status.stdout).contains("Browsers: policies only"), "{status:?}");
    fs::write(place("enrolment.json"), "{").expect("written");
    let said = refused(&pc);
    assert!(said.contains("enrolment.json") && said.contains("bị hỏng"), "{said}");
}

#[test]
fn folders_that_lead_in_circles_are_not_followed() {
    let Some(pc) = Pc::new() else { return };
    let circle = |folder: &Path| {
        // Wine makes of some of them links to the folders of whoever runs it: those are not ours to fill.
        if folder.is_symlink() {
            fs::remove_file(folder).expect("removed");
        }
        fs::create_dir_all(folder).expect("a folder");
        std::os::unix::fs::symlink("..", folder.join("circle")).expect("a link");
    };
    circle(&pc.home().join("Downloads"));
    circle(&pc.home().join("Desktop"));
    circle(&pc.home().join("AppData/Local"));
    logins(&pc.home().join(CHROME));
    let looked = pc.run(&[&pc.agent(), "check", "--facts"]);
    assert!(looked.status.success(), "{looked:?}");
    let document: serde_json::Value = serde_json::from_slice(&looked.stdout).expect("JSON");
    let facts = &document["device"]["facts"];
    for area in ["browsers", "downloads", "software"] {
        assert!(facts[area]["value"].is_object(), "{area}: {:#}", facts[area]);
    }
    let profiles = &facts["browsers"]["value"]["profiles"];
    let profiles = profiles.as_array().or(profiles["items"].as_array()).expect("profiles");
    assert_eq!(profiles.len(), 1, "{profiles:#?}");
}

#[test]
fn a_service_that_was_killed_goes_on_where_it_was() {
    let Some(pc) = Pc::new() else { return };
    let office = Office::open();
    let id = enrolled(&pc, &office);
    let began = Instant::now();
    delivered(&pc);
    let usual = began.elapsed();
    for number in 1..=5_u32 {
        // Killed by whoever has the right to, later and later: what it was about to do is done by the next.
        let mut agent = pc.begin(&[&pc.agent(), "run", "--once", "--state", STATE]);
        std::thread::sleep(usual * number / 5);
        let _ = agent.kill();
        agent.wait().expect("it ended");
    }
    delivered(&pc);
    assert_eq!(Readable::at(&pc.place(PLACE)).waiting().expect("counted"), 0);
    assert_eq!(Readable::at(&pc.place(PLACE)).enrolment().expect("readable").expect("there").device_id, id);
}

#[test]
fn an_installer_can_leave_browsers_alone() {
    let Some(pc) = Pc::new() else { return };
    let Some(installer) = pc.installer() else { return };
    logins(&pc.home().join(CHROME));
    let chosen = || Readable::at(&pc.place(INSTALLED)).settings().expect("readable").browsers;
    let run = |words: &[&str]| {
        let done = pc.run(words);
        assert!(done.status.success(), "{words:?}: {done:?}");
        done
    };
    let again = ["msiexec", "/i", &installer, "/qn", "REINSTALL=ALL", "REINSTALLMODE=vamus"];
    let seen = || {
        // As the service sees it: by the settings that the installer left.
        let looked = run(&[&pc.agent(), "check", "--facts"]);
        let document: serde_json::Value = serde_json::from_slice(&looked.stdout).expect("JSON");
        let profiles = &document["device"]["facts"]["browsers"]["value"]["profiles"];
        let profile = profiles.as_array().or(profiles["items"].as_array()).and_then(|profiles| profiles.first());
        profile.map(|profile| profile["saved_logins"].clone()).expect("a profile")
    };
    run(&["msiexec", "/i", &installer, "/qn", "BROWSERS=policies"]);
    assert_eq!(chosen(), Browsers::Policies);
    assert_eq!(seen()["unknown"]["code"], "switched_off");
    // An update that says nothing leaves it so; one that says otherwise takes it back.
    run(&again);
    assert_eq!(chosen(), Browsers::Policies);
    run(&[&again[..], &["BROWSERS=all"]].concat());
    assert_eq!(chosen(), Browsers::All);
    assert_eq!(seen(), 2);
    // The same by the program itself.
    let program = r"C:\Program Files\Khien\khien-agent.exe";
    run(&[program, "install", "--browsers", "policies"]);
    assert_eq!(chosen(), Browsers::Policies);
    let wrong = pc.run(&[program, "install", "--browsers", "some"]);
    assert_eq!((wrong.status.code(), chosen()), (Some(2), Browsers::Policies), "{wrong:?}");
    run(&["msiexec", "/x", &installer, "/qn", "PURGE=1"]);
    assert!(!pc.place(INSTALLED).exists());
}
