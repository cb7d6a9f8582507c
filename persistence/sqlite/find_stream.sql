-- What is known of stream ?1: type, version, last offset, when it began, when it last changed, the users' metadata.
-- No row: there is no such stream.
select last.stream_type, last.version, last.global_offset, first.recorded_at, last.recorded_at,
       coalesce((select metadata from stream_metadata where stream_id = ?1), '{}')
from events last, events first
where last.global_offset = (select global_offset from events where stream_id = ?1 order by version desc limit 1)
  and first.stream_id = ?1 and first.version = 1
