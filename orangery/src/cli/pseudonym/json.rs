//! Lists and maps disguised: bodies of web hooks, answers, scorecards, values of custom fields. What is not known to be harmless becomes other words.

use serde_json::{Map, Value as Json};

use super::{
    About, Disguise,
    people::{Person, Who},
};

/// Keys under which users stand.
const USERS: &[&str] = &[
    "approver",
    "coordinator",
    "coordinators",
    "created_by",
    "credited_to",
    "hiring_managers",
    "interviewer",
    "interviewers",
    "organizer",
    "owner",
    "prospect_owner",
    "recruiter",
    "recruiters",
    "requested_by",
    "sourcers",
    "submitted_by",
    "user",
];

/// Where in a list or map somebody is, and whom it is about there.
struct At<'a> {
    what: &'a str,
    id: i64,
    /// Counts the texts, so that each has words of its own.
    n: i64,
    candidate: Option<i64>,
    application: Option<i64>,
}

impl Disguise {
    pub(super) fn walked(&self, about: &About, what: &str, text: &str) -> String {
        let Ok(mut json) = serde_json::from_str::<Json>(text) else { return self.dice.prose(what, about.id, text) };
        let mut at = At { what, id: about.id, n: 0, candidate: about.candidate, application: None };
        self.walk(&mut at, "", &mut json, None);
        json.to_string()
    }

    fn walk(&self, at: &mut At<'_>, key: &str, json: &mut Json, of: Option<Person>) {
        match json {
            Json::Object(map) => self.object(at, key, map),
            Json::Array(list) => list.iter_mut().for_each(|it| self.walk(at, key, it, of)),
            Json::String(text) => *text = self.string(at, key, text, of),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn object(&self, at: &mut At<'_>, key: &str, map: &mut Map<String, Json>) {
        let id = map.get("id").or_else(|| map.get("user_id")).and_then(Json::as_i64);
        let is_user = map.contains_key("employee_id") || map.contains_key("email") || USERS.contains(&key);
        if key == "application" || map.contains_key("prospect") {
            at.application = id.or(at.application);
        }
        let person = match id {
            Some(id) if is_user => Some(Who::User(id)),
            None if is_user => Some(Who::Stranger("applications", at.application.unwrap_or(at.id))),
            Some(id) if map.contains_key("first_name") => Some(Who::Candidate(id)),
            _ => None,
        };
        let outer = at.candidate;
        if let Some(Who::Candidate(id)) = person {
            at.candidate = Some(id);
        }
        let person = person.map(|it| self.dice.person(it));
        let is_field = map.contains_key("value") && map.contains_key("type") && map.contains_key("name");
        let kind = map.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
        for (name, value) in map.iter_mut() {
            at.n += 1;
            match name.as_str() {
                "value" if is_field => self.invent(at, &kind, value),
                // A contact, by the list that it stands in.
                "value" if at.candidate.is_some() && value.is_string() => *value = self.contact(at, key, &kind).into(),
                _ => self.walk(at, name, value, person),
            }
        }
        at.candidate = outer;
    }

    fn contact(&self, at: &At<'_>, list: &str, label: &str) -> String {
        let dice = &self.dice;
        let person = dice.person(Who::Candidate(at.candidate.unwrap_or_default()));
        match list {
            "phone_numbers" => person.phone(dice, Some(label)),
            "addresses" => person.address(dice, Some(label)),
            "email_addresses" => person.email(Some(label)),
            _ => person.page(),
        }
    }

    fn string(&self, at: &mut At<'_>, key: &str, text: &str, of: Option<Person>) -> String {
        at.n += 1;
        let (dice, id) = (&self.dice, at.id.wrapping_mul(1000).wrapping_add(at.n));
        match (key, of) {
            _ if text.is_empty() => String::new(),
            ("first_name", Some(person)) => person.first.to_owned(),
            ("last_name", Some(person)) => person.last.to_owned(),
            ("name" | "display_name", Some(person)) => person.name(),
            ("email", Some(person)) => person.email(None),
            ("employee_id", Some(person)) => format!("E{}", person.id()),
            ("external_id", Some(person)) => format!("X{}", person.id()),
            ("company", Some(person)) => dice.company("candidates", person.id()),
            ("title", Some(person)) => dice.title("candidates", person.id()),
            ("headline", Some(person)) => dice.prose("candidates.headline", person.id(), text),
            ("company_name", _) => dice.company(at.what, id),
            ("title", None) if at.candidate.is_some() && !self.named.contains(text) => dice.title(at.what, id),
            ("filename", _) => format!("file-{}.{}", at.n, super::Kind::of(text).extension()),
            _ if is_time(text) || self.named.contains(text) => text.to_owned(),
            _ if text.starts_with("http://") || text.starts_with("https://") => format!("https://example.com/{id}"),
            _ if text.contains('@') && !text.contains(char::is_whitespace) => {
                dice.person(Who::Stranger("address", id)).email(None)
            }
            _ => dice.prose(at.what, id, text),
        }
    }

    /// Values of custom fields as they are kept, by the ids of the fields.
    pub(super) fn custom(&self, about: &About, what: &str, text: &str) -> String {
        let Ok(Json::Object(mut values)) = serde_json::from_str(text) else { return "{}".to_owned() };
        for (field, value) in &mut values {
            let field = field.parse::<i64>().unwrap_or_default();
            let kind = self.fields.get(&field).map_or("", String::as_str);
            let what = format!("{what} {field}");
            self.invent(&mut At { what: &what, id: about.id, n: 0, candidate: None, application: None }, kind, value);
        }
        Json::Object(values).to_string()
    }

    /// Another value in the place of one of a custom field of that kind. What was chosen from a list stays.
    fn invent(&self, at: &mut At<'_>, kind: &str, value: &mut Json) {
        at.n += 1;
        let (dice, id) = (&self.dice, at.id.wrapping_mul(1000).wrapping_add(at.n));
        let chosen = matches!(kind, "single_select" | "multi_select" | "yes_no" | "boolean" | "user");
        match value {
            Json::Null | Json::Bool(_) => {}
            Json::Number(_) if chosen => {}
            Json::Number(number) => {
                let other = dice.number(at.what, id, &number.to_string());
                *value = serde_json::from_str(&other).unwrap_or(Json::Null);
            }
            Json::String(text) => {
                *text = match kind {
                    _ if chosen && self.named.contains(text.as_str()) => return,
                    "number" => dice.number(at.what, id, text),
                    "date" => dice.day(at.what, id, text),
                    "url" => format!("https://example.com/{id}"),
                    _ if !text.is_empty() && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'.' | b'-')) => {
                        dice.number(at.what, id, text)
                    }
                    _ => dice.prose(at.what, id, text),
                }
            }
            Json::Array(list) => list.iter_mut().for_each(|it| self.invent(at, kind, it)),
            Json::Object(map) if kind == "user" => self.object(at, "user", map),
            Json::Object(map) => {
                for (name, value) in map.iter_mut() {
                    let is_unit = matches!(name.as_str(), "unit" | "currency");
                    if !(is_unit && value.as_str().is_some_and(|it| it.len() == 3)) {
                        self.invent(at, kind, value);
                    }
                }
                in_order(map);
            }
        }
    }
}

/// The bounds of a range are not to change places.
fn in_order(map: &mut Map<String, Json>) {
    let number = |it: Option<&Json>| match it? {
        Json::Number(it) => it.as_f64(),
        Json::String(it) => it.parse::<f64>().ok(),
        _ => None,
    };
    for (low, high) in [("min", "max"), ("min_value", "max_value")] {
        if let (Some(least), Some(most)) = (number(map.get(low)), number(map.get(high)))
            && least > most
            && let (Some(one), Some(other)) = (map.get(low).cloned(), map.get(high).cloned())
        {
            map.insert(low.to_owned(), other);
            map.insert(high.to_owned(), one);
        }
    }
}

/// `2026-08-22`, with or without a time, and `08/22/2026`.
pub(super) fn is_time(text: &str) -> bool {
    let digits =
        |from: usize, to: usize| text.as_bytes().get(from..to).is_some_and(|it| it.iter().all(u8::is_ascii_digit));
    let at = |n: usize| text.as_bytes().get(n).copied();
    let iso = digits(0, 4) && at(4) == Some(b'-') && digits(5, 7) && at(7) == Some(b'-') && digits(8, 10);
    let american =
        text.len() == 10 && digits(0, 2) && at(2) == Some(b'/') && digits(3, 5) && at(5) == Some(b'/') && digits(6, 10);
    let rest = text.bytes().skip(10).all(|it| it.is_ascii_digit() || b"T:.Z+-".contains(&it));
    american || iso && rest && text.len() <= 35
}
