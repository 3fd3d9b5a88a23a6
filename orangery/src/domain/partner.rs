//! Partners, who send people in and ask what became of them (ING-1 … ING-9).

use sql::params;

use super::{
    application::new::{NewApplication, Prospect, Referrer, Standing},
    attachment::NewAttachment,
    candidate::{self, NewCandidate, NewContact},
    catalog::{self, NewSource, Strategy},
    note::{Content, NewItem},
    user::UserRef,
};
use crate::{
    error::{Error, Faults, Result},
    graph::partner::{self, Reach},
    tables::{Job, Source, TrackingLink, Visibility},
    work::Work,
};

/// The source of that name; it is made if there is none.
pub async fn source_named(work: &mut Work, name: &str) -> Result<i64> {
    let name = name.trim();
    if let Some(there) = work.tx.first::<Source>("where name = $1 order by id limit 1", params![name]).await? {
        return Ok(there.id);
    }
    let new = NewSource { id: None, name: name.to_owned(), public_name: None, strategy: Strategy::ThirdPartyBoards };
    Ok(catalog::create_source(work, &new).await?.id)
}

/// Somebody whom a partner sends.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub first_name: String,
    pub last_name: String,
    pub company: Option<String>,
    pub title: Option<String>,
    /// What the partner calls them.
    pub external_id: String,
    pub contacts: Vec<NewContact>,
    pub prospect: bool,
    pub job_id: Option<i64>,
    pub pool_id: Option<i64>,
    pub stage_id: Option<i64>,
    pub owner_email: Option<String>,
    pub referrer: Option<NewReferrer>,
    pub notes: Option<String>,
    /// Stored already.
    pub resume: Option<NewAttachment>,
    /// What there is to say of the résumé, if it could not be had.
    pub resume_missing: Option<String>,
}

#[derive(Debug, Clone)]
pub struct NewReferrer {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
}

/// Adds somebody on behalf of a user, from the partner's source; answers the ids of candidate and application.
pub async fn add(work: &mut Work, user_id: i64, source_id: Option<i64>, new: &NewPerson) -> Result<(i64, i64)> {
    let reach = partner::reach(&work.look().await?, user_id).await?;
    let application = application(work, reach, source_id, new).await?;
    let prospect = new.prospect;
    let new = NewCandidate {
        company: new.company.clone(),
        title: new.title.clone(),
        external_id: Some(new.external_id.clone()),
        contacts: new.contacts.clone(),
        notes: notes(user_id, new),
        applications: vec![application],
        ..NewCandidate::new(new.first_name.clone(), new.last_name.clone())
    };
    let id = match prospect {
        true => candidate::create_prospect(work, &new).await?,
        false => candidate::create(work, &new).await?,
    };
    let made = "select max(id) from applications where candidate_id = $1";
    Ok((id, work.tx.count(made, params![id]).await?))
}

async fn application(work: &Work, reach: Reach, source_id: Option<i64>, new: &NewPerson) -> Result<NewApplication> {
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    if let Some(id) = new.job_id
        && partner::job(&work.look().await?, reach, id).await?.is_none()
    {
        faults.add("job_id", format!("There is no open job {id} that this user may see"));
    }
    let owner_id = new.owner_email.as_ref().and_then(|email| {
        let found = catalog.user_by_email(email).map(|it| it.row.id);
        if found.is_none() {
            faults.add("prospect_owner_email", format!("There is no user {email}"));
        }
        found
    });
    if new.stage_id.is_some() && new.pool_id.is_none() {
        faults.add("prospect_pool_id", "is required beside prospect_pool_stage_id");
    }
    // ING-1.
    let of_prospects = [
        ("prospect_pool_id", new.pool_id.is_some()),
        ("prospect_pool_stage_id", new.stage_id.is_some()),
        ("prospect_owner_email", new.owner_email.is_some()),
    ];
    for (field, _) in of_prospects.iter().filter(|it| it.1 && !new.prospect) {
        faults.add(*field, "Only a prospect can have one");
    }
    let standing = match (new.prospect, new.job_id) {
        (true, job_id) => Standing::Prospect(Prospect {
            job_ids: job_id.into_iter().collect(),
            pool_id: new.pool_id,
            stage_id: new.stage_id,
            owner_id,
            ..Prospect::default()
        }),
        (false, Some(job_id)) => Standing::Candidate { job_id, initial_stage_id: None },
        (false, None) => return Err(Error::invalid("job_id", "is required where prospect is false")),
    };
    faults.done()?;
    // ING-7.
    if reach.basic && new.prospect && new.job_id.is_some() {
        return Err(Error::Forbidden(
            "A basic user may add prospects without a job, and candidates on jobs".to_owned(),
        ));
    }
    // ING-4.
    let referrer = match &new.referrer {
        None => Referrer::User(UserRef::Id(reach.user_id)),
        Some(it) if catalog.user_by_email(&it.email).is_some() => Referrer::User(UserRef::Email(it.email.clone())),
        Some(it) => Referrer::Outside(format!("{} {}", it.first_name, it.last_name).trim().to_owned()),
    };
    Ok(NewApplication {
        source_id,
        referrer: Some(referrer),
        attachments: new.resume.iter().cloned().collect(),
        ..NewApplication::new(standing)
    })
}

fn notes(user_id: i64, new: &NewPerson) -> Vec<NewItem> {
    let texts = new.notes.iter().chain(&new.resume_missing);
    let note = |body: &String| NewItem {
        id: None,
        user_id: Some(user_id),
        application_id: None,
        visibility: Visibility::Public,
        content: Content::Note { body: body.clone() },
        path: String::new(),
    };
    texts.map(note).collect()
}

/// Makes a link to a job: who comes by it has the partner's source, and the user is credited (TRK-2, ING-7).
pub async fn link(
    work: &mut Work,
    user_id: i64,
    source_id: Option<i64>,
    job_id: i64,
    token: &str,
) -> Result<(Job, TrackingLink)> {
    let look = work.look().await?;
    let reach = partner::reach(&look, user_id).await?;
    if reach.basic {
        return Err(Error::Forbidden("A basic user may not make tracking links".to_owned()));
    }
    let Some(job) = partner::job(&look, reach, job_id).await? else {
        return Err(Error::invalid("job_id", format!("There is no open job {job_id} that this user may see")));
    };
    let mut row = TrackingLink {
        id: 0,
        token: token.to_owned(),
        job_id: Some(job_id),
        job_post_id: None,
        board_id: None,
        source_id,
        referrer_user_id: Some(user_id),
        referrer_name: None,
        related_post_id: None,
        related_post_type: None,
        created_at: work.now,
        updated_at: work.now,
    };
    work.insert(&mut row).await?;
    Ok((job, row))
}
