-- Whether version $2 of stream $1 is not there, though the stream goes on in a sealed month: the last month in the
-- archive, its first and last offset; nulls: that version is not archived, but lost. No row: it is there, or never was.
select p.name, p.first_offset, p.last_offset
from sealed_streams s
left join archived_streams a on a.stream_id = s.stream_id and a.version >= $2::integer
left join lateral (select * from journal_partitions where archived_at is not null order by from_time desc limit 1) p
  on a.stream_id is not null
where s.stream_id = $1::uuid and s.version >= $2
  and not exists (select from events e where e.stream_id = $1 and e.version = $2)
