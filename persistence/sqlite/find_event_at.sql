-- The event at the offset ?1. No row: the journal does not go that far.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events where global_offset = ?1
