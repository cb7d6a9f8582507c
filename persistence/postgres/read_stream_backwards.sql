-- The versions $3 down to $2 of stream $1, recorded at $4 or before, at most $6 rows; none of these was recorded before
-- $5, so older months are not looked into. No row: there is none.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where stream_id = $1::uuid and version >= $2::integer and version <= $3::integer
  and recorded_at <= $4::timestamptz and recorded_at >= $5::timestamptz
order by version desc limit $6::bigint
