-- Which archived month the event $1 is in: name, first and last offset; nulls: it should be in the database, in a month
-- that is sealed. No row: it is not in a sealed month.
select p.name, p.first_offset, p.last_offset
from sealed_event_ids i
left join journal_partitions p on p.archived_at is not null and i.global_offset between p.first_offset and p.last_offset
where i.event_id = $1::uuid
