//! The connector: resolves a name, has every address checked, and connects to a checked one.
//!
//! Because the check and the connection use the same addresses, a name can't be rebound in between; because it sits
//! below the HTTP client, no spelling of a literal goes around it, as with a mere DNS resolver.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use hyper::Uri;
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tokio::net::TcpStream;

use crate::guard::Guard;

/// An error in words for the log of attempts: no url, no header, no secret in it.
#[derive(Debug, Clone)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

pub type Addresses = Result<Vec<IpAddr>, Refused>;

/// Gives the addresses of a name. The default asks the operating system.
pub type Resolve = Arc<dyn Fn(String) -> BoxFuture<'static, Addresses> + Send + Sync>;

/// Looks names up, each at most once at a time: the operating system's resolver blocks a thread for as long as a dead
/// name server likes, and a dead name must not use up the threads of the others.
#[derive(Clone)]
struct Resolver {
    resolve: Resolve,
    under_way: Arc<Mutex<HashMap<String, Shared<BoxFuture<'static, Addresses>>>>>,
}

impl Resolver {
    async fn addresses(&self, host: &str) -> Addresses {
        if let Ok(ip) = host.trim_matches(['[', ']']).parse() {
            return Ok(vec![ip]);
        }
        let lookup = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            match under_way.get(host) {
                Some(lookup) => lookup.clone(),
                None => {
                    let lookup = self.start(host.to_owned());
                    under_way.insert(host.to_owned(), lookup.clone());
                    lookup
                }
            }
        };
        lookup.await
    }

    /// A task, as those who wait may give up, and the thread it blocks is busy nevertheless.
    fn start(&self, host: String) -> Shared<BoxFuture<'static, Addresses>> {
        let (resolver, name) = (self.clone(), host);
        let task = tokio::spawn(async move {
            let found = (resolver.resolve)(name.clone()).await;
            resolver.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            found
        });
        async { task.await.unwrap_or_else(|_| Err(Refused("the name could not be resolved".into()))) }.boxed().shared()
    }
}

/// Asks the operating system.
pub fn system_resolver() -> Resolve {
    Arc::new(|host| {
        async move {
            match tokio::net::lookup_host((host.as_str(), 0)).await {
                Ok(found) => Ok(found.map(|it| it.ip()).collect()),
                Err(why) => Err(Refused(format!("the name could not be resolved: {why}"))),
            }
        }
        .boxed()
    })
}

/// TCP to checked addresses only, as a service for hyper's client.
#[derive(Clone)]
pub struct GuardedConnector {
    guard: Arc<Guard>,
    resolver: Resolver,
    /// For one address of a name that has several.
    patience: Duration,
}

impl GuardedConnector {
    pub fn new(guard: Guard, resolve: Resolve, patience: Duration) -> Self {
        let resolver = Resolver { resolve, under_way: Arc::default() };
        Self { guard: Arc::new(guard), resolver, patience }
    }

    async fn connect(self, uri: Uri) -> Result<Stream, Refused> {
        let start = Instant::now();
        let host = uri.host().ok_or_else(|| Refused("the URL names no host".into()))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Refused("only https is spoken".into())),
        };
        let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });

        let addresses = self.resolver.addresses(host).await?;
        // One that is forbidden spoils them all: who mixes them is up to something.
        for &ip in &addresses {
            self.guard.check_address(ip, https).map_err(|why| Refused(format!("not called: it {why}")))?;
        }
        let mut last = Refused("the name has no address".into());
        for ip in addresses {
            let peer = SocketAddr::new(ip, port);
            match tokio::time::timeout(self.patience, TcpStream::connect(peer)).await {
                Ok(Ok(tcp)) => return Ok(Stream::new(tcp, peer, start)),
                Ok(Err(why)) => last = Refused(format!("could not connect to {peer}: {}", plain(&why))),
                Err(_) => last = Refused(format!("could not connect to {peer} in time")),
            }
        }
        Err(last)
    }
}

fn plain(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".into(),
        _ => why.to_string(),
    }
}

impl tower::Service<Uri> for GuardedConnector {
    type Response = Stream;
    type Error = Refused;
    type Future = BoxFuture<'static, Result<Stream, Refused>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Refused>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        self.clone().connect(uri).boxed()
    }
}

/// What the log of attempts tells about a connection.
#[derive(Clone)]
pub struct Peer {
    pub address: SocketAddr,
    /// Resolving and connecting; a kept connection costs neither.
    took: Duration,
    unused: Arc<AtomicBool>,
}

impl Peer {
    /// How long the connection took to make, for the first who asks: the others found it made.
    pub fn connect_time(&self) -> Option<Duration> {
        self.unused.swap(false, Ordering::Relaxed).then_some(self.took)
    }
}

/// A TCP stream that remembers its `Peer`.
pub struct Stream {
    tcp: TokioIo<TcpStream>,
    peer: Peer,
}

impl Stream {
    fn new(tcp: TcpStream, address: SocketAddr, start: Instant) -> Self {
        // Only an economy, so a failure is no reason to give up.
        let _ = tcp.set_nodelay(true);
        let peer = Peer { address, took: start.elapsed(), unused: Arc::new(AtomicBool::new(true)) };
        Self { tcp: TokioIo::new(tcp), peer }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.peer.clone())
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl hyper::rt::Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs)
    }
}

/// Bounds the whole making of a connection, TLS included, for those that the client goes on making in the background
/// after the request that wanted one has found another.
#[derive(Clone)]
pub struct Bounded<S> {
    pub inner: S,
    pub deadline: Duration,
}

impl<S> tower::Service<Uri> for Bounded<S>
where
    S: tower::Service<Uri>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Future + Send + 'static,
    S::Response: 'static,
{
    type Response = S::Response;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = BoxFuture<'static, Result<S::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.deadline, self.inner.call(uri));
        async move {
            match connecting.await {
                Ok(made) => made.map_err(Into::into),
                Err(_) => Err(Refused("could not connect in time".into()).into()),
            }
        }
        .boxed()
    }
}
