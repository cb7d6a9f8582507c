-- The events with the ids $1, in no order. An id without a row: it was never appended, or it is in the archive.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events where event_id = any ($1::uuid[])
