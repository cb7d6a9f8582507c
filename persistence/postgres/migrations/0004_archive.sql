-- The archive: months that were written to files go out of the database, and come back. For the owner of the journal
-- only; what calls these, and in which order, is archive/postgres_archive.cpp. Archived is always the oldest part of
-- the journal, without a hole, so that one offset says what can be read.

-- How far each stream was at the end of what is archived: from there on its versions go on.
create table archived_streams (
  stream_id uuid primary key,
  stream_type varchar(64) not null,
  version integer not null
);

-- Notes how far the streams of a month go that is about to be detached, in the same transaction. Long, and in nobody's
-- way. Whoever else wants to archive or to restore waits until that transaction ends.
create function collect_archived(month text) returns void language plpgsql
set search_path from current set enable_seqscan to on set enable_bitmapscan to on as $$
begin
  perform pg_advisory_xact_lock(1752132718, 4);
  if not exists (select 1 from journal_partitions p where p.name = month and p.sealed_at is not null)
     or month is distinct from (select p.name from journal_partitions p where p.archived_at is null
                                order by p.from_time limit 1) then
    raise exception 'month % is not the next to be archived', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format(
    'insert into archived_streams as s
     select distinct on (stream_id) stream_id, stream_type, version from %I
     order by stream_id, version desc
     on conflict (stream_id) do update set version = excluded.version', month);
end $$;

-- Takes a month out of the journal and says so, at one moment: nobody finds it gone without being told that it is in
-- the archive. Readers and writers wait while this waits for those before it, so lock_timeout must be short; and until
-- the end of the transaction, so nothing long may follow. The table stays, and its rows stay as they are.
create function detach_archived(month text) returns void language plpgsql set search_path from current as $$
begin
  execute format('alter table events detach partition %I', month);
  update journal_partitions set archived_at = now() where name = month and sealed_at is not null;
  if not found then
    raise exception 'month % is not sealed', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('create trigger stay before update or delete on %I for each row execute function refuse_change()',
                 month);
end $$;

-- Drops the table of a month that is in the archive, if it is still there.
create function drop_archived(month text) returns void language plpgsql set search_path from current as $$
begin
  perform pg_advisory_xact_lock(1752132718, 4);
  if not exists (select 1 from journal_partitions p where p.name = month and p.archived_at is not null) then
    raise exception 'month % is not in the archive', month using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('drop table if exists %I', month);
end $$;

-- Makes restored_month, empty, for the rows of a month that comes back. A table that was kept when the month was
-- archived makes room.
create function begin_restore(month text) returns void language plpgsql set search_path from current as $$
begin
  perform pg_advisory_xact_lock(1752132718, 4);
  if month is distinct from (select p.name from journal_partitions p where p.archived_at is not null
                             order by p.from_time desc limit 1) then
    raise exception 'month % is not the last one in the archive', month
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  perform drop_archived(month);
  create table restored_month (like events including defaults including constraints);
end $$;

-- The unique indexes of the month, once its rows are there.
create function index_restored(month text) returns void language plpgsql set search_path from current as $$
begin
  execute format('create unique index %I on restored_month (global_offset)', month || '_offset');
  execute format('create unique index %I on restored_month (stream_id, version)', month || '_stream');
  execute format('create unique index %I on restored_month (event_id)', month || '_id');
end $$;

-- Makes restored_month the month that it was, readable again from the end of the transaction on.
create function finish_restore(month text) returns void language plpgsql
set search_path from current set timezone to 'UTC' set datestyle to 'ISO' as $$
declare
  bounds journal_partitions;
begin
  update archived_streams s set version = m.before
  from (select stream_id, min(version) - 1 from restored_month group by stream_id) m (stream_id, before)
  where s.stream_id = m.stream_id;
  delete from archived_streams where version = 0;
  execute format('alter table restored_month rename to %I', month);
  update journal_partitions set archived_at = null where name = month returning * into strict bounds;
  execute format('alter table events attach partition %I for values from (%L) to (%L)', month, bounds.from_time,
                 bounds.to_time);
  execute format('create trigger remain before truncate on %I for each statement execute function refuse_change()',
                 month);
end $$;
