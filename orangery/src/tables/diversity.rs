//! What applicants say of themselves, so that an employer can account for whom it hires: the fixed questions of EEOC, and an organization's
//! own demographic questions.

use crate::words;
use jiff::Timestamp;
use sql::table;

words! {
    /// EEO-1.
    Race {
        AmericanIndian = "american_indian_or_alaskan_native", Asian = "asian", Black = "black_or_african_american",
        Hispanic = "hispanic_or_latino", White = "white", PacificIslander = "native_hawaiian_or_other_pacific_islander",
        Several = "two_or_more_races", Declined = "declined",
    }

    Gender { Male = "male", Female = "female", Declined = "declined" }

    VeteranStatus { NotProtected = "not_protected", Protected = "protected", Declined = "declined" }

    DisabilityStatus { Yes = "yes", No = "no", Declined = "declined" }

    /// DEM-1.
    AnswerType { SingleSelect = "multi_value_single_select", MultiSelect = "multi_value_multi_select" }
}

table! {
    Eeoc: "eeocs" {
        id: i64,
        application_id: i64,
        race: Option<Race>,
        gender: Option<Gender>,
        veteran_status: Option<VeteranStatus>,
        disability_status: Option<DisabilityStatus>,
        submitted_at: Timestamp,
    }
}

table! {
    QuestionSet: "demographic_question_sets" {
        id: i64,
        title: String,
        /// HTML.
        description: Option<String>,
        /// False once deleted.
        active: bool,
    }
}

table! {
    DemographicQuestion: "demographic_questions" {
        id: i64,
        demographic_question_set_id: i64,
        name: String,
        required: bool,
        answer_type: AnswerType,
        active: bool,
        priority: i64,
    }
}

table! {
    AnswerOption: "demographic_answer_options" {
        id: i64,
        demographic_question_id: i64,
        name: String,
        /// Whoever chooses it may write something.
        free_form: bool,
        active: bool,
        priority: i64,
    }
}

table! {
    /// One chosen option (DEM-2).
    DemographicAnswer: "demographic_answers" {
        id: i64,
        application_id: i64,
        demographic_question_id: i64,
        demographic_answer_option_id: Option<i64>,
        free_form_text: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}
