//! Whom to trust: the certificate authority whose fingerprint is in the token.
//!
//! At enrolment the agent knows the fingerprint only. It opens a connection on which nothing is said, takes the
//! certificate with that fingerprint out of what the server presents, and verifies the server's own certificate against
//! it: chain, dates and name. From then on the authority lies in `ca.pem`, and every connection is verified against it.

use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use khien_protocol::Digest;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::Problem;
use crate::server::Server;

/// How long the server may take to present its certificates.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);

/// How many certificates of a server are looked at.
const MAX_CERTIFICATES: usize = 8;

/// How many characters a line of PEM has.
const PEM_LINE: usize = 64;

/// What does the cryptography: `ring`, here and in every connection.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The authority that `server` comes from, which must have this fingerprint.
pub(crate) fn of_server(server: &Server, fingerprint: Digest) -> Result<CertificateDer<'static>, Problem> {
    let untrusted = |detail: String| Problem::Untrusted { server: server.to_string(), detail };
    let verifier = Arc::new(Pinned { fingerprint, provider: provider(), found: Mutex::default() });
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| untrusted(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::try_from(server.host().to_owned()).map_err(|error| untrusted(error.to_string()))?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|error| untrusted(error.to_string()))?;
    let mut stream = connect(server)?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut stream) {
            return Err(match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
                Some(inner) => untrusted(inner.to_string()),
                None => unreachable_server(server, &error),
            });
        }
    }
    connection.send_close_notify();
    // The server is not harmed when it does not hear the farewell.
    let _ = connection.complete_io(&mut stream);
    verifier.found().ok_or_else(|| untrusted("no certificate was presented".to_owned()))
}

fn connect(server: &Server) -> Result<TcpStream, Problem> {
    #[cfg(windows)]
    if let Some(proxy) = crate::proxy::of_system(server) {
        let mut stream = connect_to(server, &proxy.host, proxy.port)?;
        crate::proxy::Proxy::tunnel(&mut stream, server.host(), server.port())
            .map_err(|error| unreachable_server(server, &error))?;
        return Ok(stream);
    }
    connect_to(server, server.host(), server.port())
}

fn connect_to(server: &Server, host: &str, port: u16) -> Result<TcpStream, Problem> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| unreachable_server(server, &error))?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect_timeout(&address, HANDSHAKE_TIMEOUT) {
            Ok(stream) => {
                let bounded = stream
                    .set_read_timeout(Some(HANDSHAKE_TIMEOUT))
                    .and_then(|()| stream.set_write_timeout(Some(HANDSHAKE_TIMEOUT)));
                return bounded.map(|()| stream).map_err(|error| unreachable_server(server, &error));
            }
            Err(error) => last = error,
        }
    }
    Err(unreachable_server(server, &last))
}

fn unreachable_server(server: &Server, error: &io::Error) -> Problem {
    Problem::Unreachable { server: server.to_string(), detail: error.to_string() }
}

/// The authority in a file, which must have this fingerprint.
pub(crate) fn of_file(path: &Path, fingerprint: Digest) -> Result<CertificateDer<'static>, Problem> {
    let unusable = |detail: String| Problem::Authority { path: path.to_owned(), detail };
    let certificate = CertificateDer::from_pem_file(path).map_err(|error| unusable(error.to_string()))?;
    let found = Digest::of(&certificate);
    if found == fingerprint {
        Ok(certificate)
    } else {
        Err(Problem::OtherAuthority { path: path.to_owned(), found, wanted: fingerprint })
    }
}

/// The certificate that was stored.
pub(crate) fn of_pem(path: &Path, pem: &[u8]) -> Result<CertificateDer<'static>, Problem> {
    CertificateDer::from_pem_slice(pem)
        .map_err(|error| Problem::StateBroken { path: path.to_owned(), detail: error.to_string() })
}

/// A certificate in PEM.
pub(crate) fn to_pem(certificate: &CertificateDer<'_>) -> String {
    let text = STANDARD.encode(certificate);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % PEM_LINE == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// Trusts a server whose certificate comes from the authority with one fingerprint, and keeps that authority.
#[derive(Debug)]
struct Pinned {
    fingerprint: Digest,
    provider: Arc<CryptoProvider>,
    found: Mutex<Option<CertificateDer<'static>>>,
}

impl Pinned {
    fn found(&self) -> Option<CertificateDer<'static>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let presented = intermediates.iter().chain([end_entity]).take(MAX_CERTIFICATES);
        let authority = presented
            .into_iter()
            .find(|certificate| Digest::of(certificate) == self.fingerprint)
            .ok_or(Error::InvalidCertificate(CertificateError::UnknownIssuer))?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?;
        let verified = verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(authority.clone().into_owned());
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
