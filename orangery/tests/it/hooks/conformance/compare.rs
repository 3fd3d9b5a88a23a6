//! Holds a body against an example.

use serde_json::Value;

pub struct Difference {
    pub path: String,
    pub expected: Value,
    /// None where the path is missing.
    pub actual: Option<Value>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.actual {
            Some(actual) => write!(f, "{}: documented {}, is {actual}", self.path, self.expected),
            None => write!(f, "{}: documented {}, is missing", self.path, self.expected),
        }
    }
}

/// Every path of `expected` at which `actual` has another value or none. What `actual` has beyond it is no difference.
pub fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", expected, Some(actual), &mut found);
    found
}

fn walk(path: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<Difference>) {
    let differs = || Difference { path: path.to_owned(), expected: expected.clone(), actual: actual.cloned() };
    match (expected, actual) {
        (Value::Object(expected), Some(Value::Object(actual))) => {
            for (name, value) in expected {
                walk(format!("{path}.{name}").trim_start_matches('.'), value, actual.get(name), found);
            }
        }
        (Value::Array(documented), Some(Value::Array(are))) if documented.len() == are.len() => {
            for (n, (value, is)) in documented.iter().zip(are).enumerate() {
                walk(&format!("{path}[{n}]"), value, Some(is), found);
            }
        }
        // Where files lie is the house's business: a link for a link.
        (Value::String(link), Some(Value::String(is))) if is_file(path, link) && is.contains("/files/") => {}
        (expected, Some(actual)) if expected == actual => {}
        _ => found.push(differs()),
    }
}

/// `attachments[].url` and `photo_url` are signed links.
fn is_file(path: &str, link: &str) -> bool {
    (path.contains("attachments[") && path.ends_with(".url") || path.ends_with(".photo_url"))
        && (link.contains("://") || link.starts_with("www."))
}
