//! What an anonymization takes out of what was stored about a candidate: bodies of web hooks, and the audit log.

use serde_json::{Map, Value, json};
use sql::Json;

use super::effect::{Effect, Field, Kept, Logged};
use crate::{
    error::Result,
    hooks::journal,
    tables::{AuditRecord, FeedKind},
    words::Word,
    work::Work,
};

pub(super) async fn erase(work: &Work, candidate_id: i64, fields: &[Field]) -> Result<()> {
    let kept: Vec<Kept> = fields.iter().flat_map(|it| it.kept()).copied().collect();
    journal::rewrite_candidate(work, candidate_id, |body| rewrite(body, candidate_id, &kept)).await?;
    let rest = "where candidate_id = $1 and changes is not null order by id";
    for mut record in work.tx.all::<AuditRecord>(rest, sql::params![candidate_id]).await? {
        let Some(Json(Value::Object(changes))) = &mut record.changes else { continue };
        let before = changes.clone();
        for field in fields {
            forget(&record.target_type, changes, *field);
        }
        if *changes != before {
            work.tx.update(&record).await?;
        }
    }
    Ok(())
}

/// Takes the values out of a stored body; a body of which nothing stays becomes null.
fn rewrite(body: &mut Value, candidate_id: i64, kept: &[Kept]) {
    let action = body["action"].as_str().unwrap_or_default().to_owned();
    if kept.iter().any(|it| matches!(it, Kept::Whole(start) if action.starts_with(start))) {
        *body = Value::Null;
        return;
    }
    let Some(payload) = body.get_mut("payload") else { return };
    for it in kept {
        match it {
            Kept::Candidate(path) => {
                for object in ["/candidate", "/application/candidate", "/person"] {
                    blank(payload.pointer_mut(object), path, candidate_id);
                }
            }
            Kept::Application("jobs") if payload["application"]["prospect"] == json!(false) => {}
            Kept::Application(path) => blank(payload.get_mut("application"), path, candidate_id),
            Kept::Offer(path) if action.starts_with("offer_") => {
                let wrapped = payload.get("offer").is_some();
                blank(if wrapped { payload.get_mut("offer") } else { Some(&mut *payload) }, path, candidate_id);
            }
            Kept::Offer(path) => blank(payload.pointer_mut("/application/offer"), path, candidate_id),
            Kept::Whole(_) => {}
        }
    }
}

/// Lists and maps become empty, names those of nobody, all else null.
fn blank(object: Option<&mut Value>, path: &str, candidate_id: i64) {
    let pointer = format!("/{}", path.replace('.', "/"));
    let Some(value) = object.and_then(|it| it.pointer_mut(&pointer)) else { return };
    *value = match (path, &*value) {
        ("first_name", _) => json!("Anonymized"),
        ("last_name", _) => json!(candidate_id.to_string()),
        ("custom_fields", Value::Object(_)) => json!({}),
        (_, Value::Array(_)) => json!([]),
        _ => Value::Null,
    };
}

/// Takes the values of a field out of one audit record: the column's name stays.
fn forget(table: &str, changes: &mut Map<String, Value>, field: Field) {
    let logged = field.logged().iter().filter(|(of, _)| *of == table);
    let columns: Vec<&Logged> = logged.filter(|_| is_of(field.effect(), changes)).collect();
    for (_, columns) in columns {
        for (name, value) in changes.iter_mut() {
            if columns.is_empty() || columns.contains(&name.as_str()) {
                *value = Value::Null;
            }
        }
    }
}

/// Whether a record of a table that holds several kinds of things is of the kind that the effect erases. A record that doesn't say is.
fn is_of(effect: Effect, changes: &Map<String, Value>) -> bool {
    let said = |column: &str| {
        let pair = changes.get(column)?.as_array()?;
        pair.iter().find(|it| !it.is_null()).cloned()
    };
    let is_kind = |kind: &str| said("kind").is_none_or(|it| it == kind);
    let of_rejection = said("of_rejection").is_some_and(|it| it == true);
    match effect {
        Effect::Contacts(kind) => is_kind(kind.word()),
        Effect::Synced(kind) => is_kind(kind.word()),
        Effect::Feed(FeedKind::Note) => is_kind(FeedKind::Note.word()) && !of_rejection,
        Effect::Feed(kind) => is_kind(kind.word()),
        Effect::RejectionNotes => of_rejection || !changes.contains_key("of_rejection"),
        Effect::Touchpoints => !changes.contains_key("of_rejection") || said("touchpoint_id").is_some(),
        _ => true,
    }
}
