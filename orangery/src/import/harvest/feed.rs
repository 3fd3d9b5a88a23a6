//! Activity feeds: notes, e-mails and activities of each candidate.

use serde_json::Value;
use sql::Json;

use super::{Harvest, json::It};
use crate::{
    import::{Batch, Inlet},
    tables::{FeedItem, FeedKind, Visibility},
};

/// What Harvest does not tell of a line.
const UNKNOWN: &[&str] = &["application_id", "touchpoint_id", "of_rejection"];
/// Nor of e-mails and activities.
const UNSEEN: &[&str] = &["application_id", "touchpoint_id", "of_rejection", "visibility"];

impl Harvest {
    /// Of those candidates that something happened to since the last run, or of all.
    pub(super) async fn feeds(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let since = to.since().map_or(i64::MIN / 4, |it| it.as_microsecond());
        let ids = format!(
            "select id from candidates where id > $1 and (last_activity_at >= {since} or updated_at >= {since}) \
             order by id limit $2"
        );
        let ask = async |id: i64| self.reader.get(&format!("/v1/candidates/{id}/activity_feed")).await;
        self.each_of(to, &ids, ask, async |to, feeds| {
            let mut batch = Batch::new();
            for (id, feed) in feeds {
                lines(to, *id, feed, &mut batch);
            }
            Ok(batch)
        })
        .await
    }
}

fn lines(to: &Inlet<'_>, candidate_id: i64, feed: &Value, batch: &mut Batch) {
    let lists = [(FeedKind::Note, "notes"), (FeedKind::Email, "emails"), (FeedKind::Activity, "activities")];
    for (kind, list) in lists {
        for it in It(feed).list(list) {
            let Some(id) = it.id() else { continue };
            let mail = kind == FeedKind::Email;
            let item = FeedItem {
                id,
                candidate_id,
                application_id: None,
                user_id: it.id_of("user"),
                touchpoint_id: None,
                kind,
                of_rejection: false,
                visibility: it.word("visibility").unwrap_or(Visibility::Public),
                subject: it.text("subject"),
                body: it.words("body"),
                mail_to: it.text("to").filter(|_| mail),
                mail_from: it.text("from").filter(|_| mail),
                mail_cc: copies(it).filter(|_| mail).map(Json),
                created_at: it.time("created_at").unwrap_or(to.began()),
            };
            batch.put(item, if kind == FeedKind::Note { UNKNOWN } else { UNSEEN });
        }
    }
}

/// A text with commas, or a list (INC-50).
fn copies(it: It<'_>) -> Option<Vec<String>> {
    match it.at("cc").0 {
        Value::String(text) => Some(text.split(',').map(str::to_owned).collect()),
        Value::Array(_) => Some(it.list("cc").filter_map(|it| it.0.as_str().map(str::to_owned)).collect()),
        _ => None,
    }
}
