//! What a word is: letters and digits in a row, in lower case, without accents. Texts and queries are cut by the same rules, here and on no
//! database, so that both find the same.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// No word is longer, in bytes; of a longer one the beginning counts.
const LONGEST: usize = 64;

/// A word, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub word: String,
    pub start: usize,
    pub end: usize,
}

/// The words of a text, in their order.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut cut = Cut { tokens: Vec::new(), open: None };
    let mut chars = text.char_indices().peekable();
    while let Some((at, it)) = chars.next() {
        let end = at + it.len_utf8();
        if is_combining_mark(it) {
            cut.reach(end);
            continue;
        }
        let next = chars.peek().map(|it| it.1);
        // C++ and C# are words of this trade, and not C.
        if let Some(name) = cut.language(it, next) {
            let end = if it == '+' { end + 1 } else { end };
            if it == '+' {
                chars.next();
            }
            cut.push(name, at, end);
            cut.close();
            continue;
        }
        let mut letters = 0;
        for folded in [it].into_iter().nfkd().flat_map(char::to_lowercase).filter(|it| !is_combining_mark(*it)) {
            if !folded.is_alphanumeric() {
                cut.close();
                continue;
            }
            letters += 1;
            let alone = stands_alone(folded);
            if alone {
                cut.close();
            }
            let mut buffer = [0; 4];
            cut.push(plain(folded).unwrap_or_else(|| folded.encode_utf8(&mut buffer)), at, end);
            if alone {
                cut.close();
            }
        }
        if letters == 0 {
            cut.close();
        }
    }
    cut.close();
    cut.tokens
}

/// The words alone.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    tokens(text).into_iter().map(|it| it.word)
}

struct Cut {
    tokens: Vec<Token>,
    open: Option<Token>,
}

impl Cut {
    fn push(&mut self, text: &str, start: usize, end: usize) {
        let token = self.open.get_or_insert_with(|| Token { word: String::new(), start, end });
        token.end = end;
        if token.word.len() + text.len() <= LONGEST {
            token.word.push_str(text);
        }
    }

    fn reach(&mut self, end: usize) {
        if let Some(token) = &mut self.open {
            token.end = end;
        }
    }

    fn close(&mut self) {
        self.tokens.extend(self.open.take());
    }

    /// How the sign after a single letter is read where both name a programming language.
    fn language(&self, sign: char, next: Option<char>) -> Option<&'static str> {
        let single =
            self.open.as_ref().is_some_and(|it| it.word.len() == 1 && it.word.as_bytes()[0].is_ascii_lowercase());
        match (sign, next) {
            ('#', next) if single && !next.is_some_and(char::is_alphanumeric) => Some("sharp"),
            ('+', Some('+')) if single => Some("plusplus"),
            _ => None,
        }
    }
}

/// Letters that are no others with a mark, as people write them who don't have them.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Chinese and Japanese put no blanks between words: each character is one, and what is looked for a phrase.
fn stands_alone(it: char) -> bool {
    matches!(it, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Of a telephone number at least so many digits are asked for, and it is found by so many last ones.
const FEWEST_DIGITS: usize = 7;
const MOST_DIGITS: usize = 20;

/// The digits of what looks like a telephone number.
pub fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|it| it.is_ascii_digit() || it.is_whitespace() || "+-()./".contains(it));
    (is_number && (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len())).then_some(digits)
}

/// By what a telephone number is found, however it is written: its last digits, seven or more, with or without what goes before.
pub fn endings(number: &str) -> Vec<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).take(MOST_DIGITS).collect();
    (0..(digits.len() + 1).saturating_sub(FEWEST_DIGITS)).map(|from| digits[from..].to_owned()).collect()
}
