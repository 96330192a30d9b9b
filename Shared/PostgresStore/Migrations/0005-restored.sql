-- Says that this database was put back to an earlier moment while its topic went on. Whoever restores
-- writes the row, or a service that notices it. A service that starts meanwhile stays closed, until
-- `log recover`; after that it only hears, until it has heard what the others told. Then the row goes.
create table restored (
    is_only_row  boolean     primary key default true check (is_only_row),
    restored_at  timestamptz not null default clock_timestamp(),
    -- By the real clock: since when the log holds what was published.
    recovered_at timestamptz
);

comment on table restored is
    'A row: this database was restored, and is not yet what it was; see log recover.';
