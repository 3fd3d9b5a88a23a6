//! A guarded GET: what somebody points to by a URL, such as the file of an attachment, is had as if it were sent to us.
//!
//! Files are often behind redirects: a few are followed, each to where the guard lets it go.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Method, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{
    client::Client,
    transport::{self, Ask},
};

const MAX_REDIRECTS: usize = 5;
const MAX_NAME: usize = 255;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Bytes,
    /// As it was told.
    pub content_type: Option<String>,
    /// As it was told, or the end of the path; without folders.
    pub file_name: Option<String>,
}

/// Whatever was answered, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// One request of an API that somebody is a client of.
pub struct Request<'a> {
    pub method: Method,
    pub url: &'a str,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    /// Speaks another server's API, within the guard: any status is an answer. Redirects are not followed, since the headers may hold a key.
    pub async fn request(&self, ask: Request<'_>, most: usize, in_time: Duration) -> Result<Answer, String> {
        let Request { method, url, headers, body } = ask;
        let url = self.transport().guard().check_url(url).map_err(|why| format!("its URL {why}"))?;
        let uri = url.as_str().parse().map_err(|_| "its URL is not valid")?;
        let exchange = async {
            let ask = Ask { method, uri: &uri, headers: &headers, body };
            let (head, body) = transport::send(self.files(), ask, &mut None).await?.into_parts();
            let body = bounded(body, most).await?;
            Ok(Answer { status: head.status, headers: head.headers, body })
        };
        let answered = tokio::time::timeout(in_time, exchange).await;
        answered.unwrap_or_else(|_| Err(format!("no answer within {} s", in_time.as_secs_f32())))
    }

    /// What is there, if it is answered 200, has at most so many bytes, and is here in time. The error reads on from
    /// "the file": "could not be had: …". Neither the URL nor what is there is repeated in it.
    pub async fn get(&self, url: &str, most: usize, in_time: Duration, user_agent: &str) -> Result<Fetched, String> {
        let got = tokio::time::timeout(in_time, self.follow(url, most, user_agent));
        got.await.unwrap_or_else(|_| Err(format!("was not here within {} s", in_time.as_secs_f32())))
    }

    async fn follow(&self, url: &str, most: usize, user_agent: &str) -> Result<Fetched, String> {
        let mut headers = HeaderMap::new();
        let user_agent = HeaderValue::from_str(user_agent).map_err(|_| "could not be asked for: wrong User-Agent")?;
        headers.insert(header::USER_AGENT, user_agent);
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        let (guard, http) = (self.transport().guard(), self.files());
        let first = guard.check_url(url).map_err(|why| format!("could not be had: its URL {why}"))?;
        let mut at = first.clone();
        for _ in 0..=MAX_REDIRECTS {
            let uri = at.as_str().parse().map_err(|_| "could not be had: its URL is not valid")?;
            let ask = Ask { method: Method::GET, uri: &uri, headers: &headers, body: Bytes::new() };
            let sent = transport::send(http, ask, &mut None).await;
            let response = sent.map_err(|why| format!("could not be had: {why}"))?;
            match response.status() {
                StatusCode::OK => return read(response, most, &[&at, &first]).await,
                status @ (StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT) => {
                    let to = response.headers().get(header::LOCATION).and_then(|it| it.to_str().ok());
                    let to = to.and_then(|it| at.join(it).ok());
                    let to = to.ok_or_else(|| format!("could not be had: answered {status}, but not where to"))?;
                    let checked = guard.check_url(without_fragment(to).as_str());
                    at = checked.map_err(|why| format!("could not be had: where it was redirected to {why}"))?;
                }
                status => return Err(format!("could not be had: answered {}", status.as_u16())),
            }
        }
        Err(format!("could not be had: it was redirected more than {MAX_REDIRECTS} times"))
    }
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

async fn read(response: Response<Incoming>, most: usize, urls: &[&Url]) -> Result<Fetched, String> {
    let (head, body) = response.into_parts();
    let bytes = bounded(body, most).await?;
    let text = |name| head.headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok());
    let told = text(header::CONTENT_DISPOSITION).and_then(disposed);
    let file_name = told.or_else(|| urls.iter().find_map(|it| last_segment(it)));
    let content_type = text(header::CONTENT_TYPE).filter(|it| it.len() <= MAX_NAME).map(str::to_owned);
    Ok(Fetched { bytes, content_type, file_name })
}

/// The whole body, if it has at most so many bytes.
async fn bounded(mut body: Incoming, most: usize) -> Result<Bytes, String> {
    let too_large = || format!("is larger than {most} bytes");
    if hyper::body::Body::size_hint(&body).lower() > most as u64 {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|why| format!("could not be had: the answer broke off: {why}"))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// The name in a `Content-Disposition` (RFC 6266): the one in UTF-8 before the plain one.
fn disposed(header: &str) -> Option<String> {
    let mut plain = None;
    for (name, value) in parameters(header) {
        match name.to_ascii_lowercase().as_str() {
            "filename*" => {
                let encoded = value.split_once("''").filter(|it| it.0.eq_ignore_ascii_case("utf-8"));
                let decoded = encoded.and_then(|it| percent_decode_str(it.1).decode_utf8().ok());
                if let Some(name) = decoded.and_then(|it| clean(&it)) {
                    return Some(name);
                }
            }
            "filename" => plain = clean(&value),
            _ => {}
        }
    }
    plain
}

/// `; name=value` and `; name="va\"lue"`, after the first word.
fn parameters(header: &str) -> Vec<(&str, String)> {
    let mut parameters = Vec::new();
    let mut rest = header.split_once(';').map_or("", |it| it.1);
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, end) = match after.strip_prefix('"') {
            None => after.split_once(';').map_or((after.trim().to_owned(), ""), |it| (it.0.trim().to_owned(), it.1)),
            Some(quoted) => {
                let (mut value, mut chars) = (String::new(), quoted.chars());
                while let Some(it) = chars.next().filter(|it| *it != '"') {
                    value.extend(if it == '\\' { chars.next() } else { Some(it) });
                }
                (value, chars.as_str().trim_start().trim_start_matches(';'))
            }
        };
        parameters.push((name.trim(), value));
        rest = end;
    }
    parameters
}

fn last_segment(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    clean(&percent_decode_str(last).decode_utf8().ok()?).filter(|it| it.contains('.'))
}

/// A name and nothing else: no folders, nothing that can't be seen, not too long.
fn clean(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next()?;
    let name: String = name.chars().filter(|it| !it.is_control()).collect();
    let name = name.trim().trim_start_matches('.');
    let name = &name[name.ceil_char_boundary(name.len().saturating_sub(MAX_NAME))..];
    (!name.is_empty()).then(|| name.to_owned())
}
