-- Where to begin with stream $1: until when all months are sealed, the last version in those (null: none), and the
-- snapshot (nulls: none): version, schema, state. One row.
select i.sealed_until, s.version, n.version, n.state_schema, n.state
from journal_info i
left join sealed_streams s on s.stream_id = $1::uuid
left join snapshots n on n.stream_id = $1
