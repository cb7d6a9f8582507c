-- Makes an empty journal of format 1; runs once, in one transaction, in a file that nobody else knows yet.
-- Times are microseconds since 1970 in UTC, ids 16 bytes, digests 32.

pragma application_id = 1752132718;  -- 'holn'
pragma user_version = 1;

create table events (
  global_offset integer primary key,
  event_id blob not null,
  event_type text not null,
  schema_version integer not null,
  stream_id blob not null,
  stream_type text not null,
  version integer not null,
  actor_id blob not null,
  source_system text not null,
  occurred_at integer not null,
  recorded_at integer not null,
  valid_from integer,
  valid_to integer,
  payload text not null,
  metadata text not null
) strict;

create unique index events_by_stream on events (stream_id, version);
create unique index events_by_id on events (event_id);

-- One row for each committed batch: what its events were, and which batch was before. Times never go back as offsets go
-- up, so a time is found by halving the offsets; an index by time would be a page more in the log of every commit.
create table batches (
  last_offset integer primary key,
  first_offset integer not null,
  recorded_at integer not null,
  content blob not null,
  chain blob not null
) strict;

-- One row. It commits with the batch that moves it, so offsets have no holes.
create table head (
  only_row integer primary key check (only_row = 1),
  last_offset integer not null,
  recorded_at integer not null,
  batches integer not null,
  chain blob not null,
  doubts_settled integer not null  -- see settle_doubt.sql
) strict;

insert into head values (1, 0, 0, 0, zeroblob(32), 0);

create table snapshots (
  stream_id blob primary key,
  version integer not null,
  state_schema integer not null,
  state blob not null
) strict;

-- Commands that were answered without an event: refused, or accepted with nothing to record (an empty code).
create table settled_commands (
  command_id blob primary key,
  stream_id blob not null,
  version integer not null,
  code text not null,
  explanation text not null,
  recorded_at integer not null
) strict, without rowid;

create table stream_metadata (
  stream_id blob primary key,
  metadata text not null
) strict, without rowid;

-- History is not edited, not by accident either. These cost nothing on insert.
create trigger events_stay before update on events begin select raise(abort, 'events are never changed'); end;
create trigger events_remain before delete on events begin select raise(abort, 'events are never deleted'); end;
create trigger batches_stay before update on batches begin select raise(abort, 'batches are never changed'); end;
create trigger batches_remain before delete on batches begin select raise(abort, 'batches are never deleted'); end;
