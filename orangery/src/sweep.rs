//! Files that no row names. A file is stored before the Work that names it and removed after the Work that ends its last row, so between the two
//! somebody must look again.
//!
//! Nobody holds a lock over database and folder. Instead who removes a file sets it aside, looks whether a row names it now, and puts it back
//! if so; who has stored one looks after the commit whether it is still there, and stores it again if not. Whichever commit comes first, one of the
//! two sees it, on whatever node they are.

use std::{collections::HashSet, time::Duration};

use bytes::Bytes;
use sql::params;
use tokio::task::JoinHandle;

use crate::{
    error::{Error, Result},
    files::{self, Lying},
    graph,
    house::Orangery,
};

/// How often the folder is swept; the first time a little after the start.
const OFTEN: Duration = Duration::from_secs(24 * 60 * 60);
const AT_FIRST: Duration = Duration::from_secs(120);

/// Asked for at once.
const CHUNK: usize = 500;

/// A file that a request has stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub blob: String,
    pub content: Bytes,
}

/// Sweeps until the task is aborted, on one node at a time.
pub fn run(house: Orangery) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::time::sleep(AT_FIRST).await;
        loop {
            match house.sweep().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "files that nothing named are gone"),
                Err(why) => tracing::warn!(%why, "the files could not be swept"),
            }
            tokio::time::sleep(OFTEN).await;
        }
    })
}

impl Orangery {
    /// After the request that stored them: what a row names is there, what none names goes.
    pub async fn settle(&self, stored: Vec<Stored>) {
        for Stored { blob, content } in stored {
            let settled = async {
                match self.is_used(&blob).await? {
                    true if self.files.has(&blob).await.map_err(away)? => Ok(()),
                    true => self.files.store(&content).await.map(drop).map_err(away),
                    false => self.remove_if_unused(&blob).await,
                }
            };
            if let Err(why) = settled.await {
                tracing::warn!(blob, %why, "a stored file could not be looked after");
            }
        }
    }

    /// Removes files that no row names any more. One that can't be removed now is left to the sweep, which the log tells.
    pub(crate) async fn remove_unused(&self, blobs: Vec<String>) {
        for blob in blobs {
            if let Err(why) = self.remove_if_unused(&blob).await {
                tracing::warn!(blob, %why, "an unused file was not removed");
            }
        }
    }

    async fn remove_if_unused(&self, blob: &str) -> Result<()> {
        if self.is_used(blob).await? {
            return Ok(());
        }
        let Some(aside) = self.files.set_aside(blob).await.map_err(away)? else { return Ok(()) };
        match self.is_used(blob).await {
            Ok(false) => tokio::fs::remove_file(&aside).await.map_err(away),
            Ok(true) => self.files.put_back(blob, &aside).await.map_err(away),
            Err(why) => self.files.put_back(blob, &aside).await.map_err(away).and(Err(why)),
        }
    }

    async fn is_used(&self, blob: &str) -> Result<bool> {
        self.read(async |look| graph::candidate::is_used(look, blob).await).await
    }

    /// Looks through the folder for what is a day old and named by nothing: left by requests that were broken off, and by programs that
    /// ended in between. Answers how many files went.
    pub async fn sweep(&self) -> Result<usize> {
        let Some(_turn) = self.pool.lock_name("file sweep").await? else { return Ok(0) };
        let lying = self.files.lying(files::a_day_ago()).await.map_err(away)?;
        let mut removed = 0;
        for chunk in lying.chunks(CHUNK) {
            let named = self.named(chunk).await?;
            for it in chunk {
                match it {
                    Lying::Blob(blob) if named.contains(blob) => continue,
                    Lying::Blob(blob) => self.remove_if_unused(blob).await?,
                    Lying::Aside { blob, path } if named.contains(blob) => {
                        self.files.put_back(blob, path).await.map_err(away)?;
                        continue;
                    }
                    Lying::Aside { path, .. } | Lying::Draft(path) => {
                        tokio::fs::remove_file(path).await.map_err(away)?
                    }
                }
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Which of these blobs some row names.
    async fn named(&self, lying: &[Lying]) -> Result<HashSet<String>> {
        let blobs: Vec<String> = lying
            .iter()
            .filter_map(|it| match it {
                Lying::Blob(blob) | Lying::Aside { blob, .. } => Some(blob.clone()),
                Lying::Draft(_) => None,
            })
            .collect();
        let sql =
            "select blob from attachments where blob {any:$1} union select photo from candidates where photo {any:$1}";
        self.read(async move |look| {
            let rows = look.tx.rows(sql, params![blobs]).await?;
            Ok(rows.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?)
        })
        .await
    }
}

fn away(error: std::io::Error) -> Error {
    Error::Database(sql::Error::Unavailable(format!("the files: {error}")))
}
