-- Who can be written to. Addresses stand here and on mails that are on their way, nowhere else.
create table recipient (
  subject_id text primary key collate "C",
  address text not null,
  language text not null,
  changed_at timestamptz not null
);

-- What is known of the cycles. A row without a year was only heard of so far: facts of different
-- streams arrive in any order.
create table cycle (
  cycle_id text primary key collate "C",
  year integer,
  plan_number text,
  rule_set_id text,
  is_closed boolean not null default false
);

create table duty (
  duty_id text primary key collate "C",
  kind text not null check (kind in ('report', 'acknowledge', 'supplement')),
  stream text not null collate "C",
  opened_by bigint not null,
  subject_id text not null collate "C",
  cycle_id text not null collate "C",
  case_id text collate "C",
  due_before timestamptz not null,
  wording text not null,
  -- Null until the cycle is known.
  year integer,
  plan_number text,
  rule_set_id text,
  state text not null check (state in ('open', 'fulfilled', 'cancelled')),
  began_at timestamptz not null,
  -- The highest rung that was dealt with, and the moment of the next one that is owed.
  last_rung integer,
  next_rung_at timestamptz
) with (fillfactor = 80);
create index duty_next_rung on duty (next_rung_at) where next_rung_at is not null;
create index duty_subject on duty (subject_id, duty_id);
create index duty_open on duty (cycle_id) where state = 'open';
create index duty_incomplete on duty (cycle_id) where year is null;
create index duty_supplement on duty (stream, case_id) where kind = 'supplement';

create table delivery (
  delivery_id text primary key collate "C",
  -- Kept for ever: whatever is told or computed again leads to no second mail.
  send_once_key text not null unique collate "C",
  -- The duty whose state decides at the moment of sending; null for mails about a fact.
  duty_id text collate "C",
  about_stream text not null collate "C",
  recipient_id text not null collate "C",
  kind text not null,
  rung integer,
  state text not null
    check (state in ('pending', 'sending', 'sent', 'refused', 'uncertain', 'dropped')),
  drop_reason text check ((drop_reason is not null) = (state = 'dropped')),
  -- Address and mail are forgotten as soon as nothing can be sent any more. A mail is ASCII.
  address text,
  mail text,
  message_id text not null,
  attempts integer not null default 0,
  deferrals integer not null default 0,
  -- By the real clock: back-off never follows the calendar.
  next_attempt_at timestamptz,
  claimed_by text collate "C",
  last_reply_code integer,
  last_reply text,
  correlation_id text not null,
  sequence bigint not null,
  planned_at timestamptz not null,
  decided_at timestamptz,
  check (state not in ('pending', 'sending', 'uncertain') or mail is not null)
) with (fillfactor = 80);
create index delivery_waiting on delivery (next_attempt_at) where state = 'pending';
create index delivery_claimed on delivery (claimed_by) where state = 'sending';
create index delivery_list on delivery (state, kind, delivery_id);

-- What operators decided on mails of unknown fate, and why.
create table release (
  delivery_id text not null collate "C",
  sequence bigint not null,
  decision text not null check (decision in ('resend', 'sent')),
  reason text not null,
  actor text not null,
  released_at timestamptz not null,
  primary key (delivery_id, sequence)
);

-- Senders that may hold a mail in their hands. A living one holds the lock of its name.
create table sender (
  incarnation text primary key collate "C",
  started_at timestamptz not null default clock_timestamp()
);

-- How far the calendar was evaluated. The row is the lock of whoever evaluates.
create table ladder (
  is_only_row boolean primary key default true check (is_only_row),
  evaluated_through timestamptz
);
insert into ladder default values;
