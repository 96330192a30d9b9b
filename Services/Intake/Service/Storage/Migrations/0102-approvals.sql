-- Who approved which version of the rules, by its fingerprint. Follows from the streams
-- `rule-set/…` and is written together with them.
create table rule_set_approval (
  rule_set_id text not null,
  sequence    bigint not null,
  fingerprint text not null,
  legal_basis text not null,
  approved_at timestamptz not null,
  approved_by text not null,
  primary key (rule_set_id, sequence)
);
