//! The activity feed (CAND-7).

use super::{UserStub, user_of};
use crate::{
    graph::{
        Catalog,
        feed::{Feed, Item},
    },
    tables::{FeedItem, Visibility},
    wire::Millis,
};

view! {
    pub fn activity_feed(f: &Feed) -> ActivityFeed {
        notes: Vec<Note> = f.notes.iter().map(|it| note(&it.row, &it.catalog)).collect(),
        emails: Vec<EmailNote> = f.emails.iter().map(email_note).collect(),
        activities: Vec<Activity> = f.activities.iter().map(activity).collect(),
    }

    pub fn note(n: &FeedItem, catalog: &Catalog) -> Note {
        id: i64 = n.id,
        created_at: Millis = Millis(n.created_at),
        body: String = n.body.clone(),
        user: Option<UserStub> = user_of(catalog, n.user_id),
        private: bool = n.visibility == Visibility::Private,
        // A misspelling that clients read.
        visiblity: Visibility = n.visibility,
        visibility: Visibility = n.visibility,
    }

    /// An e-mail note in the feed: its cc is a text (INC-50).
    pub fn email_note(e: &Item) -> EmailNote {
        id: i64 = e.row.id,
        created_at: Millis = Millis(e.row.created_at),
        subject: String = e.row.subject.clone().unwrap_or_default(),
        body: String = e.row.body.clone(),
        to: String = e.row.mail_to.clone().unwrap_or_default(),
        from: String = e.row.mail_from.clone().unwrap_or_default(),
        cc: Option<String> = copies(&e.row).map(|it| it.join(",")),
        user: Option<UserStub> = user_of(&e.catalog, e.row.user_id),
    }

    /// An e-mail note just made: its cc is a list (INC-50).
    pub fn new_email_note(e: &FeedItem, catalog: &Catalog) -> NewEmailNote {
        id: i64 = e.id,
        created_at: Millis = Millis(e.created_at),
        subject: String = e.subject.clone().unwrap_or_default(),
        body: String = e.body.clone(),
        to: String = e.mail_to.clone().unwrap_or_default(),
        from: String = e.mail_from.clone().unwrap_or_default(),
        cc: Vec<String> = copies(e).unwrap_or_default(),
        user: Option<UserStub> = user_of(catalog, e.user_id),
    }

    pub fn activity(a: &Item) -> Activity {
        id: i64 = a.row.id,
        created_at: Millis = Millis(a.row.created_at),
        subject: String = a.row.subject.clone().unwrap_or_default(),
        body: String = a.row.body.clone(),
        user: Option<UserStub> = user_of(&a.catalog, a.row.user_id),
    }
}

/// Who got a copy; nobody is no list.
fn copies(e: &FeedItem) -> Option<Vec<String>> {
    e.mail_cc.as_ref().map(|it| it.0.clone()).filter(|it| !it.is_empty())
}
