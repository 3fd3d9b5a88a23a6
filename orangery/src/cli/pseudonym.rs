//! Invented people in the place of those who are there: a copy of a house for sandboxes. Ids, times, numbers and what the organization gave names to
//! stay; nothing that a person is called, reached by, said or wrote does. What becomes of each column stands in `decisions`.

mod decisions;
mod files;
mod json;
mod people;

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;
use sql::{Tx, Value, params};

use super::{
    archive::{Archive, about::Files, bar, secret},
    out::words,
    rows,
};
use crate::{
    hooks::Action,
    schema::{self, Column, Table},
    tables,
    words::Word,
};
use decisions::As;
use files::Kind;
use people::{Dice, Who};

pub struct Disguise {
    dice: Dice,
    /// What the organization gave names to, and words of closed lists.
    named: HashSet<String>,
    /// What the custom fields hold, by their ids.
    fields: HashMap<i64, String>,
    tables: Vec<Table>,
}

/// What a value is about: the row that it stands in, or stood in.
#[derive(Debug, Clone)]
struct About {
    table: &'static str,
    id: i64,
    candidate: Option<i64>,
    user: Option<i64>,
    kind: Option<String>,
    label: Option<String>,
    filename: Option<String>,
    target_type: Option<String>,
    is_primary: bool,
}

/// Lines of activity feeds that the house writes itself, and labels of contacts.
const OURS: &[&str] = &[
    "Candidate Rejected",
    "Candidate Unrejected",
    "Candidate Stage Change",
    "Candidate Hired",
    "Candidate Unhired",
    "Application Created",
    "Prospect Converted",
    "home",
    "work",
    "mobile",
    "skype",
    "other",
    "personal",
    "company",
    "portfolio",
    "blog",
    "boolean",
    "Yes",
    "No",
];

impl Disguise {
    pub async fn new(tx: &Tx, seed: u64) -> Result<Self, String> {
        let tables = schema::tables();
        let mut named: HashSet<String> = OURS.iter().map(|it| (*it).to_owned()).collect();
        named.extend(closed_lists().map(str::to_owned));
        for (table, column) in decisions::named().filter(|(table, _)| tables.iter().any(|it| it.name == *table)) {
            let sql = format!("select distinct \"{column}\" from \"{table}\" where \"{column}\" is not null");
            for row in tx.rows(&sql, &[]).await.map_err(words)? {
                named.insert(row.get(0).map_err(words)?);
            }
        }
        let mut fields = HashMap::new();
        for row in tx.rows("select id, value_type from custom_fields", &[]).await.map_err(words)? {
            fields.insert(row.get(0).map_err(words)?, row.get(1).map_err(words)?);
        }
        Ok(Self { dice: Dice { seed }, named, fields, tables })
    }

    /// Puts invented things in the place of all that a row tells of people.
    pub fn row(&self, table: &Table, row: &mut [Value]) -> Result<(), String> {
        let of = |name: &str| table.columns.iter().position(|it| it.name == name).map(|n| row[n].clone());
        let about = About::new(table.name, rows::id(row), of);
        for (n, column) in table.columns.iter().enumerate() {
            if !matches!(column.kind, "text" | "bytes") || secret::of(table.name, column).is_some() {
                continue;
            }
            let decided = decided(table, column)?;
            if let Value::Text(text) = &row[n] {
                row[n] = self.text(decided, &about, column, text)?;
            }
        }
        self.follow(table, &about, row);
        Ok(())
    }

    /// What has to fit to what was changed.
    fn follow(&self, table: &Table, about: &About, row: &mut [Value]) {
        let place = |name: &str| table.columns.iter().position(|it| it.name == name);
        if table.name == "attachments"
            && let Some(size) = place("size")
        {
            row[size] = Value::Int(i64::try_from(self.file(about).len()).unwrap_or_default());
        }
        if table.name == "webhooks"
            && let (Some(enabled), Some(why)) = (place("enabled"), place("disabled_why"))
        {
            row[enabled] = Value::Bool(false);
            row[why] = Value::Text("It is a copy with invented people".to_owned());
        }
    }

    fn file(&self, about: &About) -> Vec<u8> {
        let kind = Kind::of(about.filename.as_deref().unwrap_or_default());
        files::file(&self.dice, &self.dice.person(about.who()), about.id, kind)
    }

    /// What stands in the place of a text.
    fn text(&self, decided: As, about: &About, column: &Column, text: &str) -> Result<Value, String> {
        let (dice, id) = (&self.dice, about.id);
        let person = dice.person(about.who());
        let what = format!("{}.{}", about.table, column.name);
        Ok(Value::Text(match decided {
            As::Kept | As::Named => text.to_owned(),
            _ if text.is_empty() => String::new(),
            As::Known if self.named.contains(text) => text.to_owned(),
            As::Known | As::Prose => dice.prose(&what, id, text),
            As::FirstName => person.first.to_owned(),
            As::LastName => person.last.to_owned(),
            As::FullName => dice.person(about.other()).name(),
            As::Email => self.email(about, column.name),
            As::EmployeeId => format!("E{id}"),
            As::ForeignId => format!("X{id}"),
            As::Contact => match about.kind.as_deref() {
                Some("phone") => person.phone(dice, about.label.as_deref()),
                Some("address") => person.address(dice, about.label.as_deref()),
                Some("email") => self.email(about, column.name),
                _ => person.page(),
            },
            As::Company => dice.company(about.table, id),
            As::Title => dice.title(about.table, id),
            As::Place => dice.place(&what, id),
            As::Link => match about.who() {
                Who::Candidate(_) | Who::User(_) => person.page(),
                Who::Stranger(table, id) => format!("https://example.com/{table}/{id}"),
            },
            As::Json | As::Body => self.walked(about, &what, text),
            As::Custom => self.custom(about, &what, text),
            As::Changes => self.changes(about, text)?,
            As::FileName => {
                let kind = about.kind.as_deref().filter(|it| self.named.contains(*it)).unwrap_or("file");
                format!("{kind}-{id}.{}", Kind::of(text).extension())
            }
            As::ContentType => Kind::of(about.filename.as_deref().unwrap_or_default()).content_type().to_owned(),
            As::Blob => files::name_of(&self.file(about)),
            As::Photo => files::name_of(&files::picture(dice, id).map_err(words)?),
            As::OneOf(list) => {
                let (list, mut chance) = (list(), dice.roll(&what, id));
                list[chance.usize(..list.len())].to_owned()
            }
            As::Nothing if column.nullable => return Ok(Value::Null),
            As::Nothing => String::new(),
        }))
    }

    fn email(&self, about: &About, column: &str) -> String {
        let dice = &self.dice;
        match (about.table, column) {
            ("contacts", _) => dice.person(about.who()).email(about.label.as_deref()),
            ("user_emails", _) if !about.is_primary => {
                format!("{}.{}@example.com", dice.person(about.who()).handle(), about.id)
            }
            (_, "mail_from" | "reply_to") => dice.person(about.other()).email(None),
            _ => dice.person(about.who()).email(None),
        }
    }

    /// Before and after of each column, as the column itself is disguised.
    fn changes(&self, about: &About, text: &str) -> Result<String, String> {
        let table = self.tables.iter().find(|it| Some(it.name) == about.target_type.as_deref());
        let (Ok(Json::Object(mut changes)), Some(table)) = (serde_json::from_str(text), table) else {
            return Ok("{}".to_owned());
        };
        let told = changes.clone();
        let of = |name: &str| {
            let pair = told.get(name)?.as_array()?;
            pair.iter().rev().find_map(|it| match it {
                Json::String(it) => Some(Value::Text(it.clone())),
                Json::Number(it) => it.as_i64().map(Value::Int),
                Json::Bool(it) => Some(Value::Bool(*it)),
                _ => None,
            })
        };
        let mut its = About::new(table.name, about.id, of);
        its.candidate = its.candidate.or(about.candidate).filter(|_| table.name != "users");
        if table.name == "users" {
            its.user = Some(about.id);
        }
        for (name, pair) in &mut changes {
            let column = table.columns.iter().find(|it| it.name == name);
            for value in pair.as_array_mut().into_iter().flatten() {
                *value = match (column, &*value) {
                    (_, Json::Null | Json::Bool(_) | Json::Number(_)) => continue,
                    (Some(column), Json::String(it)) if column.kind == "bigint" && json::is_time(it) => continue,
                    (Some(column), Json::String(it))
                        if column.kind == "text" && secret::of(table.name, column).is_none() =>
                    {
                        match self.text(decided(table, column)?, &its, column, it)? {
                            Value::Text(it) => Json::String(it),
                            _ => Json::Null,
                        }
                    }
                    _ => Json::Null,
                };
            }
        }
        Ok(Json::Object(changes).to_string())
    }

    /// Adds the files that stand in the place of those that rows name.
    pub async fn files(&self, tx: &Tx, archive: &mut Archive) -> Result<Files, String> {
        let mut files = Files::default();
        let mut add = |content: &[u8]| {
            let name = files::name_of(content);
            (files.count, files.bytes) = (files.count + 1, files.bytes + content.len() as u64);
            archive.add_bytes(&format!("files/{}/{name}", &name[..2]), content).map_err(words)
        };
        let progress =
            bar(tx.count("select count(*) from attachments", &[]).await.map_err(words)?.unsigned_abs(), "files");
        let mut after = 0;
        loop {
            let sql = "select id, candidate_id, filename from attachments where id > $1 order by id limit $2";
            let page = tx.rows(sql, params![after, rows::PAGE]).await.map_err(words)?;
            for row in &page {
                after = row.get(0).map_err(words)?;
                let mut about = About::new("attachments", after, |_| None);
                about.candidate = Some(row.get(1).map_err(words)?);
                about.filename = Some(row.get(2).map_err(words)?);
                add(&self.file(&about))?;
            }
            progress.inc(page.len() as u64);
            if page.is_empty() {
                break;
            }
        }
        let mut after = 0;
        loop {
            let sql = "select id from candidates where id > $1 and photo is not null order by id limit $2";
            let page = tx.rows(sql, params![after, rows::PAGE]).await.map_err(words)?;
            for row in &page {
                after = row.get(0).map_err(words)?;
                add(&files::picture(&self.dice, after).map_err(words)?)?;
            }
            if page.is_empty() {
                progress.finish_and_clear();
                return Ok(files);
            }
        }
    }
}

fn decided(table: &Table, column: &Column) -> Result<As, String> {
    let why = || format!("nobody decided what becomes of {}.{} in a pseudonymized export", table.name, column.name);
    decisions::of(table.name, column.name).ok_or_else(why)
}

impl About {
    fn new(table: &'static str, id: i64, of: impl Fn(&str) -> Option<Value>) -> Self {
        let number = |name: &str| if let Some(Value::Int(it)) = of(name) { Some(it) } else { None };
        let text = |name: &str| if let Some(Value::Text(it)) = of(name) { Some(it) } else { None };
        let is_audit = table == "audit_records";
        Self {
            table,
            id: number("target_id").filter(|_| is_audit).unwrap_or(id),
            candidate: if table == "candidates" { Some(id) } else { number("candidate_id") },
            user: if table == "users" { Some(id) } else { number("user_id") },
            kind: text("kind"),
            label: text("label"),
            filename: text("filename"),
            target_type: text("target_type"),
            is_primary: of("is_primary") == Some(Value::Bool(true)),
        }
    }

    /// Whom the row is about.
    fn who(&self) -> Who {
        match (self.candidate, self.user) {
            (Some(id), _) => Who::Candidate(id),
            (None, Some(id)) => Who::User(id),
            (None, None) => Who::Stranger(self.table, self.id),
        }
    }

    /// Who is named in it besides.
    fn other(&self) -> Who {
        self.user.map_or(Who::Stranger(self.table, self.id), Who::User)
    }
}

/// The words that web hooks show of the house's own lists.
fn closed_lists() -> impl Iterator<Item = &'static str> {
    fn list<T: Word>() -> Vec<&'static str> {
        T::ALL.iter().map(|it| it.word()).collect()
    }
    [
        list::<Action>(),
        list::<tables::ApplicationStatus>(),
        list::<tables::AttachmentKind>(),
        list::<tables::FlowKind>(),
        list::<tables::FlowStatus>(),
        list::<tables::InterviewStatus>(),
        list::<tables::JobStatus>(),
        list::<tables::OfferStatus>(),
        list::<tables::Rating>(),
        list::<tables::ResponseStatus>(),
        list::<tables::ScorecardStatus>(),
        list::<tables::StepStatus>(),
        list::<tables::ValueType>(),
        list::<tables::Visibility>(),
    ]
    .into_iter()
    .flatten()
}
