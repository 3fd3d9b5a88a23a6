//! PostgreSQL beyond statements: waking other nodes by NOTIFY and LISTEN, and names held by one node at a time. Each has
//! a connection of its own: a pool's connection may be closed or lent at any time.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client};

use crate::error::chain;
use crate::postgres::{Postgres, To};
use crate::{Error, Result};

const AGAIN: Duration = Duration::from_secs(1);

/// A name that nobody else holds. Dropping it gives the name up, as does losing the connection.
pub struct NamedLock(pub(crate) Option<Client>);

impl NamedLock {
    /// False once the connection that holds the name is lost: another may hold it then.
    pub fn held(&self) -> bool {
        self.0.as_ref().is_none_or(|client| !client.is_closed())
    }
}

impl Postgres {
    pub(crate) async fn notify(&self, channel: &str) -> Result<()> {
        let mut notifier = self.notifier.lock().await;
        let client = match notifier.take() {
            Some(client) if !client.is_closed() => client,
            _ => connect(&self.to).await?,
        };
        client.batch_execute(&format!("notify {}", quoted(channel))).await?;
        *notifier = Some(client);
        Ok(())
    }

    /// Fires once for any number of notifications that were not looked at, and once after every reconnect, since some
    /// may have been missed by then.
    pub(crate) async fn listen(&self, channel: &str) -> Result<mpsc::Receiver<()>> {
        let (sender, receiver) = mpsc::channel(1);
        let sql = format!("listen {}", quoted(channel));
        let mut heard = Some(hear(&self.to, &sql, sender.clone()).await?);
        let to = self.to.clone();
        tokio::spawn(async move {
            loop {
                if let Some((client, connection)) = heard.take() {
                    tokio::select! {
                        _ = connection => {}
                        () = sender.closed() => return,
                    }
                    drop(client);
                }
                tokio::select! {
                    () = tokio::time::sleep(AGAIN) => {}
                    () = sender.closed() => return,
                }
                match hear(&to, &sql, sender.clone()).await {
                    Ok(again) => {
                        heard = Some(again);
                        let _ = sender.try_send(());
                    }
                    Err(error) => tracing::warn!(%error, "listening again"),
                }
            }
        });
        Ok(receiver)
    }

    pub(crate) async fn lock_name(&self, name: &str) -> Result<Option<NamedLock>> {
        let client = connect(&self.to).await?;
        // Advisory locks are the database's; a schema of its own has names of its own.
        let sql = "select pg_try_advisory_lock(hashtextextended(coalesce(current_schema(), '') || '/' || $1, 0))";
        let held: bool = client.query_one(sql, &[&name]).await?.try_get(0)?;
        Ok(held.then_some(NamedLock(Some(client))))
    }
}

async fn connect(to: &To) -> Result<Client> {
    let connected = to.config.connect(to.tls.connector()).await;
    let (client, connection) = connected.map_err(|error| Error::Unavailable(chain(&error)))?;
    tokio::spawn(connection);
    Ok(client)
}

/// A connection that listens; the task ends with it.
async fn hear(to: &To, sql: &str, sender: mpsc::Sender<()>) -> Result<(Arc<Client>, tokio::task::JoinHandle<()>)> {
    let connected = to.config.connect(to.tls.connector()).await;
    let (client, mut connection) = connected.map_err(|error| Error::Unavailable(chain(&error)))?;
    let task = tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(_) = message {
                let _ = sender.try_send(());
            }
        }
    });
    client.batch_execute(sql).await?;
    Ok((Arc::new(client), task))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
