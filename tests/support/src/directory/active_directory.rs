//! An Active Directory by Samba that is thrown away.
//!
//! Samba's ports are fixed, so each server has an address of its own among the many of the loopback network. Only its LDAP
//! service runs: no file server, no Kerberos, no name server. Samba wants to be root.

use std::process::Command;

use tempfile::TempDir;

use super::{Held, certificate, run, wait_for, write};

/// A running domain controller.
#[derive(Debug)]
pub struct ActiveDirectory {
    /// Its address; it speaks LDAP with StartTLS on port 389 and LDAPS on 636.
    pub address: String,
    /// The certificate to be trusted, in PEM.
    pub certificate: String,
    _held: Held,
    _folder: TempDir,
}

impl ActiveDirectory {
    /// The root of the directory.
    pub const BASE: &str = "DC=thads,DC=test";
    /// The administrator, who may read everything.
    pub const READER: &str = "Administrator@thads.test";
    /// The administrator's password.
    pub const PASSWORD: &str = "Quan-Tri-2026!";

    /// Makes a domain, lets `samba-tool` add users with these arguments (`user create` and what follows), and starts it.
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start(commands: &[&[&str]]) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("khien-ad-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let path = folder.path();
        let target = path.display().to_string();
        let password = format!("--adminpass={}", Self::PASSWORD);
        let mut provision = Command::new("samba-tool");
        provision.args(["domain", "provision", "--realm=THADS.TEST", "--domain=THADS", "--server-role=dc"]);
        provision.args(["--dns-backend=NONE", "--host-name=dc", &password, &format!("--targetdir={target}")]);
        run(&mut provision)
            .map_err(|reason| format!("{reason} (root and Debian's samba-ad-dc, samba-ad-provision are needed)"))?;
        let database = path.join("private/sam.ldb").display().to_string();
        let settings = path.join("etc/smb.conf").display().to_string();
        for command in commands {
            run(Command::new("samba-tool").args(*command).args(["-H", &database, "-s", &settings]))?;
        }
        // One address for each process and each server in it.
        let id = std::process::id();
        let address = format!("127.{}.{}.{}", 64 + id / 65_536 % 64, id / 256 % 256, id % 256);
        let certificate = certificate(path, &address)?;
        write(&path.join("etc/smb.conf"), &smb_conf(&target, &address))?;
        let log = path.join("log");
        let arguments = ["-s", &settings, "--interactive", "--model=single", "--debug-stdout"];
        let held = Held::start("samba", &arguments, &log)?;
        wait_for(&format!("{address}:636"), &log)?;
        Ok(Self { address, certificate, _held: held, _folder: folder })
    }
}

fn smb_conf(folder: &str, address: &str) -> String {
    format!(
        "[global]\n\
         server role = active directory domain controller\n\
         server services = ldap\n\
         netbios name = DC\n\
         realm = THADS.TEST\n\
         workgroup = THADS\n\
         interfaces = {address}/8\n\
         bind interfaces only = yes\n\
         private dir = {folder}/private\n\
         state directory = {folder}/state\n\
         cache directory = {folder}/cache\n\
         lock directory = {folder}\n\
         pid directory = {folder}\n\
         ncalrpc dir = {folder}/ncalrpc\n\
         binddns dir = {folder}/bind-dns\n\
         tls enabled = yes\n\
         tls certfile = {folder}/certificate.pem\n\
         tls keyfile = {folder}/key.pem\n\
         tls cafile =\n"
    )
}
