//! Users: how others name one.

use crate::{
    error::{Error, Result},
    graph::{Catalog, catalog::Person},
};

/// The three ways in which Harvest's clients name a user (CAND-3, APR-6, INT-3, USR-5).
#[derive(Debug, Clone, PartialEq)]
pub enum UserRef {
    Id(i64),
    /// Any address of the user.
    Email(String),
    EmployeeId(String),
}

/// The user that is meant; an unknown one is the input's fault, at `field`.
pub fn resolve<'a>(catalog: &'a Catalog, user: &UserRef, field: &str) -> Result<&'a Person> {
    let (found, named) = match user {
        UserRef::Id(id) => (catalog.user(Some(*id)), id.to_string()),
        UserRef::Email(email) => (catalog.user_by_email(email), email.clone()),
        UserRef::EmployeeId(id) => (catalog.user_by_employee_id(id), id.clone()),
    };
    found.ok_or_else(|| Error::invalid(field, format!("There is no user {named}")))
}
