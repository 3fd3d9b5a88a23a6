//! Plain text, whose encoding nobody tells: a mark at its beginning, UTF-8 if it is that, else the likeliest.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

pub(crate) fn text(content: &[u8]) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(content) {
        return encoding.decode(content).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(content) {
        return text.to_owned();
    }
    if let Some(encoding) = unmarked_utf16(content) {
        return encoding.decode_without_bom_handling(content).0.into_owned();
    }
    encoding(content).decode_without_bom_handling(content).0.into_owned()
}

fn encoding(content: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(content, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// Windows programs write UTF-16 without a mark: then every other byte of what is mostly Latin is zero.
fn unmarked_utf16(content: &[u8]) -> Option<&'static Encoding> {
    let start = &content[..content.len().min(1024) & !1];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|it| **it == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    match () {
        _ if pairs == 0 => None,
        _ if odd > pairs / 2 && even == 0 => Some(encoding_rs::UTF_16LE),
        _ if even > pairs / 2 && odd == 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Whether a file without a telling name begins like a text.
pub(crate) fn is_likely(start: &[u8]) -> bool {
    let strange = start.iter().filter(|it| it.is_ascii_control() && !it.is_ascii_whitespace()).count();
    strange == 0
}
