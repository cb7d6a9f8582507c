-- The version of the last event of stream $1, archived or not; 0: there is no such stream.
select greatest(0, (select version from events where stream_id = $1::uuid order by version desc limit 1),
                (select version from sealed_streams where stream_id = $1))
