-- As read_all, but only the first $7 events of the types $4, the stream types $5 and the streams $6; a null restricts
-- nothing. Written so that the index by offset is the only one that serves. No row: none of this range is wanted.
-- SQLSTATE 2201W: not all of the range is there, as far as the journal goes. For a short range: what is counted was
-- looked at a moment ago, in the same months (decisions/whole_reads.md).
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from events
where global_offset > $1::bigint and global_offset <= $2::bigint and recorded_at >= $3::timestamptz
  and coalesce(event_type = any ($4::text[]), true)
  and coalesce(stream_type = any ($5::text[]), true)
  and ($6::uuid[] is null or stream_id in (select unnest($6)))
order by global_offset
limit case when (select count(*) from events
                 where global_offset > $1 and global_offset <= $2 and recorded_at >= $3)
             < least($2, (select last_offset from batches order by number desc limit 1)) - $1 then -1 else $7::bigint end
