//! PDF, by lopdf.

use lopdf::{Document, Error, LoadOptions};

use crate::{Failure, LARGEST};

/// Nobody's résumé has more pages; a scanned book has no text anyway.
const PAGES: usize = 500;

pub(crate) fn text(content: &[u8], most: usize) -> Result<String, Failure> {
    let options = LoadOptions { max_decompressed_size: Some(LARGEST), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(content, options).map_err(refused)?;
    // One that is only protected against changes opens with the empty password, which was tried.
    if document.is_encrypted() {
        return Err(locked());
    }
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(Failure::unreadable("the PDF is damaged: it has no pages"));
    }
    let mut text = String::new();
    let mut failed = None;
    for page in pages.keys().take(PAGES) {
        // A page that can't be read takes none of the others with it.
        match document.extract_text_with_limit(&[*page], LARGEST) {
            Ok(it) => text.push_str(&it),
            Err(error) => failed = Some(error),
        }
        text.push('\n');
        if text.len() > most.saturating_mul(4) {
            break;
        }
    }
    match failed {
        Some(error) if text.trim().is_empty() => Err(refused(error)),
        _ if text.trim().is_empty() => Err(Failure::Nothing("there is no text in it: a scan, perhaps")),
        _ => Ok(text),
    }
}

fn locked() -> Failure {
    Failure::unreadable("the PDF is encrypted: it opens with a password only")
}

fn refused(error: Error) -> Failure {
    match error {
        Error::InvalidPassword | Error::Decryption(_) => locked(),
        error => Failure::unreadable(format!("the PDF can't be read: {error}")),
    }
}
