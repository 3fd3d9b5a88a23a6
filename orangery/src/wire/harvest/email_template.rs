//! Templates of e-mails.

use super::{UserStub, user_of};
use crate::{
    graph::Catalog,
    tables::{self, TemplateKind},
    wire::Millis,
};

view! {
    /// TPL-1. `own`: for our own API, which shows what Harvest does not.
    pub fn email_template(t: &tables::EmailTemplate, catalog: &Catalog, own: bool) -> EmailTemplate {
        id: i64 = t.id,
        name: String = t.name.clone(),
        description: Option<String> = t.description.clone(),
        default: bool = t.is_default,
        updated_at: Millis = Millis(t.updated_at),
        created_at: Millis = Millis(t.created_at),
        #[serde(rename = "type")]
        kind: TemplateKind = t.kind,
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<String> = own.then(|| t.subject.clone()),
        from: Option<String> = t.sender.clone(),
        cc: Vec<String> = t.cc.0.clone(),
        body: Option<String> = t.body.clone(),
        html_body: Option<String> = t.html_body.clone(),
        user: Option<UserStub> = user_of(catalog, t.user_id),
    }
}
