//! A table in a file, as texts: whatever its encoding and what stands between its cells. Lines keep their numbers, for who has to mend them.

use std::path::Path;

use clap::ValueEnum;

use super::report::Trouble;

/// How the letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "utf-16")]
    Utf16,
    #[value(name = "windows-1252")]
    Windows1252,
}

pub struct Sheet {
    pub headers: Vec<String>,
    pub lines: Vec<Line>,
    pub encoding: Encoding,
    /// Lines that don't fit to the first one.
    pub troubles: Vec<Trouble>,
}

#[derive(Debug, Clone)]
pub struct Line {
    /// Where it begins, counted from 1.
    pub number: u64,
    pub cells: Vec<String>,
}

/// A larger file is no table of people.
const LARGEST: u64 = 512 * 1024 * 1024;

pub fn read(path: &Path, encoding: Option<Encoding>, delimiter: Option<u8>) -> Result<Sheet, String> {
    let size = std::fs::metadata(path).map_err(|why| why.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it is larger than {} MB; split it", LARGEST / 1_000_000));
    }
    let bytes = std::fs::read(path).map_err(|why| why.to_string())?;
    let (text, encoding) = decode(&bytes, encoding)?;
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(&text));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().ok_or("it is empty")?.map_err(|why| why.to_string())?;
    let headers: Vec<String> = first.iter().map(|it| it.trim().to_owned()).collect();
    if headers.iter().all(String::is_empty) {
        return Err("its first line is to name the columns, but is blank".to_owned());
    }
    let mut sheet = Sheet { headers, lines: Vec::new(), encoding, troubles: Vec::new() };
    for record in records {
        let record = record.map_err(|why| why.to_string())?;
        let number = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(|it| it.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if cells.len() != sheet.headers.len() {
            let message = format!(
                "The line has {} cells, but there are {} columns; is a quote or a {} lost, or one too many?",
                cells.len(),
                sheet.headers.len(),
                if delimiter == b'\t' { "tab".to_owned() } else { format!("{:?}", char::from(delimiter)) }
            );
            sheet.troubles.push(Trouble { line: number, column: String::new(), value: String::new(), message });
            continue;
        }
        sheet.lines.push(Line { number, cells });
    }
    Ok(sheet)
}

/// The text, and how it was written. Who says nothing has it guessed: UTF-8, else Windows-1252, which old tables are written in.
fn decode(bytes: &[u8], said: Option<Encoding>) -> Result<(String, Encoding), String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err("it is a workbook, not a table of text; save it as CSV UTF-8 first".to_owned());
    }
    let guessed = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Encoding::Utf16,
        _ if std::str::from_utf8(bytes).is_ok() => Encoding::Utf8,
        _ => Encoding::Windows1252,
    };
    let encoding = said.unwrap_or(guessed);
    let text = match encoding {
        Encoding::Utf8 => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let wrong = |why: std::str::Utf8Error| {
                let line = bytes[..why.valid_up_to()].iter().filter(|it| **it == b'\n').count() + 1;
                format!("line {line} is not UTF-8; --encoding says how it is written")
            };
            std::str::from_utf8(bytes).map_err(wrong)?.to_owned()
        }
        Encoding::Utf16 => utf16(bytes)?,
        Encoding::Windows1252 => {
            if let Some(place) = bytes.iter().position(|it| [0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(it)) {
                let line = bytes[..place].iter().filter(|it| **it == b'\n').count() + 1;
                return Err(format!("line {line} is neither UTF-8 nor Windows-1252; save it as CSV UTF-8"));
            }
            bytes.iter().map(|it| windows_1252(*it)).collect()
        }
    };
    match text.contains('\0') {
        true => Err("it holds bytes that are no text; save it as CSV UTF-8".to_owned()),
        false => Ok((text, encoding)),
    }
}

fn utf16(bytes: &[u8]) -> Result<String, String> {
    let big = bytes.starts_with(&[0xfe, 0xff]);
    let bytes = bytes.strip_prefix(&[0xfe, 0xff]).or(bytes.strip_prefix(&[0xff, 0xfe])).unwrap_or(bytes);
    let units = bytes.chunks_exact(2).map(|it| match big {
        true => u16::from_be_bytes([it[0], it[1]]),
        false => u16::from_le_bytes([it[0], it[1]]),
    });
    char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| "it is not UTF-16; save it as CSV UTF-8".to_owned())
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// What stands most often in the first line, outside of quotes.
fn delimiter_of(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([(b',', 0), (b';', 0), (b'\t', 0)], false);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|it| it.0 == byte).for_each(|it| it.1 += 1),
            _ => {}
        }
    }
    // Of those that stand equally often, the first.
    counts.iter().rev().max_by_key(|it| it.1).map_or(b',', |it| it.0)
}
