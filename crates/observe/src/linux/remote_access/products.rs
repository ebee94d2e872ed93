//! What is known of software that lets others control a machine: where it lies, what starts it, how it is reached.

use khien_model::facts::RemoteAccessKind;

/// How others reach a product.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reached {
    /// On the ports that `sshd_config` names.
    BySshd,
    /// On these ports.
    OnPorts(&'static [u16]),
    /// Through its maker's servers, without a port of its own: whenever it runs.
    ThroughRelay,
}

/// One product.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) kind: RemoteAccessKind,
    pub(super) name: &'static str,
    /// Files that are there when it is installed, beneath the root.
    pub(super) files: &'static [&'static str],
    /// The same beneath a home: programs of Windows under Wine.
    pub(super) home_files: &'static [&'static str],
    /// The units that start it. A name that ends in `@` is a template.
    pub(super) units: &'static [&'static str],
    /// Its programs, and their names cut to 15 bytes where the kernel cuts them.
    pub(super) programs: &'static [&'static str],
    pub(super) reached: Reached,
}

pub(super) const RDP_PORTS: &[u16] = &[3389];

/// Display 0 to 9; the number of the display is added to 5900.
pub(super) const VNC_PORTS: &[u16] = &[5900, 5901, 5902, 5903, 5904, 5905, 5906, 5907, 5908, 5909];

/// Products by the files of their Debian, Fedora and vendor packages.
pub(super) const PRODUCTS: &[Product] = &[
    Product {
        kind: RemoteAccessKind::Ssh,
        name: "openssh-server",
        files: &["usr/sbin/sshd"],
        home_files: &[],
        units: &["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"],
        programs: &["sshd"],
        reached: Reached::BySshd,
    },
    Product {
        kind: RemoteAccessKind::Ssh,
        name: "dropbear",
        files: &["usr/sbin/dropbear"],
        home_files: &[],
        units: &["dropbear.service", "dropbear.socket"],
        programs: &["dropbear"],
        reached: Reached::OnPorts(&[22]),
    },
    Product {
        kind: RemoteAccessKind::Rdp,
        name: "xrdp",
        files: &["usr/sbin/xrdp"],
        home_files: &[],
        units: &["xrdp.service"],
        programs: &["xrdp"],
        reached: Reached::OnPorts(RDP_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Rdp,
        name: "gnome-remote-desktop",
        files: &["usr/libexec/gnome-remote-desktop-daemon"],
        home_files: &[],
        units: &["gnome-remote-desktop.service"],
        programs: &["gnome-remote-desktop-daemon", "gnome-remote-de"],
        reached: Reached::OnPorts(RDP_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "x11vnc",
        files: &["usr/bin/x11vnc"],
        home_files: &[],
        units: &["x11vnc.service", "x11vnc@"],
        programs: &["x11vnc"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "tigervnc",
        files: &["usr/bin/Xvnc", "usr/bin/Xtigervnc", "usr/bin/x0vncserver", "usr/bin/X0tigervnc"],
        home_files: &[],
        units: &["vncserver@", "tigervncserver@", "x0vncserver@"],
        programs: &["Xvnc", "Xtigervnc", "x0vncserver", "X0tigervnc"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "tightvncserver",
        files: &["usr/bin/Xtightvnc"],
        home_files: &[],
        units: &["tightvncserver@"],
        programs: &["Xtightvnc"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "realvnc",
        files: &["usr/bin/vncserver-x11-serviced"],
        home_files: &[],
        units: &["vncserver-x11-serviced.service", "vncserver-virtuald.service"],
        programs: &["vncserver-x11-serviced", "vncserver-x11-s", "vncserver-x11-core"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "vino",
        files: &["usr/lib/vino/vino-server", "usr/libexec/vino-server"],
        home_files: &[],
        units: &[],
        programs: &["vino-server"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::Vnc,
        name: "krfb",
        files: &["usr/bin/krfb"],
        home_files: &[],
        units: &[],
        programs: &["krfb"],
        reached: Reached::OnPorts(VNC_PORTS),
    },
    Product {
        kind: RemoteAccessKind::AnyDesk,
        name: "anydesk",
        files: &["usr/bin/anydesk", "var/lib/flatpak/app/com.anydesk.Anydesk"],
        home_files: &[".wine/drive_c/Program Files (x86)/AnyDesk/AnyDesk.exe"],
        units: &["anydesk.service"],
        programs: &["anydesk", "AnyDesk.exe"],
        reached: Reached::ThroughRelay,
    },
    Product {
        kind: RemoteAccessKind::UltraViewer,
        name: "ultraviewer",
        files: &[],
        home_files: &[
            ".wine/drive_c/Program Files (x86)/UltraViewer/UltraViewer_Desktop.exe",
            ".wine/drive_c/Program Files/UltraViewer/UltraViewer_Desktop.exe",
        ],
        units: &[],
        programs: &["UltraViewer_Desktop.exe", "UltraViewer_Des", "UltraViewer_Service.exe", "UltraViewer_Ser"],
        reached: Reached::ThroughRelay,
    },
    Product {
        kind: RemoteAccessKind::TeamViewer,
        name: "teamviewer",
        files: &["opt/teamviewer/tv_bin/teamviewerd", "usr/bin/teamviewerd"],
        home_files: &[".wine/drive_c/Program Files (x86)/TeamViewer/TeamViewer.exe"],
        units: &["teamviewerd.service"],
        programs: &["teamviewerd", "TeamViewer", "TeamViewer.exe"],
        reached: Reached::ThroughRelay,
    },
    Product {
        kind: RemoteAccessKind::RustDesk,
        name: "rustdesk",
        files: &[
            "usr/bin/rustdesk",
            "usr/lib/rustdesk/rustdesk",
            "usr/share/rustdesk/rustdesk",
            "var/lib/flatpak/app/com.rustdesk.RustDesk",
        ],
        home_files: &[],
        units: &["rustdesk.service"],
        programs: &["rustdesk"],
        reached: Reached::ThroughRelay,
    },
];
