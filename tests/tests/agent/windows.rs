//! The agent on Windows, as far as Wine goes: the program itself, and a PC from its installation to its removal.

use std::time::{Duration, Instant};

use khien_agent::notice;
use khien_model::State;
use khien_store::devices::Device;
use khien_store::{devices, facts, findings, subjects};

use crate::office::Office;
use crate::windows_browsers;
use crate::wine::Pc;

/// How long a service may take until its first report is there.
const FIRST_REPORT: Duration = Duration::from_mins(2);

/// How long Windows may take until a service that was removed is gone.
const REMOVAL: Duration = Duration::from_mins(1);

/// How often it is looked whether it is so.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The start menu of a user.
const START_MENU: &str = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs";

/// A control that a browser with saved passwords fails.
const SAVED_PASSWORDS: &str = "no-saved-passwords";

/// What the server thinks of a device now.
fn state_of(office: &Office, device: &Device, control: &str) -> Option<State> {
    let subject = office.on(subjects::find(&office.store, &device.as_subject()));
    let findings = office.on_all(findings::open(&office.store, subject.number));
    findings.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

/// Whether a page has a red finding of a control.
fn is_red(page: &str, control: &str) -> bool {
    let of_control = format!("/controls/{control}");
    page.split("<article ").any(|finding| {
        let finding = finding.split("</article>").next().unwrap_or_default();
        finding.starts_with("class=\"finding fail\"") && finding.contains(&of_control)
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_program_for_windows_speaks_vietnamese() {
    let Some(pc) = Pc::new() else { return };
    let agent = pc.agent();
    let version = pc.run(&[&agent, "--version"]);
    assert_eq!(text(&version.stdout).trim(), concat!("khien-agent ", env!("CARGO_PKG_VERSION")));
    let help = text(&pc.run(&[&agent, "--help"]).stdout);
    for wanted in ["Cách dùng:", "install", "Cài đặt và khởi động dịch vụ", r"%ProgramData%\Khien"] {
        assert!(help.contains(wanted), "{wanted}: {help}");
    }
    let status = pc.run(&[&agent, "status"]);
    assert_eq!(status.status.code(), Some(2));
    assert!(text(&status.stderr).contains("Máy này chưa được ghi danh"), "{status:?}");
    // A mistake in what an installer is told is found before anything is installed.
    let wrong =
        pc.run(&[&agent, "install", "--accept-notice", "--server", "http://khien.example", "--token", "KHIEN1-X"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}

/// Threads that still wait for an answer of Windows have no say in how the program ends, however often it does.
#[test]
fn the_program_ends_as_it_says_with_everything_written() {
    let Some(pc) = Pc::new() else { return };
    let agent = pc.agent();
    for _ in 0..5 {
        let looked = pc.run(&[&agent, "check", "--facts"]);
        assert_eq!(looked.status.code(), Some(0), "{looked:?}");
        let facts: serde_json::Value = serde_json::from_slice(&looked.stdout).expect("whole");
        // It is enrolled nowhere, and has no key.
        assert_eq!(facts["device"]["facts"]["agent"], serde_json::Value::Null);
        let reported = pc.run(&[&agent, "run", "--once"]);
        assert_eq!(reported.status.code(), Some(2), "{reported:?}");
        assert!(text(&reported.stderr).contains("Máy này chưa được ghi danh"), "{reported:?}");
    }
}

#[test]
fn a_result_is_a_page_of_the_users_own() {
    let Some(pc) = Pc::new() else { return };
    let page = pc.home().join("AppData/Local/Khien/ket-qua-kiem-tra.html");
    // There is no browser on this PC: who looks is told where the page lies.
    let opened = pc.run(&[&pc.agent(), "check", "--open"]);
    assert_eq!(opened.status.code(), Some(2), "{opened:?}");
    assert!(text(&opened.stderr).contains("ket-qua-kiem-tra.html"), "{opened:?}");
    let written = std::fs::read_to_string(&page).expect("the page");
    assert!(written.contains("<title>Kết quả kiểm tra an ninh mạng") && written.ends_with("</html>"), "{written}");
}

#[test]
fn a_pc_is_installed_enrols_reports_and_forgets() {
    let Some(pc) = Pc::new() else { return };
    let Some(installer) = pc.installer() else { return };
    let office = Office::open();
    let server = format!("SERVER={}", office.url());
    let token = format!("TOKEN={}", office.token(1));
    let installed = pc.run(&["msiexec", "/i", &installer, "/qn", &server, &token]);
    assert!(installed.status.success(), "{installed:?}");
    assert!(pc.place("Program Files/Khien/khien-agent.exe").is_file());
    // Wine has one start menu for each user where Windows has one for all.
    let shortcut = pc.home().join(START_MENU).join("Khien - Kiem tra may nay.lnk");
    assert!(shortcut.is_file());
    let source = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\khien-agent";
    assert!(pc.run(&["reg", "query", source]).status.success(), "events have no source");

    let began = Instant::now();
    let enrolment = loop {
        let state = khien_agent::Readable::at(&pc.place("ProgramData/Khien"));
        let contact = state.contact().unwrap_or_default();
        if contact.delivered_at.is_some() {
            break state.enrolment().expect("readable").expect("there");
        }
        assert!(began.elapsed() < FIRST_REPORT, "no report yet: {contact:?}, {:?}", state.enrolment());
        std::thread::sleep(LOOK_EVERY);
    };
    let device = office.on(devices::find(&office.store, &enrolment.device_id));
    assert_eq!(enrolment.notice.version, notice::VERSION);
    let document = office.on(facts::document(&office.store, &device.as_subject()));
    let document = serde_json::to_value(&document).expect("JSON");
    assert!(document["device"]["facts"].is_object(), "{document}");
    // The token is not kept, and the key is of no use on another machine. Wine has no security chip: that is said.
    assert!(!pc.place("ProgramData/Khien/planned.json").exists());
    let key = std::fs::read(pc.place("ProgramData/Khien/key.pk8")).expect("a key");
    assert!(khien_protocol::SigningKey::from_pkcs8(&key).is_err());
    assert_eq!(document["device"]["facts"]["agent"]["value"]["key_protection"], "dpapi", "{document}");
    let status = pc.run(&[&pc.agent(), "status"]);
    assert_eq!(status.status.code(), Some(0), "{status:?}");
    assert!(text(&status.stdout).contains("DPAPI của máy này; không có chip bảo mật"), "{status:?}");

    // A browser that keeps a password turns the PC red with the next report.
    assert_ne!(state_of(&office, &device, SAVED_PASSWORDS), Some(State::Fail));
    let reader = office.sign_in();
    let address = format!("/subjects/device/{}", enrolment.device_id);
    assert!(!is_red(&reader.page(&office, &address), SAVED_PASSWORDS));
    windows_browsers::logins(&pc.home().join(windows_browsers::CHROME));
    let stopped = pc.run(&["net", "stop", "khien-agent"]);
    assert!(stopped.status.success(), "{stopped:?}");
    let reported = pc.run(&[&pc.agent(), "run", "--once"]);
    assert!(reported.status.success(), "{reported:?}");
    assert_eq!(state_of(&office, &device, SAVED_PASSWORDS), Some(State::Fail));
    let page = reader.page(&office, &address);
    assert!(is_red(&page, SAVED_PASSWORDS), "{page}");

    // Installed anew, it goes on as the same device.
    let again = pc.run(&["msiexec", "/i", &installer, "/qn", "REINSTALL=ALL", "REINSTALLMODE=vamus"]);
    assert!(again.status.success(), "{again:?}");

    let removed = pc.run(&["msiexec", "/x", &installer, "/qn", "PURGE=1"]);
    assert!(removed.status.success(), "{removed:?}");
    for left in ["Program Files/Khien/khien-agent.exe", "ProgramData/Khien"] {
        assert!(!pc.place(left).exists(), "{left}");
    }
    assert!(!shortcut.exists());
    assert!(!pc.run(&["reg", "query", source]).status.success(), "the source of events is still there");
    // Windows takes a service out of its registry when the last program that looks at it is done.
    let began = Instant::now();
    while pc.run(&["reg", "query", r"HKLM\SYSTEM\CurrentControlSet\Services\khien-agent"]).status.success() {
        assert!(began.elapsed() < REMOVAL, "the service is still there");
        std::thread::sleep(LOOK_EVERY);
    }
}
