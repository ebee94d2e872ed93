//! TLS: certificates from files, or an authority of the server's own.
//!
//! The own authority is made once and lies in `tls/` of the data folder; agents pin it, so it stays. The server's own
//! certificate is made anew when its end comes near or when the server gets another name.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khien_protocol::Digest;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::secrets;

/// How long the own authority is good.
const AUTHORITY_TIME: SignedDuration = SignedDuration::from_hours(24 * 365 * 10);
/// How long a certificate of the server is good: systems refuse what is good for much longer than a year.
const CERTIFICATE_TIME: SignedDuration = SignedDuration::from_hours(24 * 365);
/// How long before its end a certificate is made anew.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 60);
/// Clocks differ: a certificate is good a little before it was made.
const BACKDATED: SignedDuration = SignedDuration::from_hours(24);
/// How many letters of chance stand in the name of an authority, so that two can be told apart.
const NAME_LETTERS: usize = 8;

/// What a listener with TLS needs.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// For the listener.
    pub config: Arc<ServerConfig>,
    /// The SHA-256 of the certificate of the authority (DER).
    pub authority: Digest,
    /// Where the certificate of the authority lies (PEM).
    pub authority_path: PathBuf,
}

/// Why there is no TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsProblem {
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// In the words of the system.
        detail: String,
    },
    /// A file holds no certificate or no key.
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// A certificate cannot be made.
    Making {
        /// Why.
        detail: String,
    },
}

impl std::fmt::Display for TlsProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, detail } | Self::Unusable { path, detail } => {
                write!(formatter, "{}: {detail}", path.display())
            }
            Self::Making { detail } => formatter.write_str(detail),
        }
    }
}

/// What was made, beside the files: read again to know when to make anew without taking certificates apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    authority_name: String,
    authority_until: Timestamp,
    names: Vec<String>,
    until: Option<Timestamp>,
}

/// The certificates that `settings` ask for, made when they must be.
pub fn certificates(settings: &Settings, now: Timestamp) -> Result<Certificates, TlsProblem> {
    let tls = &settings.tls;
    if let (Some(certificate), Some(key), Some(authority)) = (&tls.certificate, &tls.key, &tls.authority) {
        return of_files(certificate, key, authority);
    }
    let folder = settings.data.join("tls");
    own(&folder, &names(settings), now)?;
    of_files(&folder.join("server.pem"), &folder.join("server.key"), &folder.join("ca.pem"))
}

/// Names and addresses by which this server may be reached.
fn names(settings: &Settings) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(crate::config::host_name());
    let listening = settings.https.map(|address| address.ip()).filter(|address| !address.is_unspecified());
    names.extend(listening.or_else(own_address).map(|address| address.to_string()));
    names.extend(settings.public_url.as_deref().and_then(host_of).map(str::to_owned));
    names.extend(settings.tls.names.iter().cloned());
    names.sort();
    names.dedup();
    names
}

/// The host of an address like `https://khien.example.vn:8443`.
fn host_of(url: &str) -> Option<&str> {
    let (_, authority) = url.split_once("://")?;
    match authority.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => authority.split(':').next(),
    }
}

/// The address by which this machine goes out. Nothing is sent: only the way is looked up.
fn own_address() -> Option<std::net::IpAddr> {
    // An address that is set aside for documentation: it is outside every local network.
    const ELSEWHERE: (std::net::Ipv4Addr, u16) = (std::net::Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = std::net::UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_unspecified())
}

/// Makes what is missing or near its end in `folder`.
fn own(folder: &Path, names: &[String], now: Timestamp) -> Result<(), TlsProblem> {
    fs::create_dir_all(folder).map_err(|error| file(folder, &error))?;
    let made_path = folder.join("made.json");
    let known = read_made(&made_path)?;
    let made = match known {
        Some(made) => made,
        None => new_authority(folder, now)?,
    };
    let renew_at = made.until.and_then(|until| until.checked_sub(RENEW_BEFORE).ok());
    let is_good = made.names == names && renew_at.is_some_and(|renew_at| now < renew_at);
    if is_good && folder.join("server.pem").exists() && folder.join("server.key").exists() {
        return Ok(());
    }
    let until = after(now, CERTIFICATE_TIME).min(made.authority_until);
    new_certificate(folder, &made.authority_name, names, now, until)?;
    let made = Made { names: names.to_vec(), until: Some(until), ..made };
    write(&made_path, &json(&made)?, PUBLIC)
}

fn json(made: &Made) -> Result<String, TlsProblem> {
    serde_json::to_string_pretty(made).map_err(|error| TlsProblem::Making { detail: error.to_string() })
}

fn read_made(path: &Path) -> Result<Option<Made>, TlsProblem> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| TlsProblem::Unusable { path: path.to_owned(), detail: error.to_string() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file(path, &error)),
    }
}

/// What a certificate of our own authority says of itself.
fn authority_parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

fn new_authority(folder: &Path, now: Timestamp) -> Result<Made, TlsProblem> {
    let chance = secrets::fresh().map_err(|trouble| TlsProblem::Making { detail: trouble.to_string() })?;
    let letters = chance.chars().filter(char::is_ascii_alphanumeric).take(NAME_LETTERS);
    let authority_name = format!("Khien {}", letters.collect::<String>());
    let authority_until = after(now, AUTHORITY_TIME);
    let key = KeyPair::generate().map_err(|error| making(&error))?;
    let mut parameters = authority_parameters(&authority_name);
    good(&mut parameters, before(now), authority_until);
    let certificate = parameters.self_signed(&key).map_err(|error| making(&error))?;
    // The key first: without it the certificate would be of no use, and nothing would ever replace it.
    write(&folder.join("ca.key"), &key.serialize_pem(), SECRET)?;
    write(&folder.join("ca.pem"), &certificate.pem(), PUBLIC)?;
    let made = Made { authority_name, authority_until, names: Vec::new(), until: None };
    write(&folder.join("made.json"), &json(&made)?, PUBLIC)?;
    Ok(made)
}

fn new_certificate(
    folder: &Path,
    authority_name: &str,
    names: &[String],
    now: Timestamp,
    until: Timestamp,
) -> Result<(), TlsProblem> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| file(&folder.join(name), &error));
    let authority_key = KeyPair::from_pem(&read("ca.key")?)
        .map_err(|error| TlsProblem::Unusable { path: folder.join("ca.key"), detail: error.to_string() })?;
    let issuer = Issuer::new(authority_parameters(authority_name), authority_key);
    let mut parameters = CertificateParams::new(names).map_err(|error| making(&error))?;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, "Khien");
    good(&mut parameters, before(now), until);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(|error| making(&error))?;
    let certificate = parameters.signed_by(&key, &issuer).map_err(|error| making(&error))?;
    // The authority's certificate goes along: an agent that knows its fingerprint only finds it there.
    let chain = format!("{}{}", certificate.pem(), read("ca.pem")?);
    write(&folder.join("server.key"), &key.serialize_pem(), SECRET)?;
    write(&folder.join("server.pem"), &chain, PUBLIC)
}

/// What a listener needs, out of three files.
fn of_files(certificate: &Path, key: &Path, authority: &Path) -> Result<Certificates, TlsProblem> {
    let read = |path: &Path| fs::read(path).map_err(|error| file(path, &error));
    let unusable = |path: &Path, detail: String| TlsProblem::Unusable { path: path.to_owned(), detail };
    let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(&read(certificate)?).collect();
    let mut chain = chain.map_err(|error| unusable(certificate, error.to_string()))?;
    let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| unusable(key, error.to_string()))?;
    let root = CertificateDer::from_pem_slice(&read(authority)?)
        .map_err(|error| unusable(authority, error.to_string()))?
        .into_owned();
    let digest = Digest::of(&root);
    if !chain.contains(&root) {
        chain.push(root);
    }
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(certificate, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private);
    let mut config = config.map_err(|error| unusable(certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Certificates { config: Arc::new(config), authority: digest, authority_path: authority.to_owned() })
}

fn after(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.checked_add(time).unwrap_or(Timestamp::MAX)
}

fn before(now: Timestamp) -> Timestamp {
    now.checked_sub(BACKDATED).unwrap_or(now)
}

/// Says from when to when a certificate is good, in whole days.
fn good(parameters: &mut CertificateParams, from: Timestamp, until: Timestamp) {
    let [from, until] = [from, until].map(|moment| {
        let date = moment.to_zoned(TimeZone::UTC).date();
        let (month, day) = (u8::try_from(date.month()).unwrap_or(1), u8::try_from(date.day()).unwrap_or(1));
        date_time_ymd(i32::from(date.year()), month, day)
    });
    parameters.not_before = from;
    parameters.not_after = until;
}

fn making(error: &rcgen::Error) -> TlsProblem {
    TlsProblem::Making { detail: error.to_string() }
}

fn file(path: &Path, error: &io::Error) -> TlsProblem {
    TlsProblem::File { path: path.to_owned(), detail: error.to_string() }
}

/// The mode of a file that everybody may read.
const PUBLIC: u32 = 0o644;
/// The mode of a file for the server alone.
const SECRET: u32 = 0o600;

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsProblem> {
    let beside = path.with_extension("new");
    // What a stopped attempt left behind may have other rights.
    let _ = fs::remove_file(&beside);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options
        .open(&beside)
        .and_then(|mut opened| opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(data: &Path) -> Settings {
        Settings { data: data.to_owned(), ..Settings::default() }
    }

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().expect("a timestamp")
    }

    fn read(data: &Path, name: &str) -> String {
        fs::read_to_string(data.join("tls").join(name)).expect("the file is there")
    }

    #[test]
    fn the_authority_stays_and_certificates_are_renewed_before_their_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = certificates(&settings(folder.path()), now()).expect("certificates");
        let certificate = read(folder.path(), "server.pem");
        let again = certificates(&settings(folder.path()), now()).expect("certificates");
        assert_eq!(again.authority, first.authority);
        assert_eq!(read(folder.path(), "server.pem"), certificate);
        let due = after(now(), CERTIFICATE_TIME).checked_sub(RENEW_BEFORE).expect("in range");
        certificates(&settings(folder.path()), due - SignedDuration::from_secs(1)).expect("certificates");
        assert_eq!(read(folder.path(), "server.pem"), certificate);
        let renewed = certificates(&settings(folder.path()), due).expect("certificates");
        assert_ne!(read(folder.path(), "server.pem"), certificate);
        assert_eq!(renewed.authority, first.authority);
    }

    #[test]
    fn another_name_gives_another_certificate() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = certificates(&settings(folder.path()), now()).expect("certificates");
        let certificate = read(folder.path(), "server.pem");
        let mut named = settings(folder.path());
        named.tls.names = vec!["khien.example.vn".to_owned()];
        let second = certificates(&named, now()).expect("certificates");
        assert_ne!(read(folder.path(), "server.pem"), certificate);
        assert_eq!(second.authority, first.authority);
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_for_the_server_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        certificates(&settings(folder.path()), now()).expect("certificates");
        for key in ["ca.key", "server.key"] {
            let mode = fs::metadata(folder.path().join("tls").join(key)).expect("the key").permissions().mode();
            assert_eq!(mode & 0o777, SECRET, "{key}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.pem");
        fs::write(&path, "nothing").expect("written");
        let mut given = settings(folder.path());
        given.tls.certificate = Some(path.clone());
        given.tls.key = Some(path.clone());
        given.tls.authority = Some(path.clone());
        let problem = certificates(&given, now()).expect_err("no certificate");
        assert!(matches!(&problem, TlsProblem::Unusable { path: named, .. } if *named == path), "{problem:?}");
    }

    #[test]
    fn the_host_of_an_address_is_found() {
        assert_eq!(host_of("https://khien.example.vn:8443"), Some("khien.example.vn"));
        assert_eq!(host_of("https://[::1]:8443"), Some("::1"));
        assert_eq!(host_of("https://10.0.0.5"), Some("10.0.0.5"));
    }
}
