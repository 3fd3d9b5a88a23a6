//! TLS to PostgreSQL, as the address asks for it by `sslmode`, with the meanings that libpq gives the words:
//!
//! | `sslmode` | encrypted | the certificate |
//! |---|---|---|
//! | none, `disable` | no | |
//! | `prefer` | if the server can | is not looked at |
//! | `require` | yes | is not looked at, unless there is a `sslrootcert` |
//! | `verify-ca` | yes | must be of a known authority |
//! | `verify-full` | yes | must be of a known authority, and of the host that was called |
//!
//! Known are the authorities of the system, or those in the file `sslrootcert`.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::chain;
use crate::{Error, Result};

/// What makes connections secure, if they are to be.
#[derive(Clone)]
pub(crate) struct Tls {
    pub mode: SslMode,
    connector: MakeRustlsConnect,
}

impl Tls {
    /// From the words of the address.
    pub(crate) fn new(mode: Option<&str>, roots: Option<&str>) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| refused(&error))?.dangerous();
        let known = || Ok::<_, Error>(Arc::new(self::roots(roots)?));
        let unlooked = || Arc::new(Verifier { provider: provider.clone(), chain: None });
        let (mode, verifier): (SslMode, Arc<dyn ServerCertVerifier>) = match mode {
            None | Some("disable") => (SslMode::Disable, unlooked()),
            Some("prefer") => (SslMode::Prefer, unlooked()),
            Some("require") if roots.is_none() => (SslMode::Require, unlooked()),
            Some("require" | "verify-ca") => {
                let chain = Some(webpki(known()?, &provider)?);
                (SslMode::Require, Arc::new(Verifier { provider: provider.clone(), chain }))
            }
            Some("verify-full") => (SslMode::Require, webpki(known()?, &provider)?),
            Some(other) => {
                let words = "disable, prefer, require, verify-ca or verify-full";
                return Err(Error::Database(format!("sslmode={other}: it is {words}")));
            }
        };
        let config = builder.with_custom_certificate_verifier(verifier).with_no_client_auth();
        Ok(Self { mode, connector: MakeRustlsConnect::new(config) })
    }

    pub(crate) fn connector(&self) -> MakeRustlsConnect {
        self.connector.clone()
    }
}

fn webpki(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build().map_err(|error| refused(&error))
}

fn roots(file: Option<&str>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let wrong = |error: &dyn std::error::Error| Error::Database(format!("sslrootcert={file}: {}", chain(error)));
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))? {
        roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
    }
    Ok(roots)
}

fn refused(error: &dyn std::error::Error) -> Error {
    Error::Unavailable(format!("TLS: {}", chain(error)))
}

/// Looks at the chain, or not even at that, but never at the name.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    chain: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is what is looked at last.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
