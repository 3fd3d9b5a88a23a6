//! Posts: of a job, or for prospects. Made, edited, put live and off line, deleted.

mod listing;
mod question;

use jiff::Timestamp;
use sql::{Json, params};

pub use listing::Listing;
pub use question::{NewOption, NewQuestion, standard};

use crate::{
    domain::{BODY, NAME, job},
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::{CustomLocation, Job, JobPost, JobStatus, PostQuestion},
    work::Work,
};

/// Where a post says that the work is (INC-72).
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Text(String),
    Office(i64),
    Custom(i64),
}

#[derive(Debug, Clone, Default)]
pub struct NewPost {
    pub id: Option<i64>,
    /// None is a prospect post.
    pub job_id: Option<i64>,
    pub title: String,
    pub location: Option<Place>,
    pub internal: bool,
    pub external: bool,
    pub live: bool,
    pub content: Option<String>,
    pub internal_content: Option<String>,
    pub first_published_at: Option<Timestamp>,
    pub listing: Listing,
    /// None are the standard ones.
    pub questions: Option<Vec<NewQuestion>>,
}

/// Adds a post.
pub async fn create(work: &mut Work, new: NewPost) -> Result<JobPost> {
    let NewPost {
        id,
        job_id,
        title,
        location,
        internal,
        external,
        live,
        content,
        internal_content,
        first_published_at,
        listing,
        questions,
    } = new;
    if let Some(job_id) = job_id {
        let job = job::lock(work, job_id).await?;
        if live {
            may_be_live(&job)?;
        }
    }
    let mut post = JobPost {
        id: id.unwrap_or(0),
        job_id,
        board_id: None,
        board_section_id: None,
        department_id: None,
        demographic_question_set_id: None,
        title,
        language: "en".to_owned(),
        location: None,
        office_id: None,
        custom_location_id: None,
        internal,
        external,
        live,
        active: true,
        content,
        internal_content,
        eeoc: false,
        pay_ranges: Json::default(),
        first_published_at: first_published_at.or(live.then_some(work.now)),
        created_at: work.now,
        updated_at: work.now,
    };
    let questions = questions.unwrap_or_else(standard);
    let mut faults = Faults::default();
    if let Some(place) = location {
        put(work, &mut post, place, &mut faults).await?;
    }
    listing::begin(work, &mut post).await?;
    listing::list(work, &mut post, listing, &mut faults).await?;
    texts(&mut faults, &post);
    question::check(&mut faults, &questions, None);
    faults.done()?;
    work.insert(&mut post).await?;
    question::write(work, post.id, Vec::new(), questions).await?;
    work.record(Event::JobPostCreated { job_post_id: post.id });
    Ok(post)
}

fn texts(faults: &mut Faults, post: &JobPost) {
    faults.text("title", &post.title, NAME);
    faults.limit("location", post.location.as_deref(), 255);
    faults.limit("content", post.content.as_deref(), BODY);
    faults.limit("internal_content", post.internal_content.as_deref(), BODY);
}

/// Writes where the post is; the words of a custom location are kept with it.
async fn put(work: &Work, post: &mut JobPost, place: Place, faults: &mut Faults) -> Result<()> {
    let catalog: &Catalog = &*work.catalog().await?;
    (post.location, post.office_id, post.custom_location_id) = match place {
        Place::Text(text) => (Some(text), None, None),
        Place::Office(id) => {
            if !catalog.offices.contains_key(&id) {
                faults.add("location.office_id", format!("There is no office {id}"));
            }
            (None, Some(id), None)
        }
        Place::Custom(id) => {
            let found: Option<CustomLocation> = work.tx.get(Some(id)).await?;
            if found.is_none() {
                faults.add("location.custom_location_id", format!("There is no custom location {id}"));
            }
            (found.map(|it| it.value), None, Some(id))
        }
    };
    Ok(())
}

#[derive(Debug, Clone, Default)]
pub struct PostChange {
    pub title: Option<String>,
    pub location: Option<Place>,
    pub internal: Option<bool>,
    pub external: Option<bool>,
    pub content: Patch<String>,
    pub internal_content: Patch<String>,
    pub listing: Listing,
    /// All of them, in their order; those with an id are the ones that are there.
    pub questions: Option<Vec<NewQuestion>>,
}

/// Edits a post.
pub async fn edit(work: &mut Work, id: i64, change: PostChange) -> Result<()> {
    let PostChange { title, location, internal, external, content, internal_content, listing, questions } = change;
    let before: JobPost = work.tx.lock(id).await?;
    let present: Vec<PostQuestion> = work.tx.children("job_post_id", &[id]).await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    after.title = title.unwrap_or(after.title);
    if let Some(place) = location {
        put(work, &mut after, place, &mut faults).await?;
    }
    after.internal = internal.unwrap_or(after.internal);
    after.external = external.unwrap_or(after.external);
    content.apply(&mut after.content);
    internal_content.apply(&mut after.internal_content);
    listing::list(work, &mut after, listing, &mut faults).await?;
    texts(&mut faults, &after);
    if let Some(questions) = &questions {
        question::check(&mut faults, questions, Some(&present));
    }
    faults.done()?;
    let questions_changed = match questions {
        Some(questions) => question::write(work, id, present, questions).await?,
        None => false,
    };
    if questions_changed || after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
        work.record(Event::JobPostUpdated { job_post_id: id });
    }
    Ok(())
}

/// Puts a post live or off line.
pub async fn set_live(work: &mut Work, id: i64, live: bool) -> Result<()> {
    let job_id = work.tx.find::<JobPost>(id).await?.job_id;
    if let (true, Some(job_id)) = (live, job_id) {
        may_be_live(&job::lock(work, job_id).await?)?;
    }
    let post: JobPost = work.tx.lock(id).await?;
    switch(work, post, live).await
}

fn may_be_live(job: &Job) -> Result<()> {
    match job.status {
        JobStatus::Open => Ok(()),
        JobStatus::Draft => Err(Error::refused("The job is a draft; open it before its posts go live")),
        JobStatus::Closed => Err(Error::refused("The job is closed; open it again before its posts go live")),
    }
}

async fn switch(work: &mut Work, before: JobPost, live: bool) -> Result<()> {
    if before.live == live {
        return Ok(());
    }
    let mut after = before.clone();
    after.live = live;
    after.updated_at = work.now;
    if live {
        after.first_published_at = after.first_published_at.or(Some(work.now));
    }
    work.update(&before, &after).await?;
    work.record(Event::JobPostUpdated { job_post_id: after.id });
    Ok(())
}

/// A job closes: what is live goes off line (FIRE-13).
pub(super) async fn all_offline(work: &mut Work, job_id: i64) -> Result<()> {
    let live: Vec<JobPost> =
        work.tx.all("where job_id = $1 and live order by id {for update}", params![job_id]).await?;
    for post in live {
        switch(work, post, false).await?;
    }
    Ok(())
}

/// Deletes a post that is not live. Applications that came through it stay.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let post: JobPost = work.tx.lock(id).await?;
    if post.live {
        return Err(Error::refused("A live post can't be deleted; take it off line first"));
    }
    work.record_deletion(Event::JobPostDeleted { job_post_id: id }).await?;
    work.delete(&post).await
}

/// Gives a job the posts of another, with their questions; none of them is live.
pub(super) async fn copy(work: &mut Work, from_job_id: i64, job_id: i64, title: Option<&str>) -> Result<()> {
    let posts: Vec<JobPost> = work.tx.all("where job_id = $1 and active order by id", params![from_job_id]).await?;
    for post in posts {
        let of = "where job_post_id = $1 order by priority, id";
        let questions: Vec<PostQuestion> = work.tx.all(of, params![post.id]).await?;
        let mut copy = JobPost {
            id: 0,
            job_id: Some(job_id),
            title: title.map_or_else(|| post.title.clone(), str::to_owned),
            live: false,
            first_published_at: None,
            created_at: work.now,
            updated_at: work.now,
            ..post
        };
        work.insert(&mut copy).await?;
        question::write(work, copy.id, Vec::new(), questions.into_iter().map(question::again).collect()).await?;
        work.record(Event::JobPostCreated { job_post_id: copy.id });
    }
    Ok(())
}

/// Adds a place to the list that posts choose from.
pub async fn add_location(work: &mut Work, id: Option<i64>, value: String) -> Result<CustomLocation> {
    let mut faults = Faults::default();
    faults.text("value", &value, NAME);
    faults.done()?;
    let (created_at, updated_at) = (work.now, work.now);
    let mut location = CustomLocation { id: id.unwrap_or(0), value, active: true, created_at, updated_at };
    work.insert(&mut location).await?;
    Ok(location)
}
