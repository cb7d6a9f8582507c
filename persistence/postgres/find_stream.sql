-- What is known of stream $1: type, version, last offset, when it began (null: that event is in the archive), when it
-- last changed, the users' metadata. No row: there is no such stream, or all of it is in the archive.
select last.stream_type, last.version, last.global_offset,
       (select recorded_at from events where stream_id = $1 and version = 1),
       last.recorded_at,
       coalesce((select metadata::text from stream_metadata where stream_id = $1), '{}')
from (select stream_type, version, global_offset, recorded_at from events
      where stream_id = $1::uuid order by version desc limit 1) last
