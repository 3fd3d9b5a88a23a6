//! The objects of the bodies, field by field, in the order of the documents.
//!
//! One shape per object, the same in every event that carries it. What is a plain type is there always; an [`Option`] is
//! null, or missing in what is documented of some event (Orangery itself leaves out only what is said to be absent); a
//! list or map that is missing is empty.

mod application;
mod candidate;
mod custom;
mod deleted;
mod job;
mod offer;

pub use application::*;
pub use candidate::*;
pub use custom::*;
pub use deleted::*;
pub use job::*;
pub use offer::*;

use serde_json::Value;

use crate::{
    part::{objects, words},
    time::Timestamp,
};

objects! {
    /// Something of which only id and name are told.
    Named {
        id: i64,
        name: String,
    }

    /// A user: recruiter, coordinator, or who gets the credit. Of somebody who gets the credit and is no user only the name is known.
    User {
        id: Option<i64>,
        email: Option<String>,
        name: String,
        employee_id: Option<String>,
    }

    /// What an endpoint is told when it is saved or changed.
    Ping {
        web_hook_id: i64,
        endpoint_url: Option<String>,
        name: Option<String>,
        /// The label of the event it listens to, or a list of labels.
        event: Value,
        active: Option<bool>,
        content_type = "content-type": Option<String>,
        created_at: Option<Timestamp>,
        updated_at: Option<Timestamp>,
    }

    JobPostPayload {
        job_post: JobPost,
    }

    /// A job post: `job_post_created`, `job_post_updated`, `job_post_deleted`.
    JobPost {
        id: i64,
        title: String,
        location: Option<String>,
        /// HTML
        content: Option<String>,
        /// HTML
        internal_content: Option<String>,
        updated_at: Timestamp,
        /// Absent for a prospect post.
        job_id: Option<i64>,
        external: bool,
        internal: bool,
        live: bool,
        questions: Vec<PostQuestion>,
    }

    PostQuestion {
        required: bool,
        private: bool,
        label: String,
        kind = "type": QuestionType,
        /// The labels of its options.
        values: Vec<String>,
    }
}

words! {
    QuestionType {
        Text = "input_text",
        LongText = "textarea",
        File = "input_file",
        Hidden = "input_hidden",
        SingleSelect = "multi_value_single_select",
        MultiSelect = "multi_value_multi_select",
    }
}
