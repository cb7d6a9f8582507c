-- Sets the users' metadata of stream ?1 to ?2, if it has an event. No row changed: there is no such stream.
insert into stream_metadata select ?1, ?2 where exists (select 1 from events where stream_id = ?1)
on conflict (stream_id) do update set metadata = excluded.metadata
