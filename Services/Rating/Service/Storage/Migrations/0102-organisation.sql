-- How organisations and members stand on any day, as far as it was known at any moment: one row for
-- each fact (decision 0019). Null in a whole row means none, else that the fact does not say.
--
-- What stood here before held neither moments nor places in streams, so nothing true can be filled
-- in, and the facts heard so far do not come again by themselves. After the upgrade the read model
-- rating.facts is built anew (docs/operating/replay.md); until then who is rated is not yet known,
-- and commands say so.
create table organisation_term (
  subject_id text collate "C" not null,
  sequence bigint not null,
  recorded_at timestamptz not null,
  effective_on date not null,
  is_whole boolean not null,
  existence text collate "C" check (existence in ('begins', 'ends')),
  level text collate "C",
  above_id text collate "C",
  managing_unit_id text collate "C",
  managing_level text collate "C",
  peer_group text collate "C",
  reviewed boolean,
  sector text collate "C",
  role text collate "C",
  channel text collate "C",
  posts text collate "C",
  heir_id text collate "C",
  primary key (subject_id, sequence)
);
create index organisation_term_heir on organisation_term (heir_id) where heir_id is not null;

drop table subject;

-- Where each decision counted. The row of a rating shows the group of its newest fact, so only the
-- decision that is this fact can be told; of the others building rating.ratings anew tells.
alter table rating_decision
  add column managing_unit_id text,
  add column managing_level text,
  add column peer_group text;
update rating_decision as decision
set managing_unit_id = rating.managing_unit_id, managing_level = rating.managing_level,
  peer_group = rating.peer_group
from rating
where rating.rating_id = decision.rating_id and rating.sequence = decision.sequence;
