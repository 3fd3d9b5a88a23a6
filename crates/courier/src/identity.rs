//! Who the courier is to an endpoint that asks for a client certificate (mTLS): a chain and its key, from PEM.

use std::sync::{Arc, OnceLock};

use rustls::{
    Error, InconsistentKeys,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use crate::transport::{Http, Transport};

/// More than any chain that is shown needs.
const MAX_PEM: usize = 32 * 1024;
const MAX_CHAIN: usize = 10;

/// A chain with its key, and the connections that were made in its name: nobody else's requests go over them.
pub struct Identity {
    certified: Arc<CertifiedKey>,
    http: OnceLock<Http>,
}

impl Identity {
    pub(crate) fn http(&self, transport: &Transport) -> &Http {
        self.http.get_or_init(|| transport.http(Some(self.certified.clone())))
    }
}

/// Which of the two is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Certificate(String),
    Key(String),
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Certificate(why) => write!(f, "the client certificate {why}"),
            Self::Key(why) => write!(f, "the client key {why}"),
        }
    }
}

/// Reads both and sees that they belong together. The errors repeat nothing of the key.
pub fn read(certificate: &str, key: &str) -> Result<Identity, Wrong> {
    let chain = chain(certificate).map_err(Wrong::Certificate)?;
    let key = private_key(key).map_err(Wrong::Key)?;
    let provider = ring::default_provider();
    let key = provider.key_provider.load_private_key(key).map_err(|_| Wrong::Key(UNKNOWN_KEY.into()))?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(Identity { certified: Arc::new(certified), http: OnceLock::new() }),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(Wrong::Key("does not belong to the first certificate".into()))
        }
        Err(_) => Err(Wrong::Certificate("is not a certificate that can be read".into())),
    }
}

const UNKNOWN_KEY: &str = "is not an RSA, ECDSA or Ed25519 key that can be used";

/// The certificate of the courier first, then those that vouch for it.
fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    short(pem)?;
    // It is shown to who may see the endpoint; a key isn't.
    if pem.contains("PRIVATE KEY") {
        return Err("must hold certificates only: the key has a place of its own".into());
    }
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err("must be PEM: it holds no -----BEGIN CERTIFICATE-----".into()),
        Ok(chain) if chain.len() > MAX_CHAIN => Err(format!("must hold at most {MAX_CHAIN} certificates")),
        Ok(chain) => Ok(chain),
        Err(_) => Err("is not valid PEM".into()),
    }
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, String> {
    short(pem)?;
    if pem.contains("ENCRYPTED") {
        return Err("must not be locked with a passphrase".into());
    }
    let mut keys = PrivateKeyDer::pem_slice_iter(pem.as_bytes());
    match (keys.next(), keys.next()) {
        (Some(Ok(key)), None) => Ok(key),
        (None, _) => Err("must be PEM: it holds no -----BEGIN PRIVATE KEY-----".into()),
        (Some(Ok(_)), Some(_)) => Err("must hold one key".into()),
        (Some(Err(_)), _) => Err("is not valid PEM".into()),
    }
}

fn short(pem: &str) -> Result<(), String> {
    if pem.len() > MAX_PEM { Err(format!("must be at most {MAX_PEM} characters")) } else { Ok(()) }
}
