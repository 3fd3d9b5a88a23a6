-- The schema, in the portable words of crates/sql: {id}, bigint, boolean, bytes, double, text. What one database alone is told begins with its name.
-- Times are microseconds since 1970 in UTC, dates are YYYY-MM-DD, lists and maps are JSON in text.

-- The organization and its catalogs.

create table organization (
  id {id},
  name text not null,
  time_zone text not null,
  catalog_version bigint not null,
  jobs_version bigint not null default 1,
  offers_need_start_date boolean not null,
  openings_deletable boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table departments (
  id {id},
  name text not null unique,
  parent_id bigint references departments(id) on delete set null,
  external_id text unique,
  created_at bigint not null,
  updated_at bigint not null
);

create table users (
  id {id},
  first_name text not null,
  last_name text not null,
  employee_id text unique,
  site_admin boolean not null,
  disabled boolean not null,
  department_ids text not null,
  office_ids text not null,
  time_zone text,
  custom text not null,
  created_at bigint not null,
  updated_at bigint not null
);

create table user_emails (
  id {id},
  user_id bigint not null references users(id) on delete cascade,
  email text not null,
  email_key text not null unique,
  is_primary boolean not null,
  verified boolean not null
);
create index user_emails_user on user_emails (user_id);

create table offices (
  id {id},
  name text not null unique,
  location text,
  primary_contact_user_id bigint references users(id) on delete set null,
  parent_id bigint references offices(id) on delete set null,
  external_id text unique,
  created_at bigint not null,
  updated_at bigint not null
);

create table custom_fields (
  id {id},
  field_type text not null,
  value_type text not null,
  name text not null,
  name_key text not null,
  description text,
  priority bigint not null,
  private boolean not null,
  required boolean not null,
  require_approval boolean not null,
  trigger_new_version boolean not null,
  expose_in_job_board_api boolean not null,
  api_only boolean not null,
  active boolean not null,
  template_token text,
  department_ids text not null,
  office_ids text not null,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index custom_fields_key on custom_fields (field_type, name_key);

create table custom_field_options (
  id {id},
  custom_field_id bigint not null references custom_fields(id) on delete cascade,
  name text not null,
  priority bigint not null,
  external_id text,
  active boolean not null
);
create index custom_field_options_field on custom_field_options (custom_field_id);

create table sources (
  id {id},
  name text not null,
  public_name text not null,
  type_id bigint not null,
  type_name text not null
);

create table rejection_reasons (
  id {id},
  name text not null,
  type_id bigint not null,
  type_name text not null,
  built_in boolean not null
);

create table close_reasons (
  id {id},
  name text not null
);

create table prospect_pools (
  id {id},
  name text not null,
  active boolean not null
);

create table prospect_stages (
  id {id},
  prospect_pool_id bigint not null references prospect_pools(id) on delete cascade,
  name text not null,
  priority bigint not null
);

create table education_items (
  id {id},
  kind text not null,
  name text not null,
  priority bigint not null
);
create index education_items_kind on education_items (kind, priority);

create table tags (
  id {id},
  name text not null,
  name_key text not null unique
);

create table email_templates (
  id {id},
  name text not null,
  description text,
  kind text not null,
  is_default boolean not null,
  subject text not null,
  sender text,
  cc text not null,
  body text,
  html_body text,
  user_id bigint references users(id) on delete cascade,
  created_at bigint not null,
  updated_at bigint not null
);

create table user_roles (
  id {id},
  kind text not null,
  name text not null
);

create table demographic_question_sets (
  id {id},
  title text not null,
  description text,
  active boolean not null
);

create table demographic_questions (
  id {id},
  demographic_question_set_id bigint not null references demographic_question_sets(id) on delete cascade,
  name text not null,
  required boolean not null,
  answer_type text not null,
  active boolean not null,
  priority bigint not null
);
create index demographic_questions_set on demographic_questions (demographic_question_set_id);

create table demographic_answer_options (
  id {id},
  demographic_question_id bigint not null references demographic_questions(id) on delete cascade,
  name text not null,
  free_form boolean not null,
  active boolean not null,
  priority bigint not null
);
create index demographic_answer_options_question on demographic_answer_options (demographic_question_id);

-- Jobs.

create table jobs (
  id {id},
  name text not null,
  requisition_id text,
  notes text,
  confidential boolean not null,
  status text not null,
  level text,
  department_id bigint references departments(id) on delete set null,
  anywhere boolean not null,
  team_and_responsibilities text,
  how_to_sell_this_job text,
  is_template boolean not null,
  copied_from_id bigint,
  created_by_id bigint references users(id) on delete set null,
  closed_by_application_id bigint,
  custom text not null,
  created_at bigint not null,
  opened_at bigint,
  closed_at bigint,
  updated_at bigint not null
);
create index jobs_department on jobs (department_id);

create table job_offices (
  id {id},
  job_id bigint not null references jobs(id) on delete cascade,
  office_id bigint not null references offices(id) on delete cascade
);
create unique index job_offices_once on job_offices (job_id, office_id);
create index job_offices_office on job_offices (office_id);

create table hiring_team (
  id {id},
  job_id bigint not null references jobs(id) on delete cascade,
  user_id bigint not null references users(id) on delete cascade,
  role text not null,
  responsible boolean not null
);
create unique index hiring_team_once on hiring_team (job_id, role, user_id);
create index hiring_team_user on hiring_team (user_id);

create table job_permissions (
  id {id},
  user_id bigint not null references users(id) on delete cascade,
  job_id bigint not null references jobs(id) on delete cascade,
  user_role_id bigint not null references user_roles(id) on delete cascade
);
create unique index job_permissions_once on job_permissions (user_id, job_id, user_role_id);
create index job_permissions_job on job_permissions (job_id);

-- On the jobs to come: no office stands for all of them, no department likewise.
create table future_job_permissions (
  id {id},
  user_id bigint not null references users(id) on delete cascade,
  office_id bigint references offices(id) on delete cascade,
  department_id bigint references departments(id) on delete cascade,
  user_role_id bigint not null references user_roles(id) on delete cascade
);
create index future_job_permissions_user on future_job_permissions (user_id);

create table openings (
  id {id},
  job_id bigint not null references jobs(id) on delete cascade,
  opening_id text,
  status text not null,
  opened_at bigint not null,
  closed_at bigint,
  application_id bigint,
  close_reason_id bigint references close_reasons(id) on delete set null,
  custom text not null
);
create index openings_job on openings (job_id);
create index openings_application on openings (application_id);

create table custom_locations (
  id {id},
  value text not null,
  active boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);

-- Where posts are published. A post that shows itself to everybody is on one of them; one for colleagues is on the internal one too.
create table boards (
  id {id},
  name text not null,
  token text not null unique,
  content text,
  internal boolean not null,
  live boolean not null,
  post_introduction text,
  post_conclusion text,
  job_url text,
  source_id bigint references sources(id) on delete set null,
  requires_consent boolean not null,
  requires_processing_consent boolean not null,
  requires_retention_consent boolean not null,
  retention_days bigint,
  created_at bigint not null,
  updated_at bigint not null
);

create table board_sections (
  id {id},
  board_id bigint not null references boards(id) on delete cascade,
  name text not null,
  priority bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index board_sections_board on board_sections (board_id);

create table job_posts (
  id {id},
  job_id bigint references jobs(id) on delete cascade,
  board_id bigint references boards(id) on delete set null,
  board_section_id bigint references board_sections(id) on delete set null,
  department_id bigint references departments(id) on delete set null,
  demographic_question_set_id bigint references demographic_question_sets(id) on delete set null,
  title text not null,
  language text not null,
  location text,
  office_id bigint references offices(id) on delete set null,
  custom_location_id bigint references custom_locations(id) on delete set null,
  internal boolean not null,
  external boolean not null,
  live boolean not null,
  active boolean not null,
  content text,
  internal_content text,
  eeoc boolean not null,
  pay_ranges text not null,
  first_published_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create index job_posts_job on job_posts (job_id);
create index job_posts_board on job_posts (board_id, id);

create table post_questions (
  id {id},
  job_post_id bigint not null references job_posts(id) on delete cascade,
  name text not null,
  label text not null,
  kind text not null,
  required boolean not null,
  private boolean not null,
  description text,
  options text not null,
  priority bigint not null
);
create index post_questions_post on post_questions (job_post_id);

-- What a link that people share stands for: where they come from, and who is to be credited.
create table tracking_links (
  id {id},
  token text not null unique,
  job_id bigint references jobs(id) on delete cascade,
  job_post_id bigint references job_posts(id) on delete cascade,
  board_id bigint references boards(id) on delete cascade,
  source_id bigint references sources(id) on delete set null,
  referrer_user_id bigint references users(id) on delete set null,
  referrer_name text,
  related_post_id bigint,
  related_post_type text,
  created_at bigint not null,
  updated_at bigint not null
);
create index tracking_links_job on tracking_links (job_id);
create index tracking_links_post on tracking_links (job_post_id);

create table stages (
  id {id},
  job_id bigint not null references jobs(id) on delete cascade,
  name text not null,
  priority bigint not null,
  active boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index stages_job on stages (job_id);

create table interviews (
  id {id},
  stage_id bigint not null references stages(id) on delete cascade,
  name text not null,
  kind text not null,
  estimated_minutes bigint,
  default_user_ids text not null,
  priority bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index interviews_stage on interviews (stage_id);

create table interview_kits (
  id {id},
  interview_id bigint not null references interviews(id) on delete cascade,
  content text
);
create unique index interview_kits_interview on interview_kits (interview_id);

create table kit_questions (
  id {id},
  interview_kit_id bigint not null references interview_kits(id) on delete cascade,
  question text not null,
  priority bigint not null
);
create index kit_questions_kit on kit_questions (interview_kit_id);

-- Candidates.

create table candidates (
  id {id},
  first_name text not null,
  last_name text not null,
  company text,
  title text,
  headline text,
  external_id text,
  photo text,
  is_private boolean not null,
  can_email boolean not null,
  recruiter_id bigint references users(id) on delete set null,
  coordinator_id bigint references users(id) on delete set null,
  linked_user_id bigint references users(id) on delete set null,
  linkedin_profile text,
  match_score_reasoning text,
  identity_verification text,
  custom text not null,
  created_at bigint not null,
  updated_at bigint not null,
  last_activity_at bigint not null
);
create index candidates_created on candidates (created_at);
create index candidates_updated on candidates (updated_at);
create index candidates_linked_user on candidates (linked_user_id);
create index candidates_photo on candidates (photo) where photo is not null;

create table contacts (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  kind text not null,
  value text not null,
  label text,
  email_key text
);
create index contacts_candidate on contacts (candidate_id);
create index contacts_email on contacts (email_key) where email_key is not null;

create table educations (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  school_id bigint references education_items(id) on delete set null,
  discipline_id bigint references education_items(id) on delete set null,
  degree_id bigint references education_items(id) on delete set null,
  start_date text,
  end_date text
);
create index educations_candidate on educations (candidate_id);

create table employments (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  company_name text not null,
  title text not null,
  start_date text,
  end_date text
);
create index employments_candidate on employments (candidate_id);

create table candidate_tags (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  tag_id bigint not null references tags(id) on delete cascade
);
create unique index candidate_tags_once on candidate_tags (candidate_id, tag_id);
create index candidate_tags_tag on candidate_tags (tag_id);

-- Applications.

create table applications (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  job_id bigint references jobs(id) on delete cascade,
  prospect boolean not null,
  status text not null,
  stage_id bigint references stages(id) on delete set null,
  hired_from_stage_id bigint,
  job_post_id bigint references job_posts(id) on delete set null,
  source_id bigint references sources(id) on delete set null,
  credited_user_id bigint references users(id) on delete set null,
  credited_name text,
  recruiter_id bigint references users(id) on delete set null,
  coordinator_id bigint references users(id) on delete set null,
  location text,
  answers text not null,
  custom text not null,
  referral_custom text not null,
  rejection_reason_id bigint references rejection_reasons(id) on delete set null,
  rejection_custom text not null,
  rejection_note_id bigint,
  -- Users are never deleted, and a foreign key would have every rejection lock its user.
  rejected_by_id bigint,
  prospect_pool_id bigint references prospect_pools(id) on delete set null,
  prospect_stage_id bigint references prospect_stages(id) on delete set null,
  prospect_owner_id bigint references users(id) on delete set null,
  prospective_department_id bigint references departments(id) on delete set null,
  prospective_office_id bigint references offices(id) on delete set null,
  applied_at bigint not null,
  rejected_at bigint,
  hired_at bigint,
  created_at bigint not null,
  last_activity_at bigint not null,
  updated_at bigint not null
);
create index applications_candidate on applications (candidate_id);
create index applications_job on applications (job_id);
create index applications_status on applications (status, id);
create index applications_stage on applications (stage_id);
create index applications_created on applications (created_at);
create index applications_activity on applications (last_activity_at);

create table application_jobs (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  job_id bigint not null references jobs(id) on delete cascade
);
create unique index application_jobs_once on application_jobs (application_id, job_id);
create index application_jobs_job on application_jobs (job_id);

-- What somebody said of themselves, so that an employer can account for whom it hires: one for an application.
create table eeocs (
  id {id},
  application_id bigint not null unique references applications(id) on delete cascade,
  race text,
  gender text,
  veteran_status text,
  disability_status text,
  submitted_at bigint not null
);
create index eeocs_submitted on eeocs (submitted_at);

create table demographic_answers (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  demographic_question_id bigint not null references demographic_questions(id) on delete cascade,
  demographic_answer_option_id bigint references demographic_answer_options(id) on delete cascade,
  free_form_text text,
  created_at bigint not null,
  updated_at bigint not null
);
create index demographic_answers_application on demographic_answers (application_id);
create index demographic_answers_question on demographic_answers (demographic_question_id);
create index demographic_answers_option on demographic_answers (demographic_answer_option_id);
create index demographic_answers_created on demographic_answers (created_at);
create index demographic_answers_updated on demographic_answers (updated_at);

-- What somebody who applied through a board agreed to: one for an application.
create table consents (
  id {id},
  application_id bigint not null unique references applications(id) on delete cascade,
  consent boolean,
  processing boolean,
  retention boolean,
  demographic boolean,
  given_at bigint not null
);

create table stage_history (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  stage_id bigint references stages(id) on delete set null,
  entered_at bigint not null,
  left_at bigint
);
create index stage_history_application on stage_history (application_id);

create table attachments (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  application_id bigint references applications(id) on delete cascade,
  filename text not null,
  kind text not null,
  content_type text,
  visibility text not null,
  blob text not null,
  size bigint not null,
  created_at bigint not null
);
create index attachments_candidate on attachments (candidate_id);
create index attachments_application on attachments (application_id);
create index attachments_blob on attachments (blob);

-- Interviews and scorecards.

create table scheduled_interviews (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  interview_id bigint not null references interviews(id) on delete cascade,
  external_event_id text unique,
  organizer_id bigint references users(id) on delete set null,
  starts_at bigint not null,
  ends_at bigint not null,
  all_day boolean not null,
  location text,
  video_conferencing_url text,
  status text not null,
  by_api boolean not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index scheduled_interviews_application on scheduled_interviews (application_id);
create index scheduled_interviews_starts on scheduled_interviews (starts_at);
create index scheduled_interviews_created on scheduled_interviews (created_at);
create index scheduled_interviews_updated on scheduled_interviews (updated_at);

create table interviewers (
  id {id},
  scheduled_interview_id bigint not null references scheduled_interviews(id) on delete cascade,
  user_id bigint references users(id) on delete set null,
  email text,
  name text,
  response_status text not null
);
create index interviewers_scheduled on interviewers (scheduled_interview_id);

create table interview_states (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  interview_id bigint not null references interviews(id) on delete cascade,
  status text not null
);
create unique index interview_states_once on interview_states (application_id, interview_id);

create table scorecards (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  application_id bigint references applications(id) on delete set null,
  interview_id bigint references interviews(id) on delete set null,
  scheduled_interview_id bigint references scheduled_interviews(id) on delete set null,
  interview_name text not null,
  interviewer_id bigint references users(id) on delete set null,
  submitted_by_id bigint references users(id) on delete set null,
  status text not null,
  overall_recommendation text not null,
  attributes text not null,
  answers text not null,
  interviewed_at bigint,
  submitted_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create index scorecards_candidate on scorecards (candidate_id, id);
create index scorecards_created on scorecards (created_at);
create index scorecards_updated on scorecards (updated_at);
create index scorecards_application on scorecards (application_id);

-- Offers and approvals.

create table offers (
  id {id},
  application_id bigint not null references applications(id) on delete cascade,
  job_id bigint not null references jobs(id) on delete cascade,
  opening_id bigint references openings(id) on delete set null,
  user_id bigint references users(id) on delete set null,
  version bigint not null,
  status text not null,
  starts_on text,
  sent_on text,
  notes text,
  custom text not null,
  resolved_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index offers_version on offers (application_id, version);
create index offers_job on offers (job_id);
create index offers_created on offers (created_at);

create table approval_flows (
  id {id},
  job_id bigint not null references jobs(id) on delete cascade,
  offer_id bigint references offers(id) on delete cascade,
  kind text not null,
  sequential boolean not null,
  version bigint not null,
  status text not null,
  requested_by_id bigint references users(id) on delete set null,
  requested_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create index approval_flows_job on approval_flows (job_id);
create index approval_flows_offer on approval_flows (offer_id);

create table approver_groups (
  id {id},
  approval_flow_id bigint not null references approval_flows(id) on delete cascade,
  priority bigint not null,
  approvals_required bigint not null,
  created_at bigint not null,
  resolved_at bigint
);
create index approver_groups_flow on approver_groups (approval_flow_id);

create table approvers (
  id {id},
  approver_group_id bigint not null references approver_groups(id) on delete cascade,
  user_id bigint not null references users(id) on delete cascade,
  status text not null,
  reason text,
  request_sent_at bigint,
  resolved_at bigint,
  created_at bigint not null
);
create index approvers_group on approvers (approver_group_id);
create index approvers_user on approvers (user_id);

-- What is told of a candidate inside the house.

create table feed_items (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  application_id bigint references applications(id) on delete set null,
  user_id bigint,
  touchpoint_id bigint,
  kind text not null,
  of_rejection boolean not null,
  visibility text not null,
  subject text,
  body text not null,
  mail_to text,
  mail_from text,
  mail_cc text,
  created_at bigint not null
);
create index feed_items_candidate on feed_items (candidate_id);

create table reminders (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  user_id bigint not null references users(id) on delete cascade,
  note text,
  remind_at bigint not null,
  created_at bigint not null
);
create index reminders_candidate on reminders (candidate_id);

create table touchpoints (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  application_id bigint references applications(id) on delete cascade,
  user_id bigint references users(id) on delete set null,
  kind text not null,
  happened_at bigint not null,
  created_at bigint not null
);
create index touchpoints_candidate on touchpoints (candidate_id);

create table synced_messages (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  kind text not null,
  body text not null,
  created_at bigint not null
);
create index synced_messages_candidate on synced_messages (candidate_id);

create table anonymizations (
  id {id},
  candidate_id bigint not null references candidates(id) on delete cascade,
  fields text not null,
  at bigint not null
);
create index anonymizations_candidate on anonymizations (candidate_id);

-- Who may, and who did.

create table api_keys (
  id {id},
  name text not null,
  kind text not null,
  hash text not null unique,
  hint text not null,
  endpoints text not null,
  source_id bigint references sources(id) on delete set null,
  created_at bigint not null,
  revoked_at bigint,
  last_used_at bigint
);

-- Partners' applications, to which users grant what they themselves may do.
create table oauth_applications (
  id {id},
  name text not null,
  url text not null,
  callback_url text not null,
  consumer_key text not null unique,
  secret_hash text not null,
  source_id bigint references sources(id) on delete set null,
  created_at bigint not null,
  updated_at bigint not null,
  revoked_at bigint
);

-- What a user granted to an application: a code, then tokens in its place. Only hashes of them are kept.
create table oauth_grants (
  id {id},
  oauth_application_id bigint not null references oauth_applications(id) on delete cascade,
  user_id bigint not null references users(id) on delete cascade,
  scopes text not null,
  redirect_uri text,
  code_challenge text,
  code_hash text not null unique,
  code_expires_at bigint not null,
  exchanged_at bigint,
  access_hash text unique,
  access_expires_at bigint,
  refresh_hash text unique,
  old_refresh_hash text,
  created_at bigint not null,
  ended_at bigint
);
create index oauth_grants_application on oauth_grants (oauth_application_id);
create index oauth_grants_user on oauth_grants (user_id);
create index oauth_grants_old_refresh on oauth_grants (old_refresh_hash) where old_refresh_hash is not null;

-- By which a user who can't sign in yet says, once, that it is them.
create table consent_codes (
  id {id},
  user_id bigint not null references users(id) on delete cascade,
  hash text not null unique,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index consent_codes_user on consent_codes (user_id);

-- Every index but two ends with the time: whatever the audit log is asked for, the latest come first.
create table audit_records (
  id {id},
  work text not null,
  at bigint not null,
  actor_id bigint,
  api_key_id bigint,
  door text not null,
  request text not null,
  request_id text not null,
  address text,
  kind text not null,
  target_type text not null,
  target_id bigint,
  candidate_id bigint,
  changes text
);
create index audit_records_at on audit_records (at);
create index audit_records_request_id on audit_records (request_id);
create index audit_records_candidate on audit_records (candidate_id) where candidate_id is not null;
create index audit_records_target on audit_records (target_id, at) where target_id is not null;
create index audit_records_target_type on audit_records (target_type, at);
create index audit_records_kind on audit_records (kind, at);
create index audit_records_request on audit_records (request, at);
create index audit_records_actor on audit_records (actor_id, at) where actor_id is not null;
create index audit_records_key on audit_records (api_key_id, at) where api_key_id is not null;
create index audit_records_address on audit_records (address, at) where address is not null;
create index audit_records_nobody on audit_records (at) where actor_id is null and api_key_id is null;

create table retention_rules (
  id {id},
  name text not null,
  office_id bigint references offices(id) on delete cascade,
  months bigint not null,
  fields text not null,
  enabled boolean not null,
  last_run_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);

-- Web hooks: what was fired, who listens, what was sent.

create table webhooks (
  id {id},
  name text not null,
  url text not null,
  secret bytes not null,
  events text not null,
  basic_user text,
  basic_password bytes,
  headers text not null,
  enabled boolean not null,
  disabled_why text,
  disabled_at bigint,
  missed_after bigint,
  max_attempts bigint not null,
  error_email text,
  in_flight bigint not null,
  per_second bigint,
  order_by text,
  any_2xx boolean not null,
  standard_headers boolean not null,
  disable_on_gone boolean not null,
  disable_after_hours bigint,
  probe boolean not null,
  secret_number bigint not null,
  old_secret bytes,
  old_secret_until bigint,
  client_certificate text,
  client_key bytes,
  oauth text,
  oauth_secret bytes,
  created_at bigint not null,
  updated_at bigint not null,
  last_ping_at bigint,
  last_ping_status bigint,
  last_ping_error text
);

-- How an endpoint fares, written by couriers when it changes: apart from the settings, which they watch for changes.
create table webhook_health (
  id {id},
  webhook_id bigint not null references webhooks(id) on delete cascade,
  failing_since bigint,
  warned_at bigint,
  gone_at bigint,
  probe_at bigint,
  told_until bigint
);
create unique index webhook_health_once on webhook_health (webhook_id);

-- What requests to an endpoint looked like from a time on, without secrets: the log of attempts shows it.
create table webhook_calls (
  id {id},
  webhook_id bigint not null references webhooks(id) on delete cascade,
  since bigint not null,
  url text not null,
  header_names text not null,
  basic boolean not null,
  oauth boolean not null,
  standard_headers boolean not null
);
create unique index webhook_calls_once on webhook_calls (webhook_id, since);

create table webhook_events (
  id {id},
  webhook_id bigint not null references webhooks(id) on delete cascade,
  action text not null
);
create unique index webhook_events_once on webhook_events (action, webhook_id);
create index webhook_events_webhook on webhook_events (webhook_id);

create table journal (
  id {id},
  seq bigint,
  work text not null,
  action text not null,
  body text,
  actor_id bigint,
  happened_at bigint not null,
  candidate_id bigint,
  application_id bigint,
  job_id bigint,
  test boolean not null,
  erase boolean not null
);
-- Entries are written before they are numbered: what is asked for by number alone need not know them until then.
create unique index journal_seq on journal (seq) where seq is not null;
create index journal_candidate on journal (candidate_id) where candidate_id is not null;
create index journal_application on journal (application_id) where application_id is not null;
create index journal_job on journal (job_id, seq) where job_id is not null and seq is not null;
create index journal_action on journal (action, seq) where seq is not null;
create index journal_unnumbered on journal (id) where seq is null and not test;

-- One row: the last sequence number that was given, which outlives the entries, and the one from which on none was removed.
create table journal_head (
  id {id},
  last bigint not null,
  oldest bigint not null
);
insert into journal_head (last, oldest) values (0, 1);

-- No foreign keys here: on PostgreSQL they would have every Work take a lock on the endpoint. Who deletes one sees to its deliveries.
create table deliveries (
  id {id},
  webhook_id bigint not null,
  journal_id bigint not null,
  action text not null,
  order_key bigint,
  status text not null,
  attempts bigint not null,
  due_at bigint,
  node text,
  lease_until bigint,
  replay boolean not null,
  created_at bigint not null,
  finished_at bigint
);
create unique index deliveries_once on deliveries (journal_id, webhook_id);
create index deliveries_due on deliveries (webhook_id, replay, due_at, id) where due_at is not null;
create index deliveries_order on deliveries (webhook_id, order_key, id) where order_key is not null and due_at is not null;
create index deliveries_log on deliveries (webhook_id, created_at, id);
create index deliveries_action on deliveries (webhook_id, action, created_at, id);
create index deliveries_given_up on deliveries (webhook_id, finished_at, id) where status = 'failed';
create index deliveries_undone on deliveries (webhook_id, status, created_at, id) where status = 'failed' or status = 'held';

create table attempts (
  id {id},
  delivery_id bigint not null references deliveries(id) on delete cascade,
  number bigint not null,
  replay boolean not null,
  started_at bigint not null,
  finished_at bigint,
  status_code bigint,
  error text,
  answer text,
  peer text,
  secret_number bigint,
  configured_at bigint,
  resolve_micros bigint,
  connect_micros bigint,
  first_byte_micros bigint,
  total_micros bigint
);
create index attempts_delivery on attempts (delivery_id);

-- From when to when an endpoint was disabled, by numbers of the journal, until what it missed was sent.
create table webhook_gaps (
  id {id},
  webhook_id bigint not null references webhooks(id) on delete cascade,
  after_seq bigint not null,
  until_seq bigint not null
);
create index webhook_gaps_webhook on webhook_gaps (webhook_id);

-- What is sent again, and how far that came, so that any node can go on with it.
create table replays (
  id {id},
  webhook_id bigint not null references webhooks(id) on delete cascade,
  selection text not null,
  parts text not null,
  part bigint not null,
  place bigint not null,
  place_id bigint not null,
  per_second bigint,
  next_due_at bigint,
  status text not null,
  why text,
  total bigint,
  replayed bigint not null,
  created bigint not null,
  under_way bigint not null,
  erased bigint not null,
  actor_id bigint,
  created_at bigint not null,
  finished_at bigint
);
create index replays_webhook on replays (webhook_id, id);
create index replays_running on replays (id) where finished_at is null;

-- Mail that is to be sent, and was: an outbox in the transaction of what it tells. While one is on its way, its lease stands in due_at too.
create table mails (
  id {id},
  kind text not null,
  webhook_id bigint,
  candidate_id bigint references candidates(id) on delete cascade,
  application_id bigint references applications(id) on delete cascade,
  user_id bigint references users(id) on delete set null,
  recipient text not null,
  cc text not null,
  reply_to text,
  subject text not null,
  body text not null,
  html text,
  status text not null,
  attempts bigint not null,
  created_at bigint not null,
  due_at bigint,
  lease_until bigint,
  finished_at bigint,
  last_error text
);
create index mails_due on mails (due_at, id) where due_at is not null;
create index mails_status on mails (status, id);
create index mails_finished on mails (finished_at) where finished_at is not null;
create index mails_webhook on mails (webhook_id, kind) where due_at is not null;
create index mails_candidate on mails (candidate_id) where candidate_id is not null;
create index mails_application on mails (application_id) where application_id is not null;
create index mails_user on mails (user_id) where user_id is not null;

-- What the house tells those who look after it.
create table notices (
  id {id},
  kind text not null,
  webhook_id bigint,
  text text not null,
  created_at bigint not null,
  dismissed_at bigint,
  dismissed_by_id bigint references users(id)
);
create index notices_open on notices (id) where dismissed_at is null;
create index notices_dismissed on notices (dismissed_at) where dismissed_at is not null;

-- What was read from other servers, and how far that came: a run that broke off goes on, a later one asks for what changed since.
create table imports (
  id {id},
  source text not null unique,
  merged boolean not null,
  since bigint,
  started_at bigint not null,
  finished_at bigint
);

create table import_steps (
  id {id},
  import_id bigint not null references imports(id) on delete cascade,
  name text not null,
  place text,
  rows_read bigint not null,
  done boolean not null
);
create unique index import_steps_once on import_steps (import_id, name);

-- Search. All of it is derived: it is no part of an export, is not carried to another database, and is made anew where it is missing.

-- What could be read in a file, or why nothing.
create table attachment_texts (
  id {id},
  attachment_id bigint not null unique references attachments(id) on delete cascade,
  status text not null,
  why text,
  body text,
  attempts bigint not null,
  due_at bigint,
  finished_at bigint
);
create index attachment_texts_due on attachment_texts (due_at, id) where due_at is not null;

-- Candidates whose words in the index may be old, one row for each time that something changed.
create table search_stale (
  id {id},
  candidate_id bigint not null
);

-- One row: how far the index is made, candidate by candidate, by which rules.
create table search_progress (
  id {id},
  rules bigint not null,
  after_id bigint not null,
  finished_at bigint
);
insert into search_progress (rules, after_id) values (0, 0);

-- The words, a row per candidate: names and addresses; head line, work and schools; all else.
{sqlite} create virtual table search_index using fts5 (a, b, c, tokenize = 'ascii', prefix = '2 3');
-- What is removed is overwritten at once, not when it happens to be merged.
{sqlite} insert into search_index (search_index, rank) values ('secure-delete', 1);
{sqlite} create trigger search_index_gone after delete on candidates begin delete from search_index where rowid = old.id; end;
{postgres} create table search_index (
  id bigint not null primary key references candidates(id) on delete cascade,
  a tsvector not null,
  b tsvector not null,
  c tsvector not null
);
{postgres} create index search_index_a on search_index using gin (a);
{postgres} create index search_index_b on search_index using gin (b);
{postgres} create index search_index_c on search_index using gin (c);
