//! The organization's catalogs: what is small, changes seldom and is needed by nearly every answer. They are read as a whole and kept as long
//! as `organization.catalog_version` says that they still hold, so that a Work pays one small query for all of them.

use std::collections::{BTreeMap, HashMap};

use futures_util::try_join;
use sql::{Tx, params};

use super::{by, by_id, plan};
use crate::{
    error::Result,
    tables::{
        ApiKey, CloseReason, CustomField, CustomFieldOption, Department, FieldType, Office, Organization, ProspectPool,
        ProspectStage, RejectionReason, Source, User, UserEmail,
    },
};

/// The tables that are read into the catalog: a write to one of them moves the version on.
pub const TABLES: &[&str] = &[
    "organization",
    "users",
    "user_emails",
    "departments",
    "offices",
    "custom_fields",
    "custom_field_options",
    "sources",
    "rejection_reasons",
    "close_reasons",
    "prospect_pools",
    "prospect_stages",
    "api_keys",
];

/// Which state of the catalog, and of the plans of jobs, a transaction sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    pub catalog: i64,
    pub jobs: i64,
}

impl Versions {
    /// What was read before at these versions holds in `tx`.
    pub async fn read(tx: &Tx) -> Result<Self> {
        let row = tx.row("select catalog_version, jobs_version from organization", params![]).await?;
        Ok(row.map_or(Ok(Self::default()), |it| Ok::<_, sql::Error>(Self { catalog: it.get(0)?, jobs: it.get(1)? }))?)
    }

    /// Moves the versions on for what `tx` wrote: the last thing before it is committed, so that nothing that it saw meanwhile was taken for
    /// a state that others see.
    pub async fn advance(tx: &Tx) -> Result<()> {
        if tx.has_written(TABLES) {
            tx.execute("update organization set catalog_version = catalog_version + 1", params![]).await?;
        }
        if tx.has_written(plan::TABLES) {
            tx.execute("update organization set jobs_version = jobs_version + 1", params![]).await?;
        }
        Ok(())
    }
}

pub struct Catalog {
    pub organization: Organization,
    pub users: BTreeMap<i64, Person>,
    /// Any address of a user, in lower case, to the user's id.
    pub users_by_email: HashMap<String, i64>,
    pub departments: BTreeMap<i64, Department>,
    pub offices: BTreeMap<i64, Office>,
    /// By priority, the deleted ones too.
    pub custom_fields: Vec<Field>,
    pub sources: BTreeMap<i64, Source>,
    pub rejection_reasons: BTreeMap<i64, RejectionReason>,
    pub close_reasons: BTreeMap<i64, CloseReason>,
    pub prospect_pools: BTreeMap<i64, ProspectPool>,
    pub prospect_stages: BTreeMap<i64, ProspectStage>,
    /// Keys that are not revoked, by the hash of what the client sends.
    pub api_keys: HashMap<String, ApiKey>,
}

#[derive(Clone)]
pub struct Person {
    pub row: User,
    /// The primary one first.
    pub emails: Vec<UserEmail>,
}

#[derive(Clone)]
pub struct Field {
    pub row: CustomField,
    /// By priority.
    pub options: Vec<CustomFieldOption>,
}

impl Catalog {
    pub async fn read(tx: &Tx) -> Result<Self> {
        let (organization, users, emails, departments, offices, fields, options) = try_join!(
            tx.all::<Organization>("order by id", params![]),
            tx.all::<User>("", params![]),
            tx.all::<UserEmail>("order by is_primary desc, id", params![]),
            tx.all::<Department>("", params![]),
            tx.all::<Office>("", params![]),
            tx.all::<CustomField>("order by priority, id", params![]),
            tx.all::<CustomFieldOption>("order by priority, id", params![]),
        )?;
        let (sources, reasons, close_reasons, pools, stages, keys) = try_join!(
            tx.all::<Source>("", params![]),
            tx.all::<RejectionReason>("", params![]),
            tx.all::<CloseReason>("", params![]),
            tx.all::<ProspectPool>("", params![]),
            tx.all::<ProspectStage>("", params![]),
            tx.all::<ApiKey>("where revoked_at is null", params![]),
        )?;
        let users_by_email = emails.iter().map(|it| (it.email_key.clone(), it.user_id)).collect();
        let mut emails = by(emails, |it| it.user_id);
        let mut options = by(options, |it| it.custom_field_id);
        Ok(Self {
            organization: organization
                .into_iter()
                .next()
                .ok_or_else(|| sql::Error::Database("the organization's row is missing".to_owned()))?,
            users: users
                .into_iter()
                .map(|row| (row.id, Person { emails: emails.remove(&row.id).unwrap_or_default(), row }))
                .collect(),
            users_by_email,
            departments: by_id(departments).into_iter().collect(),
            offices: by_id(offices).into_iter().collect(),
            custom_fields: fields
                .into_iter()
                .map(|row| Field { options: options.remove(&row.id).unwrap_or_default(), row })
                .collect(),
            sources: by_id(sources).into_iter().collect(),
            rejection_reasons: by_id(reasons).into_iter().collect(),
            close_reasons: by_id(close_reasons).into_iter().collect(),
            prospect_pools: by_id(pools).into_iter().collect(),
            prospect_stages: by_id(stages).into_iter().collect(),
            api_keys: keys.into_iter().map(|it| (it.hash.clone(), it)).collect(),
        })
    }

    pub fn user(&self, id: Option<i64>) -> Option<&Person> {
        self.users.get(&id?)
    }

    pub fn user_by_email(&self, email: &str) -> Option<&Person> {
        self.user(self.users_by_email.get(&email.trim().to_lowercase()).copied())
    }

    pub fn user_by_employee_id(&self, employee_id: &str) -> Option<&Person> {
        self.users.values().find(|it| it.row.employee_id.as_deref() == Some(employee_id))
    }

    /// The fields of one kind that are not deleted, by priority.
    pub fn fields(&self, of: FieldType) -> impl Iterator<Item = &Field> {
        self.custom_fields.iter().filter(move |it| it.row.field_type == of && it.row.active)
    }

    pub fn field(&self, id: i64) -> Option<&Field> {
        self.custom_fields.iter().find(|it| it.row.id == id)
    }

    /// The ids of `department` and of all below it.
    pub fn departments_below(&self, department: i64) -> Vec<i64> {
        below(department, self.departments.values().map(|it| (it.id, it.parent_id)).collect())
    }

    /// By priority.
    pub fn stages_of_pool(&self, pool: i64) -> Vec<&ProspectStage> {
        let mut stages: Vec<_> = self.prospect_stages.values().filter(|it| it.prospect_pool_id == pool).collect();
        stages.sort_by_key(|it| (it.priority, it.id));
        stages
    }

    /// The departments right below `department`, in their order.
    pub fn departments_under(&self, department: i64) -> impl Iterator<Item = &Department> {
        self.departments.values().filter(move |it| it.parent_id == Some(department))
    }

    pub fn offices_under(&self, office: i64) -> impl Iterator<Item = &Office> {
        self.offices.values().filter(move |it| it.parent_id == Some(office))
    }
}

/// All descendants of `root` in a tree given as (id, parent), children before grandchildren.
fn below(root: i64, tree: Vec<(i64, Option<i64>)>) -> Vec<i64> {
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(tree.iter().filter(|(id, of)| *of == Some(parent) && *id != root).map(|(id, _)| *id));
        next += 1;
    }
    found.split_off(1)
}

impl Person {
    pub fn name(&self) -> String {
        format!("{} {}", self.row.first_name, self.row.last_name).trim().to_owned()
    }

    pub fn email(&self) -> Option<&str> {
        self.emails.first().map(|it| it.email.as_str())
    }
}
