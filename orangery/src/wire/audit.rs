//! The audit log: as Greenhouse's API shows it, and as ours does.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Millis;
use crate::{
    graph::{Catalog, audit::Performer},
    tables::{ApiKey, AuditRecord, ChangeKind, Door},
};

/// AUD-5.
#[derive(Serialize)]
pub struct AuditToken {
    pub access_token: String,
    pub expires: Millis,
}

#[derive(Serialize)]
pub struct AuditPage {
    /// Only where the list is paged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<AuditPaging>,
    pub hits: i64,
    pub results: Vec<AuditEvent>,
}

#[derive(Serialize)]
pub struct AuditPaging {
    pub pit_id: String,
    pub search_after: Option<String>,
    /// A text, as documented.
    pub size: String,
    pub next_search_after: Option<String>,
}

#[derive(Serialize)]
pub struct AuditEvent {
    request: AuditRequest,
    performer: AuditPerformer,
    organization_id: i64,
    event: AuditAct,
    event_time: Millis,
}

#[derive(Serialize)]
struct AuditRequest {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Serialize)]
struct AuditPerformer {
    meta: PerformerMeta,
    id: Option<i64>,
    ip_address: Option<String>,
    #[serde(rename = "type")]
    kind: Performer,
}

#[derive(Serialize)]
struct PerformerMeta {
    name: Option<String>,
    username: Option<String>,
    /// Ours: the key by which a user acted.
    api_key_id: Option<i64>,
}

#[derive(Serialize)]
struct AuditAct {
    meta: Option<Value>,
    target_type: String,
    target_id: Option<i64>,
    #[serde(rename = "type")]
    kind: ChangeKind,
}

pub fn event(record: &AuditRecord, catalog: &Catalog, keys: &[ApiKey]) -> AuditEvent {
    let target_type = match record.kind {
        ChangeKind::Action => record.target_type.clone(),
        ChangeKind::Created | ChangeKind::Updated | ChangeKind::Destroyed | ChangeKind::Read => {
            resource(&record.target_type)
        }
    };
    AuditEvent {
        request: AuditRequest { id: record.request_id.clone(), kind: record.request.clone() },
        performer: performer(record, catalog, keys),
        organization_id: catalog.organization.id,
        event: AuditAct {
            meta: record.changes.as_ref().map(|it| it.0.clone()),
            target_type,
            target_id: record.target_id,
            kind: record.kind,
        },
        event_time: Millis(record.at),
    }
}

/// The user where one acted, also by a key; else the key; else the house itself.
fn performer(record: &AuditRecord, catalog: &Catalog, keys: &[ApiKey]) -> AuditPerformer {
    let key = keys.iter().find(|it| Some(it.id) == record.api_key_id);
    let (kind, id, name, username) = match (record.actor_id, record.api_key_id) {
        (Some(id), _) => {
            let user = catalog.user(Some(id));
            let email = user.and_then(|it| it.email()).map(str::to_owned);
            (Performer::User, Some(id), user.map(|it| it.name()), email)
        }
        (None, Some(id)) => {
            let kind = key.map(|it| crate::words::Word::word(it.kind).to_owned());
            (Performer::Key, Some(id), key.map(|it| it.name.clone()), kind)
        }
        (None, None) => (Performer::House, None, Some("Orangery".to_owned()), None),
    };
    let meta = PerformerMeta { name, username, api_key_id: record.api_key_id };
    AuditPerformer { meta, id, ip_address: record.address.clone(), kind }
}

/// How the audit log calls a table: `JobPost` for job_posts.
pub fn resource(table: &str) -> String {
    let one = match table.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => table.strip_suffix('s').unwrap_or(table).to_owned(),
    };
    let parts = one.split('_').map(|part| {
        let mut letters = part.chars();
        letters.next().map(|it| it.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    });
    parts.collect()
}

/// The tables that may be meant by such a name, and the name itself.
pub fn tables(resource: &str) -> Vec<String> {
    let mut snake = String::new();
    for (n, letter) in resource.char_indices() {
        if letter.is_uppercase() && n > 0 && !snake.ends_with(['_', ' ']) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    let many = match snake.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{snake}s"),
    };
    vec![resource.to_owned(), snake, many]
}

/// One thing that was done, as our own API shows it.
#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
    kind: ChangeKind,
    /// The table whose row was changed; a part of a path where something was read; what was done, where no row was changed.
    target_type: String,
    target_id: Option<i64>,
    /// Whom it concerns.
    candidate_id: Option<i64>,
    /// Column to `[before, after]`. Null, or null in a column's place, where it was erased.
    #[schema(value_type = Option<Object>)]
    changes: Option<Value>,
    performer: Performer,
    user_id: Option<i64>,
    api_key_id: Option<i64>,
    door: Door,
    /// Method and path, a command, the name of a timer.
    request: String,
    /// What came of one request has one.
    request_id: String,
    /// From where it came.
    address: Option<String>,
}

pub fn entry(record: &AuditRecord) -> AuditEntry {
    AuditEntry {
        id: record.id,
        at: Millis(record.at),
        kind: record.kind,
        target_type: record.target_type.clone(),
        target_id: record.target_id,
        candidate_id: record.candidate_id,
        changes: record.changes.as_ref().map(|it| it.0.clone()),
        performer: match (record.actor_id, record.api_key_id) {
            (Some(_), _) => Performer::User,
            (None, Some(_)) => Performer::Key,
            (None, None) => Performer::House,
        },
        user_id: record.actor_id,
        api_key_id: record.api_key_id,
        door: record.door,
        request: record.request.clone(),
        request_id: record.request_id.clone(),
        address: record.address.clone(),
    }
}

/// Where a page ended, in a text; and back.
pub fn place(at: Timestamp, id: i64) -> String {
    format!("{}-{id}", at.as_microsecond())
}

pub fn read_place(text: &str) -> Option<(Timestamp, i64)> {
    let (at, id) = text.trim().rsplit_once('-')?;
    let id = id.parse().ok().filter(|it| *it >= 0)?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id))
}
