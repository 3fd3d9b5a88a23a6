//! Files are fetched by their links and stored before the rows that name them.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::reader::Reader;
use crate::{files::Files, house::USER_AGENT};

/// The largest file that is taken, in bytes.
const LARGEST: usize = 100 * 1024 * 1024;
const IN_TIME: Duration = Duration::from_secs(300);
const AT_ONCE: usize = 6;
const ATTEMPTS: u32 = 3;

/// A file that is here now.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub blob: String,
    pub size: i64,
    pub content_type: Option<String>,
}

/// Fetches what the links lead to, in their order, several at once.
pub async fn fetch(reader: &Reader, files: &Files, urls: Vec<String>) -> Vec<Result<Stored, String>> {
    let fetched = urls.into_iter().map(|url| async move { one(reader, files, &url).await });
    stream::iter(fetched).buffered(AT_ONCE).collect().await
}

async fn one(reader: &Reader, files: &Files, url: &str) -> Result<Stored, String> {
    let mut last = String::new();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(300) * 2_u32.pow(attempt)).await;
        }
        match reader.client().get(url, LARGEST, IN_TIME, USER_AGENT).await {
            Ok(got) => {
                let blob = files.store(&got.bytes).await.map_err(|why| format!("could not be stored: {why}"))?;
                let size = i64::try_from(got.bytes.len()).unwrap_or(i64::MAX);
                return Ok(Stored { blob, size, content_type: got.content_type });
            }
            Err(why) => last = why,
        }
        if ["answered 403", "answered 404", "answered 410", "larger than"].iter().any(|it| last.contains(it)) {
            break;
        }
    }
    Err(last)
}
