//! Job posts, their questions, and the places that they can choose from.

use serde_json::Value;
use sql::Json;

use super::{
    Harvest, SMALL,
    json::{It, rows},
    read,
};
use crate::{
    import::{Batch, Inlet},
    tables::{Board, CustomLocation, JobPost, PostQuestion, QuestionKind, QuestionOption},
};

/// What Harvest does not tell of a post.
const UNKNOWN: &[&str] = &["board_id", "board_section_id", "department_id", "language", "eeoc", "pay_ranges"];

impl Harvest {
    pub(super) async fn posts(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/job_posts", "updated_after", SMALL);
        let mut known: Vec<i64> = Vec::new();
        // Which board a post is on is not told: those for everybody are on the first.
        let first = read(to, async |look| Ok(look.tx.first::<Board>("where not internal order by id", &[]).await?));
        let board_id = first.await?.map(|it| it.id);
        self.each(to, &path, async |to, page| {
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let mut batch = Batch::new();
            // All posts choose from the same places, so that mostly the first tells all of them.
            for (n, (id, it)) in rows(page).enumerate() {
                let wanted = it.at("location").number("job_post_custom_location_id");
                if wanted.is_none_or(|it| known.contains(&it)) && (n > 0 || !known.is_empty()) {
                    continue;
                }
                let places = self.list(to, &format!("/v1/job_posts/{id}/custom_locations")).await?.unwrap_or_default();
                known.extend(rows(&places).map(|it| it.0));
                custom_locations(to, &places, &mut batch);
            }
            for (id, it) in rows(page) {
                let office = it.at("location").number("office_id").and_then(|id| catalog.offices.get(&id));
                let shown = office.map(|it| it.location.clone().unwrap_or_else(|| it.name.clone()));
                let board_id = board_id.filter(|_| it.flag("external"));
                batch.put(JobPost { board_id, ..post(to, id, it, shown) }, UNKNOWN);
            }
            for (id, it) in rows(page) {
                batch.list("job_post_id", id, questions(id, it), &[]);
            }
            Ok(batch)
        })
        .await
    }
}

fn custom_locations(to: &Inlet<'_>, places: &[Value], batch: &mut Batch) {
    for (id, it) in rows(places) {
        let created_at = it.time("created_at").unwrap_or(to.began());
        let updated_at = it.time("updated_at").unwrap_or(created_at);
        let active = it.flag("active");
        batch.put(CustomLocation { id, value: it.words("value"), active, created_at, updated_at }, &[]);
    }
}

/// `of_office`: what a post of that office shows that has no words of its own.
fn post(to: &Inlet<'_>, id: i64, it: It<'_>, of_office: Option<String>) -> JobPost {
    let created_at = it.time("created_at").unwrap_or(to.began());
    let place = it.at("location");
    JobPost {
        id,
        job_id: it.number("job_id"),
        board_id: None,
        board_section_id: None,
        department_id: None,
        demographic_question_set_id: it.number("demographic_question_set_id"),
        title: it.words("title"),
        language: "en".to_owned(),
        location: place.text("name").filter(|it| !it.is_empty() && Some(it) != of_office.as_ref()),
        office_id: place.number("office_id"),
        custom_location_id: place.number("job_post_custom_location_id"),
        internal: it.flag("internal"),
        external: it.flag("external"),
        live: it.flag("live"),
        active: it.at("active").0.as_bool().unwrap_or(true),
        content: it.text("content"),
        internal_content: it.text("internal_content"),
        eeoc: false,
        pay_ranges: Json(Vec::new()),
        first_published_at: it.time("first_published_at"),
        created_at,
        updated_at: it.time("updated_at").unwrap_or(created_at),
    }
}

fn questions(job_post_id: i64, it: It<'_>) -> Vec<PostQuestion> {
    let question = |(priority, it): (i64, It<'_>)| {
        let options = it
            .list("values")
            .filter_map(|it| Some(QuestionOption { id: it.number("value")?, label: it.words("label") }));
        PostQuestion {
            id: 0,
            job_post_id,
            name: it.words("name"),
            label: it.words("label"),
            kind: it.word("type").unwrap_or(QuestionKind::LongText),
            required: it.flag("required"),
            private: it.flag("private"),
            description: it.text("description"),
            options: Json(options.collect()),
            priority,
        }
    };
    (0..).zip(it.list("questions")).map(question).collect()
}
