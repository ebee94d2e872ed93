//! Whom we trust to be the directory.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::settings::{Authorities, SettingsProblem};

/// The certificates that are trusted.
pub(super) fn roots(authorities: &Authorities) -> Result<RootCertStore, SettingsProblem> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Authorities::System => {
            // What cannot be read is not trusted; the connection then says so.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Authorities::Pem(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|_| SettingsProblem::Certificate)?;
                roots.add(certificate).map_err(|_| SettingsProblem::Certificate)?;
            }
            if roots.is_empty() {
                return Err(SettingsProblem::Certificate);
            }
        }
    }
    Ok(roots)
}

/// TLS with these certificates, by ring: another provider may be the process's default.
pub(super) fn config(roots: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}
