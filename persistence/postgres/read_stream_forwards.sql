-- The versions $2 to $3 of stream $1, recorded at $4 or before; none of these was recorded before $5, so older months
-- are not looked into. Fewer rows: the stream, or what was recorded of it by then, does not go that far.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where stream_id = $1::uuid and version >= $2::integer and version <= $3::integer
  and recorded_at <= $4::timestamptz and recorded_at >= $5::timestamptz
order by version
