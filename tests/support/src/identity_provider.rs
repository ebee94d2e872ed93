//! A real OpenID Connect provider (`tests/peers/identity-provider.mjs`).

use crate::peer::{Peer, node};

/// A provider that takes any name as a login. The account NAME has `sub` NAME and the address NAME@example.gov.vn, verified
/// unless NAME begins with `unverified`. It demands PKCE.
#[derive(Debug)]
pub struct IdentityProvider {
    /// Where it is, as its tokens say.
    pub issuer: String,
    /// The one client that it knows.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: String,
    _running: Peer,
}

impl IdentityProvider {
    /// Starts a provider that sends people back to this address.
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start(redirect_uri: &str) -> Result<Self, String> {
        let mut peer = Peer::start(node("identity-provider.mjs")?.arg(redirect_uri))?;
        let mut next = || peer.line().map_err(|reason| format!("the identity provider: {reason}"));
        let (issuer, client_id, client_secret) = (next()?, next()?, next()?);
        Ok(Self { issuer, client_id, client_secret, _running: peer })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn it_describes_itself_where_openid_connect_says() {
        let provider = match IdentityProvider::start("http://127.0.0.1:9/callback") {
            Ok(provider) => provider,
            Err(reason) => return eprintln!("SKIPPED: {reason}"),
        };
        let address = provider.issuer.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        let request = format!("GET /.well-known/openid-configuration HTTP/1.0\r\nHost: {address}\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(&format!("\"issuer\":\"{}\"", provider.issuer)), "{answer}");
    }
}
