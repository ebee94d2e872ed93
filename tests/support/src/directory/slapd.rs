//! A slapd that is thrown away.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{Held, certificate, free_port, run, wait_for, write};

const ADDRESS: &str = "127.0.0.1";

/// A running slapd with what was given to it, and a reader who may read everything but passwords.
#[derive(Debug)]
pub struct Slapd {
    /// Its port for LDAP with StartTLS.
    pub port: u16,
    /// Its port for LDAPS.
    pub tls_port: u16,
    /// The certificate to be trusted, in PEM.
    pub certificate: String,
    _held: Held,
    _folder: TempDir,
}

impl Slapd {
    /// The root of the directory.
    pub const BASE: &str = "dc=thads,dc=test";
    /// Who may read without limits.
    pub const READER: &str = "cn=reader,dc=thads,dc=test";
    /// Somebody who gets no more than a few entries.
    pub const VISITOR: &str = "cn=visitor,dc=thads,dc=test";
    /// The password of both.
    pub const PASSWORD: &str = "Đọc-danh-bạ-1";

    /// So many numbered people to start a directory with.
    pub fn crowd(count: usize) -> String {
        let mut entries = String::new();
        for number in 0..count {
            let _ = writeln!(
                entries,
                "dn: uid=cb{number:05},{base}\nobjectClass: inetOrgPerson\nobjectClass: shadowAccount\n\
                 uid: cb{number:05}\ncn: Cán bộ {number}\nsn: Cán\nmail: cb{number:05}@moj.gov.vn\n\
                 createTimestamp: 20240105010203Z\npwdChangedTime: 20261001020304Z\nshadowExpire: -1\n",
                base = Self::BASE
            );
        }
        entries
    }

    /// Starts a directory that holds `entries` (LDIF, below [`Slapd::BASE`]).
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start(entries: &str) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("khien-slapd-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let path = folder.path();
        let certificate = certificate(path, ADDRESS)?;
        fs::create_dir(path.join("data")).map_err(|error| error.to_string())?;
        write(&path.join("slapd.conf"), &settings(&path.display().to_string()))?;
        write(&path.join("entries.ldif"), &format!("{}{entries}", first_entries()))?;
        let (settings, log) = (path.join("slapd.conf").display().to_string(), path.join("log"));
        run(Command::new("/usr/sbin/slapadd").args(["-q", "-f", &settings, "-l"]).arg(path.join("entries.ldif")))
            .map_err(|reason| format!("{reason} (Debian's package slapd is needed)"))?;
        let (port, tls_port) = (free_port()?, free_port()?);
        let urls = format!("ldap://{ADDRESS}:{port} ldaps://{ADDRESS}:{tls_port}");
        let held = Held::start("/usr/sbin/slapd", &["-d", "0", "-f", &settings, "-h", &urls], &log)?;
        wait_for(&format!("{ADDRESS}:{tls_port}"), &log)?;
        Ok(Self { port, tls_port, certificate, _held: held, _folder: folder })
    }
}

fn settings(folder: &str) -> String {
    let (base, reader, visitor) = (Slapd::BASE, Slapd::READER, Slapd::VISITOR);
    format!(
        r#"
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/pid
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "{base}"
directory {folder}/data
maxsize 268435456
dbnosync
overlay ppolicy
limits dn.exact="{reader}" size=unlimited time=unlimited
limits dn.exact="{visitor}" size=3 size.prtotal=3
access to attrs=userPassword by anonymous auth by * none
access to dn.base="" by * read
access to * by dn.exact="{reader}" read by dn.exact="{visitor}" read by anonymous auth
"#
    )
}

fn first_entries() -> String {
    let (base, reader, visitor, password) = (Slapd::BASE, Slapd::READER, Slapd::VISITOR, Slapd::PASSWORD);
    format!(
        "dn: {base}\nobjectClass: dcObject\nobjectClass: organization\ndc: thads\no: thads\n\n\
         dn: {reader}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: {password}\n\n\
         dn: {visitor}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: visitor\nuserPassword: {password}\n\n"
    )
}
