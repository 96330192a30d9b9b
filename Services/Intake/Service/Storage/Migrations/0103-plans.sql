-- Documents as the registry knows them, and the plans that organisations adopted. Both follow from
-- the streams `document/…` and `plan/…` and are written together with them.

-- `document` holds texts by their fingerprints and is another thing. Keys are the one spelling by
-- which issuers and numbers are compared.
create table registered_document (
  document_id text primary key,
  issuer      text not null,
  issuer_key  text not null,
  number      text not null,
  number_key  text not null,
  issued_on   text not null,
  sequence    bigint not null
);
create index registered_document_by_number on registered_document (number_key, document_id);

-- Every adoption; the newest of a plan holds.
create table adopted_plan (
  plan_id     text not null,
  sequence    bigint not null,
  cycle_id    text not null,
  unit_id     text not null,
  document_id text not null,
  adopted_on  text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (plan_id, sequence)
);
create index adopted_plan_by_cycle on adopted_plan (cycle_id, unit_id, sequence);
