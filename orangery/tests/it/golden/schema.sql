-- The schema as SQLite has it. Made by running, never by hand.

CREATE TABLE anonymizations (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  fields text not null,
  at integer not null
) strict;

CREATE INDEX anonymizations_candidate on anonymizations (candidate_id);

CREATE TABLE api_keys (
  id integer primary key autoincrement,
  name text not null,
  kind text not null,
  hash text not null unique,
  hint text not null,
  endpoints text not null,
  source_id integer references sources(id) on delete set null,
  created_at integer not null,
  revoked_at integer,
  last_used_at integer
) strict;

CREATE TABLE application_jobs (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  job_id integer not null references jobs(id) on delete cascade
) strict;

CREATE INDEX application_jobs_job on application_jobs (job_id);

CREATE UNIQUE INDEX application_jobs_once on application_jobs (application_id, job_id);

CREATE TABLE applications (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  job_id integer references jobs(id) on delete cascade,
  prospect integer not null,
  status text not null,
  stage_id integer references stages(id) on delete set null,
  hired_from_stage_id integer,
  job_post_id integer references job_posts(id) on delete set null,
  source_id integer references sources(id) on delete set null,
  credited_user_id integer references users(id) on delete set null,
  credited_name text,
  recruiter_id integer references users(id) on delete set null,
  coordinator_id integer references users(id) on delete set null,
  location text,
  answers text not null,
  custom text not null,
  referral_custom text not null,
  rejection_reason_id integer references rejection_reasons(id) on delete set null,
  rejection_custom text not null,
  rejection_note_id integer,
  -- Users are never deleted, and a foreign key would have every rejection lock its user.
  rejected_by_id integer,
  prospect_pool_id integer references prospect_pools(id) on delete set null,
  prospect_stage_id integer references prospect_stages(id) on delete set null,
  prospect_owner_id integer references users(id) on delete set null,
  prospective_department_id integer references departments(id) on delete set null,
  prospective_office_id integer references offices(id) on delete set null,
  applied_at integer not null,
  rejected_at integer,
  hired_at integer,
  created_at integer not null,
  last_activity_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX applications_activity on applications (last_activity_at);

CREATE INDEX applications_candidate on applications (candidate_id);

CREATE INDEX applications_created on applications (created_at);

CREATE INDEX applications_job on applications (job_id);

CREATE INDEX applications_stage on applications (stage_id);

CREATE INDEX applications_status on applications (status, id);

CREATE TABLE approval_flows (
  id integer primary key autoincrement,
  job_id integer not null references jobs(id) on delete cascade,
  offer_id integer references offers(id) on delete cascade,
  kind text not null,
  sequential integer not null,
  version integer not null,
  status text not null,
  requested_by_id integer references users(id) on delete set null,
  requested_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX approval_flows_job on approval_flows (job_id);

CREATE INDEX approval_flows_offer on approval_flows (offer_id);

CREATE TABLE approver_groups (
  id integer primary key autoincrement,
  approval_flow_id integer not null references approval_flows(id) on delete cascade,
  priority integer not null,
  approvals_required integer not null,
  created_at integer not null,
  resolved_at integer
) strict;

CREATE INDEX approver_groups_flow on approver_groups (approval_flow_id);

CREATE TABLE approvers (
  id integer primary key autoincrement,
  approver_group_id integer not null references approver_groups(id) on delete cascade,
  user_id integer not null references users(id) on delete cascade,
  status text not null,
  reason text,
  request_sent_at integer,
  resolved_at integer,
  created_at integer not null
) strict;

CREATE INDEX approvers_group on approvers (approver_group_id);

CREATE INDEX approvers_user on approvers (user_id);

CREATE TABLE attachment_texts (
  id integer primary key autoincrement,
  attachment_id integer not null unique references attachments(id) on delete cascade,
  status text not null,
  why text,
  body text,
  attempts integer not null,
  due_at integer,
  finished_at integer
) strict;

CREATE INDEX attachment_texts_due on attachment_texts (due_at, id) where due_at is not null;

CREATE TABLE attachments (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  application_id integer references applications(id) on delete cascade,
  filename text not null,
  kind text not null,
  content_type text,
  visibility text not null,
  blob text not null,
  size integer not null,
  created_at integer not null
) strict;

CREATE INDEX attachments_application on attachments (application_id);

CREATE INDEX attachments_blob on attachments (blob);

CREATE INDEX attachments_candidate on attachments (candidate_id);

CREATE TABLE attempts (
  id integer primary key autoincrement,
  delivery_id integer not null references deliveries(id) on delete cascade,
  number integer not null,
  replay integer not null,
  started_at integer not null,
  finished_at integer,
  status_code integer,
  error text,
  answer text,
  peer text,
  secret_number integer,
  configured_at integer,
  resolve_micros integer,
  connect_micros integer,
  first_byte_micros integer,
  total_micros integer
) strict;

CREATE INDEX attempts_delivery on attempts (delivery_id);

CREATE TABLE audit_records (
  id integer primary key autoincrement,
  work text not null,
  at integer not null,
  actor_id integer,
  api_key_id integer,
  door text not null,
  request text not null,
  request_id text not null,
  address text,
  kind text not null,
  target_type text not null,
  target_id integer,
  candidate_id integer,
  changes text
) strict;

CREATE INDEX audit_records_actor on audit_records (actor_id, at) where actor_id is not null;

CREATE INDEX audit_records_address on audit_records (address, at) where address is not null;

CREATE INDEX audit_records_at on audit_records (at);

CREATE INDEX audit_records_candidate on audit_records (candidate_id) where candidate_id is not null;

CREATE INDEX audit_records_key on audit_records (api_key_id, at) where api_key_id is not null;

CREATE INDEX audit_records_kind on audit_records (kind, at);

CREATE INDEX audit_records_nobody on audit_records (at) where actor_id is null and api_key_id is null;

CREATE INDEX audit_records_request on audit_records (request, at);

CREATE INDEX audit_records_request_id on audit_records (request_id);

CREATE INDEX audit_records_target on audit_records (target_id, at) where target_id is not null;

CREATE INDEX audit_records_target_type on audit_records (target_type, at);

CREATE TABLE board_sections (
  id integer primary key autoincrement,
  board_id integer not null references boards(id) on delete cascade,
  name text not null,
  priority integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX board_sections_board on board_sections (board_id);

CREATE TABLE boards (
  id integer primary key autoincrement,
  name text not null,
  token text not null unique,
  content text,
  internal integer not null,
  live integer not null,
  post_introduction text,
  post_conclusion text,
  job_url text,
  source_id integer references sources(id) on delete set null,
  requires_consent integer not null,
  requires_processing_consent integer not null,
  requires_retention_consent integer not null,
  retention_days integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE candidate_tags (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  tag_id integer not null references tags(id) on delete cascade
) strict;

CREATE UNIQUE INDEX candidate_tags_once on candidate_tags (candidate_id, tag_id);

CREATE INDEX candidate_tags_tag on candidate_tags (tag_id);

CREATE TRIGGER search_index_gone after delete on candidates begin delete from search_index where rowid = old.id; end;

CREATE TABLE candidates (
  id integer primary key autoincrement,
  first_name text not null,
  last_name text not null,
  company text,
  title text,
  headline text,
  external_id text,
  photo text,
  is_private integer not null,
  can_email integer not null,
  recruiter_id integer references users(id) on delete set null,
  coordinator_id integer references users(id) on delete set null,
  linked_user_id integer references users(id) on delete set null,
  linkedin_profile text,
  match_score_reasoning text,
  identity_verification text,
  custom text not null,
  created_at integer not null,
  updated_at integer not null,
  last_activity_at integer not null
) strict;

CREATE INDEX candidates_created on candidates (created_at);

CREATE INDEX candidates_linked_user on candidates (linked_user_id);

CREATE INDEX candidates_photo on candidates (photo) where photo is not null;

CREATE INDEX candidates_updated on candidates (updated_at);

CREATE TABLE close_reasons (
  id integer primary key autoincrement,
  name text not null
) strict;

CREATE TABLE consent_codes (
  id integer primary key autoincrement,
  user_id integer not null references users(id) on delete cascade,
  hash text not null unique,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;

CREATE INDEX consent_codes_user on consent_codes (user_id);

CREATE TABLE consents (
  id integer primary key autoincrement,
  application_id integer not null unique references applications(id) on delete cascade,
  consent integer,
  processing integer,
  retention integer,
  demographic integer,
  given_at integer not null
) strict;

CREATE TABLE contacts (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  kind text not null,
  value text not null,
  label text,
  email_key text
) strict;

CREATE INDEX contacts_candidate on contacts (candidate_id);

CREATE INDEX contacts_email on contacts (email_key) where email_key is not null;

CREATE TABLE custom_field_options (
  id integer primary key autoincrement,
  custom_field_id integer not null references custom_fields(id) on delete cascade,
  name text not null,
  priority integer not null,
  external_id text,
  active integer not null
) strict;

CREATE INDEX custom_field_options_field on custom_field_options (custom_field_id);

CREATE TABLE custom_fields (
  id integer primary key autoincrement,
  field_type text not null,
  value_type text not null,
  name text not null,
  name_key text not null,
  description text,
  priority integer not null,
  private integer not null,
  required integer not null,
  require_approval integer not null,
  trigger_new_version integer not null,
  expose_in_job_board_api integer not null,
  api_only integer not null,
  active integer not null,
  template_token text,
  department_ids text not null,
  office_ids text not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE UNIQUE INDEX custom_fields_key on custom_fields (field_type, name_key);

CREATE TABLE custom_locations (
  id integer primary key autoincrement,
  value text not null,
  active integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE deliveries (
  id integer primary key autoincrement,
  webhook_id integer not null,
  journal_id integer not null,
  action text not null,
  order_key integer,
  status text not null,
  attempts integer not null,
  due_at integer,
  node text,
  lease_until integer,
  replay integer not null,
  created_at integer not null,
  finished_at integer
) strict;

CREATE INDEX deliveries_action on deliveries (webhook_id, action, created_at, id);

CREATE INDEX deliveries_due on deliveries (webhook_id, replay, due_at, id) where due_at is not null;

CREATE INDEX deliveries_given_up on deliveries (webhook_id, finished_at, id) where status = 'failed';

CREATE INDEX deliveries_log on deliveries (webhook_id, created_at, id);

CREATE UNIQUE INDEX deliveries_once on deliveries (journal_id, webhook_id);

CREATE INDEX deliveries_order on deliveries (webhook_id, order_key, id) where order_key is not null and due_at is not null;

CREATE INDEX deliveries_undone on deliveries (webhook_id, status, created_at, id) where status = 'failed' or status = 'held';

CREATE TABLE demographic_answer_options (
  id integer primary key autoincrement,
  demographic_question_id integer not null references demographic_questions(id) on delete cascade,
  name text not null,
  free_form integer not null,
  active integer not null,
  priority integer not null
) strict;

CREATE INDEX demographic_answer_options_question on demographic_answer_options (demographic_question_id);

CREATE TABLE demographic_answers (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  demographic_question_id integer not null references demographic_questions(id) on delete cascade,
  demographic_answer_option_id integer references demographic_answer_options(id) on delete cascade,
  free_form_text text,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX demographic_answers_application on demographic_answers (application_id);

CREATE INDEX demographic_answers_created on demographic_answers (created_at);

CREATE INDEX demographic_answers_option on demographic_answers (demographic_answer_option_id);

CREATE INDEX demographic_answers_question on demographic_answers (demographic_question_id);

CREATE INDEX demographic_answers_updated on demographic_answers (updated_at);

CREATE TABLE demographic_question_sets (
  id integer primary key autoincrement,
  title text not null,
  description text,
  active integer not null
) strict;

CREATE TABLE demographic_questions (
  id integer primary key autoincrement,
  demographic_question_set_id integer not null references demographic_question_sets(id) on delete cascade,
  name text not null,
  required integer not null,
  answer_type text not null,
  active integer not null,
  priority integer not null
) strict;

CREATE INDEX demographic_questions_set on demographic_questions (demographic_question_set_id);

CREATE TABLE departments (
  id integer primary key autoincrement,
  name text not null unique,
  parent_id integer references departments(id) on delete set null,
  external_id text unique,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE education_items (
  id integer primary key autoincrement,
  kind text not null,
  name text not null,
  priority integer not null
) strict;

CREATE INDEX education_items_kind on education_items (kind, priority);

CREATE TABLE educations (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  school_id integer references education_items(id) on delete set null,
  discipline_id integer references education_items(id) on delete set null,
  degree_id integer references education_items(id) on delete set null,
  start_date text,
  end_date text
) strict;

CREATE INDEX educations_candidate on educations (candidate_id);

CREATE TABLE eeocs (
  id integer primary key autoincrement,
  application_id integer not null unique references applications(id) on delete cascade,
  race text,
  gender text,
  veteran_status text,
  disability_status text,
  submitted_at integer not null
) strict;

CREATE INDEX eeocs_submitted on eeocs (submitted_at);

CREATE TABLE email_templates (
  id integer primary key autoincrement,
  name text not null,
  description text,
  kind text not null,
  is_default integer not null,
  subject text not null,
  sender text,
  cc text not null,
  body text,
  html_body text,
  user_id integer references users(id) on delete cascade,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE employments (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  company_name text not null,
  title text not null,
  start_date text,
  end_date text
) strict;

CREATE INDEX employments_candidate on employments (candidate_id);

CREATE TABLE feed_items (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  application_id integer references applications(id) on delete set null,
  user_id integer,
  touchpoint_id integer,
  kind text not null,
  of_rejection integer not null,
  visibility text not null,
  subject text,
  body text not null,
  mail_to text,
  mail_from text,
  mail_cc text,
  created_at integer not null
) strict;

CREATE INDEX feed_items_candidate on feed_items (candidate_id);

CREATE TABLE future_job_permissions (
  id integer primary key autoincrement,
  user_id integer not null references users(id) on delete cascade,
  office_id integer references offices(id) on delete cascade,
  department_id integer references departments(id) on delete cascade,
  user_role_id integer not null references user_roles(id) on delete cascade
) strict;

CREATE INDEX future_job_permissions_user on future_job_permissions (user_id);

CREATE TABLE hiring_team (
  id integer primary key autoincrement,
  job_id integer not null references jobs(id) on delete cascade,
  user_id integer not null references users(id) on delete cascade,
  role text not null,
  responsible integer not null
) strict;

CREATE UNIQUE INDEX hiring_team_once on hiring_team (job_id, role, user_id);

CREATE INDEX hiring_team_user on hiring_team (user_id);

CREATE TABLE import_steps (
  id integer primary key autoincrement,
  import_id integer not null references imports(id) on delete cascade,
  name text not null,
  place text,
  rows_read integer not null,
  done integer not null
) strict;

CREATE UNIQUE INDEX import_steps_once on import_steps (import_id, name);

CREATE TABLE imports (
  id integer primary key autoincrement,
  source text not null unique,
  merged integer not null,
  since integer,
  started_at integer not null,
  finished_at integer
) strict;

CREATE TABLE interview_kits (
  id integer primary key autoincrement,
  interview_id integer not null references interviews(id) on delete cascade,
  content text
) strict;

CREATE UNIQUE INDEX interview_kits_interview on interview_kits (interview_id);

CREATE TABLE interview_states (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  interview_id integer not null references interviews(id) on delete cascade,
  status text not null
) strict;

CREATE UNIQUE INDEX interview_states_once on interview_states (application_id, interview_id);

CREATE TABLE interviewers (
  id integer primary key autoincrement,
  scheduled_interview_id integer not null references scheduled_interviews(id) on delete cascade,
  user_id integer references users(id) on delete set null,
  email text,
  name text,
  response_status text not null
) strict;

CREATE INDEX interviewers_scheduled on interviewers (scheduled_interview_id);

CREATE TABLE interviews (
  id integer primary key autoincrement,
  stage_id integer not null references stages(id) on delete cascade,
  name text not null,
  kind text not null,
  estimated_minutes integer,
  default_user_ids text not null,
  priority integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX interviews_stage on interviews (stage_id);

CREATE TABLE job_offices (
  id integer primary key autoincrement,
  job_id integer not null references jobs(id) on delete cascade,
  office_id integer not null references offices(id) on delete cascade
) strict;

CREATE INDEX job_offices_office on job_offices (office_id);

CREATE UNIQUE INDEX job_offices_once on job_offices (job_id, office_id);

CREATE TABLE job_permissions (
  id integer primary key autoincrement,
  user_id integer not null references users(id) on delete cascade,
  job_id integer not null references jobs(id) on delete cascade,
  user_role_id integer not null references user_roles(id) on delete cascade
) strict;

CREATE INDEX job_permissions_job on job_permissions (job_id);

CREATE UNIQUE INDEX job_permissions_once on job_permissions (user_id, job_id, user_role_id);

CREATE TABLE job_posts (
  id integer primary key autoincrement,
  job_id integer references jobs(id) on delete cascade,
  board_id integer references boards(id) on delete set null,
  board_section_id integer references board_sections(id) on delete set null,
  department_id integer references departments(id) on delete set null,
  demographic_question_set_id integer references demographic_question_sets(id) on delete set null,
  title text not null,
  language text not null,
  location text,
  office_id integer references offices(id) on delete set null,
  custom_location_id integer references custom_locations(id) on delete set null,
  internal integer not null,
  external integer not null,
  live integer not null,
  active integer not null,
  content text,
  internal_content text,
  eeoc integer not null,
  pay_ranges text not null,
  first_published_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX job_posts_board on job_posts (board_id, id);

CREATE INDEX job_posts_job on job_posts (job_id);

CREATE TABLE jobs (
  id integer primary key autoincrement,
  name text not null,
  requisition_id text,
  notes text,
  confidential integer not null,
  status text not null,
  level text,
  department_id integer references departments(id) on delete set null,
  anywhere integer not null,
  team_and_responsibilities text,
  how_to_sell_this_job text,
  is_template integer not null,
  copied_from_id integer,
  created_by_id integer references users(id) on delete set null,
  closed_by_application_id integer,
  custom text not null,
  created_at integer not null,
  opened_at integer,
  closed_at integer,
  updated_at integer not null
) strict;

CREATE INDEX jobs_department on jobs (department_id);

CREATE TABLE journal (
  id integer primary key autoincrement,
  seq integer,
  work text not null,
  action text not null,
  body text,
  actor_id integer,
  happened_at integer not null,
  candidate_id integer,
  application_id integer,
  job_id integer,
  test integer not null,
  erase integer not null
) strict;

CREATE INDEX journal_action on journal (action, seq) where seq is not null;

CREATE INDEX journal_application on journal (application_id) where application_id is not null;

CREATE INDEX journal_candidate on journal (candidate_id) where candidate_id is not null;

CREATE INDEX journal_job on journal (job_id, seq) where job_id is not null and seq is not null;

CREATE UNIQUE INDEX journal_seq on journal (seq) where seq is not null;

CREATE INDEX journal_unnumbered on journal (id) where seq is null and not test;

CREATE TABLE journal_head (
  id integer primary key autoincrement,
  last integer not null,
  oldest integer not null
) strict;

CREATE TABLE kit_questions (
  id integer primary key autoincrement,
  interview_kit_id integer not null references interview_kits(id) on delete cascade,
  question text not null,
  priority integer not null
) strict;

CREATE INDEX kit_questions_kit on kit_questions (interview_kit_id);

CREATE TABLE mails (
  id integer primary key autoincrement,
  kind text not null,
  webhook_id integer,
  candidate_id integer references candidates(id) on delete cascade,
  application_id integer references applications(id) on delete cascade,
  user_id integer references users(id) on delete set null,
  recipient text not null,
  cc text not null,
  reply_to text,
  subject text not null,
  body text not null,
  html text,
  status text not null,
  attempts integer not null,
  created_at integer not null,
  due_at integer,
  lease_until integer,
  finished_at integer,
  last_error text
) strict;

CREATE INDEX mails_application on mails (application_id) where application_id is not null;

CREATE INDEX mails_candidate on mails (candidate_id) where candidate_id is not null;

CREATE INDEX mails_due on mails (due_at, id) where due_at is not null;

CREATE INDEX mails_finished on mails (finished_at) where finished_at is not null;

CREATE INDEX mails_status on mails (status, id);

CREATE INDEX mails_user on mails (user_id) where user_id is not null;

CREATE INDEX mails_webhook on mails (webhook_id, kind) where due_at is not null;

CREATE TABLE migrations (name text not null primary key) strict;

CREATE TABLE notices (
  id integer primary key autoincrement,
  kind text not null,
  webhook_id integer,
  text text not null,
  created_at integer not null,
  dismissed_at integer,
  dismissed_by_id integer references users(id)
) strict;

CREATE INDEX notices_dismissed on notices (dismissed_at) where dismissed_at is not null;

CREATE INDEX notices_open on notices (id) where dismissed_at is null;

CREATE TABLE oauth_applications (
  id integer primary key autoincrement,
  name text not null,
  url text not null,
  callback_url text not null,
  consumer_key text not null unique,
  secret_hash text not null,
  source_id integer references sources(id) on delete set null,
  created_at integer not null,
  updated_at integer not null,
  revoked_at integer
) strict;

CREATE TABLE oauth_grants (
  id integer primary key autoincrement,
  oauth_application_id integer not null references oauth_applications(id) on delete cascade,
  user_id integer not null references users(id) on delete cascade,
  scopes text not null,
  redirect_uri text,
  code_challenge text,
  code_hash text not null unique,
  code_expires_at integer not null,
  exchanged_at integer,
  access_hash text unique,
  access_expires_at integer,
  refresh_hash text unique,
  old_refresh_hash text,
  created_at integer not null,
  ended_at integer
) strict;

CREATE INDEX oauth_grants_application on oauth_grants (oauth_application_id);

CREATE INDEX oauth_grants_old_refresh on oauth_grants (old_refresh_hash) where old_refresh_hash is not null;

CREATE INDEX oauth_grants_user on oauth_grants (user_id);

CREATE TABLE offers (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  job_id integer not null references jobs(id) on delete cascade,
  opening_id integer references openings(id) on delete set null,
  user_id integer references users(id) on delete set null,
  version integer not null,
  status text not null,
  starts_on text,
  sent_on text,
  notes text,
  custom text not null,
  resolved_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX offers_created on offers (created_at);

CREATE INDEX offers_job on offers (job_id);

CREATE UNIQUE INDEX offers_version on offers (application_id, version);

CREATE TABLE offices (
  id integer primary key autoincrement,
  name text not null unique,
  location text,
  primary_contact_user_id integer references users(id) on delete set null,
  parent_id integer references offices(id) on delete set null,
  external_id text unique,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE openings (
  id integer primary key autoincrement,
  job_id integer not null references jobs(id) on delete cascade,
  opening_id text,
  status text not null,
  opened_at integer not null,
  closed_at integer,
  application_id integer,
  close_reason_id integer references close_reasons(id) on delete set null,
  custom text not null
) strict;

CREATE INDEX openings_application on openings (application_id);

CREATE INDEX openings_job on openings (job_id);

CREATE TABLE organization (
  id integer primary key autoincrement,
  name text not null,
  time_zone text not null,
  catalog_version integer not null,
  jobs_version integer not null default 1,
  offers_need_start_date integer not null,
  openings_deletable integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE post_questions (
  id integer primary key autoincrement,
  job_post_id integer not null references job_posts(id) on delete cascade,
  name text not null,
  label text not null,
  kind text not null,
  required integer not null,
  private integer not null,
  description text,
  options text not null,
  priority integer not null
) strict;

CREATE INDEX post_questions_post on post_questions (job_post_id);

CREATE TABLE prospect_pools (
  id integer primary key autoincrement,
  name text not null,
  active integer not null
) strict;

CREATE TABLE prospect_stages (
  id integer primary key autoincrement,
  prospect_pool_id integer not null references prospect_pools(id) on delete cascade,
  name text not null,
  priority integer not null
) strict;

CREATE TABLE rejection_reasons (
  id integer primary key autoincrement,
  name text not null,
  type_id integer not null,
  type_name text not null,
  built_in integer not null
) strict;

CREATE TABLE reminders (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  user_id integer not null references users(id) on delete cascade,
  note text,
  remind_at integer not null,
  created_at integer not null
) strict;

CREATE INDEX reminders_candidate on reminders (candidate_id);

CREATE TABLE replays (
  id integer primary key autoincrement,
  webhook_id integer not null references webhooks(id) on delete cascade,
  selection text not null,
  parts text not null,
  part integer not null,
  place integer not null,
  place_id integer not null,
  per_second integer,
  next_due_at integer,
  status text not null,
  why text,
  total integer,
  replayed integer not null,
  created integer not null,
  under_way integer not null,
  erased integer not null,
  actor_id integer,
  created_at integer not null,
  finished_at integer
) strict;

CREATE INDEX replays_running on replays (id) where finished_at is null;

CREATE INDEX replays_webhook on replays (webhook_id, id);

CREATE TABLE retention_rules (
  id integer primary key autoincrement,
  name text not null,
  office_id integer references offices(id) on delete cascade,
  months integer not null,
  fields text not null,
  enabled integer not null,
  last_run_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE scheduled_interviews (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  interview_id integer not null references interviews(id) on delete cascade,
  external_event_id text unique,
  organizer_id integer references users(id) on delete set null,
  starts_at integer not null,
  ends_at integer not null,
  all_day integer not null,
  location text,
  video_conferencing_url text,
  status text not null,
  by_api integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX scheduled_interviews_application on scheduled_interviews (application_id);

CREATE INDEX scheduled_interviews_created on scheduled_interviews (created_at);

CREATE INDEX scheduled_interviews_starts on scheduled_interviews (starts_at);

CREATE INDEX scheduled_interviews_updated on scheduled_interviews (updated_at);

CREATE TABLE scorecards (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  application_id integer references applications(id) on delete set null,
  interview_id integer references interviews(id) on delete set null,
  scheduled_interview_id integer references scheduled_interviews(id) on delete set null,
  interview_name text not null,
  interviewer_id integer references users(id) on delete set null,
  submitted_by_id integer references users(id) on delete set null,
  status text not null,
  overall_recommendation text not null,
  attributes text not null,
  answers text not null,
  interviewed_at integer,
  submitted_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX scorecards_application on scorecards (application_id);

CREATE INDEX scorecards_candidate on scorecards (candidate_id, id);

CREATE INDEX scorecards_created on scorecards (created_at);

CREATE INDEX scorecards_updated on scorecards (updated_at);

CREATE VIRTUAL TABLE search_index using fts5 (a, b, c, tokenize = 'ascii', prefix = '2 3');

CREATE TABLE 'search_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'search_index_content'(id INTEGER PRIMARY KEY, c0, c1, c2);

CREATE TABLE 'search_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'search_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE search_progress (
  id integer primary key autoincrement,
  rules integer not null,
  after_id integer not null,
  finished_at integer
) strict;

CREATE TABLE search_stale (
  id integer primary key autoincrement,
  candidate_id integer not null
) strict;

CREATE TABLE sources (
  id integer primary key autoincrement,
  name text not null,
  public_name text not null,
  type_id integer not null,
  type_name text not null
) strict;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE stage_history (
  id integer primary key autoincrement,
  application_id integer not null references applications(id) on delete cascade,
  stage_id integer references stages(id) on delete set null,
  entered_at integer not null,
  left_at integer
) strict;

CREATE INDEX stage_history_application on stage_history (application_id);

CREATE TABLE stages (
  id integer primary key autoincrement,
  job_id integer not null references jobs(id) on delete cascade,
  name text not null,
  priority integer not null,
  active integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX stages_job on stages (job_id);

CREATE TABLE synced_messages (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  kind text not null,
  body text not null,
  created_at integer not null
) strict;

CREATE INDEX synced_messages_candidate on synced_messages (candidate_id);

CREATE TABLE tags (
  id integer primary key autoincrement,
  name text not null,
  name_key text not null unique
) strict;

CREATE TABLE touchpoints (
  id integer primary key autoincrement,
  candidate_id integer not null references candidates(id) on delete cascade,
  application_id integer references applications(id) on delete cascade,
  user_id integer references users(id) on delete set null,
  kind text not null,
  happened_at integer not null,
  created_at integer not null
) strict;

CREATE INDEX touchpoints_candidate on touchpoints (candidate_id);

CREATE TABLE tracking_links (
  id integer primary key autoincrement,
  token text not null unique,
  job_id integer references jobs(id) on delete cascade,
  job_post_id integer references job_posts(id) on delete cascade,
  board_id integer references boards(id) on delete cascade,
  source_id integer references sources(id) on delete set null,
  referrer_user_id integer references users(id) on delete set null,
  referrer_name text,
  related_post_id integer,
  related_post_type text,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX tracking_links_job on tracking_links (job_id);

CREATE INDEX tracking_links_post on tracking_links (job_post_id);

CREATE TABLE user_emails (
  id integer primary key autoincrement,
  user_id integer not null references users(id) on delete cascade,
  email text not null,
  email_key text not null unique,
  is_primary integer not null,
  verified integer not null
) strict;

CREATE INDEX user_emails_user on user_emails (user_id);

CREATE TABLE user_roles (
  id integer primary key autoincrement,
  kind text not null,
  name text not null
) strict;

CREATE TABLE users (
  id integer primary key autoincrement,
  first_name text not null,
  last_name text not null,
  employee_id text unique,
  site_admin integer not null,
  disabled integer not null,
  department_ids text not null,
  office_ids text not null,
  time_zone text,
  custom text not null,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE TABLE webhook_calls (
  id integer primary key autoincrement,
  webhook_id integer not null references webhooks(id) on delete cascade,
  since integer not null,
  url text not null,
  header_names text not null,
  basic integer not null,
  oauth integer not null,
  standard_headers integer not null
) strict;

CREATE UNIQUE INDEX webhook_calls_once on webhook_calls (webhook_id, since);

CREATE TABLE webhook_events (
  id integer primary key autoincrement,
  webhook_id integer not null references webhooks(id) on delete cascade,
  action text not null
) strict;

CREATE UNIQUE INDEX webhook_events_once on webhook_events (action, webhook_id);

CREATE INDEX webhook_events_webhook on webhook_events (webhook_id);

CREATE TABLE webhook_gaps (
  id integer primary key autoincrement,
  webhook_id integer not null references webhooks(id) on delete cascade,
  after_seq integer not null,
  until_seq integer not null
) strict;

CREATE INDEX webhook_gaps_webhook on webhook_gaps (webhook_id);

CREATE TABLE webhook_health (
  id integer primary key autoincrement,
  webhook_id integer not null references webhooks(id) on delete cascade,
  failing_since integer,
  warned_at integer,
  gone_at integer,
  probe_at integer,
  told_until integer
) strict;

CREATE UNIQUE INDEX webhook_health_once on webhook_health (webhook_id);

CREATE TABLE webhooks (
  id integer primary key autoincrement,
  name text not null,
  url text not null,
  secret blob not null,
  events text not null,
  basic_user text,
  basic_password blob,
  headers text not null,
  enabled integer not null,
  disabled_why text,
  disabled_at integer,
  missed_after integer,
  max_attempts integer not null,
  error_email text,
  in_flight integer not null,
  per_second integer,
  order_by text,
  any_2xx integer not null,
  standard_headers integer not null,
  disable_on_gone integer not null,
  disable_after_hours integer,
  probe integer not null,
  secret_number integer not null,
  old_secret blob,
  old_secret_until integer,
  client_certificate text,
  client_key blob,
  oauth text,
  oauth_secret blob,
  created_at integer not null,
  updated_at integer not null,
  last_ping_at integer,
  last_ping_status integer,
  last_ping_error text
) strict;
