//! `remote_access`: software that lets others control this machine, by its files, its units, its processes and its ports.

mod listeners;
mod products;
mod sshd;

use std::collections::BTreeSet;

use khien_model::facts::{RemoteAccess, RemoteAccessKind, RemoteAccessService};
use khien_model::{Gap, GapCode, Listing, Observed};

use self::products::{PRODUCTS, Product, RDP_PORTS, Reached, VNC_PORTS};
use self::sshd::Sshd;
use super::context::Context;
use super::homes::homes;
use super::units::Units;
use crate::keyfile;

/// The largest settings file of a product that is read.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

#[expect(clippy::unnecessary_wraps, reason = "every collector has this form")]
pub(crate) fn collect(context: &Context) -> Result<RemoteAccess, Gap> {
    let homes = homes(context);
    let units = Units::read(&context.root);
    let ports = listeners::reachable_ports(context);
    let mut services = Listing { items: Vec::new(), incomplete: homes.incomplete };
    for product in PRODUCTS {
        let in_homes = product.home_files.iter().any(|file| {
            homes.items.iter().any(|home| {
                context.root.exists(home.path.join(file)).unwrap_or_else(|gap| {
                    services.note_gap(gap);
                    false
                })
            })
        });
        if in_homes || is_installed(context, product, &mut services) {
            services.items.push(observe(context, product, &units, &ports));
        }
    }
    add_unknown_listeners(&ports, &mut services);
    Ok(RemoteAccess { services: Observed::Known(services) })
}

/// Whether its files are there, or it runs from elsewhere.
fn is_installed(context: &Context, product: &Product, services: &mut Listing<RemoteAccessService>) -> bool {
    for file in product.files {
        match context.root.exists(file) {
            Ok(true) => return true,
            Ok(false) => {}
            Err(gap) => services.note_gap(gap),
        }
    }
    // A machine that is not running runs nothing.
    context.runs(product.programs).unwrap_or(false)
}

type Ports = Result<BTreeSet<u16>, Gap>;

fn observe(context: &Context, product: &Product, units: &Result<Units, Gap>, ports: &Ports) -> RemoteAccessService {
    let starts = units.as_ref().map(|units| units.any_enabled(product.units)).map_err(Clone::clone);
    let runs = context.runs(product.programs);
    let enabled = either(starts, runs.clone());
    let sshd = matches!(product.reached, Reached::BySshd).then(|| Sshd::read(&context.root));
    let listens_on = |own: &[u16]| ports.clone().map(|ports| own.iter().any(|port| ports.contains(port)));
    let listening = match (&product.reached, &sshd) {
        (Reached::OnPorts(own), _) => both(runs, listens_on(own)),
        (Reached::ThroughRelay, _) => runs,
        // Socket activation: systemd listens, and sshd runs only for connections.
        (Reached::BySshd, Some(Ok(sshd))) => both(enabled.clone(), listens_on(&sshd.ports())),
        (Reached::BySshd, Some(Err(gap))) => both(enabled.clone(), Err(gap.clone())),
        (Reached::BySshd, None) => both(enabled.clone(), listens_on(&[])),
    };
    let (password_login, administrator_login) = match &sshd {
        Some(Ok(sshd)) => (sshd.password_suffices(), sshd.root_logs_in()),
        Some(Err(gap)) => (Err(gap.clone()), Err(gap.clone())),
        None => (password_login(context, product), administrator_login(context, product)),
    };
    RemoteAccessService {
        kind: product.kind.into(),
        name: product.name.into(),
        enabled: enabled.into(),
        listening: listening.into(),
        password_login: password_login.into(),
        administrator_login: administrator_login.into(),
    }
}

/// Kleene's "or".
fn either(one: Result<bool, Gap>, other: Result<bool, Gap>) -> Result<bool, Gap> {
    match (one, other) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        (Ok(false), Ok(false)) => Ok(false),
    }
}

/// Kleene's "and".
fn both(one: Result<bool, Gap>, other: Result<bool, Gap>) -> Result<bool, Gap> {
    match (one, other) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        (Ok(true), Ok(true)) => Ok(true),
    }
}

fn unsupported<T>(why: &'static str) -> Result<T, Gap> {
    Err(Gap::with_detail(GapCode::Unsupported, why))
}

/// Whether a password alone lets somebody in, for everything but OpenSSH.
fn password_login(context: &Context, product: &Product) -> Result<bool, Gap> {
    use RemoteAccessKind::{AnyDesk, Rdp, RustDesk, Ssh, TeamViewer, UltraViewer, Vnc};
    match (product.kind, product.name) {
        // xrdp asks for user and password on its own screen, after the connection stands. VNC knows nothing but a password,
        // or less. The relays show a password on the screen, or use one that was set.
        (Rdp, "xrdp") | (Vnc | TeamViewer | RustDesk | UltraViewer, _) => Ok(true),
        // It requires network-level authentication.
        (Rdp, "gnome-remote-desktop") => Ok(false),
        (AnyDesk, _) => {
            let settings = context.root.read_text("etc/anydesk/service.conf", MAX_SETTINGS_BYTES)?.unwrap_or_default();
            // The hash itself is not looked at.
            Ok(keyfile::value(&settings, "", "ad.anynet.pwd_hash").is_some_and(|hash| !hash.is_empty()))
        }
        (Ssh | Rdp, _) => unsupported("the settings of this product are not known"),
    }
}

/// Whether an administrator can log in directly, for everything but OpenSSH.
fn administrator_login(context: &Context, product: &Product) -> Result<bool, Gap> {
    match product.name {
        "xrdp" => {
            let settings = context.root.read_text("etc/xrdp/sesman.ini", MAX_SETTINGS_BYTES)?.unwrap_or_default();
            let allowed = keyfile::value(&settings, "Security", "AllowRootLogin").unwrap_or("true");
            Ok(["1", "true", "yes", "on"].iter().any(|yes| allowed.eq_ignore_ascii_case(yes)))
        }
        "dropbear" => unsupported("the settings of this product are not known"),
        // It shows a session that somebody opened; it logs nobody in.
        _ => Ok(false),
    }
}

/// Ports of remote desktops on which something unknown listens.
fn add_unknown_listeners(ports: &Ports, services: &mut Listing<RemoteAccessService>) {
    let Ok(ports) = ports else {
        return;
    };
    for (kind, own) in [(RemoteAccessKind::Rdp, RDP_PORTS), (RemoteAccessKind::Vnc, VNC_PORTS)] {
        let known = services
            .items
            .iter()
            .any(|service| service.kind == Observed::Known(kind) && service.listening == Observed::Known(true));
        if known {
            continue;
        }
        for port in own.iter().filter(|port| ports.contains(port)) {
            services.items.push(RemoteAccessService {
                kind: kind.into(),
                name: format!("port {port}").into(),
                enabled: true.into(),
                listening: true.into(),
                password_login: unsupported("nobody knows which program listens").into(),
                administrator_login: unsupported("nobody knows which program listens").into(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    const TCP_HEAD: &str = "  sl  local_address rem_address   st\n";

    type Answers = (RemoteAccessKind, String, [Result<bool, GapCode>; 4]);

    fn services(machine: &Machine) -> Vec<Answers> {
        let services = match collect(&machine.context()).unwrap().services {
            Observed::Known(services) => services,
            Observed::Unknown(gap) => panic!("{gap}"),
        };
        assert_eq!(services.incomplete, None);
        let answer = |observed: &Observed<bool>| match observed {
            Observed::Known(value) => Ok(*value),
            Observed::Unknown(gap) => Err(gap.code),
        };
        services
            .items
            .iter()
            .map(|service| {
                let answers = [
                    answer(&service.enabled),
                    answer(&service.listening),
                    answer(&service.password_login),
                    answer(&service.administrator_login),
                ];
                (*service.kind.known().unwrap(), service.name.known().unwrap().clone(), answers)
            })
            .collect()
    }

    #[test]
    fn a_machine_without_such_software_has_none() {
        let machine = Machine::with_user().running();
        machine.file("proc/net/tcp", TCP_HEAD);
        assert_eq!(services(&machine), []);
    }

    #[test]
    fn a_machine_full_of_it() {
        let machine = Machine::with_user().running();
        machine.file(
            "proc/net/tcp",
            format!("{TCP_HEAD} 0: 00000000:08AE 0:0 0A\n 1: 00000000:170D 0:0 0A\n 2: 00000000:0D3D 0:0 0A\n"),
        );
        machine.file("usr/sbin/sshd", "");
        machine.file("etc/ssh/sshd_config", "Port 2222\nPermitRootLogin yes\nPasswordAuthentication yes\n");
        machine.enabled_unit("ssh.service");
        machine.file("usr/sbin/xrdp", "");
        machine.file("etc/xrdp/sesman.ini", "[Security]\nAllowRootLogin=false\n");
        machine.enabled_unit("xrdp.service");
        machine.process(60, "xrdp");
        machine.file("usr/bin/anydesk", "");
        machine.file("etc/anydesk/service.conf", "ad.anynet.pwd_hash=abc\n");
        machine.process(61, "anydesk");
        machine.file("opt/teamviewer/tv_bin/teamviewerd", "");
        machine.file("home/an/.wine/drive_c/Program Files (x86)/UltraViewer/UltraViewer_Desktop.exe", "MZ");
        let unsupported = Err(GapCode::Unsupported);
        let expected = [
            (RemoteAccessKind::Ssh, "openssh-server", [Ok(true), Ok(true), Ok(true), Ok(true)]),
            (RemoteAccessKind::Rdp, "xrdp", [Ok(true), Ok(true), Ok(true), Ok(false)]),
            (RemoteAccessKind::AnyDesk, "anydesk", [Ok(true), Ok(true), Ok(true), Ok(false)]),
            (RemoteAccessKind::UltraViewer, "ultraviewer", [Ok(false), Ok(false), Ok(true), Ok(false)]),
            (RemoteAccessKind::TeamViewer, "teamviewer", [Ok(false), Ok(false), Ok(true), Ok(false)]),
            (RemoteAccessKind::Vnc, "port 5901", [Ok(true), Ok(true), unsupported, unsupported]),
        ]
        .map(|(kind, name, answers)| (kind, name.to_owned(), answers));
        assert_eq!(services(&machine), expected);
    }

    #[test]
    fn a_disk_that_does_not_run_says_so() {
        let machine = Machine::with_user();
        machine.file("usr/sbin/sshd", "");
        machine.file("etc/ssh/sshd_config", "PasswordAuthentication no\nPermitRootLogin no\n");
        machine.enabled_unit("ssh.service");
        machine.file("usr/bin/rustdesk", "");
        let unknown = Err(GapCode::Unsupported);
        let expected = [
            (RemoteAccessKind::Ssh, "openssh-server".to_owned(), [Ok(true), unknown, Ok(false), Ok(false)]),
            (RemoteAccessKind::RustDesk, "rustdesk".to_owned(), [unknown, unknown, Ok(true), Ok(false)]),
        ];
        assert_eq!(services(&machine), expected);
    }
}
