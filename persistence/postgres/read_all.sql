-- The events after offset $1 up to offset $2, which were recorded at $3 or later: months before that are not looked
-- into. Fewer rows than offsets: some are missing, or in the archive.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where global_offset > $1::bigint and global_offset <= $2::bigint and recorded_at >= $3::timestamptz
order by global_offset
