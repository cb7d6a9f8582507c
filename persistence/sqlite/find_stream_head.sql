-- How far stream ?1 is, and its type. No row: there is no such stream.
select version, stream_type from events where stream_id = ?1 order by version desc limit 1
