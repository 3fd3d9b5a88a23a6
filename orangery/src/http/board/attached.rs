//! Files of an application: uploaded, as base64, by a URL that we fetch, or as text (SUB-6, SUB-7).

use std::{collections::HashMap, time::Duration};

use super::form::File;
use crate::{
    domain::attachment::{LARGEST, NewAttachment},
    error::{Error, Result},
    house::{Orangery, USER_AGENT},
    http::{input::Fields, upload},
    tables::{AttachmentKind, Visibility},
};

/// How long a file may take to be had.
const IN_TIME: Duration = Duration::from_secs(15);

/// SUB-6, each with what it is.
const KINDS: [(&str, &str); 5] = [
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("txt", "text/plain"),
    ("rtf", "application/rtf"),
];

pub struct Attached {
    /// The field it came in, for faults.
    pub field: String,
    pub kind: AttachmentKind,
    pub visibility: Option<Visibility>,
    pub origin: Origin,
}

pub enum Origin {
    Here { filename: String, content: Vec<u8> },
    There { filename: String, url: String },
}

impl Origin {
    pub fn filename(&self) -> &str {
        match self {
            Self::Here { filename, .. } | Self::There { filename, .. } => filename,
        }
    }
}

/// The file of a field in whichever form it came; the first that is there counts.
pub fn file(it: &Fields<'_>, files: &mut HashMap<String, File>, name: &str, or_text: bool) -> Option<Origin> {
    let at = |end: &str| format!("{name}_{end}");
    if let Some(File { filename, content }) = files.remove(name) {
        if content.is_empty() {
            it.fault(name, "Must not be empty");
        } else if content.len() > LARGEST {
            it.fault(name, format!("Must be at most {} MiB", LARGEST / 1024 / 1024));
        }
        let filename = checked(it, name, &filename)?;
        return Some(Origin::Here { filename, content: content.into() });
    }
    if let Some(content) = it.raw(&at("content")) {
        let content = upload::decode(content.as_str().unwrap_or_default()).map_err(|why| it.fault(&at("content"), why));
        let filename = it.required_text(&at("content_filename"), 255);
        let filename = checked(it, &at("content_filename"), &filename)?;
        return Some(Origin::Here { filename, content: content.ok()? });
    }
    if it.raw(&at("url")).is_some() {
        let url = it.text(&at("url"), 2048);
        let filename = it.required_text(&at("url_filename"), 255);
        let filename = checked(it, &at("url_filename"), &filename)?;
        return Some(Origin::There { filename, url: url? });
    }
    if or_text && it.raw(&at("text")).is_some() {
        let text = it.text(&at("text"), 100_000)?;
        return Some(Origin::Here { filename: format!("{name}.txt"), content: text.into_bytes() });
    }
    if it.raw(name).is_some() {
        it.fault(name, format!("Must be a file: by multipart/form-data, or as {name}_content or {name}_url"));
    }
    None
}

/// The name without folders, if it is that of a file which may be sent.
fn checked(it: &Fields<'_>, field: &str, filename: &str) -> Option<String> {
    let name = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|it| !it.is_control()).take(255).collect();
    if name.is_empty() {
        // That it is not there is told already.
        return None;
    }
    if content_type(&name).is_none() {
        let list = KINDS.map(|it| it.0).join(", ");
        it.fault(field, format!("Must be the name of a file of one of these kinds: {list}"));
        return None;
    }
    Some(name)
}

fn content_type(filename: &str) -> Option<&'static str> {
    let (name, end) = filename.rsplit_once('.')?;
    KINDS.iter().find(|it| !name.trim().is_empty() && it.0.eq_ignore_ascii_case(end)).map(|it| it.1)
}

impl Attached {
    /// Has the file and stores it, so that a row may name it.
    pub async fn store(self, house: &Orangery) -> Result<NewAttachment> {
        let Self { field, kind, visibility, origin } = self;
        let (filename, content) = match origin {
            Origin::Here { filename, content } => (filename, content),
            Origin::There { filename, url } => (filename, fetch(house, &field, &url).await?),
        };
        let blob = upload::store(house, &content).await?;
        let (content_type, size) = (content_type(&filename).map(str::to_owned), content.len() as i64);
        Ok(NewAttachment { id: None, filename, kind, content_type, visibility, blob, size })
    }
}

async fn fetch(house: &Orangery, field: &str, url: &str) -> Result<Vec<u8>> {
    let wrong = |why: String| Error::invalid(format!("{field}_url"), format!("The file {why}"));
    let client = house.client().map_err(|why| wrong(format!("could not be had: {why}")))?;
    let fetched = client.get(url, LARGEST, IN_TIME, USER_AGENT).await.map_err(wrong)?;
    match fetched.bytes.is_empty() {
        true => Err(wrong("is empty".to_owned())),
        false => Ok(fetched.bytes.into()),
    }
}
