//! `shares`: folders this machine shares over the network.

mod nfs;
mod samba;

use khien_model::facts::Shares;
use khien_model::{Gap, Observed};

use super::context::Context;

/// The servers of Samba, of the kernel's own SMB server, and the kernel threads of NFS.
const SERVERS: [&str; 4] = ["smbd", "ksmbd.mountd", "nfsd", "ganesha.nfsd"];

pub(crate) fn collect(context: &Context) -> Result<Shares, Gap> {
    let samba = samba::read(context);
    let smb1_accepted = samba.as_ref().map_err(Clone::clone).and_then(|samba| samba.smb1_accepted(context)).into();
    let mut folders = match samba {
        Ok(samba) => samba.folders,
        Err(gap) => khien_model::Listing::incomplete(Vec::new(), gap),
    };
    let exported = nfs::read(&context.root);
    folders.items.extend(exported.items);
    exported.incomplete.into_iter().for_each(|gap| folders.note_gap(gap));
    Ok(Shares { folders: Observed::Known(folders), service_running: context.runs(&SERVERS).into(), smb1_accepted })
}
