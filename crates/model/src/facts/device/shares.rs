//! Shared folders.

use crate::{Listing, Observed};

words! {
    /// How a folder is shared.
    pub enum ShareProtocol {
        /// Windows file sharing (Samba on Linux).
        Smb = "smb",
        /// NFS.
        Nfs = "nfs",
    }
}

record! {
    /// Folders this machine shares over the network. Nearest osquery table: `shared_resources`.
    pub struct Shares {
        /// Every shared folder; printers, administrative shares and those of a domain controller left out. Linux: `smb.conf`
        /// with its includes, usershares, `/etc/exports`; Windows: `NetShareEnum`.
        pub folders: Observed<Listing<SharedFolder>>,
        /// Whether the service that would serve them runs now.
        pub service_running: Observed<bool>,
        /// Whether the outdated SMB version 1 is accepted. Samba: `server min protocol`; Windows: `SMB1`, and `mrxsmb10` that
        /// fetches from others.
        pub smb1_accepted: Observed<bool>,
    }

    /// One shared folder.
    pub struct SharedFolder {
        /// The share's name on the network.
        pub name: Observed<String>,
        /// The folder.
        pub path: Observed<String>,
        /// How it is shared.
        pub protocol: Observed<ShareProtocol>,
        /// Whether everybody on the network may open it. Samba: guests allowed; NFS: exported to `*`; Windows: the access
        /// list grants Everyone, Authenticated Users or Guests.
        pub open_to_everyone: Observed<bool>,
        /// Whether others may write to it.
        pub writable: Observed<bool>,
    }
}
