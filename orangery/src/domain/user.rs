//! Users: made, edited, disabled, brought down to basic; and how others name one.

use jiff::tz::TimeZone;
use sql::{Value, params};

use super::{
    custom_value,
    custom_value::Write,
    department,
    mail::{self, NewMail},
    office, permission,
};
use crate::{
    error::{Error, Faults, Result},
    graph::{Catalog, catalog::Person},
    patch::Patch,
    tables::{Approver, ApproverStatus, CustomValues, FieldType, MailKind, TeamMember, User, UserEmail},
    work::Work,
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

/// Where a user works: departments and offices, each named by ids or by external ids, not by both.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub department_ids: Option<Vec<i64>>,
    pub external_department_ids: Option<Vec<String>>,
    pub office_ids: Option<Vec<i64>>,
    pub external_office_ids: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
pub struct NewUser {
    pub id: Option<i64>,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub employee_id: Option<String>,
    pub places: Places,
    pub custom_fields: Vec<Write>,
}

#[derive(Debug, Clone, Default)]
pub struct EditedUser {
    pub first_name: Patch<String>,
    pub last_name: Patch<String>,
    pub employee_id: Patch<String>,
    /// An empty list clears.
    pub places: Places,
    pub custom_fields: Vec<Write>,
}

/// Adds a basic user (USR-4).
pub async fn create(work: &mut Work, new: &NewUser) -> Result<i64> {
    let NewUser { id, first_name, last_name, email, employee_id, places, custom_fields } = new;
    let catalog = work.catalog().await?;
    let mut row = User {
        id: id.unwrap_or_default(),
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        employee_id: employee_id.clone().filter(|it| !it.trim().is_empty()),
        site_admin: false,
        disabled: false,
        department_ids: sql::Json(Vec::new()),
        office_ids: sql::Json(Vec::new()),
        time_zone: None,
        custom: CustomValues::default(),
        created_at: work.now,
        updated_at: work.now,
    };
    let mut faults = Faults::default();
    check(&mut faults, &catalog, &row);
    check_email(&mut faults, &catalog, email);
    place(&mut faults, &catalog, &mut row, places)?;
    faults.take(custom_value::apply(&catalog, FieldType::UserAttribute, &mut row.custom, custom_fields))?;
    faults.done()?;
    work.insert(&mut row).await?;
    insert_email(work, row.id, email, true).await?;
    Ok(row.id)
}

pub async fn edit(work: &mut Work, id: i64, edited: &EditedUser) -> Result<()> {
    let before: User = work.tx.lock(id).await?;
    let EditedUser { first_name, last_name, employee_id, places, custom_fields } = edited.clone();
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    let mut after = before.clone();
    let cleared = [("first_name", &first_name), ("last_name", &last_name), ("employee_id", &employee_id)];
    for (field, _) in cleared.iter().filter(|(_, value)| **value == Patch::Null) {
        faults.add(*field, "must not be blank");
    }
    first_name.set(&mut after.first_name);
    last_name.set(&mut after.last_name);
    // USR-8: once there, it can change but not go.
    employee_id.map(Some).set(&mut after.employee_id);
    check(&mut faults, &catalog, &after);
    place(&mut faults, &catalog, &mut after, &places)?;
    faults.take(custom_value::apply(&catalog, FieldType::UserAttribute, &mut after.custom, &custom_fields))?;
    faults.done()?;
    save(work, &before, after).await
}

/// Disables or enables a user; can be repeated (USR-5).
pub async fn set_disabled(work: &mut Work, id: i64, disabled: bool) -> Result<()> {
    let before: User = work.tx.lock(id).await?;
    save(work, &before, User { disabled, ..before.clone() }).await
}

/// Takes all permissions from a user (USR-6): those on jobs, roles in hiring teams and open approvals. Silent, since a hiring team is not among what
/// `job_updated` tells of (FIRE-15).
pub async fn make_basic(work: &mut Work, id: i64) -> Result<()> {
    let before: User = work.tx.lock(id).await?;
    let roles: Vec<TeamMember> = work.tx.all("where user_id = $1 order by id", params![id]).await?;
    for role in &roles {
        work.delete(role).await?;
    }
    permission::take_all(work, id).await?;
    // A group that is too small without its approver waits until its flow is planned anew: nobody's approval is taken for given.
    let open = "where user_id = $1 and status in ($2, $3) order by id";
    let open: Vec<Approver> = work.tx.all(open, params![id, ApproverStatus::Waiting, ApproverStatus::Due]).await?;
    for approver in &open {
        work.delete(approver).await?;
    }
    save(work, &before, User { site_admin: false, ..before.clone() }).await
}

/// Lets a user do everything. No API can: it takes somebody at the machine.
pub async fn make_site_admin(work: &mut Work, id: i64) -> Result<()> {
    let before: User = work.tx.lock(id).await?;
    save(work, &before, User { site_admin: true, ..before.clone() }).await
}

/// Says where a user's clocks hang: an IANA name, or the organization's zone (OBO-5).
pub async fn set_time_zone(work: &mut Work, id: i64, time_zone: Option<String>) -> Result<()> {
    let before: User = work.tx.lock(id).await?;
    if time_zone.as_ref().is_some_and(|it| TimeZone::get(it).is_err()) {
        return Err(Error::invalid("time_zone", "Must be an IANA name such as Europe/Amsterdam"));
    }
    save(work, &before, User { time_zone, ..before.clone() }).await
}

/// Asks a new user in (USR-4).
pub async fn invite(work: &mut Work, id: i64) -> Result<()> {
    let (catalog, house) = (work.catalog().await?, work.look().await?.links.public_url.clone());
    let Some((user, address)) = catalog.user(Some(id)).and_then(|it| Some((it, it.email()?))) else { return Ok(()) };
    let organization = &catalog.organization.name;
    let who = catalog.user(work.actor.user_id).map_or_else(|| "Somebody".to_owned(), |it| it.name());
    let body = format!(
        "Hello {},\n\n{who} has added you to the people who recruit for {organization}.\n\n\
         To begin, open {house} and sign in with this address, {address}.\n\n\
         If you know nothing of this, you need not do anything.\n\n-- \nOrangery at {house}\n",
        user.row.first_name
    );
    let subject = format!("{who} has invited you to {organization}");
    let new = NewMail::new(MailKind::Invitation, address.to_owned(), subject, body);
    mail::queue(work, NewMail { user_id: Some(id), ..new }).await?;
    Ok(())
}

/// What adding an e-mail address came to (USR-7).
#[derive(Debug, Clone, PartialEq)]
pub enum AddedEmail {
    New(UserEmail),
    /// It was known and is not verified: the verification is sent again.
    SentAgain(UserEmail),
    Nothing,
}

pub async fn add_email(work: &mut Work, id: i64, email: &str, send_verification: bool) -> Result<AddedEmail> {
    let user: User = work.tx.lock(id).await?;
    let catalog = work.catalog().await?;
    let emails = catalog.user(Some(id)).map_or(&[][..], |it| &it.emails);
    if let Some(known) = emails.iter().find(|it| it.email_key == email_key(email)) {
        return Ok(match send_verification && !known.verified {
            true => AddedEmail::SentAgain(known.clone()),
            false => AddedEmail::Nothing,
        });
    }
    let mut faults = Faults::default();
    check_email(&mut faults, &catalog, email);
    faults.done()?;
    let row = insert_email(work, id, email, emails.is_empty()).await?;
    work.update(&user, &User { updated_at: work.now, ..user.clone() }).await?;
    Ok(AddedEmail::New(row))
}

/// The users of these ids as they are now, locked: the catalog may be older than what somebody else wrote a moment ago.
pub(super) async fn lock_all(work: &Work, ids: Vec<i64>) -> Result<Vec<User>> {
    Ok(work.tx.all("where id {any:$1} order by id {for update}", &[Value::Ids(ids)]).await?)
}

async fn save(work: &mut Work, before: &User, mut after: User) -> Result<()> {
    if after != *before {
        after.updated_at = work.now;
        work.update(before, &after).await?;
    }
    Ok(())
}

async fn insert_email(work: &mut Work, user_id: i64, email: &str, is_primary: bool) -> Result<UserEmail> {
    let email = email.trim().to_owned();
    let email_key = email_key(&email);
    let mut row = UserEmail { id: 0, user_id, email, email_key, is_primary, verified: false };
    work.insert(&mut row).await?;
    Ok(row)
}

fn check(faults: &mut Faults, catalog: &Catalog, user: &User) {
    faults.text("first_name", &user.first_name, 255);
    faults.text("last_name", &user.last_name, 255);
    let Some(employee_id) = &user.employee_id else { return };
    faults.text("employee_id", employee_id, 255);
    if catalog.user_by_employee_id(employee_id).is_some_and(|it| it.row.id != user.id) {
        faults.add("employee_id", format!("Another user has the employee id {employee_id}"));
    }
}

/// An address is one user's, whatever its case.
fn check_email(faults: &mut Faults, catalog: &Catalog, email: &str) {
    faults.limit("email", email, 255);
    match () {
        () if !looks_like_email(email) => faults.add("email", "Must be an e-mail address"),
        () if catalog.user_by_email(email).is_some() => {
            faults.add("email", format!("Another user has the address {}", email.trim()));
        }
        () => {}
    }
}

/// Whether mail could go there: somebody, an `@`, somewhere, and nothing that would end a header.
pub fn looks_like_email(email: &str) -> bool {
    let email = email.trim();
    let odd = |it: char| it.is_whitespace() || it.is_control() || ",;<>()\"".contains(it);
    email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !email.contains(odd)
}

/// By this, addresses are the same.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

fn place(faults: &mut Faults, catalog: &Catalog, user: &mut User, places: &Places) -> Result<()> {
    let Places { department_ids, external_department_ids, office_ids, external_office_ids } = places;
    let departments = department::resolve_all(
        catalog,
        department_ids.as_ref(),
        external_department_ids.as_ref(),
        ("department_ids", "external_department_ids"),
    );
    if let Some(Some(ids)) = faults.take(departments)? {
        user.department_ids = sql::Json(ids);
    }
    let offices = office::resolve_all(
        catalog,
        office_ids.as_ref(),
        external_office_ids.as_ref(),
        ("office_ids", "external_office_ids"),
    );
    if let Some(Some(ids)) = faults.take(offices)? {
        user.office_ids = sql::Json(ids);
    }
    Ok(())
}
