-- Of the streams with events in the archive: how far they were at its end. At most $2 of them, after the stream $1.
select stream_id, stream_type, version from archived_streams where stream_id > $1::uuid order by stream_id limit $2::bigint
