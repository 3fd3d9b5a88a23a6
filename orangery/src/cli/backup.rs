//! `orangery backup` and `orangery restore`: database, files and instance key, together in one file.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sql::{Dialect, Pool};

use super::{
    Done, House,
    archive::{self, Archive},
    carry::{carry, is_ours},
    move_to::carry_into,
    opened::{Place, make_folder, open_pool, system_clock},
    out::{self, words},
};
use crate::{hooks::sequencer, schema::MIGRATIONS};

const MANIFEST: &str = "backup.json";
const DATABASE: &str = "orangery.db";
const KEY: &str = "instance.key";

/// Writes database, files and instance key into one file, while the house is open
///
/// The file holds everything, the key that opens the stored secrets included: keep it as you keep the data. The database in it is SQLite's, as it was at
/// one moment, also where the house is on PostgreSQL: of a large one, pg_dump is the faster backup.
#[derive(Args)]
#[command(after_help = "Example: orangery backup /backups/orangery-$(date +%F).tar.gz")]
pub struct Backup {
    /// The .tar.gz to be written; one that is there is never written over
    file: PathBuf,
    /// Say what was written as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

/// Puts a backup back, into a folder that is empty or not there
///
/// With --database-url its rows are carried into that PostgreSQL database, which has to be empty, wherever the backup came from.
#[derive(Args)]
#[command(after_help = "Example: orangery restore /backups/orangery-2026-08-22.tar.gz --data ./orangery-data")]
pub struct Restore {
    file: PathBuf,
    /// Say what was put back as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Backup {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        let pool = place.existing().await?;
        let failed = |error: io::Error| format!("{} can't be written: {error}", self.file.display());
        let mut archive = Archive::create(&self.file)?;
        let database = if place.is_sqlite() { "sqlite" } else { "postgres" };
        let about = json!({
            "orangery": env!("CARGO_PKG_VERSION"), "made_at": system_clock().to_string(), "database": database,
        });
        archive.add_bytes(MANIFEST, format!("{about}\n").as_bytes()).map_err(failed)?;
        // The database first: a file is stored before the row that names it, so that every file named there is there too.
        let copy = Copy::make(&place)?;
        copy.fill(&pool).await.map_err(|error| format!("the database can't be copied: {error}"))?;
        archive.add_file(DATABASE, &copy.file()).map_err(failed)?;
        archive.add_file(KEY, &place.key_file()).map_err(|error| format!("{KEY}: {error}"))?;
        let files = archive.add_files(&place.files_folder()).map_err(failed)?;
        let size = archive.finish().map_err(failed)?;

        let file = self.file.display().to_string();
        if self.json {
            out::line(json!({"file": file, "size": size, "files": files, "database": database}));
            return Ok(());
        }
        out::line(format!("{file}: database, instance key and {files} files, {}", archive::size(size)));
        Ok(())
    }
}

/// A copy of the database in a folder that only we look into, gone when we are done.
struct Copy {
    folder: PathBuf,
    /// Held for as long as the process lives: a copy that nobody holds was left by one that was broken off.
    _lock: File,
}

const COPIES: &str = ".backup-";

impl Copy {
    fn make(place: &Place) -> Result<Self, String> {
        remove_abandoned(&place.data).map_err(|error| format!("{}: {error}", place.data.display()))?;
        let folder = place.data.join(format!("{COPIES}{}", std::process::id()));
        if folder.exists() {
            return Err(format!("another backup is being made in {}", folder.display()));
        }
        make_folder(&folder)?;
        let lock = lock_file(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        lock.try_lock().map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder, _lock: lock })
    }

    fn file(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// The database at one moment, while others write.
    async fn fill(&self, pool: &Pool) -> Result<(), String> {
        if pool.dialect() == Dialect::Sqlite {
            return pool.backup(&self.file()).await.map_err(words);
        }
        is_ours(pool).await?;
        let carried = open_pool(&format!("sqlite:{}", self.folder.join("carried.db").display())).await?;
        carried.migrate(MIGRATIONS).await.map_err(words)?;
        carry(&pool.read().await.map_err(words)?, &carried).await?;
        // What was committed just before that moment had no number yet.
        sequencer::number_left(&carried).await.map_err(words)?;
        carried.backup(&self.file()).await.map_err(words)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn lock_file(folder: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(folder.join("lock"))
}

/// Takes away copies of the whole database that backups have left which were broken off.
fn remove_abandoned(data: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let folder = entry?.path();
        let is_copy = folder.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with(COPIES));
        if is_copy && lock_file(&folder).is_ok_and(|it| it.try_lock().is_ok()) {
            fs::remove_dir_all(&folder)?;
        }
    }
    Ok(())
}

impl Restore {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        let data = place.data.clone();
        if fs::read_dir(&data).is_ok_and(|mut it| it.next().is_some()) {
            return Err(format!("{} is not empty; a backup is put back into a folder that is", data.display()));
        }
        let existed = data.exists();
        make_folder(&data)?;
        let files = match unpack(&self.file, &data) {
            Ok(files) => files,
            Err(why) => {
                clear(&data, existed);
                return Err(format!("{}: {why}; nothing was put back", self.file.display()));
            }
        };
        let inside = open_pool(&format!("sqlite:{}", place.sqlite_file().display())).await?;
        if let Err(why) = super::check::is_sound(&inside).await {
            return Err(format!("the database was put back, but it is not sound: {why}"));
        }
        let database = if place.is_sqlite() { "sqlite" } else { "postgres" };
        if !place.is_sqlite()
            && let Err(why) = into_postgres(inside, &place).await
        {
            clear(&data, existed);
            return Err(format!("{why}; nothing was put back"));
        }
        if self.json {
            out::line(json!({"data": data.display().to_string(), "files": files, "database": database}));
            return Ok(());
        }
        out::line(format!("{}: put back, with {files} files", data.display()));
        Ok(())
    }
}

/// Carries the database that was put back over, and takes it away.
async fn into_postgres(inside: Pool, place: &Place) -> Done {
    inside.migrate(MIGRATIONS).await.map_err(words)?;
    // Of a newer version's backup, what this one does not know would be left behind.
    is_ours(&inside).await?;
    carry_into(&inside, &place.existing().await?).await?;
    drop(inside);
    remove_database(&place.data);
    Ok(())
}

/// Unpacks a backup, and answers how many files there are in it.
fn unpack(file: &Path, to: &Path) -> Result<u64, String> {
    let mut tar = tar::Archive::new(GzDecoder::new(File::open(file).map_err(words)?));
    let mut entries = tar.entries().map_err(words)?;
    let mut first = entries.next().ok_or("it is empty")?.map_err(strange)?;
    if first.path().map_err(words)?.as_os_str() != MANIFEST {
        return Err("it is no backup of Orangery".to_owned());
    }
    let mut text = String::new();
    (&mut first).take(64 * 1024).read_to_string(&mut text).map_err(words)?;
    serde_json::from_str::<Value>(&text).map_err(|_| "it is no backup of Orangery")?;
    let (mut database, mut key, mut files) = (false, false, 0);
    for entry in entries {
        let mut entry = entry.map_err(strange)?;
        let path = entry.path().map_err(words)?.into_owned();
        let name = path.to_str().ok_or("it holds a name that is no text")?;
        match name {
            DATABASE => database = true,
            KEY => key = true,
            _ => {
                let blob = name.rsplit('/').next().unwrap_or_default();
                if !archive::is_blob(blob) || name != format!("files/{}/{blob}", &blob[..2]) {
                    return Err(format!("it holds {name:?}, which no backup of Orangery does"));
                }
                make_folder(&to.join("files").join(&blob[..2]))?;
                files += 1;
                let hash = write(&mut entry, &to.join(name)).map_err(words)?;
                if hash != blob {
                    return Err(format!("the file {name} is damaged"));
                }
                continue;
            }
        }
        write(&mut entry, &to.join(name)).map_err(words)?;
    }
    if !key || !database {
        return Err("it is not whole".to_owned());
    }
    Ok(files)
}

fn strange(error: io::Error) -> String {
    format!("it is no .tar.gz, or a damaged one ({error})")
}

/// Writes an entry to the disk, and answers its SHA-256 in hex.
fn write(entry: &mut impl Read, path: &Path) -> io::Result<String> {
    let mut file = archive::private(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match entry.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                file.write_all(&buffer[..n])?;
            }
        }
    }
    file.sync_all()?;
    Ok(hex::encode(hash.finalize()))
}

/// Takes away what was begun; the folder itself stays if it was there.
fn clear(data: &Path, existed: bool) {
    if !existed {
        let _ = fs::remove_dir_all(data);
        return;
    }
    remove_database(data);
    let _ = fs::remove_file(data.join(KEY));
    let _ = fs::remove_dir_all(data.join("files"));
}

fn remove_database(data: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(data.join(format!("{DATABASE}{suffix}")));
    }
}
