-- Which streams were written after offset $1, at most $2 events. $2 rows: there may be more.
select stream_id, version, stream_type from events where global_offset > $1::bigint order by global_offset limit $2::bigint
