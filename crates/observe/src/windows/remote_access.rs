//! `remote_access`: Remote Desktop, and products that let others control this machine.

use khien_model::facts::{RemoteAccess, RemoteAccessKind, RemoteAccessService};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::{Context, START_AUTOMATIC, START_DISABLED, both, either};
use super::registry::{KeyPath, absent};
use crate::text;

/// The settings of Remote Desktop, and the policies that overrule them.
const TERMINAL_SERVER: &str = r"Control\Terminal Server";
const RDP_TCP: &str = r"Control\Terminal Server\WinStations\RDP-Tcp";
const POLICY: &str = r"Policies\Microsoft\Windows NT\Terminal Services";

const RDP_PORT: u64 = 3389;
const SSH_PORT: u16 = 22;
const VNC_PORT: u16 = 5900;

/// A product besides Remote Desktop.
struct Product {
    kind: RemoteAccessKind,
    name: &'static str,
    service: &'static str,
    /// Programs that are there when it is installed.
    programs: &'static [&'static str],
    /// The port it is reached on; without one it is reached through its maker's servers whenever it runs.
    port: Option<u16>,
}

const PRODUCTS: [Product; 8] = [
    Product {
        kind: RemoteAccessKind::UltraViewer,
        name: "UltraViewer",
        service: "UltraViewService",
        programs: &[
            r"Program Files (x86)\UltraViewer\UltraViewer_Desktop.exe",
            r"Program Files\UltraViewer\UltraViewer_Desktop.exe",
        ],
        port: None,
    },
    Product {
        kind: RemoteAccessKind::AnyDesk,
        name: "AnyDesk",
        service: "AnyDesk",
        programs: &[r"Program Files (x86)\AnyDesk\AnyDesk.exe", r"Program Files\AnyDesk\AnyDesk.exe"],
        port: None,
    },
    Product {
        kind: RemoteAccessKind::TeamViewer,
        name: "TeamViewer",
        service: "TeamViewer",
        programs: &[r"Program Files\TeamViewer\TeamViewer.exe", r"Program Files (x86)\TeamViewer\TeamViewer.exe"],
        port: None,
    },
    Product {
        kind: RemoteAccessKind::RustDesk,
        name: "RustDesk",
        service: "RustDesk",
        programs: &[r"Program Files\RustDesk\rustdesk.exe"],
        port: None,
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "TightVNC",
        service: "tvnserver",
        programs: &[r"Program Files\TightVNC\tvnserver.exe", r"Program Files (x86)\TightVNC\tvnserver.exe"],
        port: Some(VNC_PORT),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "UltraVNC",
        service: "uvnc_service",
        programs: &[
            r"Program Files\uvnc bvba\UltraVNC\winvnc.exe",
            r"Program Files (x86)\uvnc bvba\UltraVNC\winvnc.exe",
        ],
        port: Some(VNC_PORT),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "RealVNC",
        service: "vncserver",
        programs: &[r"Program Files\RealVNC\VNC Server\vncserver.exe"],
        port: Some(VNC_PORT),
    },
    Product { kind: RemoteAccessKind::Ssh, name: "OpenSSH", service: "sshd", programs: &[], port: Some(SSH_PORT) },
];

/// Products that run from wherever their file lies: how its name begins, and what it is.
const PORTABLE: [(&str, RemoteAccessKind, &str); 4] = [
    ("anydesk", RemoteAccessKind::AnyDesk, "AnyDesk"),
    ("ultraviewer", RemoteAccessKind::UltraViewer, "UltraViewer"),
    ("teamviewer", RemoteAccessKind::TeamViewer, "TeamViewer"),
    ("rustdesk", RemoteAccessKind::RustDesk, "RustDesk"),
];

/// Words in the names of files that only install something.
const INSTALLERS: [&str; 2] = ["setup", "install"];

/// Where people put what they download, beneath the folder of a profile.
const PORTABLE_PLACES: [&str; 3] = ["Desktop", "Downloads", "Documents"];

pub(crate) fn collect(context: &Context) -> Result<RemoteAccess, Gap> {
    let mut services = Listing::complete(vec![remote_desktop(context)]);
    for product in &PRODUCTS {
        match is_installed(context, product) {
            Ok(true) => services.items.push(observed(context, product)),
            Ok(false) => {}
            Err(gap) => services.note_gap(gap),
        }
    }
    add_portable(context, &mut services);
    Ok(RemoteAccess { services: Observed::Known(services) })
}

/// Adds the products that run without being installed, by their files where people put what they download.
fn add_portable(context: &Context, services: &mut Listing<RemoteAccessService>) {
    let profiles = match context.registry().profiles() {
        Ok(profiles) => profiles,
        Err(gap) => return services.note_gap(gap),
    };
    profiles.incomplete.into_iter().for_each(|gap| services.note_gap(gap));
    for profile in &profiles.items {
        for place in PORTABLE_PLACES {
            let folder = format!(r"{}\{place}", profile.folder.trim_end_matches('\\'));
            let entries = match context.cancel.check().and_then(|()| context.files().list(&folder)) {
                Ok(Some(entries)) => entries,
                Ok(None) => continue,
                Err(gap) => {
                    services.note_gap(gap);
                    continue;
                }
            };
            entries.incomplete.into_iter().for_each(|gap| services.note_gap(gap));
            for entry in entries.items.iter().filter(|entry| !entry.is_folder) {
                if let Some((kind, name)) = portable(&entry.name) {
                    services.items.push(not_installed(kind, name, &format!(r"{folder}\{}", entry.name)));
                }
            }
        }
    }
}

/// Which product a file is that needs no installation, by its name; browsers number what is downloaded again.
fn portable(file: &str) -> Option<(RemoteAccessKind, &'static str)> {
    let file = file.to_ascii_lowercase();
    let is_program = file.ends_with(".exe") && !INSTALLERS.iter().any(|word| file.contains(word));
    let (_, kind, name) = PORTABLE.into_iter().find(|(start, ..)| is_program && file.starts_with(start))?;
    Some((kind, name))
}

fn not_installed(kind: RemoteAccessKind, name: &str, path: &str) -> RemoteAccessService {
    let detail = format!("{}: whether somebody runs it is not known", text::nfc(path));
    let not_told = || Observed::unknown(GapCode::NotObserved, detail.clone());
    RemoteAccessService {
        kind: kind.into(),
        name: name.into(),
        enabled: not_told(),
        listening: not_told(),
        password_login: not_told(),
        administrator_login: not_told(),
    }
}

fn is_installed(context: &Context, product: &Product) -> Result<bool, Gap> {
    let service = context.service_start(product.service).map(|start| start.is_some());
    product.programs.iter().fold(service, |found, program| either(found, context.files().exists(program)))
}

fn observed(context: &Context, product: &Product) -> RemoteAccessService {
    let starts =
        context.service_start(product.service).map(|start| start.is_some_and(|start| start <= START_AUTOMATIC));
    let is_off = matches!(context.service_start(product.service), Ok(Some(START_DISABLED)));
    let runs = if is_off { Ok(false) } else { context.running().service_runs(product.service) };
    let listening = match product.port {
        Some(port) => both(runs.clone(), context.running().listens_on(port)),
        None => runs.clone(),
    };
    let not_told = || Observed::unknown(GapCode::Unsupported, "its settings are not known here");
    RemoteAccessService {
        kind: product.kind.into(),
        name: product.name.into(),
        enabled: either(starts, runs).into(),
        listening: listening.into(),
        password_login: not_told(),
        administrator_login: not_told(),
    }
}

/// Remote Desktop is part of every Windows that is worth attacking: it is listed whether it is on or off.
fn remote_desktop(context: &Context) -> RemoteAccessService {
    let setting = |local: &str, name: &str| {
        let registry = context.registry();
        match registry.number(&KeyPath::software(POLICY), name)? {
            Some(number) => Ok::<_, Gap>(Some(number)),
            None => registry.number(&KeyPath::control_set(local), name),
        }
    };
    let server = KeyPath::control_set(TERMINAL_SERVER);
    // Without the value connections are refused; without its key the hive is no whole one.
    let allowed = match context.registry().has(&server) {
        Ok(true) => setting(TERMINAL_SERVER, "fDenyTSConnections").map(|denied| denied == Some(0)),
        Ok(false) => Err(absent(&server)),
        Err(gap) => Err(gap),
    };
    let service = context.start_of_own_service("TermService").map(|start| start != START_DISABLED);
    let enabled = both(allowed, service);
    let port = context.registry().number(&KeyPath::control_set(RDP_TCP), "PortNumber");
    let listens = port.and_then(|port| {
        let port = u16::try_from(port.unwrap_or(RDP_PORT));
        port.map_err(|_| Gap::with_detail(GapCode::Malformed, "the port of Remote Desktop is no port"))
            .and_then(|port| context.running().listens_on(port))
    });
    RemoteAccessService {
        kind: RemoteAccessKind::Rdp.into(),
        name: "Remote Desktop".into(),
        listening: both(enabled.clone(), listens).into(),
        enabled: enabled.into(),
        // Without authentication before the session anybody reaches the login screen.
        password_login: setting(RDP_TCP, "UserAuthentication").map(|required| required != Some(1)).into(),
        administrator_login: Observed::unknown(
            GapCode::Unsupported,
            "who may log in is a right that the registry does not tell",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_need_no_installation_are_known_by_their_names() {
        for (file, expected) in [
            ("AnyDesk.exe", Some(RemoteAccessKind::AnyDesk)),
            ("anydesk (1).EXE", Some(RemoteAccessKind::AnyDesk)),
            ("UltraViewer_Portable.exe", Some(RemoteAccessKind::UltraViewer)),
            ("TeamViewerQS_x64.exe", Some(RemoteAccessKind::TeamViewer)),
            ("rustdesk-1.4.1-x86_64.exe", Some(RemoteAccessKind::RustDesk)),
            ("UltraViewer_setup_6.6_vi.exe", None),
            ("AnyDesk.pdf", None),
            ("Hướng dẫn AnyDesk.exe", None),
            ("", None),
        ] {
            assert_eq!(portable(file).map(|(kind, _)| kind), expected, "{file}");
        }
    }
}
