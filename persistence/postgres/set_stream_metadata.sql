-- Sets the users' metadata of stream $1 to $2, if it is there. No row back: there is no such stream.
insert into stream_metadata
select $1, $2::json where exists (select 1 from events where stream_id = $1)
                       or exists (select 1 from sealed_streams where stream_id = $1)
on conflict (stream_id) do update set metadata = excluded.metadata
returning true
