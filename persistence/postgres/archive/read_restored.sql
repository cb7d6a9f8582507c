-- What was restored after offset $1, at most $2 events. Fewer rows: there are no more.
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from restored_month where global_offset > $1::bigint order by global_offset limit $2::bigint
