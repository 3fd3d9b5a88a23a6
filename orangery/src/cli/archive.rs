//! A .tar.gz that only its owner may read: what backups and exports are. It stands under its name when it is whole, or not at all.

pub mod about;
mod bar;
pub mod load;
mod read;
pub mod row;
pub mod secret;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use tar::{Builder, Header};

pub use bar::bar;

pub struct Archive {
    tar: Builder<GzEncoder<File>>,
    path: PathBuf,
    draft: PathBuf,
    done: bool,
}

impl Archive {
    /// Refuses to write over a file that is there.
    pub fn create(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("{} can't be written: {error}", path.display());
        if path.exists() {
            return Err(format!("{} is there already; nothing was written", path.display()));
        }
        let draft = beside(path, "part");
        let file = private(&draft).map_err(failed)?;
        let tar = Builder::new(GzEncoder::new(file, Compression::default()));
        Ok(Self { tar, path: path.to_owned(), draft, done: false })
    }

    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.add(name, bytes.len() as u64, bytes)
    }

    pub fn add_file(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        self.add(name, size, file)
    }

    /// All stored files below `folder`, as `files/ab/abcd…`; answers how many.
    pub fn add_files(&mut self, folder: &Path) -> io::Result<u64> {
        let mut count = 0;
        for (name, path) in stored(folder)? {
            match self.add_file(&format!("files/{}/{name}", &name[..2]), &path) {
                Ok(()) => count += 1,
                // Somebody was erased meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Adds what `write` writes, which may be long.
    pub fn add_written(&mut self, name: &str, draft: &Path) -> io::Result<()> {
        self.add_file(name, draft)?;
        fs::remove_file(draft)
    }

    fn add(&mut self, name: &str, size: u64, content: impl io::Read) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        // When it was made, the first entry tells: the same content is to be the same bytes.
        header.set_mtime(0);
        self.tar.append_data(&mut header, name, content)
    }

    pub fn finish(mut self) -> io::Result<u64> {
        self.tar.finish()?;
        let zipped = self.tar.get_mut();
        zipped.try_finish()?;
        let file = zipped.get_mut();
        file.flush()?;
        file.sync_all()?;
        let size = file.metadata()?.len();
        fs::rename(&self.draft, &self.path)?;
        self.done = true;
        Ok(size)
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.draft);
        }
    }
}

/// The stored files below a folder, by name; drafts and strangers are passed over.
pub fn stored(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let Ok(shelves) = fs::read_dir(folder) else { return Ok(found) };
    for shelf in shelves {
        let shelf = shelf?.path();
        if !shelf.is_dir() {
            continue;
        }
        for file in fs::read_dir(shelf)? {
            let file = file?;
            if let Some(name) = file.file_name().to_str()
                && is_blob(name)
            {
                found.push((name.to_owned(), file.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether that is the name of a stored file: its SHA-256 in hex.
pub fn is_blob(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// A new file that only its owner may read; one that was left behind goes.
pub fn private(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// `path` with something appended to its name.
pub fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{what}"));
    PathBuf::from(name)
}

/// A size as people say it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} KB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
