//! ICAP within TLS.

use std::sync::Arc;

use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use crate::support::{BLOCKED, Running, Setup, read_until, reqmod};

#[tokio::test]
async fn icap_within_tls() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let running = Running::icap_with_tls(&Setup::default(), Some(Arc::new(server))).await;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, running.connect().await).await.unwrap();
    stream.write_all(&reqmod("khien", "", "a.doc", BLOCKED.as_bytes())).await.unwrap();
    let answer = read_until(&mut stream, "</html>").await;
    assert!(answer.contains("X-Infection-Found") && answer.contains("403 Forbidden"), "{answer}");

    // Who does not speak TLS learns nothing.
    let mut plain = running.connect().await;
    plain.write_all(b"OPTIONS /khien ICAP/1.0\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.windows(4).any(|window| window == b"ICAP"));
}
