//! The connector: resolves a name, has every address checked, and connects to a checked one.
//!
//! Because the check and the connection use the same addresses, a name can't be rebound in between; because it sits
//! below the HTTP client, no spelling of a literal goes around it, as with a mere DNS resolver.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use hyper::{Uri, http::Extensions};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tokio::net::TcpStream;

use crate::{guard::Guard, proxy::Proxy};

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
            let resolve = async { (resolver.resolve)(name.clone()).await };
            let found = AssertUnwindSafe(resolve).catch_unwind().await;
            resolver.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            found.unwrap_or_else(|_| Err(Refused("the name could not be resolved".into())))
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
    pub guard: Arc<Guard>,
    resolver: Resolver,
    /// Connects in our place, to the addresses that were checked here; of itself the operator has vouched.
    proxy: Option<Arc<Proxy>>,
    /// For one address of a name that has several.
    patience: Duration,
}

impl GuardedConnector {
    pub fn new(guard: Guard, resolve: Resolve, proxy: Option<Proxy>, patience: Duration) -> Self {
        let resolver = Resolver { resolve, under_way: Arc::default() };
        Self { guard: Arc::new(guard), resolver, proxy: proxy.map(Arc::new), patience }
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
        let resolve = start.elapsed();
        let mut last = "the name has no address".into();
        for ip in addresses {
            let peer = SocketAddr::new(ip, port);
            match tokio::time::timeout(self.patience, self.reach(peer)).await {
                Ok(Ok(tcp)) => return Ok(Stream::new(tcp, Peer::new(peer, resolve))),
                Ok(Err(why)) => last = format!("could not connect to {peer}: {why}"),
                Err(_) => last = format!("could not connect to {peer} in time"),
            }
        }
        Err(Refused(last))
    }

    async fn reach(&self, peer: SocketAddr) -> Result<TcpStream, String> {
        let Some(proxy) = &self.proxy else {
            return TcpStream::connect(peer).await.map_err(|why| plain(&why));
        };
        let addresses = self.resolver.addresses(&proxy.host).await.map_err(|why| format!("the proxy: {why}"))?;
        let addresses: Vec<_> = addresses.into_iter().map(|ip| SocketAddr::new(ip, proxy.port)).collect();
        let mut last = "the proxy's name has no address".into();
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(mut tcp) => return proxy.open(&mut tcp, peer).await.map(|()| tcp),
                Err(why) => last = format!("the proxy can't be reached: {}", plain(&why)),
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
    resolve: Duration,
    /// Known once the connection is made, TLS included.
    whole: Arc<OnceLock<Duration>>,
    told: Arc<AtomicBool>,
}

impl Peer {
    fn new(address: SocketAddr, resolve: Duration) -> Self {
        Self { address, resolve, whole: Arc::default(), told: Arc::default() }
    }

    /// Whether somebody had an answer by it before.
    pub fn kept(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// What resolving took, and what connecting took without it: for the first who asks, since to all others the
    /// connection cost nothing.
    pub fn made(&self) -> Option<(Duration, Duration)> {
        let first = !self.told.swap(true, Ordering::Relaxed);
        let whole = self.whole.get().copied().unwrap_or(self.resolve);
        first.then(|| (self.resolve, whole.saturating_sub(self.resolve)))
    }
}

/// A TCP stream that remembers its `Peer`.
pub struct Stream {
    tcp: TokioIo<TcpStream>,
    peer: Peer,
}

impl Stream {
    fn new(tcp: TcpStream, peer: Peer) -> Self {
        // Only an economy, so a failure is no reason to give up.
        let _ = tcp.set_nodelay(true);
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

/// Bounds and measures the whole making of a connection, TLS included. Bounded also for those that the client goes on
/// making in the background after the request that wanted one has found another.
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
    S::Response: Connection + 'static,
{
    type Response = S::Response;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = BoxFuture<'static, Result<S::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let start = Instant::now();
        let connecting = tokio::time::timeout(self.deadline, self.inner.call(uri));
        async move {
            let made =
                connecting.await.map_err(|_| Refused("could not connect in time".into()))?.map_err(Into::into)?;
            let mut extras = Extensions::new();
            made.connected().get_extras(&mut extras);
            if let Some(peer) = extras.get::<Peer>() {
                let _ = peer.whole.set(start.elapsed());
            }
            Ok(made)
        }
        .boxed()
    }
}
