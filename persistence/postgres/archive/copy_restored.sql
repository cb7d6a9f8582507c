-- Adds the events of a month that comes back, in the columns of event_encoding.cpp.
copy restored_month (global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at,
                     recorded_at, valid_from, valid_to, payload, metadata, stream_type, schema_version)
from stdin (format binary)
