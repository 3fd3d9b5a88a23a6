//! How a post stands on its board: where it is listed, in which language, and what it says and asks beside its questions.

use sql::{Json, params};

use crate::{
    domain::BODY,
    error::{Faults, Result},
    patch::Patch,
    tables::{Board, BoardSection, JobPost, PayRange, QuestionSet},
    work::Work,
};

const MOST_RANGES: usize = 20;
/// More than anybody earns, and a number that every client can tell.
const MOST_CENTS: i64 = 1_000_000_000_000;

#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// A new post is on the first board unless told otherwise.
    pub board_id: Patch<i64>,
    /// BRD-6: a section of that board.
    pub section_id: Patch<i64>,
    /// Of a prospect post; a job's post is listed by its job's.
    pub department_id: Patch<i64>,
    pub demographic_question_set_id: Patch<i64>,
    pub language: Option<String>,
    pub eeoc: Option<bool>,
    pub pay_ranges: Option<Vec<PayRange>>,
}

/// Puts a new post where posts are unless somebody says otherwise.
pub(super) async fn begin(work: &Work, post: &mut JobPost) -> Result<()> {
    let first: Option<Board> = work.tx.first("where not internal order by id limit 1", params![]).await?;
    post.board_id = first.map(|it| it.id);
    Ok(())
}

pub(super) async fn list(work: &Work, post: &mut JobPost, listing: Listing, faults: &mut Faults) -> Result<()> {
    let Listing { board_id, section_id, department_id, demographic_question_set_id, language, eeoc, pay_ranges } =
        listing;
    let (before, moved) = (post.board_id, !board_id.is_absent());
    board_id.apply(&mut post.board_id);
    if moved && before != post.board_id {
        // A section is a part of its board.
        post.board_section_id = None;
        if let Some(id) = post.board_id
            && work.tx.get::<Board>(Some(id)).await?.is_none_or(|it| it.internal)
        {
            faults.add("board_id", format!("There is no board {id} for posts that are for everybody"));
        }
    }
    if let Patch::Value(id) = section_id {
        let of = work.tx.get::<BoardSection>(Some(id)).await?.map(|it| it.board_id);
        if of.is_none() || of != post.board_id {
            faults.add("section_id", format!("The board of the post has no section {id}"));
        }
    }
    section_id.apply(&mut post.board_section_id);
    if let Patch::Value(id) = department_id
        && !work.catalog().await?.departments.contains_key(&id)
    {
        faults.add("department_id", format!("There is no department {id}"));
    }
    department_id.apply(&mut post.department_id);
    if let Patch::Value(id) = demographic_question_set_id
        && work.tx.get::<QuestionSet>(Some(id)).await?.is_none_or(|it| !it.active)
    {
        faults.add("demographic_question_set_id", format!("There is no set {id} of demographic questions"));
    }
    demographic_question_set_id.apply(&mut post.demographic_question_set_id);
    if let Some(language) = language {
        if !(2..=10).contains(&language.len()) || !language.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') {
            faults.add("language", "Must be the code of a language, such as en or pt-BR");
        }
        post.language = language;
    }
    post.eeoc = eeoc.unwrap_or(post.eeoc);
    if let Some(ranges) = pay_ranges {
        check_ranges(&ranges, faults);
        post.pay_ranges = Json(ranges);
    }
    Ok(())
}

fn check_ranges(ranges: &[PayRange], faults: &mut Faults) {
    if ranges.len() > MOST_RANGES {
        faults.add("pay_ranges", format!("Must be at most {MOST_RANGES} ranges"));
    }
    for (n, range) in ranges.iter().enumerate() {
        let at = |name: &str| format!("pay_ranges[{n}].{name}");
        let PayRange { min_cents, max_cents, currency_type, title, blurb } = range;
        for (name, cents) in [("min_cents", *min_cents), ("max_cents", *max_cents)] {
            if !(0..=MOST_CENTS).contains(&cents) {
                faults.add(at(name), format!("Must be from 0 to {MOST_CENTS}"));
            }
        }
        if min_cents > max_cents {
            faults.add(at("max_cents"), "Must not be less than min_cents");
        }
        if currency_type.len() != 3 || !currency_type.bytes().all(|it| it.is_ascii_uppercase()) {
            faults.add(at("currency_type"), "Must be three letters such as EUR");
        }
        faults.text(&at("title"), title, 255);
        faults.limit(&at("blurb"), blurb.as_deref(), BODY);
    }
}
