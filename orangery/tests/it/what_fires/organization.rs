//! Departments, offices, users, custom fields, the small lists, keys, and the web hooks themselves.

use axum::http::Method;
use orangery::{
    domain::{
        mail::{self, NewMail},
        notice, user,
    },
    hooks::replay::{self, Selection},
    tables::{Door, Mail, MailKind, MailStatus, NoticeKind},
    work::{Actor, Work},
};
use serde_json::json;

use super::{Page, Scene, id};
use crate::receiver::Receiver;

pub async fn show(page: &mut Page) {
    places(&mut page.scene().await).await;
    users(&mut page.scene().await).await;
    fields(&mut page.scene().await).await;
    lists(&mut page.scene().await).await;
    house(&mut page.scene().await).await;
}

async fn places(it: &mut Scene<'_>) {
    it.heading("Departments and offices");
    for (noun, harvest, ours) in
        [("department", "/v1/departments", "/api/v1/departments"), ("office", "/v1/offices", "/api/v1/offices")]
    {
        let article = if noun == "office" { "an" } else { "a" };
        let made = id(&it.post(&format!("add {article} {noun}"), harvest, json!({"name": "Parent"})).await);
        it.patch(&format!("rename {article} {noun}"), format!("{harvest}/{made}"), json!({"name": "Elder"})).await;
        let below = json!({"name": "Below", "parent_id": made});
        it.post(&format!("add {article} {noun} below it"), harvest, below).await;
        let job = if noun == "office" { json!({"office_ids": [made]}) } else { json!({"department_id": made}) };
        assert_eq!(it.acme.patch("/api/v1/jobs/10", job).await.status, 200);
        let what = format!("delete {article} {noun} that has one below it and a job");
        it.delete(&what, format!("{ours}/{made}")).await;
    }
}

async fn users(it: &mut Scene<'_>) {
    it.heading("Users");
    let new = json!({"first_name": "Dan", "last_name": "Doe", "email": "dan@example.com"});
    let dan = id(&it.post("add a user", "/v1/users", new).await);
    let named = json!({"user": {"user_id": dan}});
    let edit = json!({"user": {"user_id": dan}, "payload": {"first_name": "Daniel"}});
    it.patch("rename a user", "/v2/users", edit).await;
    let address = json!({"email": "daniel@example.com"});
    it.post("add an e-mail address to a user", format!("/v1/users/{dan}/email_addresses"), address).await;
    it.patch("disable a user", "/v2/users/disable", named.clone()).await;
    it.patch("enable a user", "/v2/users/enable", named).await;
    let first_version = format!("/v1/users/{dan}");
    it.patch("rename a user by the first version of the door", first_version.clone(), json!({"first_name": "Dan"}))
        .await;
    it.patch("disable one by the first version", format!("{first_version}/disable"), json!({})).await;
    it.patch("enable one by the first version", format!("{first_version}/enable"), json!({})).await;
    it.verb("make a user a site admin", async move |work| user::make_site_admin(work, dan).await).await;
    let team = json!({"sourcers": [{"user_id": dan}]});
    it.before("/v1/jobs/10/hiring_team", team).await;
    let basic = json!({"user": {"user_id": dan}, "level": "basic"});
    it.patch("make a user basic, who leaves the hiring teams", "/v1/users/permission_level", basic).await;
}

async fn fields(it: &mut Scene<'_>) {
    it.heading("Custom fields");
    let new = json!({"field_type": "candidate", "value_type": "single_select", "name": "Size",
                     "custom_field_options": [{"name": "S", "priority": 0}, {"name": "L", "priority": 1}]});
    let field = it.post("define a custom field", "/v1/custom_fields", new).await;
    let option = id(&field["custom_field_options"][0]);
    let (path, options) =
        (format!("/v1/custom_fields/{}", id(&field)), format!("/v1/custom_field/{}/custom_field_options", id(&field)));
    let given = json!({"custom_fields": [{"name_key": "size", "value": option}]});
    assert_eq!(it.acme.patch("/v1/candidates/40", given).await.status, 200);
    it.patch("rename a custom field that a candidate has", path.clone(), json!({"name": "Shoe size"})).await;
    let more = json!({"options": [{"name": "XL", "priority": 2}]});
    it.post("add an option", options.clone(), more).await;
    let small = json!({"options": [{"id": option, "name": "Small"}]});
    it.patch("rename an option that a candidate has", options.clone(), small).await;
    let what = "remove an option that a candidate has";
    it.done(what, Method::DELETE, options, json!({"option_ids": [option]})).await;
    it.delete("delete a custom field that a candidate has", path).await;
}

async fn lists(it: &mut Scene<'_>) {
    it.heading("Sources, reasons, pools");
    let all = [
        ("source", "/api/v1/sources", json!({"name": "Fair", "strategy": "other"})),
        ("rejection reason", "/api/v1/rejection-reasons", json!({"name": "Late", "decision": "we_rejected_them"})),
        ("close reason", "/api/v1/close-reasons", json!({"name": "Late"})),
        ("prospect pool", "/api/v1/prospect-pools", json!({"name": "Late", "prospect_stages": ["Cold"]})),
    ];
    for (noun, path, new) in all {
        let made = it.post(&format!("add a {noun}"), path, new).await;
        let one = format!("{path}/{}", id(&made));
        it.patch(&format!("rename a {noun}"), one.clone(), json!({"name": "Other"})).await;
        if noun == "prospect pool" {
            let with = it.post("add a stage to a pool", format!("{one}/stages"), json!({"name": "Warm"})).await;
            let stage = format!("/api/v1/prospect-stages/{}", id(&with["prospect_stages"][1]));
            it.patch("rename a stage of a pool", stage.clone(), json!({"name": "Hot"})).await;
            it.delete("delete a stage of a pool", stage).await;
        }
        it.delete(&format!("delete a {noun}"), one).await;
    }
}

async fn house(it: &mut Scene<'_>) {
    it.heading("Settings, keys, web hooks");
    it.patch("change the organization's settings", "/api/v1/organization", json!({"name": "Acme Inc."})).await;
    let key = it.post("make a key", "/api/v1/keys", json!({"name": "Payroll", "endpoints": ["*"]})).await;
    it.post("revoke a key", format!("/api/v1/keys/{}/revoke", id(&key)), json!({})).await;
    let receiver = Receiver::start().await;
    let new = json!({"name": "Payroll", "url": receiver.url, "secret": "web-hook-secret", "events": ["all"]});
    let path = format!("/api/v1/webhooks/{}", id(&it.post("make a web hook", "/api/v1/webhooks", new).await));
    it.patch("change a web hook", path.clone(), json!({"name": "Payroll, Utrecht"})).await;
    it.post("ping a web hook", format!("{path}/ping"), json!({})).await;
    let rename = json!({"first_name": "Janet"});
    assert_eq!(it.acme.patch("/v1/candidates/40", rename).await.status, 200);
    let again = json!({"candidate_id": 40});
    it.post("send what fired for a candidate again", format!("{path}/replay"), again).await;
    let replay = going_on(it).await;
    it.post("end a replay before it is done", format!("/api/v1/replays/{replay}/cancel"), json!({})).await;
    it.post("change the secret of a web hook for another", format!("{path}/rotate-secret"), json!({})).await;
    let test = json!({"event": "update_candidate"});
    it.test_fire("send a web hook a test", format!("{path}/test"), test).await;
    let about = json!({"event": "reject_candidate", "application_id": 50});
    it.post("look what a rejection would tell", "/api/v1/events/preview", about).await;
    it.post("disable a web hook", format!("{path}/disable"), json!({})).await;
    it.post("enable a web hook", format!("{path}/enable"), json!({})).await;
    it.delete("delete a web hook", path).await;
    let (sent, unwanted, notice) = told(it).await;
    it.post("discard a mail", format!("/api/v1/mails/{unwanted}/discard"), json!({})).await;
    it.post("send a mail that was given up again", format!("/api/v1/mails/{sent}/retry"), json!({})).await;
    it.patch("say where a user's clocks hang", format!("/api/v1/users/{}", it.bob), json!({"time_zone": "Asia/Tokyo"}))
        .await;
    it.post("dismiss a notice", format!("/api/v1/notices/{notice}/dismiss"), json!({})).await;
}

/// A replay to the only web hook that nobody has worked off yet.
async fn going_on(it: &Scene<'_>) -> i64 {
    let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
    let house = &it.acme.house;
    let hooks: Vec<courier::endpoint::Webhook> =
        house.read(async |look| Ok(look.tx.all("order by id", &[]).await?)).await.expect("the web hooks");
    let begun = replay::begin(house, actor, hooks[0].id, Selection::Candidate(40), None).await;
    begun.expect("a replay begins").id
}

/// A mail that was given up, another that waits, and a notice.
async fn told(it: &Scene<'_>) -> (i64, i64, i64) {
    let act = async move |work: &mut Work| {
        let (to, subject) = ("ops@example.com".to_owned(), "It fails".to_owned());
        let new = NewMail::new(MailKind::WebhookFailing, to, subject, "It fails.".to_owned());
        let (first, second) = (mail::queue(work, new.clone()).await?, mail::queue(work, new).await?);
        let mut given_up: Mail = work.tx.find(first).await?;
        (given_up.status, given_up.due_at) = (MailStatus::Failed, None);
        work.tx.update(&given_up).await?;
        notice::post(work, NoticeKind::MailGivenUp, None, "A mail was given up".to_owned()).await?;
        let notice = work.tx.count("select max(id) from notices", &[]).await?;
        Ok((first, second, notice))
    };
    it.acme.write(act).await.expect("mail and a notice")
}
