-- What a writer must know of the months before that of $1: its month, until when all is sealed, whether there are older
-- events, and the greatest of their ids. No row: the month is not made.
select p.from_time, p.to_time, i.sealed_until,
       coalesce((select b.recorded_at from batches b where b.last_offset >= b.first_offset and b.number > 0
                 order by b.number limit 1) < p.from_time, false),
       greatest(i.sealed_ids_max,
                (select e.event_id from events e where e.recorded_at >= i.sealed_until and e.recorded_at < p.from_time
                 order by e.event_id desc limit 1))
from journal_partitions p, journal_info i
where p.from_time <= $1::timestamptz and $1 < p.to_time
