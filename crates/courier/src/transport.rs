//! hyper's client over the guarded connector: connections are kept, HTTP/1.1 and HTTP/2 are spoken, nothing is followed.

use std::{
    error::Error as _,
    sync::{Arc, Once},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Method, Request, Response, Uri, body::Incoming};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        self,
        connect::{CaptureConnection, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig,
    client::Resumption,
    sign::{CertifiedKey, SingleCertAndKey},
};

use crate::{
    client::Settings,
    connect::{Bounded, GuardedConnector, Peer, Refused},
    guard::Guard,
};

/// What is read of an answer, and what a hostile one may make us hold.
pub const READ: usize = 16 * 1024;

const IDLE: Duration = Duration::from_secs(30);

pub type Http = legacy::Client<Bounded<HttpsConnector<GuardedConnector>>, Full<Bytes>>;

/// What clients are made of: all of them resolve together, each has connections of its own.
pub struct Transport {
    tcp: GuardedConnector,
    tls: ClientConfig,
    deadline: Duration,
}

impl Transport {
    pub fn new(settings: Settings) -> Result<Self, String> {
        // rustls panics where two providers are linked and none was chosen.
        static RING: Once = Once::new();
        RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));

        let Settings { guard, deadline, resolve, tls, proxy } = settings;
        let tls = match tls {
            Some(tls) => tls,
            None => trusted().map_err(|why| format!("TLS can't be set up: {why}"))?,
        };
        Ok(Self { tcp: GuardedConnector::new(guard, resolve, proxy, deadline / 2), tls, deadline })
    }

    pub fn guard(&self) -> &Guard {
        &self.tcp.guard
    }

    /// A client that shows this certificate to who asks for one. Neither connections nor TLS sessions are shared with
    /// others, for they stand for who made them.
    pub fn http(&self, identity: Option<Arc<CertifiedKey>>) -> Http {
        let mut tls = self.tls.clone();
        if let Some(identity) = identity {
            tls.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(identity));
            tls.resumption = Resumption::default();
        }
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        self.build(https.enable_all_versions().wrap_connector(self.tcp.clone()))
    }

    /// A client for files: by HTTP/1.1, since of HTTP/2 the windows are made for short answers.
    pub fn files(&self) -> Http {
        let https = HttpsConnectorBuilder::new().with_tls_config(self.tls.clone()).https_or_http();
        self.build(https.enable_http1().wrap_connector(self.tcp.clone()))
    }

    fn build(&self, inner: HttpsConnector<GuardedConnector>) -> Http {
        legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(64)
            // Receivers of the sloppy kind compare names of headers by their letters.
            .http1_title_case_headers(true)
            // What a hostile answer may make us hold.
            .http1_max_buf_size(2 * READ)
            .http2_initial_stream_window_size(2 * READ as u32)
            .http2_initial_connection_window_size(1 << 20)
            .http2_max_header_list_size(READ as u32)
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(self.deadline)
            .build(Bounded { inner, deadline: 2 * self.deadline })
    }
}

/// A request that may be sent twice.
pub struct Ask<'a> {
    pub method: Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
    pub body: Bytes,
}

/// A kept connection that its other end closes just then says nothing about the endpoint: once more, mostly on a new one.
pub async fn send(
    http: &Http,
    ask: Ask<'_>,
    connection: &mut Option<CaptureConnection>,
) -> Result<Response<Incoming>, String> {
    let mut again = true;
    loop {
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.uri.clone();
        *request.headers_mut() = ask.headers.clone();
        let captured = connection.insert(capture_connection(&mut request));
        match http.request(request).await {
            Ok(response) => return Ok(response),
            Err(why) if again && went_stale(&why) && peer(captured).is_some_and(|it| it.kept()) => {
                again = false;
            }
            Err(why) => return Err(explain(&why)),
        }
    }
}

pub fn peer(captured: &CaptureConnection) -> Option<Peer> {
    let mut extensions = hyper::http::Extensions::new();
    captured.connection_metadata().as_ref()?.get_extras(&mut extensions);
    extensions.remove()
}

fn went_stale(why: &legacy::Error) -> bool {
    let Some(hyper) = why.source().and_then(|it| it.downcast_ref::<hyper::Error>()) else { return false };
    let reset = hyper.source().and_then(|it| it.downcast_ref::<std::io::Error>()).is_some_and(|it| {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(it.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    });
    !why.is_connect() && (reset || hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed())
}

/// The innermost cause tells the most; none of them repeats the url or a header.
fn explain(why: &legacy::Error) -> String {
    let mut innermost: &(dyn std::error::Error + 'static) = why;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if let Some(refused) = innermost.downcast_ref::<Refused>() {
        return refused.to_string();
    }
    let hyper = why.source().and_then(|it| it.downcast_ref::<hyper::Error>());
    let told = innermost.to_string();
    // HTTP/2 leaves only the text of what TLS said.
    match told.split_once("fatal alert: ").map(|it| it.1) {
        Some("CertificateRequired") => "the endpoint asks for a client certificate".into(),
        Some(alert @ ("UnknownCA" | "BadCertificate" | "CertificateExpired" | "CertificateUnknown")) => {
            format!("the endpoint does not accept the client certificate: {alert}")
        }
        // Nor does hyper tell more where the end of a connection was noticed elsewhere.
        _ if hyper.is_some_and(|it| it.is_canceled() || it.is_closed()) || told.ends_with("broken pipe") => {
            "the connection was closed before there was an answer".into()
        }
        _ if why.is_connect() => format!("could not connect: {told}"),
        _ => format!("the connection failed: {told}"),
    }
}

fn trusted() -> Result<ClientConfig, rustls::Error> {
    let ring = || Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    let builder = match builder.with_native_roots() {
        Ok(builder) => builder,
        Err(why) => {
            tracing::warn!(%why, "the operating system trusts no certificates, Mozilla's are used");
            let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
            builder.with_webpki_roots()
        }
    };
    Ok(builder.with_no_client_auth())
}
