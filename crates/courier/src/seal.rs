//! Secrets at rest: what `webhooks.secret` and `webhooks.basic_password` hold is sealed with the instance key.
//!
//! A sealed value is a random 12 byte nonce followed by the ChaCha20-Poly1305 ciphertext, so that equal secrets look
//! different and a changed byte is noticed.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};

const NONCE: usize = 12;

/// Seals and opens secrets with one key.
#[derive(Clone)]
pub struct Seal {
    cipher: ChaCha20Poly1305,
}

/// The sealed value was made with another key, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the secret does not open with this instance key")
    }
}

impl std::error::Error for Broken {}

impl Seal {
    pub fn new(key: [u8; 32]) -> Self {
        Self { cipher: ChaCha20Poly1305::new(&key.into()) }
    }

    /// Panics when the operating system has no randomness to give: nothing safe can be done then.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).expect("the operating system gives random bytes");
        let sealed = self.cipher.encrypt(&nonce.into(), plain).expect("a secret is short enough to be sealed");
        [&nonce[..], &sealed].concat()
    }

    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Broken)?;
        self.cipher.decrypt(&(*nonce).into(), sealed).map_err(|_| Broken)
    }

    /// The key kept in `path` as 64 hex digits. Where there is no such file, one is made that only its owner may read.
    pub fn key_from_file(path: &Path) -> io::Result<[u8; 32]> {
        match fs::File::open(path) {
            Ok(file) => read_key(file, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(path),
            Err(error) => Err(error),
        }
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

fn read_key(file: fs::File, path: &Path) -> io::Result<[u8; 32]> {
    let mut text = String::new();
    file.take(1024).read_to_string(&mut text)?;
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key).map_err(|_| {
        let why = format!("{} does not hold a key: 64 hex digits are expected", path.display());
        io::Error::new(io::ErrorKind::InvalidData, why)
    })?;
    Ok(key)
}

/// Written under a name of its own and linked into place, so that two processes starting at once agree on one key and
/// a crash leaves no half of one.
fn make_key(path: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let draft = Path::new(&draft);
    let _ = fs::remove_file(draft);

    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(hex::encode(key).as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let linked = fs::hard_link(draft, path);
    fs::remove_file(draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_key(fs::File::open(path)?, path),
        Err(error) => Err(error),
        Ok(()) => {
            if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
                fs::File::open(folder)?.sync_all()?;
            }
            Ok(key)
        }
    }
}
