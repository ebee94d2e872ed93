//! Software that lets others control this machine.

use crate::{Listing, Observed};

words! {
    /// A way to control a machine from elsewhere.
    pub enum RemoteAccessKind {
        /// Remote Desktop (xrdp on Linux).
        Rdp = "rdp",
        /// VNC of any make.
        Vnc = "vnc",
        /// Secure shell.
        Ssh = "ssh",
        /// AnyDesk.
        AnyDesk = "anydesk",
        /// UltraViewer.
        UltraViewer = "ultraviewer",
        /// TeamViewer.
        TeamViewer = "teamviewer",
        /// RustDesk.
        RustDesk = "rustdesk",
    }
}

record! {
    /// Software that lets others control this machine. Nearest osquery tables: `listening_ports`, `ssh_configs`.
    pub struct RemoteAccess {
        /// Every such software that is installed or listening; on Windows also what lies among the downloads of a user and runs
        /// without being installed.
        pub services: Observed<Listing<RemoteAccessService>>,
    }

    /// One way to control this machine from elsewhere.
    pub struct RemoteAccessService {
        /// What it is.
        pub kind: Observed<RemoteAccessKind>,
        /// The product or package, e.g. `openssh-server`.
        pub name: Observed<String>,
        /// Whether it runs or starts with the machine.
        pub enabled: Observed<bool>,
        /// Whether it accepts connections from other machines now.
        pub listening: Observed<bool>,
        /// Whether a password alone lets somebody in. SSH: `PasswordAuthentication`; RDP: no network-level authentication.
        pub password_login: Observed<bool>,
        /// Whether an administrator can log in directly. SSH: `PermitRootLogin`.
        pub administrator_login: Observed<bool>,
    }
}
