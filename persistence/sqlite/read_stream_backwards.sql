-- A page of stream ?1 from version ?2 down, at most ?3 rows. No row: there is nothing at or below this version.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events where stream_id = ?1 and version <= ?2 order by version desc limit ?3
