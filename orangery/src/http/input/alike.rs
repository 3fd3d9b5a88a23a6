//! What several endpoints read alike: users, values of custom fields, times on somebody's wall.

use jiff::{Timestamp, civil::DateTime};
use serde_json::Value;

use super::Fields;
use crate::{
    domain::{
        custom_value::{Change, FieldRef, Write},
        user::UserRef,
    },
    patch::Patch,
};

impl Fields<'_> {
    /// A user, named by `user_id` or `id`, `email`, or `employee_id`.
    pub fn user(&self, name: &str) -> Option<UserRef> {
        self.object(name, |it| it.user_ref()).flatten()
    }

    pub fn patch_user(&self, name: &str) -> Patch<UserRef> {
        self.patch(name, || self.user(name))
    }

    /// The user that this object names.
    pub fn user_ref(&self) -> Option<UserRef> {
        let id = self.id("user_id").or_else(|| self.id("id")).map(UserRef::Id);
        let email = || self.text("email", 255).map(UserRef::Email);
        let user = id.or_else(email).or_else(|| self.text("employee_id", 255).map(UserRef::EmployeeId));
        if user.is_none() {
            self.fault("user_id", "Must name a user by user_id, email or employee_id");
        }
        user
    }

    /// A point in time, or, without a zone, what a clock shows that hangs somewhere.
    pub fn time_or_local(&self, name: &str) -> Option<Result<Timestamp, DateTime>> {
        let local = |text: &str| text.trim().parse::<DateTime>().ok().filter(|it| (0..=9998).contains(&it.year()));
        match self.raw(name).and_then(Value::as_str) {
            // What ends in a Z is none of a clock's.
            Some(text) if text.trim().parse::<Timestamp>().is_err() => match local(text) {
                Some(local) => Some(Err(local)),
                None => self.time(name).map(Ok),
            },
            _ => self.time(name).map(Ok),
        }
    }

    /// The changes to custom fields under `name`; none is no change (CF-10).
    pub fn custom_values(&self, name: &str) -> Vec<Write> {
        let writes = self.objects(name, |it| {
            let field = it.id("id").map(FieldRef::Id).or_else(|| it.text("name_key", 255).map(FieldRef::Key));
            let unit = it.text("unit", 3);
            let change = match () {
                () if it.flag("delete_value").unwrap_or(false) => Change::Delete,
                () if it.has("min_value") || it.has("max_value") => {
                    let bound = |name| it.raw(name).cloned().unwrap_or_default();
                    Change::Range { min: bound("min_value"), max: bound("max_value"), unit }
                }
                () => Change::Value { value: it.raw("value").cloned().unwrap_or_default(), unit },
            };
            match field {
                Some(field) => Some(Write { field, change, path: it.path.trim_end_matches('.').to_owned() }),
                None => {
                    it.fault("id", "Must name a custom field by id or name_key");
                    None
                }
            }
        });
        writes.unwrap_or_default().into_iter().flatten().collect()
    }
}
