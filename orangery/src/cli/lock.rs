//! One server per folder: a SQLite database has one, and whoever moves it wants it for itself.

use std::{fs::File, path::Path};

use super::opened::make_folder;

/// Held until it is dropped, or the process ends in whatever way.
pub struct Lock {
    _file: File,
}

impl Lock {
    pub fn take(data: &Path) -> Result<Self, String> {
        make_folder(data)?;
        let path = data.join("orangery.lock");
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(format!(
                "an orangery server is running on {}; stop it first, or give this one another --data",
                data.display()
            )),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
