//! The server under test: this program started again, so that its processor time and memory are its own.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::Done;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub async fn start(data: &Path, database_url: Option<&str>) -> Done<Self> {
        let free =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).map_err(|error| error.to_string())?;
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.arg("serve").arg("--listen").arg(free.to_string()).arg("--data").arg(data);
        command
            .arg("--webhook-allow")
            .arg("127.0.0.0/8")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stderr(Stdio::inherit());
        if let Some(url) = database_url {
            command.arg("--database-url").arg(url);
        }
        let server = Self { child: command.spawn().map_err(|error| error.to_string())?, address: free };
        let begun = Instant::now();
        while TcpStream::connect_timeout(&free, Duration::from_millis(100)).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err("the server did not open within 30 seconds".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
