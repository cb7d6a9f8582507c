-- Opens a transaction, gives the time in it (microseconds from 1970, in digits) and false if another writer waits for its
-- turn (lock_appends), and takes many events, in the columns of event_encoding.cpp: all in one flight.
begin isolation level read committed;
select (extract(epoch from clock_timestamp()) * 1000000)::bigint, pg_try_advisory_xact_lock_shared('batches'::regclass::oid::int4, 1);
copy events (global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at, recorded_at,
             valid_from, valid_to, payload, metadata, stream_type, schema_version)
from stdin (format binary)
