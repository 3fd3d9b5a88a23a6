//! The company itself: departments, offices, people who hire, lists.

use std::collections::HashMap;

use futures_util::try_join;

use super::{fields, jobs, jobs::Job};
use crate::{
    domain::{
        catalog::{self, NewPool},
        department::{self, NewDepartment},
        office::{self, NewOffice},
        user::{self, NewUser, Places},
    },
    error::Result,
    house::Orangery,
    tables::{Door, EducationItem, EducationKind, ProspectStage, RejectionReason, Source},
    work::{Actor, Work},
};

/// What the stories need to know of the company.
pub struct Company {
    /// The first is the Site Admin.
    pub users: Vec<i64>,
    pub jobs: Vec<Job>,
    /// A pool, and its stages.
    pub pools: Vec<(i64, Vec<i64>)>,
    pub sources: Vec<i64>,
    /// Reasons of ours, and of theirs.
    pub reasons: (Vec<i64>, Vec<i64>),
    pub schools: Vec<i64>,
    pub disciplines: Vec<i64>,
    pub degrees: Vec<i64>,
}

/// First name, last name, department, office.
const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("Ada", "Lacey", "People", "Amsterdam"),
    ("Bram", "Hoekstra", "People", "Amsterdam"),
    ("Chiara", "Lombardi", "People", "Lisbon"),
    ("Devika", "Rao", "People", "Singapore"),
    ("Ewa", "Zielińska", "People", "Warsaw"),
    ("Frank", "Osgood", "Engineering", "Toronto"),
    ("Gülay", "Aksoy", "Platform", "Amsterdam"),
    ("Henrique", "Prado", "Product Engineering", "Lisbon"),
    ("Ines", "Carvalho", "Data", "Warsaw"),
    ("Jun", "Watanabe", "Design", "Amsterdam"),
    ("Kofi", "Amoah", "Product", "Singapore"),
    ("Linnea", "Sjöberg", "Sales", "Amsterdam"),
    ("Mandla", "Khumalo", "Customer Success", "São Paulo"),
    ("Noor", "Rahimi", "Marketing", "Lisbon"),
    ("Oscar", "Villanueva", "Finance", "Toronto"),
    ("Pilar", "Ortega", "Platform", "Toronto"),
];

/// The recruiters and coordinators, by their places in `PEOPLE`.
pub const RECRUITERS: [usize; 3] = [1, 2, 3];
pub const COORDINATOR: usize = 4;

const DEPARTMENTS: &[(&str, Option<&str>)] = &[
    ("Engineering", None),
    ("Platform", Some("Engineering")),
    ("Product Engineering", Some("Engineering")),
    ("Data", Some("Engineering")),
    ("Product", None),
    ("Design", Some("Product")),
    ("Commercial", None),
    ("Sales", Some("Commercial")),
    ("Marketing", Some("Commercial")),
    ("Customer Success", Some("Commercial")),
    ("People", None),
    ("Finance", None),
];

/// Name, location, the one above.
const OFFICES: &[(&str, &str, Option<&str>)] = &[
    ("Europe", "Europe", None),
    ("Amsterdam", "Amsterdam, Netherlands", Some("Europe")),
    ("Lisbon", "Lisbon, Portugal", Some("Europe")),
    ("Warsaw", "Warsaw, Poland", Some("Europe")),
    ("Americas", "Americas", None),
    ("Toronto", "Toronto, Canada", Some("Americas")),
    ("São Paulo", "São Paulo, Brazil", Some("Americas")),
    ("Asia-Pacific", "Asia-Pacific", None),
    ("Singapore", "Singapore", Some("Asia-Pacific")),
];

const POOLS: &[(&str, &[&str])] = &[
    ("Engineering community", &["Spotted", "Contacted", "In conversation", "Not now"]),
    ("Silver medalists", &["To be asked", "Asked", "Interested"]),
    ("Campus 2026", &["Met at a fair", "Invited", "Assessment"]),
];

/// Ids by name.
pub(super) type Named = HashMap<&'static str, i64>;

impl Company {
    pub async fn found(house: &Orangery) -> Result<Self> {
        let actor =
            Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "orangery demo".to_owned() };
        let (departments, offices, users) = house.write(actor.clone(), async move |work| people(work).await).await?;
        house.write(actor.clone(), async move |work| fields::define(work).await).await?;
        let pools = house.write(actor, async move |work| pools(work).await).await?;
        let mut made = Vec::new();
        for n in 0..super::roles::ROLES.len() {
            let (departments, offices, users) = (departments.clone(), offices.clone(), users.clone());
            let job = house.write(super::by(users[0]), async move |work| {
                jobs::make(work, n, &departments, &offices, &users).await
            });
            made.push(job.await?);
        }
        house.write(super::by(users[0]), async move |work| jobs::board(work).await).await?;
        let mut company = house.read(async |look| Ok(lists(look.tx).await?)).await?;
        (company.users, company.jobs, company.pools) = (users, made, pools);
        Ok(company)
    }
}

/// Departments, offices and users, by name and place.
async fn people(work: &mut Work) -> Result<(Named, Named, Vec<i64>)> {
    let (mut departments, mut offices) = (Named::new(), Named::new());
    for (name, parent) in DEPARTMENTS {
        let new = NewDepartment {
            id: None,
            name: (*name).to_owned(),
            parent_id: parent.and_then(|it| departments.get(it).copied()),
            external_parent_id: None,
            external_id: Some(slug(name)),
        };
        departments.insert(*name, department::create(work, &new).await?.id);
    }
    for (name, location, parent) in OFFICES {
        let new = NewOffice {
            id: None,
            name: (*name).to_owned(),
            location: Some((*location).to_owned()),
            primary_contact_user_id: None,
            parent_id: parent.and_then(|it| offices.get(it).copied()),
            external_parent_id: None,
            external_id: Some(slug(name)),
        };
        offices.insert(*name, office::create(work, &new).await?.id);
    }
    let mut users = Vec::new();
    for (n, (first, last, department, office)) in (1..).zip(PEOPLE) {
        let new = NewUser {
            id: None,
            first_name: (*first).to_owned(),
            last_name: (*last).to_owned(),
            email: format!("{}.{}@example.com", slug(first), slug(last)),
            employee_id: Some(format!("PP-{n:04}")),
            places: Places {
                department_ids: Some(vec![departments[department]]),
                office_ids: Some(vec![offices[office]]),
                ..Places::default()
            },
            custom_fields: Vec::new(),
        };
        users.push(user::create(work, &new).await?);
    }
    user::make_site_admin(work, users[0]).await?;
    Ok((departments, offices, users))
}

async fn pools(work: &mut Work) -> Result<Vec<(i64, Vec<i64>)>> {
    let mut pools = Vec::new();
    for (name, stages) in POOLS {
        let stages = stages.iter().map(|it| (None, (*it).to_owned())).collect();
        let id = catalog::create_pool(work, &NewPool { id: None, name: (*name).to_owned(), stages }).await?;
        let stages: Vec<ProspectStage> =
            work.tx.all("where prospect_pool_id = $1 order by priority, id", sql::params![id]).await?;
        pools.push((id, stages.iter().map(|it| it.id).collect()));
    }
    Ok(pools)
}

/// What every organization begins with.
async fn lists(tx: &sql::Tx) -> Result<Company> {
    let (sources, reasons, items) = try_join!(
        tx.all::<Source>("order by id", &[]),
        tx.all::<RejectionReason>("order by id", &[]),
        tx.all::<EducationItem>("order by id", &[]),
    )?;
    let of = |type_id: i64| reasons.iter().filter(|it| it.type_id == type_id).map(|it| it.id).collect();
    let kind = |kind: EducationKind| items.iter().filter(|it| it.kind == kind).map(|it| it.id).collect();
    Ok(Company {
        users: Vec::new(),
        jobs: Vec::new(),
        pools: Vec::new(),
        sources: sources.iter().map(|it| it.id).collect(),
        reasons: (of(1), of(2)),
        schools: kind(EducationKind::School),
        disciplines: kind(EducationKind::Discipline),
        degrees: kind(EducationKind::Degree),
    })
}

/// A name as it stands in addresses: plain small letters.
pub fn slug(name: &str) -> String {
    let plain = name.chars().flat_map(char::to_lowercase).filter_map(|it| match it {
        'a'..='z' | '0'..='9' => Some(it),
        'á' | 'à' | 'ã' | 'ä' | 'å' => Some('a'),
        'é' | 'è' | 'ë' => Some('e'),
        'í' | 'ı' | 'ï' => Some('i'),
        'ó' | 'ö' | 'ø' | 'õ' => Some('o'),
        'ú' | 'ü' => Some('u'),
        'ń' => Some('n'),
        'ç' => Some('c'),
        ' ' | '-' | '&' => Some('-'),
        _ => None,
    });
    plain.collect()
}
