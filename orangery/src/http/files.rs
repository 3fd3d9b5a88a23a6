//! Signed links to files (GEN-4).

use std::io::SeekFrom;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::BytesMut;
use futures_util::stream;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::input::{Params, Path};
use crate::{error::Result, graph, house::Orangery};

/// So much of a file is in memory at once.
const CHUNK: usize = 64 * 1024;

pub fn routes() -> Router<Orangery> {
    Router::new().route("/files/{blob}/{filename}", get(file))
}

/// The file, if the link is ours and not older than 7 days, and something still names it. It is never shown as a page of ours.
async fn file(
    State(house): State<Orangery>,
    Path((blob, filename)): Path<(String, String)>,
    params: Params,
    method: Method,
    asked: HeaderMap,
) -> Result<Response> {
    let (expires, signature) = params.read(|it| (it.integer("expires", 0, i64::MAX), it.text("signature", 200)))?;
    let good =
        house.links.is_good(&blob, &filename, expires.unwrap_or_default(), &signature.unwrap_or_default(), house.now());
    if !good {
        let why = "This link is not valid any more. Ask for the record again to get a new one.";
        return Ok((StatusCode::FORBIDDEN, why).into_response());
    }
    let gone = || Ok((StatusCode::NOT_FOUND, "This file is gone.").into_response());
    let named = house.read(async |look| graph::candidate::stored(look, &blob, &filename).await).await?;
    let Some(content_type) = named else { return gone() };
    let Ok((mut file, length)) = house.files.open(&blob).await else { return gone() };
    let content_type = match content_type {
        Some(content_type) => content_type,
        None => looks_like(&mut file).await.to_owned(),
    };
    let tag = format!("\"{blob}\"");
    let headers = headers(&content_type, &filename, &tag);
    if asked.get_all(header::IF_NONE_MATCH).iter().any(|it| names(it, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // A range of another content than the one that the client has is of no use to it.
    let is_same = asked.get(header::IF_RANGE).is_none_or(|it| it.as_bytes() == tag.as_bytes());
    let range = asked.get(header::RANGE).filter(|_| method == Method::GET && is_same);
    Ok(match range.and_then(|it| range_of(it.to_str().ok()?, length)) {
        Some(Some((from, to))) => {
            let told = [
                (header::CONTENT_RANGE, format!("bytes {from}-{to}/{length}")),
                (header::CONTENT_LENGTH, (to - from + 1).to_string()),
            ];
            (StatusCode::PARTIAL_CONTENT, headers, told, part(file, from, to - from + 1)).into_response()
        }
        Some(None) => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            (StatusCode::RANGE_NOT_SATISFIABLE, headers, told).into_response()
        }
        None => (headers, [(header::CONTENT_LENGTH, length.to_string())], part(file, 0, length)).into_response(),
    })
}

/// What all answers carry. A page or a picture that somebody uploaded gets no rights here, not even where a browser would show it.
fn headers(content_type: &str, filename: &str, tag: &str) -> [(HeaderName, HeaderValue); 7] {
    let safe = |text: &str, otherwise: &'static str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(otherwise))
    };
    [
        (header::CONTENT_TYPE, safe(content_type, "application/octet-stream")),
        (header::CONTENT_DISPOSITION, safe(&disposition(filename), "attachment")),
        (header::ETAG, safe(tag, "\"\"")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        // Whoever kept it has to ask whether it is still there.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ]
}

/// RFC 6266: a name for old clients, and the whole of it, in UTF-8, for all others.
fn disposition(filename: &str) -> String {
    let odd = |it: char| !it.is_ascii_graphic() && it != ' ' || "\"\\%/".contains(it);
    let plain: String = filename.chars().map(|it| if odd(it) { '_' } else { it }).collect();
    // What RFC 5987 lets stand as it is.
    const ENCODED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let whole = percent_encoding::utf8_percent_encode(filename, ENCODED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Whether an `If-None-Match` names our tag, weakly compared.
fn names(header: &HeaderValue, tag: &str) -> bool {
    let text = header.to_str().unwrap_or_default();
    text.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}

/// The first and the last byte of the one range that is asked for; `Some(None)` where there are no such bytes. Several ranges, other units and what
/// makes no sense are answered by the whole, as if nothing were asked (RFC 9110, 14.2).
fn range_of(header: &str, length: u64) -> Option<Option<(u64, u64)>> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    let number = |text: &str| text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let end = length.checked_sub(1);
    match (first.trim(), last.trim()) {
        ("", "") => None,
        ("", last) => {
            let count = number(last)?;
            Some(end.filter(|_| count > 0).map(|end| (length.saturating_sub(count), end)))
        }
        (first, "") => {
            let first = number(first)?;
            Some(end.filter(|end| first <= *end).map(|end| (first, end)))
        }
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            Some(end.filter(|end| first <= *end).map(|end| (first, last.min(end))))
        }
    }
}

/// So many bytes from there on, read as they are sent.
fn part(file: File, from: u64, count: u64) -> Body {
    let read = async |(mut file, seek, left): (File, Option<u64>, u64)| {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        if let Some(from) = seek {
            file.seek(SeekFrom::Start(from)).await?;
        }
        let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = BytesMut::with_capacity(most);
        let read = (&mut file).take(most as u64).read_buf(&mut chunk).await? as u64;
        match read {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(Some((chunk.freeze(), (file, None, left - read)))),
        }
    };
    Body::from_stream(stream::try_unfold((file, Some(from), count), read))
}

/// The type of a picture by its first bytes: of photos none is kept.
async fn looks_like(file: &mut File) -> &'static str {
    let mut head = [0; 12];
    match file.read_exact(&mut head).await {
        Ok(_) if head.starts_with(b"\x89PNG\r\n\x1a\n") => "image/png",
        Ok(_) if head.starts_with(b"\xff\xd8\xff") => "image/jpeg",
        Ok(_) if head.starts_with(b"GIF8") => "image/gif",
        Ok(_) if head.starts_with(b"RIFF") && head.ends_with(b"WEBP") => "image/webp",
        _ => "application/octet-stream",
    }
}
