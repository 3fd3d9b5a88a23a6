//! Invented people: always the same one in the place of the same person, whatever that person is called.

use fastrand::Rng;
use sha2::{Digest, Sha256};

use crate::demo::lists::{CITIES, COMPANIES, FIRST_NAMES, LAST_NAMES};

/// In whose place somebody is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Candidate(i64),
    User(i64),
    /// Known by name alone, and by the row that names them.
    Stranger(&'static str, i64),
}

#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub first: &'static str,
    pub last: &'static str,
    who: Who,
}

/// Longer texts are not made longer than that.
const LONGEST: usize = 4_000;

const TITLES: &[&str] = &[
    "Account Manager",
    "Accountant",
    "Backend Engineer",
    "Buyer",
    "Controller",
    "Data Analyst",
    "Designer",
    "Editor",
    "Electrician",
    "Engineer",
    "Nurse",
    "Office Manager",
    "Product Manager",
    "Researcher",
    "Sales Lead",
    "Support Agent",
    "Teacher",
    "Writer",
];
const STREETS: &[&str] =
    &["Birch", "Canal", "Chestnut", "Garden", "Harbour", "Hill", "Lime", "Mill", "River", "Station"];
const WORDS: &[&str] = &[
    "after", "again", "answer", "autumn", "basket", "before", "between", "bridge", "candle", "carpet", "cellar",
    "cloud", "corner", "daily", "door", "early", "evening", "fern", "field", "garden", "glass", "green", "harbour",
    "hedge", "hello", "kettle", "ladder", "lantern", "late", "leaf", "lemon", "letter", "meadow", "mirror", "morning",
    "narrow", "north", "old", "open", "orange", "orchard", "paper", "path", "pebble", "plain", "pocket", "quiet",
    "rain", "river", "roof", "round", "seed", "shade", "silver", "slow", "spring", "stone", "stove", "summer", "table",
    "tall", "tree", "under", "velvet", "warm", "water", "west", "willow", "window", "winter", "wood", "yellow",
];

/// Chance that is the same each time, by a seed and whatever it is for.
#[derive(Debug, Clone, Copy)]
pub struct Dice {
    pub seed: u64,
}

impl Dice {
    pub fn roll(&self, what: &str, id: i64) -> Rng {
        let hash =
            Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(id.to_le_bytes()).chain_update(what);
        let mut start = [0; 8];
        start.copy_from_slice(&hash.finalize()[..8]);
        Rng::with_seed(u64::from_le_bytes(start))
    }

    pub fn person(&self, who: Who) -> Person {
        let mut dice = match who {
            Who::Candidate(id) => self.roll("candidate", id),
            Who::User(id) => self.roll("user", id),
            Who::Stranger(of, id) => self.roll(of, id),
        };
        Person { first: pick(&mut dice, FIRST_NAMES), last: pick(&mut dice, LAST_NAMES), who }
    }

    pub fn company(&self, what: &str, id: i64) -> String {
        pick(&mut self.roll(what, id), COMPANIES).to_owned()
    }

    pub fn title(&self, what: &str, id: i64) -> String {
        pick(&mut self.roll(what, id), TITLES).to_owned()
    }

    pub fn place(&self, what: &str, id: i64) -> String {
        pick(&mut self.roll(what, id), CITIES).to_owned()
    }

    /// Words of as many characters as `of` has; lines stay lines.
    pub fn prose(&self, what: &str, id: i64, of: &str) -> String {
        let wanted = of.chars().count().min(LONGEST);
        let mut dice = self.roll(what, id);
        let mut text = String::new();
        while text.len() < wanted {
            if !text.is_empty() {
                text.push(if dice.usize(..9) == 0 { '.' } else { ' ' });
                if text.ends_with('.') {
                    text.push(' ');
                }
            }
            text.push_str(pick(&mut dice, WORDS));
        }
        text.truncate(wanted);
        // A text that ends with a blank would be read as another one.
        if text.ends_with(' ') {
            text.pop();
            text.push('.');
        }
        text
    }

    /// Another number with as many digits: the last ones stay zeros.
    pub fn number(&self, what: &str, id: i64, of: &str) -> String {
        let mut dice = self.roll(what, id);
        let (digits, zeros) = (of.trim_end_matches('0'), of.len() - of.trim_end_matches('0').len());
        let mut first = true;
        let other = digits.chars().map(|it| {
            if !it.is_ascii_digit() {
                return it;
            }
            let lowest = if std::mem::take(&mut first) && digits.len() + zeros > 1 { 1 } else { 0 };
            char::from_digit(dice.u32(lowest..10), 10).unwrap_or(it)
        });
        other.chain(std::iter::repeat_n('0', zeros)).collect()
    }

    /// Another day of the same year.
    pub fn day(&self, what: &str, id: i64, of: &str) -> String {
        let mut dice = self.roll(what, id);
        let year = of.get(..4).unwrap_or("2000");
        format!("{year}-{:02}-{:02}", dice.u32(1..=12), dice.u32(1..=28))
    }
}

fn pick(dice: &mut Rng, list: &'static [&'static str]) -> &'static str {
    list[dice.usize(..list.len())]
}

impl Person {
    pub fn id(&self) -> i64 {
        self.key().1
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// What nobody else is called by: `emma.almeida.c17`.
    pub fn handle(&self) -> String {
        let (letter, id) = match self.who {
            Who::Candidate(id) => ('c', id),
            Who::User(id) => ('u', id),
            Who::Stranger(_, id) => ('x', id),
        };
        format!("{}.{}.{letter}{id}", plain(self.first), plain(self.last))
    }

    /// `label` tells several addresses of one person apart.
    pub fn email(&self, label: Option<&str>) -> String {
        match label {
            Some(label @ ("work" | "other")) => format!("{}.{label}@example.com", self.handle()),
            _ => format!("{}@example.com", self.handle()),
        }
    }

    /// In the numbers that are set aside for stories.
    pub fn phone(&self, dice: &Dice, label: Option<&str>) -> String {
        let (what, id) = self.key();
        let mut dice = dice.roll(&format!("phone {what} {}", label.unwrap_or_default()), id);
        format!("+1 {}55-555-01{:02}", dice.u32(2..=9), dice.u32(..100))
    }

    pub fn address(&self, dice: &Dice, label: Option<&str>) -> String {
        let (what, id) = self.key();
        let mut dice = dice.roll(&format!("address {what} {}", label.unwrap_or_default()), id);
        let (number, street) = (dice.u32(1..200), pick(&mut dice, STREETS));
        format!("{number} {street} Street, {}", pick(&mut dice, CITIES))
    }

    pub fn page(&self) -> String {
        format!("https://example.com/{}", self.handle())
    }

    fn key(&self) -> (&'static str, i64) {
        match self.who {
            Who::Candidate(id) => ("candidate", id),
            Who::User(id) => ("user", id),
            Who::Stranger(of, id) => (of, id),
        }
    }
}

/// A name in the letters that addresses are written in.
pub fn plain(name: &str) -> String {
    let letter = |it: char| match it {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'Á' | 'Å' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ñ' | 'ń' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ö' | 'Ø' => 'o',
        'ś' | 'š' | 'ş' | 'Š' | 'Ş' => 's',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' | 'Ż' | 'Ž' => 'z',
        'ł' | 'Ł' => 'l',
        it => it.to_ascii_lowercase(),
    };
    name.chars().map(letter).filter(char::is_ascii_alphanumeric).collect()
}
