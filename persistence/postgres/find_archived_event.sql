-- Where the event $1 is, if it is in the archive: name of the month, its first and last offset. No row: it is not.
select p.name, p.first_offset, p.last_offset
from sealed_event_ids i, journal_partitions p
where i.event_id = $1::uuid and p.archived_at is not null
  and i.global_offset >= p.first_offset and i.global_offset <= p.last_offset
