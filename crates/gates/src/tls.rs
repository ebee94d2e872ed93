//! TLS at a gate: a certificate and its key out of PEM files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why there is no TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsProblem {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, for a technician; nothing when there is no certificate in it.
    pub detail: Option<String>,
}

/// What a gate shows of itself: the certificates in `certificate`, its own first, and the key in `key`.
///
/// # Errors
///
/// A file that cannot be read, holds none, or does not fit the other one.
pub fn server_config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsProblem> {
    let problem = |path: &Path, detail: Option<String>| TlsProblem { path: path.to_owned(), detail };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| problem(certificate, Some(error.to_string())))?;
    if chain.is_empty() {
        return Err(problem(certificate, None));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| problem(key, Some(error.to_string())))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map(Arc::new)
        .map_err(|error| problem(certificate, Some(error.to_string())))
}
