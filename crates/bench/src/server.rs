//! The server under test: this program started again, so that its processor time and memory are its own. With `BENCH_LOG` in the
//! environment it tells what goes wrong in it.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::Done;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// How it is started.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    pub data: &'a Path,
    pub database_url: Option<&'a str>,
    /// Its name among several.
    pub node: &'a str,
    /// A free port unless said.
    pub address: Option<SocketAddr>,
    /// Stands in the place of `/etc/resolv.conf`, in a mount namespace of its own.
    pub resolver: Option<&'a Path>,
    /// Where it tells of each commit, a JSON object a line.
    pub commits: Option<&'a Path>,
}

impl<'a> Start<'a> {
    /// The only one on its database.
    pub fn on(data: &'a Path, database_url: Option<&'a str>) -> Self {
        Self { data, database_url, node: "bench", address: None, resolver: None, commits: None }
    }

    pub async fn run(self) -> Done<Server> {
        let address = match self.address {
            Some(address) => address,
            None => free_address()?,
        };
        let child = self.command(address)?.spawn().map_err(|error| error.to_string())?;
        let server = Server { child, address };
        let begun = Instant::now();
        // The kernel takes connections from the moment that the port is bound, which is the first thing that the server does.
        while TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err("the server did not open within 30 seconds".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(server)
    }

    fn command(self, address: SocketAddr) -> Done<Command> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = match self.resolver {
            None => Command::new(program),
            Some(file) => {
                let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-c", script]).arg(file).arg(program);
                command
            }
        };
        command.arg("serve").arg("--listen").arg(address.to_string()).arg("--data").arg(self.data);
        command.args(["--node", self.node, "--webhook-allow", "127.0.0.0/8", "--rate-limit", "off"]);
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stderr(Stdio::null());
        if std::env::var_os("BENCH_LOG").is_some() {
            command.env("RUST_LOG", "warn").stderr(Stdio::inherit());
        }
        if let Some(path) = self.commits {
            let file = std::fs::File::create(path).map_err(|error| error.to_string())?;
            command.args(["--log-format", "json"]).stderr(file);
            command.env("RUST_LOG", "error,orangery::work=debug,orangery::http::observe=info");
        }
        if let Some(url) = self.database_url {
            command.arg("--database-url").arg(url);
        }
        Ok(command)
    }
}

pub fn free_address() -> Done<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).map_err(|error| error.to_string())
}

impl Server {
    /// The only one on its database.
    pub async fn start(data: &Path, database_url: Option<&str>) -> Done<Self> {
        Start::on(data, database_url).run().await
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As by a power cut: nothing is finished, nothing handed back.
    pub fn kill(mut self) -> Done<ExitStatus> {
        self.child.kill().and_then(|()| self.child.wait()).map_err(|error| error.to_string())
    }

    /// Ends it as an operator would; what is in flight lands.
    pub async fn stop(mut self) -> Done {
        let told = Command::new("kill").arg("-TERM").arg(self.pid().to_string()).status();
        told.map_err(|error| error.to_string())?;
        let begun = Instant::now();
        while self.child.try_wait().map_err(|error| error.to_string())?.is_none() {
            if begun.elapsed() > Duration::from_secs(40) {
                return Err("the server did not end within 40 seconds".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
