-- The same as read_filtered, for a long range: counted in the indexes by offset alone. That looks into every month, which
-- costs more than a short range does, and into no event, of which a long range has many.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where global_offset > $1::bigint and global_offset <= $2::bigint and recorded_at >= $3::timestamptz
  and coalesce(event_type = any ($4::text[]), true)
  and coalesce(stream_type = any ($5::text[]), true)
  and ($6::uuid[] is null or stream_id in (select unnest($6)))
order by global_offset
limit case when (select count(*) from events where global_offset > $1 and global_offset <= $2)
             < least($2, (select last_offset from batches order by number desc limit 1)) - $1 then -1 else $7::bigint end
