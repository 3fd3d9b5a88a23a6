//! Files: stored once by the hash of their content, before the Work that names them.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Stores `content` and returns its blob name, the SHA-256 in hex. The file is whole under its name or not there at all.
    pub async fn store(&self, content: &[u8]) -> std::io::Result<String> {
        let blob = hex::encode(Sha256::digest(content));
        let path = self.path(&blob);
        if tokio::fs::try_exists(&path).await? {
            // As good as new: the sweep is to leave it alone until a row names it.
            let _ = touch(path).await;
            return Ok(blob);
        }
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let mut suffix = [0_u8; 8];
        getrandom::fill(&mut suffix).map_err(std::io::Error::other)?;
        let draft = path.with_extension(hex::encode(suffix));
        tokio::fs::write(&draft, content).await?;
        tokio::fs::File::open(&draft).await?.sync_all().await?;
        tokio::fs::rename(&draft, &path).await?;
        Ok(blob)
    }

    /// The file and its length.
    pub async fn open(&self, blob: &str) -> std::io::Result<(tokio::fs::File, u64)> {
        if !is_blob(blob) {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        let file = tokio::fs::File::open(self.path(blob)).await?;
        let length = file.metadata().await?.len();
        Ok((file, length))
    }

    pub async fn read(&self, blob: &str) -> std::io::Result<Vec<u8>> {
        if !is_blob(blob) {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        tokio::fs::read(self.path(blob)).await
    }

    pub async fn has(&self, blob: &str) -> std::io::Result<bool> {
        tokio::fs::try_exists(self.path(blob)).await
    }

    /// Takes the file away so that it can be put back: nobody finds it meanwhile. Nothing where it isn't there.
    pub async fn set_aside(&self, blob: &str) -> std::io::Result<Option<PathBuf>> {
        let mut suffix = [0_u8; 8];
        getrandom::fill(&mut suffix).map_err(std::io::Error::other)?;
        let path = self.path(blob);
        let aside = path.with_extension(format!("{ASIDE}{}", hex::encode(suffix)));
        match tokio::fs::rename(&path, &aside).await {
            Ok(()) => Ok(Some(aside)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts back what was set aside, unless it is there again.
    pub async fn put_back(&self, blob: &str, aside: &Path) -> std::io::Result<()> {
        match self.has(blob).await? {
            true => tokio::fs::remove_file(aside).await,
            false => tokio::fs::rename(aside, self.path(blob)).await,
        }
    }

    /// What lies in the folder and has not been touched since `before`.
    pub async fn lying(&self, before: SystemTime) -> std::io::Result<Vec<Lying>> {
        let folder = self.folder.clone();
        let listed = tokio::task::spawn_blocking(move || lying(&folder, before));
        listed.await.map_err(std::io::Error::other)?
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, blob: &str) -> PathBuf {
        self.folder.join(blob.get(..2).unwrap_or_default()).join(blob)
    }
}

/// How the ending of a file begins that was set aside.
const ASIDE: &str = "aside-";

/// Something in the folder.
#[derive(Debug, Clone, PartialEq)]
pub enum Lying {
    Blob(String),
    /// Set aside by somebody who did not come back.
    Aside {
        blob: String,
        path: PathBuf,
    },
    /// Begun and never finished.
    Draft(PathBuf),
}

fn is_blob(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|it| it.is_ascii_hexdigit())
}

fn lying(folder: &Path, before: SystemTime) -> std::io::Result<Vec<Lying>> {
    let mut found = Vec::new();
    let shelves = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        shelves => shelves?,
    };
    for shelf in shelves {
        let shelf = shelf?.path();
        if !shelf.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(shelf)? {
            let file = file?;
            // What is gone meanwhile is gone.
            let is_old = file.metadata().and_then(|it| it.modified()).is_ok_and(|it| it < before);
            let path = file.path();
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            match name.split_once('.') {
                _ if !is_old => {}
                None if is_blob(name) => found.push(Lying::Blob(name.to_owned())),
                Some((blob, rest)) if is_blob(blob) && rest.starts_with(ASIDE) => {
                    found.push(Lying::Aside { blob: blob.to_owned(), path: path.clone() });
                }
                Some((blob, _)) if is_blob(blob) => found.push(Lying::Draft(path.clone())),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The age of a file is told by the clock of its file system, which is the operating system's.
#[expect(clippy::disallowed_methods, reason = "no Work's time: only how old a file is")]
async fn touch(path: PathBuf) -> std::io::Result<()> {
    let touched = tokio::task::spawn_blocking(move || {
        std::fs::File::options().append(true).open(path)?.set_modified(SystemTime::now())
    });
    touched.await.map_err(std::io::Error::other)?
}

/// A day before now, by the same clock.
#[expect(clippy::disallowed_methods, reason = "no Work's time: only how old a file is")]
pub fn a_day_ago() -> SystemTime {
    SystemTime::now() - Duration::from_secs(24 * 60 * 60)
}
