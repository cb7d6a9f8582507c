-- A page of stream ?1 from version ?2 up, at most ?3 rows. No row: the stream does not go that far.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events where stream_id = ?1 and version >= ?2 order by version limit ?3
