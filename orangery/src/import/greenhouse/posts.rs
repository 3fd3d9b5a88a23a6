//! Posts of jobs, where they are, and the links by which people come to them.

use std::collections::{BTreeMap, btree_map::Entry};

use sql::{Field, Json};

use super::{Row, out::Out};
use crate::{
    tables::{Board, CustomLocation, JobPost, PayRange, PostQuestion, QuestionKind, QuestionOption, TrackingLink},
    words::Word,
};

/// What a board asks of those who apply v3 doesn't tell.
const UNKNOWN: &[&str] = &[
    "job_url",
    "source_id",
    "requires_consent",
    "requires_processing_consent",
    "requires_retention_consent",
    "retention_days",
];

/// The board for colleagues is there already, as in every house.
pub fn board(it: Row<'_>, out: &mut Out) {
    if it.flag("internal") {
        return out.leave_one("the board for colleagues");
    }
    let board = Board {
        id: it.id(),
        name: it.say("company_name"),
        token: it.say("url_token"),
        content: it.text("about"),
        internal: false,
        live: it.word("status") == "live",
        post_introduction: it.text("introduction"),
        post_conclusion: it.text("conclusion"),
        job_url: None,
        source_id: None,
        requires_consent: false,
        requires_processing_consent: false,
        requires_retention_consent: false,
        retention_days: None,
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(board, UNKNOWN);
}

pub fn custom_location(it: Row<'_>, out: &mut Out) {
    let location = CustomLocation {
        id: it.id(),
        value: it.say("value"),
        active: it.flag("active"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(location, &[]);
}

/// Where it is comes with the list of locations; the rest v3 doesn't tell.
const ELSEWHERE: &[&str] =
    &["location", "office_id", "custom_location_id", "board_section_id", "department_id", "eeoc"];

pub fn post(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["featured"]);
    let (id, internal) = (it.id(), it.flag("internal"));
    let post = JobPost {
        id,
        job_id: it.int("job_id"),
        board_id: it.int("job_board_id").filter(|_| !internal),
        board_section_id: None,
        department_id: None,
        demographic_question_set_id: it.int("demographic_question_set_id"),
        title: it.say("title"),
        language: it.filled("language").unwrap_or_else(|| "en".to_owned()),
        location: None,
        office_id: None,
        custom_location_id: None,
        internal,
        external: !internal,
        live: it.flag("live"),
        active: it.flag("active"),
        content: it.text("content"),
        internal_content: it.text("internal_content"),
        eeoc: false,
        pay_ranges: Json(pay_ranges(id, out)),
        first_published_at: it.time("first_published_at"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(post, ELSEWHERE);
    let questions = (0..).zip(it.parts("questions")).map(|(priority, it)| question(it, id, priority));
    out.batch.list("job_post_id", id, questions.collect(), &[]);
}

fn pay_ranges(post: i64, out: &Out) -> Vec<PayRange> {
    let mut ranges: Vec<_> = out
        .beside("pay_input_ranges", "job_post_id", post)
        .into_iter()
        .map(|it| {
            let input = out.beside("pay_inputs", "id", it.number("pay_input_id")).first().copied();
            let range = PayRange {
                min_cents: it.number("min_cents"),
                max_cents: it.number("max_cents"),
                currency_type: it.say("currency_type"),
                title: input.map(|it| it.say("title")).unwrap_or_default(),
                blurb: input.and_then(|it| it.filled("blurb")),
            };
            ((input.map(|it| it.number("priority")), it.id()), range)
        })
        .collect();
    ranges.sort_by_key(|it| it.0);
    ranges.into_iter().map(|it| it.1).collect()
}

/// The number of an own question stands in its name; the standard ones have none.
fn question(it: Row<'_>, job_post_id: i64, priority: i64) -> PostQuestion {
    let option = |it: Row<'_>| QuestionOption { id: it.number("id"), label: it.say("label") };
    PostQuestion {
        id: 0,
        job_post_id,
        name: it.say("name"),
        label: it.say("label"),
        kind: QuestionKind::parse(it.word("answer_type")).unwrap_or(QuestionKind::ShortText),
        required: it.flag("required"),
        private: it.flag("private"),
        description: it.text("description"),
        options: Json(it.parts("options").map(option).collect()),
        priority,
    }
}

/// A post is at one place here: the first that it was given.
pub fn locations(rows: &[Row<'_>], out: &mut Out) {
    let mut first: BTreeMap<i64, Row<'_>> = BTreeMap::new();
    for it in rows.iter().rev() {
        match first.entry(it.number("job_post_id")) {
            Entry::Occupied(_) => out.leave_one("a further location"),
            Entry::Vacant(new) => drop(new.insert(*it)),
        }
    }
    for (post, it) in first {
        let custom = it.int("custom_location_id");
        let listed = custom.and_then(|id| out.beside("job_board_custom_locations", "id", id).first()?.text("value"));
        let location = it.filled("plain_text_location").filter(|_| it.int("office_id").is_none()).or(listed);
        let place = vec![
            ("location", location.value()),
            ("office_id", it.int("office_id").value()),
            ("custom_location_id", custom.value()),
        ];
        out.batch.set("job_posts", post, place);
    }
}

pub fn tracking_link(it: Row<'_>, out: &mut Out) {
    let referrer = out.named("referrers", it, "referrer_id");
    let (referrer_user_id, referrer_name) = credit(referrer.as_deref().map(Row));
    let link = TrackingLink {
        id: it.id(),
        token: it.say("token"),
        job_id: it.int("job_id"),
        job_post_id: it.int("job_post_id"),
        board_id: None,
        source_id: it.int("source_id"),
        referrer_user_id,
        referrer_name,
        related_post_id: it.int("related_post_id"),
        related_post_type: it.text("related_post_type"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(link, &[]);
}

/// Who is credited: a user, or somebody of whom the name is known.
pub fn credit(referrer: Option<Row<'_>>) -> (Option<i64>, Option<String>) {
    let user = referrer.and_then(|it| it.int("user_id"));
    (user, referrer.and_then(|it| it.filled("name")).filter(|_| user.is_none()))
}
