-- The journal: events in partitions by month of recording, and the batches that they were committed in.
-- ${payload_type} is jsonb or json, chosen when the journal is made; nothing else varies.

create table journal_info (
  only_row boolean primary key default true check (only_row),
  journal_id uuid not null default gen_random_uuid(),
  payload_type text not null,
  created_at timestamptz not null default now(),
  -- The greatest event id of all sealed partitions: what is greater cannot be in one of them. Null: none is sealed.
  sealed_ids_max uuid,
  -- Sealed is all that was recorded before this moment.
  sealed_until timestamptz not null default '-infinity'
);

insert into journal_info (payload_type) values ('${payload_type}');

-- One row for each transaction that wrote to the journal, numbered 1, 2, 3 … The last row is the head: whoever wants to
-- write takes the next number, and as a number is there once, one of two writers who know the same head fails. So
-- offsets are dense, in commit order, and nothing that a writer knows can be stale when its number is accepted. Rows
-- are only ever added: nothing to vacuum, and no long transaction can slow down who looks for the last one.
create table batches (
  number bigint primary key,
  batch bigint not null,               -- batches with events so far, this one included
  first_offset bigint not null,
  last_offset bigint not null,         -- first_offset - 1: a transaction without events
  recorded_at timestamptz not null,    -- never goes back
  content bytea not null,              -- digest of the events; empty if there are none
  chain bytea not null                 -- over content and the chain of the batch before
);

insert into batches values (0, 0, 1, 0, '1970-01-01 00:00:00+00', '', decode(repeat('00', 32), 'hex'));

-- All columns of the specification, and stream_type and schema_version. The months are made by make_partition, with
-- unique indexes on global_offset, event_id and (stream_id, version); across months the writers keep these unique, under
-- the number of their batch (see decisions/partitions.md).
create table events (
  global_offset bigint not null,
  event_id uuid not null,
  event_type varchar(64) not null,
  stream_id uuid not null,
  version integer not null check (version > 0),
  actor_id uuid not null,
  source_system varchar(32) not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  valid_from timestamptz,
  valid_to timestamptz,
  payload ${payload_type} not null,
  metadata ${payload_type},            -- null: {}
  stream_type varchar(64) not null,
  schema_version integer not null
) partition by range (recorded_at);

create index events_by_type on events (event_type);
create index events_by_occurred_at on events (occurred_at);

create table journal_partitions (
  name text primary key,
  from_time timestamptz not null unique,
  to_time timestamptz not null,
  sealed_at timestamptz,               -- its streams and ids are in the tables below
  archived_at timestamptz,             -- it is in the database no more
  first_offset bigint,                 -- of what it holds, set when it is sealed; null: nothing
  last_offset bigint
);

-- What appends must know of sealed months, so that they need not look into them.
create table sealed_streams (
  stream_id uuid primary key,
  stream_type varchar(64) not null,
  version integer not null,
  last_offset bigint not null
);

create table sealed_event_ids (
  event_id uuid primary key,
  global_offset bigint not null
);

-- Commands that were answered without an event: refused, or accepted with nothing to record (an empty code).
create table settled_commands (
  command_id uuid primary key,
  stream_id uuid not null,
  version bigint not null,
  code text not null,
  explanation text not null,
  recorded_at timestamptz not null
);

create table snapshots (
  stream_id uuid primary key,
  version bigint not null,
  state_schema bigint not null,
  state bytea not null
);

create table stream_metadata (
  stream_id uuid primary key,
  metadata json not null               -- text as it was given, in canonical form
);

-- History is not edited, by the owner neither. These cost nothing on insert.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger events_stay before update or delete on events for each row execute function refuse_change();
create trigger events_remain before truncate on events for each statement execute function refuse_change();
create trigger batches_stay before update or delete on batches for each row execute function refuse_change();
create trigger batches_remain before truncate on batches for each statement execute function refuse_change();

-- Ends the transaction if one of these commands was settled without an event: for appends that go in one flight.
create function refuse_settled(commands uuid[]) returns void language plpgsql stable as $$
begin
  if exists (select 1 from settled_commands where command_id = any (commands)) then
    raise exception 'one of the commands was settled before' using errcode = 'HL001';
  end if;
end $$;
