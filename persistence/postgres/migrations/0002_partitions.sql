-- Months of events: made ahead, sealed when they are over. The functions run with the rights of the owner, so that the
-- application needs none on the tables. They keep the search path of the migration, in which temporary tables come
-- last: nobody who calls them can put a table of their own in the place of the journal's.

-- Makes the month of `moment`, if it is not there. True: it was made now. Attached rather than made in place, so that
-- neither readers nor writers wait.
create function make_partition(moment timestamptz) returns boolean language plpgsql security definer
set search_path from current set timezone to 'UTC' set datestyle to 'ISO' as $$
declare
  month timestamp := date_trunc('month', moment at time zone 'UTC');
  month_start timestamptz := month at time zone 'UTC';
  month_end timestamptz := (month + interval '1 month') at time zone 'UTC';
  name text := 'events_' || to_char(month, 'YYYY_MM');
begin
  if exists (select 1 from journal_partitions p where p.from_time = month_start) then
    return false;
  end if;
  perform pg_advisory_xact_lock(1752132718, 3);
  if exists (select 1 from journal_partitions p where p.from_time = month_start) then
    return false;
  end if;
  execute format('create table %I (like events including defaults including constraints)', name);
  execute format('create unique index %I on %I (global_offset)', name || '_offset', name);
  execute format('create unique index %I on %I (stream_id, version)', name || '_stream', name);
  execute format('create unique index %I on %I (event_id)', name || '_id', name);
  execute format('alter table events attach partition %I for values from (%L) to (%L)', name, month_start, month_end);
  execute format('create trigger remain before truncate on %I for each statement execute function refuse_change()', name);
  insert into journal_partitions (name, from_time, to_time) values (name, month_start, month_end);
  return true;
end $$;

-- Makes this month and those of the next `months` months. Gives how many were made.
create function make_partitions_ahead(months integer) returns integer language plpgsql security definer
set search_path from current set timezone to 'UTC' as $$
declare
  this_month timestamptz := date_trunc('month', now());  -- a day of 31 has no place in the next one
  made integer := 0;
  ahead integer;
begin
  for ahead in 0..months loop
    if make_partition(this_month + make_interval(months => ahead)) then
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

-- The oldest month that is over (the head is beyond it) and not sealed; null if there is none.
create function next_to_seal() returns text language sql stable security definer set search_path from current as $$
  select p.name from journal_partitions p
  where p.sealed_at is null and p.to_time <= (select b.recorded_at from batches b order by b.number desc limit 1)
  order by p.from_time limit 1
$$;

-- Notes the streams and event ids of a month that is over, which appends need no more look into then. Long, and in
-- nobody's way: nothing is added to such a month. May be run again. It reads the whole month, so it must not plan like
-- an append, whatever the session was told.
create function collect_sealed(month text) returns void language plpgsql security definer
set search_path from current set enable_seqscan to on set enable_bitmapscan to on as $$
begin
  if month is distinct from next_to_seal() then
    raise exception 'month % is not the next to be sealed', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format(
    'insert into sealed_streams as s
     select distinct on (stream_id) stream_id, stream_type, version, global_offset from %I
     order by stream_id, version desc
     on conflict (stream_id) do update
     set version = excluded.version, last_offset = excluded.last_offset where s.version < excluded.version', month);
  execute format(
    'insert into sealed_event_ids select event_id, global_offset from %I order by event_id on conflict do nothing',
    month);
  execute format(
    'update journal_partitions set first_offset = (select min(global_offset) from %I),
       last_offset = (select max(global_offset) from %I) where name = %L', month, month, month);
end $$;

-- After collect_sealed: tells the writers. Takes a number of its own in batches, so that no writer goes on with what it
-- knew; a writer at the same moment may win the number, then this fails with unique_violation and is run again.
create function mark_sealed(month text) returns void language plpgsql security definer
set search_path from current as $$
declare
  greatest_id uuid;
  first bigint;
  last bigint;
begin
  perform pg_advisory_xact_lock(1752132718, 1);
  if month is distinct from next_to_seal() then
    raise exception 'month % is not the next to be sealed', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- collect_sealed notes these in the same transaction as the ids and streams, so they prove that it was there.
  execute format('select min(global_offset), max(global_offset) from %I', month) into first, last;
  if not exists (select 1 from journal_partitions p
                 where p.name = month and (p.first_offset, p.last_offset) is not distinct from (first, last)) then
    raise exception 'month % is not collected', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('select event_id from %I order by event_id desc limit 1', month) into greatest_id;
  update journal_info set
    sealed_ids_max = greatest(sealed_ids_max, greatest_id),
    sealed_until = greatest(sealed_until, (select p.to_time from journal_partitions p where p.name = month));
  update journal_partitions set sealed_at = now() where name = month;
  insert into batches
  select number + 1, batch, last_offset + 1, last_offset, recorded_at, '', chain from batches order by number desc limit 1;
end $$;

select make_partitions_ahead(2);
