//! The egress proxy of the operator: everything goes through it by CONNECT, to addresses that were checked here.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

/// Of what the proxy answers before the way is open.
const MAX_HEAD: usize = 8 * 1024;
const END: &[u8] = b"\r\n\r\n";

#[derive(Clone)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    /// The value of `Proxy-Authorization`.
    authorization: Option<String>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({}:{})", self.host, self.port)
    }
}

impl Proxy {
    /// `http://[user:password@]host:port`. The error repeats nothing of it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let parsed = Url::parse(url).map_err(|why| format!("is not a valid URL: {why}"))?;
        if parsed.scheme() != "http" {
            return Err("must start with http://".into());
        }
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() || parsed.fragment().is_some() {
            return Err("must end with the port: http://proxy:3128".into());
        }
        let host = parsed.host_str().ok_or("must name a host")?.to_owned();
        // The port that http has by default is dropped by the parser.
        let port = parsed.port().unwrap_or(80);
        let decode =
            |text| percent_decode_str(text).decode_utf8().map_err(|_| "has a user or password that is not text");
        let (user, password) = (decode(parsed.username())?, decode(parsed.password().unwrap_or_default())?);
        let given = !user.is_empty() || !password.is_empty();
        let authorization = given.then(|| format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
        Ok(Self { host, port, authorization })
    }

    /// Asks the proxy at the other end to open the way.
    pub async fn open(&self, proxy: &mut TcpStream, to: SocketAddr) -> Result<(), String> {
        let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
        if let Some(authorization) = &self.authorization {
            request += &format!("Proxy-Authorization: {authorization}\r\n");
        }
        request += "\r\n";
        let failed = |why: std::io::Error| format!("the proxy failed: {why}");
        proxy.write_all(request.as_bytes()).await.map_err(failed)?;
        let mut head = Vec::new();
        loop {
            if proxy.read_buf(&mut head).await.map_err(failed)? == 0 {
                return Err("the proxy closed the connection".into());
            }
            let ended = head.windows(4).position(|it| it == END);
            match status(&head) {
                Some(407) => return Err("the proxy answered 407: it wants other credentials".into()),
                Some(status) if !(200..300).contains(&status) => return Err(format!("the proxy answered {status}")),
                // The endpoint doesn't speak before it is spoken to, so nothing of it can have come along.
                Some(_) if ended == Some(head.len() - END.len()) => return Ok(()),
                Some(_) if ended.is_none() && head.len() <= MAX_HEAD => {}
                None if ended.is_none() && head.len() < 16 => {}
                _ => return Err("the proxy does not speak HTTP as it should".into()),
            }
        }
    }
}

/// `HTTP/1.1 200 …`
fn status(head: &[u8]) -> Option<u16> {
    let rest = head.strip_prefix(b"HTTP/1.")?.get(1..)?.strip_prefix(b" ")?;
    std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok()
}
