-- A page of events after offset ?1 up to offset ?2, at most ?3 rows. Fewer rows: the end of the journal or of the range.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events where global_offset > ?1 and global_offset <= ?2 order by global_offset limit ?3
