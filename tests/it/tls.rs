//! TLS in front of a plain HTTP server on the loopback address, with its own certificate authority.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Terminates TLS and forwards everything. Dropping it stops it.
pub struct TlsFront {
    /// `https://127.0.0.1:PORT`, without a slash at the end.
    pub url: String,
    /// The certificate authority, PEM.
    pub ca_pem: String,
    accepting: JoinHandle<()>,
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl TlsFront {
    /// Starts in front of `http://HOST:PORT`.
    pub async fn start(behind: &str) -> Self {
        Self::named(behind, &["127.0.0.1"]).await
    }

    /// Starts in front of `http://HOST:PORT`, as hosts of these names.
    pub async fn named(behind: &str, names: &[&str]) -> Self {
        let (acceptor, ca_pem) = acceptor(names);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        let behind = behind.trim_start_matches("http://").to_owned();
        let accepting = tokio::spawn(async move {
            while let Ok((outer, _)) = listener.accept().await {
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    // A client that doesn't trust the certificate closes the connection.
                    let Ok(mut outer) = acceptor.accept(outer).await else { return };
                    let Ok(mut inner) = TcpStream::connect(behind).await else { return };
                    let _ = copy_bidirectional(&mut outer, &mut inner).await;
                });
            }
        });
        Self { url, ca_pem, accepting }
    }
}

/// The TLS acceptor for these names, and the certificate of its authority.
fn acceptor(names: &[&str]) -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let ca_pem = authority.self_signed(&authority_key).expect("signed").pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let params =
        CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
            .expect("names");
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("they fit together");
    (TlsAcceptor::from(Arc::new(config)), ca_pem)
}
