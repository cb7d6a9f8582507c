-- How far the streams $1 are, and their types; $2: all that was recorded before is sealed. A stream may come twice, its
-- greater version counts. A stream without a row: there is no such stream.
select wanted.id, last.version, last.stream_type
from unnest($1::uuid[]) wanted (id), lateral (
  select version, stream_type from events
  where stream_id = wanted.id and recorded_at >= $2::timestamptz order by version desc limit 1) last
union all
select stream_id, version, stream_type from sealed_streams where stream_id = any ($1)
