//! Decimal numbers as texts: money and numbers of custom fields are never rounded by a double.

use std::cmp::Ordering;

use serde_json::Value;

/// More digits than any sum of money has, and few enough to be kept and shown.
const MOST_DIGITS: usize = 30;

/// A finite decimal number in its one normal form: no needless zeros, no `-0`, no exponent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    /// The number that a client sent, as a number or as a text; None where it is none, or has more than 30 digits.
    pub fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::parse(&number.to_string()),
            Value::String(text) => Self::parse(text.trim()),
            _ => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        // A text that is far too long is refused before anything is made of it.
        if digits.is_empty() || digits.len() > 4 * MOST_DIGITS || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let point = exponent.checked_add(whole.len() as i64)?;
        if point.unsigned_abs() as usize > 8 * MOST_DIGITS {
            return digits.bytes().all(|it| it == b'0').then(Self::zero);
        }
        let zeros_before = usize::try_from(-point).unwrap_or(0);
        let zeros_after = usize::try_from(point - digits.len() as i64).unwrap_or(0);
        let padded = format!("{}{digits}{}", "0".repeat(zeros_before), "0".repeat(zeros_after));
        let (whole, fraction) = padded.split_at_checked(usize::try_from(point.max(0)).ok()?)?;
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if whole.len() + fraction.len() > MOST_DIGITS {
            return None;
        }
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    fn zero() -> Self {
        Self { negative: false, whole: String::new(), fraction: String::new() }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |a: &Self, b: &Self| {
            (a.whole.len(), a.whole.as_str(), a.fraction.as_str()).cmp(&(b.whole.len(), &b.whole, &b.fraction))
        };
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(self, other),
            (true, true) => size(other, self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{}", self.fraction)
    }
}
