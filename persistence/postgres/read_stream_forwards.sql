-- The versions $2 to $3 of stream $1, recorded at $4 or before; none of these was recorded before $5, so older months
-- are not looked into. Fewer rows: the stream, or what was recorded of it by then, does not go that far.
-- SQLSTATE 2201W: version $2 is not there, though the stream goes on in a sealed month; if it is there, all are
-- (decisions/whole_reads.md).
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where stream_id = $1::uuid and version >= $2::integer and version <= $3::integer
  and recorded_at <= $4::timestamptz and recorded_at >= $5::timestamptz
order by version
limit case when exists (select from sealed_streams where stream_id = $1 and version >= $2)
             and not exists (select from events where stream_id = $1 and version = $2 and recorded_at >= $5) then -1 end
