//! What a running Windows is asked, as far as Wine answers: each answer, or the reason why Wine has none. Nothing that Wine
//! lacks makes the agent fail.

use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::office::Office;
use crate::wine::Pc;

/// Where the agent keeps its state there, for Wine and for us.
const STATE: &str = r"C:\khien-state";
const LATEST: &str = "khien-state/latest.json";
const UPDATES: &str = "khien-state/updates.json";

/// The settings of Remote Desktop.
const TERMINAL_SERVER: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server";
const RDP_TCP: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const TERM_SERVICE: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\TermService";

/// A port that nobody listens on: it is reserved for a service of long ago.
const SILENT_PORT: u16 = 1;

/// A PC that is enrolled, and what it looks like.
struct Enrolled {
    pc: Pc,
    _office: Office,
}

impl Enrolled {
    fn new() -> Option<Self> {
        let pc = Pc::new()?;
        let office = Office::open();
        let (agent, server, token) = (pc.agent(), office.url(), office.token(1).to_string());
        let enrolled = pc.run(&[&agent, "enrol", &server, &token, "--accept-notice", "--state", STATE]);
        assert!(enrolled.status.success(), "{enrolled:?}");
        Some(Self { pc, _office: office })
    }

    fn set(&self, key: &str, name: &str, number: u16) {
        let number = number.to_string();
        let set = self.pc.run(&["reg", "add", key, "/v", name, "/t", "REG_DWORD", "/d", &number, "/f"]);
        assert!(set.status.success(), "{set:?}");
    }

    /// The facts of one look: each area's value.
    fn look(&self) -> Value {
        let reported = self.pc.run(&[&self.pc.agent(), "run", "--once", "--state", STATE]);
        assert!(reported.status.success(), "{reported:?}");
        let latest = std::fs::read(self.pc.place(LATEST)).expect("the facts of the last look");
        let mut latest: Value = serde_json::from_slice(&latest).expect("JSON");
        let areas = latest["areas"].as_object_mut().expect("areas");
        areas.iter_mut().map(|(name, area)| (name.clone(), area["fact"]["content"]["value"].take())).collect()
    }
}

/// Why something is not known, and the call that says so.
fn reason(code: &str, detail: &str) -> Value {
    json!({ "unknown": { "code": code, "detail": detail } })
}

/// The item of a listing, complete or not, in which a field ends like this.
fn item<'a>(listing: &'a Value, field: &str, end: &str) -> &'a Value {
    let items = listing.get("items").unwrap_or(listing).as_array();
    let found =
        items.and_then(|items| items.iter().find(|item| item[field].as_str().is_some_and(|it| it.ends_with(end))));
    found.unwrap_or_else(|| panic!("nothing ends in {end}: {listing:#}"))
}

#[test]
fn what_wine_answers_is_told_and_the_rest_has_a_reason() {
    let Some(pc) = Enrolled::new() else { return };
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    pc.set(TERMINAL_SERVER, "fDenyTSConnections", 0);
    pc.set(TERM_SERVICE, "Start", 2);
    pc.set(RDP_TCP, "PortNumber", port);
    let programs = pc.pc.home().join("AppData/Local/Programs");
    std::fs::create_dir_all(&programs).expect("a folder");
    let agent = PathBuf::from(pc.pc.agent().trim_start_matches("Z:").replace('\\', "/"));
    std::fs::copy(agent, programs.join("tool.exe")).expect("a program");

    let facts = pc.look();
    // The process that asks Windows Update answers: Wine has the objects, and none of their answers.
    let no_search = reason("unsupported", "IUpdateSearcher::Search: error 0x80004001");
    assert_eq!(facts["patches"]["missing"], no_search, "{facts:#}");
    let no_results = reason("unsupported", "LastSearchSuccessDate: error 0x80004002");
    assert_eq!(facts["patches"]["last_checked_at"], no_results, "{facts:#}");
    // Ports are those of Linux.
    let remote_desktop = item(&facts["remote_access"]["services"], "name", "Remote Desktop");
    assert_eq!(remote_desktop["listening"], true, "{facts:#}");
    // Wine checks signatures: the agent of a test has none.
    let tool = item(&facts["software"]["unknown_executables"], "path", r"\tool.exe");
    assert_eq!(tool["signed"], false, "{facts:#}");
    // Drives are known; BitLocker and the Security Center are not there, and Wine does not understand the question for licences.
    let drive = item(&facts["disk"]["volumes"], "mount", "C:");
    assert_eq!(drive["encrypted"], reason("unsupported", "Win32_EncryptableVolume: error 0x8004100e"), "{facts:#}");
    assert_eq!(drive["removable"], false, "{facts:#}");
    assert_eq!(facts["software"]["licences"], reason("unreadable", r"ROOT\CIMV2: error 0x80041017"), "{facts:#}");
    assert_eq!(facts["antivirus"]["products"]["items"], json!([]), "{facts:#}");
    assert_eq!(facts["antivirus"]["products"]["incomplete"]["code"], "not_observed", "{facts:#}");
    // The firewall of Wine has no service.
    let firewall = item(&facts["firewall"]["firewalls"], "name", "Firewall");
    assert_eq!(firewall["active"], false, "{facts:#}");

    // What was asked of Windows Update is kept for the next look, which finds that nothing listens any more.
    let kept = std::fs::read(pc.pc.place(UPDATES)).expect("kept");
    pc.set(RDP_TCP, "PortNumber", SILENT_PORT);
    let facts = pc.look();
    let remote_desktop = item(&facts["remote_access"]["services"], "name", "Remote Desktop");
    assert_eq!(remote_desktop["listening"], false, "{facts:#}");
    assert_eq!(facts["patches"]["missing"], no_search, "{facts:#}");
    assert_eq!(std::fs::read(pc.pc.place(UPDATES)).expect("kept"), kept);
    drop(listener);
}
