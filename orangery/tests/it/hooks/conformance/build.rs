//! Builds the state that an example shows, through the verbs, with the ids of the example.

use std::collections::BTreeMap;

use jiff::civil::Date;
use orangery::{
    domain::{
        application::new::{self, NewApplication, Prospect, Referrer, Standing},
        attachment::NewAttachment,
        candidate::{self, NewCandidate, NewContact, NewEducation, NewEmployment},
        catalog, custom_field,
        custom_value::{Change, FieldRef, Write},
        department, hiring_team,
        job::{self, DepartmentRef, NewJob, OfficeRefs},
        office, opening,
        post::{self, NewPost},
        stage::{
            NewStage,
            interview::{NewInterview, NewKit, NewKitQuestion},
        },
        user::{self, Places, UserRef},
    },
    error::Result,
    tables::{
        AttachmentKind, ContactKind, EducationItem, EducationKind, FieldType, InterviewKind, TeamRole, User, UserEmail,
        ValueType,
    },
    words::Word,
    work::Work,
};
use serde_json::{Map, Value};

use crate::acme::Acme;

/// A text of the example; empty where there is none.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn maybe(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub fn id(value: &Value) -> Option<i64> {
    value.as_i64()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A house whose addresses are those of the example, with all users, departments, offices and custom fields that it names.
pub async fn house(payload: &Value) -> Acme {
    let at = payload.to_string();
    let scheme = if at.contains("http://app.greenhouse.io/people") { "http" } else { "https" };
    let acme = Acme::at_address(&format!("{scheme}://app.greenhouse.io")).await;
    let mut users = BTreeMap::new();
    people(payload, &mut users);
    for (id, person) in users {
        let made = acme.write(async move |work| add_user(work, id, &person).await).await;
        made.expect("the user is added");
    }
    let whole = payload.clone();
    acme.write(async move |work| places(work, &whole).await).await.expect("departments and offices are made");
    let fields = [
        ("/application/custom_fields", FieldType::Application),
        ("/application/candidate/custom_fields", FieldType::Candidate),
        ("/candidate/custom_fields", FieldType::Candidate),
        ("/application/rejection_details/custom_fields", FieldType::RejectionQuestion),
        ("/application/jobs/0/custom_fields", FieldType::Job),
        ("/job/custom_fields", FieldType::Job),
        ("/application/offer/custom_fields", FieldType::Offer),
        ("/custom_fields", FieldType::Offer),
    ];
    for (at, of) in fields {
        let map = payload.pointer(at).and_then(Value::as_object).cloned().unwrap_or_default();
        acme.write(async move |work| define(work, of, &map).await).await.expect("custom fields are defined");
    }
    acme.fired().await;
    acme
}

/// What the example knows of a user.
#[derive(Default, Clone)]
pub struct Person {
    name: Option<String>,
    email: Option<String>,
    employee_id: Option<String>,
}

/// Gathers every user whom some part of the example names; what is told first counts.
fn people(value: &Value, found: &mut BTreeMap<i64, Person>) {
    match value {
        Value::Array(values) => values.iter().for_each(|it| people(it, found)),
        Value::Object(map) => {
            let known = |name: &str| map.get(name).and_then(maybe_str);
            let is_user =
                map.contains_key("employee_id") || map.contains_key("display_name") || map.contains_key("email");
            if let Some(id) = map.get("id").or_else(|| map.get("user_id")).and_then(Value::as_i64).filter(|_| is_user) {
                let person = found.entry(id).or_default();
                person.name = person.name.take().or_else(|| known("name")).or_else(|| known("display_name"));
                person.email = person.email.take().or_else(|| known("email"));
                person.employee_id = person.employee_id.take().or_else(|| known("employee_id"));
            }
            for key in [
                "user_id",
                "offering_user_id",
                "recruiter_user_id",
                "coordinator_user_id",
                "referrer_id",
                "rejected_by_user_id",
            ] {
                if let Some(id) = map.get(key).and_then(Value::as_i64) {
                    found.entry(id).or_default();
                }
            }
            map.values().for_each(|it| people(it, found));
        }
        _ => {}
    }
}

fn maybe_str(value: &Value) -> Option<String> {
    maybe(value)
}

async fn add_user(work: &mut Work, id: i64, person: &Person) -> Result<()> {
    let name = person.name.clone().unwrap_or_else(|| format!("User {id}"));
    let (first_name, last_name) = name.split_once(' ').unwrap_or((&name, "-"));
    let taken = match &person.employee_id {
        Some(id) => work.tx.first::<User>("where employee_id = $1", sql::params![id]).await?.is_some(),
        None => false,
    };
    let email = person.email.clone().unwrap_or_else(|| format!("user.{id}@example.com"));
    let used = work.tx.first::<UserEmail>("where email_key = $1", sql::params![email.to_lowercase()]).await?.is_some();
    let new = user::NewUser {
        id: Some(id),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: if used { format!("user.{id}@example.com") } else { email },
        employee_id: person.employee_id.clone().filter(|_| !taken),
        places: Places::default(),
        custom_fields: Vec::new(),
    };
    user::create(work, &new).await?;
    Ok(())
}

async fn places(work: &mut Work, payload: &Value) -> Result<()> {
    let job = [&payload["job"], &payload["application"]["jobs"][0]]
        .into_iter()
        .find(|it| it.is_object())
        .cloned()
        .unwrap_or_default();
    for it in list(&job["departments"]) {
        let new = department::NewDepartment {
            id: id(&it["id"]),
            name: text(&it["name"]),
            parent_id: None,
            external_parent_id: None,
            external_id: maybe(&it["external_id"]),
        };
        department::create(work, &new).await?;
    }
    for it in list(&job["offices"]) {
        let new = office::NewOffice {
            id: id(&it["id"]),
            name: text(&it["name"]),
            location: maybe(&it["location"]),
            primary_contact_user_id: None,
            parent_id: None,
            external_parent_id: None,
            external_id: maybe(&it["external_id"]),
        };
        office::create(work, &new).await?;
    }
    Ok(())
}

/// Defines the custom fields of a map, with their keys, and options for the values of selects.
async fn define(work: &mut Work, of: FieldType, map: &Map<String, Value>) -> Result<()> {
    for (key, entry) in map {
        let shown = entry["type"].as_str().unwrap_or_default();
        let value_type =
            if shown == "boolean" { ValueType::YesNo } else { ValueType::parse(shown).expect("a documented type") };
        let names: Vec<String> = match (value_type, &entry["value"]) {
            (ValueType::MultiSelect, Value::Array(values)) => values.iter().map(text).collect(),
            (ValueType::SingleSelect, Value::String(name)) => vec![name.clone()],
            (ValueType::SingleSelect | ValueType::MultiSelect, _) => vec!["An option".to_owned()],
            _ => Vec::new(),
        };
        let options = (0..).zip(names).map(|(priority, name)| custom_field::NewOption {
            id: None,
            name,
            priority,
            external_id: None,
        });
        let new = custom_field::NewField {
            id: None,
            field_type: of,
            value_type,
            name: text(&entry["name"]),
            name_key: Some(key.clone()),
            description: None,
            priority: None,
            flags: custom_field::Flags::default(),
            department_ids: Vec::new(),
            office_ids: Vec::new(),
            options: options.collect(),
            generate_email_token: false,
        };
        custom_field::create(work, &new).await?;
    }
    Ok(())
}

/// The values of a map of custom fields, as a client would write them; what is null stays unset.
pub fn writes(map: &Value) -> Vec<Write> {
    let mut writes = Vec::new();
    for (key, entry) in map.as_object().into_iter().flatten() {
        let value = &entry["value"];
        let unit = |value: &Value| Some(value["unit"].as_str().unwrap_or("USD").to_owned());
        let change = match entry["type"].as_str().unwrap_or_default() {
            _ if value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty) => continue,
            "currency" => Change::Value { value: value["amount"].clone(), unit: unit(value) },
            "currency_range" => {
                Change::Range { min: value["min_value"].clone(), max: value["max_value"].clone(), unit: unit(value) }
            }
            "number_range" => {
                Change::Range { min: value["min_value"].clone(), max: value["max_value"].clone(), unit: None }
            }
            "user" => Change::Value { value: value["user_id"].clone(), unit: None },
            _ => Change::Value { value: value.clone(), unit: None },
        };
        writes.push(Write { field: FieldRef::Key(key.clone()), change, path: key.clone() });
    }
    writes
}

/// The job of an example, with its team, openings, post, and a plan that has the example's stage as number `position`.
pub async fn add_job(acme: &Acme, job: &Value, stage: &Value, position: usize) {
    acme.at(job["created_at"].as_str().unwrap_or(crate::acme::START));
    let (job, stage) = (job.clone(), stage.clone());
    let made = acme.write(async move |work| {
        let mut stages = vec![plain_stage("Before"), plain_stage("After")];
        if stage.is_object() {
            stages.insert(position, stage_of(&stage));
        }
        let openings = list(&job["openings"]).map(|it| opening::NewOpening {
            id: id(&it["id"]),
            opening_id: maybe(&it["opening_id"]),
            opened_at: None,
            custom: Vec::new(),
        });
        let new = NewJob {
            id: id(&job["id"]),
            name: text(&job["name"]),
            requisition_id: maybe(&job["requisition_id"]),
            notes: maybe(&job["notes"]),
            open: true,
            opened_at: job["opened_at"].as_str().and_then(|it| it.parse().ok()),
            department: job["departments"][0]["id"].as_i64().map(DepartmentRef::Id),
            offices: OfficeRefs::Ids(list(&job["offices"]).filter_map(|it| id(&it["id"])).collect()),
            custom: writes(&job["custom_fields"]),
            openings: openings.collect(),
            stages: Some(stages),
            ..NewJob::default()
        };
        let made = job::create(work, new).await?;
        hiring_team::replace(work, made.id, team(&job["hiring_team"])).await?;
        if let Some(post_id) = id(&job["job_post_id"]) {
            post::create(work, new_post(post_id, Some(made.id))).await?;
        }
        Ok(())
    });
    made.await.expect("the job is made");
}

pub fn new_post(post_id: i64, job_id: Option<i64>) -> NewPost {
    NewPost {
        id: Some(post_id),
        job_id,
        title: "A post".to_owned(),
        location: None,
        internal: false,
        external: true,
        live: false,
        content: None,
        internal_content: None,
        first_published_at: None,
        listing: Default::default(),
        questions: None,
    }
}

fn team(team: &Value) -> hiring_team::Lists {
    let members = |role: TeamRole| {
        let member = |it: &Value| {
            Some(hiring_team::NewMember { user_id: id(&it["user_id"])?, future: false, active: false, inactive: false })
        };
        (role, list(&team[role.word()]).filter_map(member).collect())
    };
    TeamRole::ALL.iter().map(|role| members(*role)).collect()
}

pub fn plain_stage(name: &str) -> NewStage {
    NewStage { id: None, name: name.to_owned(), interviews: Vec::new() }
}

/// The stage of an example with its interviews: what asks for feedback is a review, what is scheduled a meeting.
pub fn stage_of(stage: &Value) -> NewStage {
    let interview = |it: &Value| NewInterview {
        id: id(&it["id"]),
        name: text(&it["name"]),
        // Who is to interview, where nothing is scheduled yet, are the step's own people.
        user_ids: list(&it["interviewers"]).filter_map(|it| id(&it["id"])).collect(),
        kind: if it["status"] == "collect_feedback" { InterviewKind::Review } else { InterviewKind::Meeting },
        kit: NewKit {
            id: it["interview_kit"]["url"].as_str().and_then(kit_id),
            content: maybe(&it["interview_kit"]["content"]),
            questions: list(&it["interview_kit"]["questions"])
                .map(|it| NewKitQuestion { id: id(&it["id"]), question: text(&it["question"]) })
                .collect(),
        },
        ..NewInterview::default()
    };
    NewStage {
        id: id(&stage["id"]),
        name: text(&stage["name"]),
        interviews: list(&stage["interviews"]).map(interview).collect(),
    }
}

/// The number in `…/guides/113153/people/…`.
fn kit_id(url: &str) -> Option<i64> {
    url.split("/guides/").nth(1)?.split('/').next()?.parse().ok()
}

/// Adds the candidate of an example; the application through which they came is another one than the example's.
pub async fn add_candidate(acme: &Acme, candidate: &Value, applications: Vec<NewApplication>) {
    acme.at(candidate["created_at"].as_str().unwrap_or(crate::acme::START));
    let candidate = candidate.clone();
    let made = acme.write(async move |work| {
        let mut new = new_candidate(work, &candidate).await?;
        new.applications = applications.clone();
        match new.applications.iter().any(|it| matches!(it.standing, Standing::Candidate { .. })) {
            true => candidate::create(work, &new).await,
            false => candidate::create_prospect(work, &new).await,
        }
    });
    made.await.expect("the candidate is added");
}

/// The candidate of an example, without applications.
pub async fn new_candidate(work: &mut Work, of: &Value) -> Result<NewCandidate> {
    let mut new = NewCandidate::new(text(&of["first_name"]), text(&of["last_name"]));
    new.id = id(&of["id"]);
    new.company = maybe(&of["company"]);
    new.title = maybe(&of["title"]);
    new.headline = maybe(&of["headline"]);
    new.external_id = maybe(&of["external_id"]);
    new.photo = maybe(&of["photo_url"]);
    new.is_private = of["is_private"].as_bool().unwrap_or(false);
    new.can_email = of["can_email"].as_bool().unwrap_or(true);
    let user = |person: &Value, flat: &Value| id(&person["id"]).or_else(|| id(flat)).map(UserRef::Id);
    new.recruiter = user(&of["recruiter"], &of["recruiter_user_id"]);
    new.coordinator = user(&of["coordinator"], &of["coordinator_user_id"]);
    for (name, kind) in [
        ("phone_numbers", ContactKind::Phone),
        ("email_addresses", ContactKind::Email),
        ("addresses", ContactKind::Address),
        ("website_addresses", ContactKind::Website),
        ("social_media_addresses", ContactKind::SocialMedia),
    ] {
        let contact = |it: &Value| NewContact {
            kind,
            value: text(&it["value"]),
            label: maybe(&it["type"]).map(|it| it.trim().to_owned()),
            path: name.to_owned(),
        };
        new.contacts.extend(list(&of[name]).map(contact));
    }
    for it in list(&of["educations"]) {
        new.educations.push(NewEducation {
            id: None,
            school_id: item(work, EducationKind::School, &it["school_name"]).await?,
            discipline_id: item(work, EducationKind::Discipline, &it["discipline"]).await?,
            degree_id: item(work, EducationKind::Degree, &it["degree"]).await?,
            start_date: american(&it["start_date"]),
            end_date: american(&it["end_date"]),
            path: String::new(),
        });
    }
    new.employments = list(&of["employments"])
        .map(|it| NewEmployment {
            id: None,
            company_name: text(&it["company_name"]),
            title: text(&it["title"]),
            start_date: american(&it["start_date"]),
            end_date: american(&it["end_date"]),
        })
        .collect();
    new.tags = list(&of["tags"]).map(text).collect();
    new.attachments = list(&of["attachments"]).map(attachment).collect();
    new.custom = writes(&of["custom_fields"]);
    Ok(new)
}

fn attachment(of: &Value) -> NewAttachment {
    NewAttachment {
        id: None,
        filename: text(&of["filename"]),
        kind: AttachmentKind::parse(of["type"].as_str().unwrap_or_default()).expect("a documented type"),
        content_type: None,
        visibility: None,
        blob: "0".repeat(64),
        size: 1,
    }
}

async fn item(work: &mut Work, kind: EducationKind, name: &Value) -> Result<Option<i64>> {
    let Some(name) = maybe(name) else { return Ok(None) };
    let found = work.tx.first::<EducationItem>("where kind = $1 and name = $2", sql::params![kind, &name]).await?;
    if let Some(found) = found {
        return Ok(Some(found.id));
    }
    let mut row = EducationItem { id: 0, kind, name, priority: 1000 };
    work.insert(&mut row).await?;
    Ok(Some(row.id))
}

/// `MM/DD/YYYY`.
pub fn american(value: &Value) -> Option<Date> {
    Date::strptime("%m/%d/%Y", value.as_str()?).ok()
}

/// The application of an example, as it is to be made.
pub fn new_application(of: &Value) -> NewApplication {
    let job_ids: Vec<i64> = list(&of["jobs"]).filter_map(|it| id(&it["id"])).collect();
    let standing = match of["prospect"].as_bool().unwrap_or(false) {
        true => Standing::Prospect(Prospect { job_ids, ..Prospect::default() }),
        false => {
            Standing::Candidate { job_id: job_ids.first().copied().expect("a candidate's job"), initial_stage_id: None }
        }
    };
    let mut new = NewApplication::new(standing);
    new.id = id(&of["id"]);
    new.source_id = id(&of["source"]["id"]);
    new.referrer = id(&of["credited_to"]["id"]).map(|id| Referrer::User(UserRef::Id(id)));
    new.custom = writes(&of["custom_fields"]);
    new
}

/// Makes the source of an application what the example says.
pub async fn add_source(acme: &Acme, source: &Value) {
    let Some(source_id) = id(&source["id"]) else { return };
    let name = maybe(&source["name"]).or_else(|| maybe(&source["public_name"])).unwrap_or_default();
    let made = acme.write(async move |work| {
        let row = work.tx.first::<orangery::tables::Source>("where id = $1", sql::params![source_id]).await?;
        match row {
            Some(_) => {
                let edited = catalog::EditedSource {
                    name: orangery::patch::Patch::Value(name.clone()),
                    public_name: orangery::patch::Patch::Value(name.clone()),
                    strategy: orangery::patch::Patch::Absent,
                };
                catalog::edit_source(work, source_id, &edited).await
            }
            None => {
                let new = catalog::NewSource {
                    id: Some(source_id),
                    name: name.clone(),
                    public_name: Some(name.clone()),
                    strategy: catalog::Strategy::Other,
                };
                catalog::create_source(work, &new).await
            }
        }
    });
    made.await.expect("the source is made");
}

/// Adds the application of an example to a candidate that is there.
pub async fn add_application(acme: &Acme, candidate_id: i64, new: NewApplication, applied_at: &Value) {
    acme.at(applied_at.as_str().unwrap_or(crate::acme::START));
    let made = acme.write(async move |work| new::create(work, candidate_id, &new).await).await;
    made.expect("the application is made");
}
