//! Small files of each kind, made here.

use std::io::Write;

use zip::{ZipWriter, write::SimpleFileOptions};

/// A PDF of one page that says this; `trailer` and `objects` add to it.
fn pdf_with(text: &str, object: &str, trailer: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    objects.extend((!object.is_empty()).then(|| object.to_owned()));
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        write!(out, "{} 0 obj\n{object}\nendobj\n", n + 1).unwrap();
    }
    let start = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(out, "{place:010} 00000 n ").unwrap();
    }
    let size = objects.len() + 1;
    write!(out, "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    out
}

pub fn pdf(text: &str) -> Vec<u8> {
    pdf_with(text, "", "")
}

/// One that a password opens, which nobody told.
pub fn locked_pdf() -> Vec<u8> {
    let key = "0123456789abcdef".repeat(4);
    let object = format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >>");
    pdf_with(
        "secret",
        &object,
        "/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )
}

pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|it| {
            let (start, end) = it.split_at(it.len() / 2);
            format!("<w:p><w:r><w:t>{start}</w:t></w:r><w:r><w:t xml:space=\"preserve\">{end}</w:t></w:r></w:p>")
        })
        .collect();
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\"><w:body>";
    zipped("word/document.xml", &[head.as_bytes(), body.as_bytes(), b"</w:body></w:document>"])
}

/// A small file that unpacks to very much.
pub fn bomb() -> Vec<u8> {
    let blanks = vec![b' '; 1024 * 1024];
    let mut parts: Vec<&[u8]> = vec![b"<w:document><w:body><w:p><w:t>"];
    parts.extend(std::iter::repeat_n(blanks.as_slice(), 80));
    zipped("word/document.xml", &parts)
}

pub fn zipped(name: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)).unwrap();
    parts.iter().for_each(|it| zip.write_all(it).unwrap());
    zip.finish().unwrap().into_inner()
}

pub fn rtf() -> Vec<u8> {
    br"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Hidden Font;}}{\info{\author Hidden Author}}
\f0\fs24 Astronaut \b in\b0  residence\par K\'f6ln, \u321?\u243?d\u378?; \u-10179?\u-8704? {\*\generator Hidden;}done}"
        .to_vec()
}
