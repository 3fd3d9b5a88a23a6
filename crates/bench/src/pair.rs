//! Two houses, a small and a large one, open at once and asked the same in turn, so that a change of the machine's mood meets both.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use orangery::cli::Opened;

use crate::{
    Done,
    client::Client,
    load::median,
    seed,
    server::{Server, Start},
};

/// How often each question is asked, unless that takes too long.
const TIMES: i64 = 60;
const WARM_UP: i64 = 4;
const LONG: Duration = Duration::from_secs(6);

pub struct Side {
    client: Client,
    server: Server,
}

impl Side {
    /// A house that `fill` filled; on PostgreSQL in a schema of its own.
    pub async fn open<T>(
        folder: &Path,
        database_url: Option<&str>,
        name: &str,
        fill: impl AsyncFnOnce(&Opened) -> Done<T>,
    ) -> Done<(Self, T)> {
        let url = match database_url {
            Some(url) => Some(schema(url, name).await?),
            None => None,
        };
        let folder = &folder.join(name);
        let opened = seed::open(folder, url.as_deref()).await?;
        let filled = fill(&opened).await?;
        drop(opened);
        let start = Start { node: name, ..Start::on(folder, url.as_deref()) };
        let server = start.run().await?;
        let client = Client::connect(server.address).await?;
        Ok((Self { client, server }, filled))
    }

    /// Milliseconds of one answer.
    async fn ask(&mut self, path: &str) -> Done<f64> {
        let begun = Instant::now();
        self.client.get(path).await?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }
}

pub struct Pair {
    few: Side,
    many: Side,
}

impl Pair {
    pub async fn of(mut few: Side, mut many: Side) -> Done<Self> {
        // Connections that were quiet while the other was filled may be closed by now.
        few.client = Client::connect(few.server.address).await?;
        many.client = Client::connect(many.server.address).await?;
        Ok(Self { few, many })
    }

    /// The medians of what both take for a question, in milliseconds. `few` and `many` say where it is answered the n-th time.
    pub async fn ask(&mut self, few: impl Fn(i64) -> String, many: impl Fn(i64) -> String) -> Done<(f64, f64)> {
        for n in 0..WARM_UP {
            self.few.ask(&few(TIMES + n)).await?;
            self.many.ask(&many(TIMES + n)).await?;
        }
        let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
        let begun = Instant::now();
        for n in 0..TIMES {
            of_few.push(self.few.ask(&few(n)).await?);
            of_many.push(self.many.ask(&many(n)).await?);
            if begun.elapsed() > LONG {
                break;
            }
        }
        Ok((median(&mut of_few), median(&mut of_many)))
    }
}

async fn schema(url: &str, name: &str) -> Done<String> {
    let made = async {
        let tx = sql::Pool::open(url, sql::Options::default()).await?.begin().await?;
        tx.execute(&format!("create schema {name}"), &[]).await?;
        tx.commit().await
    };
    made.await.map_err(|error: sql::Error| error.to_string())?;
    let mark = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{mark}search_path={name}"))
}
