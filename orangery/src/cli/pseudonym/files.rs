//! Files of invented people, in the place of those that are stored: a short page of text, a PDF, a plain picture.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};
use sha2::{Digest, Sha256};

use super::people::{Dice, Person, plain};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Pdf,
    Text,
}

impl Kind {
    /// What takes the place of a file of that name.
    pub fn of(filename: &str) -> Self {
        if filename.to_ascii_lowercase().ends_with(".pdf") { Self::Pdf } else { Self::Text }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
        }
    }
}

pub fn name_of(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// The file of an attachment of that id.
pub fn file(dice: &Dice, person: &Person, id: i64, kind: Kind) -> Vec<u8> {
    let mut lines = vec![person.name(), person.email(None), format!("File {id}"), String::new()];
    for n in 0..12 {
        lines.push(dice.prose(&format!("line {n}"), id, "a line of a page, as long as lines of pages are as a rule."));
    }
    match kind {
        Kind::Text => format!("{}\n", lines.join("\n")).into_bytes(),
        Kind::Pdf => pdf(&lines),
    }
}

/// One page in Helvetica.
fn pdf(lines: &[String]) -> Vec<u8> {
    let shown = |it: &String| {
        let letters: String = it
            .split(' ')
            .map(|word| if word.is_ascii() { word.to_owned() } else { plain(word) })
            .collect::<Vec<_>>()
            .join(" ");
        format!("({}) ' ", letters.replace(['(', ')', '\\'], ""))
    };
    let page = format!("BT /F1 11 Tf 16 TL 60 780 Td {}ET", lines.iter().map(shown).collect::<String>());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut text, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (n, object) in objects.iter().enumerate() {
        places.push(text.len());
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let table = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    text.into_bytes()
}

/// A square of one colour, which no other candidate has.
pub fn picture(dice: &Dice, candidate_id: i64) -> std::io::Result<Vec<u8>> {
    const SIDE: u32 = 64;
    let mut chance = dice.roll("picture", candidate_id);
    let colour = [chance.u8(..), chance.u8(..), chance.u8(..)];
    let row: Vec<u8> = std::iter::once(0).chain(colour.iter().copied().cycle().take(SIDE as usize * 3)).collect();
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
    for _ in 0..SIDE {
        pixels.write_all(&row)?;
    }
    let mut head = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mark = format!("Comment\0{candidate_id}");
    for (kind, content) in
        [(b"IHDR", head), (b"tEXt", mark.into_bytes()), (b"IDAT", pixels.finish()?), (b"IEND", Vec::new())]
    {
        let part = [&kind[..], &content].concat();
        let mut crc = Crc::new();
        crc.update(&part);
        png.extend(u32::try_from(content.len()).unwrap_or_default().to_be_bytes());
        png.extend(part);
        png.extend(crc.sum().to_be_bytes());
    }
    Ok(png)
}
