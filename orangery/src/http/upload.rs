//! Files that come inside a JSON body, or that it names by their URL (ATT-1): had and stored before the Work that names them, and looked after
//! when the request is over.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;

use super::input::Fields;
use crate::{
    domain::attachment::{LARGEST, NewAttachment},
    error::{Error, Result},
    house::{Orangery, USER_AGENT},
    sweep::Stored,
    tables::{AttachmentKind, Visibility},
    words::Word,
};

/// How long one file may take, and all of a request together.
const ONE: Duration = Duration::from_secs(20);
const ALL: Duration = Duration::from_secs(60);

/// So much may a request store in all, in bytes: it is in memory until the request is over.
const MOST: usize = 64 * 1024 * 1024;

/// What a request has stored so far.
struct Storing {
    began: Instant,
    files: Vec<Stored>,
}

tokio::task_local! {
    static STORING: RefCell<Storing>;
}

/// Around every request: what it stored is named by a row in the end, or it goes.
pub async fn settled(State(house): State<Orangery>, request: Request, next: Next) -> Response {
    let storing = RefCell::new(Storing { began: Instant::now(), files: Vec::new() });
    let answered = async {
        let response = next.run(request).await;
        (response, STORING.with(|it| std::mem::take(&mut it.borrow_mut().files)))
    };
    let (response, files) = Box::pin(STORING.scope(storing, answered)).await;
    if !files.is_empty() {
        Box::pin(house.settle(files)).await;
    }
    response
}

/// Padding may be there or not: clients do either.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A file as it came.
pub struct Upload {
    filename: String,
    kind: AttachmentKind,
    visibility: Option<Visibility>,
    /// Empty where it is not said.
    content_type: String,
    origin: Origin,
}

enum Origin {
    Content(Vec<u8>),
    Url {
        url: String,
        /// Where it stands in the body.
        place: String,
    },
}

impl Upload {
    /// Reads a file whose kind is one of `kinds`; `admin_only` is `other` with that visibility (INC-48).
    pub fn read(it: &Fields<'_>, kinds: &[AttachmentKind]) -> Self {
        let kind = it.required_text("type", 255);
        let visibility = it.word("visibility");
        let (kind, visibility) = match kind.as_str() {
            "admin_only" if kinds.contains(&AttachmentKind::Other) => {
                (AttachmentKind::Other, Some(Visibility::AdminOnly))
            }
            text => match AttachmentKind::parse(text).filter(|it| kinds.contains(it)) {
                Some(kind) => (kind, visibility),
                None => {
                    let list = kinds.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
                    it.fault("type", format!("Must be one of: {list}, admin_only"));
                    (AttachmentKind::Other, visibility)
                }
            },
        };
        let filename = it.required_text("filename", 255);
        // Where both are there, the file itself is nearer.
        let origin = match it.raw("content") {
            None if it.raw("url").is_some() => {
                Origin::Url { url: it.required_text("url", 10_000), place: it.place("url") }
            }
            None => {
                it.fault("content", "is required, or a url where the file can be had");
                Origin::Content(Vec::new())
            }
            Some(_) => Origin::Content(content(it, "content")),
        };
        let content_type = content_type(it, matches!(origin, Origin::Content(_)));
        Self { filename, kind, visibility, content_type, origin }
    }

    /// Has the file and stores it, so that a row may name it.
    pub async fn store(self, house: &Orangery) -> Result<NewAttachment> {
        let Self { filename, kind, visibility, content_type, origin } = self;
        let (content, told) = match origin {
            Origin::Content(content) => (Bytes::from(content), None),
            Origin::Url { url, place } => fetch(house, &url, &place).await?,
        };
        let content_type = match content_type.is_empty() {
            true => kind_of(told.as_deref().unwrap_or_default(), &filename),
            false => content_type,
        };
        let size = content.len() as i64;
        let blob = keep(house, content).await?;
        Ok(NewAttachment { id: None, filename, kind, content_type: Some(content_type), visibility, blob, size })
    }
}

/// The file at a URL, and its type as it was told (ATT-7: as it is, also where that is a page about it).
async fn fetch(house: &Orangery, url: &str, place: &str) -> Result<(Bytes, Option<String>)> {
    let wrong = |why: String| Error::invalid(place, format!("The file {why}"));
    let spent = STORING.try_with(|it| it.borrow().began.elapsed()).unwrap_or_default();
    let left = ALL.checked_sub(spent).filter(|it| *it > Duration::from_millis(100));
    let left = left.ok_or_else(|| wrong(format!("had no time left: all of a request have {} s", ALL.as_secs())))?;
    let client = house.client().map_err(|why| wrong(format!("could not be had: {why}")))?;
    let fetched = client.get(url, LARGEST, ONE.min(left), USER_AGENT).await.map_err(wrong)?;
    match fetched.bytes.is_empty() {
        true => Err(wrong("is empty".to_owned())),
        false => Ok((fetched.bytes, fetched.content_type)),
    }
}

/// Stores all of them.
pub async fn store_all(house: &Orangery, uploads: Vec<Upload>) -> Result<Vec<NewAttachment>> {
    let mut stored = Vec::with_capacity(uploads.len());
    for upload in uploads {
        stored.push(upload.store(house).await?);
    }
    Ok(stored)
}

/// Stores a file and answers the name of its blob.
pub async fn store(house: &Orangery, content: &[u8]) -> Result<String> {
    keep(house, Bytes::copy_from_slice(content)).await
}

async fn keep(house: &Orangery, content: Bytes) -> Result<String> {
    let so_far = STORING.try_with(|it| it.borrow().files.iter().map(|it| it.content.len()).sum::<usize>());
    if so_far.unwrap_or_default() + content.len() > MOST {
        return Err(Error::invalid("", format!("All files of one request have at most {} MiB", MOST / 1024 / 1024)));
    }
    let stored = house.files.store(&content).await;
    let blob =
        stored.map_err(|error| Error::Database(sql::Error::Unavailable(format!("a file can't be stored: {error}"))))?;
    // Outside of a request nobody looks after it but the sweep.
    let _ = STORING.try_with(|it| it.borrow_mut().files.push(Stored { blob: blob.clone(), content }));
    Ok(blob)
}

/// The bytes that a property holds as base64.
fn content(it: &Fields<'_>, name: &str) -> Vec<u8> {
    let Some(value) = it.raw(name) else { return Vec::new() };
    decode(value.as_str().unwrap_or_default()).unwrap_or_else(|why| {
        it.fault(name, why);
        Vec::new()
    })
}

/// The bytes of a file in base64, or what is wrong with it.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.split_ascii_whitespace().collect();
    match BASE64.decode(text) {
        Ok(content) if content.is_empty() => Err("Must be a file in base64 that is not empty".to_owned()),
        Ok(content) if content.len() > LARGEST => Err(format!("Must be at most {} MiB", LARGEST / 1024 / 1024)),
        Ok(content) => Ok(content),
        Err(_) => Err("Must be base64".to_owned()),
    }
}

/// ATT-6; parameters such as a charset are left aside. Empty where it isn't said.
fn content_type(it: &Fields<'_>, needed: bool) -> String {
    let text =
        if needed { it.required_text("content_type", 255) } else { it.text("content_type", 255).unwrap_or_default() };
    let kind = plain(&text);
    if !kind.is_empty() && !CONTENT_TYPES.contains(&kind.as_str()) {
        it.fault("content_type", format!("Must be one of: {}", CONTENT_TYPES.join(", ")));
    }
    kind
}

fn plain(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// What was fetched is of the type that was told, or else of the one that its name says; of those that are known.
fn kind_of(told: &str, filename: &str) -> String {
    let told = plain(told);
    if CONTENT_TYPES.contains(&told.as_str()) {
        return told;
    }
    let ending = filename.rsplit_once('.').map_or(String::new(), |it| it.1.to_lowercase());
    let kind = ENDINGS.iter().find(|it| it.0 == ending).map(|it| it.1);
    kind.unwrap_or("application/octet-stream").to_owned()
}

const ENDINGS: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("zip", "application/zip"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
];

const CONTENT_TYPES: &[&str] = &[
    "application/atom+xml",
    "application/javascript",
    "application/json",
    "application/msgpack",
    "application/msword",
    "application/pdf",
    "application/rss+xml",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-powerpoint",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/zip",
    "multipart/form-data",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "text/calendar",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/vcard",
    "video/mpeg",
];
