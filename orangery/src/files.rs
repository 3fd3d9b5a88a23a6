//! Files: stored once by the hash of their content, before the Work that names them.

use std::path::{Path, PathBuf};

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

    pub async fn read(&self, blob: &str) -> std::io::Result<Vec<u8>> {
        if blob.len() != 64 || !blob.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        tokio::fs::read(self.path(blob)).await
    }

    pub async fn remove(&self, blob: &str) -> std::io::Result<()> {
        match tokio::fs::remove_file(self.path(blob)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, blob: &str) -> PathBuf {
        self.folder.join(blob.get(..2).unwrap_or_default()).join(blob)
    }
}
