//! DOCX: a zip of XML, of which only what holds text is unpacked, and never more than a document may be long.

use std::io::{Cursor, Read};

use quick_xml::{Reader, events::Event};
use zip::{ZipArchive, result::ZipError};

use crate::{Failure, LARGEST};

/// Parts beside the document itself that hold words of it.
const BESIDE: [&str; 4] = ["word/header", "word/footer", "word/footnotes", "word/endnotes"];

/// So many parts are looked into.
const PARTS: usize = 32;

pub(crate) fn text(content: &[u8], most: usize) -> Result<String, Failure> {
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(refused)?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(|it| it.into_owned()).collect();
    let Some(document) = names.iter().find(|it| *it == "word/document.xml") else {
        return Err(Failure::Nothing("this kind of file is not read"));
    };
    let beside = names.iter().filter(|it| BESIDE.iter().any(|start| it.starts_with(start)) && it.ends_with(".xml"));
    let mut room = LARGEST;
    let mut text = String::new();
    for name in [document].into_iter().chain(beside).take(PARTS) {
        let xml = unpack(&mut archive, name, &mut room)?;
        words(&xml, most.saturating_mul(4), &mut text)?;
        text.push('\n');
    }
    Ok(text)
}

/// What a part unpacks to; the sizes that a zip tells of itself are not believed.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, room: &mut usize) -> Result<String, Failure> {
    let part = archive.by_name(name).map_err(refused)?;
    let mut bytes = Vec::new();
    part.take(*room as u64 + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    if bytes.len() > *room {
        return Err(Failure::unreadable(format!("it unpacks to more than {} MB", LARGEST / 1024 / 1024)));
    }
    *room -= bytes.len();
    let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
    Ok(text.into_owned())
}

/// The text in `w:t`, with breaks where paragraphs, rows and lines end, and tabs as blanks.
fn words(xml: &str, most: usize, out: &mut String) -> Result<(), Failure> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut inside = false;
    while out.len() < most {
        match reader.read_event().map_err(|error| damaged(&error))? {
            Event::Start(it) => inside = it.local_name().as_ref() == "t",
            Event::End(it) => {
                inside = false;
                match it.local_name().as_ref() {
                    "p" | "tr" => out.push('\n'),
                    "tc" => out.push(' '),
                    _ => {}
                }
            }
            Event::Empty(it) => match it.local_name().as_ref() {
                "br" | "cr" | "p" => out.push('\n'),
                "tab" => out.push(' '),
                "noBreakHyphen" => out.push('-'),
                _ => {}
            },
            Event::Text(it) if inside => out.push_str(&it.xml10_content()),
            Event::CData(it) if inside => out.push_str(&it.xml10_content()),
            Event::GeneralRef(it) if inside => out.push(entity(&it)),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(())
}

fn entity(it: &quick_xml::events::BytesRef<'_>) -> char {
    if let Ok(Some(known)) = it.resolve_char_ref() {
        return known;
    }
    match it.xml10_content().as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        // One that only a DTD explains, which is never read.
        _ => ' ',
    }
}

fn refused(error: ZipError) -> Failure {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Failure::unreadable("the document is encrypted: it opens with a password only")
        }
        error => damaged(&error),
    }
}

fn damaged(error: &impl std::fmt::Display) -> Failure {
    Failure::unreadable(format!("the document is damaged: {error}"))
}
