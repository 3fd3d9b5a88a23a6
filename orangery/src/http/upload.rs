//! Files that come inside a JSON body (ATT-1): read with the body, stored before the Work that names them.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::input::Fields;
use crate::{
    domain::attachment::{LARGEST, NewAttachment},
    error::{Error, Result},
    house::Orangery,
    tables::{AttachmentKind, Visibility},
    words::Word,
};

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
    content_type: String,
    content: Vec<u8>,
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
        if it.raw("url").is_some() && it.raw("content").is_none() {
            it.fault("url", "Files are not fetched from elsewhere: send the file itself as base64 in content");
        } else if it.raw("content").is_none() {
            it.fault("content", "is required");
        }
        let content = content(it, "content");
        let content_type = content_type(it);
        Self { filename, kind, visibility, content_type, content }
    }

    /// Stores the file, so that a row may name it.
    pub async fn store(self, house: &Orangery) -> Result<NewAttachment> {
        let Self { filename, kind, visibility, content_type, content } = self;
        let blob = store(house, &content).await?;
        let size = content.len() as i64;
        Ok(NewAttachment { id: None, filename, kind, content_type: Some(content_type), visibility, blob, size })
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
    let stored = house.files.store(content).await;
    stored.map_err(|error| Error::Database(sql::Error::Unavailable(format!("a file can't be stored: {error}"))))
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

/// ATT-6; parameters such as a charset are left aside.
fn content_type(it: &Fields<'_>) -> String {
    if it.raw("url").is_some() {
        return String::new();
    }
    let text = it.required_text("content_type", 255).to_lowercase();
    let kind = text.split(';').next().unwrap_or_default().trim().to_owned();
    if !kind.is_empty() && !CONTENT_TYPES.contains(&kind.as_str()) {
        it.fault("content_type", format!("Must be one of: {}", CONTENT_TYPES.join(", ")));
    }
    kind
}

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
