//! RTF: control words, groups and text. A small reader of our own, since only the text is wanted.

use encoding_rs::Encoding;

/// Groups deeper than this are no document.
const DEEPEST: usize = 1000;

/// Groups that hold no text of the document: tables of fonts, colours and styles, pictures, and what a program notes for itself.
const HIDDEN: [&str; 17] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "fldinst",
    "filetbl",
];

pub(crate) fn text(content: &[u8], most: usize) -> String {
    let mut reader = Rtf {
        rest: content,
        groups: vec![Group { hidden: false, skip: 1 }],
        encoding: encoding_rs::WINDOWS_1252,
        bytes: Vec::new(),
        out: String::new(),
        to_skip: 0,
    };
    while reader.out.len() < most.saturating_mul(4) && reader.step() {}
    reader.flush();
    reader.out
}

#[derive(Clone, Copy)]
struct Group {
    hidden: bool,
    /// How many characters follow a `\u` for those who don't know it.
    skip: usize,
}

struct Rtf<'a> {
    rest: &'a [u8],
    groups: Vec<Group>,
    encoding: &'static Encoding,
    /// Bytes of the document's encoding: a character may take two of them.
    bytes: Vec<u8>,
    out: String,
    to_skip: usize,
}

impl Rtf<'_> {
    /// Reads one thing; false at the end.
    fn step(&mut self) -> bool {
        let Some((&first, rest)) = self.rest.split_first() else { return false };
        self.rest = rest;
        match first {
            b'{' => {
                let group = self.group();
                // Deeper ones are read as if they were this one.
                if self.groups.len() < DEEPEST {
                    self.groups.push(group);
                }
                self.to_skip = 0;
            }
            b'}' => {
                if self.groups.len() > 1 {
                    self.groups.pop();
                }
                self.to_skip = 0;
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            byte => self.byte(byte),
        }
        true
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or(Group { hidden: true, skip: 1 })
    }

    fn control(&mut self) {
        let Some((&first, rest)) = self.rest.split_first() else { return };
        if first.is_ascii_alphabetic() {
            return self.word();
        }
        self.rest = rest;
        match first {
            b'\'' => {
                let digits = self.rest.get(..2).and_then(|it| std::str::from_utf8(it).ok());
                if let Some(byte) = digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
                    self.rest = &self.rest[2..];
                    self.byte(byte);
                }
            }
            b'*' => self.hide(),
            b'~' => self.char(' '),
            b'_' => self.char('-'),
            b'\\' | b'{' | b'}' => self.byte(first),
            b'\r' | b'\n' => self.char('\n'),
            _ => {}
        }
    }

    fn word(&mut self) {
        let end = self.rest.iter().position(|it| !it.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let signed = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[signed..].iter().take(10).take_while(|it| it.is_ascii_digit()).count();
        let number = if digits == 0 { &[][..] } else { &rest[..signed + digits] };
        let number: Option<i64> = std::str::from_utf8(number).ok().and_then(|it| it.parse().ok());
        self.rest = &rest[if digits == 0 { 0 } else { signed + digits }..];
        if self.rest.first() == Some(&b' ') {
            self.rest = &self.rest[1..];
        }
        self.obey(std::str::from_utf8(name).unwrap_or_default(), number);
    }

    fn obey(&mut self, name: &str, number: Option<i64>) {
        match name {
            "par" | "line" | "sect" | "page" | "row" => self.char('\n'),
            "tab" | "cell" | "emspace" | "enspace" | "qmspace" => self.char(' '),
            "endash" | "emdash" => self.char('–'),
            "lquote" | "rquote" => self.char('’'),
            "ldblquote" | "rdblquote" => self.char('"'),
            "bullet" => self.char('•'),
            "u" => self.unicode(number.unwrap_or_default()),
            "uc" => {
                if let Some(group) = self.groups.last_mut() {
                    group.skip = number.and_then(|it| usize::try_from(it).ok()).unwrap_or(1).min(8);
                }
            }
            "ansicpg" => {
                let label = format!("windows-{}", number.unwrap_or(1252));
                if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                    self.encoding = encoding;
                }
            }
            "bin" => {
                let count = number.and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
                self.rest = self.rest.get(count..).unwrap_or_default();
            }
            _ if HIDDEN.contains(&name) => self.hide(),
            _ => {}
        }
    }

    fn hide(&mut self) {
        self.flush();
        if let Some(group) = self.groups.last_mut() {
            group.hidden = true;
        }
    }

    /// A number of UTF-16: of a character beyond it, one half after the other.
    fn unicode(&mut self, number: i64) {
        let unit = if number < 0 { number + 65_536 } else { number };
        let unit = u16::try_from(unit).unwrap_or(0xfffd);
        let skip = self.group().skip;
        let mut units = vec![unit];
        if (0xd800..0xdc00).contains(&unit)
            && let Some(low) = self.low_half()
        {
            units.push(low);
        }
        self.to_skip = 0;
        String::from_utf16_lossy(&units).chars().for_each(|it| self.char(it));
        self.to_skip = skip;
    }

    /// The second half, which follows the first and its stand-in: `\u-10179?\u-8704?`.
    fn low_half(&mut self) -> Option<u16> {
        let at = self.rest.iter().take(16).position(|it| *it == b'\\')?;
        let number = self.rest[at..].strip_prefix(b"\\u")?;
        let end = number.iter().take(7).position(|it| !(it.is_ascii_digit() || *it == b'-'))?;
        let unit: i64 = std::str::from_utf8(&number[..end]).ok()?.parse().ok()?;
        let unit = u16::try_from(if unit < 0 { unit + 65_536 } else { unit }).ok()?;
        if !(0xdc00..0xe000).contains(&unit) {
            return None;
        }
        self.rest = &number[end..];
        Some(unit)
    }

    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if !self.group().hidden {
            self.bytes.push(byte);
        }
    }

    fn char(&mut self, char: char) {
        self.flush();
        if !self.group().hidden {
            self.out.push(char);
        }
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            self.out.push_str(&self.encoding.decode_without_bom_handling(&self.bytes).0);
            self.bytes.clear();
        }
    }
}
