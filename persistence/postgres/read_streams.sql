-- The events after offset $3 up to offset $4 of the streams $1, of which the versions $2 were seen; in order of their
-- offsets, and as far as all of them are complete if no more than $5 of each stream are taken. They were recorded at $6
-- or later. A stream with $5 rows: what comes after the last row of all was not looked at. No row: there are no more up
-- to $4. SQLSTATE 2201W: event $3 + 1 is not there, though the journal goes on; if it is there, all are
-- (decisions/whole_reads.md).
with taken as materialized (
  select each.*
  from unnest($1::uuid[], $2::text[]) as wanted (id, seen), lateral (
    select * from events
    where stream_id = wanted.id and version > wanted.seen::integer
      and global_offset > $3::bigint and global_offset <= $4::bigint and recorded_at >= $6::timestamptz
    order by version limit $5::bigint) each
), cut_short as (
  select max(global_offset) as last_offset from taken group by stream_id having count(*) = $5
)
select global_offset, event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system,
       occurred_at, recorded_at, valid_from, valid_to, payload, metadata
from taken
where global_offset <= coalesce((select min(last_offset) from cut_short), $4)
order by global_offset
limit case when not exists (select from events where global_offset = $3 + 1 and recorded_at >= $6)
             and (select last_offset from batches order by number desc limit 1) > $3 then -1 end
