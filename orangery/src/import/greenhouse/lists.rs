//! The lists of v3 that are read, in the order of what refers to what.

use super::{Row, applications, fields, interviews, jobs, organization, out::Out, people, posts, scorecards};

pub struct List {
    pub name: &'static str,
    /// What a new house has in these tables goes when the list comes.
    pub replaces: &'static [&'static str],
    /// The parameters that it is asked with; where one question doesn't give all of it, several.
    pub variants: &'static [&'static str],
    /// It is short, or must be seen as a whole.
    pub whole: bool,
    /// A later run asks for what changed since.
    pub changing: bool,
    /// Lists whose rows are named by a key of these.
    pub names: &'static [(&'static str, &'static str)],
    /// Whole lists that are read beside it, with their parameters.
    pub beside: &'static [(&'static str, &'static str)],
    /// Its rows are of applications, which are looked up here.
    pub applications: bool,
    pub map: Map,
}

pub enum Map {
    Each(fn(Row<'_>, &mut Out)),
    All(fn(&[Row<'_>], &mut Out)),
}

/// A list that is asked for page by page, all of it each time.
const PLAIN: List = List {
    name: "",
    replaces: &[],
    variants: &[""],
    whole: false,
    changing: false,
    names: &[],
    beside: &[],
    applications: false,
    map: Map::All(|_, _| {}),
};

const fn plain(name: &'static str, each: fn(Row<'_>, &mut Out)) -> List {
    List { name, map: Map::Each(each), ..PLAIN }
}

/// A list that grows with what people do.
const fn changing(name: &'static str, each: fn(Row<'_>, &mut Out)) -> List {
    List { name, map: Map::Each(each), changing: true, ..PLAIN }
}

/// One whose rows are of applications.
const fn of_applications(name: &'static str, each: fn(Row<'_>, &mut Out)) -> List {
    List { name, map: Map::Each(each), changing: true, applications: true, ..PLAIN }
}

const fn whole(name: &'static str, all: fn(&[Row<'_>], &mut Out)) -> List {
    List { name, map: Map::All(all), whole: true, ..PLAIN }
}

/// Which lists leave out what was deleted unless they are asked for it is not documented.
const ACTIVE_OR_NOT: &[&str] = &["", "active=false"];

pub const LISTS: &[List] = &[
    List { whole: true, ..plain("departments", organization::department) },
    List {
        variants: ACTIVE_OR_NOT,
        beside: &[("custom_field_departments", ""), ("custom_field_offices", "")],
        ..plain("custom_fields", fields::field)
    },
    List {
        replaces: &["education_items"],
        variants: ACTIVE_OR_NOT,
        names: &[("custom_fields", "custom_field_id")],
        ..plain("custom_field_options", fields::option)
    },
    List { variants: &["show_service_accounts=true"], ..plain("users", organization::user) },
    List { names: &[("users", "user_id")], ..plain("user_emails", organization::user_email) },
    List { whole: true, ..plain("offices", organization::office) },
    List { replaces: &["sources"], ..plain("sources", organization::source) },
    List {
        replaces: &["rejection_reasons"],
        variants: &["include_defaults=true"],
        beside: &[("rejection_reasons", "")],
        ..plain("rejection_reasons", organization::rejection_reason)
    },
    List { replaces: &["close_reasons"], ..plain("close_reasons", organization::close_reason) },
    List { variants: ACTIVE_OR_NOT, ..plain("prospect_pools", organization::pool) },
    plain("prospect_pool_stages", organization::pool_stage),
    plain("candidate_tags", organization::tag),
    List { replaces: &["user_roles"], ..plain("user_roles", organization::user_role) },
    List { replaces: &["email_templates"], ..plain("email_templates", organization::email_template) },
    List {
        replaces: &["demographic_question_sets"],
        variants: ACTIVE_OR_NOT,
        ..plain("demographic_question_sets", organization::question_set)
    },
    List { variants: ACTIVE_OR_NOT, ..plain("demographic_questions", organization::question) },
    List { variants: ACTIVE_OR_NOT, ..plain("demographic_answer_options", organization::answer_option) },
    changing("jobs", jobs::job),
    List { beside: &[("job_hiring_managers", "")], ..whole("job_owners", jobs::hiring_team) },
    changing("openings", jobs::opening),
    List { variants: ACTIVE_OR_NOT, ..plain("job_interview_stages", jobs::stage) },
    List { variants: ACTIVE_OR_NOT, ..plain("job_interviews", jobs::interview) },
    plain("interview_kits", jobs::kit),
    List {
        names: &[("interview_kits", "interview_kit_id")],
        ..whole("default_interviewers", jobs::default_interviewers)
    },
    List { variants: ACTIVE_OR_NOT, ..plain("scorecard_questions", jobs::kit_question) },
    plain("job_boards", posts::board),
    List { variants: ACTIVE_OR_NOT, ..plain("job_board_custom_locations", posts::custom_location) },
    List {
        variants: ACTIVE_OR_NOT,
        beside: &[("pay_inputs", ""), ("pay_input_ranges", "")],
        ..plain("job_posts", posts::post)
    },
    List { beside: &[("job_board_custom_locations", "")], ..whole("job_post_locations", posts::locations) },
    List { names: &[("referrers", "referrer_id")], ..plain("tracking_links", posts::tracking_link) },
    plain("user_job_permissions", organization::job_permission),
    plain("future_job_permissions", organization::future_job_permission),
    changing("candidates", people::candidate),
    changing("candidate_educations", people::education),
    changing("candidate_employments", people::employment),
    changing("applied_candidate_tags", people::tag),
    List { names: &[("referrers", "referrer_id")], ..changing("applications", applications::application) },
    of_applications("application_stages", applications::stage),
    of_applications("prospect_details", applications::prospect_detail),
    of_applications("notes", people::note),
    of_applications("rejection_details", applications::rejection_detail),
    of_applications("attachments", people::attachment),
    changing("eeoc", people::eeoc),
    changing("demographic_answers", people::demographic_answer),
    changing("interviews", interviews::interview),
    of_applications("scorecards", scorecards::scorecard),
    changing("interviewers", interviews::interviewer),
    of_applications("offers", applications::offer),
    changing("approval_flows", applications::approval_flow),
    changing("approver_groups", applications::approver_group),
    changing("approvers", applications::approver),
];

/// Lists for which there are no tables here, and what is in them.
pub const NO_PLACE: &[(&str, &str)] = &[
    ("job_notes", "notes on jobs"),
    ("interviewer_tags", "tags on interviewers"),
    ("blocked_spam_sources", "blocked senders of applications"),
    ("job_post_searchable_locations", "places of posts for searches by map"),
    ("focus_candidate_attributes", "attributes that interviews focus on; scorecards keep those that were rated"),
    ("scorecard_question_candidate_attributes", "attributes that questions of scorecards belong to"),
];
