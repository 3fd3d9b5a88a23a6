//! Users, and what they may.

use serde_json::Value;
use sql::Json;

use super::{
    Harvest, SMALL, custom,
    json::{It, rows},
};
use crate::{
    domain::user::email_key,
    import::{Batch, Inlet, Kind},
    tables::{FieldType, FutureJobPermission, JobPermission, User, UserEmail},
};

impl Harvest {
    pub(super) async fn users(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/users", "updated_after", SMALL) + "&user_attributes=true";
        self.each(to, &path, async |to, page| {
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                let mut odd = Vec::new();
                let custom = custom::values(&catalog, FieldType::UserAttribute, it.at("keyed_custom_fields"), &mut odd);
                odd.into_iter().for_each(|why| to.trouble(Kind::Odd, "users", id, why));
                let user = User {
                    id,
                    first_name: it.words("first_name"),
                    last_name: it.words("last_name"),
                    employee_id: it.text("employee_id"),
                    site_admin: it.flag("site_admin"),
                    disabled: it.flag("disabled"),
                    department_ids: Json(it.ids("departments")),
                    office_ids: Json(it.ids("offices")),
                    time_zone: None,
                    custom,
                    created_at: it.time("created_at").unwrap_or(to.began()),
                    updated_at: it.time("updated_at").unwrap_or(to.began()),
                };
                batch.put(user, &[]);
            }
            for (id, it) in rows(page) {
                batch.list("user_id", id, emails(id, it), &["verified"]);
            }
            Ok(batch)
        })
        .await
    }

    pub(super) async fn permissions(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let ids = "select id from users where id > $1 order by id limit $2";
        let ask = async |id: i64| {
            let now = self.reader.all(format!("/v1/users/{id}/permissions/jobs?per_page={SMALL}")).await?;
            let later = self.reader.all(format!("/v1/users/{id}/permissions/future_jobs?per_page={SMALL}")).await?;
            Ok(Value::Array(vec![Value::Array(now), Value::Array(later)]))
        };
        self.each_of(to, ids, ask, async |_, users| {
            let mut batch = Batch::new();
            for (user_id, both) in users {
                let now = both[0].as_array().into_iter().flatten().map(It).filter_map(|it| {
                    let (job_id, user_role_id) = (it.number("job_id")?, it.number("user_role_id")?);
                    Some(JobPermission { id: it.id()?, user_id: *user_id, job_id, user_role_id })
                });
                batch.list("user_id", *user_id, now.collect(), &[]);
            }
            for (user_id, both) in users {
                let later = both[1].as_array().into_iter().flatten().map(It).filter_map(|it| {
                    let (office_id, department_id) = (it.number("office_id"), it.number("department_id"));
                    let user_role_id = it.number("user_role_id")?;
                    Some(FutureJobPermission {
                        id: it.id()?,
                        user_id: *user_id,
                        office_id,
                        department_id,
                        user_role_id,
                    })
                });
                batch.list("user_id", *user_id, later.collect(), &[]);
            }
            Ok(batch)
        })
        .await
    }
}

/// The primary one first. Who is known by an address there is known by it here.
fn emails(user_id: i64, it: It<'_>) -> Vec<UserEmail> {
    let primary = it.text("primary_email_address");
    let all = it.list("emails").filter_map(|it| it.0.as_str().map(str::to_owned));
    let mut emails: Vec<UserEmail> = Vec::new();
    for email in primary.iter().cloned().chain(all) {
        let email_key = email_key(&email);
        if !emails.iter().any(|it| it.email_key == email_key) {
            let is_primary = primary.as_ref() == Some(&email);
            emails.push(UserEmail { id: 0, user_id, email, email_key, is_primary, verified: is_primary });
        }
    }
    emails
}
