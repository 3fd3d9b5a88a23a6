//! The courier's HTTP client alone, in a process of its own: signs and posts the same bodies to the same receiver, with no database behind
//! it. What it reaches is what a drain is measured by.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use courier::{
    client::{Client, Settings},
    guard::Guard,
    target::{Marks, Parts, Target},
};
use serde::{Deserialize, Serialize};

use crate::{Done, backlog::Template};

/// What is to be posted: `count` bodies in all, in turn to each address, so many at once.
#[derive(Serialize, Deserialize)]
pub struct Order {
    pub addresses: Vec<SocketAddr>,
    pub count: i64,
    pub at_once: usize,
    pub head: String,
    pub tail: String,
}

/// Has it done by another process.
pub async fn post(folder: &Path, order: &Order) -> Done {
    let file = folder.join("order.json");
    let text = serde_json::to_string(order).map_err(|error| error.to_string())?;
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = tokio::process::Command::new(program);
    let ended =
        command.arg("post").arg(&file).stdin(Stdio::null()).status().await.map_err(|error| error.to_string())?;
    ended.success().then_some(()).ok_or_else(|| "the raw posts failed".to_owned())
}

/// The other process.
pub async fn run(file: &str) -> Done {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let order: Order = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let allow = vec!["127.0.0.0/8".parse().map_err(|_| "a network of this machine")?];
    let client = Client::new(Settings::new(Guard { allow }))?;
    let targets = order.addresses.iter().map(target).collect::<Done<Vec<_>>>()?;
    let (targets, template) = (Arc::new(targets), Arc::new(Template { head: order.head, tail: order.tail }));
    let next = Arc::new(AtomicI64::new(0));
    // The documented signature is one of the body alone.
    let unread = jiff::Timestamp::UNIX_EPOCH;
    let mut tasks = Vec::new();
    for _ in 0..order.at_once {
        let (client, targets, template, next) = (client.clone(), targets.clone(), template.clone(), next.clone());
        tasks.push(tokio::spawn(async move {
            loop {
                let id = next.fetch_add(1, Ordering::Relaxed);
                if id >= order.count {
                    return Ok(());
                }
                let target = &targets[id as usize % targets.len()];
                let post = target.post(&id.to_string(), template.body(id).into(), Marks::default(), unread);
                let outcome = client.post(post).await;
                if !outcome.succeeded() {
                    return Err(outcome.describe());
                }
            }
        }));
    }
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    Ok(())
}

fn target(address: &SocketAddr) -> Done<Target> {
    Target::new(&Parts {
        url: &format!("http://{address}/hooks"),
        secret: b"bench-secret",
        old_secret: None,
        standard_headers: false,
        basic_user: None,
        basic_password: None,
        headers: &BTreeMap::new(),
        user_agent: orangery::house::USER_AGENT,
        identity: None,
        oauth: None,
    })
}
