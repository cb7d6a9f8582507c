-- The last month in the archive, if the stream $1 has a version $2 that is there: name, first and last offset. No row:
-- the stream does not go that far, or that version is in the database.
select p.name, p.first_offset, p.last_offset
from sealed_streams s, journal_partitions p
where s.stream_id = $1::uuid and s.version >= $2::integer and p.archived_at is not null
  and not exists (select 1 from events e where e.stream_id = $1 and e.version = $2)
order by p.from_time desc limit 1
